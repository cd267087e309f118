"""Features of one whole video, each stream decoded once: a frame a second through the workspace's encoder, and the sound.

Both keep their own times on the clock of the video. A video that was segmented with the same encoder is not decoded for its frames again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embedding.ingest.video_encoders import FrameEncoder
from embedding.sound.sound_encoder import SoundEncoder, encode_blocks
from progress import Progress, silent
from store.items.video_features import FRAMES, SOUND, Features, FeatureState
from video.decoding import letterbox, sound_reader
from video.decoding.frames import DecodeOptions, Picture, decode
from video.decoding.sound_track import SoundState
from video.segmenting.analysis_file import Analysis

PER_S = 1.0  # frames
BATCH = 32
OPTIONS = DecodeOptions(small_side=16, samples_per_s=PER_S)
STATES = {SoundState.ABSENT: FeatureState.ABSENT, SoundState.UNREADABLE: FeatureState.UNREADABLE}


@dataclass(frozen=True)
class SeenVideo:
    """What is seen in a video: features of its frames, its size in pixels as shown, and its end in seconds."""

    frames: Features
    width: int
    height: int
    duration_s: float


def see(path: Path, encoder: FrameEncoder, progress: Progress = silent) -> SeenVideo:
    """Decode the pictures of a video; memory grows with its vectors alone.

    Args:
        progress: called once a frame with the seconds behind and the seconds in all (0 where unknown).

    Raises:
        InputError: the file cannot be used. CancelledError: `progress` stopped it.
    """
    decoding = decode(path, OPTIONS, progress)
    info = decoding.info
    size = (round(info.width * info.aspect), info.height)
    times: list[float] = []
    rows: list[npt.NDArray[np.float16]] = []
    waiting: list[Picture] = []
    end_s = 0.0
    for frame in decoding.frames:
        end_s = frame.time_s + frame.duration_s
        if frame.sample is None:
            continue
        if (frame.sample.shape[0] > frame.sample.shape[1]) != (size[1] > size[0]):
            size = (size[1], size[0])
        times.append(frame.time_s)
        waiting.append(letterbox.crop(frame.sample))
        if len(waiting) == BATCH:
            rows.append(encoder.embed(waiting).astype(np.float16))
            waiting = []
    if waiting:
        rows.append(encoder.embed(waiting).astype(np.float16))
    return SeenVideo(_features(encoder, np.concatenate(rows), np.array(times)), *size, end_s)


def seen_before(analysis: Analysis, encoder: FrameEncoder) -> SeenVideo:
    """The same from a kept analysis of the video by the same encoder: of its samples the nearest to each second."""
    times = analysis.sample_times
    wanted = np.arange(times[0], times[-1] + 1e-6, 1 / PER_S)
    chosen = np.unique(np.abs(times[None, :] - wanted[:, None]).argmin(axis=1))
    frames = _features(encoder, analysis.vectors[chosen], times[chosen])
    return SeenVideo(frames, analysis.width, analysis.height, analysis.duration_s)


def _features(encoder: FrameEncoder, rows: npt.NDArray[np.float16], times: npt.NDArray[np.float64]) -> Features:
    return Features(
        FRAMES, encoder.fingerprint, encoder.name, FeatureState.PRESENT, rows, np.asarray(times, np.float64)
    )


def hear(path: Path, encoder: SoundEncoder, progress: Progress = silent) -> Features:
    """Decode and encode the sound of a video; without any, silent or unreadable it has a state and no rows.

    Raises:
        InputError: the file cannot be opened. CancelledError: `progress` stopped it.
    """
    reading = sound_reader.read(path, encoder.rate, progress)
    heard = encode_blocks(encoder, reading.blocks)
    state = STATES.get(reading.state, FeatureState.PRESENT if len(heard.vectors) else FeatureState.SILENT)
    return Features(SOUND, encoder.fingerprint, encoder.name, state, heard.vectors, heard.times)
