"""The items that models are compared on, and what each model says of them without having learned from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from labeling.audit import sample
from labeling.board import HUMAN, SOURCES, Board
from labeling.pipeline.scene import Scene
from labeling.zero_shot import Linear
from store.heads import HeadRow
from training.candidates import Material

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
AUDIT_ENOUGH = 30  # verified audit items from which on they alone are the held-out set


@dataclass(frozen=True)
class HeldOut:
    """The items that models are compared on. `name` says in words which they are."""

    rows: Ints
    truth: Ints
    name: str


def material_of(scene: Scene) -> tuple[Material, Board]:
    """Everything a head may learn from. Labels of audit items are left out here and nowhere else."""
    board = scene.board()
    start = starting_point(scene)
    labels = board.class_index(start.classes)
    human = np.where((board.source >= HUMAN) & ~board.audit, labels, -1)
    given = np.where((board.source == SOURCES.index("import")) & ~board.audit, labels, -1)
    spread = board.source == SOURCES.index("neighbour")
    return Material(scene.vectors, scene.graph, start, scene.has_text, board.group, human, given, spread), board


def held_out_items(board: Board, classes: tuple[int, ...]) -> HeldOut:
    """What a head is judged on: audit items once there are enough, else every label, held out in turn."""
    labels = board.class_index(classes)
    verified = board.person & (labels >= 0)
    audit = sample(board.ids, board.audit, board.person)
    audit = audit[verified[audit]]
    if len(audit) >= AUDIT_ENOUGH:
        return HeldOut(audit, labels[audit], f"{len(audit)} audit items, never trained on")
    people = bool(verified.any())
    rows = np.flatnonzero(verified if people else (board.source == SOURCES.index("import")) & (labels >= 0))
    drawn = ", not drawn at random" if people else ""
    return HeldOut(rows, labels[rows], f"{len(rows)} labels{drawn}, each held out in turn")


def starting_point(scene: Scene) -> Linear:
    """What a head starts from: the classes side by side by their prompts, or no opinion where there is no text side."""
    return scene.zero_shot() if scene.has_text else scene.no_opinion()


def baseline(scene: Scene) -> Linear:
    """What a head is compared with: zero-shot as it proposes (in a tree by the paths), or no opinion where there is no text side."""
    return scene.prompted() if scene.has_text else scene.no_opinion()


def classifier_in_use(scene: Scene) -> tuple[str, Linear]:
    """(name, classifier) of what proposes now."""
    found = scene.head()
    if found is not None:
        return f"head {found[0].number}", found[1]
    return ("zero-shot" if scene.has_text else "no model", baseline(scene))


def answers_of(scene: Scene, linear: Linear, classes: tuple[int, ...], rows: Ints) -> Ints:
    """A classifier's answers as indices into other classes; -1 for a class that is not among them."""
    if not len(rows):
        return np.empty(0, np.int64)
    table = np.array([classes.index(number) if number in classes else -1 for number in linear.classes], np.int64)
    return np.asarray(table[linear.logits(scene.vectors[rows]).argmax(axis=1)], np.int64)


def honest_answers(scene: Scene, row: HeadRow, answers: Ints, rows: Ints, classes: tuple[int, ...]) -> Ints:
    """Answers of an older head with its own training rows replaced by what it said when they were held out."""
    kept = held_out_file(scene, row)
    if not kept:
        return answers
    said = dict(zip(kept["items"].tolist(), kept["categories"].tolist(), strict=True))
    ids = scene.ids[rows]
    return np.array(
        [
            (classes.index(said[int(number)]) if said[int(number)] in classes else -1)
            if int(number) in said
            else int(answer)
            for number, answer in zip(ids, answers, strict=True)
        ],
        np.int64,
    )


def honest_probabilities(scene: Scene, row: HeadRow, rows: Ints) -> Floats | None:
    """float32 [rows, k], what a head says of rows that it did not learn from, and said of its own when they were held out.

    None where that was not kept: heads of before, and heads from elsewhere.
    """
    kept = held_out_file(scene, row)
    if "probabilities" not in kept:
        return None
    out = scene.head_linear(row).probabilities(scene.vectors[rows])
    ids = scene.ids[rows]
    place = {number: k for k, number in enumerate(kept["items"].tolist())}
    mine = np.array([k for k, number in enumerate(ids.tolist()) if number in place], np.int64)
    if len(mine):
        out[mine] = kept["probabilities"][[place[number] for number in ids[mine].tolist()]]
    return out


def held_out_file(scene: Scene, row: HeadRow) -> dict[str, npt.NDArray[Any]]:
    """What a head said of its own labels while they were held out; empty where nothing was kept."""
    path = scene.workspace.folder("heads") / f"{Path(row.file).stem}.held.npz"
    if not path.exists():
        return {}
    with np.load(path, allow_pickle=False) as kept:
        return dict(kept)
