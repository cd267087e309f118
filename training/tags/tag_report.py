"""Report on a head of an open facet for the Train page, and its rounds."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import TypedDict

from labeling.scoring.multilabel import NO, YES
from labeling.snapshot.snapshot import Snapshot
from store.project import heads
from store.project.heads import HeadRow
from store.project.taxonomy import Facet
from training.heads.head_report import HeadState
from training.metrics import multilabel_metrics
from training.metrics.accuracy import Interval
from training.metrics.multilabel_metrics import LabelScores, MicroF1Gain, MultilabelMetric, MultilabelScores
from training.tags.tag_comparison import Answers, Prediction, answers_of, by_head, by_prompts, sigmoid_of
from training.tags.tag_training import TagCandidate, gain_of

MOST = 200  # items of a list


class FacetName(TypedDict):
    """Id and name of a facet."""

    id: int
    name: str


class TagModelScores(TypedDict):
    """Figures of one model on the held-out answers, with 95 % intervals; `state` is None for zero-shot."""

    model: str
    state: str | None
    metrics: MultilabelScores
    intervals: dict[MultilabelMetric, Interval]


class LabelRow(TypedDict):
    """Figures of one label.

    Attributes:
        category: id. yes, no: numbers of held-out answers. models: figures of each model.
        missed, wrong: ids of the newest head's errors: a yes not given, a no given as yes.
    """

    category: int
    threshold: float
    yes: int
    no: int
    models: list[LabelScores]
    missed: list[int]
    wrong: list[int]


class TagReport(TypedDict):
    """A head of an open facet on the Train page.

    Attributes:
        previous: name of the model that it is compared with. labels: number of answers learned from. images: of their items.
        seconds, why, candidates, leaks: as the card has them, empty where it lacks them.
        n, set: number and kind of the held-out items. rows: zero-shot, the head before and this one.
    """

    head: HeadState
    facet: FacetName
    previous: str
    reason: str
    labels: int
    images: int
    seconds: float
    why: str
    candidates: list[TagCandidate]
    leaks: int | None
    n: int
    set: str
    gain: MicroF1Gain | None
    rows: list[TagModelScores]
    labels_of: list[LabelRow]


class TagRound(TypedDict):
    """Micro F1 of zero-shot or of a head on `n` held-out items, with its 95 % interval; `set` names the items in words."""

    name: str
    value: float
    low: float
    high: float
    promoted: bool
    n: int
    set: str


def tag_report(snapshot: Snapshot, facet: Facet, head_id: int | None = None) -> TagReport | None:
    """Report on a head (the newest of its facet by default), or None before any training."""
    with snapshot.workspace.read() as connection:
        mine = heads.every(connection, encoder_id=snapshot.encoder_row.id, facet_id=facet.id)
    chosen = next((row for row in mine if head_id is None or row.id == head_id), None)
    if chosen is None:
        return None
    key = (chosen.id, [(row.id, row.state) for row in mine], _key(snapshot, facet))
    return snapshot.cached(f"tag report {facet.id}", key, lambda: _report(snapshot, facet, chosen, mine))


def _key(snapshot: Snapshot, facet: Facet) -> tuple[object, ...]:
    """Cache key: it differs whenever a figure of the page does."""
    names = [(category.id, category.path) for category in snapshot.categories.tree if category.facet_id == facet.id]
    return snapshot.labels.board().last_event, len(snapshot.ids), snapshot.prompts.version()[0], names


def _report(snapshot: Snapshot, facet: Facet, chosen: HeadRow, mine: list[HeadRow]) -> TagReport:
    answers = answers_of(snapshot, facet, snapshot.classifiers.head_linear(chosen).classes)
    prompts = by_prompts(snapshot, answers)
    previous = next((row for row in mine if row.number < chosen.number and row.state != "new"), None)
    models = [] if prompts is None else [prompts]
    models += [_head(snapshot, answers, row, prompts) for row in (previous, chosen) if row is not None]
    before = models[-2] if len(models) > 1 else None
    card = chosen.card
    return {
        "head": {"id": chosen.id, "number": chosen.number, "state": chosen.state, "at": chosen.created_at.isoformat()},
        "facet": {"id": facet.id, "name": facet.name},
        "previous": "no model" if before is None else before.name,
        "reason": chosen.reason,
        "labels": chosen.labels,
        "images": card.get("images", 0),
        "seconds": card.get("seconds", 0.0),
        "why": card.get("why", ""),
        "candidates": card.get("candidates", []),
        "leaks": card.get("leaks"),
        "n": len(answers.held),
        "set": answers.name,
        "gain": gain_of(before, models[-1], answers),
        "rows": [_row(model, answers) for model in models],
        "labels_of": _labels(snapshot, answers, models, card["thresholds"]["values"]),
    }


def _head(snapshot: Snapshot, answers: Answers, row: HeadRow, prompts: Prediction | None) -> Prediction:
    return by_head(snapshot, answers, f"Head {row.number}", sigmoid_of(snapshot, row), prompts, row)


def _row(model: Prediction, answers: Answers) -> TagModelScores:
    group = answers.group[answers.held]
    return {
        "model": model.name,
        "state": None if model.row is None else model.row.state,
        "metrics": model.measure(answers),
        "intervals": multilabel_metrics.intervals(model.scores, answers.judged, model.thresholds, group),
    }


def _labels(
    snapshot: Snapshot, answers: Answers, models: list[Prediction], thresholds: Sequence[float]
) -> list[LabelRow]:
    each = [multilabel_metrics.per_label(one.scores, answers.judged, one.thresholds) for one in models]
    newest, ids = models[-1].yes, snapshot.ids[answers.held]
    rows: list[LabelRow] = []
    for k, number in enumerate(answers.categories):
        truth = answers.judged[:, k]
        rows.append({
            "category": number,
            "threshold": float(thresholds[k]),
            "yes": each[-1][k]["yes"],
            "no": each[-1][k]["no"],
            "models": [one[k] for one in each],
            "missed": ids[(truth == YES) & ~newest[:, k]].tolist()[:MOST],
            "wrong": ids[(truth == NO) & newest[:, k]].tolist()[:MOST],
        })  # fmt: skip
    return rows


def tag_rounds(snapshot: Snapshot, facet: Facet) -> list[TagRound]:
    """Zero-shot and every head of a facet on the same held-out answers."""
    with snapshot.workspace.read() as connection:
        rows = heads.every(connection, encoder_id=snapshot.encoder_row.id, facet_id=facet.id)[::-1]
    key = ([(row.id, row.state) for row in rows], _key(snapshot, facet))
    return snapshot.cached(f"tag rounds {facet.id}", key, lambda: _rounds(snapshot, facet, rows))


def _rounds(snapshot: Snapshot, facet: Facet, rows: list[HeadRow]) -> list[TagRound]:
    answers = answers_of(snapshot, facet)
    if not (answers.judged == YES).any():
        return []
    prompts = by_prompts(snapshot, answers)
    models = ([] if prompts is None else [prompts]) + [_head(snapshot, answers, row, prompts) for row in rows]
    rounds: list[TagRound] = []
    for one in models:
        scores = _row(one, answers)
        low, high = scores["intervals"]["micro_f1"]
        name = one.name if one.row is None else f"Round {one.row.number}"
        promoted = one.row is None or one.row.state != "new"
        rounds.append({"name": name, "value": scores["metrics"]["micro_f1"], "low": low, "high": high, "promoted": promoted,
                      "n": len(answers.held), "set": answers.name})  # fmt: skip
    return rounds
