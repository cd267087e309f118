"""Which files a list of paths and URIs means: folders below paths, objects below URIs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from embedding.pictures import file_walk
from embedding.pictures.file_walk import FoundFile, Walk
from embedding.pictures.images import BadFile
from errors import InputError
from reading import Elsewhere, File
from store.blobs.blob import Blob


def find(paths: Sequence[File], skip: Callable[[Path], bool]) -> Walk:
    """Walk files, folders and objects; below a URI as `file_walk.find` below a folder.

    Args:
        paths: paths on this machine, objects, and beginnings of the keys of objects.
        skip: says which folders are not entered.

    Raises:
        InputError: an object lies in no bucket that may be read.
        StoreError: the store does not answer, or has no such bucket.
    """
    walk = file_walk.find([path for path in paths if isinstance(path, Path)], skip)
    for path in paths:
        if isinstance(path, Blob):
            _below(path, walk)
    return walk


def listed(entries: Sequence[File]) -> Walk:
    """The files of a list, each named by its whole path; nothing is looked up before its turn comes."""
    walk = file_walk.find([entry for entry in entries if isinstance(entry, Path)], skip=lambda _: True)
    for entry in entries:
        if isinstance(entry, Blob):
            walk.files.append(_file(entry, entry.uri.partition("://")[2].partition("/")[2]))
    return walk


def exists(path: File) -> bool:
    """Whether something may be at a path; of objects only the store knows."""
    return isinstance(path, Elsewhere) or file_walk.is_there(path)


def _file(blob: Blob, name: str) -> FoundFile:
    return FoundFile(blob, name, blob.suffix.lower() in file_walk.VIDEO_SUFFIXES)


def _below(root: Blob, walk: Walk) -> None:
    beginning, count, passed = root.uri.rstrip("/") + "/", 0, walk.passed_over.copy()
    try:
        for blob in Blob(beginning.rstrip("/")).below():
            name = blob.uri.removeprefix(beginning)
            if any(part.startswith(".") for part in name.split("/")):
                continue
            if file_walk.is_media(name):
                walk.files.append(_file(blob, name))
                count += 1
            elif not name.endswith("/"):
                walk.passed_over[file_walk.ending(name)] += 1
        passed = walk.passed_over - passed
        if not count and not passed:
            walk.files.append(_file(root.seen(), root.name))
        elif not count:
            reason = f"no images or videos lie below it (passed over: {file_walk.listed(passed)})"
            walk.refused.append(BadFile(root, reason, "Choose another prefix."))
    except InputError:
        raise
    except OSError as error:
        walk.refused.append(
            BadFile(root, f"cannot be read ({error.strerror})", "Check its spelling, and that it may be read.")
        )
