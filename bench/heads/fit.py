"""A head on 5,920 vectors of 512 dimensions and three classes, 10 % of the labels wrong, beside the origin's recipe.

The origin trained a linear layer by 600 epochs of full-batch AdamW. Vectors are synthetic: twelve modes, intrinsic dimension 32.
"""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt
import torch

from bench.harness import Figures, Options, median_seconds
from labeling.cleaning import graph
from labeling.scoring.zero_shot import classifier, unit
from training.fitting.candidates import Material
from training.fitting.linear_head import FitOptions, fit, plain
from training.fitting.selection import choose

ROWS, DIM, CLASSES = 5920, 512, (1, 2, 3)
EPOCHS = 600


def _problem(
    random: np.random.Generator,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(vectors [2 ROWS, DIM], their classes, classes of the first half of which a tenth is drawn anew)."""
    basis = random.normal(size=(32, DIM)) / np.sqrt(DIM)
    modes = random.normal(size=(12, 32))
    mode = random.integers(0, 12, 2 * ROWS)
    vectors = unit(
        (modes[mode] + 0.9 * random.normal(size=(2 * ROWS, 32))) @ basis + 0.02 * random.normal(size=(2 * ROWS, DIM))
    )
    truth = mode % 3
    given = truth[:ROWS].copy()
    wrong = random.random(ROWS) < 0.1
    given[wrong] = random.integers(0, 3, int(wrong.sum()))
    return vectors, truth, given


def run(options: Options) -> Figures:
    """`seconds` of our fit, `all_seconds` of all candidates with their comparison, `baseline_seconds` of the origin's recipe."""
    torch.set_num_threads(options.threads)
    random = np.random.default_rng(0)
    vectors, truth, given = _problem(random)
    train, test = vectors[:ROWS], vectors[ROWS:]
    targets, ones = graph.one_hot(given, 3), np.ones(ROWS)

    def ours() -> float:
        head = fit(train, targets, ones, plain(CLASSES, DIM), FitOptions()).linear
        return float((head.logits(test).argmax(axis=1) == truth[ROWS:]).mean())

    def baseline() -> float:
        torch.manual_seed(0)
        layer = torch.nn.Linear(DIM, 3)
        optimiser = torch.optim.AdamW(layer.parameters(), lr=1e-2)
        x, y = torch.from_numpy(train), torch.from_numpy(given)
        for _ in range(EPOCHS // 10 if options.quick else EPOCHS):
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(layer(x), y).backward()  # type: ignore[no-untyped-call]
            optimiser.step()
        with torch.no_grad():
            return float((layer(torch.from_numpy(test)).argmax(dim=1).numpy() == truth[ROWS:]).mean())

    text = unit(
        np.stack([train[truth[:ROWS] == k].mean(axis=0) for k in range(3)]) + 0.02 * random.normal(size=(3, DIM))
    )
    cosines = train @ train.T
    near = np.argpartition(-cosines, 21, axis=1)[:, :21]
    neighbour_graph = graph.build(near, np.take_along_axis(cosines, near, axis=1))
    none = np.full(ROWS, -1, np.int64)
    material = Material(
        train, neighbour_graph, classifier(CLASSES, text, scale=20.0), True, np.arange(ROWS), given, none
    )
    start = time.perf_counter()
    chosen = choose(material)
    all_seconds = time.perf_counter() - start
    return {
        "seconds": median_seconds(ours, repeats=3),
        "baseline_seconds": median_seconds(baseline, repeats=1 if options.quick else 3, warmup=0),
        "all_seconds": all_seconds,
        "accuracy": ours(),
        "baseline_accuracy": baseline(),
        "all_accuracy": float((chosen.linear.logits(test).argmax(axis=1) == truth[ROWS:]).mean()),
        "winner": chosen.name,
    }
