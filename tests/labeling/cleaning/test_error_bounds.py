"""Bounds and the random order of audit items."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.cleaning import error_bounds


def test_clopper_pearson_against_published_values() -> None:
    assert error_bounds.upper_bound(0, 59) == pytest.approx(0.05, abs=0.001), "the rule of three, exactly"
    assert error_bounds.upper_bound(1, 10) == pytest.approx(0.3942, abs=1e-3)
    assert error_bounds.upper_bound(5, 5) == 1.0


def test_the_sequence_holds_at_all_looks_together() -> None:
    random = np.random.default_rng(1)
    missed = 0
    for _ in range(150):
        wrong = random.random(300) < 0.03
        intervals = [error_bounds.sequence(int(wrong[:n].sum()), n) for n in range(5, 301, 5)]
        missed += not all(low <= 0.03 <= high for low, high in intervals)
    assert missed / 150 <= 0.05


def test_the_sequence_narrows_and_holds_its_estimate() -> None:
    widths = [np.ptp(error_bounds.sequence(n // 50, n)) for n in (50, 100, 300, 1000)]
    assert widths == sorted(widths, reverse=True)
    assert error_bounds.sequence(0, 0) == (0.0, 1.0)
    low, high = error_bounds.sequence(0, 100)
    assert low == 0.0
    assert high < 0.08


def test_pending_disagreements_widen_both_ways() -> None:
    sure, unsure = error_bounds.remaining(6, 0, 300), error_bounds.remaining(3, 3, 300)
    assert unsure.low < sure.low
    assert unsure.high == pytest.approx(sure.high)
    assert unsure.estimate == pytest.approx(4.5 / 300)


def test_only_an_unbroken_run_of_the_random_order_counts() -> None:
    ids = np.arange(1, 201)
    in_audit = ids % 2 == 0
    nothing = np.zeros(200, bool)
    first = error_bounds.upcoming(ids, in_audit, ~nothing, 10)
    assert len(error_bounds.sample(ids, in_audit, nothing)) == 0
    decided = nothing.copy()
    decided[first[1:]] = True
    assert len(error_bounds.sample(ids, in_audit, decided)) == 0, "labelled out of turn: not a random sample"
    decided[first[0]] = True
    assert error_bounds.sample(ids, in_audit, decided).tolist() == first.tolist()
    assert in_audit[first].all()


def test_the_order_is_random_in_the_ids() -> None:
    ids = np.arange(1, 5001)
    order = np.argsort(error_bounds.ranks(ids))
    assert abs(np.corrcoef(order, ids)[0, 1]) < 0.05
    assert (error_bounds.ranks(ids) == error_bounds.ranks(ids)).all()
