"""Errors left among labels that nobody has looked at, from random checks between pages that people chose."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.cleaning import error_bounds, unseen_errors

ITEMS, PAGE, CHECKS = 1000, 60, 20


class Project:
    """Labels of which some are wrong, looked at by doubt, with random checks in between."""

    def __init__(self, seed: int, rate: float) -> None:
        self.random = np.random.default_rng(seed)
        self.is_wrong = self.random.random(ITEMS) < rate
        self.doubt = 1 / (1 + np.exp(-self.random.normal(size=ITEMS) - 2.0 * self.is_wrong))
        self.looked = np.full(ITEMS, np.inf)
        self.moment = np.full(ITEMS, np.nan)
        self.clock = 0.0

    @property
    def left(self) -> np.ndarray:
        return np.flatnonzero(np.isinf(self.looked))

    def look(self, rows: np.ndarray, *, check: bool = False) -> None:
        self.clock += 1.0
        self.looked[rows] = self.clock
        if check:
            self.moment[rows] = self.clock

    def round(self) -> None:
        """Two pages of the most doubtful, then twenty at random."""
        for _ in range(2):
            self.look(self.left[np.argsort(-self.doubt[self.left], kind="stable")][:PAGE])
        self.look(self.random.permutation(self.left)[:CHECKS], check=True)

    def remaining(self) -> error_bounds.Remaining:
        checked = ~np.isnan(self.moment)
        return unseen_errors.remaining(
            self.doubt, self.looked, self.moment, checked & self.is_wrong, np.zeros(ITEMS, bool)
        )


@pytest.mark.parametrize("rate", [0.03, 0.15, 0.3])
def test_the_interval_holds_at_every_look_whatever_people_chose_to_see(rate: float) -> None:
    held, wider = [], []
    for seed in range(60):
        project = Project(seed, rate)
        inside = True
        for _ in range(5):
            project.round()
            result = project.remaining()
            truth = project.is_wrong[project.left].mean()
            inside &= result.low <= truth <= result.high
        held.append(inside)
        checked = ~np.isnan(project.moment)
        plain = error_bounds.remaining(int(project.is_wrong[checked].sum()), 0, int(checked.sum()))
        wider.append((plain.high - plain.low) - (result.high - result.low))
    assert np.mean(held) >= 0.95
    if rate > 0.1:
        assert np.mean(wider) > 0, "what was seen by then is no longer among what is left"


def test_checks_of_a_kind_that_is_gone_say_nothing() -> None:
    project = Project(0, 0.2)
    project.look(project.random.permutation(ITEMS)[:200], check=True)
    before = project.remaining()
    assert before.audited == pytest.approx(200, rel=0.05)
    project.look(project.left[project.doubt[project.left] > np.median(project.doubt)])
    after = project.remaining()
    assert 60 < after.audited < 160
    assert after.estimate < before.estimate / 2


def test_nothing_is_said_without_a_check_or_with_nothing_left() -> None:
    project = Project(0, 0.2)
    project.look(project.left[:100])
    assert (project.remaining().audited, project.remaining().low, project.remaining().high) == (0, 0.0, 1.0)
    project.look(project.left, check=True)
    assert project.remaining().audited == 0
