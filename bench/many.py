"""50 to 300 labels drawn at random: our head beside zero-shot, logistic regression and nearest neighbours on the same labels.

Real images (`scene3`, and the same with whole sources unseen; needs --data), photographs of ten classes with the built-in model's vectors
(`cifar10n`, its clean labels), the demo images, and vectors made for it. Half of a world is the pool; the other half is predicted.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.neighbors import KNeighborsClassifier
from threadpoolctl import threadpool_limits

from bench import _label_sets, _projects, fewshot
from bench.fewshot import World, judged, logistic, ours
from bench.harness import Figures, Options
from bench.rounds import TURNS
from labeling import zero_shot

LABELS = (50, 100, 150, 300)
SEEDS, QUICK_SEEDS = 5, 2
IMAGES = 1000  # of the photographs
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Half:
    """Rows of a world that labels are drawn from, and rows that are only predicted."""

    name: str
    world: World
    pool: Ints
    test: Ints


def run(options: Options) -> Figures:
    """Mean accuracies `WORLD_LABELS_METHOD` in [0, 1].

    `gap_WORLD_LABELS` is ours minus the better of logistic regression and neighbours, means over seeds; `worst_gap` is the least of all, and
    `mean_gap_LABELS` the mean over worlds.
    """
    figures: Figures = {}
    seeds = QUICK_SEEDS if options.quick else SEEDS
    gaps: dict[int, list[float]] = {count: [] for count in LABELS}
    with threadpool_limits(options.threads):
        rounds = [half for seed in range(seeds) for half in halves(options, seed)]
        for name in dict.fromkeys(half.name for half in rounds):
            for count in LABELS:
                found = [compared(half, count, k) for k, half in enumerate(rounds) if half.name == name]
                found = [one for one in found if one]
                if not found:
                    continue
                mean = {method: float(np.mean([one[method] for one in found])) for method in found[0]}
                figures |= {f"{name}_{count}_{method}": value for method, value in mean.items()}
                gaps[count].append(mean["ours"] - max(mean["logreg"], mean["knn"]))
                figures[f"gap_{name}_{count}"] = gaps[count][-1]
    figures |= {f"mean_gap_{count}": float(np.mean(values)) for count, values in gaps.items() if values}
    return figures | {"worst_gap": min(value for values in gaps.values() for value in values)}


_kept: dict[str, World] = {}


def halves(options: Options, seed: int) -> list[Half]:
    """Each world cut in two by a seed; of the real images also one turn of unseen sources."""
    if not _kept:
        model = _label_sets.built_in(options)
        _kept["demo"] = fewshot.demo(model)
        if options.data is not None:
            _kept["scene3"] = fewshot.scene3(model, options.need("scene3"))
            photos = next(_label_sets.cifar(options, model, ("aggre_label",), images=IMAGES))
            assert photos.machine is not None
            scale = float(np.linalg.norm(photos.machine.weights, axis=1).mean())
            texts = photos.machine.weights / np.float32(scale)
            _kept["photographs"] = World("photographs", photos.vectors, photos.truth, texts, scale)
    worlds = [*_kept.values(), _projects.made(seed, n=1200)]
    found = []
    for world in worlds:
        order = np.random.default_rng(seed).permutation(len(world.truth))
        name = "made" if world.name.startswith("made") else world.name
        found.append(Half(name, world, order[: len(order) // 2], order[len(order) // 2 :]))
        if name == "scene3":
            later = np.isin(_sources(options), TURNS[seed % len(TURNS)])
            found.append(Half("unseen_sources", world, np.flatnonzero(~later), np.flatnonzero(later)))
    return found


def _sources(options: Options) -> list[str]:
    with (options.need("scene3") / "labels.csv").open(encoding="utf-8") as file:
        return [row["source"] for row in csv.DictReader(file) if row["class"] != "other_photo"]


def compared(half: Half, count: int, seed: int) -> dict[str, float]:
    """Accuracy on the test rows by method; nothing where the pool is too small."""
    if count > 0.75 * len(half.pool):
        return {}
    world, random = half.world, np.random.default_rng(seed)
    vectors, truth = world.vectors[half.pool], world.truth[half.pool]
    human = np.full(len(truth), -1, np.int64)
    rows = random.choice(len(truth), count, replace=False)
    human[rows] = truth[rows]
    if len(np.unique(truth[rows])) < 2:
        return {}
    start = zero_shot.classifier(range(len(world.texts)), world.texts, scale=world.scale)
    test, wanted = world.vectors[half.test], world.truth[half.test]
    heads = {"zero_shot": start, "ours": ours(vectors, start, human)}
    found = {name: judged(head, test, wanted)[0] for name, head in heads.items()}
    known = np.unique(truth[rows])
    plain = logistic(vectors[rows], np.searchsorted(known, truth[rows]), known.tolist()) if len(known) > 2 else None
    if plain is not None:
        found["logreg"] = float((np.array(plain.classes)[plain.logits(test).argmax(axis=1)] == wanted).mean())
    near = KNeighborsClassifier(min(5, count), metric="cosine", weights="distance").fit(vectors[rows], truth[rows])
    return found | {"knn": float((near.predict(test) == wanted).mean())} if "logreg" in found else {}
