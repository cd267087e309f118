"""PaddleVideo's features: one pickle a video, named like the video up to its first dot, with frames and sound."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import reading
from errors import InputError
from video.exchange import feature_rows, safe_pickle
from video.exchange.feature_rows import FRAMES, SOUND, RowRules
from video.exchange.foreign_video import FeatureRows, ForeignVideo, ImportReport, Reason

ENDING = ".pkl"


def stem(name: str) -> str:
    """The name of a video's features: what stands behind the last slash and in front of the first dot."""
    return name.rsplit("/", 1)[-1].split(".", 1)[0]


@dataclass(frozen=True)
class PaddleFeatures:
    """A folder of feature pickles.

    Attributes:
        folder: where they lie. rules: what their rows should be, with the report.
        durations: length of videos in seconds by name, as far as it is known; it gives the rows their times.
    """

    folder: Path
    rules: RowRules
    durations: Mapping[str, float]

    def joined(self, videos: Iterable[ForeignVideo]) -> Iterator[ForeignVideo]:
        """The videos of a list with their features, one pickle in memory at a time. A fault of a pickle stays with its video."""
        owners: dict[str, str] = {}
        for video in videos:
            name = stem(video.name)
            if owners.setdefault(name, video.name) != video.name:
                self.rules.report.note(Reason.SAME_FEATURE_FILE, video.row, f"{name}{ENDING} is that of {owners[name]}")
                yield video
                continue
            frames, sound = self._of(video, name)
            yield replace(video, frames=frames, sound=sound)

    def _of(self, video: ForeignVideo, name: str) -> tuple[FeatureRows | None, FeatureRows | None]:
        report, row = self.rules.report, video.row
        path = self.folder / f"{name}{ENDING}"
        if not name or not reading.is_bytes(path) or not os.path.isfile(path):
            report.note(Reason.MISSING_FEATURES, row, f"{name}{ENDING}")
            return None, None
        if not reading.resolved(path).is_relative_to(reading.resolved(self.folder)):
            report.note(Reason.OUTSIDE, row, f"{name}{ENDING}")
            return None, None
        try:
            named, frames, sound = _arrays(path)
        except InputError as error:
            report.note(Reason.UNREADABLE_FEATURES, row, str(error))
            return None, None
        if named and stem(named) != name:
            report.note(Reason.OTHER_VIDEO, row, f"{name}{ENDING} says {named[:80]}")
        parts = (self.rules.rows(FRAMES, frames, row), self.rules.rows(SOUND, sound, row))
        self.rules.lengths(*parts, row)
        return self._timed(parts[0], video, report), self._timed(parts[1], video, report)

    def _timed(self, rows: FeatureRows | None, video: ForeignVideo, report: ImportReport) -> FeatureRows | None:
        duration = self.durations.get(video.name, 0.0)
        if rows is None or duration <= 0:
            return rows
        return feature_rows.timed(rows, duration, report, video.row)


def _arrays(path: Path) -> tuple[str, feature_rows.Numbers, feature_rows.Numbers]:
    """Name, frames and sound of a pickle.

    Raises:
        InputError: it cannot be read, or is not such a pickle.
    """
    record = safe_pickle.read(path)
    features = record.get("feature") if isinstance(record, dict) else None
    if not isinstance(record, dict) or not isinstance(features, dict) or "image_pkl" not in features:
        raise InputError(
            f"{path.name} has no `feature` with `image_pkl` and `audio_pkl`, so it is not a feature file of PaddleVideo."
        )
    named = record.get("video")
    frames = feature_rows.checked(features["image_pkl"], "frames")
    sound = feature_rows.checked(features.get("audio_pkl"), "sound")
    return named if isinstance(named, str) else "", frames, sound
