"""What a head leans on, and what more labels would buy."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import files
from embedding.ingest import new_items
from embedding.ingest.current_encoder import need_model
from embedding.pictures.images import BadFile
from errors import CancelledError, EncoderError, InputError
from labeling.snapshot.classifier import Classifier
from labeling.snapshot.snapshot import Snapshot
from store.database import schema
from store.items import items
from store.project import heads
from store.project.heads import HeadRow
from training.heads.comparison import baseline, material_of
from training.metrics import accuracy, border_test
from training.metrics.learning_curve import curve

Progress = Callable[[int, int, str], bool]
LARGEST = 200  # images that are embedded again
SIDE = 512  # pixels of the short side at which they are opened


def check_head(snapshot: Snapshot, head_id: int, progress: Progress | None = None) -> dict[str, Any]:
    """Both checks of one head, kept beside its file for the Train page.

    Args:
        progress: told (done, total, what is checked) -> whether to go on.

    Returns:
        `shortcut` or None with `shortcut_why`, `learning_curve` or None with `learning_curve_why`.

    Raises:
        CancelledError: `progress` said stop; nothing is kept. InputError: the head is one of another facet.
    """
    with snapshot.workspace.read() as connection:
        row = heads.get(connection, head_id)
    if row.facet_id != snapshot.categories.facet_id():
        raise InputError(
            f"Head {row.number} says any number of labels. The checks are for heads that choose one class."
        )
    checks: tuple[tuple[str, str, Callable[[], dict[str, Any]]], ...] = (
        ("learning_curve", "What more labels would buy", lambda: learning_curve(snapshot)),
        ("shortcut", "Covering borders and corners", lambda: shortcut_check(snapshot, row=row)),
    )
    found: dict[str, Any] = {"at": schema.now().isoformat()}
    for done, (name, title, check) in enumerate(checks):
        if progress is not None and not progress(done, len(checks), title):
            raise CancelledError("The check was cancelled. The head and its measurements stay.")
        try:
            found[name] = check()
        except (InputError, EncoderError) as error:  # too few labels, no image, no model: the page says so in its place
            found[name], found[f"{name}_why"] = None, str(error)
    files.write(_file(snapshot, row), json.dumps(found))
    return found


def kept(snapshot: Snapshot, row: HeadRow) -> dict[str, Any] | None:
    """What the checks of a head found, or None before them."""
    path = _file(snapshot, row)
    if not path.exists():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def kept_at(snapshot: Snapshot, row: HeadRow) -> int:
    """When a head was checked, in nanoseconds; 0 before."""
    path = _file(snapshot, row)
    return path.stat().st_mtime_ns if path.exists() else 0


def _file(snapshot: Snapshot, row: HeadRow) -> Path:
    return snapshot.workspace.folder("heads") / f"{Path(row.file).stem}.checks.json"


def shortcut_check(snapshot: Snapshot, *, row: HeadRow | None = None, seed: int = 0) -> dict[str, Any]:
    """Accuracy of a head, or of the classifier in use, when borders, corners and logos are covered or bars are added.

    Returns:
        `model`, `n`, `accuracy`, `probes`: [{"name", "accuracy", "cost", "reference", "low", "warns"}], and `warning` or None.

    Raises:
        InputError: no labelled image can be opened.
        EncoderError: the workspace has no model.
    """
    need_model(snapshot.encoder_row)
    used = snapshot.classifiers.in_use() if row is None else Classifier(snapshot.classifiers.head_linear(row), head=row)
    name, head = used.family, used.scorer
    zero = baseline(snapshot)
    board = snapshot.labels.board()
    labels = board.class_index(head.classes)
    rows = np.flatnonzero(board.person & (labels >= 0) & (board.video == 0))
    rows = np.sort(np.random.default_rng(seed).permutation(rows)[:LARGEST])
    frames, usable = [], []
    with snapshot.workspace.read() as connection:
        known = items.get_many(connection, board.ids[rows].tolist())
    for place in rows.tolist():
        try:
            frames.append(new_items.added(known[int(board.ids[place])], SIDE).pixels)
        except BadFile:  # it was moved, damaged or replaced since it was added: the check goes on without it
            continue
        usable.append(place)
    if not usable:
        raise InputError("No image that a person labelled can be opened. Label images whose files are still in place.")
    truth = labels[usable]
    zero_truth = board.class_index(zero.classes)[usable]
    plain = snapshot.encoder.encode_frames(frames)
    before = head.logits(plain).argmax(axis=1) == truth
    zero_before = zero.logits(plain).argmax(axis=1) == zero_truth
    probes = []
    for title, change in border_test.CHANGES.items():
        vectors = snapshot.encoder.encode_frames([change(frame) for frame in frames])
        after = head.logits(vectors).argmax(axis=1) == truth
        zero_after = zero.logits(vectors).argmax(axis=1) == zero_truth
        probes.append(border_test.judge(title, before, after, zero_before, zero_after, _low))
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
        "n": len(usable),
        "accuracy": float(before.mean()),
        "probes": told,
        "warning": border_test.warning(probes),
    }


def _low(values: npt.NDArray[np.float64]) -> float:
    return accuracy.interval(values)[0]


def learning_curve(snapshot: Snapshot, *, more: int = 50) -> dict[str, Any]:
    """Accuracy by number of labels, and what `more` would buy.

    Returns:
        `points`: [{"labels", "accuracy"}], `more`, `expected_gain` or None, and `classes`.

    Raises:
        InputError: all labels lie in one group.
    """
    material, _ = material_of(snapshot)
    found = curve(material, more=more)
    points = [{"labels": int(n), "accuracy": float(a)} for n, a in zip(found.labels, found.accuracy, strict=True)]
    return {
        "points": points,
        "more": more,
        "expected_gain": found.expected_gain,
        "classes": snapshot.categories.path_names(material.zero_shot.classes),
    }
