"""A folder that is looked at again and again: which files are new there and stand still, and which are gone.

It is looked at, not listened to: folders of a network tell nobody that another machine wrote into them, and that a file is whole
shows by its size alone, whoever says that it is there (docs/adr/0056-watching-is-looking.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from embedding.pictures import file_walk
from embedding.pictures.file_walk import Walk
from errors import InputError
from store import workspace

Stamp = tuple[int, int]  # bytes, time of the last change in ns


@dataclass
class Look:
    """What one look at a folder shows.

    Attributes:
        settled: new or changed files whose size and time are those of the look before, and what cannot be taken.
        growing: names of new files that are empty, or changed since the look before.
        gone: files that were there, were taken, and are there no more.
        away: why the folder cannot be looked at, "" where it can; nothing counts as gone then.
    """

    settled: Walk = field(default_factory=Walk)
    growing: list[str] = field(default_factory=list)
    gone: list[Path] = field(default_factory=list)
    away: str = ""


class FolderWatch:
    """A folder, and what of it was taken."""

    def __init__(self, folder: Path, taken: Mapping[Path, Stamp]) -> None:
        """Watch a folder.

        Args:
            taken: files below it that need not be taken, as they were then.

        Raises:
            InputError: there is no such folder.
        """
        self.folder = file_walk.expanded(folder).absolute()
        if not self.folder.is_dir():
            raise InputError(f"{folder} is not a folder. Create it, or name another one to watch.")
        self.folder = self.folder.resolve()
        self._taken = {path: stamp for path, stamp in taken.items() if path.is_relative_to(self.folder)}
        self._before: dict[Path, Stamp] = {}
        self._refused: set[str] = set()

    def look(self) -> Look:
        """Look once. What is settled counts as taken from now on, until its size or time changes."""
        walk = file_walk.find([self.folder], skip=workspace.exists)
        if not self.folder.is_dir():
            return Look(away=f"{self.folder} cannot be reached. Is it mounted?")
        seen = Look()
        now: dict[Path, Stamp] = {}
        for file in walk.files:
            path = Path(str(file.path))  # below a folder there are only paths
            stamp = _stamp(path)
            if stamp is None:  # gone since it was listed
                continue
            now[path] = stamp
            if self._taken.get(path) == stamp:
                continue
            if stamp[0] and self._before.get(path) == stamp:
                seen.settled.files.append(file)
                self._taken[path] = stamp
            else:
                seen.growing.append(file.name)
        refused = [fault for fault in walk.refused if fault.path != self.folder]  # an empty folder is nothing to refuse
        seen.settled.refused = [fault for fault in refused if str(fault.path) not in self._refused]
        self._refused = {str(fault.path) for fault in refused}
        seen.gone = sorted(path for path in self._taken if path not in now)
        for path in seen.gone:
            del self._taken[path]
        self._before = now
        return seen


def _stamp(path: Path) -> Stamp | None:
    try:
        there = path.stat()
    except OSError:
        return None
    return there.st_size, there.st_mtime_ns
