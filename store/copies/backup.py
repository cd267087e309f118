"""Back a workspace up while people work in it, bring it back, and copy it to the same or another kind of database.

Files are written before the row that names them and never change. So the database at one moment, then the files that it names, is a
workspace as it was at that moment. A backup holds a SQLite database, whatever kind the workspace has: it is read without a server, and restored
to either.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, select, update

import files
from errors import InputError, StoreError
from progress import Progress, silent
from store import relocation
from store.copies import archive, table_rows
from store.copies.archive import Contents
from store.copies.table_rows import Digests
from store.database import address, schema
from store.database.engine import of_file, open_database, reading
from store.relocation import Move
from store.restore import copy_database, is_by_rule, link, named_files
from store.team import job_rows
from store.workspace import DATABASE, FOLDERS, Workspace, exists


@dataclass(frozen=True)
class Copied:
    """What a backup or a copy holds: numbers, the digests of events and state, and files that were named and not there."""

    items: int
    events: int
    files: int
    digests: Digests
    missing: list[str]


def backup(workspace: Workspace, out: Path, progress: Progress = silent) -> Copied:
    """Write a workspace, as it is at one moment, into one file; who works in it goes on meanwhile.

    Raises:
        StoreError: the disk refuses, or the workspace was put back meanwhile; what stood at `out` is as it was.
    """
    try:
        with files.scratch(out) as scratch, files.replacing(out) as part:
            described, named = _moment(workspace, scratch / DATABASE)
            with part.open("wb") as file:
                whole = archive.pack(file, described, [(DATABASE, scratch / DATABASE), *named], progress)
            _must_stand(workspace, scratch / DATABASE)
    except OSError as error:
        raise _refused(out, error) from error
    return _copied(whole)


def restore(source: Path, target: Path, *, database_url: str | None = None, progress: Progress = silent) -> Copied:
    """Make a workspace of a backup, in a new folder.

    Args:
        source: the backup. target: the folder.
        database_url: an empty PostgreSQL database for it; by default a SQLite file in the folder.

    Raises:
        InputError: it is not a whole backup, or there is something at the target, or in that database.
        StoreError: the disk or the database refuses; nothing is left at the target.
    """
    _must_be_free(target)
    try:
        with files.replacing_folder(target) as part:
            described = archive.unpack(source, part, progress)
            _settle(part, target, described, database_url)
    except OSError as error:
        raise _refused(target if source.is_file() else source, error) from error
    return _copied(described)


def copy(workspace: Workspace, target: Path, *, database_url: str | None = None, progress: Progress = silent) -> Copied:
    """Make a second workspace with all that this one holds at one moment; files are the same on disk where the disk can do that.

    Args:
        workspace: stays as it is. target: the folder of the copy, not there yet.
        database_url: as for `restore`.

    Raises:
        InputError: there is something at the target, or in that database.
        StoreError: the disk or the database refuses; nothing is left at the target.
    """
    _must_be_free(target)
    missing = []
    try:
        with files.replacing_folder(target) as part:
            described, named = _moment(workspace, part / DATABASE)
            for number, (name, path) in enumerate(named, start=1):
                (part / name).parent.mkdir(parents=True, exist_ok=True)
                try:
                    link(path, part / name)
                except FileNotFoundError:
                    missing.append(name)
                progress(number, len(named))
            _must_stand(workspace, part / DATABASE)
            _settle(part, target, described, database_url)
    except OSError as error:
        raise _refused(target, error) from error
    return Copied(described.items, described.events, len(named) - len(missing), described.digests, missing)


def _moment(workspace: Workspace, database: Path) -> tuple[Contents, list[tuple[str, Path]]]:
    """The database of one moment as a SQLite file, and the files that it names by their names in a copy."""
    if workspace.engine.dialect.name == "sqlite" and not workspace.sealed:
        copy_database(workspace.path / DATABASE, database)
    else:
        with workspace.read() as source, _opened(of_file(database)) as engine, engine.begin() as target:
            table_rows.copy(source, target)
    with _opened(of_file(database)) as engine, reading(engine).connect() as connection:
        items, events = table_rows.count(connection)
        named = sorted(named_files(workspace, connection))
        described = Contents(
            name=connection.execute(select(schema.project.c.name)).scalar_one(), folder=str(workspace.path.resolve()),
            made_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), items=items, events=events,
            digests=table_rows.digests(connection), files={}, missing=[],
        )  # fmt: skip
    wanted = [path for path in named if not is_by_rule(path) or path.exists()]
    return described, [(path.relative_to(workspace.path).as_posix(), path) for path in wanted]


def _must_stand(workspace: Workspace, database: Path) -> None:
    """A demo that is reset deletes files: then those that were copied and those that are named may differ.

    Raises:
        StoreError: that happened since the database was copied.
    """
    born = select(schema.project.c.created_at)
    with workspace.read() as now, _opened(of_file(database)) as engine, reading(engine).connect() as then:
        if now.execute(born).scalar_one() != then.execute(born).scalar_one():
            raise StoreError("The workspace was put back to how it was shipped meanwhile. Nothing was kept. Try again.")


def _settle(part: Path, target: Path, described: Contents, database_url: str | None) -> None:
    """Make what was copied a workspace of its own at its place.

    Raises:
        StoreError: events and state are not those that were copied.
    """
    for folder in FOLDERS:
        (part / folder).mkdir(exist_ok=True)
    with _opened(of_file(part / DATABASE)) as engine:
        with engine.begin() as connection:
            _begin_anew(connection, Path(described.folder), target.resolve())
        with reading(engine).connect() as source:
            _must_equal(source, described)
            if database_url is None:
                return
            address.write(part, database_url)
            with _opened(address.complete(database_url, None)) as other, other.begin() as connection:
                table_rows.copy(source, connection)
                _must_equal(connection, described)
    (part / DATABASE).unlink()


def _must_equal(connection: Connection, described: Contents) -> None:
    if table_rows.digests(connection) != described.digests:
        raise StoreError(
            "Events and state of the copy are not those of the workspace. Nothing was kept. Try again; if it stays so, run "
            "`sceneloop doctor` on the workspace."
        )


def _begin_anew(connection: Connection, old: Path, new: Path) -> None:
    """Ids of the copy go on for themselves, its uploads lie in it, and nobody does the jobs that were under way."""
    project, job = schema.project, schema.job
    connection.execute(update(project).values(name=new.name, created_at=schema.now()))
    message = "The workspace is a copy. Start the work again to go on."
    ended = update(job).where(job.c.state.in_(job_rows.OPEN))
    connection.execute(ended.values(state="interrupted", finished_at=schema.now(), message=message))
    relocation.follow_move(connection, Move(f"{old / 'uploads'}/", f"{new / 'uploads'}/"))


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _must_be_free(target: Path) -> None:
    if exists(target) or target.is_file() or (target.is_dir() and any(target.iterdir())):
        raise InputError(f"{target} is there already. Nothing was changed. Name a folder that is not.")


def _refused(path: Path, error: OSError) -> StoreError:
    return StoreError(f"{path}: {error.strerror or error}. Nothing was changed. {files.remedy(error)}, then try again.")


def _copied(whole: Contents) -> Copied:
    return Copied(whole.items, whole.events, len(whole.files) - 1, whole.digests, whole.missing)
