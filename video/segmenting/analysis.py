"""All that needs decoding, done once: samples, their vectors, shots and keyframes of a video.

Labels come later and as often as wanted from what is kept here (`video.segmenting.segments`), without touching the video again.
"""

from __future__ import annotations

import io
import tempfile
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import cv2
import numpy as np
from numpy.typing import NDArray

from progress import Progress, silent
from reading import File
from video.decoding import letterbox
from video.decoding.clock import Break
from video.decoding.frame_change import ChangeMeter
from video.decoding.frames import DecodeOptions, Decoding, Picture, decode
from video.segmenting import keyframes, shots
from video.segmenting.analysis_file import Analysis, Keyframe, refused
from video.segmenting.keyframes import KeyframeOptions
from video.segmenting.shots import ShotOptions
from video.segmenting.span import Span, between

__all__ = ["Analysis", "AnalysisOptions", "Embed", "Keyframe", "Progress", "analyse"]

Embed = Callable[[list[Picture]], NDArray[np.float32]]
BATCH = 32
JPEG_QUALITY = 82


@dataclass(frozen=True)
class AnalysisOptions:
    """How a video is analysed; see the options of each step.

    Attributes:
        partial_first_s: wall seconds to the first call of `partial`: somebody waits for it.
        partial_every_s: wall seconds between two later ones.
    """

    decoding: DecodeOptions = field(default_factory=DecodeOptions)
    cutting: ShotOptions = field(default_factory=ShotOptions)
    keyframes: KeyframeOptions = field(default_factory=KeyframeOptions)
    partial_first_s: float = 0.3
    partial_every_s: float = 2.0


def analyse(
    path: File,
    embed: Embed,
    options: AnalysisOptions | None = None,
    progress: Progress = silent,
    partial: Callable[[Analysis], None] | None = None,
) -> Analysis:
    """Decode a video once and keep all that labelling needs.

    Args:
        path: a video file.
        embed: uint8 RGB pictures [h, w, 3] to unit vectors, float32 [n, d].
        options: see `AnalysisOptions`.
        progress: as in `decode`.
        partial: called now and then with the analysis of what is decoded so far.

    Raises:
        InputError: the file cannot be used.
        CancelledError: `progress` stopped it; nothing is kept.
        StoreError: the disk refuses.
    """
    options = options or AnalysisOptions()
    decoding = decode(path, options.decoding, progress)
    with tempfile.TemporaryFile() as spool:
        recorder = _Recorder(decoding, embed, options, spool)
        due = time.monotonic() + options.partial_first_s
        for frame in decoding.frames:
            recorder.add(frame.time_s, frame.duration_s, frame.small, frame.sample)
            if frame.sample is None:
                continue
            if partial is not None and time.monotonic() >= due:
                begun = time.monotonic()
                partial(recorder.analysis())
                # In a long video a partial result takes a while: never more than a tenth of the time.
                due = time.monotonic() + max(options.partial_every_s, 9 * (time.monotonic() - begun))
        return recorder.analysis()


class _Recorder:
    """Takes frames one by one; pictures of the samples wait in a file, not in memory, until keyframes are chosen."""

    def __init__(self, decoding: Decoding, embed: Embed, options: AnalysisOptions, spool: IO[bytes]) -> None:
        self._decoding, self._embed, self._options, self._spool = decoding, embed, options, spool
        self._meter = ChangeMeter(decoding.info.fps)
        self._times = array("d")
        self._end_s = 0.0
        self._size = (0, 0)
        self._sample_frames: list[int] = []
        self._places: list[tuple[int, int]] = []
        self._waiting: list[Picture] = []
        self._vectors: list[NDArray[np.float16]] = []

    def add(self, time_s: float, duration_s: float, small: Picture, sample: Picture | None) -> None:
        self._meter.add(small)
        self._times.append(time_s)
        self._end_s = time_s + duration_s
        if sample is None:
            return
        self._size = self._size_of(sample)
        cropped = letterbox.crop(sample)
        self._sample_frames.append(len(self._times) - 1)
        self._keep(cropped)
        self._waiting.append(cropped)
        if len(self._waiting) >= BATCH:
            self._flush()

    def analysis(self) -> Analysis:
        self._flush()
        times = np.array(self._times)
        sample_frames = np.array(self._sample_frames, np.int64)
        vectors = np.concatenate(self._vectors) if self._vectors else np.zeros((0, 0), np.float16)
        change = self._meter.curves()
        unit = vectors.astype(np.float32)
        breaks = list(self._decoding.breaks)
        cuts = shots.cuts(change, times, sample_frames, unit, self._options.cutting)
        cuts = shots.with_breaks(cuts, [jump.frame for jump in breaks])
        spans = between(cuts, times, self._end_s)
        width, height = self._size
        return Analysis(
            fps=self._fps(times, breaks),
            duration_s=self._end_s,
            width=width,
            height=height,
            times=times,
            change=change,
            sample_frames=sample_frames,
            vectors=vectors,
            shots=spans,
            keyframes=self._keyframes(spans, times, sample_frames, unit),
            notes=list(self._decoding.notes),
            start_s=self._decoding.info.start_s,
            breaks=breaks,
        )

    def _size_of(self, sample: Picture) -> tuple[int, int]:
        """Width and height as shown: square pixels, turned as the sample was."""
        info = self._decoding.info
        width, height = round(info.width * info.aspect), info.height
        tall = sample.shape[0] > sample.shape[1]
        return (min(width, height), max(width, height)) if tall else (max(width, height), min(width, height))

    def _fps(self, times: NDArray[np.float64], breaks: list[Break]) -> float:
        """The stated rate where the times agree with it, else the mean; holes without pictures do not count."""
        holes = sum(jump.step_s for jump in breaks if not jump.closed)
        stated, mean = self._decoding.info.fps, len(times) / max(self._end_s - times[0] - holes, 1e-3)
        return stated if abs(stated - mean) < 0.01 * mean else mean

    def _flush(self) -> None:
        if self._waiting:
            self._vectors.append(self._embed(self._waiting).astype(np.float16))
            self._waiting = []

    def _keep(self, picture: Picture) -> None:
        done, data = cv2.imencode(
            ".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
        )
        assert done
        try:
            self._spool.seek(0, io.SEEK_END)
            self._places.append((self._spool.tell(), len(data)))
            self._spool.write(data.tobytes())
        except OSError as error:
            raise refused(Path(tempfile.gettempdir()), error) from error

    def _picture(self, sample: int) -> bytes:
        offset, size = self._places[sample]
        self._spool.seek(offset)
        return self._spool.read(size)

    def _keyframes(
        self,
        spans: list[Span],
        times: NDArray[np.float64],
        sample_frames: NDArray[np.int64],
        vectors: NDArray[np.float32],
    ) -> list[Keyframe]:
        selection = []
        for number, span in enumerate(spans):
            for sample in keyframes.choose(span, sample_frames, vectors, self._options.keyframes):
                frame = int(sample_frames[sample])
                selection.append(Keyframe(number, sample, frame, float(times[frame]), self._picture(sample)))
        return selection
