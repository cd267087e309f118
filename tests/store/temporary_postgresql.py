"""A PostgreSQL server for the tests: the one that `SCENELOOP_TEST_DATABASE_URL` names, else a temporary one of what is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import NullPool, create_engine, make_url, text

NAMED = os.environ.get("SCENELOOP_TEST_DATABASE_URL")
ACCOUNTS = ("postgres", "nobody")  # the server refuses to run as root


def programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, or None."""
    result = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(result).parent if result else debian[-1].parent if debian else None


def available() -> bool:
    """Whether there is a server to test with."""
    return NAMED is not None or programs() is not None


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server on which databases can be made.

    A temporary one listens on a socket in a folder of its own and on no port, and is gone afterwards.
    """
    if NAMED is not None:
        yield NAMED
        return
    folder, account = Path(tempfile.mkdtemp(prefix="pg-")), _account()
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"
    try:
        _run("initdb", "-D", data, "-U", "sceneloop", "-A", "trust", "-E", "UTF8", "--no-sync", account=account)
        _start(folder)
        try:
            yield f"postgresql+psycopg://sceneloop@/postgres?host={folder}"
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "stop", account=account)
    finally:
        shutil.rmtree(folder)


@contextmanager
def away(url: str) -> Iterator[None]:
    """A temporary server is killed, with all its connections, and is back after the block."""
    folder = Path(str(make_url(url).query["host"]))
    _run("pg_ctl", "-D", folder / "data", "-m", "immediate", "stop", account=_account())
    try:
        yield
    finally:
        _start(folder)


def _start(folder: Path) -> None:
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    _run("pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start", account=_account())


@contextmanager
def database(url: str) -> Iterator[str]:
    """The URL of an empty database on that server, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(url).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def _account() -> pwd.struct_passwd | None:
    """Whom to run the server as when the tests run as root."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in ACCOUNTS if name in known)


def _run(program: str, *arguments: object, account: pwd.struct_passwd | None) -> None:
    folder = programs()
    assert folder is not None
    subprocess.run(
        [folder / program, *map(str, arguments)], check=True, cwd="/", stdout=subprocess.DEVNULL,
        user=account and account.pw_uid, group=account and account.pw_gid, extra_groups=[] if account else None,
    )  # fmt: skip
