"""A tree and open labels on the demo world.

Tree: the demo images, classes and their kinds, scored zero-shot; accuracy per level, and coverage against precision as the margin
that a child needs grows. Open labels: new scenes of the same world with all that is true of each (group, light, weather, style,
tone); zero-shot against background prompts, and the sigmoid head trained on half of the scenes, both on the other half.
"""

from __future__ import annotations

import csv

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

import sample_data
from bench.harness import Figures, Options
from embedding.encoders.encoder import load
from embedding.encoders.interface import Encoder
from labeling.scoring import multilabel, tree, tree_classifier
from labeling.scoring.multilabel import Tri
from labeling.scoring.zero_shot import Floats, class_vectors, unit
from pretraining import vocabulary, world
from pretraining.world import WorldOptions
from training.fitting import multilabel_head
from training.metrics import multilabel_metrics, tree_metrics
from training.metrics.multilabel_metrics import MultilabelMetric

SCENES, FIRST_SEED = 600, 77_000_000  # seeds that training never drew
MARGINS = (0.0, 0.2, 0.4, 0.6, 0.8)
UNTUNED: tuple[MultilabelMetric, ...] = ("map", "hit1", "hit2", "peak_f1", "micro_f1_fixed")
TUNED: tuple[MultilabelMetric, ...] = ("micro_f1", "macro_f1")
NEUTRAL = ("a picture", "an image", "a photo", "a scene", "a view")


def run(options: Options) -> Figures:
    """All figures in [0, 1]; `--quick` draws fewer scenes."""
    with threadpool_limits(options.threads):
        encoder = load("built-in", threads=options.threads)
        return _tree(encoder) | _open(encoder, SCENES // 3 if options.quick else SCENES)


def _tree(encoder: Encoder) -> Figures:
    with sample_data.truth_file().open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    classes = sorted({row["class"] for row in rows})
    kinds = sorted({row["subclass"] for row in rows})
    above = {row["subclass"]: classes.index(row["class"]) for row in rows}
    parents: list[int | None] = [None] * len(classes) + [above[kind] for kind in kinds]
    texts = [_below(kinds, above, k) for k in range(len(classes))] + [list(vocabulary.KINDS[k].names) for k in kinds]
    vectors = class_vectors([encoder.encode_text(part) for part in texts])
    _, items = encoder.encode_files([sample_data.images_folder() / row["file"] for row in rows])
    truth = np.array([len(classes) + kinds.index(row["subclass"]) for row in rows], np.int64)
    nodes = tree.score(encoder.logit_scale * items @ vectors.T, parents)
    choices = [(least, tree.choose(nodes, least)) for least in MARGINS]
    off, on = (tree_metrics.measure(choices[k][1], truth, parents) for k in (0, 2))
    ends = np.array(tree_classifier.leaves(parents), np.int64)  # the leaf with the most probable path
    paths = tree_metrics.measure(ends[nodes.joint[:, ends].argmax(axis=1)], truth, parents)
    flat = len(classes) + (items @ vectors[len(classes) :].T).argmax(axis=1)  # no tree at all
    figures: Figures = {
        "accuracy_level1": off["levels"][0]["recall"],
        "accuracy_level2": off["levels"][1]["recall"],
        "accuracy_level1_best_path": paths["levels"][0]["recall"],
        "accuracy_level2_best_path": paths["levels"][1]["recall"],
        "accuracy_level1_flat": float((np.array(parents)[flat] == np.array(parents)[truth]).mean()),
        "accuracy_level2_flat": float((flat == truth).mean()),
        "hierarchical_f1": off["f1"],
        "hierarchical_f1_back_off": on["f1"],
        "hierarchical_precision": off["precision"],
        "hierarchical_precision_back_off": on["precision"],
    }
    for point in tree_metrics.coverage_curve(choices, truth, parents, level=2):
        figures[f"coverage_at_{point['least']:g}"] = point["coverage"]
        figures[f"precision_at_{point['least']:g}"] = point["precision"]
    return figures


def _below(kinds: list[str], above: dict[str, int], k: int) -> list[str]:
    """A class speaks with the prompts of its kinds."""
    return [name for kind in kinds if above[kind] == k for name in vocabulary.KINDS[kind].names]


def _open(encoder: Encoder, count: int) -> Figures:
    seeds = range(FIRST_SEED, FIRST_SEED + count)
    scenes = [world.scene(seed, WorldOptions(heights=(112,))) for seed in seeds]
    items = encoder.encode_frames([np.asarray(scene.image.convert("RGB")) for scene in scenes])
    names = {f"group:{key}": texts for key, texts in vocabulary.GROUP_NAMES.items()}
    names |= {key: tuple(f"a picture {text}" for text in texts) for key, texts in vocabulary.ATTRIBUTES.items()}
    labels = [name for name in names if sum(name in scene.facts for scene in scenes) >= 4]
    truth: Tri = np.array([[int(name in scene.facts) for name in labels] for scene in scenes], np.int8)
    train, test = np.arange(0, count, 2), np.arange(1, count, 2)
    background = unit(encoder.encode_text(list(NEUTRAL)).mean(axis=0))
    yes = class_vectors([encoder.encode_text(list(names[name])) for name in labels])
    start = multilabel.contrast(yes, background, scale=encoder.logit_scale)
    zero = multilabel_metrics.measure(multilabel.scores(start, items[test]), truth[test])
    tuned = multilabel.fit_thresholds(multilabel.scores(start, items[train]), truth[train])
    zero_tuned = multilabel_metrics.measure(multilabel.scores(start, items[test]), truth[test], tuned.values)
    head = multilabel_head.train(
        items[train], truth[train], train.astype(np.int64), start, multilabel_head.MultiOptions()
    )
    metrics = multilabel_metrics.measure(
        multilabel.scores(head.linear, items[test]), truth[test], head.thresholds.values
    )
    figures: Figures = {"labels": len(labels), "labels_per_item": float(truth.sum(axis=1).mean())}
    figures |= {key: metrics[key] for key in multilabel_metrics.METRICS}
    for key in UNTUNED:
        figures[f"{key}_zero_shot"] = zero[key]
    figures |= {f"{key}_zero_shot": zero_tuned[key] for key in TUNED}
    return figures | {"map_chance": _chance(truth[test])}


def _chance(truth: npt.NDArray[np.int8]) -> float:
    """mAP of a random order: the share of positives, mean over the labels."""
    share: Floats = (truth == 1).mean(axis=0)
    return float(share[share > 0].mean())
