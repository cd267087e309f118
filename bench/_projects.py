"""Simulated projects: people label in an order, some labels are drawn at random, a head is trained and judged by what it has."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bench import fewshot
from bench._label_sets import built_in, connected
from bench.fewshot import World
from bench.harness import Options
from labeling import drawn, graph, mixture, order, suspicion, zero_shot
from labeling.audit import ranks
from labeling.board import HUMAN
from labeling.graph import Graph
from labeling.zero_shot import Linear, unit
from training import choose, honest
from training.candidates import Material
from training.honest import Estimate

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
PAGE = 25
ORDERS = ("suspicion", "margin", "batch", "clusters", "next", "random")
SLIP = 0.03


def made(k: int = 5, n: int = 6000, dim: int = 64, seed: int = 0, blur: float = 0.55) -> World:
    """Vectors made for it: each class has four looks of unequal frequency, and its text lies near two of them."""
    random = np.random.default_rng(seed)
    centres = unit(random.normal(size=(k, 1, dim)) + 0.9 * random.normal(size=(k, 4, dim)))
    truth = random.choice(k, n, p=np.arange(1, k + 1)[::-1] / (k * (k + 1) / 2))
    look = random.choice(4, n, p=(0.45, 0.3, 0.15, 0.1))
    vectors = unit(centres[truth, look] + blur * random.normal(size=(n, dim)) / np.sqrt(dim) * 2.5)
    texts = unit(centres[:, 0] + 0.5 * centres[:, 1] + 0.9 * unit(random.normal(size=(k, dim))))
    return World(f"made{seed}", vectors.astype(np.float32), truth, texts.astype(np.float32), 15.0)


@dataclass
class Project:
    """The images of a workspace, and what people have said of them.

    Attributes:
        human: int64 [n], class or -1. fair: bool [n], the label was drawn. audit: bool [n].
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
        return np.flatnonzero(self.human < 0)


def project(world: World, size: int, seed: int, before: Callable[[Linear, Ints], Linear]) -> tuple[Project, Ints]:
    """A project on a random part of a world, and the rows of the world that it does not have."""
    random = np.random.default_rng(seed)
    rows = random.permutation(len(world.truth))
    mine, rest = rows[:size], rows[size:]
    start = zero_shot.classifier(range(len(world.texts)), world.texts, scale=world.scale)
    vectors = world.vectors[mine]
    _, made_graph = connected(vectors, 1)
    ids = np.sort(random.choice(1_000_000, size, replace=False))
    none = np.full(size, -1, np.int64)
    return Project(
        vectors, world.truth[mine], start, before(start, mine), made_graph, ids, random.random(size) < 0.1, none,
        np.zeros(size, np.bool_),
    ), rest  # fmt: skip


def label(made: Project, how: str, count: int, seed: int) -> None:
    """`count` labels in an order, a page at a time."""
    random = np.random.default_rng(seed)
    while count > 0 and len(made.open):
        rows = page(made, how, min(PAGE, count), seed)
        if not len(rows):
            return
        said = made.truth[rows]
        if how == "batch":  # Enter accepts what is shown, and a wrong one slips through now and then
            shown = made.before.logits(made.vectors[rows]).argmax(axis=1)
            said = np.where(random.random(len(rows)) < SLIP, shown, said)
        made.human[rows] = said
        made.fair[rows] = (how == "random") | ((how == "next") & made.audit[rows])
        count -= len(rows)


def page(made: Project, how: str, size: int, seed: int) -> Ints:
    rows = made.open
    if how == "random":
        return rows[np.argsort(ranks(made.ids[rows]))][:size]
    probabilities = made.before.probabilities(made.vectors)
    two = np.partition(probabilities, -2, axis=1)[:, -2:]
    margin = two[:, 1] - two[:, 0]
    if how == "margin":
        return rows[np.argsort(margin[rows], kind="stable")][:size]
    if how == "next":
        untouched = made.human < 0
        fresh = np.flatnonzero(untouched & made.audit)
        fresh = fresh[np.argsort(ranks(made.ids[fresh]))][:size]
        return order.next_batch(made.vectors, margin, untouched & ~made.audit, fresh, size=size, seed=seed)
    k = len(made.start.classes)
    labels = np.where(made.human >= 0, made.human, probabilities.argmax(axis=1))
    given = np.full(len(labels), -1, np.int64)
    prior = mixture.posterior(made.vectors, probabilities, made.human)
    found = suspicion.suspect(suspicion.others(made.graph, prior, made.human, given, k), labels)
    if how == "clusters":
        groups = [c.rows for c in suspicion.clusters(made.graph, found, labels, made.human < 0) if len(c.rows) > 1]
        if groups:
            return groups[0][:size]
    return rows[np.argsort(-found.score[rows], kind="stable")][:size]


def train(made: Project) -> choose.Chosen:
    n = len(made.truth)
    human = np.where(made.audit, -1, made.human)
    none = np.full(n, -1, np.int64)
    return choose.choose(Material(made.vectors, made.graph, made.start, True, np.arange(n), human, none))


def arrays(made: Project, chosen: choose.Chosen):
    p = chosen.linear.probabilities(made.vectors)
    p[chosen.rows] = chosen.probabilities
    new = p.argmax(axis=1)
    new[chosen.rows] = chosen.predicted
    old = made.before.logits(made.vectors).argmax(axis=1)
    at = np.arange(len(new))
    guess = p[at, new] - p[at, old]
    value = (new == made.human).astype(float) - (old == made.human)
    value[made.human < 0] = np.nan
    return value, guess
