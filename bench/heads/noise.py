"""Noisy human labels: CIFAR-10N, the first 10,000 images of CIFAR-10's training set, with the built-in model's vectors.

Training labels are `aggre_label` (9 % wrong) or `random_label1` (18 %) of the first 8,000 images; the test is the clean labels of the
last 2,000. Then the 5 % most suspicious training labels are put right from the truth, once by our suspicion.
"""

from __future__ import annotations

import io
import zipfile

import numpy as np
import numpy.typing as npt
from PIL import Image
from sklearn.linear_model import LogisticRegression

from bench.harness import Figures, Options
from embedding.encoders import encoder, interface
from labeling.cleaning import cluster_model, graph, suspicion
from labeling.scoring import zero_shot
from labeling.scoring.zero_shot import Linear
from training.fitting.candidates import Material, TrainOptions
from training.fitting.selection import choose

NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


def run(options: Options) -> Figures:
    """Accuracies in [0, 1] on clean labels. `accuracy_*` are those of `aggre_label`; `random_label1` has its own names."""
    folder = options.need("cifar10n")
    model = encoder.load("built-in", threads=options.threads)
    count = 2000 if options.quick else 10_000
    vectors = _vectors(folder / "train_10000.zip", model, count)
    test = count // 5
    with np.load(folder / "cifar10n_train_labels.npz", allow_pickle=False) as kept:
        sets = {name: kept[name][:count].astype(np.int64) for name in ("clean_label", "aggre_label", "random_label1")}
    clean = sets.pop("clean_label")
    prompts = [model.encode_text([f"a photo of a {name}", name]) for name in NAMES]
    start = zero_shot.classifier(range(10), zero_shot.class_vectors(prompts), scale=model.logit_scale)
    train = vectors[:-test]
    neighbour_graph = _graph(train)
    figures: Figures = {"accuracy_zero_shot": _accuracy(start, vectors[-test:], clean[-test:])}
    for name, labels in sets.items():
        suffix = "" if name == "aggre_label" else f"_{name}"
        given, truth = labels[:-test], clean[:-test]
        fixed = _fixed(neighbour_graph, start, train, given, truth)
        figures[f"noise_rate{suffix}"] = float((given != truth).mean())
        for step, used in (("", given), ("_fixed5", fixed)):
            ours = _ours(neighbour_graph, start, train, used)
            figures[f"accuracy_ours{step}{suffix}"] = _accuracy(ours, vectors[-test:], clean[-test:])
            figures[f"accuracy_logreg{step}{suffix}"] = _logreg(train, used, vectors[-test:], clean[-test:])
        figures[f"fixed{suffix}"] = int((fixed != given).sum())
    return figures


def _vectors(archive: object, model: interface.Encoder, count: int) -> Floats:
    """float32 [n, d] of the images in a zip, read in place, in the order of their names."""
    parts = []
    with zipfile.ZipFile(str(archive)) as opened:
        names = sorted(name for name in opened.namelist() if name.endswith(".jpg"))[:count]
        for start in range(0, len(names), 500):
            frames = [_frame(opened.read(name)) for name in names[start : start + 500]]
            parts.append(model.encode_frames(frames))
    return np.concatenate(parts)


def _frame(content: bytes) -> npt.NDArray[np.uint8]:
    with Image.open(io.BytesIO(content)) as image:
        return np.array(image.convert("RGB"))


def _graph(vectors: Floats, neighbours: int = 20) -> graph.Graph:
    near, cosines = [], []
    for start in range(0, len(vectors), 1000):
        block = vectors[start : start + 1000] @ vectors.T
        nearest = np.argpartition(-block, neighbours + 1, axis=1)[:, : neighbours + 1]
        near.append(nearest)
        cosines.append(np.take_along_axis(block, nearest, axis=1))
    return graph.build(np.concatenate(near), np.concatenate(cosines))


def _fixed(neighbours: graph.Graph, start: Linear, vectors: Floats, given: Ints, truth: Ints) -> Ints:
    """The labels with the 5 % most suspicious put right."""
    none = np.full(len(given), -1, np.int64)
    held = suspicion.held_out(vectors, given, len(NAMES))
    prior = cluster_model.posterior(vectors, start.probabilities(vectors), none)
    others = suspicion.others(neighbours, prior, none, given, len(NAMES), held)
    score = suspicion.suspect(others, given).score
    worst = np.argsort(-score, kind="stable")[: len(given) // 20]
    fixed = given.copy()
    fixed[worst] = truth[worst]
    return fixed


def _ours(neighbours: graph.Graph, start: Linear, vectors: Floats, labels: Ints) -> Linear:
    none = np.full(len(labels), -1, np.int64)
    material = Material(vectors, neighbours, start, True, np.arange(len(labels)), none, labels)
    return choose(material, TrainOptions(folds=5)).linear


def _logreg(vectors: Floats, labels: Ints, test: Floats, truth: Ints) -> float:
    return float((LogisticRegression(max_iter=1000).fit(vectors, labels).predict(test) == truth).mean())


def _accuracy(linear: Linear, vectors: Floats, truth: Ints) -> float:
    return float((linear.logits(vectors).argmax(axis=1) == truth).mean())
