"""The labelled images copied into a folder a class, with a manifest; made beside its place, whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

import files
import reading
from errors import InputError
from naming import composed, file_name
from store.blobs import blob
from store.items import items, originals
from store.items.item_rows import ItemRow
from store.items.originals import State
from store.workspace import Workspace
from written.csv_cells import csv_text, plain

MANIFEST = "manifest.csv"
COLUMNS = ["picture", "bytes", "sha256", "file", "class"]
NAME_BYTES = 200  # of a picture's name; file systems end at 255
_UNSAFE = re.compile(r"[\x00-\x1f<>:\"|?*\\\\/]")
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


@dataclass
class Copied:
    """What was copied, and the names of what was not: the file is gone, holds other bytes now, or is that of a video."""

    pictures: int = 0
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)


def write(workspace: Workspace, labels: pd.DataFrame, out: Path) -> Copied:
    """Copy the images of labels into `out`, in a folder for each class.

    An earlier export at `out` is replaced as a whole. Its manifest lists what it holds: where more or something else lies there,
    nothing is touched.

    Args:
        labels: with the columns item, file and class.

    Raises:
        InputError: `out` is a folder that holds something else than an export.
        OSError: the disk refuses; what was there before stays.
    """
    _only_ours(out)  # before all pictures are looked at
    with workspace.read() as connection:
        rows = items.get_many(connection, sorted(set(labels["item"].tolist())))
        states = originals.states(connection, [row for row in rows.values() if row.kind == "image"])
    wanted = list(zip(labels["item"].tolist(), labels["file"].tolist(), labels["class"].tolist(), strict=True))
    good = [one for one in wanted if states.get(one[0]) is State.INTACT]
    lacking = {file: states.get(number) for number, file, _ in wanted if states.get(number) is not State.INTACT}
    done = Copied(
        missing=[file for file, state in lacking.items() if state is State.MISSING],
        changed=[file for file, state in lacking.items() if state is State.CHANGED],
        frames=[file for file, state in lacking.items() if state is None],
    )
    places = _places(good, rows)
    listed: list[Sequence[Any]] = []
    with replacing(out) as folder:
        for (item_id, file, category), place in zip(good, places, strict=True):
            target = folder / place
            target.parent.mkdir(exist_ok=True)
            try:
                reading.copy(blob.named(rows[item_id].path), target)
            except FileNotFoundError:  # it went since it was looked at
                done.missing.append(file)
                continue
            size = target.stat().st_size
            if rows[item_id].bytes not in (None, size):  # it was written to since
                done.changed.append(file)
                target.unlink()
                continue
            listed.append((place, size, rows[item_id].sha256 or "", file, category))
        files.write(folder / MANIFEST, csv_text(COLUMNS, listed))
    done.pictures = len(listed)
    return done


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A new folder to fill with images and their manifest, which takes the place of an earlier export at `out` when the block ends, as a whole.

    Raises:
        InputError: `out` holds something else than an export.
        OSError: the disk refuses; what was there before stays.
    """
    _only_ours(out)
    with files.replacing_folder(out) as folder:
        yield folder


def _only_ours(out: Path) -> None:
    """Refuse a place that holds anything but what the manifest of an earlier export lists."""
    if not out.exists():
        return
    if not out.is_dir():
        raise InputError(f"{out} is a file. Name a folder for the images.")
    other = foreign(out, {**_manifest(out), MANIFEST: None})
    if other:
        raise InputError(
            f"{out} holds {len(other)} files that no export of images made, or that were changed since, for example {other[0]}. "
            "Nothing was written. Name a new folder, or take them out."
        )


def foreign(out: Path, listed: Mapping[str, int | None]) -> list[str]:
    """Names of the files below `out` that an earlier export did not list, or listed with another size; None is any size."""
    there = {
        path.relative_to(out).as_posix(): path for path in out.rglob("*") if not path.is_dir() or path.is_symlink()
    }
    return [
        name for name, path in there.items() if name not in listed or listed[name] not in (None, path.lstat().st_size)
    ]


def _manifest(out: Path) -> dict[str, int | None]:
    """Name and size of each picture of an export."""
    try:
        with (out / MANIFEST).open(newline="", encoding="utf-8") as file:
            return {plain(row["picture"]): int(row["bytes"]) for row in csv.DictReader(file)}
    except (OSError, KeyError, ValueError, TypeError, csv.Error):
        return {}


def _places(good: Sequence[tuple[int, str, str]], rows: Mapping[int, ItemRow]) -> list[str]:
    """Where each picture goes, `folder/name`: the same for the same labels, and apart also where case or accents are not told apart.

    Of pictures of one name in a class each is called by its whole name, `train/cat/1.jpg` by `train_cat_1.jpg`, where that will do;
    else by its own name and the beginning of the hash of its bytes.
    """
    folders = _folders(category for _, _, category in good)
    plain_names = [safe_name(Path(file_name(rows[number].name)).name) for number, _, _ in good]
    whole_names = [safe_name(file_name(file).strip("/").replace("/", "_")) for _, file, _ in good]
    hashed = [_hashed(name, rows[number]) for name, (number, _, _) in zip(plain_names, good, strict=True)]
    keys = [folders[category] for _, _, category in good]
    chosen = plain_names
    for further in (whole_names, hashed):
        count = Counter((key, _folded(name)) for key, name in zip(keys, chosen, strict=True))
        chosen = [
            other if count[key, _folded(name)] > 1 else name
            for key, name, other in zip(keys, chosen, further, strict=True)
        ]
    taken: set[tuple[str, str]] = set()
    places = []
    for key, name, (number, _, _) in zip(keys, chosen, good, strict=True):
        unique = name if (key, _folded(name)) not in taken else f"{Path(name).stem}-{number}{Path(name).suffix}"
        taken.add((key, _folded(unique)))
        places.append(f"{key}/{unique}")
    return places


def _folders(classes: Iterable[str]) -> dict[str, str]:
    """A folder for each class, apart also where case is not told apart."""
    taken: set[str] = {_folded(MANIFEST)}
    folders: dict[str, str] = {}
    for name in sorted(set(classes)):
        folder, number = safe_folder(name), 2
        while _folded(folder) in taken:
            folder, number = f"{safe_folder(name)}_{number}", number + 1
        taken.add(_folded(folder))
        folders[name] = folder
    return folders


def safe_folder(name: str) -> str:
    """A folder name that any file system takes and that leads nowhere else, whatever the category is called."""
    cleaned = re.sub(r"[^\w\- ]+", "_", composed(name), flags=re.UNICODE).strip(" .")[:80].strip()
    while len(cleaned.encode()) > NAME_BYTES:
        cleaned = cleaned[:-1]
    return f"{cleaned}_" if _DEVICES.fullmatch(cleaned) else cleaned or "class"


def safe_name(name: str) -> str:
    """A file name that any file system takes; a long one keeps its end, where the suffix is."""
    cleaned = _UNSAFE.sub("_", composed(name)).strip(" ").rstrip(".") or "picture"
    if _DEVICES.fullmatch(cleaned):
        cleaned = f"_{cleaned}"
    while len(cleaned.encode()) > NAME_BYTES:
        cleaned = cleaned[1:]
    return cleaned


def _hashed(name: str, row: ItemRow) -> str:
    mark = hashlib.sha256(f"{row.sha256} {row.path}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{Path(name).stem}-{mark}{Path(name).suffix}"


def _folded(name: str) -> str:
    return composed(name.casefold())
