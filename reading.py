"""Opening what somebody names: regular files only, without ever waiting, and names that can be shown and stored.

A named pipe waits for a writer, `/dev/zero` never ends, a symbolic link may lead to itself. None of them is opened. An
error is always an `OSError` whose `strerror` can stand in a sentence.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from abc import ABC, abstractmethod
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
# Opening a pipe or a device must not wait, should one take the file's place between the look and the opening.
FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
MOST_NAME, MOST_ENDING = 200, 24  # bytes; file systems end at 255
PIECE = 2**20


@dataclass(frozen=True)
class Stamp:
    """What tells one state of a file from another without reading it.

    Attributes:
        size: in bytes. mtime_ns: when it was last written.
        etag: what a store of objects calls this state; None for a file on disk.
    """

    size: int
    mtime_ns: int
    etag: str | None = None


class Elsewhere(ABC):
    """A file that is not on a disk of this machine. As text it is its address, which can be stored; it can be a key and can be pickled."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The last part of its address."""

    @property
    def suffix(self) -> str:
        """The ending of its name, with its dot."""
        return os.path.splitext(self.name)[1]

    @property
    def stem(self) -> str:
        """Its name without its ending."""
        return os.path.splitext(self.name)[0]

    @abstractmethod
    def stamp(self) -> Stamp:
        """Its state now.

        Raises:
            OSError: there is none, or it may not be read. StoreError: what keeps it does not answer.
        """

    @abstractmethod
    def opened(self) -> BufferedReader:
        """The file, open for reading at any place; errors as `stamp`, while it is read too."""

    @abstractmethod
    def content(self, most: int) -> bytes:
        """All its bytes; errors as `stamp`, or it has more than `most`."""


File = Path | Elsewhere
"""What can be read: a path on this machine, or a file elsewhere."""


def readable(path: File | str) -> str:
    """A path as text that any database and terminal takes: bytes that are not UTF-8 become `\\xe9` and the like."""
    errors = "surrogateescape" if is_bytes(path) else "backslashreplace"
    return str(path).encode("utf-8", errors).decode("utf-8", "backslashreplace")


def is_text(path: File | str) -> bool:
    """Whether a path is text that can be stored and shown as it is."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def is_bytes(path: File | str) -> bool:
    """Whether a path can be that of a file on this system, be it UTF-8 or not."""
    try:
        os.fsencode(str(path))
    except UnicodeEncodeError:
        return False
    return "\0" not in str(path)


def resolved(path: Path) -> Path:
    """An absolute path without symbolic links, as far as they lead somewhere; never raises, whatever they lead to."""
    return Path(os.path.realpath(path)) if is_bytes(path) else path


def uploaded_name(name: str, other: str) -> str:
    """The name under which an upload is kept: without folders, as text, and short enough for any file system.

    Args:
        name: as the browser sent it.
        other: stands in where nothing is left of it.
    """
    plain = readable(name.replace("\\", "/").replace("\0", "").rsplit("/", 1)[-1]).strip()
    if plain in ("", ".", ".."):
        return other
    stem, ending = os.path.splitext(plain)
    ending = ending if len(ending.encode()) <= MOST_ENDING else ""
    return stem.encode()[: MOST_NAME - len(ending.encode())].decode(errors="ignore") + ending


def size(path: File) -> int:
    """Size of a regular file in bytes.

    Raises:
        OSError: there is none, or what stands there is something else. StoreError: as `Elsewhere.stamp`.
    """
    return stamp(path).size


def stamp(path: File) -> Stamp:
    """State of a regular file; errors as `size`."""
    if isinstance(path, Elsewhere):
        return path.stamp()
    there = _looked(path)
    return Stamp(there.st_size, there.st_mtime_ns)


def opened(path: File) -> BufferedReader:
    """A regular file, open for reading.

    Raises:
        OSError: there is none, it may not be read, or what stands there is something else. StoreError: as `Elsewhere.stamp`.
    """
    if isinstance(path, Elsewhere):
        return path.opened()
    _looked(path)
    handle = os.open(path, FLAGS)
    try:
        _only_regular(os.fstat(handle))
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def content(path: File, most: int) -> bytes:
    """All bytes of a regular file.

    Args:
        path: the file.
        most: its largest size in bytes; a file that grows meanwhile, or that hides its size, is not read beyond.

    Raises:
        OSError: as `opened`, or it is larger.
    """
    if isinstance(path, Elsewhere):
        return path.content(most)
    data = bytearray()
    with opened(path) as file:
        while piece := file.read(PIECE):  # one read of `most` would take that much memory at once
            data += piece
            if len(data) > most:
                raise OSError(errno.EFBIG, f"it is over the limit of {most / 2**20:,.0f} MB", str(path))
    return bytes(data)


def copy(file: File, target: Path) -> None:
    """Copy a file's bytes; errors as `opened`, and those of writing."""
    if isinstance(file, Elsewhere):
        with file.opened() as given, target.open("wb") as out:
            shutil.copyfileobj(given, out, PIECE)
    else:
        shutil.copyfile(file, target)


def _looked(path: Path) -> os.stat_result:
    if not is_bytes(path):
        raise OSError(errno.EINVAL, "no file can have this name", readable(path))
    status = os.stat(path)
    _only_regular(status)
    return status


def _only_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = KINDS.get(stat.S_IFMT(status.st_mode), "no file")
        raise OSError(errno.EINVAL, f"it is {kind}, not a file")
