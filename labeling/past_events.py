"""The history of one item: who or what labelled it, when, and what was taken back."""

from __future__ import annotations

from typing_extensions import TypedDict

from store.database.connection import Connection
from store.ledger import event_reader
from store.ledger.event_reader import EventRow
from store.ledger.events import answer


class PastEvent(TypedDict):
    """An event of the item; `origin` says in words who or what made it, `at` is ISO 8601."""

    category: int
    value: str
    source: str
    actor: str
    at: str
    batch: str
    reason: str | None
    undo: bool
    reverted: bool
    origin: str


def of(connection: Connection, item_id: int, facet_id: int | None = None) -> list[PastEvent]:
    """All events of an item, of one facet only where it is given, newest first."""
    return [
        {
            "category": event.category_id,
            "value": answer(event.value, event.reason),
            "source": event.source,
            "actor": event.actor,
            "at": event.at.isoformat(),
            "batch": event.batch_id,
            "reason": event.reason,
            "undo": event.undo,
            "reverted": event.reverted,
            "origin": _origin(event),
        }
        for event in event_reader.events(connection, item_id, facet_id)
    ]


def standing(events: list[PastEvent]) -> str:
    """Who or what made the label that stands: the newest event that is not an undo and was not taken back; empty without one."""
    return next((event["origin"] for event in events if not event["undo"] and not event["reverted"]), "")


def _origin(event: EventRow) -> str:
    if event.source == "zero_shot":
        return f"zero-shot, prompts {event.prompt_version}" if event.prompt_version else "zero-shot"
    if event.source == "head":
        return f"head {event.head_id}" if event.head_id else "head"
    return {"import": "import", "neighbour": f"{event.actor}, through neighbours"}.get(event.source, event.actor)
