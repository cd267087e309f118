"""Which language somebody is shown."""

from __future__ import annotations

import pytest

from web.language import choice


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh-TW", "zh-CN"),
        ("zh", "zh-CN"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        ("fr-FR,zh;q=0.5,en;q=0.4", "zh-CN"),
        ("en;q=0.1, zh-CN", "zh-CN"),
        ("fr,de", "en"),
        ("zh;q=0,en", "en"),
        ("zh;q=nonsense, *", "en"),
        ("zho", "en"),
    ],
)
def test_a_browser_asks_in_the_order_of_its_weights(accepted: str, language: str) -> None:
    assert choice.chosen({}, accepted) == language


def test_what_was_chosen_stands_before_the_browser() -> None:
    assert choice.chosen({choice.COOKIE: "en"}, "zh-CN") == "en"
    assert choice.chosen({choice.COOKIE: "zh-CN"}, "en") == "zh-CN"


def test_a_language_that_is_not_here_counts_for_nothing() -> None:
    assert choice.chosen({choice.COOKIE: "../zh-CN"}, "en") == "en"
