"""What decoding a video gave, and the file that keeps it (an .npz without pickle)."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import files
from errors import InputError, StoreError
from video.decoding.clock import Break
from video.decoding.frame_change import Change
from video.segmenting.span import Span, between

FORMAT = 1


@dataclass(frozen=True)
class Keyframe:
    """A picture that stands for a shot.

    Attributes:
        shot: index of the shot.
        sample: index of the sample.
        frame: its frame in the video.
        time_s: its presentation time in seconds.
        jpeg: the picture, cropped as the encoder saw it.
    """

    shot: int
    sample: int
    frame: int
    time_s: float
    jpeg: bytes


@dataclass(frozen=True)
class Analysis:
    """What decoding gave.

    Attributes:
        fps: mean frames per second; exact times are in `times`.
        duration_s: end of the last frame in seconds.
        width: of the upright picture, in pixels, before cropping.
        height: likewise.
        times: float64 [n], presentation time of each frame in seconds on the container's clock (`video.decoding.clock`); the first
            may be above 0.
        change: curves of the n frames.
        sample_frames: int64 [m], frames that were embedded.
        vectors: float16 [m, d], unit rows.
        shots: what lies between the cuts.
        keyframes: in order of time; at least one a shot.
        notes: what was wrong with the file, in plain words.
        start_s: when the first picture or sound comes by what the header says, on the clock; mostly 0.
        breaks: where the video does not go on from frame to frame, in order.
    """

    fps: float
    duration_s: float
    width: int
    height: int
    times: NDArray[np.float64]
    change: Change
    sample_frames: NDArray[np.int64]
    vectors: NDArray[np.float16]
    shots: list[Span]
    keyframes: list[Keyframe]
    notes: list[str]
    start_s: float = 0.0
    breaks: list[Break] = field(default_factory=list)

    @property
    def frames(self) -> int:
        """Number of frames."""
        return len(self.times)

    @property
    def sample_times(self) -> NDArray[np.float64]:
        """float64 [m], seconds."""
        return self.times[self.sample_frames]

    def save(self, path: Path, *, durable: bool = True) -> None:
        """Write to an .npz file (no pickle), whole or not at all; `durable` survives a power cut.

        Raises:
            StoreError: the disk refuses.
        """
        header = {
            "format": FORMAT,
            "fps": self.fps,
            "duration_s": self.duration_s,
            "width": self.width,
            "height": self.height,
            "shots": [[s.start_frame, s.end_frame] for s in self.shots],
            "keyframes": [[k.shot, k.sample, len(k.jpeg)] for k in self.keyframes],
            "notes": self.notes,
            "start_s": self.start_s,
            "breaks": [[b.frame, b.step_s, b.closed] for b in self.breaks],
        }
        arrays = {f.name: getattr(self.change, f.name) for f in fields(Change)}
        try:
            with files.replacing(path, durable=durable) as part, part.open("wb") as file:
                np.savez_compressed(
                    file,
                    header=np.frombuffer(json.dumps(header).encode(), dtype=np.uint8),
                    times=self.times,
                    sample_frames=self.sample_frames,
                    vectors=self.vectors,
                    jpegs=np.frombuffer(b"".join(k.jpeg for k in self.keyframes), dtype=np.uint8),
                    **arrays,
                )
        except OSError as error:
            raise refused(path.parent, error) from error

    @classmethod
    def load(cls, path: Path) -> Analysis:
        """Read what `save` wrote.

        Raises:
            InputError: the file is missing, damaged, or of another version.
        """
        try:
            # Opened here, because numpy leaves the file open when its content is not an archive.
            with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                held = {name: file[name] for name in file.files}
            header = json.loads(held.pop("header").tobytes())
            return _restored(header, held)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise InputError(f"{path.name} is not a usable video analysis. Run the video again.") from error


def refused(place: Path, error: OSError) -> StoreError:
    """What is said where the disk refuses while a video is analysed."""
    return StoreError(
        f"{place} cannot be written ({error.strerror or error}). Nothing of this video was kept. Free some space, then run it "
        "again."
    )


def _restored(header: dict[str, object], held: dict[str, NDArray[np.generic]]) -> Analysis:
    if header["format"] != FORMAT:
        raise ValueError(f"format {header['format']}")
    times = np.asarray(held["times"], np.float64)
    duration_s = float(str(header["duration_s"]))
    cuts = [start for start, _ in _rows(header["shots"])][1:]
    sample_frames = np.asarray(held["sample_frames"], np.int64)
    jpegs, offset, keyframes = held["jpegs"].tobytes(), 0, []
    for shot, sample, size in _rows(header["keyframes"]):
        frame = int(sample_frames[sample])
        keyframes.append(Keyframe(shot, sample, frame, float(times[frame]), jpegs[offset : offset + size]))
        offset += size
    notes = header["notes"]
    return Analysis(
        fps=float(str(header["fps"])),
        duration_s=duration_s,
        width=int(str(header["width"])),
        height=int(str(header["height"])),
        times=times,
        change=Change(**{f.name: np.asarray(held[f.name], np.float32) for f in fields(Change)}),
        sample_frames=sample_frames,
        vectors=np.asarray(held["vectors"], np.float16),
        shots=between(cuts, times, duration_s),
        keyframes=keyframes,
        notes=[str(note) for note in notes] if isinstance(notes, list) else [],
        start_s=float(str(header.get("start_s", 0.0))),
        breaks=[
            Break(int(f), float(times[int(f)]), float(step), bool(c)) for f, step, c in _list(header.get("breaks", []))
        ],
    )


def _list(value: object) -> list[list[float]]:
    return value if isinstance(value, list) else []


def _rows(value: object) -> list[list[int]]:
    if not isinstance(value, list):
        raise ValueError("not a list of rows")
    return [[int(number) for number in row] for row in value]
