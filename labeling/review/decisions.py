"""Deciding: operations from the grid, each acknowledged, and undo."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from operator import itemgetter

from typing_extensions import TypedDict

from errors import InputError
from labeling.review import machine_view, practice, undo_summary
from labeling.review.operations import (
    AckItem,
    Acknowledgement,
    Acknowledgements,
    Likely,
    RejectedItem,
    RevertedItem,
    Wish,
    item_answer,
    name_of,
    read,
)
from labeling.review.tile import likeliest
from labeling.snapshot.snapshot import Snapshot
from store.database.connection import Connection
from store.items import item_rows
from store.ledger import batch_rows, event_reader, events, labels, operation_answers
from store.ledger.events import Batch, Change
from store.ledger.undo import reverse_batch
from store.project import taxonomy
from store.team import actors
from store.workspace import Workspace

SHOWN = 500  # items that an answer describes; a larger bulk is described by its count


class Undone(TypedDict):
    """An undo: the labels taken back, those that somebody changed since and that stay, its own batch and the one undone."""

    reverted: int
    kept: int
    batch: str
    items: list[RevertedItem]
    undone: undo_summary.BatchSummary


def apply(snapshot: Snapshot, operations: Sequence[object], actor: str) -> Acknowledgements:
    """Commit label operations; each is acknowledged in their order, a resend gets its first answer again.

    Neighbouring operations that carry the same `batch` are written as one batch, so that one undo takes them back. One that
    cannot be read, or whose items are gone, is refused by itself; of one that speaks of several items the others are written.

    Raises:
        InputError: none of them can be read.
    """
    wishes, faults = read(operations)
    if len(faults) == len(operations):
        raise InputError(f"The operations cannot be read: {faults.get(0, 'there are none')}")
    lots = itertools.groupby(filter(None, wishes), key=itemgetter("lot"))
    answers = iter([answer for _, lot in lots for answer in _apply_lot(snapshot, list(lot), actor)])
    unread = {place: _refusal(name_of(operations[place]), why) for place, why in faults.items()}
    return {"acks": [unread[place] if wish is None else next(answers) for place, wish in enumerate(wishes)]}


def _refusal(number: str | None, why: str) -> Acknowledgement:
    return {"id": number, "status": "refused", "batch": None, "items": [], "message": why}


def _apply_lot(snapshot: Snapshot, lot: list[Wish], actor: str) -> list[Acknowledgement]:
    """Answers of the operations of one batch, written in one transaction."""
    with snapshot.workspace.engine.begin() as connection:
        known: dict[str, Acknowledgement] = operation_answers.kept(connection, [wish["id"] for wish in lot])
        fresh = list({wish["id"]: wish for wish in lot if wish["id"] not in known}.values())
        fresh, lost = _without_gone(connection, fresh)
        if fresh:
            actor_id = actors.id_of(connection, actor)
            try:
                answers = (_practise if fresh[0]["practice"] else _write)(snapshot, connection, fresh, actor_id)
            except InputError as error:
                refused = {wish["id"]: _refusal(wish["id"], str(error)) for wish in fresh} | lost | known
                return [refused[wish["id"]] for wish in lot]
            operation_answers.keep(connection, answers)
            known |= answers
        known |= lost
    return [known[wish["id"]] for wish in lot]


def _without_gone(connection: Connection, wishes: list[Wish]) -> tuple[list[Wish], dict[str, Acknowledgement]]:
    """The wishes without the items that are not in the workspace (any more); refusals, by id, where nothing is left of one."""
    asked = sorted({number for wish in wishes for number, _ in wish["items"]})
    here = item_rows.there(connection, asked)
    left: list[Wish] = []
    lost: dict[str, Acknowledgement] = {}
    for wish in wishes:
        gone = [number for number, _ in wish["items"] if number not in here]
        if len(gone) < len(wish["items"]):
            left.append({**wish, "items": [pair for pair in wish["items"] if pair[0] in here], "gone": gone})
        else:
            what = "This image is" if len(gone) == 1 else f"These {len(gone):,} images are"
            lost[wish["id"]] = _refusal(
                wish["id"], f"{what} no longer in the workspace, so nothing was saved. Reload the page."
            )
    return left, lost


def _write(snapshot: Snapshot, connection: Connection, wishes: list[Wish], actor_id: int) -> dict[str, Acknowledgement]:
    """Write operations as one batch; their answers by id."""
    unnamed = sorted({number for wish in wishes if wish["category"] is None for number, _ in wish["items"]})
    standing = events.load(connection, unnamed) if unnamed else {}
    changes = [
        Change(
            number,
            _category(snapshot, wish, standing.get(number, {}), number),
            wish["value"],
            version=version,
            reason=wish["reason"],
        )
        for wish in wishes
        for number, version in wish["items"]
    ]
    came = wishes[0]["order"]
    batch = Batch(actor_id, wishes[0]["source"], note=wishes[0]["note"], detail={"order": came} if came else {})
    written_changes, after = labels.write_state(connection, batch, changes, overwrite=not wishes[0]["bulk"])
    outcomes = iter(written_changes)
    actor_names = actors.names(connection)
    facets = events.facets(connection, set())
    parts = {wish["id"]: (wish, list(itertools.islice(outcomes, len(wish["items"])))) for wish in wishes}
    written = any(outcome.status in ("saved", "unchanged") for _, part in parts.values() for outcome in part)
    return {
        number: _answer(snapshot, wish, part, after, actor_names, batch.id if written else None, _facet(wish, facets))
        for number, (wish, part) in parts.items()
    }


def _facet(wish: Wish, facets: dict[int, tuple[int, bool]]) -> tuple[int, bool] | None:
    """The facet that an operation speaks of, and whether it is exclusive; None where it names no category."""
    return None if wish["category"] is None else facets.get(wish["category"])


def _practise(
    _snapshot: Snapshot, connection: Connection, wishes: list[Wish], actor_id: int
) -> dict[str, Acknowledgement]:
    """Score answers to practice images; the acknowledgements carry the verdicts, and no label is written."""
    answers: dict[str, Acknowledgement] = {}
    for wish in wishes:
        ids = [number for number, _ in wish["items"]]
        rows = practice.answer(connection, ids, wish["category"], wish["refused"], actor_id)
        answers[wish["id"]] = _with_gone(
            wish,
            {
                "id": wish["id"],
                "status": "saved",
                "batch": None,
                "items": [*rows],
                "saved": 0,
                "skipped": 0,
                "message": "",
            },
        )
    return answers


def _with_gone(wish: Wish, answer: Acknowledgement) -> Acknowledgement:
    """An acknowledgement that speaks of the items that are gone, where there are any."""
    if not wish["gone"]:
        return answer
    what = "1 image is" if len(wish["gone"]) == 1 else f"{len(wish['gone']):,} images are"
    message = f"{what} no longer in the workspace; the others are saved."
    return {**answer, "gone": wish["gone"][:SHOWN], "message": message}


def _answer(
    snapshot: Snapshot,
    wish: Wish,
    outcomes: list[events.Outcome],
    after: events.State,
    actors: dict[int, str],
    batch: str | None,
    facet: tuple[int, bool] | None = None,
) -> Acknowledgement:
    """The acknowledgement of one operation; one in an open facet speaks of that facet's version and tags alone."""
    number, exclusive = facet or (None, True)
    asked = {number} if exclusive and number is not None else None
    states = [item_answer(outcome, after.get(outcome.item_id, {}), actors, asked) for outcome in outcomes[:SHOWN]]
    rows: list[AckItem] = [*states]
    if number is not None and not exclusive:
        rows = [
            {"id": s["id"], "status": s["status"], "version": s["version"], "tags": s["tags"], "facet": number}
            for s in states
        ]
    elif wish["value"] == "no":
        rejected: list[RejectedItem] = [
            {**s, **_next_likely(snapshot, s["id"], after.get(s["id"], {}))} for s in states
        ]
        rows = [*rejected]
    statuses = {outcome.status for outcome in outcomes}
    saved = sum(outcome.status in ("saved", "unchanged") for outcome in outcomes)
    skipped = sum(outcome.status == "skipped" for outcome in outcomes)
    answer: Acknowledgement = {
        "id": wish["id"],
        "status": "conflict" if "conflict" in statuses else "saved",
        "batch": batch if saved else None,
        "items": rows,
        "saved": saved,
        "skipped": skipped,
        "message": f"Kept {skipped} label{'' if skipped == 1 else 's'} made by people." if skipped else "",
    }
    return _with_gone(wish, answer)


def _next_likely(snapshot: Snapshot, item_id: int, standing: dict[int, events.Rows]) -> Likely:
    """The most likely class that nobody has said no to, and its runner-up; None where all are ruled out."""
    linear, probabilities = snapshot.classifiers.probabilities()
    place = int(snapshot.ids.searchsorted(item_id))
    if place >= len(snapshot.ids) or snapshot.ids[place] != item_id:
        return {"proposed": None, "next": None}
    refused = {int(row["category_id"]) for row in standing.values() if row["value"] == "no"}
    first, second, *_ = [*likeliest(linear, probabilities[place], refused, 2), None, None]
    return {"proposed": first, "next": second}


def _category(snapshot: Snapshot, wish: Wish, rows: dict[int, events.Rows], item_id: int) -> int:
    """The class that an operation speaks of; unsure, none and reject may leave it to what stands or to the machine's guess."""
    if wish["category"] is not None:
        return wish["category"]
    for row in rows.values():
        if row["exclusive"] and row["value"] in ("yes", "unsure"):
            return int(row["category_id"])
    seen = machine_view.view(snapshot)
    place = seen.board.rows([item_id])
    if not len(place):
        raise InputError("Choose a class for this item: nothing is proposed for it.")
    return int(seen.best[int(place[0])])


def undo(snapshot: Snapshot, actor: str, batch: str | None = None, *, own: bool = False) -> Undone:
    """Take a batch back, or the person's newest.

    Raises:
        InputError: there is nothing to undo. RoleError: with `own`, the batch is somebody else's.
    """
    done = undo_batch(snapshot.workspace, actor, batch, own=own)
    with snapshot.workspace.read() as connection:
        ids = batch_rows.touched_items(connection, done.batch_id, limit=SHOWN)
        touched = batch_rows.touched_classes(connection, done.batch_id)
        state, versions = events.load(connection, ids), events.versions(connection, ids)
        actor_names = actors.names(connection)
        undone = undo_summary.reverted_by(connection, done.batch_id)
        facet_id = taxonomy.main_facet(connection) or 0  # a workspace of whole videos alone has none
    spoken_of = touched or (set() if undone["of_videos"] else {facet_id})  # a tag of an image stands beside its class
    by_item: dict[int, dict[str, int]] = {}
    for (number, facet), version in versions.items():
        by_item.setdefault(number, {})[str(facet)] = version
    rows: list[RevertedItem] = [
        {
            **item_answer(
                events.Outcome(n, "saved", versions.get((n, facet_id), 0)),
                state.get(n, {}),
                actor_names,
                spoken_of,
            ),
            "versions": by_item.get(n, {}),
        }
        for n in ids
    ]
    return {"reverted": done.reverted, "kept": done.kept, "batch": done.batch_id, "items": rows, "undone": undone}


def undo_batch(workspace: Workspace, actor: str, batch: str | None, *, own: bool = False) -> events.Undone:
    """Take a batch back, or the person's newest, in one transaction."""
    with workspace.engine.begin() as connection:
        actor_id = actors.id_of(connection, actor)
        if (chosen := batch or event_reader.newest_batch(connection, actor_id)) is None:
            raise InputError("You have nothing to undo in this workspace.")
        if own:
            batch_rows.must_be_own(connection, chosen, actor_id)
        return reverse_batch(connection, chosen, actor_id)
