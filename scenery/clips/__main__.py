"""Draw the demo's clips, then put them together.

`python -m scenery.clips draw FOLDER` needs Blender, as `scenery` does; what is there already is not drawn again.
`python -m scenery.clips join FOLDER OUT` needs PyAV, as the app does; it writes `OUT/clips/*.mp4` and `OUT/clips.csv`.
`python -m scenery.clips sheet OUT PICTURE` writes three frames of every clip, 176 pixels wide.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from scenery.catalogue import painter
from scenery.clips import motion, sounds
from scenery.clips.plan import FPS, MOUTHS, MOVING, SIZE, WIDER, Clip, Take, read
from scenery.view import View

SAMPLES = 10
COLUMNS = ("file", "title", "programme", "genre", "tags")


def draw(folder: Path, clips: Sequence[Clip], samples: int = SAMPLES) -> int:
    """Draw what is missing, and the cards of programmes; gives the number of pictures drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = 0
    for programme in {clip.programme.mark: clip.programme for clip in clips if clip.programme}.values():
        _save(motion.card(programme), motion.card_path(folder, programme))
    for clip in clips:
        for number, take in enumerate(clip.takes):
            for picture in range(take.drawn):
                path = motion.picture_path(folder, clip.name, number, picture)
                if path.exists():
                    continue
                start = time.perf_counter()
                _save(painter(take.kind)(take.plan, _view(take, picture, samples)).convert("RGB"), path)
                drawn += 1
                print(f"{path.name}  {take.kind}  {time.perf_counter() - start:.1f} s", flush=True)
    return drawn


def _save(picture: Image.Image, path: Path) -> None:
    partial = path.with_suffix(".part")
    picture.save(partial, format="PNG")
    partial.replace(path)


def _view(take: Take, picture: int, samples: int) -> View:
    wide, high = (round(side * (WIDER if take.motion in MOVING else 1.0)) for side in SIZE)
    mouth = MOUTHS[picture] if take.motion == "talk" else None
    return View(wide, high, samples, take.travel(picture), mouth)


def join(folder: Path, out: Path, clips: Sequence[Clip]) -> None:
    """Write a file of each clip (H.264 and AAC) and the table of what is true of them.

    Raises:
        FileNotFoundError: a picture was not drawn yet.
    """
    (out / "clips").mkdir(parents=True, exist_ok=True)
    by_name = {clip.name: clip for clip in clips}
    for clip in clips:
        shown = list(motion.frames(folder, clip, by_name))
        write(out / "clips" / f"{clip.name}.mp4", shown, motion.soundtrack(clip, len(shown)))
    with (out / "clips.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerows(map(truth, clips))


def truth(clip: Clip) -> tuple[str, ...]:
    """The row of a clip in `clips.csv`."""
    programme = "" if clip.programme is None else clip.programme.name
    return f"{clip.name}.mp4", clip.title, programme, clip.category, "; ".join(clip.tags)


def write(path: Path, frames: Iterable[Image.Image], heard: sounds.Samples | None) -> None:
    """Write a film of some frames and maybe a sound."""
    import av

    with av.open(str(path), "w") as container:
        options = {"crf": "26", "preset": "veryslow", "threads": "1"}
        video = container.add_stream("libx264", rate=FPS, options=options)
        video.width, video.height, video.pix_fmt, video.time_base = *SIZE, "yuv420p", Fraction(1, FPS)
        audio = None
        if heard is not None:
            audio = container.add_stream("aac", rate=sounds.RATE, layout="mono")
            audio.bit_rate = 32_000
        for image in frames:
            container.mux(video.encode(av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")))
        container.mux(video.encode())
        if audio is not None and heard is not None:
            frame = av.AudioFrame.from_ndarray(heard[None], format="fltp", layout="mono")
            frame.sample_rate = sounds.RATE
            container.mux(audio.encode(frame))
            container.mux(audio.encode())


def sheet(out: Path, clips: Sequence[Clip], wide: int = 176, columns: int = 3) -> Image.Image:
    """Three frames of every clip, at a sixth, a half and five sixths of it, `columns` clips in a row."""
    import av

    high = round(wide * SIZE[1] / SIZE[0])
    whole = Image.new(
        "RGB", (columns * 3 * wide + (columns - 1) * 12, -(-len(clips) // columns) * (high + 4)), "#ffffff"
    )
    for place, clip in enumerate(clips):
        with av.open(str(out / "clips" / f"{clip.name}.mp4")) as container:
            shown = [Image.fromarray(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
        for third in range(3):
            small = shown[(2 * third + 1) * len(shown) // 6].resize((wide, high), Image.Resampling.LANCZOS)
            whole.paste(small, (place % columns * (3 * wide + 12) + third * wide, place // columns * (high + 4)))
    return whole


def main(given: list[str] | None = None) -> int:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(prog="python -m scenery.clips", description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("draw", "draw the pictures that are missing"),
        ("join", "write the clips"),
        ("sheet", "a picture of them"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("folder", type=Path)
        if name != "draw":
            command.add_argument("out", type=Path)
    options = parser.parse_args(given)
    clips = read()
    if options.command == "draw":
        draw(options.folder, clips)
    elif options.command == "join":
        join(options.folder, options.out, clips)
    else:
        sheet(options.folder, clips).save(options.out, quality=85)
    return 0


if __name__ == "__main__":
    sys.exit(main())
