"""The origin's table: zero-shot, a ResNet-50 trained from the images, and a linear head on cleaned pseudo-labels.

`scene3`, three classes: 90/10 at random as the origin did it, and whole sources held out. Labels are cleaned pseudo-labels: zero-shot's
of the training images, of which a person (the truth) looks at the most suspicious third in the app's order; the rest is accepted,
errors and all. ResNet-50 gets the same images, the same labels and at least ten times the head's wall time, embedding included. A
second ResNet-50 is first trained on the renders that the built-in CLIP learned from, then on the images.
"""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from bench.harness import SCENE3_PROMPTS, Figures, Options
from bench.heads import resnet
from bench.heads.resnet import CLASSES, SIDE, Pixels, small
from embedding.encoders import encoder, interface
from embedding.pictures import images
from labeling.categories import taxonomy_file
from labeling.cleaning import cluster_model, graph, suspicion
from labeling.scoring import zero_shot
from training.fitting.candidates import Material
from training.fitting.selection import choose
from training.metrics import accuracy

HELD_OUT = ("intel150_sea", "sun_sky", "game_pcfx", "slide")
ORIGIN_SECONDS = {"resnet50": 180 * 60.0, "head": 125.0}
LEAST_SECONDS, MOST_SECONDS, QUICK = 40.0, 80.0, 4.0  # of one ResNet-50, around ten times the head's time
HEADS_LIMIT = 150.0  # seconds after which no further head is fitted
LIMIT, LIMIT_LONG = 560.0, 3600.0  # seconds after which no further split is begun
SPLITS = 10
LOOKED, PAGE = 1 / 3, 40  # share of the pseudo-labels that a person looks at, and how many at a time
ROWS = (
    ("zero_shot", "CLIP zero-shot", ""),
    ("resnet50", "ResNet-50 from scratch", "180 min"),
    ("resnet50_pretrained", "ResNet-50 from renders", ""),
    ("head", "Linear head on cleaned pseudo-labels", "125 s"),
)
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Data:
    """Unit vectors float32 [n, d], pixels uint8 [n, 3, SIDE, SIDE], truth int64 [n], sources, seconds of embedding an image."""

    vectors: npt.NDArray[np.float32]
    pixels: Pixels
    truth: Ints
    sources: npt.NDArray[np.str_]
    embed_seconds: float


def run(options: Options) -> Figures:
    """Accuracy, precision, recall, macro F1 in [0, 1] and seconds of each method; `_heldout` where whole sources are unseen.

    At random: ten disjoint 90/10 splits for zero-shot and the head, so that every image is tested once (fewer on a slow machine), and as
    many of them as the time allows for both ResNets (`n_test_resnet50`; `times_head_*` is their time in the head's). `seconds_head` has the embedding of the training images in it, as
    the origin's 125 s had; `seconds_head_fit` has not. Seconds are those of one split. Intervals are paired, on the same images.
    """
    torch.set_num_threads(options.threads)
    begun = time.perf_counter()
    folder = options.need("scene3")
    data = _data(folder, encoder.load("built-in", threads=options.threads))
    start = _zero_shot(encoder.load("built-in", threads=options.threads))
    heldout = np.isin(data.sources, HELD_OUT)
    fold = np.random.default_rng(0).permutation(len(data.truth)) % SPLITS
    tests = [fold == number for number in range(1 if options.quick else SPLITS)]
    heads: list[Head] = []
    for test in tests:
        if not heads or time.perf_counter() - begun < HEADS_LIMIT:
            heads.append(_head(data, start, test, by_source=False))
    unseen = _head(data, start, heldout, by_source=True)
    slowest = max(head.seconds for head in [*heads, unseen])
    budget = QUICK if options.quick else min(max(LEAST_SECONDS, 10.5 * slowest), MOST_SECONDS)
    renders = resnet.renders(60 if options.quick else 600)
    pretrained, _ = resnet.train_resnet(*renders, budget=budget)
    figures: Figures = {"side": SIDE, "renders": len(renders[1]), "seconds_pretraining": budget}
    figures |= {f"origin_minutes_{name}": seconds / 60 for name, seconds in ORIGIN_SECONDS.items()}
    deep = [_resnets(data, unseen, budget, pretrained)]
    limit = LIMIT_LONG if options.long else LIMIT
    for head in heads:
        if len(deep) > 1 and time.perf_counter() - begun + 2.3 * budget > limit:
            break
        deep.append(_resnets(data, head, budget, pretrained))
    figures |= _figures(data, start, heads, deep[1:], "")
    return figures | _figures(data, start, [unseen], deep[:1], "_heldout")


@dataclass(frozen=True)
class Head:
    """A head of one split: which images it was tested on and its answers, the labels it learned from, and what it took.

    Attributes:
        test: bool [n]. predicted: int64 [tests]. labels: int64 [n], the cleaned labels; of the training images alone.
        name: what won. seconds: with the embedding of the training images; fitting: without.
        looked: training images that a person looked at. wrong_before, wrong: share of wrong labels before and after.
    """

    test: Bools
    predicted: Ints
    labels: Ints
    name: str
    seconds: float
    fitting: float
    looked: int
    wrong_before: float
    wrong: float


def _head(data: Data, start: zero_shot.Linear, test: Bools, *, by_source: bool) -> Head:
    """Pseudo-labels of the training images, cleaned as in the app, and a head on them.

    What decides between head and zero-shot is held out like the test: single images, or whole sources.
    """
    train = ~test
    vectors, truth = data.vectors[train], data.truth[train]
    begun = time.perf_counter()
    neighbour_graph = _graph(vectors)
    pseudo = start.logits(vectors).argmax(axis=1)
    labels, looked = clean(vectors, neighbour_graph, start, pseudo, truth)
    groups = np.unique(data.sources[train], return_inverse=True)[1] if by_source else np.arange(len(truth))
    none = np.full(len(labels), -1, np.int64)
    chosen = choose(Material(vectors, neighbour_graph, start, True, groups.astype(np.int64), labels, none))
    fitting = time.perf_counter() - begun
    every = np.full(len(test), -1, np.int64)
    every[train] = labels
    predicted = chosen.linear.logits(data.vectors[test]).argmax(axis=1)
    return Head(
        test, predicted, every, chosen.name, fitting + data.embed_seconds * len(truth), fitting, looked,
        float((pseudo != truth).mean()), float((labels != truth).mean()),
    )  # fmt: skip


def clean(
    vectors: npt.NDArray[np.float32], neighbours: graph.Graph, start: zero_shot.Linear, pseudo: Ints, truth: Ints
) -> tuple[Ints, int]:
    """Pseudo-labels after a person has looked at the most suspicious third, page by page; the rest is accepted as it is.

    Args:
        truth: what the person sees in the images looked at.

    Returns:
        The labels int64 [n], and how many images were looked at.
    """
    human = np.full(len(pseudo), -1, np.int64)
    none = human.copy()
    probabilities = start.probabilities(vectors)
    while (human >= 0).sum() < LOOKED * len(pseudo):
        others = suspicion.others(
            neighbours, cluster_model.posterior(vectors, probabilities, human), human, none, len(CLASSES)
        )
        standing = np.where(human >= 0, human, pseudo)
        score = np.where(human >= 0, -np.inf, suspicion.suspect(others, standing).score)
        page = np.argsort(-score, kind="stable")[:PAGE]
        human[page] = truth[page]
    return np.where(human >= 0, human, pseudo), int((human >= 0).sum())


def _resnets(data: Data, head: Head, budget: float, pretrained: dict[str, Any]) -> dict[str, tuple[Ints, float, float]]:
    """(answers, seconds, epochs) of ResNet-50 from scratch and from the renders, on the images and labels of a head."""
    train, by_model = ~head.test, {}
    for name, first in (("resnet50", None), ("resnet50_pretrained", pretrained)):
        begun = time.perf_counter()
        state, epochs = resnet.train_resnet(data.pixels[train], head.labels[train], budget=budget, first=first)
        by_model[name] = (resnet.predict_resnet(state, data.pixels[head.test]), time.perf_counter() - begun, epochs)
    return by_model


def _figures(
    data: Data, start: zero_shot.Linear, heads: list[Head], deep: list[dict[str, tuple[Ints, float, float]]], suffix: str
) -> Figures:  # fmt: skip
    """Figures of all methods over the splits that each was tried on."""
    truth = np.concatenate([data.truth[head.test] for head in heads])
    zero = np.concatenate([start.logits(data.vectors[head.test]).argmax(axis=1) for head in heads])
    answers = {"zero_shot": zero, "head": np.concatenate([head.predicted for head in heads])}
    for name in ("resnet50", "resnet50_pretrained"):
        answers[name] = np.concatenate([one[name][0] for one in deep])
    figures: Figures = {
        "n_train": int((~heads[0].test).sum()),
        "n_test": len(truth),
        "n_test_resnet50": len(answers["resnet50"]),
    }
    figures |= {"looked_at": heads[0].looked, "head_is": ", ".join(sorted({head.name for head in heads}))}
    for key in ("wrong_before", "wrong"):
        figures[f"labels_{key}"] = float(np.mean([getattr(head, key) for head in heads]))
    figures |= {"seconds_zero_shot": 0.0, "seconds_head": float(np.mean([head.seconds for head in heads]))}
    figures["seconds_head_fit"] = float(np.mean([head.fitting for head in heads]))
    for name in ("resnet50", "resnet50_pretrained"):
        figures[f"seconds_{name}"] = float(np.mean([one[name][1] for one in deep]))
        figures[f"epochs_{name}"] = float(np.mean([one[name][2] for one in deep]))
        figures[f"times_head_{name}"] = figures[f"seconds_{name}"] / figures["seconds_head"]  # type: ignore[operator]
    right = {name: predicted == truth[: len(predicted)] for name, predicted in answers.items()}
    for name, predicted in answers.items():
        scores = accuracy.scores(truth[: len(predicted)], predicted, CLASSES)
        figures |= {f"{key}_{name}": scores[key] for key in accuracy.METRICS}
        low, high = accuracy.interval(right[name].astype(np.float64))
        figures |= {f"accuracy_{name}_low": low, f"accuracy_{name}_high": high}
        if name != "head":
            gain = accuracy.gain(right[name], right["head"][: len(predicted)])
            if gain is not None:
                figures |= {
                    f"gain_over_{name}": gain["accuracy"],
                    f"gain_over_{name}_low": gain["low"],
                    f"gain_over_{name}_high": gain["high"],
                }
    return {f"{key}{suffix}": value for key, value in figures.items()}


def table(figures: Figures) -> str:
    """The origin's table: its own minutes beside the seconds measured here."""
    lines = []
    for suffix, title in (("", "90/10 at random"), ("_heldout", "whole sources held out")):
        looked, before, after = (
            figures[f"{key}{suffix}"] for key in ("looked_at", "labels_wrong_before", "labels_wrong")
        )
        lines.append(
            f"{title}: {figures[f'n_train{suffix}']} training images, {looked} of their pseudo-labels looked at "
            f"({100 * float(before or 0):.1f} % wrong before, {100 * float(after or 0):.1f} % after)"
        )
        lines.append(f"  {'':38} accuracy  precision  recall  macro F1      seconds   origin")
        for name, words, origin in ROWS:
            scores = [
                float(figures[f"{key}_{name}{suffix}"] or 0) for key in ("accuracy", "precision", "recall", "macro_f1")
            ]
            epochs = figures.get(f"epochs_{name}{suffix}")
            words = f"{words}, {SIDE} px, {float(epochs or 0):.0f} epochs" if epochs else words
            lines.append(
                f"  {words:38} {scores[0]:8.3f} {scores[1]:10.3f} {scores[2]:7.3f} {scores[3]:9.3f} "
                f"{float(figures[f'seconds_{name}{suffix}'] or 0):10.1f} s  {origin}"
            )
    return "\n".join(lines)


def _data(folder: Path, model: interface.Encoder) -> Data:
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["class"] in CLASSES]
    paths = [folder / row["file"] for row in rows]
    begun = time.perf_counter()
    _, vectors = model.encode_files(paths)
    each = (time.perf_counter() - begun) / len(paths)
    pixels = np.stack([small(images.read(path, 3 * SIDE).pixels) for path in paths])
    truth = np.array([CLASSES.index(row["class"]) for row in rows])
    return Data(vectors, pixels, truth, np.array([row["source"] for row in rows]), each)


def _zero_shot(model: interface.Encoder) -> zero_shot.Linear:
    prompts = taxonomy_file.read_taxonomy(SCENE3_PROMPTS)
    texts = {entry["name"]: entry["prompts"] for entry in prompts["categories"]}
    vectors = zero_shot.class_vectors([model.encode_text(texts[name]) for name in CLASSES])
    return zero_shot.classifier(range(3), vectors, scale=model.logit_scale)


def _graph(vectors: npt.NDArray[np.float32]) -> graph.Graph:
    cosines = vectors @ vectors.T
    near = np.argpartition(-cosines, 21, axis=1)[:, :21]
    return graph.build(near, np.take_along_axis(cosines, near, axis=1))
