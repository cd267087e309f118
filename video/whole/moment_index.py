"""The index of all moments of a workspace's videos: kept among its caches, and brought up to date by what is new."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

import files
from store.items import video_features
from store.items.video_features import HASHES, MOMENTS
from store.workspace import Workspace
from video.matching.fragment_index import FragmentIndex
from video.matching.moments import Moments
from video.whole.feature_extraction import HASH_FINGERPRINT

FILE = "moments.npz"
VERSION = 1  # counts up when codes are made in another way
GROWN = 2  # times as many moments as when the centre was taken, from which on it is taken anew


def moments_of(workspace: Workspace, video: int, fingerprint: str) -> Moments:
    """The moments of a video.

    Raises:
        StoreError: they are missing or damaged.
    """
    return load(workspace, [video], fingerprint)[video]


def load(workspace: Workspace, videos: list[int], fingerprint: str) -> dict[int, Moments]:
    """Moments of videos by the encoder of a fingerprint, of those that have them.

    Raises:
        StoreError: a file is missing or damaged.
    """
    vectors = video_features.load(workspace, MOMENTS, fingerprint, videos)
    hashes = video_features.load(workspace, HASHES, HASH_FINGERPRINT, videos)
    return {
        number: Moments(each.times, each.rows, np.asarray(hashes[number].rows, np.uint8))
        for number, each in vectors.items()
        if number in hashes and len(hashes[number].rows) == len(each.rows)
    }


def open_index(workspace: Workspace, fingerprint: str) -> tuple[FragmentIndex | None, int]:
    """(the index, None where no video has moments; how many whole videos have none).

    Raises:
        StoreError: a file of features is missing or damaged.
    """
    with workspace.read() as connection:
        every = video_features.whole_videos(connection)
        stamp = video_features.file_names(connection, MOMENTS, fingerprint, every)
        hashed = video_features.file_names(connection, HASHES, HASH_FINGERPRINT, every)
    stamp = {number: file for number, file in stamp.items() if number in hashed}
    if not stamp:
        return None, len(every)
    path = workspace.folder("index") / FILE
    kept = _read(path, fingerprint)
    index, known, centred = kept if kept is not None else (None, {}, 0)
    current = {number: file for number, file in known.items() if stamp.get(number) == file}
    new = [number for number in stamp if number not in current]
    if index is not None and not new and len(current) == len(known):
        return index, len(every) - len(stamp)
    if index is not None and len(current) < len(known):
        index = index.only(np.isin(index.videos, list(current)))
    fresh = load(workspace, new, fingerprint)
    if index is None or len(index) + sum(map(len, fresh.values())) > GROWN * centred:
        index = FragmentIndex.build({**load(workspace, list(current), fingerprint), **fresh})
        centred = len(index)
    else:
        index = index.joined(fresh)
    if not workspace.sealed:
        _write(path, index, fingerprint, {**current, **{number: stamp[number] for number in fresh}}, centred)
    return index, len(every) - len(stamp)


def _read(path: Path, fingerprint: str) -> tuple[FragmentIndex, dict[int, str], int] | None:
    """(index, file of features by video, moments when the centre was taken), or None: a cache that cannot be read is made again."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            stamp = json.loads(str(arrays["stamp"]))
            if (stamp["version"], stamp["fingerprint"]) != (VERSION, fingerprint):
                return None
            index = FragmentIndex(arrays["centre"], arrays["codes"], arrays["videos"], arrays["times"])
            return index, {int(number): str(file) for number, file in stamp["files"].items()}, int(stamp["centred"])
    except (OSError, ValueError, KeyError, TypeError, BadZipFile):
        return None


def _write(path: Path, index: FragmentIndex, fingerprint: str, known: Mapping[int, str], centred: int) -> None:
    stamp = {
        "version": VERSION,
        "fingerprint": fingerprint,
        "files": {str(k): v for k, v in known.items()},
        "centred": centred,
    }
    try:
        with files.replacing(path, durable=False) as part, part.open("wb") as out:
            np.savez(
                out, stamp=np.array(json.dumps(stamp)), centre=index.centre, codes=index.stored, videos=index.videos,
                times=index.times,
            )  # fmt: skip
    except OSError:
        return  # a cache that cannot be kept is made again the next time
