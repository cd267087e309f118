"""What the Train page and the Overview show of heads and rounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from labeling.cleaning.label_table import Board
from labeling.snapshot.snapshot import Snapshot
from store.ledger import event_reader
from store.project import heads as stored
from store.project import taxonomy
from store.project.heads import HeadRow
from store.workspace import Workspace
from training.heads import head_checks, head_details, judgement, tree_levels
from training.heads.comparison import (
    HeldOut,
    Ints,
    answers_of,
    baseline,
    held_out_file,
    held_out_items,
    honest_answers,
    honest_probabilities,
)
from training.metrics import accuracy


def heads(workspace: Workspace, facet_id: int | None = None) -> list[dict[str, Any]]:
    """All heads of a facet (the exclusive one unless another is named), newest first."""
    with workspace.read() as connection:
        rows = stored.every(connection, facet_id=facet_id or taxonomy.main_facet(connection))
    return [
        {
            "id": row.id,
            "number": row.number,
            "facet": row.facet_id,
            "at": row.created_at.isoformat(),
            "labels": row.labels,
            "promoted": row.state == "promoted",
            "state": row.state,
            "reason": row.reason,
            "certain": judgement.is_certain(row.card.get("gain"), row.card.get("falls", ())),
            "metrics": row.card["metrics"]["new"],
        }
        for row in rows
    ]


def labels_since(workspace: Workspace, facet_id: int | None = None) -> int:
    """How many items a person has labelled since the newest head of a facet (the exclusive one unless another is named)."""
    with workspace.read() as connection:
        number = facet_id or taxonomy.main_facet(connection) or 0
        rows = stored.every(connection, facet_id=number)
        return event_reader.human_labels_since(connection, number, rows[0].created_at if rows else None)


def rounds(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Zero-shot and every head of this encoder on the same held-out items where audit items suffice, else as measured then."""
    board = snapshot.labels.board()
    with snapshot.workspace.read() as connection:
        rows = stored.every(connection, encoder_id=snapshot.encoder_row.id, facet_id=snapshot.categories.facet_id())[
            ::-1
        ]
    if not snapshot.has_text and not rows:
        return []
    return snapshot.cached("rounds", _key(snapshot, rows), lambda: _rounds(snapshot, board, rows))


def _rounds(snapshot: Snapshot, board: Board, rows: list[HeadRow]) -> list[dict[str, Any]]:
    classes = (
        snapshot.prompts.zero_shot().classes
        if snapshot.has_text
        else tuple(row["id"] for row in rows[-1].card["classes"])
    )
    held = held_out_items(snapshot, classes, board)
    classes = held.classes
    found = []
    if snapshot.has_text and len(held.rows):
        right = held.raised(answers_of(snapshot, baseline(snapshot), classes, held.rows)) == held.truth
        found.append(_round("Zero-shot", right, held, promoted=True))
    for row in rows:
        answers = honest_answers(
            snapshot,
            row,
            answers_of(snapshot, snapshot.classifiers.head_linear(row), classes, held.rows),
            held.rows,
            classes,
        )
        if len(held.rows):
            found.append(
                {
                    **_round(
                        f"Round {row.number}", held.raised(answers) == held.truth, held, promoted=row.state != "new"
                    ),
                    "head": row.id,
                }
            )
    return found


def _round(name: str, right: npt.NDArray[np.bool_], held: HeldOut, *, promoted: bool) -> dict[str, Any]:
    low, high = accuracy.interval(right.astype(np.float64))
    return {
        "name": name,
        "accuracy": float(right.mean()),
        "low": low,
        "high": high,
        "promoted": promoted,
        "n": len(right),
        "set": held.name,
        "is_fair": held.is_fair,
    }


def report(snapshot: Snapshot, head_id: int | None = None) -> dict[str, Any] | None:
    """All that the Train page shows of a head (the newest by default), or None before any training."""
    with snapshot.workspace.read() as connection:
        mine = stored.every(connection, encoder_id=snapshot.encoder_row.id, facet_id=snapshot.categories.facet_id())
    chosen = next((row for row in mine if head_id is None or row.id == head_id), None)
    if chosen is None:
        return None
    key = (chosen.id, *_key(snapshot, mine), head_checks.kept_at(snapshot, chosen))
    return snapshot.cached("train report", key, lambda: _report(snapshot, chosen, mine))


def _key(snapshot: Snapshot, mine: list[HeadRow]) -> tuple[Any, ...]:
    """What is different whenever a figure of the page is."""
    tree = [(category.id, category.path) for category in snapshot.categories.nodes()]
    version = snapshot.prompts.version()[0] if snapshot.has_text else 0
    return (
        [(row.id, row.state, row.reason) for row in mine],
        snapshot.labels.board().last_event,
        len(snapshot.ids),
        version,
        tree,
    )


def _said(snapshot: Snapshot, row: HeadRow | None, held: HeldOut) -> Ints:
    """Answers int64 [n] for all items, index into `held.classes`: of a head, or of zero-shot; none by what learned from the item."""
    everything = np.arange(len(snapshot.ids))
    if row is None:
        return answers_of(snapshot, baseline(snapshot), held.classes, everything)
    said = answers_of(snapshot, snapshot.classifiers.head_linear(row), held.classes, everything)
    return honest_answers(snapshot, row, said, everything, held.classes)


def _report(snapshot: Snapshot, chosen: HeadRow, mine: list[HeadRow]) -> dict[str, Any]:
    linear = snapshot.classifiers.head_linear(chosen)
    board = snapshot.labels.board()
    held = held_out_items(snapshot, linear.classes, board)
    names = snapshot.categories.path_names(held.classes)
    previous = next((row for row in mine if row.number < chosen.number and row.state != "new"), None)
    models = [("Zero-shot", None), *((f"Head {row.number}", row) for row in (previous, chosen) if row is not None)]
    everywhere = [_said(snapshot, row, held) for _, row in models]
    lines: list[tuple[str, HeadRow | None, Ints]] = [
        (name, row, held.raised(said[held.rows])) for (name, row), said in zip(models, everywhere, strict=True)
    ]
    answers = lines[-1][2]
    scored = [accuracy.scores(held.truth, said, names) for _, _, said in lines]
    counts = accuracy.confusion(held.truth, answers, len(held.classes))
    probabilities = honest_probabilities(snapshot, chosen, np.arange(len(board)))
    return {
        "head": {"id": chosen.id, "number": chosen.number, "state": chosen.state, "at": chosen.created_at.isoformat()},
        "previous": lines[-2][0],
        "reason": chosen.reason,
        "labels": chosen.labels,
        "seconds": chosen.card.get("seconds", 0.0),
        "losses": chosen.card.get("losses", []),
        "candidates": chosen.card.get("candidates", []),
        "why": chosen.card.get("why", ""),
        "options": chosen.card.get("options", {}),
        "leaks": chosen.card.get("leaks"),
        "n": len(held.rows),
        "set": held.name,
        "is_fair": held.is_fair,
        "gain": judgement.gain(snapshot, held, everywhere[-2], everywhere[-1], probabilities),
        "falls": judgement.falls(snapshot, held, everywhere[-2], everywhere[-1]),
        "left_out": judgement.left_out(snapshot, held, linear.classes),
        "random_labels": judgement.wanting(held),
        "rows": head_details.compared(lines, held, scored),
        "per_class": head_details.per_class(scored, names),
        "per_source": head_details.per_source(snapshot, lines, held),
        "confidence": head_details.confidence(snapshot, chosen, held),
        "sides": head_details.sides(snapshot, lines[-2][2], answers, held, held.classes),
        "checks": head_checks.kept(snapshot, chosen),
        "levels": tree_levels.compared(snapshot, [(name, row) for name, row, _ in lines]),
        "confusion": {
            "categories": list(held.classes),
            "counts": counts.tolist(),
            "items": [
                [snapshot.ids[held.rows[(held.truth == a) & (answers == b)]].tolist() for b in range(len(names))]
                for a in range(len(names))
            ],
        },
        "changed": _changed(snapshot, board, chosen, lines[-2][1], previous),
    }


def _changed(
    snapshot: Snapshot, board: Board, chosen: HeadRow, before: HeadRow | None, previous: HeadRow | None
) -> dict[str, Any]:
    """What the fixes since the last head did: items it did not learn from whose answer changed, beside the likeliest fix.

    Returns:
        `fixes`, `others` that changed the same way, how many of those people have `confirmed` and `rejected` since, and `groups`.
    """
    linear = snapshot.classifiers.head_linear(chosen)
    old_linear = baseline(snapshot) if before is None else snapshot.classifiers.head_linear(before)
    everything = np.arange(len(board))
    old = answers_of(snapshot, old_linear, linear.classes, everything)
    new = linear.logits(snapshot.vectors).argmax(axis=1) if len(board) else np.empty(0, np.int64)
    truth, learned = board.class_index(linear.classes), _learned(snapshot, board, chosen)
    since = 0.0 if previous is None else previous.created_at.timestamp()
    fixes = learned & board.person & (truth >= 0) & (board.at > since) & (truth != old)
    moved = ~learned & (new != old)
    groups, followed = [], np.zeros(len(board), np.bool_)
    for a, b in {(int(x), int(y)) for x, y in zip(old[fixes], truth[fixes], strict=True) if x >= 0}:
        mine = np.flatnonzero(fixes & (old == a) & (truth == b))
        others = np.flatnonzero(moved & (old == a) & (new == b))
        if not len(others):
            continue
        followed[others] = True
        near = np.asarray(snapshot.vectors[others], np.float32) @ np.asarray(snapshot.vectors[mine], np.float32).T
        best = int(near.max(axis=0).argmax())
        order = np.argsort(-near.max(axis=1), kind="stable")
        groups.append(
            {
                "from": linear.classes[a],
                "to": linear.classes[b],
                "fixed": len(mine),
                "count": len(others),
                "example": int(board.ids[mine[best]]),
                "items": board.ids[others[order]].tolist()[:500],
            }
        )
    judged = followed & board.person & (truth >= 0)
    confirmed = int((judged & (truth == new)).sum())
    return {
        "fixes": int(fixes.sum()),
        "others": int(followed.sum()),
        "confirmed": confirmed,
        "rejected": int(judged.sum()) - confirmed,
        "groups": sorted(groups, key=lambda group: -int(group["count"])),
    }


def _learned(snapshot: Snapshot, board: Board, row: HeadRow) -> npt.NDArray[np.bool_]:
    """bool [n], what a head learned from; where that was not kept, what people had labelled by then."""
    kept = held_out_file(snapshot, row)
    if not kept:
        return np.asarray(board.person & ~board.audit & (board.at <= row.created_at.timestamp()), np.bool_)
    return np.isin(board.ids, kept["items"])
