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

from errors import InputError
from video.decoding.frames import Picture

SIZE = (640, 360)
RATES: tuple[Fraction | None, ...] = (Fraction(24), Fraction(25), Fraction(30000, 1001), None)
# Stretches of the clips that hold no cut, in frames.
CLIPS: dict[str, list[tuple[str, int, int]]] = {
    "nature": [("flower.mp4", 0, 150), ("01_dog.mp4", 0, 280), ("bikes.mp4", 140, 186)],
    "animation_game": [
        ("big_buck_bunny_0_30.webm", 60, 280),
        ("big_buck_bunny_0_30.webm", 285, 374),
        ("big_buck_bunny_0_30.webm", 378, 549),
        ("big_buck_bunny_0_30.webm", 553, 718),
    ],
}
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


@dataclass(frozen=True)
class _Part:
    label: str
    pictures: list[Picture]
    page_starts: list[int]
    flickers: bool = False


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
        for picture in _timeline(_parts(data, rng, seed, parts), truth, rng):
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
    pool = [path for path in every if _number(path.name) % modulus == residue]
    path = folder / f"show_{seed}.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"preset": "superfast", "crf": "24"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        left = round(25 * seconds)
        while left > 0:
            chosen = pool[int(rng.integers(len(pool)))]
            picture, count = _fit(_read(chosen), bars=bool(rng.random() < 0.4)), int(rng.integers(30, 90))
            still = chosen.parent.name == "document"
            pictures = [picture] * count if still else _travel(picture, count, rng, zoom=0.3)
            for shown in pictures[:left]:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="rgb24")))
            left -= count
        container.mux(stream.encode(None))
    return path


def _timeline(parts: Iterator[_Part], truth: Truth, rng: np.random.Generator) -> Iterator[Picture]:
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


def _parts(data: Path, rng: np.random.Generator, seed: int, count: int) -> Iterator[_Part]:
    makers = [_pages, _clip_nature, _clip_animation, _flicker, _pages, _photo, _scroll, _pages, _flicker]
    order = rng.permutation(len(makers))[:count]
    for k in order:
        yield makers[k](data, rng, seed)


def _images(data: Path, pattern: str, seed: int) -> list[Path]:
    return [path for path in sorted((data / "scene3").glob(pattern)) if may_occur(path.name, seed)]


def may_occur(name: str, seed: int) -> bool:
    """Whether a picture can occur in the composed video of a seed: half of each source does in half of the seeds."""
    return _number(name) % 2 == seed % 2


def _number(name: str) -> int:
    return int("".join(c for c in name if c.isdigit())[-4:] or 0)


def _pages(data: Path, rng: np.random.Generator, seed: int) -> _Part:
    """Three to five pages of one kind that stand still for one to three seconds each."""
    kind = str(rng.choice(np.array(["sroie", "slide", "ui"])))
    pool = _images(data, f"document/{kind}*", seed)
    chosen = rng.choice(len(pool), size=int(rng.integers(3, 6)), replace=False)
    pictures: list[Picture] = []
    starts = []
    for index in chosen:
        starts.append(len(pictures))
        page = _fit(_read(pool[int(index)]), bars=True)
        pictures += [page] * int(rng.integers(28, 75))
    return _Part("document", pictures, starts[1:])


def _clip_nature(data: Path, rng: np.random.Generator, seed: int) -> _Part:
    del seed
    return _clip(data, rng, "nature")


def _clip_animation(data: Path, rng: np.random.Generator, seed: int) -> _Part:
    del seed
    return _clip(data, rng, "animation_game")


def _clip(data: Path, rng: np.random.Generator, label: str) -> _Part:
    name, first, end = CLIPS[label][int(rng.integers(len(CLIPS[label])))]
    length = min(end - first, int(rng.integers(75, 150)))
    start = first + int(rng.integers(0, end - first - length + 1))
    pictures = []
    bars = bool(rng.random() < 0.5)
    for frame, picture in _full_frames(data / "video" / name):
        if frame >= start + length:
            break
        if frame >= start:
            pictures.append(_fit(picture, bars))
    return _Part(label, pictures, [])


def _full_frames(path: Path) -> Iterator[tuple[int, Picture]]:
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            yield index, np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def _photo(data: Path, rng: np.random.Generator, seed: int) -> _Part:
    """A photograph under a slow zoom and pan."""
    pool = _images(data, "nature/*", seed)
    picture = _fit(_read(pool[int(rng.integers(len(pool)))]), bars=False)
    return _Part("nature", _travel(picture, int(rng.integers(60, 120)), rng, zoom=0.25), [])


def _scroll(data: Path, rng: np.random.Generator, seed: int) -> _Part:
    """A game's picture that scrolls fast."""
    pool = _images(data, "animation_game/*", seed)
    picture = _fit(_read(pool[int(rng.integers(len(pool)))]), bars=False)
    speed = int(rng.integers(3, 14))
    return _Part(
        "animation_game", [np.roll(picture, -speed * k, axis=1) for k in range(int(rng.integers(60, 120)))], []
    )


def _flicker(data: Path, rng: np.random.Generator, seed: int) -> _Part:
    """A game with blinking sprites, flashes of the whole screen and a palette that pulses."""
    pool = _images(data, "animation_game/*", seed)
    ground = _fit(_read(pool[int(rng.integers(len(pool)))]), bars=bool(rng.random() < 0.5))
    count = int(rng.integers(90, 160))
    flashes = set(rng.choice(count, size=6, replace=False).tolist())
    pictures = []
    box = rng.integers(20, 200, 2)
    for k in range(count):
        picture = ground.copy()
        x, y = (box + 4 * k) % (500, 300)
        if k % 4 < 2:
            cv2.rectangle(picture, (int(x), int(y)), (int(x) + 90, int(y) + 40), (255, 240, 80), -1)
        if k % 6 == 0:
            cv2.rectangle(picture, (0, 300), (640, 360), (200, 30, 30), -1)
        if k in flashes or k - 1 in flashes:
            picture = np.asarray(cv2.addWeighted(picture, 0.2, np.full_like(picture, 255), 0.8, 0), np.uint8)
        if (k // 30) % 3 == 2 and k % 2:
            picture = np.ascontiguousarray(picture[:, :, ::-1])
        pictures.append(picture)
    return _Part("animation_game", pictures, [], flickers=True)


def _travel(picture: Picture, count: int, rng: np.random.Generator, zoom: float) -> list[Picture]:
    width, height = SIZE
    dx, dy = rng.uniform(-1, 1, 2)
    pictures = []
    for k in range(count):
        share = k / count
        scale = 1 + zoom * (0.3 + share)
        shift = (scale - 1) / 2
        matrix = np.array(
            [[scale, 0, -shift * width * (1 + dx * share)], [0, scale, -shift * height * (1 + dy * share)]], np.float32
        )
        pictures.append(np.asarray(cv2.warpAffine(picture, matrix, SIZE, borderMode=cv2.BORDER_REFLECT), np.uint8))
    return pictures


def _read(path: Path) -> Picture:
    decoded = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    if decoded is None:
        raise InputError(f"{path.name} cannot be read as a picture.")
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)


def _fit(picture: Picture, bars: bool) -> Picture:
    """The picture on the canvas: whole with black bars, or filling it with its borders cut off."""
    height, width = picture.shape[:2]
    scales = SIZE[0] / width, SIZE[1] / height
    scale = min(scales) if bars else max(scales)
    wide, high = max(2, round(width * scale)), max(2, round(height * scale))
    resized = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    canvas = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    left, top = (SIZE[0] - wide) // 2, (SIZE[1] - high) // 2
    inner = resized[max(0, -top) : max(0, -top) + SIZE[1], max(0, -left) : max(0, -left) + SIZE[0]]
    top, left = max(0, top), max(0, left)
    canvas[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    return canvas
