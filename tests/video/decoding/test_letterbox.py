import numpy as np
import pytest

from video.decoding import letterbox


def framed(picture, top, bottom, left, right, colour):
    height, width = picture.shape[:2]
    whole = np.full((height + top + bottom, width + left + right, 3), colour, np.uint8)
    whole[top : top + height, left : left + width] = picture
    noise = np.random.default_rng(0).integers(-3, 4, whole.shape)
    return np.clip(whole.astype(int) + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("bars", [(30, 30, 0, 0), (0, 0, 40, 40), (20, 20, 30, 30), (0, 25, 0, 0)])
@pytest.mark.parametrize("colour", [(0, 0, 0), (16, 16, 16), (10, 60, 120), (220, 40, 60)])
def test_bars_are_found(films, bars, colour):
    top, _, left, _ = bars
    box = letterbox.box(framed(films.scene(3), *bars, colour))
    np.testing.assert_allclose(box, (top, top + 180, left, left + 320), atol=2)


def test_a_picture_without_bars_is_left_alone(films):
    assert letterbox.box(films.scene(3)) == (0, 180, 0, 320)


@pytest.mark.parametrize("colour", [(255, 255, 255), (236, 236, 236), (250, 245, 225)])
def test_margins_of_a_page_belong_to_it(films, colour):
    picture = framed(films.page(3), 20, 20, 30, 30, colour)
    assert letterbox.box(picture) == (0, 220, 0, 380)


def test_a_page_between_dark_bars_keeps_its_margins(films):
    box = letterbox.box(framed(films.page(3), 0, 0, 60, 60, (0, 0, 0)))
    np.testing.assert_allclose(box, (0, 180, 60, 380), atol=2)


def test_a_blank_or_nearly_blank_picture_is_left_alone():
    blank = np.full((90, 160, 3), 7, np.uint8)
    assert letterbox.box(blank) == (0, 90, 0, 160)
    blank[40:45, 70:80] = 255
    assert letterbox.crop(blank).shape == (90, 160, 3)


def test_the_encoder_never_sees_the_bars(tmp_path, films):
    from video.segmenting.analysis import analyse

    seen = []

    def embed(pictures):
        seen.extend(pictures)
        return films.embed(pictures)

    wide = [framed(films.scene(3, 136, 320), 22, 22, 0, 0, (0, 0, 0))] * 10
    analyse(films.write(tmp_path / "wide.mp4", wide), embed)
    assert all(abs(picture.shape[0] - 136) <= 4 for picture in seen)
