"""Decoded sound placed on the clock of a video: mono, at one rate, in blocks whose times follow the file's own.

Sound is placed by its presentation times: it may begin before or after the picture and have gaps. Where its format changes inside a file
the resampler is made anew. Where times step back, as in recordings that were joined, the clock goes on, as that of the pictures does.
"""

from __future__ import annotations

from enum import StrEnum

import av
import av.error
import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from embedding.sound.sound_encoder import SILENCE, SoundBlock

APART_S = 0.1  # times that differ by less are rounding
AHEAD_S = 60.0  # a step ahead of more is another recording


class SoundState(StrEnum):
    """What there is to hear in a file that was read; before it is read there is no state."""

    ABSENT = "no sound"
    UNREADABLE = "unreadable sound"
    SILENT = "silent"
    AUDIBLE = "sound"


class SoundTrack:
    """Takes decoded frames in the order of the file, gives blocks. Memory does not grow.

    Attributes:
        loudest: largest absolute sample so far. samples: number of samples given so far.
        steps: places where the times step and the clock goes on.
    """

    def __init__(self, origin_s: float, rate: int = 16_000) -> None:
        self.loudest, self.samples, self.steps = 0.0, 0, 0
        self._origin_s, self._rate = origin_s, rate
        self._resampler: av.AudioResampler | None = None
        self._setup: tuple[str, str, int] | None = None
        self._offset_s = 0.0  # added to stamps
        self._next_s: float | None = None  # when the next frame is due
        self._given_s = 0.0  # time of the next sample that comes out

    @property
    def state(self) -> SoundState:
        """What was heard so far, in a file that has a sound stream."""
        if not self.samples:
            return SoundState.UNREADABLE
        return SoundState.AUDIBLE if self.loudest >= SILENCE else SoundState.SILENT

    def take(self, frame: AudioFrame) -> list[SoundBlock]:
        """Blocks that a frame completes."""
        if frame.samples < 1 or frame.sample_rate < 1:
            return []
        blocks = []
        setup = (frame.format.name, frame.layout.name, frame.sample_rate)
        time_s = self._time(frame)
        if self._next_s is None or abs(time_s - self._next_s) > APART_S:
            blocks += self.finish()
            self._next_s = self._given_s = time_s
        elif setup != self._setup:
            blocks += self.finish()
        if self._resampler is None:
            self._resampler, self._setup = av.AudioResampler(format="flt", layout="mono", rate=self._rate), setup
        self._next_s += frame.samples / frame.sample_rate
        frame.pts = None  # the resampler would make up for gaps in its own way
        return blocks + self._blocks(self._resampler.resample(frame))

    def finish(self) -> list[SoundBlock]:
        """What the resampler still holds."""
        if self._resampler is None:
            return []
        left, self._resampler = self._resampler.resample(None), None
        return self._blocks(left)

    def _time(self, frame: AudioFrame) -> float:
        """Time of a frame on the clock in seconds."""
        if frame.pts is None or frame.time_base is None:
            return 0.0 if self._next_s is None else self._next_s
        stamp_s = float(frame.pts * frame.time_base) - self._origin_s
        if self._next_s is None:
            return max(0.0, stamp_s)
        if not -APART_S <= stamp_s + self._offset_s - self._next_s <= AHEAD_S:
            self._offset_s = self._next_s - stamp_s
            self.steps += 1
        return stamp_s + self._offset_s

    def _blocks(self, frames: list[AudioFrame]) -> list[SoundBlock]:
        blocks = []
        for frame in frames:
            samples: NDArray[np.float32] = np.nan_to_num(np.asarray(frame.to_ndarray(), np.float32).reshape(-1))
            if len(samples):
                self.loudest = max(self.loudest, float(np.abs(samples).max()))
                blocks.append(SoundBlock(self._given_s, samples))
                self._given_s += len(samples) / self._rate
                self.samples += len(samples)
        return blocks
