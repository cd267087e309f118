"""The folder of an export on its way from a server: a tar whose last entry says what was exported.

The end is what makes it whole: one that was cut off has no such entry. Only plain files below the folder are unpacked.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO

from errors import StoreError
from labeling.exchange.formats.picture_files import LIST
from written.json_values import JsonObject

ANSWER = ".sceneloop-answer.json"
_PIECE = 2**20
_MOST_ANSWER = 2**30
_CUT = "The export arrived incomplete. Nothing was written. Try again."


def pieces(folder: Path, answer: Mapping[str, object]) -> Iterator[bytes]:
    """The bytes of the archive of a folder that nobody writes to any more.

    Args:
        answer: what was exported, which JSON can hold.

    Raises:
        OSError: a file cannot be read.
    """
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != LIST:  # the list is written anew where the folder arrives
            with path.open("rb") as file:
                yield from _entry(path.relative_to(folder).as_posix(), os.fstat(file.fileno()).st_size, file)
    content = json.dumps(answer).encode()
    yield from _entry(ANSWER, len(content), io.BytesIO(content))
    yield bytes(2 * tarfile.BLOCKSIZE)


def _entry(name: str, size: int, file: IO[bytes]) -> Iterator[bytes]:
    entry = tarfile.TarInfo(name)
    entry.size = size
    yield entry.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
    left = size
    while left:
        piece = file.read(min(_PIECE, left))
        if not piece:
            raise OSError(f"{name} became shorter")
        left -= len(piece)
        yield piece
    yield bytes(-size % tarfile.BLOCKSIZE)


def unpack(content: Iterable[bytes], folder: Path) -> JsonObject:
    """Write the files of an archive into an empty folder; returns what it says was exported.

    Raises:
        StoreError: it was cut off, or holds what no export has; the caller takes the folder away.
        OSError: the disk refuses.
    """
    try:
        with tarfile.open(fileobj=_Stream(iter(content)), mode="r|", bufsize=_PIECE) as tar:
            for entry in tar:
                if entry.name == ANSWER:
                    return _answer(tar, entry)
                _take(tar, entry, folder)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise StoreError(_CUT) from error
    raise StoreError(_CUT)


class _Stream(io.RawIOBase):
    """Pieces as a file that is read once."""

    def __init__(self, content: Iterator[bytes]) -> None:
        super().__init__()
        self._content, self._rest = content, b""

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size:
            piece = next(self._content, None)
            if piece is None:
                break
            self._rest += piece
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


def _answer(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> JsonObject:
    taken = tar.extractfile(entry) if entry.size <= _MOST_ANSWER else None
    content = json.loads(taken.read()) if taken is not None else None
    if not isinstance(content, dict):
        raise StoreError(_CUT)
    return content


def _take(tar: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> None:
    parts = PurePosixPath(entry.name).parts
    taken = tar.extractfile(entry) if entry.isreg() and not entry.issparse() else None
    if taken is None or not parts or parts[0] == "/" or ".." in parts or "\0" in entry.name or "\\" in entry.name:
        raise StoreError("The server sent something else than an export. Nothing was written. Check its address.")
    path = folder.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    left = entry.size
    with path.open("xb") as file:
        while piece := taken.read(_PIECE):
            left -= len(piece)
            file.write(piece)
    if left:
        raise StoreError(_CUT)
