"""A workspace: one folder with its database, vector shards, thumbnails, heads, index caches, video analyses and features."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine, case, func, insert, select, update
from sqlalchemy.exc import OperationalError

from errors import InputError, StoreError
from store import relocation, workspace_identity
from store.database import address, schema, sqlite
from store.database.engine import beside, is_sealed, of_file, open_database, reading
from written.json_values import JsonObject

DATABASE = "sceneloop.db"
FOLDERS = ("vectors", "thumbs", "heads", "index", "runs", "uploads", "features")


@dataclass(frozen=True)
class Revision:
    """What changes when anything that a cache depends on changes: the newest ids of each kind."""

    items: int
    vectors: int
    labels: int
    prompts: int
    heads: int
    tree: int = 0


@dataclass(frozen=True)
class Workspace:
    """An open workspace. Share it between threads; never share a connection."""

    path: Path
    engine: Engine = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    def folder(self, name: str) -> Path:
        """One of the workspace's own folders."""
        return self.path / name

    def thumb(self, item_id: int) -> Path:
        """Where the thumbnail of an item lies: a thousand to a folder."""
        return self.path / "thumbs" / f"{item_id // 1000:04d}" / f"{item_id}.webp"

    @property
    def sealed(self) -> bool:
        """Whether it can be read and not written."""
        return is_sealed(self.engine)

    def must_write(self) -> None:
        """What writes files asks first.

        Raises:
            ReadOnlyError: it can be read and not written.
        """
        if self.sealed:
            raise sqlite.refuse(self.path / DATABASE)

    def read(self) -> Connection:
        """A connection for reading only; use it as a context manager."""
        return reading(self.engine).connect()

    def write_beside(self) -> AbstractContextManager[Connection]:
        """A transaction for a write of which no order follows, see `store.database.engine.beside`."""
        return beside(self.engine).begin()


def exists(path: Path) -> bool:
    """Whether a folder holds a workspace."""
    return (path / DATABASE).is_file() or (path / address.FILE).is_file()


def create(path: Path, *, name: str | None = None, database_url: str | None = None) -> Workspace:
    """Make a new, empty workspace.

    Args:
        path: its folder.
        name: what it is called; by default as the folder.
        database_url: an empty database for it, which the folder then names; by default a SQLite file in the folder.

    Raises:
        InputError: the folder already holds a workspace, or is a file; the database holds one.
        StoreError: the folder cannot be written, or the database cannot be used.
    """
    if exists(path):
        raise InputError(f"{path} already holds a workspace. Use it, or choose another folder.")
    if path.exists() and not path.is_dir():
        raise InputError(f"{path} is a file. Choose a folder for the workspace.")
    try:
        for folder in FOLDERS:
            (path / folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror}). Choose another folder or free the disk."
        ) from error
    workspace = _open(path, database_url)
    try:
        with workspace.engine.begin() as connection:
            _initialise(connection, name or path.name, workspace.path)
            if database_url is not None:
                address.write(path, database_url)
    except BaseException:
        workspace.engine.dispose()
        raise
    return workspace


def _initialise(connection: Connection, name: str, folder: Path) -> None:
    """Make the project in an empty database.

    Raises:
        InputError: it has one.
    """
    held = connection.execute(select(schema.project.c.name)).scalar()
    if held is not None:
        raise InputError(
            f"That database holds the workspace {held} already. Nothing was changed. Give each workspace a database of "
            "its own, or a schema (ADDRESS?options=-csearch_path=SCHEMA)."
        )
    settings = {relocation.NOTE: relocation.here(folder), workspace_identity.NOTE: workspace_identity.new()}
    connection.execute(insert(schema.project).values(name=name, settings=settings, created_at=schema.now()))


def open_workspace(path: Path, *, database_url: str | None = None) -> Workspace:
    """Open an existing workspace. Where it or this program was moved, the paths of its items follow (`store.relocation`).

    Args:
        path: its folder.
        database_url: gives the password of the database that the folder names. Where a folder names none and has none, as
            folders did before they named theirs, it is the database, and the folder names it from then on.

    Raises:
        InputError: there is none at this path.
        StoreError: its database cannot be opened.
    """
    if not path.exists():
        raise InputError(f"{path} does not exist. Make a workspace with `sceneloop init {path}`.")
    unnamed = not exists(path)
    if unnamed and (database_url is None or not (path / FOLDERS[0]).is_dir()):
        raise InputError(f"{path} holds no workspace. Make one with `sceneloop init {path}`.")
    for folder in FOLDERS:
        if not (path / folder).is_dir() and os.access(path, os.W_OK):
            (path / folder).mkdir(exist_ok=True)
    named = address.read(path)
    if named is not None:
        return _open(path, address.complete(named, database_url))
    workspace = _open(path, database_url if unnamed else None)
    if unnamed and database_url is not None:
        with suppress(FileExistsError):
            address.write(path, database_url)
    return workspace


def folder_stamp(path: Path) -> tuple[int, int]:
    """What changes when another workspace is put into a folder: of the SQLite file its number, which is not given away while it is open."""
    file, named = path / DATABASE, path / address.FILE
    with suppress(OSError):
        return (file.stat().st_ino, 0) if not named.is_file() else (named.stat().st_ino, named.stat().st_mtime_ns)
    return 0, 0


def may_write(path: Path) -> bool:
    """Whether this account can write a workspace's own database, as its folder's permissions say now."""
    return not sqlite.is_sealed(path / DATABASE)


def find(root: Path) -> dict[str, Path]:
    """Workspaces by name: the folder itself where it is one, else its children that are."""
    if exists(root):
        return {root.resolve().name: root.resolve()}
    if not root.is_dir():
        return {}
    return {child.name: child.resolve() for child in sorted(root.iterdir()) if exists(child)}


def _open(path: Path, database_url: str | None) -> Workspace:
    path = path.resolve()
    url = of_file(path / DATABASE) if database_url is None else address.complete(database_url, None)
    workspace = Workspace(path, open_database(url))
    try:
        relocation.follow(workspace.engine, path)
        workspace_identity.ensure(workspace.engine)
    except BaseException:
        workspace.engine.dispose()
        raise
    return workspace


@contextmanager
def writing(workspace: Workspace) -> Iterator[Connection]:
    """One transaction; a full or read-only disk is said plainly.

    Raises:
        StoreError: the disk refuses, or another process held the database for too long. Nothing of this
            transaction was kept, everything before it was.
    """
    try:
        with workspace.engine.begin() as connection:
            yield connection
    except (OperationalError, OSError) as error:
        reason = error.orig if isinstance(error, OperationalError) else error.strerror
        raise StoreError(
            f"{workspace.path} cannot be written ({reason}). Free the disk or wait for the other process, then run "
            "it again: what was added before is kept."
        ) from error


def revision(connection: Connection) -> Revision:
    """The newest ids of items, vectors, label events, prompt versions and heads; 0 where there is none.

    Promoting a head changes no id, so `heads` counts promotions too, and knows which are in use; `tree` counts the changes of the
    categories and the undos.
    """
    newest = [
        select(func.coalesce(func.max(column), 0)).scalar_subquery()
        for column in (
            schema.item.c.id,
            schema.shard.c.id,
            schema.label_event.c.id,
            schema.prompt_version.c.number,
        )
    ]
    used = case(
        (schema.head.c.promoted_at.is_not(None) & schema.head.c.retired_at.is_(None), schema.head.c.id), else_=0
    )
    heads = select(
        func.count(schema.head.c.id)
        + func.count(schema.head.c.promoted_at) * 1_000
        + func.coalesce(func.sum(used * used), 0) * 1_000_000
    ).scalar_subquery()
    tree = select(func.count()).where(schema.batch.c.kind.in_(("taxonomy", "undo"))).scalar_subquery()
    row = connection.execute(select(*newest, heads, tree)).one()
    return Revision(*(int(value) for value in row))


def birth(connection: Connection) -> int:
    """When the workspace was made, or last put back to how it was shipped, in milliseconds: ids mean nothing across that."""
    return milliseconds(connection.execute(select(schema.project.c.created_at)).scalar_one())


def milliseconds(moment: dt.datetime) -> int:
    """A moment as addresses carry it: milliseconds since 1970, UTC."""
    return round(moment.timestamp() * 1000)


def project_settings(connection: Connection) -> JsonObject:
    """The project's own settings, such as the detector of cuts."""
    return dict(connection.execute(select(schema.project.c.settings)).scalar_one())


def change_settings(connection: Connection, **changes: object) -> None:
    """Set some of the project's settings; None removes one."""
    merged: dict[str, object] = {**project_settings(connection), **changes}
    kept = {key: value for key, value in merged.items() if value is not None}
    connection.execute(update(schema.project).values(settings=kept))
