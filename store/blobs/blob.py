"""An object in a store, as a file that can be read: whole, in ranges, and only in the state in which it was first seen."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from typing_extensions import override

from reading import Elsewhere, File, Stamp
from store.blobs import buckets, failures
from store.blobs.range_reader import RangeReader

if TYPE_CHECKING:
    from obstore import GetOptions, ObjectMeta

BUFFER = 64 * 1024
TRIES = (
    4  # a body that breaks off is asked for again; what the store refuses, the client has tried for a minute already
)


@dataclass(frozen=True)
class Blob(Elsewhere):
    """An object.

    Attributes:
        uri: `s3://bucket/key`, or with `gs` or `az`.
        listed: its state as a list gave it; what is read then must be of that state. It does not count in comparisons.
    """

    uri: str
    listed: Stamp | None = field(default=None, compare=False)

    @override
    def __str__(self) -> str:
        return self.uri

    @property
    @override
    def name(self) -> str:
        return self.uri.rstrip("/").rpartition("/")[2]

    @override
    def stamp(self) -> Stamp:
        """Its state when it was listed, else now.

        Raises:
            InputError: it lies in no bucket that may be read. OSError, StoreError: as `failures.explained`.
        """
        return self.listed or self.head()

    def head(self, *, patient: bool = True) -> Stamp:
        """Its state now; errors as `stamp`. Without patience a store that is away is given up after some seconds."""
        import obstore

        where = buckets.check(self.uri)
        with failures.explained(self.uri):
            return _stamp(obstore.head(buckets.client(where, patient=patient), where.key))

    def seen(self) -> Blob:
        """This object in its state now; errors as `stamp`."""
        return Blob(self.uri, self.stamp())

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` up to `end`, which is not included.

        Raises:
            OSError: it is gone, denied, or of another state than was listed. StoreError: as `failures.explained`.
        """
        options: GetOptions = {"range": (start, end)}
        return self._get(options, end - start) if end > start else b""

    def _get(self, options: GetOptions, length: int) -> bytes:
        import obstore

        where = buckets.check(self.uri)
        if self.listed is not None and self.listed.etag is not None:
            options["if_match"] = self.listed.etag
        short = OSError(errno.EIO, "it ended too early")
        for _ in range(TRIES):
            with failures.explained(self.uri):
                data = bytes(obstore.get(buckets.client(where), where.key, options=options).bytes())
            if len(data) == length:
                return data
        raise failures.away(self.uri, short)

    @override
    def content(self, most: int) -> bytes:
        blob = self.seen()
        size = blob.stamp().size
        if size > most:
            raise OSError(errno.EFBIG, f"it is over the limit of {most / 2**20:,.0f} MB", self.uri)
        return blob.read(0, size)

    @override
    def opened(self) -> BufferedReader:
        blob = self.seen()
        return BufferedReader(RangeReader(blob.read, blob.stamp().size, blob.uri), BUFFER)

    def sign(self, seconds: int) -> str:
        """An address at which whoever has it may read the object for so long.

        Raises:
            InputError: it lies in no bucket that may be read. StoreError: nothing to sign with.
        """
        import obstore

        where = buckets.check(self.uri)
        with failures.explained(self.uri):
            return obstore.sign(buckets.signing(where), "GET", where.key, timedelta(seconds=seconds))

    def put(self, data: bytes) -> None:
        """Write it whole; errors as `stamp`."""
        import obstore

        where = buckets.check(self.uri)
        with failures.explained(self.uri):
            obstore.put(buckets.client(where), where.key, data, use_multipart=False)

    def create(self, data: bytes) -> bool:
        """Write it where there is none; False where there is one, which stays as it is. Errors as `stamp`."""
        import obstore
        from obstore.exceptions import AlreadyExistsError

        where = buckets.check(self.uri)
        with failures.explained(self.uri):
            try:
                obstore.put(buckets.client(where), where.key, data, mode="create", use_multipart=False)
            except (AlreadyExistsError, FileExistsError):
                return False
        return True

    def below(self) -> Iterator[Blob]:
        """The objects whose keys begin with this one's and a slash, in their states, in the order of their keys; errors as `stamp`."""
        import obstore

        where = buckets.check(self.uri)
        with failures.explained(self.uri):
            for lot in obstore.list(buckets.client(where), where.key or None, chunk_size=1000):
                for meta in lot:
                    yield Blob(f"{where.scheme}://{where.bucket}/{meta['path']}", _stamp(meta))


def named(text: str) -> File:
    """What a path or URI means that somebody gives: a path on this machine, or an object; whether it may be read is asked when it is."""
    if buckets.is_uri(text):
        return Blob(text)
    if text.startswith("file:///"):
        return Path(unquote(urlsplit(text).path))
    return Path(text)


def _stamp(meta: ObjectMeta) -> Stamp:
    return Stamp(meta["size"], round(meta["last_modified"].timestamp() * 1e9), meta["e_tag"])
