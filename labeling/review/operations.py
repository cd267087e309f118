"""Operations from the grid, each checked by itself, so that a bad one holds up no other; and how they are acknowledged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from errors import InputError
from labeling.review import grid
from labeling.review.practice import PracticeItem
from store.ledger import events
from store.ledger.events import NO_CLASS
from written import model
from written.model import Id, Model, Text

VALUES = {
    "label": "yes",
    "reject": "no",
    "unsure": "unsure",
    "none": "unsure",  # for the reason that no class fits
    "clear": "clear",
    "practice": "practice",
}
MACHINE = ("zero_shot", "head")  # sources of labels
MAX_ITEMS = 1_000_000
DRAWS = (*grid.ORDERS, "audit", "filtered", "neighbours", "bulk")  # how the images of a decision came on screen
MAX_REASON, MAX_NOTE = 2000, 500


class Item(Model):
    """An item and the version that the person saw, or null to write whatever stands there."""

    id: Id
    version: Id | None = None


class Operation(Model):
    """One decision about one or more items."""

    id: Annotated[str, Field(min_length=1, max_length=36, pattern=r"^[\x21-\x7e]+$")]
    kind: Literal["label", "reject", "unsure", "none", "clear", "practice"]
    items: Annotated[list[Item], Field(min_length=1, max_length=MAX_ITEMS)]
    category: Id | None = None
    refused: Id | None = None
    source: Literal["human", "neighbour"] | None = None
    batch: Annotated[Text, Field(max_length=64)] | None = None
    reason: Text | None = None
    note: Text | None = None
    bulk: bool | None = None
    order: Annotated[Text, Field(max_length=20)] | None = None


class Wish(TypedDict):
    """A checked operation.

    Operations of one `lot` that follow each other are written as one batch. `items` are (item, version) pairs; `gone` those
    that are not in the workspace any more.
    """

    id: str
    lot: tuple[str, str, str, bool, str | None, bool]
    value: str
    practice: bool
    refused: int | None
    items: list[tuple[int, int | None]]
    gone: list[int]
    category: int | None
    source: str
    reason: str | None
    note: str
    bulk: bool
    order: str | None


class TagState(TypedDict):
    """A yes or no that stands in an open facet."""

    id: int
    value: str
    person: bool


class ItemState(TypedDict):
    """What stands for an item after an operation; `status` is `saved`, `skipped` or `conflict`, `state` as in a tile."""

    id: int
    status: str
    version: int
    category: int | None
    source: str | None
    actor: str | None
    state: str
    tags: list[TagState]


class Likely(TypedDict):
    """The likeliest class and its runner-up; None where people have ruled all out."""

    proposed: int | None
    next: int | None


class RejectedItem(ItemState, Likely):
    """An item after a "not this"."""


class RevertedItem(ItemState):
    """An item after an undo, with its versions by facet."""

    versions: dict[str, int]


class FacetItem(TypedDict):
    """What stands for an item in one open facet after an operation there."""

    id: int
    status: str
    version: int
    tags: list[TagState]
    facet: int


AckItem = RejectedItem | ItemState | FacetItem | PracticeItem


class Acknowledgement(TypedDict):
    """What became of an operation: `saved`, `conflict` or `refused`, and why in `message`.

    `batch` takes it back. At most 500 items are described, and at most 500 that are `gone`; a refused operation counts none.
    """

    id: str | None
    status: str
    batch: str | None
    items: list[AckItem]
    saved: NotRequired[int]
    skipped: NotRequired[int]
    message: str
    gone: NotRequired[list[int]]


class Acknowledgements(TypedDict):
    """One acknowledgement for each operation, in their order."""

    acks: list[Acknowledgement]


def read(operations: Sequence[object]) -> tuple[list[Wish | None], dict[int, str]]:
    """(wishes in order with None for those that cannot be read, why by place)."""
    wishes: list[Wish | None] = []
    faults: dict[int, str] = {}
    for place, operation in enumerate(operations):
        try:
            wishes.append(_wish(model.read(Operation, operation, f"ops.{place}")))
        except InputError as error:
            wishes.append(None)
            faults[place] = str(error)
    return wishes, faults


def _wish(operation: Operation) -> Wish:
    source, note, bulk = operation.source or "human", (operation.note or "")[:MAX_NOTE], operation.bulk is True
    practice = operation.kind == "practice"
    came = (
        "bulk" if bulk else operation.order if operation.order in DRAWS else None
    )  # what is not known counts as chosen
    return {
        "id": operation.id,
        "lot": (operation.batch or operation.id, source, note, bulk, came, practice),
        "value": VALUES[operation.kind],
        "practice": practice,
        "refused": operation.refused,
        "items": [(item.id, item.version) for item in operation.items],
        "gone": [],
        "category": operation.category,
        "source": source,
        "reason": NO_CLASS if operation.kind == "none" else operation.reason and operation.reason[:MAX_REASON],
        "note": note,
        "bulk": bulk,
        "order": came,
    }


def name_of(operation: object) -> str | None:
    """The id of an operation that cannot be read, so that its sender knows which one it was."""
    number = operation.get("id") if isinstance(operation, dict) else None
    return number if isinstance(number, str) and number.isprintable() else None


def item_answer(
    outcome: events.Outcome, rows: dict[int, events.Rows], actors: dict[int, str], facets: Collection[int] | None
) -> ItemState:
    """What stands for an item. A video may have several classes, each in a facet of its own: the one of `facets` is told.

    Without a facet of one class its state is that of its tags.
    """
    tags = [(number, row) for number, row in rows.items() if not row["exclusive"] and row["value"] in ("yes", "no")]
    standing = (row for row in rows.values() if row["exclusive"] and row["value"] in ("yes", "unsure"))
    row = next((row for row in standing if facets is None or row["facet_id"] in facets), None)
    state = "none" if row is None else _state(row)
    if facets is not None and not facets and tags:
        state = "person" if any(tag["source"] not in MACHINE for _, tag in tags) else "machine"
    return {
        "id": outcome.item_id,
        "status": "saved" if outcome.status == "unchanged" else outcome.status,
        "version": outcome.version,
        "category": None if row is None or state == "no_class" else row["category_id"],
        "source": None if row is None else row["source"],
        "actor": None if row is None else actors.get(row["actor_id"]),
        "state": state,
        "tags": [{"id": number, "value": tag["value"], "person": tag["source"] not in MACHINE} for number, tag in tags],
    }


def _state(row: events.Rows) -> str:
    """The state of a tile whose standing row this is."""
    answer = events.answer(row["value"], row["reason"])
    return {"none": "no_class", "unsure": "unsure"}.get(
        answer, "person" if row["source"] in events.PERSON else "machine"
    )
