"""Out-of-fold answers of a head on its own labels, kept beside its file: none of them comes from a fit that saw the label."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

import files
from labeling.snapshot.snapshot import Snapshot
from store.project.heads import HeadRow
from store.workspace import Workspace

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class OutOfFold:
    """Answers on the `m` items that a head learned from.

    Attributes:
        items: int64 [m], ids. categories: int64 [m], ids of the classes answered, of a head that chooses one class.
        probabilities: float32 [m, k], of such a head; None for one of an early version.
        scores, thresholds: float32 [m, k], of a head of any number of labels.
    """

    items: Ints
    categories: Ints | None = None
    probabilities: Floats | None = None
    scores: Floats | None = None
    thresholds: Floats | None = None


def write(workspace: Workspace, stem: str, answers: OutOfFold) -> None:
    """Write the answers of a head beside its file. stem: name of that file without its suffix."""
    arrays = {field.name: getattr(answers, field.name) for field in fields(answers)}
    present = {name: array for name, array in arrays.items() if array is not None}
    with files.replacing(_path(workspace, stem)) as part, part.open("wb") as file:
        np.savez(file, allow_pickle=False, **present)


def read(workspace: Workspace, row: HeadRow) -> OutOfFold | None:
    """The answers of a head, or None where none were kept, as for a head from elsewhere."""
    path = _path(workspace, Path(row.file).stem)
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as kept:
        return OutOfFold(**{field.name: kept[field.name] for field in fields(OutOfFold) if field.name in kept})


def _path(workspace: Workspace, stem: str) -> Path:
    return workspace.folder("heads") / f"{stem}.held.npz"


def honest_answers(snapshot: Snapshot, row: HeadRow, answers: Ints, rows: Ints, classes: tuple[int, ...]) -> Ints:
    """Answers of a head, those on its own training items replaced by its out-of-fold answers.

    Args:
        answers: int64 [m], index into `classes`, -1 for none. rows: int64 [m], the items answered.
    """
    kept = read(snapshot.workspace, row)
    if kept is None or kept.categories is None:
        return answers
    own = dict(zip(kept.items.tolist(), kept.categories.tolist(), strict=True))
    place = {number: k for k, number in enumerate(classes)}
    ids = snapshot.ids[rows].tolist()
    pairs = zip(ids, answers.tolist(), strict=True)
    return np.array([place.get(own[number], -1) if number in own else answer for number, answer in pairs], np.int64)


def honest_probabilities(snapshot: Snapshot, row: HeadRow, rows: Ints) -> Floats | None:
    """Probabilities float32 [rows, k] of a head, out of fold for its own training items.

    None where these were not kept: heads of early versions, and heads from elsewhere.
    """
    kept = read(snapshot.workspace, row)
    if kept is None or kept.probabilities is None:
        return None
    out = snapshot.classifiers.head_linear(row).probabilities(snapshot.vectors[rows])
    ids = snapshot.ids[rows]
    place = {number: k for k, number in enumerate(kept.items.tolist())}
    mine = np.array([k for k, number in enumerate(ids.tolist()) if number in place], np.int64)
    if len(mine):
        out[mine] = kept.probabilities[[place[number] for number in ids[mine].tolist()]]
    return out
