"""Opening the database: connection settings, migrations, and the guards' presence."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, ExceptionContext, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from errors import InputError, StoreError
from reading import is_text, readable
from store.database import postgresql, sqlite, triggers
from store.database.json_column import read_json
from store.database.sqlite import JOURNAL, driver

MIGRATIONS = Path(__file__).parents[1] / "migrations"
BUSY_TIMEOUT_S = 30
CACHE_KIB = 16_384  # of a connection; with SQLite's 2 MB an import spills its indexes again and again
SEALED = "sealed"  # execution option of the engine of a database that cannot be written
REFUSALS = {
    "full": "the disk is full. Free some space, then run it again.",
    "readonly": "the file is read-only. Make its folder writable, then run it again.",
    "unable to open": "its folder cannot be written or read. Check the permissions, then run it again.",
    "locked": "another process has been writing for too long. Wait for it to end, then run it again.",
    "disk I/O": "the disk reports an error: it is full, or damaged. Free some space or check it, then run it again.",
}


@dataclass(frozen=True)
class Kind:
    """One kind of database.

    Attributes:
        noun: what it is, in a sentence.
        steps: the folder of the migrations that make it.
        numbered: the table that keeps the newest step.
        guarded: the table whose past is never edited. guards: names of its triggers.
    """

    noun: str
    steps: Path
    numbered: str
    guarded: str
    guards: tuple[str, ...]


WORKSPACE = Kind("workspace", MIGRATIONS / "versions", "alembic_version", "label_event", triggers.NAMES)


def of_file(path: Path) -> str:
    """The address of a SQLite file, whatever signs its name has.

    Raises:
        InputError: a name on its path is not in UTF-8, so that no address can hold it.
    """
    if not is_text(path):
        raise InputError(f"{readable(path)} has a name that is not in UTF-8. Rename the folder, or use another.")
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def open_database(url: str, kind: Kind = WORKSPACE) -> Engine:
    """Open a database, bring its schema up to date and check that the guards stand.

    Raises:
        StoreError: the file cannot be opened or written, or is newer than this program.
    """
    engine = _engine(url)
    try:
        _prepare(engine, kind)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _prepare(engine: Engine, kind: Kind) -> None:
    try:
        _upgrade(engine, kind)
        with reading(engine).connect() as connection:
            gone = triggers.missing(connection, kind.guarded, kind.guards)
            if gone:
                raise StoreError(
                    f"The database lost its guards ({', '.join(gone)}). Restore it from a copy, or run `sceneloop doctor`."
                )
    except OperationalError as error:
        reason = str(error.orig).rstrip(".? ")
        raise StoreError(
            f"The database cannot be opened: {reason}. Check that the folder is writable and the disk is not full."
        ) from error


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return postgresql.engine(url)
    file = Path(make_url(url).database or "")
    if sqlite.is_sealed(file):
        # Each transaction looks anew whether somebody writes; so no connection is kept.
        engine = create_engine(
            url,
            module=driver,
            creator=lambda: sqlite.open_sealed(file),
            poolclass=NullPool,
            execution_options={SEALED: True},
            json_deserializer=read_json,
        )
        event.listen(engine, "connect", _say_begin_ourselves)
    else:
        options = {"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
        engine = create_engine(url, module=driver, connect_args=options, pool_size=8, json_deserializer=read_json)
        event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_immediate)
    event.listen(engine, "handle_error", _explain)
    return engine


def _explain(context: ExceptionContext) -> None:
    """Say what the disk or another process refuses, in place of the driver's words.

    Raises:
        StoreError: the file cannot be written or read, or is locked for longer than the wait.
    """
    message = str(context.original_exception)
    for sign, meaning in REFUSALS.items():
        if isinstance(context.original_exception, driver.OperationalError) and sign in message:
            raise StoreError(f"The database cannot be used: {meaning} What was committed is kept.") from None


def _say_begin_ourselves(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself, see _begin_immediate


def _set_pragmas(connection: Any, record: object) -> None:
    _say_begin_ourselves(connection, record)
    for pragma in ("foreign_keys = ON", "synchronous = FULL", "mmap_size = 0", f"cache_size = -{CACHE_KIB}"):
        connection.execute(f"PRAGMA {pragma}")
    _set_journal(connection)


def _set_journal(connection: Any) -> None:
    """Turning the file to another journal needs it alone for a moment, and SQLite itself does not wait for that."""
    until = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute(f"PRAGMA journal_mode = {JOURNAL}")
            return
        except driver.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _begin_immediate(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    if not read_only and is_sealed(connection.engine):
        raise sqlite.refuse(connection.engine.url.database)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _upgrade(engine: Engine, kind: Kind) -> None:
    configuration = Config()
    for option, path in (("script_location", MIGRATIONS), ("version_locations", kind.steps)):
        configuration.set_main_option(option, str(path).replace("%", "%%"))
    configuration.set_main_option("path_separator", "newline")
    configuration.attributes["numbered"] = kind.numbered
    scripts = ScriptDirectory.from_config(configuration)
    newest = scripts.get_current_head()
    with reading(engine).connect() as connection:
        if _known(connection, scripts, kind) == newest:
            return
    if is_sealed(engine):
        raise StoreError(
            f"An older Sceneloop made this {kind.noun}, and it cannot be written here, so it cannot be brought up to date. "
            "Nothing was changed. Copy it to where it can be written, and open the copy."
        )
    with engine.begin() as connection:  # the lock is taken here: a second process waits, then finds the work done
        if _known(connection, scripts, kind) != newest:
            configuration.attributes["connection"] = connection
            command.upgrade(configuration, "head")


def _known(connection: Connection, scripts: ScriptDirectory, kind: Kind) -> str | None:
    """The database's revision, or None in an empty one.

    Raises:
        StoreError: a newer program made it.
    """
    revision = _revision(connection, kind)
    known = {script.revision for script in scripts.walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreError(
            f"A newer Sceneloop has changed this {kind.noun}'s database (its revision is {revision}, this program knows "
            f"{max(known)}). Nothing was changed. Update this program, then open the {kind.noun} again."
        )
    return revision


def is_sealed(engine: Engine) -> bool:
    """Whether the database can be read and not written."""
    return bool(engine.get_execution_options().get(SEALED, False))


def reading(engine: Engine) -> Engine:
    """The same engine for reading only: all statements of a transaction see one moment."""
    if engine.dialect.name == "postgresql":
        return postgresql.reading(engine)
    return engine.execution_options(read_only=True)


def beside(engine: Engine) -> Engine:
    """The same engine for a write of which no order follows; on a server it waits for no other one, in a file there is one at a time."""
    return postgresql.beside(engine) if engine.dialect.name == "postgresql" else engine


def _revision(connection: Connection, kind: Kind) -> str | None:
    if not connection.dialect.has_table(connection, kind.numbered):
        return None
    return connection.execute(text(f"SELECT version_num FROM {kind.numbered}")).scalar()
