"""Sets of labels with known errors: zero-shot pseudo-labels of two worlds, and human labels of CIFAR-10N with two kinds of vectors."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from skimage.feature import hog

import sample_data
from bench.harness import SCENE3_PROMPTS, Options
from embedding.encoders import encoder
from embedding.encoders.interface import Encoder
from embedding.index import Index, Stamp
from labeling.categories import taxonomy_file
from labeling.cleaning import graph
from labeling.cleaning.graph import Graph
from labeling.scoring import zero_shot
from labeling.scoring.zero_shot import Linear, unit

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
CIFAR = ("airplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
GIVEN = ("aggre_label", "random_label1", "worse_label")


@dataclass(frozen=True)
class LabelSet:
    """Labels with their truth.

    Attributes:
        vectors: float32 [n, d], unit rows. near: int64 [n, 21], each row's nearest, itself among them.
        machine: the classifier that the app would use, or None where there is no text side.
        labels, truth: int64 [n] class indices. imported: whether the labels came from people and a file.
    """

    name: str
    vectors: Floats
    near: Ints
    graph: Graph
    machine: Linear | None
    labels: Ints
    truth: Ints
    imported: bool
    classes: int

    @property
    def wrong(self) -> npt.NDArray[np.bool_]:
        """bool [n]: the label is not the truth."""
        return np.asarray(self.labels != self.truth)

    @property
    def probabilities(self) -> Floats | None:
        """float32 [n, k] of the machine."""
        return None if self.machine is None else self.machine.probabilities(self.vectors)


def built_in(options: Options) -> Encoder:
    """The built-in model."""
    return encoder.load("built-in", threads=options.threads, device="cpu")


def connected(vectors: Floats, threads: int) -> tuple[Ints, Graph]:
    """Each row's nearest rows by the app's own index, and the graph of them."""
    index = Index.build(np.arange(len(vectors)), vectors, Stamp("bench", 0), threads=threads)
    near, cosines = index.search(vectors, graph.GraphOptions().neighbours + 1)
    return np.asarray(near, np.int64), graph.build(np.asarray(near, np.int64), np.asarray(cosines, np.float32))


def pseudo(name: str, options: Options, model: Encoder) -> LabelSet:
    """Zero-shot pseudo-labels of `scene3` (three classes) or of the `demo` world, with the repository's own prompts."""
    if name == "scene3":
        folder, prompts = options.need("scene3"), SCENE3_PROMPTS
        listed, images = folder / "labels.csv", folder
    else:
        prompts, listed, images = sample_data.taxonomy_file(), sample_data.truth_file(), sample_data.images_folder()
    content = taxonomy_file.read_taxonomy(prompts)
    texts = {entry["name"]: entry["prompts"] for entry in content["categories"] if entry["name"] != "other_photo"}
    with listed.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["class"] in texts]
    good, vectors = model.encode_files([images / row["file"] for row in rows])
    truth = np.array([list(texts).index(rows[place]["class"]) for place in good], np.int64)
    machine = _classifier(model, list(texts.values()))
    near, neighbour_graph = connected(vectors, options.threads)
    labels = machine.logits(vectors).argmax(axis=1)
    return LabelSet(name, vectors, near, neighbour_graph, machine, labels, truth, False, len(texts))


def _classifier(model: Encoder, prompts: list[list[str]]) -> Linear:
    vectors = zero_shot.class_vectors([model.encode_text(texts) for texts in prompts])
    return zero_shot.classifier(range(len(prompts)), vectors, scale=float(model.logit_scale))


def cifar(options: Options, model: Encoder, given: tuple[str, ...] = GIVEN, images: int = 10_000) -> Iterator[LabelSet]:
    """Human labels of CIFAR-10N as given labels: `clip_*` with the built-in model's vectors, `hog_*` with HOG and colours."""
    folder = options.need("cifar10n")
    count = min(images, 2000) if options.quick else images
    labels = np.load(folder / "cifar10n_train_labels.npz")
    pictures = list(_images(folder / "train_10000.zip", count))
    machine = _classifier(model, [[f"a photo of a {name}"] for name in CIFAR])
    kinds: list[tuple[str, Floats, Linear | None]] = [("clip", np.asarray(model.encode_frames(pictures)), machine)]
    kinds.append(("hog", unit(np.stack([hog_and_colours(picture) for picture in pictures])), None))
    for kind, vectors, text in kinds:
        near, neighbour_graph = connected(vectors, options.threads)
        truth = labels["clean_label"][:count].astype(np.int64)
        for key in given:
            one = labels[key][:count].astype(np.int64)
            yield LabelSet(f"{kind}_{key}", vectors, near, neighbour_graph, text, one, truth, True, len(CIFAR))


def _images(path: Path, count: int) -> Iterator[npt.NDArray[np.uint8]]:
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist())[:count]:
            yield np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGB"))


def hog_and_colours(image: npt.NDArray[np.uint8]) -> Floats:
    """float32 [372]: nine orientations in 8-pixel cells of a 32-pixel image, and its mean colours on a 4x4 grid."""
    gradients = hog(image.mean(axis=-1) / 255, orientations=9, pixels_per_cell=(8, 8), cells_per_block=(2, 2))
    side = image.shape[0] // 4
    colours = image.reshape(4, side, 4, side, 3).mean(axis=(1, 3)).ravel() / 255
    return np.concatenate([gradients, colours]).astype(np.float32)
