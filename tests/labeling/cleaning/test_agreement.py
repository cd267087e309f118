"""Cohen's kappa: the textbook's example, and what has no chance to disagree."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.cleaning.agreement import agree


def test_the_textbook_example() -> None:
    # 50 grants, two readers: 20 both yes, 15 both no, 5 and 10 apart; chance .5, so kappa is (.7 - .5) / (1 - .5)
    first = [1] * 20 + [1] * 5 + [0] * 10 + [0] * 15
    second = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    result = agree(first, second)
    assert (result.items, result.share) == (50, 0.7)
    assert result.kappa == pytest.approx(0.4)
    assert result.low == pytest.approx(0.4 - 1.96 * np.sqrt(0.7 * 0.3 / 50) / 0.5)
    assert result.high == pytest.approx(0.4 + 1.96 * np.sqrt(0.7 * 0.3 / 50) / 0.5)


def test_full_agreement_and_one_class_only() -> None:
    assert agree([1, 2, 3], [1, 2, 3]).kappa == 1.0
    alone = agree([2, 2], [2, 2])
    assert (alone.share, alone.kappa, alone.low) == (1.0, None, None)


def test_worse_than_chance_is_negative_and_inside_its_range() -> None:
    result = agree([0, 1, 0, 1], [1, 0, 1, 0])
    assert result.kappa == -1.0
    assert result.low is not None
    assert -1.0 <= result.low <= -1.0 + 1e-9
    assert result.high is not None
    assert result.high <= 1.0
