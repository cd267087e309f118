"""Fragments among videos made of numbers: another speed, mirrored, with gaps, longer than a part, in an intro, and of none of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from video.matching import fragment_matches
from video.matching.alignment import AlignOptions
from video.matching.fragment_index import FragmentIndex, Query, SearchOptions
from video.matching.fragment_matches import Match, MatchOptions
from video.matching.moments import PER_S, Moments, mirrored

DIM, SECONDS = 64, 300
Library = dict[int, Moments]


def walk(seed: int, seconds: float = SECONDS) -> Moments:
    """Scenes of three seconds, each a vector and a hash of its own, and a little change within."""
    rng = np.random.default_rng(seed)
    count = round(seconds * PER_S)
    scenes = count // 6 + 1
    rows = np.repeat(rng.normal(size=(scenes, DIM)), 6, axis=0)[:count] + 0.3 * rng.normal(size=(count, DIM)) + 2.0
    bits = np.repeat(rng.random((scenes, 64)) < 0.5, 6, axis=0)[:count] ^ (rng.random((count, 64)) < 0.03)
    bits[:, 0] = True
    vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return Moments(np.arange(count) / PER_S, vectors, np.packbits(bits, axis=1))


def cut(video: Moments, start_s: float, seconds: float, speed: float = 1.0, seed: int = 9) -> Query:
    """A stretch of a video, played at a speed, a little noisy; its mirrored pictures look like something else."""
    rng = np.random.default_rng(seed)
    times = np.arange(0, seconds / speed, 1 / PER_S)
    rows = np.clip(np.round((start_s + times * speed) * PER_S).astype(int), 0, len(video) - 1)
    noisy = video.vectors[rows] + 0.02 * rng.normal(size=(len(rows), DIM))
    hashes = video.hashes[rows] ^ np.packbits(rng.random((len(rows), 64)) < 0.05, axis=1)
    hashes[:, 0] |= 128
    moments = Moments(times, (noisy / np.linalg.norm(noisy, axis=1, keepdims=True)).astype(np.float32), hashes)
    return Query(moments, walk(1_000 + seed, seconds + 9).vectors[: len(rows)].astype(np.float32))


@pytest.fixture(scope="module")
def library() -> Library:
    return {number: walk(number) for number in range(12)}


@pytest.fixture(scope="module")
def index(library: Library) -> FragmentIndex:
    return FragmentIndex.build(library)


def find(index: FragmentIndex, query: Query, library: Library, options: MatchOptions | None = None) -> list[Match]:
    return fragment_matches.find(index, query, library.__getitem__, options)


@pytest.mark.parametrize(("speed", "seconds"), [(1.0, 5), (0.9, 60), (1.05, 5), (1.1, 60)])
def test_a_fragment_is_placed_at_any_speed(
    index: FragmentIndex, library: Library, speed: float, seconds: float
) -> None:
    [match] = find(index, cut(library[7], 100, seconds, speed), library)
    assert (match.video, match.is_mirrored) == (7, False)
    assert match.laid.start_s == pytest.approx(100, abs=0.8)
    assert match.laid.end_s == pytest.approx(100 + seconds, abs=1.1)
    assert match.laid.to_s - match.laid.from_s == pytest.approx(seconds / speed, abs=1.1)
    if seconds == 60:
        assert match.laid.speed == pytest.approx(speed, abs=0.02)


def test_a_mirrored_fragment_is_known_as_one(index: FragmentIndex, library: Library) -> None:
    plain = cut(library[3], 40, 8)
    turned = replace(
        plain, moments=Moments(plain.moments.times, plain.mirror, mirrored(plain.moments.hashes)),
        mirror=plain.moments.vectors.astype(np.float32),
    )  # fmt: skip
    [match] = find(index, turned, library)
    assert (match.video, match.is_mirrored) == (3, True)
    assert match.laid.start_s == pytest.approx(40, abs=0.8)


def test_a_second_is_enough_where_it_is_surely_the_same(index: FragmentIndex, library: Library) -> None:
    [match] = find(index, cut(library[4], 80, 1), library)
    assert match.video == 4
    assert match.laid.start_s == pytest.approx(80, abs=0.8)
    assert find(index, cut(library[4], 80, 1), library, MatchOptions(align=AlignOptions(sure=1.1))) == []
    for seconds, count in ((1, 0), (5, 1)):  # what is only much alike has to last
        plain = cut(library[4], 80, seconds)
        flipped = np.packbits(np.random.default_rng(3).random((len(plain.moments), 64)) < 0.25, axis=1)
        rough = replace(plain.moments, hashes=plain.moments.hashes ^ flipped | np.uint8([128, 0, 0, 0, 0, 0, 0, 0]))
        assert len(find(index, replace(plain, moments=rough), library)) == count


def test_what_is_of_none_of_them_has_no_match(index: FragmentIndex, library: Library) -> None:
    assert find(index, cut(walk(99), 10, 20), library) == []
    loose = MatchOptions(SearchOptions(far=128), AlignOptions(alike=-0.5), limit=-1)
    assert find(index, cut(walk(99), 10, 20), library, loose), "there was something to refuse"


def test_a_gap_of_two_seconds_is_within_and_one_of_six_is_not(index: FragmentIndex, library: Library) -> None:
    query, other = cut(library[5], 60, 24), walk(98)
    for start, gap, whole in ((8.0, 2.0, True), (8.0, 6.0, False)):
        inside = (query.moments.times >= start) & (query.moments.times < start + gap)
        vectors = np.where(inside[:, None], other.vectors[: len(inside)], query.moments.vectors)
        hashes = np.where(inside[:, None], other.hashes[: len(inside)], query.moments.hashes)
        [match] = find(index, replace(query, moments=Moments(query.moments.times, vectors, hashes)), library)
        assert (match.laid.to_s - match.laid.from_s > 22) is whole


def test_a_compilation_names_each_of_its_sources(index: FragmentIndex, library: Library) -> None:
    first, second = cut(library[1], 20, 12), cut(library[2], 200, 9)
    joined = Moments(
        np.arange(len(first.moments) + len(second.moments)) / PER_S,
        np.concatenate([first.moments.vectors, second.moments.vectors]),
        np.concatenate([first.moments.hashes, second.moments.hashes]),
    )
    matches = find(index, Query(joined, np.concatenate([first.mirror, second.mirror])), library)
    assert [match.video for match in matches] == [1, 2]
    assert (matches[1].laid.from_s, matches[1].laid.start_s) == (
        pytest.approx(12, abs=0.8),
        pytest.approx(200, abs=0.8),
    )


def test_a_fragment_longer_than_a_part_is_one_match(index: FragmentIndex, library: Library) -> None:
    [match] = find(index, cut(library[4], 10, 280), library)
    assert (match.laid.start_s, match.laid.end_s) == (pytest.approx(10, abs=0.8), pytest.approx(290, abs=0.8))


def test_an_intro_that_many_videos_share_says_nothing_and_what_follows_does() -> None:
    intro = walk(77, 6)
    library = {}
    for number in range(60):
        video = walk(200 + number, 30)
        head = len(intro)
        library[number] = Moments(
            video.times, np.concatenate([intro.vectors, video.vectors[head:]]),
            np.concatenate([intro.hashes, video.hashes[head:]]),
        )  # fmt: skip
    index = FragmentIndex.build(library)
    assert find(index, cut(library[8], 0, 5), library) == []
    [match] = find(index, cut(library[8], 0, 20), library)
    assert match.video == 8


def test_nothing_to_see_is_no_match_and_no_fault(index: FragmentIndex, library: Library) -> None:
    query = cut(library[0], 0, 6)
    blank = replace(query, moments=replace(query.moments, hashes=np.zeros_like(query.moments.hashes)))
    assert find(index, blank, library) == []


def test_an_index_takes_more_videos_and_gives_some_back(library: Library) -> None:
    some = {number: library[number] for number in range(6)}
    index = FragmentIndex.build(some).joined({6: library[6]})
    [match] = find(index, cut(library[6], 30, 5), library)
    assert match.video == 6
    without = index.only(index.videos != 6)
    assert len(without) == len(index) - len(library[6])
    assert find(without, cut(library[6], 30, 5), library) == []
