"""Scores of open facets, by a promoted head or by the prompts, each label with its own threshold; and what is proposed by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from errors import InputError
from labeling.scoring import multilabel
from labeling.scoring.multilabel import NO, UNKNOWN, YES, Thresholds
from labeling.scoring.zero_shot import Floats, Linear
from labeling.snapshot.snapshot import Snapshot
from labeling.tags.answers import Tags, columns, facets, tags
from progress import Progress, silent
from store.ledger.events import Batch, Change
from store.project.heads import HeadRow
from store.project.prompt_set import PromptSet
from store.project.taxonomy import Facet
from store.team import actors, leases, machine_round, people

NEUTRAL = ("a picture", "an image", "a photo", "a scene", "a view")
ENOUGH = 10  # answers of people from which on thresholds are fitted


@dataclass(frozen=True)
class Scored:
    """Scores float32 [n, k] in (0, 1) and their thresholds.

    Attributes:
        fitted_on: answers of people that the thresholds were fitted on, 0 where they are the default. head: None for the prompts.
    """

    linear: Linear
    scores: Floats
    thresholds: Thresholds
    fitted_on: int
    head: HeadRow | None = None


class Proposed(TypedDict):
    """A round of proposals in an open facet: counts of yes labels and thresholds by path, the batch that takes it back."""

    labelled: int
    skipped_human: int
    per_class: dict[str, int]
    batch: str | None
    thresholds: dict[str, float]


class TileTag(TypedDict):
    """What stands for one category of an open facet: `yes` or `no`, by a person or not, and its score in (0, 1) if there is one."""

    id: int
    value: str
    person: bool
    score: float | None


class TileTags(TypedDict):
    """What a tile shows of all open facets; `versions` by facet id."""

    versions: dict[str, int]
    tags: list[TileTag]


class TagCounts(TypedDict):
    """One category of an open facet: people's `yes` and `no`, the machine's `proposed`, and how many scores reach the threshold."""

    category: int
    yes: int
    no: int
    proposed: int
    threshold: float
    over: int


class FacetCounts(TypedDict):
    """An open facet: the answers that its thresholds were fitted on, the `shared` threshold, and its categories."""

    facet: int
    name: str
    fitted_on: int
    shared: float
    categories: list[TagCounts]


def zero_shot_linear(snapshot: Snapshot, facet: Facet, prompt_set: PromptSet | None = None) -> Linear:
    """Each category's prompts against the background's: logits whose sigmoid is the score.

    Raises:
        InputError: a category has no prompt in use. EncoderError: the encoder has no text side.
    """
    active_prompts = prompt_set if prompt_set is not None else snapshot.prompts.version()[1]
    chosen = columns(snapshot, facet)
    texts = [active_prompts.texts(category.id, category.name) for category in chosen]
    bare = next((c.path for c, own in zip(chosen, texts, strict=True) if not own), None)
    if bare is not None:
        raise InputError(f"{bare} has no prompt that is switched on. Add one, or a template for all categories.")
    *yes, background = snapshot.texts.class_vectors([*texts, active_prompts.background or NEUTRAL])
    scale = snapshot.texts.logit_scale / active_prompts.options.temperature
    linear = multilabel.contrast(np.stack(yes), background, scale=scale)
    return Linear(tuple(c.id for c in chosen), linear.weights, linear.bias)


def scored(snapshot: Snapshot, facet: Facet, using: str = "auto") -> Scored:
    """Scores by the facet's promoted head where there is one, else by the prompts.

    Args:
        using: `head`, `zero-shot`, or `auto`.

    Raises:
        InputError: no head of the facet is promoted, but one was asked for. EncoderError: the encoder has no text side.
    """
    head = snapshot.classifiers.head(facet.id) if using in ("auto", "head") else None
    if head is not None:
        return _by_head(snapshot, facet, *head)
    if using == "head":
        raise InputError(
            f"No head of {facet.name} is promoted, or it does not fit the labels any more. Train one and promote it, or use zero-shot."
        )
    return _by_prompts(snapshot, facet)


def _by_prompts(snapshot: Snapshot, facet: Facet) -> Scored:
    """The prompts have seen no answer, so every answer of people is out of fold for the thresholds."""
    linear = zero_shot_linear(snapshot, facet)
    key = (linear.classes, float(linear.weights.sum()), len(snapshot.ids))
    values: Floats = snapshot.cached(f"tag scores {facet.id}", key, lambda: multilabel.scores(linear, snapshot.vectors))
    truth = tags(snapshot, facet).verified
    known = int((truth != UNKNOWN).sum())
    plain = Thresholds(np.full(len(linear.classes), 0.5, np.float32), 0.5)
    thresholds = multilabel.fit_thresholds(values, truth) if known >= ENOUGH else plain
    return Scored(linear, values, thresholds, known if known >= ENOUGH else 0)


def _by_head(snapshot: Snapshot, facet: Facet, row: HeadRow, head: Linear) -> Scored:
    """A head with the thresholds of its card, which come from answers held out. A label newer than the head is scored by its prompts."""
    ids = tuple(category.id for category in columns(snapshot, facet))
    thresholds = dict(zip(head.classes, row.card["thresholds"]["values"], strict=True))
    rows = {number: (head.weights[k], head.bias[k]) for k, number in enumerate(head.classes)}
    if set(ids) - set(rows) and snapshot.has_text:
        base = _by_prompts(snapshot, facet)
        for k, number in enumerate(base.linear.classes):
            rows.setdefault(number, (base.linear.weights[k], base.linear.bias[k]))
            thresholds.setdefault(number, float(base.thresholds.values[k]))
    nothing = (np.zeros(head.weights.shape[1], np.float32), np.float32(0))
    weights, bias = zip(*(rows.get(number, nothing) for number in ids), strict=True)
    linear = Linear(ids, np.stack(weights), np.array(bias, np.float32))
    key = (row.id, ids, float(linear.weights.sum()), len(snapshot.ids))
    values: Floats = snapshot.cached(
        f"tag head scores {facet.id}", key, lambda: multilabel.scores(linear, snapshot.vectors)
    )
    never = 1.01  # a label that nothing speaks for is never said
    fitted = np.array([thresholds.get(number, never) for number in ids], np.float32)
    return Scored(linear, values, Thresholds(fitted, float(row.card["thresholds"]["shared"])), row.labels, row)


def propose(
    snapshot: Snapshot,
    facet: Facet,
    actor: str = people.MACHINE,
    held: frozenset[int] = frozenset(),
    using: str = "auto",
    ids: Sequence[int] | None = None,
    progress: Progress = silent,
) -> Proposed:
    """A round for an open facet: a yes where the score reaches the threshold; a machine's yes below it goes. People's answers stay.

    Args:
        using: `head`, `zero-shot`, or `auto`: the facet's promoted head where there is one.
        ids: only these items, or all.
        held: items that somebody is looking at: they stay as they are, and so do those of leased batches.

    Raises:
        InputError: a head was asked for, and none of the facet is promoted.
    """
    current, standing = scored(snapshot, facet, using), tags(snapshot, facet)
    with snapshot.workspace.read() as connection:
        held = held | frozenset(leases.taken(connection))
    among = np.ones(len(snapshot.ids), np.bool_) if ids is None else np.isin(snapshot.ids, list(ids))
    among &= ~np.isin(snapshot.ids, list(held))
    proposed, cleared = _changes(snapshot, current, standing, among)
    names = {category.id: category.path for category in snapshot.categories.tree}
    head = current.head
    with snapshot.workspace.engine.begin() as connection:
        actor_id = actors.id_of(connection, actor)
    batch = Batch(
        actor_id, "zero_shot" if head is None else "head", "propose", note=facet.name,
        prompt_version=snapshot.prompts.version()[0] if head is None else None, head_id=None if head is None else head.id,
    )  # fmt: skip
    changes = [*proposed, *cleared]
    done = machine_round.write(snapshot.workspace, batch, changes, len(changes), progress=progress)
    counts = {names[number]: 0 for number in standing.categories}
    counts |= {names[number]: count for number, count in done.given("saved", "unchanged").items()}
    limits = current.thresholds.values
    return {
        "labelled": sum(counts.values()),
        "skipped_human": int(((current.scores >= limits) & standing.person).sum()),
        "per_class": counts,
        "batch": batch.id if done.of("saved") else None,
        "thresholds": {names[n]: round(float(t), 4) for n, t in zip(standing.categories, limits, strict=True)},
    }


def _changes(
    snapshot: Snapshot, current: Scored, standing: Tags, among: npt.NDArray[np.bool_]
) -> tuple[list[Change], list[Change]]:
    """New yes labels, and yes labels of the machine to clear. among: of which rows, bool [n]."""
    above = current.scores >= current.thresholds.values
    stands = (standing.value == YES) & ~standing.person
    free = ~standing.person & among[:, None]
    proposed = [
        Change(int(snapshot.ids[row]), standing.categories[k], "yes", confidence=float(current.scores[row, k]))
        for row, k in np.argwhere(above & free).tolist()
    ]
    cleared = [
        Change(int(snapshot.ids[row]), standing.categories[k], "clear")
        for row, k in np.argwhere(~above & stands & free).tolist()
    ]
    return proposed, cleared


def _has_scores(snapshot: Snapshot, facet: Facet) -> bool:
    """Whether there are prompts or a head to score by."""
    return snapshot.has_text or snapshot.classifiers.head(facet.id) is not None


def of_rows(snapshot: Snapshot, rows: list[int]) -> list[TileTags]:
    """For each row what its tile shows of all open facets."""
    shown: list[TileTags] = [{"versions": {}, "tags": []} for _ in rows]
    for facet in facets(snapshot):
        standing = tags(snapshot, facet)
        score = scored(snapshot, facet).scores if _has_scores(snapshot, facet) else None
        for at, row in enumerate(rows):
            shown[at]["versions"][str(facet.id)] = int(standing.version[row])
            for k in np.flatnonzero(standing.value[row] != UNKNOWN).tolist():
                tag: TileTag = {
                    "id": standing.categories[k],
                    "value": "yes" if standing.value[row, k] == YES else "no",
                    "person": bool(standing.person[row, k]),
                    "score": None if score is None else round(float(score[row, k]), 4),
                }
                shown[at]["tags"].append(tag)
    return shown


def doubt(snapshot: Snapshot, category_id: int | None = None) -> Floats:
    """float32 [n]: how near the nearest score is to its threshold, over the tags (or one of them) that no person has answered; NaN where all are."""
    least = np.full(len(snapshot.ids), np.nan, np.float32)
    for facet in facets(snapshot):
        if not _has_scores(snapshot, facet):
            continue
        prediction, standing = scored(snapshot, facet), tags(snapshot, facet)
        apart = np.where(standing.person, np.nan, np.abs(prediction.scores - prediction.thresholds.values))
        if category_id is not None:
            apart[:, [number != category_id for number in standing.categories]] = np.nan
        known = ~np.isnan(apart).all(axis=1)
        nearest = np.full(len(apart), np.nan, np.float32)
        nearest[known] = np.nanmin(apart[known], axis=1)
        least = np.fmin(least, nearest)
    return least


def report(snapshot: Snapshot, facet: Facet) -> FacetCounts:
    """Counts of an open facet for the Prompts page: for each category yes, no and proposed, and its threshold by the prompts."""
    standing, prediction = tags(snapshot, facet), scored(snapshot, facet, "zero-shot")
    rows: list[TagCounts] = []
    for k, number in enumerate(standing.categories):
        value, person = standing.value[:, k], standing.person[:, k]
        rows.append({
            "category": number, "yes": int(((value == YES) & person).sum()), "no": int(((value == NO) & person).sum()),
            "proposed": int(((value == YES) & ~person).sum()), "threshold": round(float(prediction.thresholds.values[k]), 4),
            "over": int((prediction.scores[:, k] >= prediction.thresholds.values[k]).sum()),
        })  # fmt: skip
    return {
        "facet": facet.id,
        "name": facet.name,
        "fitted_on": prediction.fitted_on,
        "shared": prediction.thresholds.shared,
        "categories": rows,
    }
