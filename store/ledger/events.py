"""What the ledger is made of: changes, batches, the state and versions that stand, and what an event takes out of them.

An event says yes, no, unsure or clear of one category for one item. The state of (item, facet) is the fold of its events:

- `yes` in an exclusive facet takes the place of any other yes or unsure of that facet; in an open facet only of its own.
- `no` takes the place of what stood for its own category. `unsure` takes the place of a yes too. `clear` removes.
- `unsure` for the reason NO_CLASS is an answer, not a doubt: none of the categories of the facet fits. Its category is the one that was in
  question, which is all that it says of it.

Each event keeps the events whose rows it displaced, so taking it back is exact without replaying the past.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypedDict
from uuid import uuid4

from sqlalchemy import Connection, select

from errors import InputError
from store.database import schema
from store.database.bulk import among
from store.database.schema import label_state, label_version

RANK = {"human": 4, "neighbour": 3, "import": 2, "head": 1, "zero_shot": 1}
PERSON = ("human", "neighbour")
VALUES = ("yes", "no", "unsure", "clear")
NO_CLASS = "No class fits"

# Statements of every decision, built once: building one costs about as much as running it.
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
    "reason",
    "event_id",
)
_STATE = select(*(label_state.c[name] for name in _STANDING)).where(among(label_state.c.item_id, "ids"))
_VERSION = (label_version.c.item_id, label_version.c.facet_id, label_version.c.version)
_VERSIONS = select(*_VERSION).where(among(label_version.c.item_id, "ids"))
_CATEGORIES = select(
    schema.category.c.id, schema.category.c.name, schema.category.c.retired_at, schema.category.c.merged_into,
    schema.facet.c.id.label("facet_id"), schema.facet.c.exclusive,
).join(schema.facet, schema.facet.c.id == schema.category.c.facet_id)  # fmt: skip


class Change(NamedTuple):
    """One wish: this value of this category for this item. A bulk makes thousands, and a tuple is made in a third of the time.

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


class Event(NamedTuple):
    """A row of `label_event`.

    Attributes:
        version: of (item, facet) after it.
        displaced: ids of the events whose rows it replaced.
        restores, reverts: of an undo, the event whose row comes back and the event that is taken back.
    """

    id: int
    uuid: str
    batch_id: str
    item_id: int
    facet_id: int
    category_id: int
    value: str
    source: str
    actor_id: int
    at: dt.datetime
    confidence: float | None
    prompt_version: int | None
    head_id: int | None
    reason: str | None
    version: int
    displaced: list[int]
    restores: int | None
    reverts: int | None


class PromptVersions(TypedDict):
    """Numbers of the prompt versions before and after a change of the tree; None where there was none."""

    before: int | None
    after: int


class EncoderSwitch(TypedDict):
    """A switch to another encoder: ids and names of the one before and the one after."""

    before: int
    after: int
    names: list[str]


class BatchDetail(TypedDict, total=False):
    """What a batch keeps beside its labels.

    Attributes:
        order: of a decision, the order in which its images came on screen.
        reverts: of an undo, the batch that it takes back.
        categories, prompts: of a change of the tree, see `store.ledger.tree_changes`.
        file: of an import of a taxonomy, the name of the file.
        encoder: of a switch to another encoder, see `store.ledger.encoder_switches`.
        suggestions: of a split, [item, child, confidence] of each label of a person that stays on the parent.
    """

    order: str
    reverts: str
    categories: list[Rows]
    prompts: PromptVersions
    file: str
    encoder: EncoderSwitch
    suggestions: list[list[float]]


@dataclass(frozen=True)
class Batch:
    """Who writes and from what; one batch is undone as one.

    Attributes:
        source: `zero_shot`, `head`, `import`, `neighbour` or `human`.
        kind: what the history calls it: `label`, `propose`, `import`, `undo`, `taxonomy`, `encoder`.
    """

    actor_id: int
    source: str
    kind: str = "label"
    note: str = ""
    prompt_version: int | None = None
    head_id: int | None = None
    detail: BatchDetail = field(default_factory=BatchDetail)
    id: str = field(default_factory=lambda: str(uuid4()))


class Outcome(NamedTuple):
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


def answer(value: str, reason: str | None) -> str:
    """The value of a row or event as pages and files say it: `none` in place of an `unsure` that says that no class fits."""
    return "none" if value == "unsure" and (reason or "").strip().lower() == NO_CLASS.lower() else value


Rows = dict[str, Any]  # a row of label_state or an event, by column
State = dict[int, dict[int, Rows]]  # item -> category -> row of label_state
Versions = dict[tuple[int, int], int]  # (item, facet) -> version


def load(connection: Connection, item_ids: Sequence[int]) -> State:
    """The current rows of some items (their event says when and why)."""
    state: State = {}
    for row in connection.execute(_STATE, {"ids": item_ids}).all():
        state.setdefault(row[0], {})[row[1]] = dict(zip(_STANDING, row, strict=True))
    return state


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


_BLANK: Rows = {
    "at": None,
    "restores": None,
    "reverts": None,
    "restored": None,  # an undo: the row that comes back
    "vacated": None,  # an undo: the category whose row goes away
}


def new_event(
    change: Change, batch: Batch, facet_id: int, exclusive: bool, version: int, displaced: list[Rows]
) -> Rows:
    """An event before `append` gives it its id and time. Until then `displaced` holds rows, not the ids of their events."""
    return {
        **_BLANK,
        "uuid": change.uuid,
        "batch_id": batch.id,
        "item_id": change.item_id,
        "facet_id": facet_id,
        "category_id": change.category_id,
        "value": change.value,
        "source": batch.source,
        "actor_id": batch.actor_id,
        "confidence": change.confidence,
        "prompt_version": batch.prompt_version,
        "head_id": batch.head_id,
        "reason": change.reason,
        "version": version,
        "displaced": displaced,
        "exclusive": exclusive,
    }


def versions(connection: Connection, item_ids: Sequence[int]) -> Versions:
    """Current versions of some items by (item, facet); 0 where none is stored."""
    return {(row[0], row[1]): row[2] for row in connection.execute(_VERSIONS, {"ids": item_ids}).all()}


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
