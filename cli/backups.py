"""Copies of a workspace: a backup in one file, bringing it back, a second workspace."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from cli.console import Answer, Commands, ProgressLine, command, open_workspace

if TYPE_CHECKING:
    from store.copies.backup import Copied

DATABASE = "an empty PostgreSQL database for it, instead of a file in the folder"


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    parser = command(commands, "backup", backup, "write a workspace into one file, while people work in it")
    parser.add_argument("out", type=Path, metavar="FILE")
    parser = command(commands, "restore", restore, "restore a workspace from a backup", workspace=False)
    parser.add_argument("backup", type=Path, metavar="FILE")
    parser.add_argument("workspace", type=Path, metavar="WORKSPACE", help="a new folder")
    parser.add_argument("--database", metavar="URL", help=DATABASE)
    parser = command(commands, "copy", copy, "make a second workspace, on the same or another kind of database")
    parser.add_argument("target", type=Path, metavar="NEW", help="a new folder")
    parser.add_argument("--database", metavar="URL", help=DATABASE)


def backup(given: argparse.Namespace) -> Answer:
    """`sceneloop backup`."""
    from store.copies.backup import backup

    done = backup(open_workspace(given), given.out, ProgressLine("files"))
    return {"out": str(given.out), **_report(done)}


def restore(given: argparse.Namespace) -> Answer:
    """`sceneloop restore`."""
    from store.copies.backup import restore

    done = restore(given.backup, given.workspace, database_url=given.database, progress=ProgressLine("files"))
    return {"workspace": str(given.workspace.resolve()), **_report(done)}


def copy(given: argparse.Namespace) -> Answer:
    """`sceneloop copy`."""
    from store.copies.backup import copy

    opened = open_workspace(given)
    done = copy(opened, given.target, database_url=given.database, progress=ProgressLine("files"))
    return {"workspace": str(given.target.resolve()), **_report(done)}


def _report(done: Copied) -> dict[str, object]:
    return {
        "items": done.items, "events": done.events, "files": done.files, "missing": done.missing,
        "sha256": {"events": done.digests.events, "state": done.digests.state},
    }  # fmt: skip
