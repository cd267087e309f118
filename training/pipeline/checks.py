"""What a head leans on, and what more labels would buy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embedding import images
from embedding.images import BadImage
from errors import InputError
from labeling.pipeline.scene import Scene
from store import items
from training import metrics, shortcut
from training.curve import curve
from training.pipeline.compare import class_paths, classifier_in_use, material_of, starting_point

LARGEST = 200  # images that are embedded again
SIDE = 512  # pixels of the short side at which they are opened


def shortcut_check(scene: Scene, *, seed: int = 0) -> dict[str, Any]:
    """Accuracy of the classifier in use when borders, corners and logos are covered or bars are added.

    Returns:
        `model`, `n`, `accuracy`, `probes`: [{"name", "accuracy", "cost", "reference", "low", "warns"}], and `warning` or None.

    Raises:
        InputError: no labelled image can be opened.
    """
    name, head = classifier_in_use(scene)
    zero = starting_point(scene)
    board = scene.board()
    labels = board.class_index(head.classes)
    rows = np.flatnonzero(board.person & (labels >= 0) & (board.video == 0))
    rows = np.sort(np.random.default_rng(seed).permutation(rows)[:LARGEST])
    frames, kept = [], []
    for row in rows.tolist():
        with scene.workspace.read() as connection:
            item = items.get(connection, int(board.ids[row]))
        try:
            frames.append(images.read(Path(item.path), SIDE).pixels)
        except BadImage:  # it was moved or damaged since it was added: the check goes on without it
            continue
        kept.append(row)
    if not kept:
        raise InputError("No image that a person labelled can be opened. Label images whose files are still in place.")
    truth = labels[kept]
    zero_truth = board.class_index(zero.classes)[kept]
    plain = scene.encoder.encode_frames(frames)
    before = head.logits(plain).argmax(axis=1) == truth
    zero_before = zero.logits(plain).argmax(axis=1) == zero_truth
    probes = []
    for title, change in shortcut.CHANGES.items():
        vectors = scene.encoder.encode_frames([change(frame) for frame in frames])
        after = head.logits(vectors).argmax(axis=1) == truth
        zero_after = zero.logits(vectors).argmax(axis=1) == zero_truth
        probes.append(shortcut.judge(title, before, after, zero_before, zero_after, _low))
    told = [
        {
            "name": p.name,
            "accuracy": p.accuracy,
            "cost": p.cost,
            "reference": p.reference,
            "low": p.low,
            "warns": p.warns,
        }
        for p in probes
    ]
    return {
        "model": name,
        "n": len(kept),
        "accuracy": float(before.mean()),
        "probes": told,
        "warning": shortcut.warning(probes),
    }


def _low(values: npt.NDArray[np.float64]) -> float:
    return metrics.interval(values)[0]


def learning_curve(scene: Scene, *, more: int = 50) -> dict[str, Any]:
    """Accuracy by number of labels, and what `more` would buy.

    Returns:
        `points`: [{"labels", "accuracy"}], `more`, `expected_gain` or None, and `classes`.

    Raises:
        InputError: all labels lie in one group.
    """
    material, _ = material_of(scene)
    found = curve(material, more=more)
    points = [{"labels": int(n), "accuracy": float(a)} for n, a in zip(found.labels, found.accuracy, strict=True)]
    return {
        "points": points,
        "more": more,
        "expected_gain": found.expected_gain,
        "classes": class_paths(scene, material.zero_shot.classes),
    }
