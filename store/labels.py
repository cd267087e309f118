"""Writing labels: who may overwrite whom, stale versions, and resends."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from errors import InputError
from store import ledger
from store.ledger import CHUNK, PERSON, RANK, VALUES, Batch, Change, Outcome, Rows
from store.schema import label_event


def write(connection: Connection, batch: Batch, changes: Sequence[Change], *, overwrite: bool = True) -> list[Outcome]:
    """Write changes as one batch, in the caller's transaction; outcomes come in the order of the changes.

    A weaker source never overwrites a stronger one: such a change is `skipped`. With `overwrite=False` a source of equal
    strength is not replaced either. An unchanged machine proposal (same class, same prompts or head) is not written again.

    Raises:
        InputError: an unknown or retired category, an unknown value or source.
    """
    if batch.source not in RANK:
        raise InputError(f"A label's source is one of {', '.join(RANK)}, not {batch.source!r}.")
    chosen = {change.category_id for change in changes if change.value != "clear"}
    facets = ledger.facets(connection, {change.category_id for change in changes}, chosen=chosen)
    item_ids = sorted({change.item_id for change in changes})
    state, known = ledger.load(connection, item_ids), ledger.versions(connection, item_ids)
    versions = dict(known)
    seen = _seen(connection, [change.uuid for change in changes if change.uuid])
    outcomes: list[Outcome] = []
    events: list[Rows] = []
    for change in changes:
        facet_id, exclusive = facets[change.category_id]
        current = versions.get((change.item_id, facet_id), 0)
        if change.uuid in seen:
            outcomes.append(Outcome(change.item_id, "saved", current))
            continue
        rows = state.setdefault(change.item_id, {})
        status = _verdict(change, batch, _standing(rows, change, facet_id, exclusive), current, overwrite)
        if status == "saved":
            current += 1
            versions[change.item_id, facet_id] = current
            displaced = ledger.displace(rows, change, facet_id, exclusive)
            event = ledger.new_event(change, batch, facet_id, exclusive, current, displaced)
            if change.value != "clear":
                rows[change.category_id] = event
            events.append(event)
        outcomes.append(Outcome(change.item_id, status, current))
    ledger.commit(connection, batch, events, known)
    return outcomes


def _standing(rows: dict[int, Rows], change: Change, facet_id: int, exclusive: bool) -> list[Rows]:
    """The rows that a change has to be stronger than: its own category's, and what holds an exclusive facet."""
    return [
        row
        for row in rows.values()
        if row["category_id"] == change.category_id
        or (exclusive and row["facet_id"] == facet_id and row["value"] in ("yes", "unsure"))
    ]


def _verdict(change: Change, batch: Batch, standing: list[Rows], current: int, overwrite: bool) -> str:
    if change.value not in VALUES:
        raise InputError(f"A label's value is one of {', '.join(VALUES)}, not {change.value!r}.")
    if change.version is not None and change.version != current:
        return "conflict"
    rank = RANK[batch.source]
    if any(RANK[row["source"]] > rank or (not overwrite and RANK[row["source"]] == rank) for row in standing):
        return "skipped"
    own = next((row for row in standing if row["category_id"] == change.category_id), None)
    if own is None:
        return "unchanged" if change.value == "clear" else "saved"
    same = (own["value"], own["source"]) == (change.value, batch.source)
    origin = (own["prompt_version"], own["head_id"]) == (batch.prompt_version, batch.head_id)
    return "unchanged" if same and origin and batch.source not in PERSON else "saved"


def _seen(connection: Connection, wanted: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        query = select(label_event.c.uuid).where(label_event.c.uuid.in_(wanted[start : start + CHUNK]))
        found.update(connection.execute(query).scalars())
    return found
