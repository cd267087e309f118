"""What every sound encoder offers, and sound of any length encoded in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Samples = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float32]
Times = npt.NDArray[np.float64]
LOG_MEL = "log-mel"
WINDOWS = 64  # encoded at once: half a minute of sound
SILENCE = 2.0**-15  # loudest sample below which there is nothing: half a step of 16 bits


@dataclass(frozen=True)
class SoundBlock:
    """A piece of sound.

    Attributes:
        start_s: time of the first sample in seconds, on the clock of the video. samples: float32 [n], mono, in [-1, 1].
    """

    start_s: float
    samples: Samples


@dataclass(frozen=True)
class SoundFeatures:
    """What is heard, window by window.

    Attributes:
        vectors: float32 [t, d]. times: float64 [t], the middle of each window in seconds.
    """

    vectors: Vectors
    times: Times


class SoundEncoder(Protocol):
    """What every sound encoder offers.

    Attributes:
        name: short name to show.
        spec: what it was loaded from.
        fingerprint: 64 hex digits; vectors of another fingerprint are never compared with it.
        dim: length d of a vector.
        rate: samples a second that it takes.
        hop_s, window_s: step from window to window, and length of one, in seconds.
        card: everything that decides its output beside the weights; JSON values.
    """

    name: str
    spec: str
    fingerprint: str
    dim: int
    rate: int
    hop_s: float
    window_s: float
    card: Mapping[str, str | int | float]

    def encode(self, samples: Samples) -> SoundFeatures:
        """Mono sound float32 [n] at `rate` -> vectors float32 [t, d] and times float64 [t] from the first sample.

        A window more is taken where at least half of it is sound; sound of one sample has one window. A silent window has no row.
        """


def window_count(samples: int, window: int, hop: int) -> int:
    """Number of windows of a sound: whole ones, and one more where at least half of it is sound. All in samples."""
    return max(1, (samples - window // 2) // hop + 1) if samples else 0


def audible(samples: Samples, window: int, hop: int) -> Bools:
    """bool [windows], whether anything is heard in each window. Lengths in samples."""
    starts = range(0, window_count(len(samples), window, hop) * hop, hop)
    return np.array([float(np.abs(samples[k : k + window]).max(initial=0.0)) >= SILENCE for k in starts], bool)


def encode_blocks(encoder: SoundEncoder, blocks: Iterable[SoundBlock]) -> SoundFeatures:
    """Encode sound that comes in pieces: the same as `encode` on each stretch without a gap, in memory for half a minute.

    Args:
        blocks: at the encoder's rate, in the order of their times. A piece that does not follow the one before begins a stretch.
    """
    parts = [part for stretch in _stretches(blocks, encoder.rate) for part in _windows(encoder, stretch)]
    if not parts:
        return SoundFeatures(np.empty((0, encoder.dim), np.float32), np.empty(0, np.float64))
    return SoundFeatures(
        np.concatenate([part.vectors for part in parts]), np.concatenate([part.times for part in parts])
    )


def _stretches(blocks: Iterable[SoundBlock], rate: int) -> Iterator[Iterator[SoundBlock]]:
    """Runs of blocks, each of which follows the one before; a run is to be used up before the next is asked for."""
    coming = iter(blocks)
    ahead = next(coming, None)

    def run(first: SoundBlock) -> Iterator[SoundBlock]:
        nonlocal ahead
        block: SoundBlock | None = first
        while block is not None:
            yield block
            end_s = block.start_s + len(block.samples) / rate
            ahead = next(coming, None)
            block = ahead if ahead is not None and abs(ahead.start_s - end_s) < 1 / rate else None

    while ahead is not None:
        yield run(ahead)


def _windows(encoder: SoundEncoder, stretch: Iterator[SoundBlock]) -> Iterator[SoundFeatures]:
    window, hop = round(encoder.window_s * encoder.rate), round(encoder.hop_s * encoder.rate)
    needed = (WINDOWS - 1) * hop + window
    waiting: list[Samples] = []
    length, start_s, is_first = 0, 0.0, True
    for block in stretch:
        if is_first and not waiting:
            start_s = block.start_s
        waiting.append(block.samples)
        length += len(block.samples)
        while length >= needed + hop:  # another window must follow: the last ones belong to the end
            samples = np.concatenate(waiting)
            part = encoder.encode(samples[:needed])
            mine = part.times < (WINDOWS - 0.5) * encoder.hop_s + encoder.window_s / 2
            yield SoundFeatures(part.vectors[mine], part.times[mine] + start_s)
            waiting, length = [samples[WINDOWS * hop :]], length - WINDOWS * hop
            start_s, is_first = start_s + WINDOWS * hop / encoder.rate, False
    if length and (is_first or length >= window // 2):
        part = encoder.encode(np.concatenate(waiting))
        yield SoundFeatures(part.vectors, part.times + start_s)


def load(spec: str = LOG_MEL) -> SoundEncoder:
    """Load a sound encoder.

    Args:
        spec: `log-mel`, or the path of an ONNX file; `yamnet:PATH` and `vggish:PATH` name its front end, else its name does.

    Raises:
        EncoderError: the file cannot be used, or the extra `onnx` is not installed.
    """
    if spec == LOG_MEL:
        from embedding.sound.mel_statistics import LogMelStatistics

        return LogMelStatistics()
    from embedding.sound import onnx_sound

    kind, colon, path = spec.partition(":")
    if colon and kind in onnx_sound.FRONT_ENDS:
        return onnx_sound.load(Path(path), onnx_sound.FRONT_ENDS[kind])
    return onnx_sound.load(Path(spec), onnx_sound.named_front_end(spec))
