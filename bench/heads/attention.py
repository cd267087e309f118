"""Attention dropping and cropping: heads trained with and without views of each image whose most active region is erased or zoomed.

On scene3 (needs --data) and the demo world. Random folds that keep near-duplicates together, and each source (in the demo world each
kind of image) held out in turn, so that every image is judged once by a head that has not seen it, or its source. Labels are all of the
training images, and 16 a class. Nothing was tuned: thresholds are those of the paper (see `bench.heads.active_region`).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

import sample_data
from bench.harness import SCENE3_PROMPTS, Figures, Options
from bench.heads import active_region
from bench.heads.active_region import Pixels
from bench.heads.fewshot import Floats, Ints
from embedding.encoders import encoder, interface
from embedding.pictures import images
from labeling.categories import taxonomy_file
from labeling.cleaning import graph
from labeling.cleaning.grouped_split import folds
from labeling.scoring import zero_shot
from labeling.scoring.zero_shot import Linear
from training.fitting.candidates import Material
from training.fitting.linear_head import FitOptions, fit
from training.fitting.selection import choose
from training.metrics import accuracy

VIEWS = {"plain": (0,), "drop": (0, 1), "crop": (0, 2), "both": (0, 1, 2), "random": (0, 3, 4)}
TESTED = {"plain": 2, "both": 2, "random": 4}  # the view that a head also looks at when it is tested
PULL = 0.16  # the middle one of those that training tries
SHOTS, FOLDS, ALIKE = 16, 5, 0.98  # cosine from which two images are near-duplicates
SIDE = 224  # pixels of the short side at which images are opened


@dataclass(frozen=True)
class World:
    """One world.

    Attributes:
        vectors: float32 [5, n, d]: plain, erased, zoomed, and erased and zoomed at random places.
        truth, source, group: int64 [n]; a group holds near-duplicates. start: of the heads. erased, zoomed: mean share of the image.
    """

    name: str
    vectors: Floats
    truth: Ints
    source: Ints
    group: Ints
    start: Linear
    erased: float
    zoomed: float


def run(options: Options) -> Figures:
    """Accuracy by world, split, labels and method in [0, 1], and the gain over training without views with its 95 % interval.

    `drop`, `crop`, `both`: the text-initialised head on those views as well. `random`: views of the same sizes at random places, the control.
    `*_tested`: the same, which also looks at the zoomed view of a test image. `pipeline_*`: all that one click on Train does.
    `erased`, `zoomed`: mean share of an image that is erased, that is left by the zoom.
    """
    torch.set_num_threads(options.threads)
    figures: Figures = {}
    for world in _worlds(options):
        figures |= {f"{world.name}_n": len(world.truth), f"{world.name}_erased": world.erased}
        figures[f"{world.name}_zoomed"] = world.zoomed
        splits = {"random": folds(world.group, world.truth, count=FOLDS), "sources": world.source}
        for split, fold in splits.items():
            for shots in (0, SHOTS):
                name = f"{world.name}_{split}_{shots or 'all'}"
                figures |= _compared(name, _linear(world, fold, shots))
            if not options.quick:
                figures |= _compared(f"{world.name}_{split}_all_pipeline", _pipeline(world, fold))
    return figures


def _worlds(options: Options) -> list[World]:
    model = encoder.load("built-in", threads=options.threads)
    look = active_region.Attention("built-in")
    with sample_data.truth_file().open(encoding="utf-8") as file:
        rows = [(row["file"], row["class"], row["subclass"]) for row in csv.DictReader(file)]
    demo = _world("demo", model, look, sample_data.images_folder(), rows, sample_data.taxonomy_file(), options)
    if options.data is None:
        return [demo]
    folder = options.need("scene3")
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        rows = [
            (row["file"], row["class"], row["source"]) for row in csv.DictReader(file) if row["class"] != "other_photo"
        ]
    prompts = SCENE3_PROMPTS
    return [_world("scene3", model, look, folder, rows, prompts, options), demo]


def _world(
    name: str, model: interface.Encoder, look: active_region.Attention, folder: Path, rows: list[tuple[str, str, str]],
    taxonomy: Path, options: Options,
) -> World:  # fmt: skip
    rows = rows[:: 4 if options.quick else 1]
    squares = [active_region.square(images.read(folder / file, SIDE).pixels) for file, _, _ in rows]
    texts = {entry["name"]: entry["prompts"] for entry in taxonomy_file.read_taxonomy(taxonomy)["categories"]}
    classes, sources = sorted({row[1] for row in rows}), sorted({row[2] for row in rows})
    class_vectors = zero_shot.class_vectors([model.encode_text(texts[one]) for one in classes])
    activity = look.maps(squares, class_vectors)
    views, erased, zoomed = _views(squares, activity)
    vectors = np.stack([model.encode_frames(view) for view in views])
    start = zero_shot.classifier(range(len(classes)), class_vectors, scale=model.logit_scale)
    truth, source = np.array([[classes.index(row[1]), sources.index(row[2])] for row in rows], np.int64).T
    return World(name, vectors, truth, source, _alike(vectors[0]), start, erased, zoomed)


def _views(squares: list[Pixels], activity: Floats) -> tuple[list[list[Pixels]], float, float]:
    """The five views of all images, and what share of an image is erased and left by the zoom."""
    random = np.random.default_rng(0)
    views: list[list[Pixels]] = [squares, [], [], [], []]
    erased, zoomed = [], []
    for image, map_ in zip(squares, activity, strict=True):
        active = active_region.region(map_, len(image))
        views[1].append(active_region.dropped(image, active))
        views[2].append(active_region.cropped(image, active))
        views[3].append(active_region.dropped(image, active_region.moved(active, random)))
        views[4].append(active_region.cropped(image, active, random))
        erased.append(active.mean())
        zoomed.append((len(views[2][-1]) / len(image)) ** 2)
    return views, float(np.mean(erased)), float(np.mean(zoomed))


def _alike(vectors: Floats) -> Ints:
    """Groups of near-duplicates, int64 [n]."""
    near = coo_matrix(vectors @ vectors.T >= ALIKE)
    return np.asarray(connected_components(near, directed=False)[1], np.int64)


def _labelled(world: World, train: npt.NDArray[np.bool_], shots: int) -> Ints:
    """The training images whose labels are given: all, or `shots` of each class."""
    rows = np.random.default_rng(0).permutation(np.flatnonzero(train))
    if not shots:
        return np.sort(rows)
    return np.sort(np.concatenate([rows[world.truth[rows] == k][:shots] for k in range(len(world.start.classes))]))


def _linear(world: World, fold: Ints, shots: int) -> dict[str, npt.NDArray[np.bool_]]:
    """Which images each method tells right, bool [n], held out."""
    right = {name: np.zeros(len(fold), np.bool_) for name in (*VIEWS, *(f"{name}_tested" for name in TESTED))}
    sure = [world.start.probabilities(world.vectors[view]) for view in (0, 2)]
    right["zero_shot"] = sure[0].argmax(axis=1) == world.truth
    right["zero_shot_tested"] = (sure[0] + sure[1]).argmax(axis=1) == world.truth
    k = len(world.start.classes)
    for number in np.unique(fold):
        test = fold == number
        rows = _labelled(world, ~test, shots)
        for name, views in VIEWS.items():
            points = np.concatenate([world.vectors[view][rows] for view in views])
            targets = graph.one_hot(np.tile(world.truth[rows], len(views)), k)
            head = fit(points, targets, np.ones(len(points)), world.start, FitOptions(PULL, balance=True)).linear
            probabilities = head.probabilities(world.vectors[0][test])
            right[name][test] = probabilities.argmax(axis=1) == world.truth[test]
            if name in TESTED:
                probabilities = probabilities + head.probabilities(world.vectors[TESTED[name]][test])
                right[f"{name}_tested"][test] = probabilities.argmax(axis=1) == world.truth[test]
    return right


def _pipeline(world: World, fold: Ints) -> dict[str, npt.NDArray[np.bool_]]:
    """The same for what one click does: with views they are further labelled images in the group of their own."""
    right = {name: np.zeros(len(fold), np.bool_) for name in ("plain", "both")}
    for number in np.unique(fold):
        test = fold == number
        for name in right:
            views = VIEWS[name]
            vectors = np.concatenate([world.vectors[view][~test] for view in views])
            labels, group = (np.tile(part[~test], len(views)) for part in (world.truth, world.group))
            head = choose(_material(vectors, world.start, group, labels)).linear
            right[name][test] = head.logits(world.vectors[0][test]).argmax(axis=1) == world.truth[test]
    return right


def _material(vectors: Floats, start: Linear, group: Ints, labels: Ints) -> Material:
    cosines = vectors @ vectors.T
    near = np.argpartition(-cosines, 21, axis=1)[:, :21]
    neighbour_graph = graph.build(near, np.take_along_axis(cosines, near, axis=1))
    return Material(vectors, neighbour_graph, start, True, group, labels, np.full(len(labels), -1, np.int64))


def _compared(name: str, right: dict[str, npt.NDArray[np.bool_]]) -> Figures:
    figures: Figures = {f"{name}_{method}": float(mine.mean()) for method, mine in right.items()}
    if "random" in right:
        figures |= _gain(f"{name}_both_over_random", right["random"], right["both"])
    for method, mine in right.items():
        if method not in ("plain", "zero_shot"):
            figures |= _gain(f"{name}_{method}", right["plain"], mine)
    return figures


def _gain(name: str, before: npt.NDArray[np.bool_], after: npt.NDArray[np.bool_]) -> Figures:
    gain = accuracy.gain(before, after)
    assert gain is not None
    return {f"{name}_gain": gain["accuracy"], f"{name}_gain_low": gain["low"], f"{name}_gain_high": gain["high"]}


def table(figures: Figures) -> str:
    """Gains over training without views, in points."""
    lines = [f"{'points against no views':44}  gain  95 % interval"]
    for key, value in figures.items():
        if key.endswith("_gain") and isinstance(value, float):
            low, high = figures[f"{key}_low"], figures[f"{key}_high"]
            assert isinstance(low, float)
            assert isinstance(high, float)
            lines.append(f"{key.removesuffix('_gain'):44} {100 * value:+5.1f}  {100 * low:+.1f} to {100 * high:+.1f}")
    return "\n".join(lines)
