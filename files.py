"""Files and folders that are whole or not there.

What is written stands beside its place under a name of its own until it is complete; then it is synced and renamed. A writer
that was killed leaves such a part behind: the next one of the same file sweeps it up, for the lock on it is free.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX, SUFFIX = ".part-", ".tmp"

if sys.platform == "win32":  # no such lock there: parts of killed writers stay until somebody deletes them

    def _lock(descriptor: int) -> bool:
        del descriptor
        return False

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        """Whether the file or folder is ours alone now; a killed process has no lock any more."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def remedy(error: OSError) -> str:
    """The beginning of what to do about a disk that refuses to be written."""
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return "Make it writable"
    return "Free the disk" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "Check the disk"


@contextmanager
def replacing(path: Path, *, durable: bool = True, sweep: bool = True) -> Iterator[Path]:
    """An empty file beside `path` to write into. It takes the place of `path` when the block ends, and goes when that fails.

    A symbolic link stays one: the file that it points to is replaced. Into a device or a pipe the content is copied.

    Args:
        path: the file to be; its folder must exist.
        durable: sync file and folder, so that the content survives a power cut. A cache does without.
        sweep: delete what killed writers of the same file left. It lists the folder: leave it out where thousands are written.

    Raises:
        OSError: the disk refuses; what was there before stays.
    """
    target = path.resolve() if path.is_symlink() else path
    if _is_special(target):
        with tempfile.TemporaryDirectory() as folder:
            part = Path(folder) / "part"
            part.touch()
            yield part
            with part.open("rb") as source, target.open("wb") as out:
                shutil.copyfileobj(source, out)
        return
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "it is write-protected", str(target))
    if sweep:
        _sweep(target)
    part, descriptor = _new_part(target)
    try:
        if target.exists():
            shutil.copymode(target, part)
        yield part
        if durable:
            _sync(part)
        os.replace(part, target)
        if durable:
            _sync(target.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)


def write(path: Path, content: bytes | str, *, durable: bool = True, sweep: bool = True) -> None:
    """Write a file whole or not at all; text as UTF-8.

    Raises:
        OSError: the disk refuses; what was there before stays.
    """
    with replacing(path, durable=durable, sweep=sweep) as part:
        part.write_bytes(content.encode() if isinstance(content, str) else content)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """A new folder beside `path` to fill. It takes the place of `path`, with all that was in it, when the block ends.

    Raises:
        OSError: the disk refuses; what was there before stays.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    with scratch(target) as part:
        yield part
        _exchange(part, target)


@contextmanager
def scratch(path: Path) -> Iterator[Path]:
    """A folder beside `path` to work in, on the same disk; it goes when the block ends. What a killed process left goes with the next one's.

    Raises:
        OSError: the disk refuses.
    """
    _sweep(path)
    folder = path.parent / _part_name(path)
    folder.mkdir()
    descriptor = os.open(folder, os.O_RDONLY) if sys.platform != "win32" else None
    try:
        if descriptor is not None:
            _lock(descriptor)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if descriptor is not None:
            os.close(descriptor)


def _exchange(part: Path, target: Path) -> None:
    """Put `part` where `target` is; what was there goes last."""
    if not target.exists():
        part.rename(target)
        return
    old = target.parent / _part_name(target)
    target.rename(old)
    try:
        part.rename(target)
    except BaseException:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _is_special(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    return not stat.S_ISREG(mode)


def _key(target: Path) -> str:
    """What parts of one file have in common; short, for a name may be as long as the disk allows."""
    return PREFIX + hashlib.sha256(os.fsencode(target.name)).hexdigest()[:12] + "-"


def _part_name(target: Path) -> str:
    return f"{_key(target)}{uuid.uuid4().hex}{SUFFIX}"


def _new_part(target: Path) -> tuple[Path, int]:
    """A new file and its locked descriptor."""
    while True:
        part = target.parent / _part_name(target)
        descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666)
        _lock(descriptor)
        # Another writer may have swept it up between the two lines above.
        if part.exists():
            return part, descriptor
        os.close(descriptor)


def _sweep(target: Path) -> None:
    """Delete the parts that killed writers of a file or folder left."""
    key = _key(target)
    try:
        left = [entry for entry in os.scandir(target.parent) if entry.name.startswith(key)]
    except OSError:
        return
    for entry in left:
        try:
            descriptor = os.open(entry.path, os.O_RDONLY)
        except OSError:
            continue
        try:
            if _lock(descriptor):
                _delete(Path(entry.path))
        finally:
            os.close(descriptor)


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    if sys.platform == "win32" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
