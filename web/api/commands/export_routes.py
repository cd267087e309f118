"""Labels out over HTTP, as `sceneloop export` writes them: a table as one file, any other format as an archive of its folder."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import cast

from typing_extensions import TypedDict

import files
from errors import StoreError
from labeling.exchange import any_export, export_archive
from labeling.exchange.formats.label_set import Choice, Images
from store.workspace import Workspace
from web.accounts import record
from web.api.commands import command_bodies
from web.api.commands.command_bodies import ExportFolder
from web.api.request import Ask


class ExportedFile(TypedDict):
    """A file of labels in base64, and how many rows it has."""

    file: str
    labels: int


class NotCarried(TypedDict):
    """Something that a format cannot carry, and how often."""

    what: str
    count: int


class ExportPlan(TypedDict):
    """What an export would write and lose; `missing`, `changed` and `frames` are names of pictures that cannot be there."""

    written: bool
    labels: int
    pictures: int
    not_carried: list[NotCarried]
    missing: list[str]
    changed: list[str]
    frames: list[str]


def export(ask: Ask) -> ExportedFile:
    """As `sceneloop export` to one file.

    Raises:
        InputError: there is no such view.
    """
    given = ask.sent(command_bodies.ExportTable)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"labels.{given.kind}"
        done = any_export.export(ask.workspace, given.kind, path, negatives=given.negatives, view=given.view)
        content = path.read_bytes()
    rows = int(str(done["labels"]))
    record.note("labels exported", ask.actor, ask.name, given.kind, rows=rows, by="command")
    return {"file": base64.b64encode(content).decode(), "labels": rows}


def plan(ask: Ask) -> ExportPlan:
    """As `sceneloop export --dry-run` to a format of another tool; nothing is written.

    Raises:
        InputError: an unknown format, facet or view, or one that the format cannot take.
    """
    given = ask.sent(ExportFolder)
    done = any_export.export(
        ask.workspace, given.kind, Path("export"), choice=_choice(given), view=given.view, dry_run=True
    )
    return cast(ExportPlan, {name: done[name] for name in ExportPlan.__annotations__})


def archive(ask: Ask) -> Iterator[bytes]:
    """As `sceneloop export` to a folder, in pieces of an archive (`labeling.exchange.export_archive`).

    The folder is written whole before the first piece leaves, so what is refused is refused by a status; it goes when the last has left,
    or nobody takes them any more.

    Raises:
        InputError: as `plan`. StoreError: the disk refuses, or a picture changed meanwhile.
    """
    given = ask.sent(ExportFolder)
    stack = ExitStack()
    try:
        out = stack.enter_context(files.scratch(_room(ask.workspace, stack))) / "export"
        done = any_export.export(ask.workspace, given.kind, out, choice=_choice(given), view=given.view)
    except OSError as error:
        stack.close()
        raise StoreError(
            f"The server cannot write the export ({error.strerror}). {files.remedy(error)}, then try again."
        ) from error
    except BaseException:
        stack.close()
        raise
    record.note("labels exported", ask.actor, ask.name, given.kind, rows=done["labels"], by="command")
    answer = {name: value for name, value in done.items() if name != "out"}
    return _sent(stack, export_archive.pieces(out, answer))


def _sent(stack: ExitStack, pieces: Iterator[bytes]) -> Iterator[bytes]:
    with stack:
        yield from pieces


def _room(workspace: Workspace, stack: ExitStack) -> Path:
    """Where the folder is written: on the workspace's disk, which has room for pictures; of one that is read-only, where the system keeps such."""
    if workspace.sealed:
        return Path(stack.enter_context(tempfile.TemporaryDirectory())) / "sent"
    return workspace.path / "sent"


def _choice(given: ExportFolder) -> Choice:
    return Choice(given.people, given.confidence, given.facet, Images(given.images), given.splits)
