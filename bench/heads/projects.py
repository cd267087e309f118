"""Simulated projects: people label some images in an order, some labels are drawn at random, a head is trained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

import sample_data
from bench.heads import drawn_scenes
from bench.heads.fewshot import World, logistic
from bench.labels.label_sets import connected
from embedding.encoders.interface import Encoder
from labeling.categories import taxonomy_file
from labeling.cleaning import cluster_model, error_bounds, ordering, suspicion
from labeling.cleaning.graph import Graph
from labeling.scoring import zero_shot
from labeling.scoring.zero_shot import Linear, unit
from training.fitting import selection
from training.fitting.candidates import Material, TrainOptions

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Reals = npt.NDArray[np.float64]
PAGE = 25
AUDIT_SHARE = 0.1
WRONG_SHARE = 0.17
SLIP = 0.03  # of the tiles of a page in batch mode are accepted as shown though they are wrong


@dataclass
class Project:
    """The images of a workspace, and what people have said of them.

    Attributes:
        start: zero-shot. before: the classifier in use. ids: int64 [n], they fix the random order. audit: bool [n].
        human: int64 [n], class or -1. fair: bool [n], the label was drawn at random.
    """

    vectors: Floats
    truth: Ints
    start: Linear
    before: Linear
    graph: Graph
    ids: Ints
    audit: Bools
    human: Ints
    fair: Bools

    @property
    def open(self) -> Ints:
        """Rows that nobody has labelled."""
        return np.flatnonzero(self.human < 0)


def synthetic(seed: int, k: int = 5, n: int = 4000, dim: int = 64) -> World:
    """Vectors made for it: each class has four looks of unequal frequency, its text lies near the first, a tenth are strays."""
    random = np.random.default_rng(seed)
    centres = unit(unit(random.normal(size=(k, 1, dim))) + 1.1 * unit(random.normal(size=(k, 4, dim))))
    weight = np.arange(k, 0, -1.0)
    truth = random.choice(k, n, p=weight / weight.sum())
    look = random.choice(4, n, p=(0.45, 0.3, 0.15, 0.1))
    vectors = unit(centres[truth, look] + random.uniform(0.9, 1.3) * unit(random.normal(size=(n, dim))))
    texts = unit(centres[:, 0] + random.uniform(0.9, 1.5) * unit(random.normal(size=(k, dim))))
    stray = random.random(n) < 0.1
    truth = np.where(stray, random.integers(0, k, n), truth)
    return World(f"made {seed}", vectors.astype(np.float32), truth.astype(np.int64), texts.astype(np.float32), 15.0)


def drawn_world(model: Encoder, candidates: int) -> World:
    """Pictures of the model's own world, `WRONG_SHARE` of them wrong in its eyes: enough to know a truth."""
    scenes = [drawn_scenes.shifted_scene(drawn_scenes.FIRST_SEED + seed) for seed in range(candidates)]
    scenes = [one for one in scenes if drawn_scenes.legible(one.image)]
    prompts = {e["name"]: e["prompts"] for e in taxonomy_file.read_taxonomy(sample_data.taxonomy_file())["categories"]}
    texts = zero_shot.class_vectors([model.encode_text(prompts[name]) for name in drawn_scenes.CLASSES])
    vectors = model.encode_frames([np.asarray(one.image.convert("RGB")) for one in scenes])
    truth = np.array([drawn_scenes.CLASSES.index(one.category) for one in scenes], np.int64)
    wrong = (vectors @ texts.T).argmax(axis=1) != truth
    right = np.flatnonzero(~wrong)[: round(int(wrong.sum()) * (1 - WRONG_SHARE) / WRONG_SHARE)]
    rows = np.sort(np.concatenate([np.flatnonzero(wrong), right]))
    return World("demo", np.asarray(vectors[rows], np.float32), truth[rows], texts, float(model.logit_scale))


def project(world: World, size: int, seed: int, taught: int = 0) -> tuple[Project, Ints]:
    """A project on a random part of a world, and rows of the world that neither it nor what is in use has seen.

    Args:
        taught: labels of other images that the classifier in use was taught with; none is zero-shot.
    """
    random = np.random.default_rng(seed)
    rows = random.permutation(len(world.truth))
    mine, other, rest = rows[:size], rows[size : size + taught], rows[size + taught :]
    start = zero_shot.classifier(range(len(world.texts)), world.texts, scale=world.scale)
    simulated = Project(
        world.vectors[mine], world.truth[mine], start, start, connected(world.vectors[mine], 1)[1],
        np.sort(random.choice(1_000_000, size, replace=False)), random.random(size) < AUDIT_SHARE,
        np.full(size, -1, np.int64), np.zeros(size, np.bool_),
    )  # fmt: skip
    if taught:
        simulated.before = logistic(world.vectors[other], world.truth[other], range(len(world.texts)))
    return simulated, rest


def label(simulated: Project, how: str, count: int, seed: int) -> None:
    """`count` labels in an order, a page at a time."""
    random = np.random.default_rng(seed)
    while count > 0 and len(simulated.open):
        rows = _page(simulated, how, min(PAGE, count), seed)
        decisions = simulated.truth[rows]
        if how == "batch":
            shown = simulated.before.logits(simulated.vectors[rows]).argmax(axis=1)
            decisions = np.where(random.random(len(rows)) < SLIP, shown, decisions)
        simulated.human[rows] = decisions
        simulated.fair[rows] = (how == "random") | ((how == "next") & simulated.audit[rows])
        count -= len(rows)


def _page(one: Project, how: str, size: int, seed: int) -> Ints:
    """The rows that Review would show next in an order."""
    rows, untouched = one.open, one.human < 0
    if how == "random":
        return error_bounds.upcoming(one.ids, np.ones(len(one.ids), np.bool_), untouched, size)
    probabilities = one.before.probabilities(one.vectors)
    two = np.partition(probabilities, -2, axis=1)[:, -2:]
    margin = two[:, 1] - two[:, 0]
    if how == "margin":
        return np.asarray(rows[np.argsort(margin[rows], kind="stable")][:size], np.int64)
    if how == "next":
        fresh = error_bounds.upcoming(one.ids, one.audit, untouched, size)
        return ordering.next_batch(one.vectors, margin, untouched & ~one.audit, fresh, size=size, seed=seed)
    k, none = len(one.start.classes), np.full(len(untouched), -1, np.int64)
    labels = np.where(untouched, probabilities.argmax(axis=1), one.human)
    prior = cluster_model.posterior(one.vectors, probabilities, one.human)
    suspects = suspicion.suspect(suspicion.others(one.graph, prior, one.human, none, k), labels)
    if how == "clusters":
        groups = suspicion.clusters(one.graph, suspects, labels, untouched)
        if groups:
            return groups[0].rows[:size]
    return np.asarray(rows[np.argsort(-suspects.score[rows], kind="stable")][:size], np.int64)


def train(one: Project, options: TrainOptions) -> selection.Chosen:
    """What one click on Train gives."""
    n = len(one.human)
    human, none = np.where(one.audit, -1, one.human), np.full(n, -1, np.int64)
    return selection.choose(Material(one.vectors, one.graph, one.start, True, np.arange(n), human, none), options)


def compared(one: Project, chosen: selection.Chosen) -> tuple[Reals, Reals]:
    """(right after minus right before, NaN without a label; the same as the head foresees it), float64 [n] each."""
    probabilities = chosen.linear.probabilities(one.vectors)
    probabilities[chosen.rows] = chosen.probabilities
    new, old = probabilities.argmax(axis=1), one.before.logits(one.vectors).argmax(axis=1)
    new[chosen.rows] = chosen.predicted
    at = np.arange(len(new))
    value = (new == one.human).astype(np.float64) - (old == one.human)
    value[one.human < 0] = np.nan
    return value, (probabilities[at, new] - probabilities[at, old]).astype(np.float64)
