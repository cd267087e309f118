"""What the clips show by plan."""

from collections import Counter

import pytest

from pretraining.vocabulary import KINDS
from scenery.clips import plan
from scenery.clips.plan import HELD, take
from scenery.clips.sounds import SOUNDS

CLIPS = plan.read()
HEARD = {"rain", "birds", "engine", "music", "typing", "speech"}


def test_there_are_sixty_clips_of_four_to_eight_seconds_and_two_levels() -> None:
    assert len(CLIPS) == len({clip.name for clip in CLIPS}) == 60
    assert all(4 <= clip.seconds <= 8 for clip in CLIPS)
    assert all(clip.category.count("/") == 1 for clip in CLIPS)
    assert len({clip.category for clip in CLIPS}) == 11


def test_a_third_of_the_titles_and_some_sounds_are_missing() -> None:
    assert sum(not clip.title for clip in CLIPS) == 20
    kinds = Counter(clip.sound[0] for clip in CLIPS if clip.sound[0] in ("none", "silent"))
    assert kinds == {"none": 3, "silent": 1}
    assert sum(not clip.title.isascii() for clip in CLIPS) >= 12, "titles in Chinese"


def test_what_is_tagged_as_heard_is_heard() -> None:
    for clip in CLIPS:
        assert HEARD & set(clip.sound) == HEARD & set(clip.tags), clip.name
        assert set(clip.sound) <= {*SOUNDS, "none", "silent"}


def test_night_is_tagged_where_it_is_planned() -> None:
    for clip in CLIPS:
        if any(each.forced == "time:night" for each in clip.takes):
            assert "night" in clip.tags, clip.name


def test_tags_of_titles_alone_are_never_those_of_clips_without_one() -> None:
    for clip in CLIPS:
        assert clip.title or not {"for children", "how-to", "relaxing"} & set(clip.tags), clip.name


def test_every_take_is_of_a_kind_or_another_clip() -> None:
    names = {clip.name for clip in CLIPS}
    for clip in CLIPS:
        for each in clip.takes:
            assert each.kind in KINDS or each.clip in names
            assert each.drawn >= (0 if each.clip else 1)
            if each.kind in KINDS and each.forced:
                assert each.forced in each.plan.facts, f"{clip.name}: {each}"


def test_seeds_are_used_once_but_where_a_take_comes_back() -> None:
    seeds = Counter(each.seed for clip in CLIPS for each in clip.takes if not each.clip)
    assert [seed for seed, count in seeds.items() if count > 1] == [5064]


def test_programmes_have_several_clips() -> None:
    counts = Counter(clip.programme.name for clip in CLIPS if clip.programme)
    assert set(counts.values()) <= {4, 5, 6}
    assert len(counts) == 3


def test_a_take_is_read() -> None:
    dolly = take("sea:7 2.0 dolly 0.8 0.2 1.0 time:day fade")
    assert (dolly.kind, dolly.seed, dolly.way, dolly.forced, dolly.fade) == (
        "sea",
        7,
        (0.8, 0.2, 1.0),
        "time:day",
        True,
    )
    assert dolly.drawn == -(-24 // HELD)
    assert dolly.travel(0) == (0, 0, 0)
    assert dolly.travel(dolly.drawn - 1) == pytest.approx((0.8, 0.2, 1.0))
    excerpt = take("clip:v01 1.5 2.0")
    assert (excerpt.clip, excerpt.start, excerpt.seconds, excerpt.drawn) == ("v01", 1.5, 2.0, 0)
    with pytest.raises(ValueError, match="not enough values"):
        take("sea")
