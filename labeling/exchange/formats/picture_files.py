"""The files of an export: places for pictures, copies or links of them, and a list of all, by which a rerun knows its own."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path, PurePosixPath

import files
import reading
from errors import InputError, StoreError
from labeling.exchange.formats.label_set import Images, LabelSet, Picture
from labeling.exchange.image_folders import foreign, safe_name
from naming import composed, file_name
from store.blobs import blob, buckets

GONE = "{name} went while it was exported. Nothing was written. Export again."
WRITTEN = "{name} was written to while it was exported. Nothing was written. Export again."
LIST = ".sceneloop-export.json"  # readers of image folders pass over hidden files


def places(names: Sequence[tuple[str, str]]) -> list[str]:
    """A place for each picture: its name in letters that any file system takes.

    No two are alike without their ending, whatever the case: of such pictures each has a hash behind its name.

    Args:
        names: the name of each, and what tells it apart from all others.
    """
    plain = [_safe_path(name) for name, _ in names]
    often: dict[str, int] = {}
    for place in plain:
        often[_stem(place)] = often.get(_stem(place), 0) + 1
    chosen = []
    for place, (_, mark) in zip(plain, names, strict=True):
        path = PurePosixPath(place)
        digest = hashlib.sha256(mark.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        chosen.append(place if often[_stem(place)] == 1 else str(path.with_name(f"{path.stem}-{digest}{path.suffix}")))
    return chosen


def _safe_path(name: str) -> str:
    parts = [part for part in file_name(name).split("/") if part not in ("", ".", "..")]
    return "/".join(safe_name(part) for part in parts) or "picture"


def _stem(place: str) -> str:
    return composed(str(PurePosixPath(place).with_suffix("")).casefold())


def put(given: LabelSet, pictures: Iterable[Picture], folder: Path) -> None:
    """Copy or link pictures into a folder, each at its place; nothing where the export goes without.

    Raises:
        StoreError: a file went or was written to since it was looked at, or lies on another disk and cannot be linked.
    """
    if given.images is Images.NONE:
        return
    for picture in pictures:
        put_one(given, picture, folder / picture.place)


def put_one(given: LabelSet, picture: Picture, target: Path) -> None:
    """Copy or link one picture; as `put`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        if given.images is Images.LINK and buckets.is_uri(picture.path):
            raise StoreError(
                f"{picture.name} lies in a store of objects and cannot be linked. Nothing was written. Copy the images instead."
            )
        if given.images is Images.LINK:
            os.link(picture.path, target)
        else:
            reading.copy(blob.named(picture.path), target)
    except FileNotFoundError as error:
        raise StoreError(GONE.format(name=picture.name)) from error
    except OSError as error:
        if given.images is Images.LINK and error.errno in (errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK):
            raise StoreError(
                f"{picture.name} cannot be linked ({error.strerror}). Nothing was written. Copy the images instead, or "
                "export to the disk that they lie on."
            ) from error
        raise
    if picture.size not in (None, target.stat().st_size):
        raise StoreError(WRITTEN.format(name=picture.name))


@contextmanager
def picture_bytes(picture: Picture) -> Iterator[BufferedReader]:
    """The file of a picture, open.

    Raises:
        StoreError: it went, or was written to, since it was looked at.
    """
    try:
        there = blob.named(picture.path)
        file = reading.opened(there)
    except FileNotFoundError as error:
        raise StoreError(GONE.format(name=picture.name)) from error
    with file:
        if picture.size not in (None, reading.stamp(there).size):
            raise StoreError(WRITTEN.format(name=picture.name))
        yield file


def write_json(path: Path, document: object) -> None:
    """A JSON file, one value a line, in UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@contextmanager
def explained(out: Path) -> Iterator[None]:
    """Say in one sentence what the disk refuses of an export that is whole or not there.

    Raises:
        StoreError: the disk refuses.
    """
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{out} cannot be written ({error.strerror or error}). What was there before is as it was. Choose another place or "
            "free the disk."
        ) from error


@contextmanager
def replacing_export(out: Path, form: str) -> Iterator[Path]:
    """A new folder to fill, which takes the place of an earlier export at `out` when the block ends, as a whole.

    Raises:
        InputError: `out` holds something else than an export.
        OSError: the disk refuses; what was there before stays.
    """
    _only_ours(out)
    with files.replacing_folder(out) as folder:
        yield folder
        sizes = {
            path.relative_to(folder).as_posix(): path.stat().st_size
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        write_json(folder / LIST, {"format": form, "files": sizes})


def content(folder: Path) -> tuple[str, set[str]]:
    """The format of an export and the names of its files, its list among them.

    Raises:
        InputError: it is none of ours, or its files were changed since it was written.
    """
    try:
        form = str(json.loads((folder / LIST).read_text(encoding="utf-8"))["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder} is no folder that an export wrote. Export again, then use that folder.") from error
    listed = _listed(folder)
    gone = [name for name in listed if not (folder / name).is_file()]
    other = foreign(folder, {**listed, LIST: None}) or gone
    if other:
        raise InputError(
            f"{folder} was changed since it was exported: {len(other)} files, for example {min(other)}. Export again."
        )
    return form, {*listed, LIST}


def _only_ours(out: Path) -> None:
    """Refuse a place that holds anything but what the list of an earlier export names."""
    if not os.path.lexists(out):
        return
    if not out.is_dir():
        raise InputError(f"{out} is a file. Name a folder for the export.")
    other = foreign(out, {**_listed(out), LIST: None})
    if other:
        raise InputError(
            f"{out} holds {len(other)} files that no export wrote, or that were changed since, for example {min(other)}. "
            "Nothing was written. Name a new folder, or take them out."
        )


def _listed(out: Path) -> dict[str, int | None]:
    """Name and size of each file of an earlier export."""
    try:
        sizes = json.loads((out / LIST).read_text(encoding="utf-8"))["files"]
        return {str(name): int(size) for name, size in sizes.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
