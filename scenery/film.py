"""Draw the demo's film, then put it together.

`python -m scenery.film draw FOLDER` needs Blender, as `scenery` does; what is there already is not drawn again.
`python -m scenery.film join FOLDER OUT` needs PyAV, as the app does; it writes `demo_mix.mp4` and its truth `demo_mix.json`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from scenery import takes
from scenery.catalogue import painter
from scenery.takes import FADE, FILM, FPS, HELD, MARGIN, SIZE, Segment, Shot
from scenery.view import View

SAMPLES = 10


def draw(folder: Path, samples: int = SAMPLES, film: tuple[Segment, ...] = FILM) -> int:
    """Draw what is missing of a film; gives the number of pictures drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = 0
    for number, shot in enumerate(shot for segment in film for shot in segment.shots):
        paint, margin = painter(shot.kind), MARGIN if shot.end is None and not shot.still else 1.0
        for picture in range(shot.drawn):
            path = takes.picture_path(folder, number, picture)
            if path.exists():
                continue
            start = time.perf_counter()
            wide, high = (round(side * margin) for side in SIZE)
            image = paint(shot.plan, View(wide, high, samples, shot.travel(picture)))
            partial = path.with_suffix(".part")
            image.convert("RGB").save(partial, format="PNG")
            partial.replace(path)
            drawn += 1
            print(f"{shot.kind} {picture + 1}/{shot.drawn}  {time.perf_counter() - start:.1f} s", flush=True)
    return drawn


def shot_frames(folder: Path, number: int, shot: Shot) -> Iterator[Image.Image]:
    """The frames of a shot.

    Raises:
        FileNotFoundError: a picture of it was not drawn yet.
    """
    if shot.end is not None:
        for frame in range(shot.frames):
            yield Image.open(takes.picture_path(folder, number, frame // HELD)).convert("RGB")
        return
    still, (wide, high) = Image.open(takes.picture_path(folder, number, 0)).convert("RGB"), SIZE
    rng = random.Random(f"pan {number}")
    x, y = (rng.choice((0.0, 1.0)) * (still.width - wide), rng.random() * (still.height - high))
    over = (still.width - wide) - 2 * x
    for frame in range(shot.frames):
        left = round(x + over * frame / max(1, shot.frames - 1))
        yield still.crop((left, round(y), left + wide, round(y) + high))


def frames(folder: Path, film: tuple[Segment, ...] = FILM) -> Iterator[Image.Image]:
    """All frames of a film; a segment that is faded dissolves out of the last one before it."""
    last: Image.Image | None = None
    number = 0
    for segment in film:
        for place, shot in enumerate(segment.shots):
            before = last
            for frame, image in enumerate(shot_frames(folder, number, shot)):
                last = image
                if segment.faded and place == 0 and frame < FADE and before is not None:
                    last = Image.blend(before, image, (frame + 1) / (FADE + 1))
                yield last
            number += 1


def join(folder: Path, out: Path, film: tuple[Segment, ...] = FILM) -> None:
    """Write `demo_mix.mp4` (H.264) and `demo_mix.json` of the pictures in a folder.

    Raises:
        FileNotFoundError: a picture was not drawn yet.
    """
    import av

    with av.open(str(out / "demo_mix.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "24", "preset": "medium", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.time_base = Fraction(1, FPS)
        for image in frames(folder, film):
            for packet in stream.encode(av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    (out / "demo_mix.json").write_text(json.dumps(takes.truth(film), indent=1) + "\n", encoding="utf-8")


def main(given: list[str] | None = None) -> int:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(prog="python -m scenery.film", description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw", help="draw the pictures of the film that are missing")
    drawing.add_argument("folder", type=Path)
    drawing.add_argument("--samples", type=int, default=SAMPLES, help="samples a pixel")
    joining = commands.add_parser("join", help="write the film and its truth")
    joining.add_argument("folder", type=Path)
    joining.add_argument("out", type=Path)
    options = parser.parse_args(given)
    if options.command == "draw":
        draw(options.folder, options.samples)
    else:
        join(options.folder, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
