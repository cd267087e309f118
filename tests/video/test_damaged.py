"""Damaged videos of every container, from a seed: a sentence or pictures, in bounded time, and nothing else is lost."""

from __future__ import annotations

import random
import time

import pytest

from bench.faults import fuzz_videos

TRIES = 70


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return fuzz_videos.originals(tmp_path_factory.mktemp("originals") / "good")


def test_the_originals_can_all_be_read(good):
    assert [fuzz_videos.read(path, random.Random(0)) for path in good] == ["read"] * len(fuzz_videos.KINDS)


def test_damage_ends_in_pictures_or_a_sentence(good, tmp_path):
    rng = random.Random(7)
    contents = [path.read_bytes() for path in good]
    outcomes = []
    for number in range(TRIES):
        original = number % len(good)
        path = tmp_path / f"{number}{good[original].suffix}"
        path.write_bytes(fuzz_videos.damaged(contents[original], contents, rng))
        start = time.monotonic()
        outcomes.append(fuzz_videos.read(path, rng))
        assert time.monotonic() - start < fuzz_videos.LIMIT_S
    assert outcomes.count("read") > TRIES // 4
    assert outcomes.count("refused") > 0
