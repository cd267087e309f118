"""What is on its way: thumbnails whose items have no id yet, copies of objects that are worked on."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import files
from errors import InputError, StoreError
from reading import File
from store.blobs import held_copy
from store.blobs.blob import Blob
from store.workspace import Workspace

STAGING = ".new-"
STAGING_KEPT_S = 3600.0


@contextmanager
def folder(target: Workspace) -> Iterator[Path]:
    """A folder for thumbnails without an id yet; what a killed run left behind is swept up later."""
    thumbs = target.folder("thumbs")
    try:
        for left in thumbs.glob(f"{STAGING}*"):
            if time.time() - left.stat().st_mtime > STAGING_KEPT_S:
                shutil.rmtree(left)
        fresh = Path(tempfile.mkdtemp(dir=thumbs, prefix=STAGING))
    except OSError as error:
        raise StoreError(
            f"{thumbs} cannot be written ({error.strerror}). {files.remedy(error)} and run it again."
        ) from error
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def at_hand(target: Workspace, path: File) -> Iterator[File]:
    """A file to read all of, maybe several times: an object is copied first, anything else is read where it is.

    Raises:
        InputError: it is gone, denied or in no bucket that may be read. StoreError: its store does not answer.
    """
    if not isinstance(path, Blob):
        yield path
        return
    with folder(target) as place:
        try:
            copy = held_copy.hold(path, place)
        except OSError as error:
            raise InputError(f"{path} cannot be read ({error.strerror}). Check its address.") from error
        yield copy
