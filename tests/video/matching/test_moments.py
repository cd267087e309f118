"""Hashes of pictures: alike for a picture that was saved again, other for another one, and known for the mirrored one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

import sample_data
from video.matching.moments import is_seen, mirrored, picture_hash

PICTURES = sorted(sample_data.images_folder().glob("*.jpg"))[:12]


def far(one: np.ndarray, other: np.ndarray) -> int:
    return int(np.bitwise_count(one ^ other).sum())


@pytest.fixture(scope="module")
def pictures() -> list[np.ndarray]:
    return [np.asarray(Image.open(path).convert("RGB")) for path in PICTURES]


def test_a_small_grey_copy_is_nearer_than_any_other_picture(pictures: list[np.ndarray]) -> None:
    hashes = [picture_hash(picture) for picture in pictures]
    for k, picture in enumerate(pictures):
        small = cv2.resize(picture, (100, 70), interpolation=cv2.INTER_AREA)
        copy = picture_hash(np.repeat(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2))
        apart = [far(copy, other) for other in hashes]
        assert apart[k] <= 10
        assert min(apart[:k] + apart[k + 1 :]) > 14


def test_the_hash_of_a_mirrored_picture_follows_from_its_own(pictures: list[np.ndarray]) -> None:
    for picture in pictures:
        turned = mirrored(picture_hash(picture)[None])[0]
        assert far(turned, picture_hash(np.ascontiguousarray(picture[:, ::-1]))) <= 6
        np.testing.assert_array_equal(mirrored(turned[None])[0], picture_hash(picture))


@pytest.mark.parametrize("level", [0, 120, 255])
def test_where_nothing_is_to_be_seen_there_is_no_hash(level: int) -> None:
    blank = np.full((40, 60, 3), level, np.uint8)
    blank[:2, :2] ^= 3
    code = picture_hash(blank)[None]
    assert not is_seen(code)[0]
    assert not is_seen(mirrored(code))[0]
