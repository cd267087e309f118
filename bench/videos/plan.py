"""A processing plan on a real file against one fixed setting, at equal measured quality (SSIM by ffmpeg).

mix_a is encoded once as the plan says for its true segments, and whole with the preset `veryfast` at several rate factors; the size that a fixed
setting needs for the plan's SSIM is read off that curve. Needs `video` below the data folder; ffmpeg is the computer's own, else the one that the development extra brings.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from bench.harness import Figures, Options
from bench.videos.ffmpeg import ffmpeg_on_path
from video.results import plan
from video.results.document import SegmentJson, SegmentsJson

# x264's rate factor already spends bits where SSIM gains most: other factors by label only lost. A still page costs
# little time to encode well, so effort is what the label may decide.
RULES = """
default: {encode: {codec: libx264, preset: veryfast, crf: 26, g: 250}}
labels:
  document: {encode: {preset: slow, crf: 27}}
  animation_game: {encode: {preset: medium}}
"""
FIXED = (22, 25, 28, 31)
SSIM = re.compile(r"All:([0-9.]+)")


def run(options: Options) -> Figures:
    """`size_ratio`: bytes of the plan over those of a fixed setting with the same SSIM."""
    film = options.need("video/mix_a.mp4")
    with tempfile.TemporaryDirectory() as name, ffmpeg_on_path(Path(name)):
        folder = Path(name)
        (folder / "rules.yaml").write_text(RULES)
        steps = plan.plan(_segments(film), plan.read_rules(folder / "rules.yaml"))
        planned = folder / "planned.mkv"
        script = folder / "plan.sh"
        script.write_text(plan.script(steps, film, folder / "parts", planned))
        subprocess.run(["sh", str(script)], check=True)
        size, quality = planned.stat().st_size, _ssim(planned, film)
        fixed = [_fixed(film, folder, crf) for crf in FIXED]
    curve = sorted((ssim, np.log(bytes_)) for bytes_, ssim in fixed)
    equal = float(np.exp(np.interp(quality, [s for s, _ in curve], [b for _, b in curve])))
    return {
        "size_ratio": size / equal,
        "planned_kb": size / 1000,
        "fixed_kb_at_equal_ssim": equal / 1000,
        "planned_ssim": quality,
        "fixed_ssim_lowest": curve[0][0],
        "fixed_ssim_highest": curve[-1][0],
        "segments": len(steps),
    }


def _segments(film: Path) -> SegmentsJson:
    read = json.loads(film.with_suffix(".json").read_text())
    segments: list[SegmentJson] = [
        {
            "start_s": s["start_s"],
            "end_s": s["end_s"],
            "start_frame": s["start_frame"],
            "end_frame": s["end_frame"],
            "label": s["label"],
            "score": 1.0,
            "scores": {},
            "keyframes_s": [],
        }
        for s in read["segments"]
    ]
    return {
        "video": film.name,
        "fps": read["fps"],
        "duration_s": read["frames"] / read["fps"],
        "frames": read["frames"],
        "model": "truth",
        "segments": segments,
        "shots": [],
    }


def _fixed(film: Path, folder: Path, crf: int) -> tuple[int, float]:
    """(bytes, SSIM) of the whole film at one rate factor."""
    out = folder / f"fixed_{crf}.mkv"
    encoder = ["-c:v", "libx264", "-preset", "veryfast", "-g", "250", "-crf", str(crf)]
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", str(film), "-an", *encoder, str(out)], check=True)
    return out.stat().st_size, _ssim(out, film)


def _ssim(cut: Path, original: Path) -> float:
    command = [
        "ffmpeg",
        "-i",
        str(cut),
        "-i",
        str(original),
        "-lavfi",
        "[0:v]settb=1/25,setpts=N[a];[1:v]settb=1/25,setpts=N[b];[a][b]ssim",
    ]
    done = subprocess.run([*command, "-f", "null", "-"], check=True, capture_output=True, text=True)
    ssim_match = SSIM.search(done.stderr)
    if ssim_match is None:
        raise RuntimeError("ffmpeg printed no SSIM")
    return float(ssim_match.group(1))
