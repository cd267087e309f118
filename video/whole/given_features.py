"""Features that others computed, as the workspace keeps them: one named set, whose rows are never mixed with others."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import reading
from errors import InputError
from store.items import feature_sets
from store.items.feature_sets import SetKind
from store.items.video_features import FRAMES, SOUND, Features, FeatureState
from video.exchange import feature_rows, foreign_formats
from video.exchange.feature_rows import RowRules
from video.exchange.foreign_formats import YT8M
from video.exchange.foreign_video import FeatureRows, ForeignVideo, ImportReport, Reason
from video.exchange.paddle import paddle_list
from video.exchange.paddle.paddle_features import ENDING, PaddleFeatures, stem
from video.exchange.videotag_list import frames_of

NPY, TFRECORD = ".npy", ".tfrecord"
LIST = ".txt"
FEATURE_FILES = (ENDING, NPY, TFRECORD)


@dataclass
class SetRules:
    """What rows of a set are, across all of its files.

    Attributes:
        name: of the set. kind: how its files are read. report: where rows that do not fit are noted.
        dims: numbers of a row by modality; the first video sets those that are not known.
    """

    name: str
    kind: SetKind
    report: ImportReport
    dims: dict[str, int] = field(default_factory=dict)

    def features(self, video: ForeignVideo) -> dict[str, Features]:
        """The features of a video by modality, without those that are not there or do not fit; the report says why."""
        parts = ((FRAMES, video.frames), (SOUND, video.sound))
        kept = {name: self._features(name, rows, video.row) for name, rows in parts if rows is not None}
        return {name: one for name, one in kept.items() if one is not None}

    def _features(self, modality: str, given: FeatureRows, row: int) -> Features | None:
        rows = given.rows
        if not len(rows):
            return self._empty(modality, FeatureState.ABSENT) if modality == SOUND else None
        if modality == SOUND and not rows.any():
            return self._empty(modality, FeatureState.SILENT)
        if not self.kind.dequantise and feature_rows.is_quantised(rows):
            return None  # noted where they were read; they would be mixed with numbers of another scale
        if rows.shape[1] != self.dims.setdefault(modality, rows.shape[1]):
            self.report.note(
                Reason.ANOTHER_WIDTH, row, f"{modality}: {rows.shape[1]:,} numbers, not {self.dims[modality]:,}"
            )
            return None
        # Where a file does not say how far apart its rows are, they stand for a second each.
        times = np.arange(len(rows), dtype=np.float64) if given.times is None else given.times
        mark = feature_sets.fingerprint(self.name, modality)
        return Features(modality, mark, self.name, FeatureState.PRESENT, rows, times)

    def waiting(self) -> Features:
        """What stands for a video that came without frames of this set."""
        return self._empty(FRAMES, FeatureState.NOT_COMPUTED)

    def _empty(self, modality: str, state: FeatureState) -> Features:
        rows = np.empty((0, self.dims.get(modality, 0)), np.float32)
        return Features(modality, feature_sets.fingerprint(self.name, modality), self.name, state, rows, np.empty(0))


class FeatureFolder:
    """Feature files of a folder, `NAME.pkl` of PaddleVideo or `NAME.npy`, by the name of a video up to its first dot.

    Raises:
        InputError: it is not a folder.
    """

    def __init__(self, folder: Path, rules: SetRules) -> None:
        if not reading.is_bytes(folder) or not folder.is_dir():
            raise InputError(f"{reading.readable(folder)} is not a folder of features. Check the path.")
        self.folder, self._set = folder, rules
        self._rules = RowRules(rules.report, dict(rules.dims), dequantise=rules.kind.dequantise)
        self._owners: dict[str, str] = {}

    def of(self, video: ForeignVideo, duration_s: float | None = None) -> ForeignVideo:
        """A video with its features. duration_s: its length where that is known, over which rows are spread."""
        name = stem(video.name)
        if self._owners.setdefault(name, video.name) != video.name:
            self._set.report.note(Reason.SAME_FEATURE_FILE, video.row, f"{name} is that of {self._owners[name]}")
            return video
        if not os.path.isfile(self.folder / f"{name}{ENDING}") and os.path.isfile(self.folder / f"{name}{NPY}"):
            frames = frames_of(self.folder, f"{name}{NPY}", self._rules, video.row, feature_rows.MAX_ROWS)
            if frames is not None and duration_s:
                frames = feature_rows.timed(frames, duration_s, self._set.report, video.row)
            return ForeignVideo(video.row, video.name, video.title, video.labels, frames=frames)
        durations = {} if duration_s is None else {video.name: duration_s}
        return next(PaddleFeatures(self.folder, self._rules, durations).joined([video]))


def is_feature_file(path: Path) -> bool:
    """Whether a path is called like a file of features."""
    return path.suffix.lower() in FEATURE_FILES


def videos(paths: Sequence[Path], rules: SetRules, folder: Path | None = None) -> Iterator[ForeignVideo]:
    """Videos with their features, one at a time; rows of the report count over all paths.

    Args:
        paths: files of features, folders of such files, and with `folder` names of videos or PaddleVideo's lists too.
        folder: where the features of named videos lie.

    Raises:
        InputError: a path is none of these, or cannot be read.
    """
    opened: dict[Path, FeatureFolder] = {}
    row = 0

    def within(place: Path) -> FeatureFolder:
        if place not in opened:
            opened[place] = FeatureFolder(place, rules)
        return opened[place]

    for path in _files(paths):
        if path.suffix.lower() == TFRECORD or (path.suffix.lower() == ENDING and rules.kind.form == YT8M):
            for video in foreign_formats.opened(YT8M, path).videos:
                row += 1
                yield ForeignVideo(row, video.name, frames=video.frames, sound=video.sound)
        elif is_feature_file(path):
            row += 1
            yield within(path.parent).of(ForeignVideo(row, path.name))
        elif folder is None:
            raise InputError(f"{reading.readable(path)} is not a file of features ({', '.join(FEATURE_FILES)}).")
        else:
            for video in _listed(path):
                row += 1
                yield within(folder).of(ForeignVideo(row, video.name, video.title))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if reading.is_bytes(path) and path.is_dir():
            inside = sorted(each for each in path.iterdir() if is_feature_file(each) and each.is_file())
            if not inside:
                raise InputError(f"{reading.readable(path)} holds no file of features ({', '.join(FEATURE_FILES)}).")
            yield from inside
        else:
            yield path


def _listed(path: Path) -> Iterator[ForeignVideo]:
    """The videos of a list, or the one that a path names, whether it lies there or not."""
    is_list = path.suffix.lower() == LIST and reading.is_bytes(path) and path.is_file()
    yield from paddle_list.read(path, None, ImportReport()) if is_list else [ForeignVideo(1, path.name)]
