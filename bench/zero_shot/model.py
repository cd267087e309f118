"""The built-in model on pictures it has never seen: real ones (`--data`), unseen combinations, shifted renders, prompts.

Figures are accuracies in 0..1 unless the name says otherwise. Without `--data` the figures on real pictures are null.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import torch
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

import sample_data
from bench.harness import SCENE3_PROMPTS, Figures, Options, median_seconds
from bench.zero_shot import model_worlds
from embedding.encoders import encoder
from embedding.encoders.clip import ClipEncoder
from labeling.scoring import zero_shot

Vectors = NDArray[np.float32]
CLASSES = ("nature", "animation_game", "document", "other_photo")


def class_rows(model: ClipEncoder, prompts: dict[str, list[str]]) -> Vectors:
    """One unit row a class from its prompts."""
    return zero_shot.class_vectors([model.encode_text(texts) for texts in prompts.values()])


def prompts_of(file: Path) -> dict[str, list[str]]:
    """Prompts by category of a taxonomy file."""
    return {entry["name"]: entry["prompts"] for entry in yaml.safe_load(file.read_text())["categories"]}


def accuracy(vectors: Vectors, classes: Vectors, truth: NDArray[np.int64]) -> float:
    """Share of rows whose nearest class is the true one."""
    return float(((vectors @ classes.T).argmax(axis=1) == truth).mean())


def centred(rows: Vectors) -> Vectors:
    """Rows without their mean, unit length again."""
    return zero_shot.unit(rows - rows.mean(axis=0))


def _fit(vectors: Vectors, truth: NDArray[np.int64]) -> LogisticRegression:
    return LogisticRegression(C=30, max_iter=500).fit(vectors, truth)


def head_accuracies(vectors: Vectors, truth: NDArray[np.int64], sources: NDArray[np.str_]) -> tuple[float, float]:
    """A linear head on half of each source tested on the other half, and on sources left out one at a time."""
    rng = np.random.default_rng(0)
    first = np.zeros(len(truth), bool)
    for source in np.unique(sources):
        rows = rng.permutation(np.flatnonzero(sources == source))
        first[rows[: len(rows) // 2]] = True
    half = float(_fit(vectors[first], truth[first]).score(vectors[~first], truth[~first]))
    right = 0.0
    for source in np.unique(sources):
        out = sources == source
        right += float(_fit(vectors[~out], truth[~out]).score(vectors[out], truth[out])) * int(out.sum())
    return half, right / len(truth)


def scene3(model: ClipEncoder, folder: Path) -> Figures:
    """Zero-shot and heads on real pictures of three classes, and with a fourth of everything else."""
    rows = list(csv.DictReader((folder / "labels.csv").read_text().splitlines()))
    _, vectors = model.encode_files([folder / row["file"] for row in rows])
    truth = np.array([CLASSES.index(row["class"]) for row in rows])
    sources = np.array([row["source"] for row in rows])
    classes = class_rows(model, prompts_of(SCENE3_PROMPTS))
    three = truth < 3
    half, heldout = head_accuracies(vectors[three], truth[three], sources[three])
    return {
        "zero_shot_scene3": accuracy(vectors[three], classes[:3], truth[three]),
        "zero_shot_scene3_centred": accuracy(centred(vectors[three]), centred(classes[:3]), truth[three]),
        "zero_shot_scene3_4": accuracy(vectors, classes, truth),
        "head_scene3": half,
        "head_scene3_heldout": heldout,
    }


def demo(model: ClipEncoder) -> Figures:
    """Zero-shot on the demo images with the demo prompts."""
    rows = list(csv.DictReader(sample_data.truth_file().read_text().splitlines()))
    prompts = prompts_of(sample_data.taxonomy_file())
    _, vectors = model.encode_files([sample_data.images_folder() / row["file"] for row in rows])
    truth = np.array([list(prompts).index(row["class"]) for row in rows])
    return {"zero_shot_demo": accuracy(vectors, class_rows(model, prompts), truth)}


def speed(model: ClipEncoder) -> Figures:
    """Milliseconds an image and a prompt on one thread, model only."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    height, width = model.image_size
    batch = [torch.zeros(3, height, width, dtype=torch.uint8)] * 64
    image = median_seconds(lambda: model.encode_fitted(batch)) / 64
    fresh = iter(range(100))
    prompt = median_seconds(lambda: model.encode_text([f"a photo of {next(fresh)} trees"]))
    torch.set_num_threads(threads)
    return {"image_ms": image * 1000, "prompt_ms": prompt * 1000}


def run(options: Options) -> Figures:
    """All figures; `--quick` takes fewer renders and CIFAR images."""
    model = encoder.load(f"{sample_data.model_folder()}", threads=options.threads)
    assert isinstance(model, ClipEncoder)
    each = 60 if options.quick else 300
    figures: Figures = {**demo(model), **model_worlds.figures(model, each), **speed(model)}
    has = options.data is not None and (options.data / "scene3").exists()
    figures |= scene3(model, options.need("scene3")) if has else {"zero_shot_scene3": None}
    if options.data is not None and (options.data / "cifar10n").exists():
        count = 2000 if options.quick else 10_000
        figures["knn_auroc_aggre"] = model_worlds.knn_auroc(model, options.need("cifar10n"), count)
    else:
        figures["knn_auroc_aggre"] = None
    return figures
