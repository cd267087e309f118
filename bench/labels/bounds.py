"""Do the bounds hold? Simulated lots for bulk accept, and simulated projects with slips and a look at the stop meter after every batch.

The meter is also tried where people choose what they look at: `meter_covers_FLOW_SET` is the share of projects in which the truth
was inside at every look, `meter_high_FLOW_SET` the mean upper end over the last look at which anything was left, in labels, with
`meter_plain_high_...` that of the same checks with equal weights and `meter_true_...` the truth.
"""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_limits

from bench.harness import Figures, Options
from bench.labels import flow_checks, flows, label_sets
from bench.labels.flows import Flow
from bench.labels.label_sets import LabelSet
from labeling.cleaning import error_bounds

RUNS = 500
CHECKED = 60
AUDITS = 300
BATCH = 6  # audit items in a batch of sixty
PROJECTS = 40
FLOWS: dict[str, Flow] = {
    "suspicion": flows.suspicion,
    "margin": flows.margin,
    "clusters": flows.clusters,
    "recommended": flows.recommended,
}


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
    } | chosen(options)


def chosen(options: Options) -> Figures:
    """The meter where people choose what they look at."""
    model = label_sets.built_in(options)
    names = ("scene3", "demo") if options.data else ("demo",)
    figures: Figures = {}
    with threadpool_limits(options.threads):
        for label_set in (label_sets.pseudo(name, options, model) for name in names):
            for key, flow in FLOWS.items():
                figures |= {
                    f"{name}_{key}_{label_set.name}": value for name, value in _chosen(label_set, flow, options).items()
                }
    return figures


def _chosen(label_set: LabelSet, flow: Flow, options: Options) -> Figures:
    projects = [flow_checks.looks(label_set, flow, seed) for seed in range(3 if options.quick else PROJECTS)]
    last = [[look for look in looks if look.left][-1] for looks in projects]
    return {
        "meter_covers": float(np.mean([all(at.low <= at.wrong <= at.high for at in looks) for looks in projects])),
        "meter_high": float(np.mean([at.high for at in last])),
        "meter_plain_high": float(np.mean([at.plain_high for at in last])),
        "meter_true": float(np.mean([at.wrong for at in last])),
    }


def lot(random: np.random.Generator) -> bool:
    """One lot of 1,000 with a random error rate: is the rest after the check within the bound?"""
    wrong = random.random(1000) < random.choice([0.0, 0.01, 0.03, 0.08, 0.2])
    check = random.choice(1000, CHECKED, replace=False)
    rest = np.setdiff1d(np.arange(1000), check)
    return bool(wrong[rest].mean() <= error_bounds.upper_bound(int(wrong[check].sum()), CHECKED))


def project(random: np.random.Generator, rate: float, slip: float = error_bounds.SLIP) -> tuple[bool, float]:
    """(whether the interval held at every look, its width at the last).

    A decision is a slip with probability `slip`: a right label is called wrong, a wrong one right. A disagreement is asked once
    more in the next batch, and that second decision stands.
    """
    wrong = random.random(20_000) < rate
    truth = float(wrong.mean())
    errors, held = 0, True
    waiting = np.empty(0, np.bool_)  # disagreements to be confirmed: whether the label is truly wrong
    interval = error_bounds.remaining(0, 0, 0)
    for start in range(0, AUDITS, BATCH):
        errors += int((waiting ^ (random.random(len(waiting)) < slip)).sum())
        part = wrong[start : start + BATCH]
        disagrees = part ^ (random.random(len(part)) < slip)
        waiting = part[disagrees]
        interval = error_bounds.remaining(errors, len(waiting), start + len(part))
        held &= interval.low <= truth <= interval.high
    return held, interval.high - interval.low
