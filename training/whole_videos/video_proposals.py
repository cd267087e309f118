"""A round of proposals for whole videos that nobody has labelled, by the promoted head or by the texts of the classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from typing_extensions import TypedDict

from labeling.exchange import video_labels
from labeling.snapshot.snapshot import Snapshot
from store.ledger import label_rows, labels
from store.ledger.events import PERSON, Batch, Change
from store.project import prompts
from store.team import actors, leases, people
from training.videos.video_set import Bools, Floats
from training.whole_videos import video_answers, video_material, video_scores
from training.whole_videos.video_answers import VideoAnswers

SOURCES = (*PERSON, "import")


class VideosProposed(TypedDict):
    """A round.

    Attributes:
        labelled: labels proposed. skipped_human: videos that people or an import have labelled, which stay as they are.
        per_class: labels by path of the class. batch: id, None where nothing changed.
    """

    labelled: int
    skipped_human: int
    per_class: dict[str, int]
    batch: str | None


def propose(
    snapshot: Snapshot, facet: str | None = None, *, using: str = "auto", actor: str = people.MACHINE
) -> VideosProposed:
    """Propose labels; what the machine said before of these videos is taken back where it says so no more.

    What lies in somebody's batch does not change under their eyes.

    Args:
        using: `head`, `zero-shot`, or `auto`: the promoted head where there is one.

    Raises:
        InputError: there is no such facet, or nothing to score with.
    """
    workspace = snapshot.workspace
    with workspace.read() as connection:
        of, held = video_labels.facet_of(connection, facet), leases.taken(connection)
    answers = video_answers.read(workspace, of)
    rows = [row for row in np.flatnonzero(~answers.labelled).tolist() if answers.rows[row].id not in held]
    wanted = video_material.fingerprints(workspace)
    head = video_scores.choose(snapshot, answers, using)
    chosen = [answers.rows[k] for k in rows]
    if not chosen:
        return {"labelled": 0, "skipped_human": int(answers.labelled.sum()), "per_class": {}, "batch": None}
    scored = video_scores.score(
        snapshot, answers, lambda titles: video_material.load(workspace, chosen, wanted, titles), head
    )
    yes = classes_over(answers, scored.probabilities, scored.thresholds)
    places = {(chosen[k].id, answers.classes[c].id): float(scored.probabilities[k, c]) for k, c in np.argwhere(yes)}
    with workspace.engine.begin() as connection:
        standing = label_rows.states(connection, of.id, [row.id for row in chosen])
        person = {state.item_id for state in standing if state.source in SOURCES}
        gone = [
            Change(state.item_id, state.category_id, "clear")
            for state in standing
            if state.source not in SOURCES and (state.item_id, state.category_id) not in places
        ]
        batch = Batch(
            actors.id_of(connection, actor), "zero_shot" if head is None else "head", "propose", note=f"videos, {of.name}",
            head_id=None if head is None else head.row.id,
            prompt_version=prompts.newest(connection) or None if head is None else None,
        )  # fmt: skip
        given = [Change(*key, confidence=value) for key, value in places.items() if key[0] not in person]
        outcomes = labels.write(connection, batch, [*gone, *given])
    saved = any(outcome.status == "saved" for outcome in outcomes)
    return {
        "labelled": len(given),
        "skipped_human": int(answers.labelled.sum()),
        "per_class": _per_class(answers, given),
        "batch": batch.id if saved else None,
    }


def classes_over(answers: VideoAnswers, probabilities: Floats, thresholds: Floats) -> Bools:
    """bool [n, k]: classes at or above their threshold; in an exclusive facet one at most, as deep down the tree as one is certain."""
    over = np.asarray(probabilities >= thresholds)
    if not answers.facet.exclusive:
        return over
    above = answers.parents
    out = np.zeros(over.shape, np.bool_)
    for row in range(len(over)):
        at: int | None = None
        while True:
            below = [k for k, parent in enumerate(above) if parent == at and over[row, k]]
            if not below:
                break
            at = max(below, key=lambda k: float(probabilities[row, k]))
        if at is not None:
            out[row, at] = True
    return out


def _per_class(answers: VideoAnswers, given: Sequence[Change]) -> dict[str, int]:
    counts = {one.path: sum(change.category_id == one.id for change in given) for one in answers.classes}
    return {path: count for path, count in counts.items() if count}
