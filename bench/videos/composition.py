"""Videos with exact truth, composed from real clips and pictures: what the shot and segment benchmarks measure on.

A seed decides everything. Pictures with an even number serve odd seeds only and the other way round, so that settings
chosen on one set of seeds meet new pictures on the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import cv2
import numpy as np

from bench.videos.film_parts import SIZE, Part, on_canvas, picture_number, random_parts, read_picture, travel
from video.decoding.frames import Picture

RATES: tuple[Fraction | None, ...] = (Fraction(24), Fraction(25), Fraction(30000, 1001), None)
Kind = Literal["cut", "dissolve", "fade"]


@dataclass
class Truth:
    """What a composed video holds, in frames.

    Attributes:
        cuts: first frames after hard cuts.
        page_cuts: those of them from one page to another of the same kind.
        transitions: half-open stretches of dissolves and fades.
        flicker: half-open stretches of games that flicker.
        segments: label, start and end.
    """

    fps: float
    frames: int = 0
    cuts: list[int] = field(default_factory=list)
    page_cuts: list[int] = field(default_factory=list)
    transitions: list[tuple[int, int]] = field(default_factory=list)
    flicker: list[tuple[int, int]] = field(default_factory=list)
    segments: list[tuple[str, int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Composed:
    """A video file and its truth."""

    name: str
    path: Path
    truth: Truth


def mix_a(data: Path) -> Composed:
    """The hand-made mix of the data folder."""
    read = json.loads((data / "video" / "mix_a.json").read_text())
    truth = Truth(read["fps"], read["frames"], read["cuts"])
    truth.segments = [(s["label"], s["start_frame"], s["end_frame"]) for s in read["segments"]]
    documents = [(a, b) for label, a, b in truth.segments if label == "document"]
    truth.page_cuts = [c for c in truth.cuts if any(a < c < b for a, b in documents)]
    return Composed("mix_a", data / "video" / "mix_a.mp4", truth)


def compose(data: Path, seed: int, folder: Path, parts: int = 8) -> Composed:
    """Write one composed video of about forty seconds."""
    rng = np.random.default_rng(seed)
    rate = RATES[seed % len(RATES)]
    path = folder / f"composed_{seed}.mp4"
    truth = Truth(float(rate or 25))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate or 25, options={"preset": "superfast", "crf": "24"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 90_000)
        clock = Fraction(0)
        for picture in _timeline(random_parts(data, rng, seed, parts), truth, rng):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = int(clock * 90_000), Fraction(1, 90_000)
            clock += 1 / rate if rate else Fraction(int(rng.integers(16, 67)), 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return Composed(f"composed_{seed}", path, truth)


def picture_show(data: Path, seed: int, folder: Path, residue: int, modulus: int, seconds: float = 30.0) -> Path:
    """A film at 25 frames a second of the pictures whose number has that remainder: pans, scrolling games, still pages."""
    rng = np.random.default_rng(seed)
    every = sorted((data / "scene3").glob("*/*.jpg"))
    pool = [path for path in every if picture_number(path.name) % modulus == residue]
    path = folder / f"show_{seed}.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"preset": "superfast", "crf": "24"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        left = round(25 * seconds)
        while left > 0:
            chosen = pool[int(rng.integers(len(pool)))]
            picture, count = on_canvas(read_picture(chosen), bars=bool(rng.random() < 0.4)), int(rng.integers(30, 90))
            still = chosen.parent.name == "document"
            pictures = [picture] * count if still else travel(picture, count, rng, zoom=0.3)
            for shown in pictures[:left]:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="rgb24")))
            left -= count
        container.mux(stream.encode(None))
    return path


def _timeline(parts: Iterator[Part], truth: Truth, rng: np.random.Generator) -> Iterator[Picture]:
    """Pictures in order; writes the truth on the way."""
    tail: list[Picture] = []  # end of the last part, still to be blended with the next
    last = ""
    for part in parts:
        pictures = part.pictures
        start = truth.frames + len(tail)
        kind: Kind = rng.choice(np.array(["cut", "cut", "cut", "dissolve", "fade"])) if tail else "cut"
        if kind == "cut":
            yield from _count(tail, truth)
            if last:
                truth.cuts.append(start)
            offset = 0
        else:
            length = len(tail)
            blended = _blend(tail, pictures[:length], kind)
            truth.transitions.append((truth.frames, truth.frames + len(blended)))
            middle = truth.frames + len(blended) // 2
            yield from _count(blended, truth)
            start, offset = middle, length
        if truth.segments and last:
            name, first, _ = truth.segments.pop()
            truth.segments.append((name, first, start))
        base = truth.frames - offset
        truth.cuts += [base + k for k in part.page_starts]
        truth.page_cuts += [base + k for k in part.page_starts]
        if part.flickers:
            truth.flicker.append((truth.frames, base + len(pictures)))
        truth.segments.append((part.label, start, base + len(pictures)))
        tail_length = int(rng.integers(10, 26))
        yield from _count(pictures[offset:-tail_length], truth)
        tail, last = pictures[-tail_length:], part.label
    yield from _count(tail, truth)
    truth.segments = _merged(truth.segments)


def _count(pictures: list[Picture], truth: Truth) -> Iterator[Picture]:
    for picture in pictures:
        truth.frames += 1
        yield picture


def _merged(segments: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    kept: list[tuple[str, int, int]] = []
    for label, start, end in segments:
        if kept and kept[-1][0] == label:
            start = kept.pop()[1]
        kept.append((label, start, end))
    return kept


def _blend(before: list[Picture], after: list[Picture], kind: Kind) -> list[Picture]:
    count = len(before)
    if kind == "dissolve":
        shares = np.linspace(0, 1, count + 2)[1:-1]
        return [
            np.asarray(cv2.addWeighted(a, 1 - s, b, s, 0), np.uint8)
            for a, b, s in zip(before, after, shares, strict=True)
        ]
    down = [_dimmed(a, 1 - k / count) for k, a in enumerate(before)]
    return down + [np.zeros_like(before[0])] * 3 + [_dimmed(b, k / count) for k, b in enumerate(after)]


def _dimmed(picture: Picture, share: float) -> Picture:
    return np.asarray(cv2.convertScaleAbs(picture, alpha=share), np.uint8)
