"""None of these: how many photographs of no class the lane holds back, in sources that nobody has labelled.

`scene3` in its three classes, its `other_photo` said to be none of them. In each of 60 rounds half of the sources of each kind have 50
random labels, and the lane that they fit is judged on the other half: a lane is of use only where it holds for what nobody has seen.
"""

from __future__ import annotations

import csv
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bench.harness import SCENE3_PROMPTS, Figures, Options
from bench.labels import label_sets
from labeling.categories import taxonomy_file
from labeling.scoring import rejection, zero_shot
from labeling.search.held_back import DEFAULT, LEAST

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
OTHER = "other_photo"
LABELS, ROUNDS = 50, 60


class World(NamedTuple):
    """Vectors float32 [n, d], class index or NONE int64 [n], source of each, logits [n, k] of the classes, [n] of the background."""

    vectors: Floats
    truth: Ints
    source: npt.NDArray[np.str_]
    logits: Floats
    background: Floats


def run(options: Options) -> Figures:
    """Run the benchmark.

    Returns:
        Means over the rounds, on sources without a label: `caught` of what is none of the classes, `lost` of what has one; the same
        by the background prompts alone (`caught_prompts`, `lost_prompts`); `caught_seen`, `lost_seen`: on the labelled sources,
        without the labels; `ceiling`: what the best threshold for that half would catch at a loss of 5 %.
    """
    world = _world(options)
    rounds = [_round(world, seed) for seed in range(6 if options.quick else ROUNDS)]
    kept = [figures for figures in rounds if figures]
    return {name: float(np.mean([figures[name] for figures in kept])) for name in kept[0]}


def _world(options: Options) -> World:
    folder, model = options.need("scene3"), label_sets.built_in(options)
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    content = taxonomy_file.read_taxonomy(SCENE3_PROMPTS)
    texts = {entry["name"]: entry["prompts"] for entry in content["categories"] if entry["name"] != OTHER}
    good, vectors = model.encode_files([folder / row["file"] for row in rows])
    names = [rows[place]["class"] for place in good]
    truth = np.array([rejection.NONE if name == OTHER else list(texts).index(name) for name in names], np.int64)
    source = np.array([rows[place]["source"] for place in good])
    every = zero_shot.class_vectors([model.encode_text(prompts) for prompts in (*texts.values(), DEFAULT)])
    scores = np.asarray(float(model.logit_scale) * vectors @ every.T, np.float32)
    return World(np.asarray(vectors), truth, source, scores[:, :-1], scores[:, -1])


def _round(world: World, seed: int) -> dict[str, float] | None:
    """The figures of one split of the sources; None where the labels have too few of none."""
    random = np.random.default_rng(seed)
    labelled: list[str] = []
    for kind in np.unique(world.truth):
        sources = random.permutation(np.unique(world.source[world.truth == kind]))
        labelled += sources[: (len(sources) + int(random.integers(2))) // 2].tolist()
    inside = np.isin(world.source, labelled)
    rows = random.permutation(np.flatnonzero(inside))[:LABELS]
    none = world.truth == rejection.NONE
    if none[rows].sum() < LEAST:
        return None
    alone = np.arange(len(world.truth))
    likeness = rejection.likeness(world.vectors, rows, none[rows], alone)
    taught = rejection.lifted(world.logits, world.background, likeness)
    figures: dict[str, float] = {}
    for name, background in (("", taught), ("_prompts", world.background)):
        lane = rejection.fit(world.logits[rows], background[rows], world.truth[rows])
        gone = rejection.rejected(world.logits, background, lane.reject)
        figures[f"caught{name}"] = float(gone[~inside & none].mean())
        figures[f"lost{name}"] = float(gone[~inside & ~none].mean())
        if not name:
            fresh = inside & none & ~np.isin(alone, rows)
            figures["caught_seen"] = float(gone[fresh].mean())
            figures["lost_seen"] = float(gone[inside & ~none & ~np.isin(alone, rows)].mean())
            lead = background - world.logits.max(axis=1)
            figures["ceiling"] = float((lead[~inside & none] > np.quantile(lead[~inside & ~none], 0.95)).mean())
    return figures
