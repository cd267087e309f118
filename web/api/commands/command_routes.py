"""What the command line does on a workspace of this server: the same answers as on a folder of one's own."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path

from typing_extensions import TypedDict

from errors import InputError
from labeling.exchange import label_import
from labeling.proposals import pseudo_labels
from labeling.proposals.pseudo_labels import Suspect
from labeling.review import batch_choice, decisions, history
from labeling.review.batch_choice import BatchItem
from labeling.review.history import BatchJson, ItemEvents
from reading import uploaded_name
from web.api import queries
from web.api.commands import command_bodies
from web.api.request import Ask

MOST = 10_000  # suspects, or images of a batch


class Suspects(TypedDict):
    """The most suspicious labels, first the worst."""

    suspects: list[Suspect]


class Chosen(TypedDict):
    """The next batch."""

    items: list[BatchItem]


class Batches(TypedDict):
    """All batches, newest first."""

    batches: list[BatchJson]


class LabelledFile(TypedDict):
    """How reading labels went, see `labeling.exchange.label_import.Labelled`."""

    labelled: int
    unmatched: list[str]
    ambiguous: list[str]
    conflicts: list[str]
    batch: str | None


class TakenBack(TypedDict):
    """What an undo took back."""

    reverted: int
    kept: int
    categories: int
    batch: str


def suspects(ask: Ask) -> Suspects:
    """As `sceneloop suspects`."""
    given = ask.asked(queries.Suspects)
    return {"suspects": pseudo_labels.suspects(ask.snapshot, limit=min(given.limit, MOST), humans=given.humans)}


def following(ask: Ask) -> Chosen:
    """As `sceneloop next`."""
    given = ask.asked(queries.Following)
    return {"items": batch_choice.batch(ask.snapshot, min(given.size, MOST), order=given.order)}


def past(ask: Ask) -> Batches | ItemEvents:
    """As `sceneloop history`.

    Raises:
        InputError: no item matches the file, or several do.
    """
    file = ask.asked(queries.Past).item
    return history.history_of(ask.workspace, file) if file else {"batches": history.batches(ask.workspace)}


def label(ask: Ask) -> LabelledFile:
    """As `sceneloop label`, under the name of who asks.

    Raises:
        InputError: the table cannot be read, or names an unknown class or value.
    """
    given = ask.sent(command_bodies.LabelTable)
    try:
        content = base64.b64decode(given.file, validate=True)
    except ValueError as error:
        raise InputError("The table did not arrive whole. Send it again.") from error
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / uploaded_name(given.name, "labels.csv")
        path.write_bytes(content)
        done = label_import.label_csv(ask.workspace, path, source=given.source, actor=ask.actor, order=given.order)
    return {
        "labelled": done.labelled, "unmatched": done.unmatched, "ambiguous": done.ambiguous, "conflicts": done.conflicts,
        "batch": done.batch,
    }  # fmt: skip


def undo(ask: Ask) -> TakenBack:
    """As `sceneloop undo`.

    Raises:
        InputError: there is no such batch. RoleError: somebody else did it, and the role is too low.
    """
    batch = ask.sent(command_bodies.BatchName).batch
    done = decisions.undo_batch(ask.workspace, ask.actor, batch, own=not ask.may("take back others"))
    return {"reverted": done.reverted, "kept": done.kept, "categories": done.categories, "batch": done.batch_id}
