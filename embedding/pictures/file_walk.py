"""Which files a list of paths means: images and videos below folders, without leaving them."""

from __future__ import annotations

import errno
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import reading
from embedding.pictures.image_formats import SUFFIXES
from embedding.pictures.images import BadFile
from errors import InputError
from reading import File

# Every ending that video formats use which `video.decoding.source` opens. A GIF is an image here, its first picture; on the Segments
# page it is a video (docs/adr/0027).
VIDEO_SUFFIXES = frozenset({
    ".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2", ".mj2", ".f4v", ".mkv", ".webm", ".avi", ".divx", ".mpg", ".mpeg", ".mpe",
    ".m2v", ".vob", ".ts", ".mts", ".m2ts", ".m2t", ".flv", ".wmv", ".asf", ".ogv", ".ogm", ".mxf", ".nut", ".ivf",
})  # fmt: skip

NO_ENDING, MOST_ENDING = "without an ending", 12


@dataclass(frozen=True)
class FoundFile:
    """A file to add.

    Attributes:
        path: absolute, or an object in a store.
        name: relative to the folder that was given, with forward slashes; what `file` in a CSV is matched by.
        is_video: by its suffix.
    """

    path: File
    name: str
    is_video: bool


@dataclass
class Walk:
    """What a walk has come upon.

    Attributes:
        files: in a stable order.
        refused: what cannot be added, each with its reason.
        passed_over: how many files of folders are neither images nor videos by their ending, by ending in lower case.
    """

    files: list[FoundFile] = field(default_factory=list)
    refused: list[BadFile] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)


def find(paths: Sequence[Path], skip: Callable[[Path], bool]) -> Walk:
    """Walk files and folders.

    In a folder, hidden entries are left alone, and files that are neither images nor videos by their ending are passed
    over and counted; a file that is named itself is taken whatever its ending, and its content decides. Only regular
    files are taken, and only names that are UTF-8: others cannot be stored.

    Args:
        paths: files and folders; a missing one is refused, the rest goes on.
        skip: says which folders are not entered (other workspaces).
    """
    walk = Walk()
    for given in paths:
        path = expanded(given)
        fault = fault_of(path) or (None if reading.is_text(reading.resolved(path)) else _no_text(path))
        if fault is not None:
            walk.refused.append(fault)
        elif path.is_dir():
            _folder(path.resolve(), skip, walk)
        else:
            walk.files.append(_file(path.resolve(), path.name))
    return walk


def must_lie_below(path: Path, roots: Sequence[Path]) -> None:
    """Take a path only below one of the folders that a server takes paths of; links on the way to it count as where they lead.

    Raises:
        InputError: it lies elsewhere.
    """
    meant = path.resolve()
    if not any(meant.is_relative_to(root.resolve()) for root in roots):
        names = ", ".join(str(root) for root in roots)
        raise InputError(f"{path} does not lie in a folder that this server takes paths of: {names}. Choose one there.")


def expanded(path: Path | str) -> Path:
    """A path with the home folder for `~`; as it is where there is no such home."""
    return Path(os.path.expanduser(path))


def is_there(path: Path) -> bool:
    """Whether something lies at a path, be it a link to nothing."""
    return os.path.lexists(expanded(path))


def _file(path: Path, name: str) -> FoundFile:
    return FoundFile(path, name, path.suffix.lower() in VIDEO_SUFFIXES)


def _no_text(path: Path) -> BadFile:
    return BadFile(path, "its name is not UTF-8 text", "Rename it, then add it again.")


def fault_of(path: Path) -> BadFile | None:
    """Why a path cannot be taken, None for a regular file or a folder."""
    if not reading.is_text(path):
        return _no_text(path)
    try:
        folder = reading.is_bytes(path) and stat.S_ISDIR(os.stat(path).st_mode)
        if not folder:
            reading.size(path)
    except FileNotFoundError:
        if os.path.islink(path):
            return BadFile(path, "a symbolic link to nothing", "Remove it or mend it.")
        return BadFile(path, "the path does not exist", "Check its spelling.")
    except OSError as error:
        if error.errno == errno.ELOOP:
            return BadFile(path, "a symbolic link that leads to itself", "Remove it or mend it.")
        return BadFile(path, f"cannot be read ({error.strerror})", "Check what it is, and that it may be read.")
    return None


def _folder(root: Path, skip: Callable[[Path], bool], walk: Walk) -> None:
    before, passed = len(walk.files) + len(walk.refused), walk.passed_over.copy()
    for path in _entries(root, skip, walk):
        fault = fault_of(path)
        if path.is_symlink() and fault is None and not _stays_inside(path, root):
            fault = BadFile(path, f"a symbolic link out of {root.name}", "Add what it points to by itself.")
        if fault is not None:
            walk.refused.append(fault)
        elif path.is_file():
            walk.files.append(_file(path, path.relative_to(root).as_posix()))
    if len(walk.files) + len(walk.refused) == before:
        summary = listed(walk.passed_over - passed)
        reason = "the folder holds no images or videos" + (f" (passed over: {summary})" if summary else "")
        walk.refused.append(BadFile(root, reason, "Choose another folder."))


def _entries(root: Path, skip: Callable[[Path], bool], walk: Walk) -> Iterator[Path]:
    """Media files, links to folders (those are not entered, so that a loop or a way out cannot be walked), and folders
    whose name cannot be stored. What is passed over is counted, what cannot be listed is refused."""

    def unlisted(error: OSError) -> None:
        reason = f"the folder cannot be read ({error.strerror})"
        walk.refused.append(BadFile(error.filename or root, reason, "Check that it may be read, then add it again."))

    for folder, subfolders, files in os.walk(root, onerror=unlisted, followlinks=False):
        here = Path(folder)
        subfolders[:] = sorted(name for name in subfolders if name[0] != ".")
        closed = [name for name in subfolders if (here / name).is_symlink() or not reading.is_text(name)]
        yield from (here / name for name in closed)
        subfolders[:] = [name for name in subfolders if name not in closed and not skip(here / name)]
        shown = sorted(name for name in files if name[0] != ".")
        yield from (here / name for name in shown if is_media(name))
        walk.passed_over.update(ending(name) for name in shown if not is_media(name))


def listed(passed_over: Counter[str]) -> str:
    """What was passed over, in words: `6 .heic, 1 .txt`."""
    return ", ".join(f"{count:,} {ending}" for ending, count in passed_over.most_common(8))


def ending(name: str) -> str:
    """How a file that is passed over is counted."""
    last = os.path.splitext(name)[1].lower()
    return reading.readable(last) if 1 < len(last) <= MOST_ENDING else NO_ENDING


def is_media(name: str) -> bool:
    """Whether a file of this name is an image or a video, by its ending."""
    suffix = os.path.splitext(name)[1].lower()
    return suffix in SUFFIXES or suffix in VIDEO_SUFFIXES


def _stays_inside(path: Path, root: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(root)
