"""Checks of a head: shortcuts that it relies on, and the learning curve."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NotRequired

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

import files
from embedding.ingest import new_items
from embedding.ingest.current_encoder import need_model
from embedding.pictures.images import BadFile
from errors import CancelledError, EncoderError, InputError
from labeling.snapshot.classifier import Classifier
from labeling.snapshot.snapshot import Snapshot
from progress import Progress, silent
from store.database import schema
from store.items import items
from store.project import heads
from store.project.heads import HeadRow
from training.heads.comparison import baseline, material_of
from training.metrics import accuracy, border_test
from training.metrics.learning_curve import curve

Frames = Sequence[npt.NDArray[np.uint8]]
LARGEST = 200  # images that are embedded again
SIDE = 512  # pixels of the short side at which they are opened


class ProbeReport(TypedDict):
    """A probe, as `border_test.Probe`; `warns` where the head relies on what was covered."""

    name: str
    accuracy: float
    cost: float
    reference: float
    low: float
    warns: bool


class ShortcutReport(TypedDict):
    """Shortcut check of a classifier on `n` images.

    Attributes:
        model: its kind. accuracy: on untouched images. warning: one sentence, or None.
    """

    model: str
    n: int
    accuracy: float
    probes: list[ProbeReport]
    warning: str | None


class CurvePoint(TypedDict):
    """Accuracy with so many labels."""

    labels: int
    accuracy: float


class LearningCurve(TypedDict):
    """Accuracy by number of labels.

    Attributes:
        expected_gain: in accuracy, by `more` further labels; None while the curve is too short. classes: paths.
    """

    points: list[CurvePoint]
    more: int
    expected_gain: float | None
    classes: list[str]


class CurveCheck(TypedDict):
    """The learning curve, or the reason why there is none."""

    learning_curve: LearningCurve | None
    learning_curve_why: NotRequired[str]


class ShortcutCheck(TypedDict):
    """The shortcut check, or the reason why there is none."""

    shortcut: ShortcutReport | None
    shortcut_why: NotRequired[str]


class HeadChecks(CurveCheck, ShortcutCheck):
    """Both checks of a head; `at` is the time, ISO 8601."""

    at: str


def check_head(snapshot: Snapshot, head_id: int, progress: Progress = silent) -> HeadChecks:
    """Check a head and keep the result beside its file for the Train page.

    Raises:
        CancelledError: `progress` stopped it; nothing is kept. InputError: the head is one of another facet.
    """
    with snapshot.workspace.read() as connection:
        row = heads.get(connection, head_id)
    if row.facet_id != snapshot.categories.facet_id():
        raise InputError(f"Head {row.number} is multi-label. The checks need a head that chooses one class.")
    at = schema.now().isoformat()
    try:
        progress(0, 2, "Gain from more labels")
        curve_check = _curve_check(snapshot)
        progress(1, 2, "Covering borders and corners")
    except CancelledError as error:
        raise CancelledError("The check was cancelled. The head and its measurements stay.") from error
    checks: HeadChecks = {"at": at, **curve_check, **_shortcut_check(snapshot, row)}
    files.write(_file(snapshot, row), json.dumps(checks))
    return checks


def _curve_check(snapshot: Snapshot) -> CurveCheck:
    try:
        return {"learning_curve": learning_curve(snapshot)}
    except (InputError, EncoderError) as error:  # too few labels: the page shows the reason in its place
        return {"learning_curve": None, "learning_curve_why": str(error)}


def _shortcut_check(snapshot: Snapshot, row: HeadRow) -> ShortcutCheck:
    try:
        return {"shortcut": shortcut_check(snapshot, row=row)}
    except (InputError, EncoderError) as error:  # no image, no model: the page shows the reason in its place
        return {"shortcut": None, "shortcut_why": str(error)}


def kept(snapshot: Snapshot, row: HeadRow) -> HeadChecks | None:
    """The checks of a head, or None before them."""
    path = _file(snapshot, row)
    if not path.exists():
        return None
    checks: HeadChecks = json.loads(path.read_text(encoding="utf-8"))
    return checks


def kept_at(snapshot: Snapshot, row: HeadRow) -> int:
    """Time of the check, in nanoseconds; 0 before it."""
    path = _file(snapshot, row)
    return path.stat().st_mtime_ns if path.exists() else 0


def _file(snapshot: Snapshot, row: HeadRow) -> Path:
    return snapshot.workspace.folder("heads") / f"{Path(row.file).stem}.checks.json"


def shortcut_check(snapshot: Snapshot, *, row: HeadRow | None = None, seed: int = 0) -> ShortcutReport:
    """Accuracy of a head, or of the classifier in use, with borders, corners and logos covered or bars added.

    Raises:
        InputError: no labelled image can be opened.
        EncoderError: the workspace has no model.
    """
    need_model(snapshot.encoder_row)
    used = snapshot.classifiers.in_use() if row is None else Classifier(snapshot.classifiers.head_linear(row), head=row)
    head, zero = used.scorer, baseline(snapshot)
    board = snapshot.labels.board()
    labels = board.class_index(head.classes)
    rows = np.flatnonzero(board.person & (labels >= 0) & (board.video == 0))
    rows = np.sort(np.random.default_rng(seed).permutation(rows)[:LARGEST])
    frames, usable = _opened(snapshot, rows)
    if not len(usable):
        raise InputError("No image that a person labelled can be opened. Label images whose files are still in place.")
    truth, zero_truth = labels[usable], board.class_index(zero.classes)[usable]

    def right(frames: Frames) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        vectors = snapshot.encoder.encode_frames(frames)
        return (
            head.logits(vectors).argmax(axis=1) == truth,
            zero.logits(vectors).argmax(axis=1) == zero_truth,
        )

    before, zero_before = right(frames)
    probes = []
    for title, change in border_test.CHANGES.items():
        after, zero_after = right([change(frame) for frame in frames])
        probes.append(border_test.judge(title, before, after, zero_before, zero_after, _low))
    return {
        "model": used.family,
        "n": len(usable),
        "accuracy": float(before.mean()),
        "probes": [_reported(probe) for probe in probes],
        "warning": border_test.warning(probes),
    }


def _opened(snapshot: Snapshot, rows: npt.NDArray[np.int64]) -> tuple[Frames, npt.NDArray[np.int64]]:
    """Images uint8 [h, w, 3] of the rows that can still be opened, and these rows."""
    ids = snapshot.labels.board().ids[rows].tolist()
    frames, usable = [], []
    with snapshot.workspace.read() as connection:
        known = items.get_many(connection, ids)
    for place, number in zip(rows.tolist(), ids, strict=True):
        try:
            frames.append(new_items.added(known[number], SIDE).pixels)
        except BadFile:  # moved, damaged or replaced since it was added: the check goes on without it
            continue
        usable.append(place)
    return frames, np.array(usable, np.int64)


def _reported(probe: border_test.Probe) -> ProbeReport:
    return {
        "name": probe.name,
        "accuracy": probe.accuracy,
        "cost": probe.cost,
        "reference": probe.reference,
        "low": probe.low,
        "warns": probe.warns,
    }


def _low(values: npt.NDArray[np.float64]) -> float:
    return accuracy.interval(values)[0]


def learning_curve(snapshot: Snapshot, *, more: int = 50) -> LearningCurve:
    """Accuracy by number of labels, and the gain that `more` of them promise.

    Raises:
        InputError: all labels lie in one group.
    """
    material, _ = material_of(snapshot)
    measured = curve(material, more=more)
    return {
        "points": [
            {"labels": int(n), "accuracy": float(a)} for n, a in zip(measured.labels, measured.accuracy, strict=True)
        ],
        "more": more,
        "expected_gain": measured.expected_gain,
        "classes": snapshot.categories.path_names(material.zero_shot.classes),
    }
