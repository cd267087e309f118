"""Do the bounds hold? 500 simulated lots for bulk accept, 500 simulated projects with slips and a look after every batch."""

from __future__ import annotations

import numpy as np

from bench.harness import Figures, Options
from labeling import audit

RUNS = 500
CHECKED = 60
AUDITS = 300
BATCH = 6  # audit items in a batch of sixty


def run(options: Options) -> Figures:
    """Shares of runs in which the truth was inside, and the mean width after 300 audits at 2 % errors, in points."""
    runs = RUNS // 10 if options.quick else RUNS
    random = np.random.default_rng(0)
    covered, widths = zip(*(project(random, 0.02) for _ in range(runs)), strict=True)
    low_rate = [project(random, float(random.choice([0.005, 0.05, 0.1])))[0] for _ in range(runs)]
    without, _ = zip(*(project(random, 0.02, slip=0.0) for _ in range(runs)), strict=True)
    return {
        "accept_holds": float(np.mean([lot(random) for _ in range(runs)])),
        "meter_covers": float(np.mean(covered)),
        "meter_covers_other_rates": float(np.mean(low_rate)),
        "meter_covers_without_slips": float(np.mean(without)),
        "meter_width": 100 * float(np.mean(widths)),
        "runs": runs,
    }


def lot(random: np.random.Generator) -> bool:
    """One lot of 1,000 with a random error rate: is the rest after the check within the bound?"""
    wrong = random.random(1000) < random.choice([0.0, 0.01, 0.03, 0.08, 0.2])
    check = random.choice(1000, CHECKED, replace=False)
    rest = np.setdiff1d(np.arange(1000), check)
    return bool(wrong[rest].mean() <= audit.upper_bound(int(wrong[check].sum()), CHECKED))


def project(random: np.random.Generator, rate: float, slip: float = audit.SLIP) -> tuple[bool, float]:
    """(whether the interval held at every look, its width at the last).

    A decision is a slip with probability `slip`: a right label is called wrong, a wrong one right. A disagreement is asked once
    more in the next batch, and that second decision stands.
    """
    wrong = random.random(20_000) < rate
    truth = float(wrong.mean())
    errors, held = 0, True
    waiting = np.empty(0, np.bool_)  # disagreements to be confirmed: whether the label is truly wrong
    found = audit.remaining(0, 0, 0)
    for start in range(0, AUDITS, BATCH):
        errors += int((waiting ^ (random.random(len(waiting)) < slip)).sum())
        part = wrong[start : start + BATCH]
        disagrees = part ^ (random.random(len(part)) < slip)
        waiting = part[disagrees]
        found = audit.remaining(errors, len(waiting), start + len(part))
        held &= found.low <= truth <= found.high
    return held, found.high - found.low
