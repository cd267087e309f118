"""Videos that the tests make themselves, with exact truth."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


def scene(seed: int, height: int = 180, width: int = 320) -> Picture:
    """A picture of coloured blocks, uint8 RGB [height, width, 3], unlike that of another seed."""
    rng = np.random.default_rng(seed)
    cells = rng.integers(20, 235, (6, 8, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(cells, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def page(seed: int, height: int = 180, width: int = 320) -> Picture:
    """A white page with lines of dark marks: pages differ in few pixels."""
    rng = np.random.default_rng(seed)
    picture = np.full((height, width, 3), 245, np.uint8)
    for y in range(24, height - 16, 9):
        x = 60
        while x < width - 70:
            word = int(rng.integers(4, 22))
            picture[y : y + 3, x : x + word] = 70
            x += word + 5
        if rng.random() < 0.2:
            picture[y : y + 9] = 245
    return picture


def moving(picture: Picture, count: int, speed: int = 1) -> list[Picture]:
    """The picture drifting sideways."""
    return [np.roll(picture, speed * i, axis=1) for i in range(count)]


def write_video(
    path: Path,
    pictures: list[Picture],
    fps: float = 25,
    codec: str = "mpeg4",
    stamps: list[int] | None = None,
    pixel_format: str = "yuv420p",
    prepare: Callable[[av.VideoStream], None] | None = None,
    container: dict[str, str] | None = None,
    gop: int = 12,
) -> Path:
    """Encode pictures, uint8 RGB [h, w, 3]; `stamps` are presentation times in milliseconds, else constant rate."""
    with av.open(str(path), "w", options=container or {}) as output:
        stream = output.add_stream(codec, rate=Fraction(fps).limit_denominator(1001))
        stream.width, stream.height = pictures[0].shape[1], pictures[0].shape[0]
        stream.pix_fmt = pixel_format
        stream.gop_size = gop
        stream.bit_rate = 4_000_000
        if stamps is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        if prepare is not None:
            prepare(stream)
        for index, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            if stamps is not None:
                frame.pts, frame.time_base = stamps[index], Fraction(1, 1000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def histogram_embed(pictures: list[Picture]) -> NDArray[np.float32]:
    """Unit rows of colour and layout, float32 [n, 192]: enough to tell test scenes apart."""
    rows = [cv2.resize(p, (8, 8), interpolation=cv2.INTER_AREA).ravel().astype(np.float32) / 255 for p in pictures]
    return np.array([(row + 0.01) / np.linalg.norm(row + 0.01) for row in rows], np.float32)


@pytest.fixture(scope="session")
def films() -> SimpleNamespace:
    """What makes videos, for tests in this folder."""
    return SimpleNamespace(scene=scene, page=page, moving=moving, write=write_video, embed=histogram_embed)


@pytest.fixture
def three_scenes(tmp_path: Path) -> Path:
    """90 frames at 25 fps with cuts at 30 and 55."""
    pictures = moving(scene(1), 30) + moving(scene(2), 25) + moving(scene(3), 35)
    return write_video(tmp_path / "three.mp4", pictures)


@pytest.fixture(scope="session")
def segmented(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """A video of two classes, analysed and labelled, and its plain data."""
    from video.results.document import document
    from video.segmenting.analysis import analyse
    from video.segmenting.segments import label

    names = ["<b>warm</b> & dry", "=冷"]
    pictures = moving(scene(1), 40) + moving(scene(2), 30) + moving(scene(3), 50)
    path = write_video(tmp_path_factory.mktemp("segmented") / "film.mp4", pictures, fps=30000 / 1001)
    analysis = analyse(path, histogram_embed)

    def score(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        frames = analysis.sample_frames[: len(vectors)]
        warm = np.where(frames < 70, 0.9, 0.2)
        return np.stack([warm, 1 - warm], axis=1).astype(np.float32)

    result = label(analysis, score, names)
    return SimpleNamespace(
        path=path, analysis=analysis, segmentation=result, data=document("film.mp4", "zero-shot", analysis, result)
    )
