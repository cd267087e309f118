"""An object that was copied to this machine while it was hashed: work that reads all of it asks the store for each byte once."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from typing_extensions import override

import reading
from errors import StoreError
from reading import Elsewhere, Stamp
from store.blobs.blob import Blob

PIECE = 8 * 2**20


@dataclass(frozen=True)
class HeldCopy(Elsewhere):
    """An object that is read from a copy on disk.

    Attributes:
        blob: the object, in the state that was copied.
        copy: the file, which whoever asked for it deletes. sha256: hex digest of the bytes.
    """

    blob: Blob
    copy: Path
    sha256: str

    @override
    def __str__(self) -> str:
        return self.blob.uri

    @property
    @override
    def name(self) -> str:
        return self.blob.name

    @override
    def stamp(self) -> Stamp:
        return self.blob.stamp()

    @override
    def opened(self) -> BufferedReader:
        return reading.opened(self.copy)

    @override
    def content(self, most: int) -> bytes:
        return reading.content(self.copy, most)


def hold(blob: Blob, folder: Path) -> HeldCopy:
    """Copy an object into a folder; a few megabytes of it are in memory at a time.

    Raises:
        InputError: it lies in no bucket that may be read.
        OSError: it is gone, denied, or replaced meanwhile.
        StoreError: the store does not answer, or the folder cannot be written.
    """
    seen = blob.seen()
    copy, digest = folder / uuid.uuid4().hex, hashlib.sha256()
    size = seen.stamp().size
    with copy.open("xb") as out:
        for start in range(0, size, PIECE):
            data = seen.read(start, min(start + PIECE, size))
            digest.update(data)
            try:
                out.write(data)
            except OSError as error:
                raise StoreError(
                    f"{folder} cannot be written ({error.strerror}). Free the disk, then run it again."
                ) from error
    return HeldCopy(seen, copy, digest.hexdigest())
