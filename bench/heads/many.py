"""50 to 300 labels drawn at random: our head beside zero-shot, logistic regression and nearest neighbours on the same labels.

Real images (`scene3`, and the same with whole sources unseen, without and with the source as a column `group`; needs --data),
photographs of ten classes with the built-in model's vectors (`cifar10n`, its clean labels), clothes of twelve classes (`clothing`, half of
the senders unseen), the demo images, and vectors made for it. Half of a world is the pool; the other half is predicted.
Candidates and their trust were chosen on other seeds and halves of all but `cifar10n`, the images being the same.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from threadpoolctl import threadpool_limits

from bench.harness import Figures, Options
from bench.heads import fewshot, projects
from bench.heads.fewshot import World, judged, logistic, ours
from bench.heads.rounds import TURNS
from bench.labels import label_sets
from embedding.encoders.interface import Encoder
from labeling.scoring import zero_shot

LABELS = (50, 100, 150, 300)
SEEDS, QUICK_SEEDS = 5, 2
IMAGES = 1000  # of the photographs
UNCERTAIN, FEWEST = ("Not sure", "Other", "Skip"), 20  # labels of clothes that are none; images of a class
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Half:
    """Rows of a world that labels are drawn from, and rows that are only predicted. group: int64 of the pool, or None."""

    name: str
    world: World
    pool: Ints
    test: Ints
    group: Ints | None = None


def run(options: Options) -> Figures:
    """Mean accuracies `WORLD_LABELS_METHOD` in [0, 1].

    `gap_WORLD_LABELS` is ours minus the better of logistic regression and neighbours, means over seeds, `se_WORLD_LABELS` its standard
    error; `worst_gap` is the least of all, and `mean_gap_LABELS` the mean over worlds.
    """
    figures: Figures = {}
    seeds = QUICK_SEEDS if options.quick else SEEDS
    gaps: dict[int, list[float]] = {count: [] for count in LABELS}
    with threadpool_limits(options.threads):
        rounds = [half for seed in range(seeds) for half in halves(options, seed)]
        for name in dict.fromkeys(half.name for half in rounds):
            for count in LABELS:
                comparisons = [compared(half, count, k) for k, half in enumerate(rounds) if half.name == name]
                comparisons = [one for one in comparisons if one]
                if not comparisons:
                    continue
                mean = {method: float(np.mean([one[method] for one in comparisons])) for method in comparisons[0]}
                figures |= {f"{name}_{count}_{method}": value for method, value in mean.items()}
                best = max(("logreg", "knn"), key=mean.__getitem__)
                apart = [one["ours"] - one[best] for one in comparisons]
                gaps[count].append(float(np.mean(apart)))
                if len(apart) > 1:
                    figures[f"se_{name}_{count}"] = float(np.std(apart, ddof=1) / len(apart) ** 0.5)
                figures[f"gap_{name}_{count}"] = gaps[count][-1]
    figures |= {f"mean_gap_{count}": float(np.mean(values)) for count, values in gaps.items() if values}
    return figures | {"worst_gap": min(value for values in gaps.values() for value in values)}


_kept: dict[str, World] = {}
_senders: list[Ints] = []  # of the clothes


def halves(options: Options, seed: int) -> list[Half]:
    """Each world cut in two by a seed; of the real images also one turn of unseen sources."""
    if not _kept:
        model = label_sets.built_in(options)
        _kept["demo"] = fewshot.demo(model)
        if options.data is not None:
            _kept["scene3"] = fewshot.scene3(model, options.need("scene3"))
            photos = next(label_sets.cifar(options, model, ("aggre_label",), images=IMAGES))
            assert photos.machine is not None
            scale = float(np.linalg.norm(photos.machine.weights, axis=1).mean())
            texts = photos.machine.weights / np.float32(scale)
            _kept["photographs"] = World("photographs", photos.vectors, photos.truth, texts, scale)
            _kept["clothing"], sender = clothing(model, options.need("clothing"))
            _senders[:] = [sender]
    worlds = [*(world for name, world in _kept.items() if name != "clothing"), projects.synthetic(seed, n=1200)]
    splits = []
    for world in worlds:
        order = np.random.default_rng(seed).permutation(len(world.truth))
        name = "made" if world.name.startswith("made") else world.name
        splits.append(Half(name, world, order[: len(order) // 2], order[len(order) // 2 :]))
        if name == "scene3":
            later = np.isin(_sources(options), TURNS[seed % len(TURNS)])
            pool, test = np.flatnonzero(~later), np.flatnonzero(later)
            splits.append(Half("unseen_sources", world, pool, test))
            group = np.unique(_sources(options), return_inverse=True)[1][pool]
            splits.append(Half("unseen_sources_grouped", world, pool, test, group))
    if options.data is not None:
        splits.append(_clothes(seed))
    return splits


def _clothes(seed: int) -> Half:
    """Half of the senders are the pool, and each is a group."""
    world, sender = _kept["clothing"], _senders[0]
    chosen = np.random.default_rng(seed).permutation(int(sender.max()) + 1)[: (int(sender.max()) + 1) // 2]
    mine = np.isin(sender, chosen)
    return Half("clothing", world, np.flatnonzero(mine), np.flatnonzero(~mine), sender[mine])


def clothing(model: Encoder, folder: Path) -> tuple[World, Ints]:
    """Photographs of clothes, of the classes with at least `FEWEST` images, and the sender of each."""
    with (folder / "images.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] not in UNCERTAIN]
    often = Counter(row["label"] for row in rows)
    rows = [row for row in rows if often[row["label"]] >= FEWEST]
    good, vectors = model.encode_files([folder / "images" / f"{row['image']}.jpg" for row in rows])
    rows = [rows[place] for place in good]
    classes = sorted({row["label"] for row in rows})
    texts = zero_shot.class_vectors([model.encode_text([f"a photo of a {name.lower()}"]) for name in classes])
    truth = np.array([classes.index(row["label"]) for row in rows], np.int64)
    sender = np.unique([row["sender_id"] for row in rows], return_inverse=True)[1].astype(np.int64)
    return World("clothing", vectors, truth, texts, float(model.logit_scale)), sender


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
    heads = {"zero_shot": start, "ours": ours(vectors, start, human, half.group)}
    accuracies = {name: judged(head, test, wanted)[0] for name, head in heads.items()}
    known = np.unique(truth[rows])
    plain = logistic(vectors[rows], np.searchsorted(known, truth[rows]), known.tolist()) if len(known) > 2 else None
    if plain is not None:
        accuracies["logreg"] = float((np.array(plain.classes)[plain.logits(test).argmax(axis=1)] == wanted).mean())
    near = KNeighborsClassifier(min(5, count), metric="cosine", weights="distance").fit(vectors[rows], truth[rows])
    mean = NearestCentroid().fit(vectors[rows], truth[rows])
    accuracies |= {
        name: float((one.predict(test) == wanted).mean()) for name, one in (("knn", near), ("nearest_mean", mean))
    }
    return accuracies if "logreg" in accuracies else {}
