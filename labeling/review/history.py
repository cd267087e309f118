"""What was decided: the last decisions of a person, all batches, the events of an item."""

from __future__ import annotations

import datetime as dt

from typing_extensions import TypedDict

from errors import InputError
from labeling.cleaning import ordering
from labeling.review import practice, stop_meter
from labeling.snapshot.subject import Subject
from store.items.file_names import Names
from store.ledger import event_reader
from store.ledger.events import answer
from store.project import taxonomy
from store.team import actors
from store.workspace import Workspace


class BatchJson(TypedDict):
    """A batch as lists show it; `batch` and `id` are the same, `category` and `value` are None where its labels differ."""

    batch: str
    id: str
    at: str
    actor: str
    source: str
    kind: str
    labels: int
    category: int | None
    value: str | None
    note: str
    reverted: bool


class Recent(TypedDict):
    """The last batches, and what is left at the pace of the last 30 minutes; None where it is not known.

    `reviewed` and `no_class` (none of the classes) count items, as `items` and `left` do.
    """

    batches: list[BatchJson]
    reviewed: int
    no_class: int
    items: int
    left: int
    per_minute: float | None
    minutes_left: float | None
    remaining: stop_meter.Remaining | None
    practice: practice.PracticeScore | None


class ItemEvent(TypedDict):
    """An event of one item; `category` is its path, `head` the id of the head that proposed it."""

    at: str
    actor: str
    category: str | None
    value: str
    source: str
    batch: str
    confidence: float | None
    prompt_version: int | None
    head: int | None
    reason: str | None
    undo: bool
    reverted: bool


class ItemEvents(TypedDict):
    """The events of one item, newest first."""

    events: list[ItemEvent]


def recent(subject: Subject, actor: str | None, limit: int = 10) -> Recent:
    """The last decisions of a person (or of everybody), what is left of a subject and at what pace."""
    of_videos = subject.facet_id() if subject.of_videos else None
    with subject.snapshot.workspace.read() as connection:
        actor_id = actors.known(connection, actor) if actor else None
        stranger = actor is not None and actor_id is None
        rows = (
            []
            if stranger
            else event_reader.batches(connection, limit=limit, actor_id=actor_id, people=actor is not None)
        )
        since = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=30)
        done, minutes = event_reader.pace(connection, actor_id, since=since) if actor_id is not None else (0, 0.0)
        practised = practice.score(connection, actor_id, of_videos) if actor_id is not None else None
    board = subject.board()
    reviewed = int(board.person.sum())
    left = ordering.effort_left(len(board) - reviewed, done, minutes)
    return {
        "batches": [batch_json(row) for row in rows],
        "reviewed": reviewed,
        "no_class": int(board.no_class.sum()),
        "items": len(board),
        "left": len(board) - reviewed,
        "per_minute": round(done / minutes, 1) if minutes > 0.05 and done >= 5 else None,
        "minutes_left": None if left is None else round(left, 1),
        "remaining": stop_meter.remaining(subject) if len(board) else None,
        "practice": practised,
    }


def batch_json(row: event_reader.BatchRow) -> BatchJson:
    """A batch as lists show it."""
    return {
        "batch": row.id,
        "id": row.id,
        "at": row.at.isoformat(),
        "actor": row.actor,
        "source": row.source,
        "kind": row.kind,
        "labels": row.labels,
        "category": row.category_id,
        "value": row.value,
        "note": row.note,
        "reverted": row.reverted,
    }


def batches(workspace: Workspace, limit: int = 1000) -> list[BatchJson]:
    """All batches, newest first: id, at, actor, source, labels."""
    with workspace.read() as connection:
        return [batch_json(row) for row in event_reader.batches(connection, limit=limit)]


def history_of(workspace: Workspace, file: str) -> ItemEvents:
    """The events of one item, newest first.

    Raises:
        InputError: no item matches the file, or several do.
    """
    with workspace.read() as connection:
        names_of_items = Names(connection)
        ids = names_of_items.match(file)
        if not ids:
            raise InputError(f"No item is called {file}. Give its path relative to the folder that was added.")
        if len(ids) > 1:
            raise InputError(f"{file} could be {names_of_items.choices(ids)}. Write which.")
        [item_id] = ids
        every = taxonomy.categories(connection, retired=True, subject=None)
        names = {category.id: category.path for category in every}
        events = event_reader.events(connection, item_id)
    return {
        "events": [
            {
                "at": event.at.isoformat(), "actor": event.actor, "category": names.get(event.category_id), "value": answer(event.value, event.reason),
                "source": event.source, "batch": event.batch_id, "confidence": event.confidence, "prompt_version": event.prompt_version,
                "head": event.head_id, "reason": event.reason, "undo": event.undo, "reverted": event.reverted,
            }
            for event in events
        ]
    }  # fmt: skip
