"""A figure from next to nothing is a count with its interval."""

from __future__ import annotations

import re

import pytest

from settings import ROOT
from web.parts import figures


@pytest.mark.parametrize(
    ("value", "n", "answer"),
    [(0.0, 1, "0 of 1 right"), (1.0, 1, "1 of 1 right"), (0.5, 2, "1 of 2 right"), (18 / 19, 19, "18 of 19 right")],
)
def test_few_images_give_a_count(value: float, n: int, answer: str) -> None:
    figure, note = figures.share(value, n, 0.0, 1.0)
    assert figure == answer
    assert "%" not in figure
    assert "a figure takes 20 images" in note


def test_enough_images_give_a_share_and_of_how_many() -> None:
    assert figures.share(0.95, 20, 0.76, 0.99) == ("95.0 %", "76 to 99 %, of 20 images")


@pytest.mark.parametrize(
    ("right", "n", "low", "high"), [(0, 1, 0.0, 0.793), (1, 1, 0.207, 1.0), (5, 10, 0.237, 0.763), (0, 10, 0.0, 0.278)]
)
def test_wilsons_interval(right: int, n: int, low: float, high: float) -> None:
    assert figures.wilson(right, n) == pytest.approx((low, high), abs=1e-3)


def test_browser_and_server_have_the_same_bound() -> None:
    text = (ROOT / "web" / "ui" / "shared" / "checks" / "figures.js").read_text(encoding="utf-8")
    assert re.search(r"LEAST = (\d+);", text).group(1) == str(figures.LEAST)  # type: ignore[union-attr]
