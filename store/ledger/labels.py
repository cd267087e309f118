"""Writing labels: who may overwrite whom, stale versions, and resends."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from errors import InputError
from store.database.bulk import among
from store.database.schema import label_event
from store.ledger import append, events
from store.ledger.events import PERSON, RANK, VALUES, Batch, Change, Outcome, Rows, State


def write(
    connection: Connection, batch: Batch, changes: Sequence[Change], *, overwrite: bool = True, begun: bool = False
) -> list[Outcome]:
    """Outcomes of changes that are written as one batch; see `write_state`."""
    return write_state(connection, batch, changes, overwrite=overwrite, begun=begun)[0]


def write_state(
    connection: Connection, batch: Batch, changes: Sequence[Change], *, overwrite: bool = True, begun: bool = False
) -> tuple[list[Outcome], State]:
    """Write changes as one batch, in the caller's transaction.

    Args:
        overwrite: whether labels of equal strength are replaced.
        begun: whether the batch is recorded already, by an earlier part of it.

    Returns:
        outcomes, in the order of the changes, and what stands for each item afterwards, as `events.load` gives it.

    The version that a change saw is the one before the batch, or the one that the batch has brought it to.

    A weaker source never overwrites a stronger one: such a change is `skipped`. With `overwrite=False` a source of equal
    strength is not replaced either. An unchanged machine proposal (same class, same prompts or head) is not written again.

    Raises:
        InputError: an unknown or retired category, an unknown value or source.
    """
    _check(batch, changes)
    chosen = {change.category_id for change in changes if change.value != "clear"}
    facets = events.facets(connection, {change.category_id for change in changes}, chosen=chosen)
    item_ids = sorted({change.item_id for change in changes})
    state, known = events.load(connection, item_ids), events.versions(connection, item_ids)
    versions = dict(known)
    seen = _seen(connection, [change.uuid for change in changes if change.uuid])
    outcomes: list[Outcome] = []
    new: list[Rows] = []
    for change in changes:
        facet_id, exclusive = facets[change.category_id]
        current = versions.get((change.item_id, facet_id), 0)
        if change.uuid in seen:
            outcomes.append(Outcome(change.item_id, "saved", current))
            continue
        rows = state.setdefault(change.item_id, {})
        fresh = (known.get((change.item_id, facet_id), 0), current)
        status = _verdict(change, batch, _standing(rows, change, facet_id, exclusive), fresh, overwrite)
        if status == "saved":
            current += 1
            versions[change.item_id, facet_id] = current
            displaced = events.displace(rows, change, facet_id, exclusive)
            event = events.new_event(change, batch, facet_id, exclusive, current, displaced)
            if change.value != "clear":
                rows[change.category_id] = event
            new.append(event)
        outcomes.append(Outcome(change.item_id, status, current))
    append.commit(connection, batch, new, known, begun=begun)
    return outcomes, state


def _check(batch: Batch, changes: Sequence[Change]) -> None:
    if batch.source not in RANK:
        raise InputError(f"A label's source is one of {', '.join(RANK)}, not {batch.source!r}.")
    unknown = {change.value for change in changes}.difference(VALUES)
    if unknown:
        raise InputError(f"A label's value is one of {', '.join(VALUES)}, not {min(unknown)!r}.")


def _standing(rows: dict[int, Rows], change: Change, facet_id: int, exclusive: bool) -> list[Rows]:
    """The rows that a change has to be stronger than: its own category's, and what holds an exclusive facet."""
    return [
        row
        for row in rows.values()
        if row["category_id"] == change.category_id
        or (exclusive and row["facet_id"] == facet_id and row["value"] in ("yes", "unsure"))
    ]


def _verdict(change: Change, batch: Batch, standing: list[Rows], fresh: tuple[int, int], overwrite: bool) -> str:
    """What becomes of a change. fresh: versions that it may have seen."""
    if change.version is not None and change.version not in fresh:
        return "conflict"
    rank, own = RANK[batch.source], None
    for row in standing:
        other = RANK[row["source"]]
        if other > rank or (not overwrite and other == rank):
            return "skipped"
        if row["category_id"] == change.category_id:
            own = row
    if own is None:
        return "unchanged" if change.value == "clear" else "saved"
    if batch.source in PERSON:
        return "saved"
    same = (own["value"], own["source"]) == (change.value, batch.source)
    origin = (own["prompt_version"], own["head_id"]) == (batch.prompt_version, batch.head_id)
    return "unchanged" if same and origin else "saved"


def _seen(connection: Connection, wanted: Sequence[str]) -> set[str]:
    return set(connection.execute(select(label_event.c.uuid).where(among(label_event.c.uuid, wanted))).scalars())
