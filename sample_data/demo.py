"""The demo images, their truth and the test video: `python -m sample_data.demo` draws them again.

They are drawn from seeds that training never sees and with shifts (tint, grey, a window on a ground, a tight crop,
inversion), so that the built-in model is wrong about some of them and there is something to fix.
"""

from __future__ import annotations

import csv
import json
from fractions import Fraction

import av
import numpy as np
from PIL import Image

from sample_data import images_folder, truth_file, video_file, video_truth_file
from sample_data.camera import SHIFTS, shifted
from sample_data.vocabulary import CATEGORIES, KINDS, OTHER
from sample_data.world import Scene, WorldOptions, scene

FIRST_SEED = 900_000
SIZE = (320, 240)
COUNT = 300
SHIFT_COUNT = {0: 0.1, 1: 0.2, 2: 0.4, 3: 0.3}
"""How many shifts one image gets, and how often."""
HARD_KINDS = (
    "cartoon",
    "comic",
    "menu",
    "world",
    "board",
    "sky",
    "animal",
    "underwater",
    "flower",
    "poster",
    "map",
    "phone",
)
"""Kinds that look like another class; they come twice as often."""

VIDEO_SIZE = (640, 360)
FPS = 30
FADE = 15
SEGMENTS: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("nature", ("mountain",), 150),
    ("document", ("text", "text", "table"), 75),
    ("animation_game", ("platformer",), 135),
    ("nature", ("sea",), 120),
    ("document", ("slide", "slide", "chart"), 70),
    ("animation_game", ("character", "cartoon"), 75),
    ("nature", ("forest",), 105),
    ("document", ("receipt", "receipt"), 60),
)
FADE_BEFORE = 3
"""Index of the segment that is faded into; all others begin with a cut."""


def fitted(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The image at that size, cropped from the middle."""
    w, h = size
    scale = max(w / image.width, h / image.height)
    big = image.resize(
        (max(w, round(image.width * scale)), max(h, round(image.height * scale))), Image.Resampling.BICUBIC
    )
    left, top = (big.width - w) // 2, (big.height - h) // 2
    return big.crop((left, top, left + w, top + h))


def demo_scene(index: int) -> Scene:
    """Demo image number `index`: classes and kinds in turn, shifts by chance."""
    rng = np.random.default_rng((FIRST_SEED, index))
    category = [name for name in CATEGORIES if name != OTHER][index % 3]
    kinds = [name for name, kind in KINDS.items() if kind.category == category]
    kinds += [name for name in kinds if name in HARD_KINDS]
    drawn = scene(FIRST_SEED + index, WorldOptions(kinds=(kinds[(index // 3) % len(kinds)],), heights=(240,)))
    image = fitted(drawn.image, SIZE)
    count = int(rng.choice(list(SHIFT_COUNT), p=list(SHIFT_COUNT.values())))
    for shift in rng.permutation(SHIFTS)[:count]:
        image = shifted(rng, image, str(shift))
    return Scene(image, drawn.facts)


def write_images() -> None:
    """Draw all demo images; the file names are shuffled, so that they say nothing."""
    images_folder().mkdir(exist_ok=True)
    names = np.random.default_rng(FIRST_SEED).permutation(COUNT)
    rows = []
    for index in range(COUNT):
        drawn, name = demo_scene(index), f"{names[index]:03d}.jpg"
        drawn.image.save(images_folder() / name, quality=82)
        rows.append((name, drawn.category, drawn.kind))
    with truth_file().open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("file", "class", "subclass"), *sorted(rows)])


def _still(category: str, kind: str, seed: int) -> Image.Image:
    """A wide picture of a kind by day, larger than the video so that a camera can travel over it."""
    wide = WorldOptions(kinds=(kind,), heights=(420,), shapes=((16, 9),), worn=False)
    drawn = scene(seed, wide)
    while drawn.facts & {"time:night", "tone:dark", "weather:foggy"}:
        seed += 1000
        drawn = scene(seed, wide)
    margin = 1.0 if category == "document" else 1.15
    return fitted(drawn.image, (round(VIDEO_SIZE[0] * margin), round(VIDEO_SIZE[1] * margin)))


def _travel(still: Image.Image, frames: int, rng: np.random.Generator) -> list[Image.Image]:
    """A slow pan; a page that fills the frame stands still."""
    w, h = VIDEO_SIZE
    path = np.linspace(rng.random(2), rng.random(2), frames) * [still.width - w, still.height - h]
    return [still.crop((round(x), round(y), round(x) + w, round(y) + h)) for x, y in path]


def video_frames() -> tuple[list[Image.Image], dict[str, object]]:
    """All frames and the truth: segments, cuts, fades. End frames are exclusive."""
    rng = np.random.default_rng(FIRST_SEED + 1)
    frames: list[Image.Image] = []
    segments, cuts, fades = [], [], []
    seed = FIRST_SEED + 50_000
    for index, (label, kinds, each) in enumerate(SEGMENTS):
        start = len(frames)
        for kind in kinds:
            seed += 1
            shot = _travel(_still(label, kind, seed), each, rng)
            if index == FADE_BEFORE and len(frames) == start:
                last = frames[-1]
                shot[:FADE] = [Image.blend(last, frame, (i + 1) / (FADE + 1)) for i, frame in enumerate(shot[:FADE])]
                fades.append({"start_frame": start, "end_frame": start + FADE})
            elif frames:
                cuts.append(len(frames))
            frames += shot
        segments.append(
            {
                "label": label,
                "source": ", ".join(kinds),
                "start_frame": start,
                "end_frame": len(frames),
                "start_s": start / FPS,
                "end_s": len(frames) / FPS,
            }
        )
    truth = {
        "fps": FPS,
        "size": list(VIDEO_SIZE),
        "frames": len(frames),
        "segments": segments,
        "cuts": cuts,
        "fades": fades,
    }
    return frames, truth


def write_video() -> None:
    """Encode the test video and write its truth."""
    frames, truth = video_frames()
    with av.open(str(video_file()), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "24", "preset": "medium", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = *VIDEO_SIZE, "yuv420p"
        stream.time_base = Fraction(1, FPS)
        for image in frames:
            for packet in stream.encode(av.VideoFrame.from_ndarray(np.asarray(image.convert("RGB")), format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    video_truth_file().write_text(json.dumps(truth, indent=1) + "\n")


if __name__ == "__main__":
    write_images()
    write_video()
