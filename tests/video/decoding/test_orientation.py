"""Pictures stand upright in every view, turned and mirrored as a player shows them."""

from __future__ import annotations

import io
from fractions import Fraction

import numbered
import numpy as np
import pytest
from numbered import even
from PIL import Image

from video.decoding import still
from video.decoding.frames import decode
from video.decoding.sampled_stills import stills
from video.segmenting.analysis import analyse

TURNS = [
    (degrees, hflip, vflip)
    for degrees in (0, 90, 180, 270)
    for hflip, vflip in ((False, False), (True, False), (False, True))
]


def expected(degrees, hflip, vflip):
    """What a player shows: turned counter-clockwise, then mirrored."""
    shown = np.rot90(numbered.picture(5), k=degrees // 90)
    shown = shown[:, ::-1] if hflip else shown
    return shown[::-1] if vflip else shown


@pytest.mark.parametrize(("degrees", "hflip", "vflip"), TURNS)
@pytest.mark.parametrize("ending", ["mp4", "mov"])
def test_every_view_is_upright(tmp_path, degrees, hflip, vflip, ending):
    plain = numbered.write(tmp_path / f"plain.{ending}", even(0, 3), first=5)
    path = numbered.copied(plain, tmp_path / f"turned.{ending}", degrees, hflip, vflip)
    wanted = expected(degrees, hflip, vflip)
    sample = next(iter(decode(path).frames)).sample
    numbered.assert_alike(sample, wanted)
    numbered.assert_alike(np.asarray(Image.open(io.BytesIO(still.at(path, 0.0)))), wanted)
    numbered.assert_alike(next(stills(path))[1], wanted)


def test_keyframes_and_the_size_on_the_page_are_upright(tmp_path, films):
    path = numbered.copied(numbered.write(tmp_path / "a.mp4", even(0, 10), first=5), tmp_path / "b.mp4", -90)
    analysis = analyse(path, films.embed)
    assert (analysis.width, analysis.height) == (numbered.HEIGHT, numbered.WIDTH)
    assert still.size(path) == (numbered.HEIGHT, numbered.WIDTH)
    keyframe = Image.open(io.BytesIO(analysis.keyframes[0].jpeg))
    assert keyframe.height > keyframe.width


def test_a_full_picture_has_square_pixels(tmp_path, films):
    def wide(stream):
        stream.codec_context.sample_aspect_ratio = Fraction(2, 1)

    path = films.write(tmp_path / "wide.mkv", [films.scene(1, 240, 240)] * 3, prepare=wide)
    assert Image.open(io.BytesIO(still.at(path, 0.0))).size == (480, 240)
