"""Damaged videos of every container and codec that PyAV writes: flipped, cut short, spliced, zeroed, repeated.

Each is read as the product reads it (header, size, every frame, a still somewhere) in a process of its own, which may be killed when it
takes too long. Then all lie in one folder beside good ones and are added: the good ones must be there.
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from fractions import Fraction
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import av
import numpy as np

from bench.harness import Figures, Options
from embedding.ingest import adding, encoder_change
from errors import AppError
from store.items import items
from store.workspace import create
from video.decoding import still
from video.decoding.frames import decode
from video.decoding.sampled_stills import stills

LIMIT_S = 20.0
KINDS = {
    "a.mp4": ("libx264", "yuv420p"),
    "b.mkv": ("libx264", "yuv420p"),
    "c.webm": ("libvpx-vp9", "yuv420p"),
    "d.avi": ("mpeg4", "yuv420p"),
    "e.ts": ("libx264", "yuv420p"),
    "f.mpg": ("mpeg2video", "yuv420p"),
    "g.flv": ("libx264", "yuv420p"),
    "h.mov": ("mjpeg", "yuvj420p"),
    "i.gif": ("gif", "rgb8"),
    "j.3gp": ("mpeg4", "yuv420p"),
    "k.m2ts": ("mpeg2video", "yuv420p"),
    "l.wmv": ("msmpeg4v3", "yuv420p"),
    "m.mxf": ("mpeg2video", "yuv420p"),
    "n.nut": ("ffv1", "yuv420p"),
}
SOUND = {"a.mp4", "b.mkv", "e.ts", "g.flv"}


def run(count: int, seed: int, options: Options) -> Figures:
    """`tracebacks`, `hangs`, `lost`: all must be 0; `read` and `refused` say what became of the files."""
    del options
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        good = originals(folder / "good")
        figures, taken = _tried(folder, good, count, seed)
        return {**figures, "lost": _lost(folder / "damaged", good, taken)}


def originals(folder: Path) -> list[Path]:
    """A short good video of every kind."""
    folder.mkdir()
    return [_written(folder / name, codec, form, name in SOUND) for name, (codec, form) in KINDS.items()]


def damaged(data: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """The bytes of a file with one kind of damage, as disks, networks and other programs do it."""
    buffer = bytearray(data)
    kind = rng.choice(["flips", "head", "cut", "splice", "zeros", "repeat", "join", "tail"])
    if kind in ("flips", "head"):
        most = len(buffer) if kind == "flips" else min(2000, len(buffer))
        for _ in range(rng.choice([1, 4, 30, 200])):
            buffer[rng.randrange(most)] = rng.randrange(256)
    elif kind == "cut":
        del buffer[rng.randrange(1, len(buffer)) :]
    elif kind == "tail":
        del buffer[: rng.randrange(1, len(buffer))]
    elif kind == "zeros":
        at = rng.randrange(len(buffer))
        buffer[at : at + rng.choice([16, 512, 4096])] = bytes(min(rng.choice([16, 512, 4096]), len(buffer) - at))
    elif kind == "repeat":
        at, size = rng.randrange(len(buffer)), rng.choice([188, 1000, 20_000])
        buffer[at:at] = buffer[at : at + size] * rng.choice([1, 5])
    else:
        other = rng.choice(others)
        at, start = (len(buffer), 0) if kind == "join" else (rng.randrange(len(buffer)), rng.randrange(len(other)))
        buffer[at:at] = other[start:]
    return bytes(buffer)


def read(path: Path, rng: random.Random) -> str:
    """`read` or `refused`, as a person would see it; anything but an `AppError` escapes."""
    try:
        still.size(path)
        times = [frame.time_s for frame in decode(path).frames]
        if (np.diff(times) <= 0).any():
            raise AssertionError("times step back")
        still.at(path, rng.choice([0.0, times[-1], rng.uniform(0, times[-1])]))
    except AppError:
        return "refused"
    return "read"


def _tried(folder: Path, good: list[Path], count: int, seed: int) -> tuple[dict[str, float], list[Path]]:
    figures: dict[str, float] = {"read": 0, "refused": 0, "tracebacks": 0, "hangs": 0, "slowest_s": 0.0, "most_mb": 0.0}
    rng = random.Random(seed)
    contents = [path.read_bytes() for path in good]
    (folder / "damaged").mkdir()
    taken = []
    reader = _Reader()
    for number in range(count):
        original = rng.randrange(len(good))
        path = folder / "damaged" / f"{number:05d}{good[original].suffix}"
        path.write_bytes(damaged(contents[original], contents, rng))
        outcome, seconds, megabytes = reader.read(path, seed + number)
        if outcome in ("hangs", "tracebacks"):
            print(f"{outcome}: number {number} of seed {seed}, {good[original].name}", file=sys.stderr)
        else:
            taken.append(path)
        figures[outcome] += 1
        figures["slowest_s"] = max(figures["slowest_s"], seconds)
        figures["most_mb"] = max(figures["most_mb"], megabytes)
    reader.end()
    return figures, taken


class _Reader:
    """A process that reads one video after the other, and another one where it hangs or dies."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._begin()

    def _begin(self) -> None:
        self._pipe, theirs = self._context.Pipe()
        self._process = self._context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._pipe.recv()  # its imports are done

    def read(self, path: Path, seed: int) -> tuple[str, float, float]:
        """(outcome, seconds, megabytes at most so far)."""
        start = time.perf_counter()
        self._pipe.send((path, seed))
        try:
            if self._pipe.poll(LIMIT_S):
                outcome, megabytes = self._pipe.recv()
                return outcome, time.perf_counter() - start, megabytes
            outcome = "hangs"
        except EOFError:
            outcome = "tracebacks"  # it died
        self.end()
        self._begin()
        return outcome, time.perf_counter() - start, 0.0

    def end(self) -> None:
        self._process.kill()
        self._process.join()


def _serve(pipe: Connection) -> None:
    av.logging.set_level(av.logging.PANIC)
    pipe.send("ready")
    while True:
        path, seed = pipe.recv()
        try:
            outcome = read(path, random.Random(seed))
        except Exception:  # noqa: BLE001 - what is looked for
            traceback.print_exc()
            outcome = "tracebacks"
        pipe.send((outcome, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000))


def _lost(folder: Path, good: list[Path], taken: list[Path]) -> int:
    """How many good videos are missing from a workspace after a folder with damaged ones was added, and files without a word."""
    for path in folder.iterdir():
        if path not in taken:
            path.unlink()
    for path in good:
        (folder / f"good_{path.name}").write_bytes(path.read_bytes())
    target = create(folder.parent / "workspace", name="fuzz")
    encoder_change.change_encoder(target, "built-in")
    report = adding.add(target, [folder], frames=stills)
    with target.read() as connection:
        names = {row.name for row in items.videos(connection)}
    target.engine.dispose()
    wanted = {f"good_{path.name}" for path in good if path.suffix != ".gif"}
    bad_paths = {str(bad.path) for bad in report.quarantined}
    known = {path.name for path in folder.iterdir() if path.name in names or str(path) in bad_paths}
    unsaid = [path for path in folder.iterdir() if path.suffix != ".gif" and path.name not in known]
    return len(wanted - names) + max(0, len(unsaid) - report.duplicates)


def _written(path: Path, codec: str, form: str, sound: bool) -> Path:
    with av.open(str(path), "w") as output:
        video: Any = output.add_stream(codec, rate=25)
        video.width, video.height, video.pix_fmt, video.gop_size = 128, 96, form, 8
        if path.suffix == ".mxf":
            video.width, video.height = 720, 576
        audio: Any = output.add_stream("aac", rate=44100, layout="mono") if sound else None
        for frame in _pictures(video.width, video.height):
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        if audio is not None:
            for at in range(0, 66_150, 1024):
                silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
                silence.sample_rate, silence.pts, silence.time_base = 44100, at, Fraction(1, 44100)
                output.mux(audio.encode(silence))
            output.mux(audio.encode(None))
    return path


def _pictures(width: int, height: int) -> Iterator[av.VideoFrame]:
    rng = np.random.default_rng(0)
    scenes = [np.repeat(np.repeat(rng.integers(0, 256, (6, 8, 3), np.uint8), 120, 0), 120, 1) for _ in range(2)]
    for k in range(40):
        picture = np.roll(scenes[k // 20], 3 * k, axis=1)[:height, :width]
        yield av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
