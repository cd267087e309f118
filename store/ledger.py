"""What the ledger is made of: changes, batches, and the one place that commits events with the state that follows from them.

An event says yes, no, unsure or clear of one category for one item. The state of (item, facet) is the fold of its events:

- `yes` in an exclusive facet takes the place of any other yes or unsure of that facet; in an open facet only of its own.
- `no` takes the place of what stood for its own category. `unsure` takes the place of a yes too. `clear` removes.

Each event keeps the events whose rows it displaced, so taking it back is exact without replaying the past.
"""

from __future__ import annotations

import secrets
import time
import uuid as uuids
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, insert, select, text, update

from errors import InputError
from store import schema
from store.schema import label_event, label_state, label_version

RANK = {"human": 4, "neighbour": 3, "import": 2, "head": 1, "zero_shot": 1}
PERSON = ("human", "neighbour")
VALUES = ("yes", "no", "unsure", "clear")
CHUNK = 900  # ids in one IN (...): SQLite's oldest limit on parameters is 999

# Statements of every decision, built once: building one costs about as much as running it.
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_STANDING = (
    "item_id",
    "category_id",
    "facet_id",
    "exclusive",
    "value",
    "source",
    "actor_id",
    "prompt_version",
    "head_id",
    "event_id",
)
_STATE = select(*(label_state.c[name] for name in _STANDING)).where(label_state.c.item_id.in_(_IDS)).with_for_update()
_VERSIONS = select(label_version).where(label_version.c.item_id.in_(_IDS)).with_for_update()
_STAND = insert(label_state).from_select(
    [column.name for column in label_state.c],
    select(
        *(schema.facet.c.exclusive if column.name == "exclusive" else label_event.c.id if column.name == "event_id"
          else label_event.c[column.name] for column in label_state.c)
    )
    .join(schema.facet, schema.facet.c.id == label_event.c.facet_id)
    .where(label_event.c.id.in_(_IDS)),
)  # fmt: skip
_EVENT = tuple(column.name for column in label_event.c)
_NEWEST = select(func.coalesce(func.max(label_event.c.id), 0))
_FORGET = delete(label_state).where(label_state.c.category_id == bindparam("of"), label_state.c.item_id.in_(_IDS))
_GROW = (
    update(label_version)
    .where(label_version.c.facet_id == bindparam("of"), label_version.c.item_id.in_(_IDS))
    .values(version=label_version.c.version + bindparam("step"))
)
_CATEGORIES = select(
    schema.category.c.id, schema.category.c.name, schema.category.c.retired_at, schema.category.c.merged_into,
    schema.facet.c.id.label("facet_id"), schema.facet.c.exclusive,
).join(schema.facet, schema.facet.c.id == schema.category.c.facet_id)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One wish: this value of this category for this item.

    Attributes:
        version: the version of (item, facet) that the writer saw, or None to write whatever stands there.
        uuid: made by the client; the same one twice is one event.
    """

    item_id: int
    category_id: int
    value: str = "yes"
    confidence: float | None = None
    version: int | None = None
    reason: str | None = None
    uuid: str | None = None


@dataclass(frozen=True)
class Batch:
    """Who writes and from what; one batch is undone as one.

    Attributes:
        source: `zero_shot`, `head`, `import`, `neighbour` or `human`.
        kind: what the history calls it: `label`, `propose`, `import`, `undo`, `taxonomy`.
    """

    actor_id: int
    source: str
    kind: str = "label"
    note: str = ""
    prompt_version: int | None = None
    head_id: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: str(uuids.uuid4()))


@dataclass(frozen=True)
class Outcome:
    """What became of a change: `saved`, `unchanged`, `conflict` (stale version) or `skipped` (a stronger source stands)."""

    item_id: int
    status: str
    version: int


@dataclass(frozen=True)
class Undone:
    """How an undo went. `kept` items were changed later by somebody and stay as they are; `categories` came back as they were."""

    batch_id: str
    reverted: int
    kept: int
    categories: int = 0


Rows = dict[str, Any]  # a row of label_state or an event, by column
State = dict[int, dict[int, Rows]]  # item -> category -> row of label_state
Versions = dict[tuple[int, int], int]  # (item, facet) -> version


def load(connection: Connection, item_ids: Sequence[int]) -> State:
    """The current rows of some items (their event says when and why), locked for the rest of the transaction where the database can."""
    state: State = {}
    for chunk in chunks(item_ids):
        for row in connection.execute(_STATE, {"ids": chunk}):
            state.setdefault(row[0], {})[row[1]] = dict(zip(_STANDING, row, strict=True))
    return state


def chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    """Cut a list of ids into pieces that fit one statement."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def displace(rows: dict[int, Rows], change: Change, facet_id: int, exclusive: bool) -> list[Rows]:
    """Take out of an item's rows what a change replaces, and return it."""
    takes_all = exclusive and change.value in ("yes", "unsure")
    gone = [
        row
        for category_id, row in rows.items()
        if category_id == change.category_id
        or (takes_all and row["facet_id"] == facet_id and row["value"] in ("yes", "unsure"))
    ]
    for row in gone:
        del rows[row["category_id"]]
    return gone


def ordered_uuid() -> str:
    """A UUID of version 7 (RFC 9562): ordered by the time, so that the events of a bulk lie on few pages of their index."""
    chance = secrets.randbits(74)
    number = (time.time_ns() // 1_000_000) << 80 | 7 << 76 | (chance >> 62) << 64 | 2 << 62 | chance & (1 << 62) - 1
    return str(uuids.UUID(int=number))


def new_event(
    change: Change, batch: Batch, facet_id: int, exclusive: bool, version: int, displaced: list[Rows]
) -> Rows:
    """An event before it has its id. `displaced` holds rows until `commit` turns them into the ids of their events."""
    return {
        "uuid": change.uuid or ordered_uuid(),
        "batch_id": batch.id,
        "item_id": change.item_id,
        "facet_id": facet_id,
        "category_id": change.category_id,
        "value": change.value,
        "source": batch.source,
        "actor_id": batch.actor_id,
        "at": schema.now(),
        "confidence": change.confidence,
        "prompt_version": batch.prompt_version,
        "head_id": batch.head_id,
        "reason": change.reason,
        "version": version,
        "displaced": displaced,
        "restores": None,
        "reverts": None,
        "exclusive": exclusive,
        "restored": None,  # an undo: the row that comes back
        "vacated": None,  # an undo: the category whose row goes away
    }


def commit(connection: Connection, batch: Batch, events: list[Rows], known: Versions) -> None:
    """Insert a batch and its events, and set the state and versions that follow. `known` are the versions before."""
    if events:
        record(connection, batch)
        append(connection, events, known)


def record(connection: Connection, batch: Batch) -> None:
    """Insert a batch; its events may follow."""
    connection.execute(
        insert(schema.batch).values(
            id=batch.id,
            kind=batch.kind,
            source=batch.source,
            actor_id=batch.actor_id,
            note=batch.note,
            detail=batch.detail,
            reverts=batch.detail.get("reverts"),
            at=schema.now(),
        )
    )


def append(connection: Connection, events: list[Rows], known: Versions) -> None:
    """Insert events of a recorded batch, and set the state and versions that follow."""
    if not events:
        return
    for event, number in zip(events, _reserve_ids(connection, len(events)), strict=True):
        event["id"] = number
        event["event_id"] = number
    # Columns that no event fills are left out: binding a value costs as much as storing it.
    columns = [name for name in _EVENT if any(event[name] is not None for event in events)]
    values = [{name: event[name] for name in columns} for event in events]
    for value in values:
        value["displaced"] = [row["event_id"] for row in value["displaced"]]
    connection.execute(insert(label_event), values)
    _write_state(connection, events)
    _write_versions(connection, events, known)


def _reserve_ids(connection: Connection, count: int) -> Iterable[int]:
    """Ids for the next events. SQLite's write lock is held, so the next numbers are ours; PostgreSQL has a sequence."""
    if connection.dialect.name == "postgresql":
        query = text("SELECT nextval(pg_get_serial_sequence('label_event', 'id')) FROM generate_series(1, :n)")
        return [int(number) for number in connection.execute(query, {"n": count}).scalars()]
    newest = connection.execute(_NEWEST).scalar_one()
    return range(newest + 1, newest + 1 + count)


def _write_state(connection: Connection, events: list[Rows]) -> None:
    """Each row that stands is its event's own, copied inside the database."""
    final: dict[tuple[int, int], int | None] = {}  # (item, category) -> the event whose row stands there now
    for event in events:
        for row in event["displaced"]:
            final[row["item_id"], row["category_id"]] = None
        if event["vacated"] is not None:
            final[event["item_id"], event["vacated"]] = None
        row = event["restored"] if event["reverts"] is not None else event
        if row is not None and row["value"] != "clear":
            final[row["item_id"], row["category_id"]] = row["event_id"]
    gone: dict[int, list[int]] = {}
    for item_id, category_id in final:
        gone.setdefault(category_id, []).append(item_id)
    for category_id, item_ids in gone.items():
        for chunk in chunks(item_ids):
            connection.execute(_FORGET, {"of": category_id, "ids": chunk})
    for chunk in chunks([number for number in final.values() if number is not None]):
        connection.execute(_STAND, {"ids": chunk})


def _write_versions(connection: Connection, events: list[Rows], known: Versions) -> None:
    newest = {(event["item_id"], event["facet_id"]): event["version"] for event in events}
    new = [{"item_id": i, "facet_id": f, "version": v} for (i, f), v in newest.items() if (i, f) not in known]
    if new:
        connection.execute(insert(label_version), new)
    grown: dict[tuple[int, int], list[int]] = {}  # (facet, by how much) -> items: nearly always one group
    for (item_id, facet_id), version in newest.items():
        if (item_id, facet_id) in known:
            grown.setdefault((facet_id, version - known[item_id, facet_id]), []).append(item_id)
    for (facet_id, step), item_ids in grown.items():
        for chunk in chunks(item_ids):
            connection.execute(_GROW, {"of": facet_id, "ids": chunk, "step": step})


def versions(connection: Connection, item_ids: Sequence[int]) -> Versions:
    """Current versions of some items by (item, facet); 0 where none is stored. Locked where the database can."""
    found: Versions = {}
    for chunk in chunks(item_ids):
        rows = connection.execute(_VERSIONS, {"ids": chunk})
        found.update({(row.item_id, row.facet_id): row.version for row in rows})
    return found


def facets(
    connection: Connection, category_ids: set[int], *, chosen: AbstractSet[int] = frozenset()
) -> dict[int, tuple[int, bool]]:
    """(facet, exclusive) of every category.

    Args:
        chosen: categories that are about to be given as labels.

    Raises:
        InputError: one of the asked categories does not exist; a chosen one is no longer in use.
    """
    known: dict[int, tuple[int, bool]] = {}
    for row in connection.execute(_CATEGORIES):
        known[row.id] = (row.facet_id, bool(row.exclusive))
        if row.id in chosen and row.retired_at is not None:
            how = "merged into another" if row.merged_into is not None else "retired"
            raise InputError(f"The category {row.name} was {how}. Reload the page to see the categories in use.")
    unknown = category_ids - known.keys()
    if unknown:
        raise InputError(f"There is no category with id {min(unknown)}. Reload the page: the tree may have changed.")
    return known
