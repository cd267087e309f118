"""Operations from the grid as they come in: each is checked by itself, so that a bad one holds up no other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from errors import InputError
from labeling.review import grid
from written import model
from written.model import Id, Model, Text

VALUES = {"label": "yes", "reject": "no", "unsure": "unsure", "clear": "clear", "practice": "practice"}
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
    kind: Literal["label", "reject", "unsure", "clear", "practice"]
    items: Annotated[list[Item], Field(min_length=1, max_length=MAX_ITEMS)]
    category: Id | None = None
    refused: Id | None = None
    source: Literal["human", "neighbour"] | None = None
    batch: Annotated[Text, Field(max_length=64)] | None = None
    reason: Text | None = None
    note: Text | None = None
    bulk: bool | None = None
    order: Annotated[Text, Field(max_length=20)] | None = None


def read(operations: Sequence[Any]) -> tuple[list[dict[str, Any] | None], dict[int, str]]:
    """(wishes in order with None for those that cannot be read, why by place)."""
    wishes: list[dict[str, Any] | None] = []
    faults: dict[int, str] = {}
    for place, operation in enumerate(operations):
        try:
            wishes.append(_wish(model.read(Operation, operation, f"ops.{place}")))
        except InputError as error:
            wishes.append(None)
            faults[place] = str(error)
    return wishes, faults


def _wish(made: Operation) -> dict[str, Any]:
    source, note, bulk = made.source or "human", (made.note or "")[:MAX_NOTE], made.bulk is True
    practice = made.kind == "practice"
    came = "bulk" if bulk else made.order if made.order in DRAWS else None  # what is not known counts as chosen
    return {
        "id": made.id,
        "lot": (made.batch or made.id, source, note, bulk, came, practice),
        "value": VALUES[made.kind],
        "practice": practice,
        "refused": made.refused,
        "items": [(item.id, item.version) for item in made.items],
        "category": made.category,
        "source": source,
        "reason": None if made.reason is None else made.reason[:MAX_REASON],
        "note": note,
        "bulk": bulk,
        "order": came,
    }


def name_of(operation: Any) -> str | None:
    """The id of an operation that cannot be read, so that its sender knows which one it was."""
    number = operation.get("id") if isinstance(operation, dict) else None
    return number if isinstance(number, str) and number.isprintable() else None
