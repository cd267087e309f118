"""A database on a PostgreSQL server, with the order of events that SQLite has.

One transaction writes at a time: each takes the database's advisory lock as it begins, so it sees all that was committed, locks
no rows against another, and the order of ids is the order of commits. One that reads sees the moment of its first statement.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from errors import StoreError
from store.database.json_column import read_json

WAIT_S = 30
IDLE_S = 60  # who has begun to write and says nothing for so long is cut off: it holds everybody up
_CONNECTING = {  # a server that is gone is noticed within a minute, also where it does not say so
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "application_name": "sceneloop",
}
_LOCK = 0x5CE7E  # the first half of the lock's key; the second is the schema, for those who keep two workspaces in one database
_BEGIN = text(
    f"SELECT set_config('lock_timeout', '{WAIT_S}s', true), set_config('idle_in_transaction_session_timeout', :idle, true), "
    f"pg_advisory_xact_lock({_LOCK}, hashtext(current_schema()))"
)
_CHECK = "What was committed is kept. Check the address (workspace.toml, SCENELOOP_DATABASE_URL), and that the server runs and lets you in."
_GONE = "The database server went away or let nobody in. What was committed is kept. Start it, then try again."
_BUSY = (
    f"Another process has been writing for more than {WAIT_S} s. What was committed is kept. "
    "Wait for it to end, then try again."
)


def engine(url: str) -> Engine:
    """The engine of a database server.

    Raises:
        StoreError: the address is none, or its driver is not installed.
    """
    try:
        connecting = {key: value for key, value in _CONNECTING.items() if key not in make_url(url).query}
        db_engine = create_engine(
            url, connect_args=connecting, pool_pre_ping=True, pool_size=8, json_deserializer=read_json
        )
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError(f"This is not a database address ({error}). Fix it, then start again.") from error
    except ModuleNotFoundError as error:
        raise StoreError(
            f"The driver {error.name} of that database is not installed. For PostgreSQL install `sceneloop[postgres]`."
        ) from error
    if db_engine.dialect.name != "postgresql":
        raise StoreError(f"A workspace cannot be kept in {db_engine.dialect.name}. Use SQLite or PostgreSQL.")
    event.listen(db_engine, "begin", _begin)
    event.listen(db_engine, "handle_error", _explain)
    return db_engine


def reading(of: Engine) -> Engine:
    """The same engine for reading only: a connection sees one moment, however many statements it runs."""
    return of.execution_options(read_only=True, isolation_level="REPEATABLE READ", postgresql_readonly=True)


def beside(of: Engine) -> Engine:
    """The same engine for a write that waits for no other and holds none up: nothing may follow from its place among them."""
    return of.execution_options(beside=True)


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("read_only", False) and not options.get("beside", False):
        connection.execute(_BEGIN, {"idle": f"{IDLE_S}s"})


def _explain(context: ExceptionContext) -> None:
    """Say what happened in place of the driver's words.

    Raises:
        StoreError: the server is gone, or another process writes for too long.
    """
    if getattr(context.original_exception, "sqlstate", None) == "55P03":  # lock_not_available
        raise StoreError(_BUSY) from None
    if context.is_pre_ping:
        return  # a dead connection is replaced by a new one
    if context.connection is None and isinstance(context.sqlalchemy_exception, OperationalError):
        reason = str(context.original_exception).strip().rstrip(".?")
        raise StoreError(f"The database cannot be reached: {reason}. {_CHECK}") from None
    if context.is_disconnect:
        raise StoreError(_GONE) from None
