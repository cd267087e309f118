"""Parts of composed videos: pages, clips, photographs, games that scroll or flicker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np

from errors import InputError
from video.decoding.frames import Picture

SIZE = (640, 360)
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


@dataclass(frozen=True)
class Part:
    """A stretch of one label, and the frames of it at which another page begins."""

    label: str
    pictures: list[Picture]
    page_starts: list[int]
    flickers: bool = False


def random_parts(data: Path, rng: np.random.Generator, seed: int, count: int) -> Iterator[Part]:
    """So many parts in a random order."""
    makers = [_pages, _clip_nature, _clip_animation, _flicker, _pages, _photo, _scroll, _pages, _flicker]
    order = rng.permutation(len(makers))[:count]
    for k in order:
        yield makers[k](data, rng, seed)


def _images(data: Path, pattern: str, seed: int) -> list[Path]:
    return [path for path in sorted((data / "scene3").glob(pattern)) if may_occur(path.name, seed)]


def may_occur(name: str, seed: int) -> bool:
    """Whether a picture can occur in the composed video of a seed: half of each source does in half of the seeds."""
    return picture_number(name) % 2 == seed % 2


def picture_number(name: str) -> int:
    """The last four digits of a file name, 0 without any."""
    return int("".join(c for c in name if c.isdigit())[-4:] or 0)


def _pages(data: Path, rng: np.random.Generator, seed: int) -> Part:
    """Three to five pages of one kind that stand still for one to three seconds each."""
    kind = str(rng.choice(np.array(["sroie", "slide", "ui"])))
    pool = _images(data, f"document/{kind}*", seed)
    chosen = rng.choice(len(pool), size=int(rng.integers(3, 6)), replace=False)
    pictures: list[Picture] = []
    starts = []
    for index in chosen:
        starts.append(len(pictures))
        page = on_canvas(read_picture(pool[int(index)]), bars=True)
        pictures += [page] * int(rng.integers(28, 75))
    return Part("document", pictures, starts[1:])


def _clip_nature(data: Path, rng: np.random.Generator, seed: int) -> Part:
    del seed
    return _clip(data, rng, "nature")


def _clip_animation(data: Path, rng: np.random.Generator, seed: int) -> Part:
    del seed
    return _clip(data, rng, "animation_game")


def _clip(data: Path, rng: np.random.Generator, label: str) -> Part:
    name, first, end = CLIPS[label][int(rng.integers(len(CLIPS[label])))]
    length = min(end - first, int(rng.integers(75, 150)))
    start = first + int(rng.integers(0, end - first - length + 1))
    pictures = []
    bars = bool(rng.random() < 0.5)
    for frame, picture in _full_frames(data / "video" / name):
        if frame >= start + length:
            break
        if frame >= start:
            pictures.append(on_canvas(picture, bars))
    return Part(label, pictures, [])


def _full_frames(path: Path) -> Iterator[tuple[int, Picture]]:
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            yield index, np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def _photo(data: Path, rng: np.random.Generator, seed: int) -> Part:
    """A photograph under a slow zoom and pan."""
    pool = _images(data, "nature/*", seed)
    picture = on_canvas(read_picture(pool[int(rng.integers(len(pool)))]), bars=False)
    return Part("nature", travel(picture, int(rng.integers(60, 120)), rng, zoom=0.25), [])


def _scroll(data: Path, rng: np.random.Generator, seed: int) -> Part:
    """A game's picture that scrolls fast."""
    pool = _images(data, "animation_game/*", seed)
    picture = on_canvas(read_picture(pool[int(rng.integers(len(pool)))]), bars=False)
    speed = int(rng.integers(3, 14))
    return Part("animation_game", [np.roll(picture, -speed * k, axis=1) for k in range(int(rng.integers(60, 120)))], [])


def _flicker(data: Path, rng: np.random.Generator, seed: int) -> Part:
    """A game with blinking sprites, flashes of the whole screen and a palette that pulses."""
    pool = _images(data, "animation_game/*", seed)
    ground = on_canvas(read_picture(pool[int(rng.integers(len(pool)))]), bars=bool(rng.random() < 0.5))
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
    return Part("animation_game", pictures, [], flickers=True)


def travel(picture: Picture, count: int, rng: np.random.Generator, zoom: float) -> list[Picture]:
    """A picture under a slow zoom and pan, in so many frames."""
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


def read_picture(path: Path) -> Picture:
    """A picture file as uint8 RGB [h, w, 3]."""
    decoded = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    if decoded is None:
        raise InputError(f"{path.name} cannot be read as a picture.")
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)


def on_canvas(picture: Picture, bars: bool) -> Picture:
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
