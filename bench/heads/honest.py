"""Does the interval of a head's gain cover the truth, whichever way people chose what to label, and are the right heads promoted?

200 simulated projects for each order: on `scene3` (needs --data), on images of the demo's kind, and on vectors made for it, in turn.
Each has 150 or 200 images, labels 40 or 80 of them in its order (40, 80 or 120 in the random one), then none, 20, 30 or 40 at random, and
trains a head against zero-shot or, in every third project, against one that labels of other images have taught. The truth is the gain
on images that nobody has seen. Heads have five folds and half of the candidates, for speed; --long has all of them.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from bench.harness import Figures, Options
from bench.heads import fewshot, projects
from bench.heads.fewshot import World
from bench.labels.label_sets import built_in
from labeling.cleaning import random_sample
from training.fitting.candidates import TrainOptions
from training.metrics import population_mean
from training.metrics.population_mean import Estimate

ORDERS = ("suspicion", "margin", "batch", "clusters", "next", "random")
PROJECTS, QUICK = 200, 6
SIZE = {"demo": 150}  # images of a project; 200 elsewhere
TAUGHT = 100  # labels of the head before, in every third project
CANDIDATES = 2400  # images drawn to find some that are wrong as often as those of the demo
CHOSEN, DRAWN, ALL_DRAWN = (40, 80), (0, 20, 30, 40), (40, 80, 120)
FAST = TrainOptions(folds=5, pulls=(1.6, 0.16, 0.016), plain=(0.03,), as_labelled=(0.003,))
CLEAR = 0.05


@dataclass(frozen=True)
class Outcome:
    """One project: the true gain, what all labels together would say, and what is claimed, or None."""

    truth: float
    naive: float
    claim: Estimate | None

    @property
    def promoted(self) -> bool:
        """As `training.heads.judgement` decides."""
        return self.claim is not None and self.claim.sure > 0


def run(options: Options) -> Figures:
    """Shares in [0, 1].

    `covers_ORDER`: the interval holds the truth, of the projects that make a claim; `no_claim_ORDER`: that make none; `width_ORDER`: mean
    width. `promoted_when_better`, `_when_worse`, `_when_clearly_better` (by 5 points or more): of the projects with a claim.
    `bias_ORDER` and `naive_bias_ORDER`: mean of what is claimed, and of what all labels say, minus the truth.
    """
    figures: Figures = {}
    every: list[Outcome] = []
    model = built_in(options)
    worlds = [] if options.data is None else [fewshot.scene3(model, options.need("scene3"))]
    worlds.append(fewshot.demo(model) if options.quick else projects.drawn_world(model, CANDIDATES))
    count = QUICK if options.quick else PROJECTS
    context = multiprocessing.get_context("spawn")  # torch has threads of its own by now
    with ProcessPoolExecutor(
        options.threads, context, _begin, (worlds, TrainOptions() if options.long else FAST)
    ) as pool:
        for place, order in enumerate(ORDERS):
            outcomes = list(pool.map(_numbered, [order] * count, range(1000 * place, 1000 * place + count)))
            figures |= of_order(order, outcomes)
            every += outcomes
    return figures | promotions(every) | {"projects": len(every)}


_worlds: list[World] = []
_options: list[TrainOptions] = []


def _begin(worlds: list[World], options: TrainOptions) -> None:
    _worlds[:], _options[:] = worlds, [options]


def _numbered(order: str, number: int) -> Outcome:
    with threadpool_limits(1):
        return simulated(_worlds, order, number, _options[0])


def simulated(worlds: Sequence[World], order: str, number: int, options: TrainOptions = FAST) -> Outcome:
    """One project."""
    random = np.random.default_rng(number)
    turn = number % (len(worlds) + 1)
    world = worlds[turn] if turn < len(worlds) else projects.synthetic(number)
    taught = TAUGHT if random.random() < 1 / 3 else 0
    one, unseen = projects.project(world, SIZE.get(world.name, 200), number, taught)
    if order == "random":
        projects.label(one, order, int(random.choice(ALL_DRAWN)), number)
    else:
        projects.label(one, order, int(random.choice(CHOSEN)), number)
        projects.label(one, "random", int(random.choice(DRAWN)), number)
    chosen = projects.train(one, options)
    value, guess = projects.compared(one, chosen)
    draw = random_sample.draw(one.ids, one.audit, one.human >= 0, one.fair)
    after, before = (
        linear.logits(world.vectors[unseen]).argmax(axis=1) == world.truth[unseen]
        for linear in (chosen.linear, one.before)
    )
    truth = float(after.mean() - before.mean())
    return Outcome(truth, float(np.nanmean(value)), population_mean.mean(value, draw, one.ids, guess))


def of_order(order: str, outcomes: Sequence[Outcome]) -> Figures:
    """The figures of one order."""
    claims = [(one.claim, one.truth) for one in outcomes if one.claim is not None]
    figures: Figures = {
        f"no_claim_{order}": 1 - len(claims) / len(outcomes),
        f"naive_bias_{order}": float(np.mean([one.naive - one.truth for one in outcomes])),
        f"true_gain_{order}": float(np.mean([one.truth for one in outcomes])),
    }
    if not claims:
        return figures
    return figures | {
        f"covers_{order}": float(np.mean([claim.low <= truth <= claim.high for claim, truth in claims])),
        f"width_{order}": float(np.mean([claim.high - claim.low for claim, _ in claims])),
        f"bias_{order}": float(np.mean([claim.value - truth for claim, truth in claims])),
    }


def promotions(outcomes: Sequence[Outcome]) -> Figures:
    """Of the projects with a claim, how many are promoted where the head is better, clearly better, and worse."""
    claims = [one for one in outcomes if one.claim is not None]
    kinds = {
        "better": [one.promoted for one in claims if one.truth > 0],
        "clearly_better": [one.promoted for one in claims if one.truth >= CLEAR],
        "worse": [one.promoted for one in claims if one.truth <= 0],
    }
    figures: Figures = {f"promoted_when_{kind}": float(np.mean(which)) for kind, which in kinds.items() if which}
    figures |= {f"n_{kind}": len(which) for kind, which in kinds.items()}
    return figures | {"promoted_without_a_claim": sum(one.promoted for one in outcomes if one.claim is None)}
