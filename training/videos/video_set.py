"""Videos as arrays: rows of vectors with their times by modality, whatever number each video has, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
FRAMES, SOUND, TITLE = "frames", "sound", "title"
TOP = 4  # the best quarter of the rows counts by itself
LEAST_TO_PRETRAIN = 64  # videos with frames below which there is nothing to contrast
AT_ONCE = 2**22  # numbers sorted at once


@dataclass(frozen=True)
class Modality:
    """One modality of n videos, the rows of each video side by side.

    Attributes:
        rows: float32 [r, d]. starts: int64 [n + 1]; video i has the rows from starts[i] to starts[i + 1], none where it is missing.
        times: float64 [r], when each row holds, in seconds; zeros for a title.
    """

    rows: Floats
    starts: Ints
    times: npt.NDArray[np.float64]

    @property
    def dim(self) -> int:
        """Length d of a row."""
        return int(self.rows.shape[1])

    @property
    def present(self) -> Bools:
        """bool [n], whether a video has it."""
        return np.asarray(np.diff(self.starts) > 0)

    def take(self, videos: Ints) -> Modality:
        """The same of some videos, in their order."""
        counts = np.diff(self.starts)[videos]
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        rows = np.repeat(self.starts[:-1][videos] - starts[:-1], counts) + np.arange(starts[-1])
        return Modality(self.rows[rows], starts, self.times[rows])

    def without(self, videos: Bools) -> Modality:
        """The same with the rows of some videos gone. videos: bool [n]."""
        counts = np.diff(self.starts)
        kept = ~np.repeat(videos, counts)
        starts = np.concatenate([[0], np.cumsum(np.where(videos, 0, counts))]).astype(np.int64)
        return Modality(self.rows[kept], starts, self.times[kept])

    def pooled(self) -> Floats:
        """float32 [n, 2d]: the mean of a video's rows, and of each column the mean of its highest quarter; zeros where it is missing.

        What is seen or heard only briefly is lost in a mean and stays in the highest quarter.
        """
        counts = np.diff(self.starts)
        out = np.zeros((len(counts), 2 * self.dim), np.float32)
        for count in np.unique(counts[counts > 0]).tolist():
            videos = np.flatnonzero(counts == count)  # of one length, so that they are sorted together
            best, step = -(-count // TOP), max(1, AT_ONCE // (count * self.dim))
            for first in range(0, len(videos), step):
                some = videos[first : first + step]
                part = self.rows[self.starts[some][:, None] + np.arange(count)]  # [some, count, d]
                out[some, : self.dim] = part.mean(axis=1)
                out[some, self.dim :] = np.partition(part, count - best, axis=1)[:, count - best :].mean(axis=1)
        return out

    def means(self) -> Floats:
        """float32 [n, d]: the mean of a video's rows; zeros where it is missing."""
        counts = np.diff(self.starts)
        out = np.zeros((len(counts), self.dim), np.float32)
        if len(self.rows):
            here = counts > 0
            out[here] = np.add.reduceat(self.rows, self.starts[:-1][here], axis=0) / counts[here, None]
        return out


def modality(parts: Sequence[Floats], times: Sequence[npt.NDArray[np.float64]] | None = None, *, dim: int) -> Modality:
    """A modality from the rows float32 [t, d] of each video; no rows where it is missing.

    Raises:
        ValueError: rows of another length, as many times as rows are not given, or a number is not finite.
    """
    counts = np.array([len(part) for part in parts], np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    rows = np.concatenate(
        [np.asarray(part, np.float32).reshape(-1, dim) for part in parts] or [np.empty((0, dim), np.float32)]
    )
    clock = np.zeros(len(rows)) if times is None else np.concatenate([*times, np.empty(0)])
    if len(rows) != starts[-1] or len(clock) != len(rows):
        raise ValueError("Rows and times of a modality differ in number.")
    if not np.isfinite(rows).all():
        raise ValueError("A modality holds numbers that are not finite.")
    return Modality(np.asarray(rows, np.float32), starts, np.asarray(clock, np.float64))


@dataclass(frozen=True)
class VideoSet:
    """n videos by modality, all of the same number of videos. texts: n titles as people read them, "" where there is none; None where they are not kept."""

    modalities: Mapping[str, Modality]
    texts: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(next(iter(self.modalities.values())).starts) - 1

    def take(self, videos: Ints) -> VideoSet:
        """Some of the videos, in their order."""
        texts = None if self.texts is None else tuple(self.texts[k] for k in videos.tolist())
        return VideoSet({name: each.take(videos) for name, each in self.modalities.items()}, texts)

    def only(self, names: Sequence[str]) -> VideoSet:
        """Some of the modalities."""
        some = {name: self.modalities[name] for name in names if name in self.modalities}
        return VideoSet(some, self.texts if TITLE in names else None)

    def without(self, name: str, videos: Bools | None = None) -> VideoSet:
        """The same with one modality missing in some videos, in all unless given. videos: bool [n]."""
        if name not in self.modalities:
            return self
        gone = np.ones(len(self), bool) if videos is None else videos
        texts = self.texts
        if texts is not None and name == TITLE:
            texts = tuple("" if empty else text for text, empty in zip(texts, gone.tolist(), strict=True))
        return VideoSet({**self.modalities, name: self.modalities[name].without(gone)}, texts)

    @property
    def present(self) -> Bools:
        """bool [n, modalities], in the order of the names."""
        return np.stack([each.present for each in self.modalities.values()], axis=1)


def joined(first: VideoSet, second: VideoSet) -> VideoSet:
    """The videos of two sets with the same modalities, one behind the other."""
    both = {}
    for name, each in first.modalities.items():
        other = second.modalities[name]
        starts = np.concatenate([each.starts, other.starts[1:] + each.starts[-1]])
        times = np.concatenate([each.times, other.times])
        both[name] = Modality(np.concatenate([each.rows, other.rows]), starts, times)
    return VideoSet(both, None if first.texts is None or second.texts is None else first.texts + second.texts)
