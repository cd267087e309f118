"""A small workspace of whole videos that Chromium can play: pictures of the demo world, some with a tone, some with a title."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

import sample_data
from embedding.ingest import encoder_change
from labeling.exchange import video_labels
from store import workspace
from video.whole import video_adding

COUNT, SECONDS, FPS, RATE = 24, 4, 5, 44_100
SIZE = (160, 120)
TITLES = {
    "nature": "A quiet walk outside",
    "animation_game": "Level three without a loss",
    "document": "How to read the report",
}
TAGS = ("nature", "animation_game", "document", "beep")


def truth() -> list[list[str]]:
    """The tags of each video: what two thirds of it show, and whether a tone is heard."""
    kinds = list(TITLES)
    return [[kinds[number % 3], *(["beep"] if number % 2 else [])] for number in range(COUNT)]


def clip(path: Path, programme: int) -> Path:
    """A clip that is in no workspace: two pictures of a film of nature, and one that no film has."""
    own = pictures("nature")
    film(path, [own[3 * programme], own[3 * programme + 1], own[3 * COUNT]], tone=True)
    return path


def pictures(name: str) -> list[Path]:
    """Pictures of a class of the demo world."""
    with sample_data.truth_file().open(encoding="utf-8") as file:
        return [sample_data.images_folder() / row["file"] for row in csv.DictReader(file) if row["class"] == name]


def build(folder: Path) -> None:
    """Make the workspace `films` and its videos below a folder."""
    videos = folder / "videos"
    videos.mkdir()
    by_class = {name: pictures(name) for name in TITLES}
    rows = ["file,title,programme"]
    for number, tags in enumerate(truth()):
        shown = by_class[tags[0]][3 * number : 3 * number + 3]
        film(videos / f"film-{number:02d}.mp4", shown, tone=number % 2 == 1)
        title = f"{TITLES[tags[0]]} {number}" if number % 4 else ""
        rows.append(f"film-{number:02d}.mp4,{title},{'Morning show' if number % 5 == 0 else ''}")
    (folder / "titles.csv").write_text("\n".join(rows))
    opened = workspace.create(folder / "films")
    encoder_change.change_encoder(opened, "built-in")
    video_adding.add(opened, [videos], titles=folder / "titles.csv", actor="setup")
    video_labels.add_named_classes(opened, TAGS)
    opened.engine.dispose()


def film(path: Path, pictures: list[Path], *, tone: bool) -> None:
    """Pictures for as long each, in H.264, with a tone or with silence in AAC."""
    frames = [np.asarray(Image.open(picture).convert("RGB").resize(SIZE)) for picture in pictures]
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=Fraction(FPS), options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        heard = output.add_stream("aac", rate=RATE)
        heard.layout = "mono"
        for number in range(FPS * SECONDS):
            frame = av.VideoFrame.from_ndarray(frames[number * len(frames) // (FPS * SECONDS)], format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
        samples: NDArray[np.float32] = np.zeros(RATE * SECONDS, np.float32)
        if tone:
            samples = np.asarray(0.4 * np.sin(2 * np.pi * 660 * np.arange(RATE * SECONDS) / RATE), np.float32)
        for start in range(0, len(samples), 1024):
            part = av.AudioFrame.from_ndarray(samples[None, start : start + 1024].copy(), format="fltp", layout="mono")
            part.sample_rate, part.pts, part.time_base = RATE, start, Fraction(1, RATE)
            output.mux(heard.encode(part))
        output.mux(heard.encode(None))
