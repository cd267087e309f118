"""Few human labels a class: our head beside zero-shot, logistic regression, a text-initialised probe and CLAP.

Two worlds: `scene3` (three classes; needs --data) and the demo images. Five seeds. Half of the images are the pool that labels
are drawn from and whose unlabelled rest a method may use; the other half is only predicted; then the halves change places.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

import sample_data
from bench.harness import SCENE3_PROMPTS, Figures, Options
from embedding.encoders import encoder, interface
from labeling.categories import taxonomy_file
from labeling.categories.taxonomy_text import TaxonomyFile
from labeling.cleaning import graph
from labeling.scoring import zero_shot
from labeling.scoring.zero_shot import Linear, softmax, unit
from training.fitting.candidates import Material
from training.fitting.linear_head import FitOptions, fit
from training.fitting.selection import choose

SEEDS = 5
SHOTS = (0, 1, 4, 16)
OTHERS = ("zero_shot", "logreg", "text_l2", "clap")
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class World:
    """Vectors float32 [n, d], truth int64 [n], class vectors float32 [k, d], and the encoder's logit scale."""

    name: str
    vectors: Floats
    truth: Ints
    texts: Floats
    scale: float


def run(options: Options) -> Figures:
    """Mean accuracies by world, method and labels a class, in [0, 1].

    `worst_gap_to_zero_shot` is the worst of our head minus zero-shot over worlds and label counts, means over seeds;
    `gain_over_best_N` is our head minus the best other at N labels a class, means over worlds and seeds; the same by world.
    """
    model = encoder.load("built-in", threads=options.threads)
    worlds = [demo(model)] if options.data is None else [scene3(model, options.need("scene3")), demo(model)]
    seeds = 2 if options.quick else SEEDS
    figures: Figures = {}
    table: dict[tuple[str, int, str], tuple[float, float]] = {}
    for world in worlds:
        for shots in SHOTS:
            rounds = [one_round(world, shots, seed, swap=swap) for seed in range(seeds) for swap in (False, True)]
            for method in rounds[0]:
                mean, worst = np.mean([scores[method] for scores in rounds], axis=0)
                table[world.name, shots, method] = (float(mean), float(worst))
                figures[f"{world.name}_{shots}_{method}"] = float(mean)
            figures[f"{world.name}_{shots}_worst_class_gain"] = (
                table[world.name, shots, "ours"][1] - table[world.name, shots, "zero_shot"][1]
            )
    names = [world.name for world in worlds]
    gaps = [table[w, s, "ours"][0] - table[w, s, "zero_shot"][0] for w in names for s in SHOTS]
    figures["worst_gap_to_zero_shot"] = min(gaps)
    for shots in SHOTS[1:]:
        figures[f"gain_over_best_{shots}"] = _gain(table, names, shots)
        figures |= {f"gain_over_best_{shots}_{world}": _gain(table, [world], shots) for world in names}
    return figures


def _gain(table: dict[tuple[str, int, str], tuple[float, float]], worlds: list[str], shots: int) -> float:
    mean = {m: float(np.mean([table[w, shots, m][0] for w in worlds])) for m in ("ours", *OTHERS)}
    return mean["ours"] - max(mean[m] for m in OTHERS)


def scene3(model: interface.Encoder, folder: Path) -> World:
    """The three classes of the real images."""
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["class"] != "other_photo"]
    prompts = taxonomy_file.read_taxonomy(SCENE3_PROMPTS)
    return _world("scene3", model, [folder / row["file"] for row in rows], [row["class"] for row in rows], prompts)


def demo(model: interface.Encoder) -> World:
    """The demo images of the repository."""
    with sample_data.truth_file().open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    paths = [sample_data.images_folder() / row["file"] for row in rows]
    prompts = taxonomy_file.read_taxonomy(sample_data.taxonomy_file())
    return _world("demo", model, paths, [row["class"] for row in rows], prompts)


def _world(name: str, model: interface.Encoder, paths: list[Path], labels: list[str], taxonomy: TaxonomyFile) -> World:
    _, vectors = model.encode_files(paths)
    classes = sorted(set(labels))
    texts = {entry["name"]: entry["prompts"] for entry in taxonomy["categories"]}
    class_vectors = zero_shot.class_vectors([model.encode_text(texts[name]) for name in classes])
    return World(name, vectors, np.array([classes.index(label) for label in labels]), class_vectors, model.logit_scale)


def one_round(world: World, shots: int, seed: int, *, swap: bool) -> dict[str, tuple[float, float]]:
    """(accuracy, recall of the worst class) on the test half by method; without labels only ours and zero-shot."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(world.truth))
    pool, test = order[: len(order) // 2], order[len(order) // 2 :]
    if swap:
        pool, test = test, pool
    vectors, truth = world.vectors[pool], world.truth[pool]
    k = len(world.texts)
    human = np.full(len(pool), -1, np.int64)
    for number in range(k):
        human[random.permutation(np.flatnonzero(truth == number))[:shots]] = number
    start = zero_shot.classifier(range(k), world.texts, scale=world.scale)
    known = human >= 0
    heads = {"zero_shot": start, "ours": ours(vectors, start, human)}
    if shots:
        targets = graph.one_hot(human[known], k)
        heads["text_l2"] = fit(vectors[known], targets, np.ones(int(known.sum())), start, FitOptions(1.6)).linear
        heads["clap"] = clap(vectors[known], human[known], start)
        heads["logreg"] = logistic(vectors[known], human[known], range(k))
    return {name: judged(head, world.vectors[test], world.truth[test]) for name, head in heads.items()}


def ours(vectors: Floats, start: Linear, human: Ints, group: Ints | None = None) -> Linear:
    """What one click on Train gives; before any label that is zero-shot. group: int64 [n], of the rows; each alone unless given."""
    if not (human >= 0).any():
        return start
    cosines = vectors @ vectors.T
    near = np.argpartition(-cosines, 21, axis=1)[:, :21]
    neighbour_graph = graph.build(near, np.take_along_axis(cosines, near, axis=1))
    none = np.full(len(vectors), -1, np.int64)
    alone = np.arange(len(vectors)) if group is None else group
    return choose(Material(vectors, neighbour_graph, start, True, alone, human, none)).linear


def logistic(vectors: Floats, labels: Ints, classes: Sequence[int]) -> Linear:
    """scikit-learn's, C = 1."""
    regression = LogisticRegression(max_iter=1000).fit(vectors, labels)
    return Linear(tuple(classes), regression.coef_.astype(np.float32), regression.intercept_.astype(np.float32))


def clap(vectors: Floats, labels: Ints, start: Linear) -> Linear:
    """CLAP (Silva-Rodriguez et al. 2024): prototypes from the text, each held to it by as much as zero-shot is right on its class.

    The loss is cross-entropy plus the sum over classes of `lambda_c * |w_c - t_c|^2`, `w` in units of the text vectors and
    `lambda_c` the mean zero-shot probability of class c on its own labels.
    """
    k, d = start.weights.shape
    scale = float(np.linalg.norm(start.weights, axis=1).mean())
    texts = unit(start.weights).astype(np.float64)
    own = start.probabilities(vectors)[np.arange(len(labels)), labels]
    strength = np.array([own[labels == number].mean() for number in range(k)], np.float64)
    targets = graph.one_hot(labels, k)

    def objective(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        matrix = flat.reshape(k, d)
        probabilities = softmax(scale * (vectors @ matrix.T))
        away = matrix - texts
        loss = -float((targets * np.log(np.maximum(probabilities, 1e-12))).sum()) / len(labels)
        gradient = scale * (probabilities - targets).T @ vectors / len(labels) + 2 * strength[:, None] * away
        return loss + float((strength[:, None] * away**2).sum()), gradient.ravel()

    optimum = minimize(objective, texts.ravel(), jac=True, method="L-BFGS-B")
    return Linear(start.classes, (scale * optimum.x.reshape(k, d)).astype(np.float32), np.zeros(k, np.float32))


def judged(head: Linear, vectors: Floats, truth: Ints) -> tuple[float, float]:
    """(accuracy, recall of the worst class)."""
    right = head.logits(vectors).argmax(axis=1) == truth
    return float(right.mean()), min(float(right[truth == number].mean()) for number in np.unique(truth))
