"""Which files a list of paths means: images and videos below folders, without leaving them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from embedding.images import SUFFIXES, BadFile

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".flv", ".wmv", ".ogv", ".3gp"}
)


@dataclass(frozen=True)
class FoundFile:
    """A file to add.

    Attributes:
        path: absolute.
        name: relative to the folder that was given, with forward slashes; what `file` in a CSV is matched by.
        is_video: by its suffix.
    """

    path: Path
    name: str
    is_video: bool


@dataclass
class Found:
    """What a walk found: the files in a stable order, and what it refused, each with its reason."""

    files: list[FoundFile] = field(default_factory=list)
    refused: list[BadFile] = field(default_factory=list)


def find(paths: Sequence[Path], skip: Callable[[Path], bool]) -> Found:
    """Walk files and folders.

    In a folder, hidden entries and files that are neither images nor videos by their suffix are passed over; a
    file that is named itself is taken whatever its suffix, and its content decides.

    Args:
        paths: files and folders; a missing one is refused, the rest goes on.
        skip: says which folders are not entered (other workspaces).
    """
    found = Found()
    for given in paths:
        path = given.expanduser()
        if path.is_dir():
            _folder(path.resolve(), skip, found)
        elif path.exists():
            found.files.append(FoundFile(path.resolve(), path.name, path.suffix.lower() in VIDEO_SUFFIXES))
        else:
            found.refused.append(BadFile(path, "the path does not exist", "Check its spelling."))
    return found


def _folder(root: Path, skip: Callable[[Path], bool], found: Found) -> None:
    before = len(found.files) + len(found.refused)
    for path in _entries(root, skip):
        if path.is_symlink() and not _stays_inside(path, root):
            found.refused.append(_leads_out(path, root))
        elif not path.exists():
            found.refused.append(BadFile(path, "a symbolic link to nothing", "Remove it or mend it."))
        elif path.is_file():
            name = path.relative_to(root).as_posix()
            found.files.append(FoundFile(path, name, path.suffix.lower() in VIDEO_SUFFIXES))
    if len(found.files) + len(found.refused) == before:
        found.refused.append(BadFile(root, "the folder holds no images or videos", "Choose another folder."))


def _entries(root: Path, skip: Callable[[Path], bool]) -> Iterator[Path]:
    """Media files, and links to folders: those are not entered, so that a loop or a way out cannot be walked."""
    for folder, subfolders, files in os.walk(root, followlinks=False):
        here = Path(folder)
        subfolders.sort()
        yield from (here / name for name in subfolders if (here / name).is_symlink() and name[0] != ".")
        subfolders[:] = [name for name in subfolders if name[0] != "." and not skip(here / name)]
        yield from (here / name for name in sorted(files) if name[0] != "." and _is_media(name))


def _is_media(name: str) -> bool:
    suffix = os.path.splitext(name)[1].lower()
    return suffix in SUFFIXES or suffix in VIDEO_SUFFIXES


def _stays_inside(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root)


def _leads_out(path: Path, root: Path) -> BadFile:
    return BadFile(path, f"a symbolic link out of {root.name}", "Add the file or folder that it points to by itself.")
