"""The next batch and the stop meter: what to look at, and how many errors remain."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from labeling import audit, order
from labeling.board import HUMAN, YES
from labeling.pipeline.scene import Scene
from store import history
from store.names import handles

if TYPE_CHECKING:
    from labeling.pipeline.grid import View

Ints = npt.NDArray[np.int64]


def next_rows(scene: Scene, seen: View, allowed: npt.NDArray[np.bool_], size: int, seed: int = 0) -> Ints:
    """Rows of the next batch: uncertain and diverse, audit items in their order, and disagreements to confirm first."""
    board = seen.board
    untouched = ~board.person & allowed
    confirm = np.array([row for row in pending(scene) if allowed[row]], np.int64)
    fresh = audit.upcoming(board.ids, board.audit, untouched, size)
    checks = np.concatenate([confirm, fresh])
    return order.next_batch(scene.vectors, seen.margin, untouched & ~board.audit, checks, size=size, seed=seed)


def pending(scene: Scene) -> list[int]:
    """Audit rows that a person decided otherwise than the machine, and that wait for a second decision."""
    rows: list[int] = _verified(scene)["pending"]
    return rows


def confirmed(scene: Scene, rows: Ints) -> npt.NDArray[np.bool_]:
    """bool [k]: whether people decided for the standing class of each of these rows (int64 [k]) at least twice, each time by looking."""
    board = scene.board()
    key = (board.last_event, len(board), rows.tobytes())
    times: Counter[tuple[int, int]] = scene.kept("decisions", key, lambda: _times(scene, rows))
    standing = zip(board.ids[rows].tolist(), board.category[rows].tolist(), strict=True)
    return np.fromiter((times[pair] >= 2 for pair in standing), np.bool_, len(rows))


def _times(scene: Scene, rows: Ints) -> Counter[tuple[int, int]]:
    """How often people decided for a class of an item, by (item, category)."""
    with scene.workspace.read() as connection:
        return Counter(history.decisions(connection, scene.board().ids[rows].tolist()))


def _verified(scene: Scene) -> dict[str, Any]:
    """Audit rows that count, how many of them were wrong, and which wait for a second decision."""
    board = scene.board()
    linear, _ = scene.probabilities()
    key = (board.last_event, len(board), float(linear.weights.sum()), linear.classes)
    found: dict[str, Any] = scene.kept("verified", key, lambda: _count(scene))
    return found


def _count(scene: Scene) -> dict[str, Any]:
    board = scene.board()
    linear, probabilities = scene.probabilities()
    rows = audit.sample(board.ids, board.audit, board.person)
    rows = rows[board.value[rows] == YES]
    machine = (
        np.array(linear.classes, np.int64)[probabilities[rows].argmax(axis=1)] if len(rows) else np.empty(0, np.int64)
    )
    with scene.workspace.read() as connection:
        imported = history.imported(connection, board.ids[rows].tolist())
    given = [imported.get(int(board.ids[row]), int(said)) for row, said in zip(rows, machine, strict=True)]
    wrong = rows[np.array(given, np.int64) != board.category[rows]]
    pending = wrong[~confirmed(scene, wrong)].tolist()
    return {"audited": len(rows), "errors": len(wrong) - len(pending), "pending": pending}


def batch(scene: Scene, size: int = 60, seed: int = 0, order: str = "next") -> list[dict[str, Any]]:
    """The next batch as the command line gives it: file, proposed, margin, audit. order: `next` or `random`."""
    from labeling.pipeline import grid

    seen = grid.view(scene)
    names = {category.id: category.path for category in scene.tree}
    if order == "random":
        rows = audit.upcoming(seen.board.ids, np.ones(len(seen.board), np.bool_), ~seen.board.person, size)
    else:
        rows = next_rows(scene, seen, np.ones(len(seen.board), np.bool_), size, seed)
    with scene.workspace.read() as connection:
        called = handles(connection, seen.board.ids[rows].tolist())
    return [
        {
            "file": called[int(seen.board.ids[row])],
            "proposed": names.get(int(seen.best[row])),
            "margin": round(float(seen.margin[row]), 6),
            "audit": bool(seen.board.audit[row]),
        }
        for row in rows
    ]


def remaining(scene: Scene) -> dict[str, Any]:
    """The stop meter: about how many labels that nobody has looked at are wrong, with an interval that holds at every look."""
    board = scene.board()
    found = _verified(scene)
    rate = audit.remaining(found["errors"], len(found["pending"]), found["audited"])
    left = int((board.labelled & (board.source < HUMAN)).sum())
    return {
        "estimate": round(rate.estimate * left),
        "low": int(rate.low * left),
        "high": int(np.ceil(rate.high * left)),
        "audited": rate.audited,
        "pending": len(found["pending"]),
        "unseen": left,
        "items": len(board),
        "rate": {"estimate": rate.estimate, "low": rate.low, "high": rate.high},
        "advice": _advice(rate, left),
    }


def _advice(rate: audit.Remaining, left: int) -> str:
    if not left:
        return "Every label has been looked at."
    if rate.audited < 20:
        return "Label a few more batches: too few audit items are verified for an estimate."
    if rate.high <= 0.02:
        return "You can stop: fewer than 2 % of the labels that nobody looked at are wrong."
    if rate.estimate <= 0.02:
        return "Nearly there: some more audit items would make it certain."
    return "Go on: fix the suspected clusters, train, and let the head propose."
