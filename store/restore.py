"""Put a workspace back to a kept copy of its database while the server and other processes have it open.

The file is never exchanged under their feet. SQLite's online backup writes the kept pages into it in one transaction, under
the locks that every connection respects; those that are open read the new content from their next transaction on. All of
them see that the workspace was born anew (`workspace.born`), for ids start again and what was cached by id is no longer true.
"""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, text, update

import files
from errors import StoreError
from store import relocation, workspace_identity
from store.database import schema
from store.database.engine import of_file, open_database
from store.database.sqlite import driver
from store.ledger.events import PERSON
from store.workspace import DATABASE, FOLDERS, Workspace

WAIT_S = 30.0
_COUNTS = (
    f"SELECT count(*) FROM label_state WHERE source IN ({', '.join(map(repr, PERSON))})",
    "SELECT count(*) FROM head",
    "SELECT count(*) FROM run",
    "SELECT count(*) FROM item WHERE kind IN ('image', 'video')",
)
CACHES = ("index",)  # rebuilt when missing, so neither kept nor copied
BESIDE_A_HEAD = (".json", ".titles.safetensors", ".held.safetensors")  # what belongs to a head and no row names
PRETRAINED = (
    "pretrained.safetensors"  # beside the heads: what a pretraining on all videos kept, which no row names either
)


@dataclass(frozen=True)
class Since:
    """What a workspace holds that a kept copy does not: people's labels, heads, video runs, images and videos."""

    labels: int
    heads: int
    runs: int
    items: int


def since(workspace: Workspace, kept: Path) -> Since:
    """What came into a workspace after the copy was kept."""
    with closing(driver.connect(workspace.path / DATABASE)) as now, closing(driver.connect(kept)) as then:
        return Since(*(max(0, _count(now, query) - _count(then, query)) for query in _COUNTS))


def _count(connection: Any, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])


def copy_database(source: Path, target: Path, *, wait_s: float = WAIT_S) -> None:
    """Copy a SQLite database, whole and at one moment, into a file that may be missing or in use.

    Raises:
        StoreError: it stays locked for longer than `wait_s`, or cannot be read or written; the target is as it was.
    """
    until = time.monotonic() + wait_s

    def waited(_status: int, _remaining: int, _total: int) -> None:
        if time.monotonic() > until:
            raise StoreError(
                "The workspace is busy. Nothing was changed. Wait until the work in it ends, then try again."
            )

    try:
        new = not target.exists()
        with closing(_plain(source)) as reading, closing(_plain(target)) as writing:
            reading.backup(writing, pages=-1, progress=waited, sleep=0.05)
            if new:
                writing.execute("PRAGMA journal_mode = DELETE")  # a copy is one file, with no WAL beside it
    except driver.Error as error:
        raise StoreError(
            f"{target.name} cannot be written ({error}). Nothing was changed. Free the disk, then try again."
        ) from error


def restore(workspace: Workspace, kept: Path, *, spare: Callable[[Path], bool] | None = None) -> None:
    """Bring back a database that `copy` kept; files that only the lost rows named are deleted.

    Args:
        kept: of the same workspace; one from an older version is migrated on the way.
        spare: says of such a file that it stays.

    Raises:
        StoreError: the database stays locked or cannot be written; nothing was changed.
    """
    fresh = kept.with_name(f".{kept.name}-{time.time_ns():x}")
    try:
        shutil.copyfile(kept, fresh)
        with workspace.read() as connection:
            mark = workspace_identity.of(connection)
        engine = open_database(of_file(fresh))
        with engine.begin() as connection:
            connection.execute(update(schema.project).values(created_at=schema.now()))
            relocation.rewrite(connection, workspace.path)
            if mark is not None:  # it stays the workspace that it is
                workspace_identity.keep(connection, mark)
        engine.dispose()
        with workspace.read() as connection:
            before = named_files(workspace, connection)
        copy_database(fresh, workspace.path / DATABASE)
    finally:
        for path in fresh.parent.glob(f"{fresh.name}*"):
            path.unlink()
    with workspace.read() as connection:
        gone = before - named_files(workspace, connection) | {_pretrained(workspace)}
    for path in gone:
        if spare is None or not spare(path):
            path.unlink(missing_ok=True)


def set_aside(workspace: Workspace, path: Path) -> None:
    """A workspace of its own with all that this one holds now; its files are the same on disk where the disk can do that.

    Raises:
        StoreError: it cannot be written; nothing is left of it.
    """
    building = path.with_name(f".{path.name[:100]}-{uuid.uuid4().hex[:12]}.part")
    try:
        for folder in FOLDERS:
            if folder in CACHES:
                (building / folder).mkdir(parents=True)
            else:
                shutil.copytree(workspace.folder(folder), building / folder, copy_function=link)
        copy_database(workspace.path / DATABASE, building / DATABASE)
        with closing(driver.connect(building / DATABASE)) as connection, connection:
            connection.execute("UPDATE project SET name = ?", (path.name,))
        building.rename(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror or error}). Nothing was changed. {files.remedy(error)}, then try again."
        ) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)


def named_files(workspace: Workspace, connection: Connection) -> set[Path]:
    """The files in the workspace's folder that its rows name: shards, heads, runs, features, thumbnails, uploads; see `is_by_rule`."""
    paths = {workspace.folder("vectors") / name for name in connection.execute(select(schema.shard.c.file)).scalars()}
    paths |= {workspace.folder("runs") / name for name in connection.execute(select(schema.run.c.file)).scalars()}
    kept = connection.execute(select(schema.feature_set.c.file).where(schema.feature_set.c.file.is_not(None))).scalars()
    paths |= {workspace.folder("features") / name for name in kept}
    for name in connection.execute(select(schema.head.c.file)).scalars():
        head = workspace.folder("heads") / name
        paths |= {head, *(head.with_suffix(suffix) for suffix in BESIDE_A_HEAD)}
    paths.add(_pretrained(workspace))
    uploads = workspace.folder("uploads")
    for number, path in connection.execute(text("SELECT id, path FROM item")):
        paths.add(workspace.thumb(number))
        if uploads in Path(path).parents:
            paths.add(Path(path))
    return paths


def is_by_rule(path: Path) -> bool:
    """Whether a file of `named_files` is named by rule, not by a row: one that is not there was never written."""
    return path.name.endswith((*BESIDE_A_HEAD, PRETRAINED))


def _pretrained(workspace: Workspace) -> Path:
    return workspace.folder("heads") / PRETRAINED


def _plain(path: Path) -> Any:
    """A connection without our settings; it waits shortly, so that a copy can give up in time."""
    return driver.connect(path, timeout=0.2)


def link(source: str | Path, target: str | Path) -> None:
    """The same file under a second name, or a copy where the disk knows no such thing. What is here is never written in place."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
