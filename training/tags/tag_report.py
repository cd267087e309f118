"""What the Train page shows of a head of an open facet, and of its rounds."""

from __future__ import annotations

from typing import Any

from labeling.scoring.multilabel import NO, YES
from labeling.snapshot.snapshot import Snapshot
from store.project import heads
from store.project.heads import HeadRow
from store.project.taxonomy import Facet
from training.metrics import multilabel_metrics
from training.tags.tag_comparison import Answers, Said, answers_of, by_head, by_prompts, sigmoid_of
from training.tags.tag_training import as_claim

MOST = 200  # items of a list


def tag_report(snapshot: Snapshot, facet: Facet, head_id: int | None = None) -> dict[str, Any] | None:
    """All that the page shows of a head (the newest of its facet by default), or None before any training.

    Returns:
        `head`, `facet`, `previous`, `reason`, `labels` (answers learned from), `images`, `seconds`, `why`, `candidates`, `leaks`, `n`,
        `set`, `gain` (micro F1); `rows`: {"model", "state", "metrics" as `multilabel_metrics.measure`, "intervals"} for zero-shot,
        the head before and this one; `labels_of`: one for each label, {"category", "threshold", "yes", "no", "models" (one a row:
        `average_precision`, `precision`, `recall`, `f1`), "missed", "wrong" (item ids)}.
    """
    with snapshot.workspace.read() as connection:
        mine = heads.every(connection, encoder_id=snapshot.encoder_row.id, facet_id=facet.id)
    chosen = next((row for row in mine if head_id is None or row.id == head_id), None)
    if chosen is None:
        return None
    key = (chosen.id, [(row.id, row.state) for row in mine], _key(snapshot, facet))
    return snapshot.cached(f"tag report {facet.id}", key, lambda: _report(snapshot, facet, chosen, mine))


def _key(snapshot: Snapshot, facet: Facet) -> Any:
    names = [(category.id, category.path) for category in snapshot.categories.tree if category.facet_id == facet.id]
    return snapshot.labels.board().last_event, len(snapshot.ids), snapshot.prompts.version()[0], names


def _report(snapshot: Snapshot, facet: Facet, chosen: HeadRow, mine: list[HeadRow]) -> dict[str, Any]:
    answers = answers_of(snapshot, facet, snapshot.classifiers.head_linear(chosen).classes)
    prompts = by_prompts(snapshot, answers)
    previous = next((row for row in mine if row.number < chosen.number and row.state != "new"), None)
    said = [] if prompts is None else [prompts]
    said += [_head(snapshot, answers, row, prompts) for row in (previous, chosen) if row is not None]
    group = answers.group[answers.held]
    gain = None
    if len(said) > 1:
        gain = as_claim(multilabel_metrics.gain(said[-2].yes, said[-1].yes, answers.judged, group), answers)
    card = chosen.card
    return {
        "head": {"id": chosen.id, "number": chosen.number, "state": chosen.state, "at": chosen.created_at.isoformat()},
        "facet": {"id": facet.id, "name": facet.name},
        "previous": said[-2].name if len(said) > 1 else "no model",
        "reason": chosen.reason,
        "labels": chosen.labels,
        "images": card.get("images", 0),
        "seconds": card.get("seconds", 0.0),
        "why": card.get("why", ""),
        "candidates": card.get("candidates", []),
        "leaks": card.get("leaks"),
        "n": len(answers.held),
        "set": answers.name,
        "gain": gain,
        "rows": [_row(one, answers) for one in said],
        "labels_of": _labels(snapshot, answers, said, card),
    }


def _head(snapshot: Snapshot, answers: Answers, row: HeadRow, prompts: Said | None) -> Said:
    return by_head(snapshot, answers, f"Head {row.number}", sigmoid_of(snapshot, row), prompts, row)


def _row(said: Said, answers: Answers) -> dict[str, Any]:
    group = answers.group[answers.held]
    return {
        "model": said.name,
        "state": None if said.row is None else said.row.state,
        "metrics": said.measure(answers),
        "intervals": multilabel_metrics.intervals(said.scores, answers.judged, said.thresholds, group),
    }


def _labels(snapshot: Snapshot, answers: Answers, said: list[Said], card: dict[str, Any]) -> list[dict[str, Any]]:
    each = [multilabel_metrics.per_label(one.scores, answers.judged, one.thresholds) for one in said]
    newest, ids = said[-1].yes, snapshot.ids[answers.held]
    found = []
    for k, number in enumerate(answers.categories):
        truth = answers.judged[:, k]
        found.append({
            "category": number,
            "threshold": float(card["thresholds"]["values"][k]),
            "yes": each[-1][k]["yes"],
            "no": each[-1][k]["no"],
            "models": [one[k] for one in each],
            "missed": ids[(truth == YES) & ~newest[:, k]].tolist()[:MOST],
            "wrong": ids[(truth == NO) & newest[:, k]].tolist()[:MOST],
        })  # fmt: skip
    return found


def tag_rounds(snapshot: Snapshot, facet: Facet) -> list[dict[str, Any]]:
    """Zero-shot and every head of a facet on the same held-out answers: {"name", "value" (micro F1), "low", "high", "promoted", "n", "set"}."""
    with snapshot.workspace.read() as connection:
        rows = heads.every(connection, encoder_id=snapshot.encoder_row.id, facet_id=facet.id)[::-1]
    key = ([(row.id, row.state) for row in rows], _key(snapshot, facet))
    return snapshot.cached(f"tag rounds {facet.id}", key, lambda: _rounds(snapshot, facet, rows))


def _rounds(snapshot: Snapshot, facet: Facet, rows: list[HeadRow]) -> list[dict[str, Any]]:
    answers = answers_of(snapshot, facet)
    if not (answers.judged == YES).any():
        return []
    prompts = by_prompts(snapshot, answers)
    said = ([] if prompts is None else [prompts]) + [_head(snapshot, answers, row, prompts) for row in rows]
    found = []
    for one in said:
        made = _row(one, answers)
        low, high = made["intervals"]["micro_f1"]
        name = one.name if one.row is None else f"Round {one.row.number}"
        promoted = one.row is None or one.row.state != "new"
        found.append({"name": name, "value": made["metrics"]["micro_f1"], "low": low, "high": high, "promoted": promoted,
                      "n": len(answers.held), "set": answers.name})  # fmt: skip
    return found
