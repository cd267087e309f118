"""Features of one whole video, each stream decoded once: a frame a second through the workspace's encoder, two moments a second by
which fragments are looked up, and the sound.

All keep their own times on the clock of the video. A video that was segmented with the same encoder is not encoded again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedding.ingest.video_encoders import FrameEncoder
from embedding.sound.sound_encoder import SoundEncoder, encode_blocks
from progress import Progress, silent
from reading import File
from store.items.video_features import FRAMES, HASHES, MOMENTS, SOUND, Features, FeatureState
from video.decoding import letterbox, sound_reader
from video.decoding.frames import DecodeOptions, Decoding, Frame, Picture, decode
from video.decoding.sound_track import SoundState
from video.matching import moments
from video.matching.fragment_index import Query
from video.matching.moments import Moments
from video.segmenting.analysis_file import Analysis

PER_S = 1.0  # frames; moments are twice as many
BATCH = 32
OPTIONS = DecodeOptions(small_side=16, samples_per_s=PER_S, halves=True)
STATES = {SoundState.ABSENT: FeatureState.ABSENT, SoundState.UNREADABLE: FeatureState.UNREADABLE}
HASH_NAME = "pHash, two frames a second"
HASH_FINGERPRINT = hashlib.sha256(b"pHash of two frames a second, bars cropped, 1").hexdigest()


@dataclass(frozen=True)
class SeenVideo:
    """What is seen in a video: features of its frames, moments and hashes, its size in pixels as shown, and its end in seconds."""

    frames: Features
    moments: Features
    hashes: Features
    width: int
    height: int
    duration_s: float


@dataclass
class _Sampled:
    """Samples of a video as they are decoded: the size of its pictures and its end are known when all were taken."""

    decoding: Decoding
    width: int
    height: int
    end_s: float = 0.0

    def __iter__(self) -> Iterator[tuple[Frame, Picture]]:
        for frame in self.decoding.frames:
            self.end_s = frame.time_s + frame.duration_s
            if frame.sample is None:
                continue
            if (frame.sample.shape[0] > frame.sample.shape[1]) != (self.height > self.width):
                self.width, self.height = self.height, self.width
            yield frame, letterbox.crop(frame.sample)


def _sampled(path: File, progress: Progress) -> _Sampled:
    decoding = decode(path, OPTIONS, progress)
    return _Sampled(decoding, round(decoding.info.width * decoding.info.aspect), decoding.info.height)


@dataclass(frozen=True)
class _Collected:
    """All samples of a video: times float64 [t], vectors float16 [t, d], hashes [t]; mirrored float32 [t, d], None unless asked for.

    Attributes:
        is_frame: bool [t], those of whole seconds. width, height, end_s: of the video.
    """

    times: moments.Times
    is_frame: npt.NDArray[np.bool_]
    hashes: moments.Hashes
    plain: npt.NDArray[np.float32]
    mirrored: npt.NDArray[np.float32] | None
    width: int
    height: int
    end_s: float

    def seen(self, encoder: FrameEncoder) -> SeenVideo:
        """As it is kept."""
        rows = self.plain.astype(np.float16)
        return SeenVideo(
            _frames(encoder, rows[self.is_frame], self.times[self.is_frame]), _moments(encoder, rows, self.times),
            _hashes(self.hashes, self.times), self.width, self.height, self.end_s,
        )  # fmt: skip

    def query(self) -> Query:
        """As it is looked up. Only for samples that were mirrored too."""
        assert self.mirrored is not None, "a query is looked up mirrored too"
        return Query(Moments(self.times, self.plain, self.hashes), self.mirrored)


def see(path: File, encoder: FrameEncoder, progress: Progress = silent) -> SeenVideo:
    """Decode the pictures of a video; memory grows with its vectors alone.

    Args:
        progress: called once a frame with the seconds behind and the seconds in all (0 where unknown).

    Raises:
        InputError: the file cannot be used. CancelledError: `progress` stopped it.
    """
    return _collect(path, encoder, progress, mirror=False).seen(encoder)


def query(path: File, encoder: FrameEncoder, progress: Progress = silent) -> Query:
    """A video that is looked up, as moments and the same mirrored.

    Raises:
        InputError: the file cannot be used. CancelledError: `progress` stopped it.
    """
    return _collect(path, encoder, progress, mirror=True).query()


def see_and_ask(path: File, encoder: FrameEncoder, progress: Progress = silent) -> tuple[SeenVideo, Query]:
    """Both of them by one decode.

    Raises:
        InputError: the file cannot be used. CancelledError: `progress` stopped it.
    """
    collected = _collect(path, encoder, progress, mirror=True)
    return collected.seen(encoder), collected.query()


def _collect(path: File, encoder: FrameEncoder, progress: Progress, *, mirror: bool) -> _Collected:
    samples = _sampled(path, progress)
    times: list[float] = []
    whole: list[bool] = []
    hashes: list[moments.Hashes] = []
    plain: list[npt.NDArray[np.float32]] = []
    mirrored: list[npt.NDArray[np.float32]] = []
    waiting: list[Picture] = []

    def encode() -> None:
        plain.append(encoder.embed(waiting))
        if mirror:
            mirrored.append(encoder.embed([np.ascontiguousarray(each[:, ::-1]) for each in waiting]))
        waiting.clear()

    for frame, picture in samples:
        times.append(frame.time_s)
        whole.append(not frame.is_half)
        hashes.append(moments.picture_hash(picture))
        waiting.append(picture)
        if len(waiting) == BATCH:
            encode()
    if waiting:
        encode()
    return _Collected(
        np.array(times), np.array(whole), np.stack(hashes), np.concatenate(plain), np.concatenate(mirrored) if mirror else None,
        samples.width, samples.height, samples.end_s,
    )  # fmt: skip


def seen_before(path: File, analysis: Analysis, encoder: FrameEncoder) -> SeenVideo:
    """The same from a kept analysis of the video by the same encoder: of its samples the nearest to each second and half second.

    The file is decoded for its hashes; nothing is encoded.

    Raises:
        InputError: the file cannot be used.
    """
    samples = _sampled(path, silent)
    taken = [(frame.time_s, moments.picture_hash(picture)) for frame, picture in samples]
    at, hashes = np.array([time_s for time_s, _ in taken]), np.stack([each for _, each in taken])
    times = analysis.sample_times
    wanted = np.arange(times[0], times[-1] + 1e-6, 1 / PER_S)
    chosen = np.unique(_nearest(times, wanted))
    near = _nearest(times, at)
    return SeenVideo(
        _frames(encoder, analysis.vectors[chosen], times[chosen]), _moments(encoder, analysis.vectors[near], at),
        _hashes(hashes, at), analysis.width, analysis.height, analysis.duration_s,
    )  # fmt: skip


def _nearest(times: moments.Times, wanted: moments.Times) -> npt.NDArray[np.int64]:
    """int64 [w], of ascending times the one nearest to each wanted one."""
    right = np.clip(np.searchsorted(times, wanted), 0, len(times) - 1)
    left = np.maximum(right - 1, 0)
    return np.asarray(np.where(np.abs(times[left] - wanted) <= np.abs(times[right] - wanted), left, right), np.int64)


def _frames(encoder: FrameEncoder, rows: npt.NDArray[np.float16], times: moments.Times) -> Features:
    return Features(FRAMES, encoder.fingerprint, encoder.name, FeatureState.PRESENT, rows, times)


def _moments(encoder: FrameEncoder, rows: npt.NDArray[np.float16], times: moments.Times) -> Features:
    return Features(MOMENTS, encoder.moments, encoder.name, FeatureState.PRESENT, rows, times)


def _hashes(rows: moments.Hashes, times: moments.Times) -> Features:
    return Features(HASHES, HASH_FINGERPRINT, HASH_NAME, FeatureState.PRESENT, rows, times)


def hear(path: File, encoder: SoundEncoder, progress: Progress = silent) -> Features:
    """Decode and encode the sound of a video; without any, silent or unreadable it has a state and no rows.

    Raises:
        InputError: the file cannot be opened. CancelledError: `progress` stopped it.
    """
    reading = sound_reader.read(path, encoder.rate, progress)
    heard = encode_blocks(encoder, reading.blocks)
    state = STATES.get(reading.state, FeatureState.PRESENT if len(heard.vectors) else FeatureState.SILENT)
    return Features(SOUND, encoder.fingerprint, encoder.name, state, heard.vectors, heard.times)
