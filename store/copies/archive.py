"""The file of a backup: a tar with the database first, the workspace's files behind it, and what they all hash to at the end.

The end is what makes it whole: a file that was cut off has no list, and a byte that changed fits none. What is unpacked are plain files in the
folders that a workspace has; a name that leads elsewhere, a link or a device is refused.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from errors import InputError
from progress import Progress
from reading import readable
from store.copies.table_rows import Digests
from store.restore import CACHES
from store.workspace import DATABASE, FOLDERS

KEPT = tuple(folder for folder in FOLDERS if folder not in CACHES)
LIST = "backup.json"
FORMAT = 1
_MOST_LIST = 2**30
_PIECE = 2**20


class Kept(NamedTuple):
    """A file of a backup: its hash, and when it was last written, which says whether an upload is still what was added."""

    sha256: str
    mtime_ns: int


@dataclass(frozen=True)
class Contents:
    """What a backup says of itself.

    Attributes:
        name: of the workspace. folder: where it lay. made_at: ISO 8601, UTC.
        items, events: how many. digests: of events and state.
        files: by name in the backup. missing: files that the database names and that were not there.
    """

    name: str
    folder: str
    made_at: str
    items: int
    events: int
    digests: Digests
    files: dict[str, Kept]
    missing: list[str]


def pack(out: IO[bytes], described: Contents, named: Iterable[tuple[str, Path]], progress: Progress) -> Contents:
    """Write a backup; returns what it holds.

    Args:
        out: takes the bytes.
        described: all but the files.
        named: name in the backup and place of each file, the database first. One that is gone is noted as missing.

    Raises:
        OSError: a file cannot be read, or the disk refuses.
    """
    listed = list(named)
    kept, missing = dict(described.files), list(described.missing)
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for number, (name, path) in enumerate(listed, start=1):
            try:
                file = path.open("rb")
            except FileNotFoundError:
                missing.append(name)
                continue
            with file:
                kept[name] = _put(tar, name, file)
            progress(number, len(listed))
        whole = Contents(**{**vars(described), "files": kept, "missing": missing})
        content = json.dumps({"format": FORMAT, **asdict(whole)}).encode("utf-8", "surrogatepass")
        entry = tarfile.TarInfo(LIST)
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return whole


def _put(tar: tarfile.TarFile, name: str, file: IO[bytes]) -> Kept:
    status = os.fstat(file.fileno())
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime = status.st_size, int(status.st_mtime)
    hashing = _Hashing(file)
    tar.addfile(entry, hashing)
    return Kept(hashing.digest.hexdigest(), status.st_mtime_ns)


class _Hashing(io.RawIOBase):
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


def unpack(source: Path, folder: Path, progress: Progress) -> Contents:
    """Write a backup's files into an empty folder; returns what it says of itself.

    Raises:
        InputError: it is not a backup, not whole, of a newer program, or holds what no workspace has.
        OSError: the disk refuses.
    """
    written: dict[str, str] = {}
    try:
        with tarfile.open(source, mode="r:") as tar:
            for entry in tar:
                if entry.name == LIST:
                    return _checked(_described(tar, entry), written, folder)
                written[entry.name] = _take(tar, entry, folder)
                progress(len(written), 0)
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{readable(source)} is not a backup of a workspace ({error}). Name another file.") from error
    raise InputError(
        f"{readable(source)} ends before its end: it was cut off. Nothing was restored. Use another backup."
    )


def _take(tar: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> str:
    parts = PurePosixPath(entry.name).parts
    plain = entry.isreg() and not entry.issparse() and ".." not in parts and "\0" not in entry.name
    if not plain or not (parts == (DATABASE,) or (len(parts) > 1 and parts[0] in KEPT)):
        raise InputError(
            f"The backup holds {readable(entry.name)[:100]!r}, which no workspace has. Nothing was restored."
        )
    path = folder.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    taken = tar.extractfile(entry)
    assert taken is not None  # it is regular
    with taken, path.open("xb") as file:
        while piece := taken.read(_PIECE):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _described(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> Contents:
    taken = tar.extractfile(entry) if entry.size <= _MOST_LIST else None
    if taken is None:
        raise ValueError("its list is none")
    content = json.loads(taken.read())
    if content.pop("format") != FORMAT:
        raise ValueError("a newer Sceneloop made it")
    content["digests"] = Digests(**content["digests"])
    content["files"] = {name: Kept(*kept) for name, kept in content["files"].items()}
    return Contents(**content)


def _checked(described: Contents, written: dict[str, str], folder: Path) -> Contents:
    if written.keys() != described.files.keys():
        raise ValueError("its list names other files than it holds")
    for name, kept in described.files.items():
        if written[name] != kept.sha256:
            raise InputError(f"{readable(name)} in the backup is damaged. Nothing was restored. Use another backup.")
        os.utime(folder / name, ns=(kept.mtime_ns, kept.mtime_ns))
    return described
