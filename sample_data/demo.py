"""The demo images, their truth and the test video: `python -m sample_data.demo` draws them again.

The images come from seeds that training never sees, some of them grey, tinted, cropped or in a window. They are chosen from
many so that the built-in model is wrong about a sixth of each class: there has to be something to fix. What it gets wrong
among ordinary renders is what looks like another class, so the errors are ones that a person understands. The chosen seeds
are kept in `demo_seeds.json`; the accuracy of zero-shot on these images is a choice, not a figure of the model's quality.
"""

from __future__ import annotations

import csv
import json
from fractions import Fraction

import av
import numpy as np
import open_clip
import torch
from PIL import Image

from sample_data import HERE, images_folder, model_folder, taxonomy_file, truth_file, video_file, video_truth_file
from sample_data.camera import shifted
from sample_data.tokens import tokenizer
from sample_data.vocabulary import CATEGORIES, KINDS, OTHER
from sample_data.world import Scene, WorldOptions, scene
from written import yaml_text

FIRST_SEED = 900_000
SIZE = (320, 240)
COUNT = 300
CANDIDATES = 5400
BATCH = 64
WRONG_SHARE = 0.17
SHIFT_SHARE = {"": 0.62, "grey": 0.1, "tint": 0.1, "crop": 0.1, "window": 0.08}
MIN_BRIGHTNESS, MIN_CONTRAST, MIN_DETAIL = 0.12, 0.08, 0.006
SEEDS_FILE = HERE / "demo_seeds.json"

CLASSES = [name for name in CATEGORIES if name != OTHER]

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


def demo_scene(seed: int) -> Scene:
    """The demo image of a seed: classes and kinds in turn, a shift by chance."""
    rng = np.random.default_rng((FIRST_SEED, seed))
    category = CLASSES[seed % len(CLASSES)]
    kinds = [name for name, kind in KINDS.items() if kind.category == category]
    drawn = scene(seed, WorldOptions(kinds=(kinds[(seed // len(CLASSES)) % len(kinds)],), heights=(240,)))
    image = fitted(drawn.image, SIZE)
    shift = str(rng.choice(list(SHIFT_SHARE), p=list(SHIFT_SHARE.values())))
    return Scene(shifted(rng, image, shift) if shift else image, drawn.facts)


def chosen_seeds() -> list[int]:
    """The seeds of the demo images, in the order in which they are named."""
    seeds: list[int] = json.loads(SEEDS_FILE.read_text())
    return seeds


def legible(image: Image.Image) -> bool:
    """Whether a person can see what it shows: neither nearly black nor without contrast or detail."""
    grey = np.asarray(image.convert("L"), np.float32) / 255
    detail = float(np.abs(np.diff(grey, axis=1)).mean())
    return float(grey.mean()) > MIN_BRIGHTNESS and float(grey.std()) > MIN_CONTRAST and detail > MIN_DETAIL


def choose_seeds() -> list[int]:
    """Draw candidates and keep `COUNT` of them, the share `WRONG_SHARE` of each class wrong in the model's eyes.

    Raises:
        ValueError: the candidates hold too few errors of some class.
    """
    drawn = {seed: demo_scene(seed) for seed in range(FIRST_SEED, FIRST_SEED + CANDIDATES)}
    drawn = {seed: candidate for seed, candidate in drawn.items() if legible(candidate.image)}
    seeds, right = list(drawn), _right(list(drawn.values()))
    rng, kept = np.random.default_rng(FIRST_SEED), []
    each, wrong = COUNT // len(CLASSES), round(COUNT // len(CLASSES) * WRONG_SHARE)
    for place in range(len(CLASSES)):
        mine = [(seed, fits) for seed, fits in zip(seeds, right, strict=True) if seed % len(CLASSES) == place]
        for fits, count in ((True, each - wrong), (False, wrong)):
            candidates = [seed for seed, fit in mine if fit == fits]
            if len(candidates) < count:
                raise ValueError(f"{CLASSES[place]}: {len(candidates)} candidates of {count} needed; draw more of them")
            kept += rng.choice(candidates, count, replace=False).tolist()
    return [int(seed) for seed in rng.permutation(kept)]


def _right(scenes: list[Scene]) -> list[bool]:
    """Whether the built-in model with the demo prompts names the class of each scene."""
    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{model_folder()}")
    prompts = {e["name"]: e["prompts"] for e in yaml_text.read(taxonomy_file()).plainly()["categories"]}
    encode = tokenizer(model_folder(), 24)
    with torch.inference_mode():
        texts = [model.encode_text(encode(prompts[name]), normalize=True).mean(dim=0) for name in CLASSES]
        classes = torch.nn.functional.normalize(torch.stack(texts), dim=-1)
        model.eval()
        lots = [scenes[start : start + BATCH] for start in range(0, len(scenes), BATCH)]
        pixels = (torch.stack([preprocess(s.image) for s in lot]) for lot in lots)
        vectors = torch.cat([model.encode_image(lot, normalize=True) for lot in pixels])
    predicted = (vectors @ classes.T).argmax(dim=1).tolist()
    return [CLASSES[k] == s.category for k, s in zip(predicted, scenes, strict=True)]


def write_images() -> None:
    """Draw all demo images; their names are in the order of the seeds, which is random and says nothing."""
    images_folder().mkdir(exist_ok=True)
    rows = []
    for number, seed in enumerate(chosen_seeds()):
        drawn, name = demo_scene(seed), f"{number:03d}.jpg"
        drawn.image.save(images_folder() / name, quality=85)
        rows.append((name, drawn.category, drawn.kind))
    with truth_file().open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("file", "class", "subclass"), *rows])


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
    SEEDS_FILE.write_text(json.dumps(choose_seeds()) + "\n")
    write_images()
    write_video()
