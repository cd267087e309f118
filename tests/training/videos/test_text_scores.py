"""Words against titles and sounds: what raises a tag, and what must not."""

from __future__ import annotations

import numpy as np
import pytest

from embedding.titles import title_encoder
from training.videos.open_words import text_scores, title_match
from training.videos.open_words.text_scores import MOST, TextScores
from training.videos.video_set import FRAMES, SOUND, TITLE, modality

TITLES = [
    "Flowers after the rain",
    "Birds in spring",
    "The last train",
    "夜晚的湖",
    "一分钟课堂：图表入门",
    "A chapter of its own",
]


def held(word: str) -> list[str]:
    scores = title_match.fit([[word]], TITLES).held(TITLES)[:, 0]
    return [TITLES[k] for k in np.flatnonzero(scores)]


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("rain", ["Flowers after the rain"]),  # no part of a train
        ("bird", ["Birds in spring"]),
        ("chart", []),  # a chapter begins so
        ("湖", ["夜晚的湖"]),
        ("图表", ["一分钟课堂：图表入门"]),
        ("图书", []),
        ("after rain", ["Flowers after the rain"]),
        ("", []),
        ("!", []),
    ],
)
def test_a_title_holds_a_word(word: str, wanted: list[str]) -> None:
    assert held(word) == wanted


def test_what_every_title_holds_says_nothing() -> None:
    titles = [f"Morning walk {k}" for k in range(9)] + ["Evening"]
    match = title_match.fit([["walk"], ["evening"]], titles)
    scores = match.held(titles)
    assert scores[0, 0] == pytest.approx(0.1)
    assert scores[9, 1] == pytest.approx(0.9)
    assert not match.held([""]).any()


def test_words_that_go_together_count_where_there_are_titles_enough() -> None:
    random = np.random.default_rng(0)
    sport, other = ("football", "goal", "striker", "league"), ("kitchen", "recipe", "oven", "spices")
    kind = random.integers(2, size=600)
    titles = [" ".join(random.choice((sport, other)[k], 3, replace=False)) for k in kind]
    encoder = title_encoder.fit(titles)
    words = text_scores.title_words([["football"], ["dragon"]], titles, encoder)
    rows = modality([row[None] for row in encoder.encode(titles).vectors], dim=encoder.dim)
    raised = words.raised(rows, titles)
    silent = np.array(["football" not in title for title in titles]) & (kind == 0)
    assert (raised[silent, 0] > 0).mean() > 0.9, "a goal is told of where football is"
    assert (raised[kind == 1, 0] > 0).mean() < 0.1
    assert not raised[:, 1].any(), "no title knows a dragon, so nothing is alike"
    few = text_scores.title_words([["football"]], titles[:100], encoder)
    assert not few.raised(rows, titles)[silent].any()


def test_a_sound_raises_by_its_best_quarter_and_silence_changes_nothing() -> None:
    logits = np.full((8, 2), -9, np.float32)
    logits[1] = [1, 1]
    sound = modality([np.zeros((4, 3), np.float32), np.zeros((4, 3), np.float32), np.zeros((0, 3), np.float32)], dim=3)
    raised = text_scores.heard(logits, sound, np.array([True, False]))
    assert raised.tolist() == [[5.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
    logits[1] = 40
    assert text_scores.heard(logits, sound, np.array([True, True]))[0].tolist() == [MOST, MOST]


def test_parts_can_be_taken_away() -> None:
    one = np.ones((2, 3), np.float32)
    scores = TextScores({FRAMES: one, SOUND: 2 * one, TITLE: 4 * one})
    assert scores.total[0, 0] == 7
    assert scores.raised[0, 0] == 6
    assert scores.without(TITLE).total[0, 0] == 3
    some = scores.only([FRAMES, TITLE])
    assert some is not None
    assert some.total[0, 0] == 5
    assert scores.only(["nothing"]) is None
    assert scores.take(np.array([1])).total.shape == (1, 3)
