"""Deciding: operations from the grid, each acknowledged, and undo."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from errors import InputError
from labeling.review import machine_view, practice, undo_summary
from labeling.review import operations as incoming
from labeling.review.tile import likeliest
from labeling.snapshot.snapshot import Snapshot
from store import workspace as workspaces
from store.database.connection import Connection
from store.items import item_rows
from store.ledger import batch_rows, event_reader, events, labels, operation_answers
from store.ledger import undo as ledger_undo
from store.ledger.events import Batch, Change
from store.workspace import Workspace

SHOWN = 500  # items that an answer describes; a larger bulk is described by its count


def apply(snapshot: Snapshot, operations: Sequence[Any], actor: str) -> dict[str, Any]:
    """Commit label operations; each is acknowledged in their order, a resend gets its first answer again.

    Neighbouring operations that carry the same `batch` are written as one batch, so that one undo takes them back. One that
    cannot be read, or whose items are gone, is refused by itself; of one that speaks of several items the others are written.

    Raises:
        InputError: none of them can be read.
    """
    wishes, faults = incoming.read(operations)
    if len(faults) == len(operations):
        raise InputError(f"The operations cannot be read: {faults.get(0, 'there are none')}")
    lots = [list(lot) for _, lot in itertools.groupby((w for w in wishes if w), key=itemgetter("lot"))]
    answers = iter([answer for lot in lots for answer in _apply_lot(snapshot, lot, actor)])
    unread = {place: _refusal(incoming.name_of(operations[place]), why) for place, why in faults.items()}
    return {"acks": [unread[place] if wish is None else next(answers) for place, wish in enumerate(wishes)]}


def _refusal(number: str | None, why: str) -> dict[str, Any]:
    return {"id": number, "status": "refused", "batch": None, "items": [], "message": why}


def _apply_lot(snapshot: Snapshot, lot: list[dict[str, Any]], actor: str) -> list[dict[str, Any]]:
    """Answers of the operations of one batch, written in one transaction."""
    with snapshot.workspace.engine.begin() as connection:
        known = operation_answers.kept(connection, [wish["id"] for wish in lot])
        fresh = list({wish["id"]: wish for wish in lot if wish["id"] not in known}.values())
        fresh, lost = _without_gone(connection, fresh)
        if fresh:
            actor_id = workspaces.actor_id(connection, actor)
            try:
                answers = (_practise if fresh[0]["practice"] else _write)(snapshot, connection, fresh, actor_id)
            except InputError as error:
                refused = {wish["id"]: _refusal(wish["id"], str(error)) for wish in fresh} | lost | known
                return [refused[wish["id"]] for wish in lot]
            operation_answers.keep(connection, answers)
            known |= answers
        known |= lost
    return [known[wish["id"]] for wish in lot]


def _without_gone(
    connection: Connection, wishes: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """The wishes without the items that are not in the workspace (any more); refusals, by id, where nothing is left of one."""
    asked = sorted({number for wish in wishes for number, _ in wish["items"]})
    here = item_rows.there(connection, asked)
    left, lost = [], {}
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


def _write(
    snapshot: Snapshot, connection: Connection, wishes: list[dict[str, Any]], actor_id: int
) -> dict[str, dict[str, Any]]:
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
    outcomes = iter(labels.write(connection, batch, changes, overwrite=not wishes[0]["bulk"]))
    actors = workspaces.actors(connection)
    open_ones = {n: f for n, (f, exclusive) in events.facets(connection, set()).items() if not exclusive}
    parts = {wish["id"]: (wish, list(itertools.islice(outcomes, len(wish["items"])))) for wish in wishes}
    shown = {outcome.item_id for _, part in parts.values() for outcome in part[:SHOWN]}
    after = events.load(connection, sorted(shown))
    written = any(outcome.status in ("saved", "unchanged") for _, part in parts.values() for outcome in part)
    return {
        number: _answer(
            snapshot, wish, part, after, actors, batch.id if written else None, open_ones.get(wish["category"])
        )
        for number, (wish, part) in parts.items()
    }


def _practise(
    _snapshot: Snapshot, connection: Connection, wishes: list[dict[str, Any]], actor_id: int
) -> dict[str, dict[str, Any]]:
    """Score answers to practice images; the acknowledgements carry the verdicts, and no label is written."""
    found = {}
    for wish in wishes:
        ids = [number for number, _ in wish["items"]]
        rows = practice.answer(connection, ids, wish["category"], wish["refused"], actor_id)
        told = {"batch": None, "items": rows, "saved": 0, "skipped": 0, "message": ""}
        found[wish["id"]] = {"id": wish["id"], "status": "saved", **told, **_told_gone(wish)}
    return found


def _told_gone(wish: dict[str, Any]) -> dict[str, Any]:
    """What an acknowledgement says of items that are gone; nothing where none is."""
    if not wish["gone"]:
        return {}
    what = "1 image is" if len(wish["gone"]) == 1 else f"{len(wish['gone']):,} images are"
    return {"gone": wish["gone"][:SHOWN], "message": f"{what} no longer in the workspace; the others are saved."}


def _answer(
    snapshot: Snapshot,
    wish: dict[str, Any],
    outcomes: list[events.Outcome],
    after: events.State,
    actors: dict[int, str],
    batch: str | None,
    open_facet: int | None = None,
) -> dict[str, Any]:
    """The acknowledgement of one operation; one in an open facet speaks of that facet's version and tags alone."""
    rows = [_item_answer(outcome, after.get(outcome.item_id, {}), actors) for outcome in outcomes[:SHOWN]]
    if open_facet is not None:
        rows = [{key: row[key] for key in ("id", "status", "version", "tags")} | {"facet": open_facet} for row in rows]
    elif wish["value"] == "no":
        rows = [row | _next_likely(snapshot, row["id"], after.get(row["id"], {})) for row in rows]
    statuses = {outcome.status for outcome in outcomes}
    saved = sum(outcome.status in ("saved", "unchanged") for outcome in outcomes)
    skipped = sum(outcome.status == "skipped" for outcome in outcomes)
    return {
        "id": wish["id"],
        "status": "conflict" if "conflict" in statuses else "saved",
        "batch": batch if saved else None,
        "items": rows,
        "saved": saved,
        "skipped": skipped,
        "message": f"{skipped} made by people were left as they are." if skipped else "",
        **_told_gone(wish),
    }


def _next_likely(snapshot: Snapshot, item_id: int, standing: dict[int, dict[str, Any]]) -> dict[str, int | None]:
    """The most likely class that nobody has said no to, and its runner-up; None where all are ruled out."""
    linear, probabilities = snapshot.classifiers.probabilities()
    place = int(snapshot.ids.searchsorted(item_id))
    if place >= len(snapshot.ids) or snapshot.ids[place] != item_id:
        return {"proposed": None, "next": None}
    refused = {int(row["category_id"]) for row in standing.values() if row["value"] == "no"}
    first, second, *_ = [*likeliest(linear, probabilities[place], refused, 2), None, None]
    return {"proposed": first, "next": second}


def _category(snapshot: Snapshot, wish: dict[str, Any], rows: dict[int, dict[str, Any]], item_id: int) -> int:
    """The class that an operation speaks of; unsure and reject may leave it to what stands or to the machine's guess."""
    if wish["category"] is not None:
        return int(wish["category"])
    for row in rows.values():
        if row["exclusive"] and row["value"] in ("yes", "unsure"):
            return int(row["category_id"])
    seen = machine_view.view(snapshot)
    place = seen.board.rows([item_id])
    if not len(place):
        raise InputError("Choose a class for this item: nothing is proposed for it.")
    return int(seen.best[int(place[0])])


def _item_answer(outcome: events.Outcome, rows: dict[int, dict[str, Any]], actors: dict[int, str]) -> dict[str, Any]:
    row = next((row for row in rows.values() if row["exclusive"] and row["value"] in ("yes", "unsure")), None)
    person = row is not None and row["source"] in events.PERSON
    state = "none" if row is None else "unsure" if row["value"] == "unsure" else "person" if person else "machine"
    return {
        "id": outcome.item_id,
        "status": "saved" if outcome.status == "unchanged" else outcome.status,
        "version": outcome.version,
        "category": None if row is None else row["category_id"],
        "source": None if row is None else row["source"],
        "actor": None if row is None else actors.get(row["actor_id"]),
        "state": state,
        "tags": [
            {"id": number, "value": tag["value"], "person": tag["source"] not in ("zero_shot", "head")}
            for number, tag in rows.items()
            if not tag["exclusive"] and tag["value"] in ("yes", "no")
        ],
    }


def undo(snapshot: Snapshot, actor: str, batch: str | None = None) -> dict[str, Any]:
    """Take a batch back, or the person's newest.

    Raises:
        InputError: there is nothing to undo.
    """
    done = undo_batch(snapshot.workspace, actor, batch)
    with snapshot.workspace.read() as connection:
        ids = batch_rows.touched_items(connection, done.batch_id, limit=SHOWN)
        state, versions = events.load(connection, ids), events.versions(connection, ids)
        actors = workspaces.actors(connection)
        said = undo_summary.reverted_by(connection, done.batch_id)
    facet_id = snapshot.categories.facet_id()
    by_item: dict[int, dict[str, int]] = {}
    for (number, facet), version in versions.items():
        by_item.setdefault(number, {})[str(facet)] = version
    rows = [
        _item_answer(events.Outcome(n, "saved", versions.get((n, facet_id), 0)), state.get(n, {}), actors)
        | {"versions": by_item.get(n, {})}
        for n in ids
    ]
    return {"reverted": done.reverted, "kept": done.kept, "batch": done.batch_id, "items": rows, "undone": said}


def undo_batch(workspace: Workspace, actor: str, batch: str | None) -> events.Undone:
    """Take a batch back, or the person's newest, in one transaction."""
    with workspace.engine.begin() as connection:
        actor_id = workspaces.actor_id(connection, actor)
        chosen = batch or event_reader.newest_batch(connection, actor_id)
        if chosen is None:
            raise InputError("You have nothing to undo in this workspace.")
        return ledger_undo.undo(connection, chosen, actor_id)
