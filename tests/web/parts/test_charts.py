"""Charts whose axes depend on how much there is to show."""

from __future__ import annotations

from typing import Any

import pytest

from web.parts import charts


def rows(count: int) -> list[dict[str, Any]]:
    """Zero-shot and the rounds after it; every third head was promoted."""
    names = ["Zero-shot", *(f"Round {number}" for number in range(1, count))]
    return [
        {"name": name, "accuracy": 0.8, "low": 0.7, "high": 0.9, "promoted": place % 3 == 0}
        for place, name in enumerate(names)
    ]


def test_a_few_rounds_are_named_and_each_has_its_figure() -> None:
    figure = charts.rounds(rows(4))
    assert figure.layout.xaxis.tickvals is None
    assert figure.data[0].text == ("<b>80.0</b>",) * 4
    assert tuple(figure.layout.xaxis.range) == (-0.4, 3.6)


@pytest.mark.parametrize("count", [9, 25, 100])
def test_the_numbers_of_many_rounds_have_room(count: int) -> None:
    figure = charts.rounds(rows(count))
    shown = figure.layout.xaxis.ticktext
    assert 4 <= len(shown) <= 12
    assert not any(text.startswith("Round") for text in shown)
    assert figure.layout.xaxis.range[1] >= count - 1, "the last one is in sight"
    figures = [bool(text) for text in figure.data[0].text]
    assert figures == [row["promoted"] or place == count - 1 for place, row in enumerate(rows(count))]
