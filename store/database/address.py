"""Where a workspace's database is: `workspace.toml` in its folder, for one that is not kept in the folder itself.

The file names the database and no password. A password comes from where PostgreSQL's own programs have it (PGPASSWORD, ~/.pgpass),
or from SCENELOOP_DATABASE_URL where that names the same server and account.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from errors import StoreError

FILE = "workspace.toml"
_HEAD = "# Where this workspace's database is. Keep no password here: PGPASSWORD, ~/.pgpass or SCENELOOP_DATABASE_URL give it.\n"


def parsed(address: str) -> URL:
    """A database address as SQLAlchemy has it; PostgreSQL's own spelling gets the driver that is used here.

    Raises:
        StoreError: it is none.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise StoreError(
            "That is not a database address. Write it as postgresql://ACCOUNT@HOST/DATABASE, then try again."
        ) from error
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def read(folder: Path) -> str | None:
    """The address that a folder names, or None.

    Raises:
        StoreError: the file cannot be read.
    """
    try:
        content = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder / FILE} cannot be read ({error}). Fix it, then try again.") from error
    address = content.get("database")
    if not isinstance(address, str):
        raise StoreError(f'{folder / FILE} names no database. Add the line: database = "postgresql://HOST/DATABASE".')
    return address


def write(folder: Path, address: str) -> None:
    """Name a folder's database, without the password.

    Raises:
        OSError: the folder cannot be written.
    """
    url = parsed(address)
    plain = URL.create(url.drivername, url.username, None, url.host, url.port, url.database, url.query)
    text = f"{_HEAD}database = {json.dumps(plain.render_as_string(), ensure_ascii=False)}\n"
    with (folder / FILE).open("x", encoding="utf-8") as file:
        file.write(text)


def complete(stored: str, given: str | None) -> str:
    """A stored address with the password of the given one, where both name one account of one server.

    Raises:
        StoreError: either is not an address.
    """
    url = parsed(stored)
    if url.password is None and given is not None and _server(parsed(given)) == _server(url):
        url = url.set(password=parsed(given).password)
    return url.render_as_string(hide_password=False)


def _server(url: URL) -> tuple[object, ...]:
    return url.get_backend_name(), url.username, url.host, url.port, url.query.get("host")
