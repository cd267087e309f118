"""A generated 1080p30 H.264 video of two minutes, from file to labelled segments, against PySceneDetect's own command.

The same file in the same run: PySceneDetect's `detect-content` as a command, decoding alone, and all of ours with the
built-in model. CPU seconds are those of the work; imports and model load are reported apart. With `--long` also an hour
of the same stream, for the memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from bench.harness import Figures, Options
from video.decoding.frames import Picture

SIZE = (1920, 1080)
RATE = 30
LOOP_S = 10


def run(options: Options) -> Figures:
    """Real-time factor, CPU ratios and peak memory; with `long` the memory at an hour."""
    seconds = 30 if options.quick else 120
    with tempfile.TemporaryDirectory() as folder:
        loop = _loop(Path(folder) / "loop.mp4")
        film = _repeated(loop, Path(folder) / "film.mp4", seconds // LOOP_S)
        import_cpu, _ = _command(["version"])
        total_cpu, theirs_wall = _command(["-i", str(film), "detect-content"])
        theirs_cpu = total_cpu - import_cpu
        decoding = _worker("decode", film, options.threads)
        ours = _worker("full", film, options.threads)
        figures: Figures = {
            "video_s": seconds,
            "realtime_x": seconds / ours["wall_s"],
            "cpu_ratio": ours["cpu_s"] / theirs_cpu,
            "cpu_ratio_decode": ours["cpu_s"] / decoding["cpu_s"],
            "cpu_s": ours["cpu_s"],
            "pyscenedetect_cpu_s": theirs_cpu,
            "decode_cpu_s": decoding["cpu_s"],
            "wall_s": ours["wall_s"],
            "pyscenedetect_wall_s": theirs_wall,
            "load_cpu_s": ours["load_cpu_s"],
            "pyscenedetect_load_cpu_s": import_cpu,
            "peak_mb_2min": ours["peak_mb"],
            "peak_mb_60min": None,
        }
        if options.long:
            hour = _repeated(loop, Path(folder) / "hour.mp4", 3600 // LOOP_S)
            figures["peak_mb_60min"] = _worker("full", hour, options.threads)["peak_mb"]
    return figures


def _worker(mode: str, film: Path, threads: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.videos.video_worker", mode, str(film), str(threads)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _command(arguments: list[str]) -> tuple[float, float]:
    """CPU and wall seconds of one `scenedetect` command."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "scenedetect", "-q", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"scenedetect {' '.join(arguments)} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime, time.perf_counter() - start


def _loop(path: Path) -> Path:
    """Ten seconds with five shots: a drifting picture, a still page, noise and moving shapes."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "g": "60", "bf": "2"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(LOOP_S * RATE):
            frame = av.VideoFrame.from_ndarray(_picture(number), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _picture(number: int) -> Picture:
    shot, at = divmod(number, 2 * RATE)
    rng = np.random.default_rng(shot)
    ground = cv2.resize(rng.integers(0, 255, (9, 16, 3), dtype=np.uint8), SIZE, interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(1000 + shot).integers(-12, 13, (SIZE[1], SIZE[0], 1), dtype=np.int16)
    picture = np.clip(ground.astype(np.int16) + grain, 0, 255).astype(np.uint8)
    picture = np.roll(picture, (2 * at, 4 * at), axis=(0, 1)) if shot % 2 == 0 else picture
    for k in range(6):
        x, y = rng.integers(0, SIZE[0]), rng.integers(0, SIZE[1])
        cv2.circle(
            picture, (int(x + 7 * at) % SIZE[0], int(y + 3 * k * at) % SIZE[1]), 60 + 12 * k, (40 * k, 250, 30), -1
        )
    return np.asarray(picture, np.uint8)


def _repeated(loop: Path, path: Path, times: int) -> Path:
    """The packets of `loop` over and over, without encoding again."""
    with av.open(str(path), "w") as output:
        with av.open(str(loop)) as source:
            stream = output.add_stream_from_template(source.streams.video[0])
        for turn in range(times):
            with av.open(str(loop)) as source:
                base = source.streams.video[0].time_base or Fraction(1, 1)
                shift = int(turn * LOOP_S / base)
                for packet in source.demux(video=0):
                    if packet.dts is None or packet.pts is None:
                        continue
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = stream
                    output.mux(packet)
    return path
