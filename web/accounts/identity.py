"""Who asks: whether this server has users, and the person who holds a session's token. Routes and pages ask here."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

from settings import current
from store.accounts import account_rows, accounts_database, api_tokens, sessions, tokens
from store.accounts.accounts_database import Accounts
from store.accounts.roles import Person
from store.database.column_types import now
from web.accounts import tied_roles

SCOPE = "sceneloop.person"  # where the gate puts the person of a request; absent on a server without users
COOKIE, SECURE_COOKIE = "sceneloop_session", "__Host-sceneloop_session"
ASKED_S = 1.0  # a server without users asks again after that whether there are some
KEPT_S = 1.0  # what only reads believes for so long that a session stands
MOST = 1000  # sessions that are remembered

Server = tuple[Path, str | None]
_lock = threading.Lock()
_opened: dict[Server, Accounts] = {}
_peopled: set[Server] = set()  # servers that have users; they stay closed, whatever happens to the database
_asked: dict[Server, float] = {}
_known: OrderedDict[str, tuple[float, Person]] = OrderedDict()


def server() -> Server:
    """What this process serves, and where its accounts are if not beside that."""
    return current().workspace, current().accounts_url


def settled() -> bool:
    """Whether `accounts` answers from memory."""
    one = server()
    return one in _peopled or time.monotonic() - _asked.get(one, float("-inf")) < ASKED_S


def accounts() -> Accounts | None:
    """The accounts of this server, None while it has no users.

    Raises:
        StoreError: they cannot be opened.
    """
    one = server()
    if one in _peopled:
        return _opened[one]
    with _lock:
        if settled():
            return _opened[one] if one in _peopled else None
        if one not in _opened and accounts_database.exist(*one):
            _opened[one] = accounts_database.open_accounts(*one)
        if one in _opened:
            with _opened[one].read() as connection:
                if account_rows.any_at_all(connection):
                    _peopled.add(one)
                    return _opened[one]
        _asked[one] = time.monotonic()
        return None


def close() -> None:
    """Forget every server and session, and give the connections back."""
    with _lock:
        while _opened:
            _opened.popitem()[1].close()
        _peopled.clear()
        _asked.clear()
        _known.clear()
        tied_roles.forget()


def forget() -> None:
    """Believe nothing that was looked up before: a session has ended here."""
    _known.clear()


def stamp(person: Person | None) -> str:
    """What changes when an open page has to be drawn anew: who it is, and what they may do."""
    if person is None:
        return ""
    roles = ",".join(f"{workspace}={role:d}" for workspace, role in sorted(person.roles.items()))
    return f"{person.session}/{int(person.is_admin)}/{roles}"


def token_of(cookies: Mapping[str, str]) -> str | None:
    """The token that a browser sent."""
    return cookies.get(SECURE_COOKIE) or cookies.get(COOKIE)


def remembered(token: str | None) -> Person | None:
    """The person of a token that was looked up a moment ago, else None; asks nothing."""
    at, person = _known.get(tokens.hash_of(token), (float("-inf"), None)) if token else (0.0, None)
    return person if time.monotonic() - at < KEPT_S else None


def person_of(token: str | None, *, uses: bool = False) -> Person | None:
    """Who holds a token now; None where nobody does any more, or the server has no users.

    Args:
        uses: whether somebody does something with it, which puts off its end.

    Raises:
        StoreError: the accounts cannot be read.
    """
    one = accounts()
    if one is None or token is None:
        return None
    digest = tokens.hash_of(token)
    with one.read() as connection:
        known = sessions.person(connection, digest)
    if known is None:
        _known.pop(digest, None)
        return None
    person, seen_at = tied_roles.of(one, known[0]), known[1]
    _known[digest] = time.monotonic(), person
    while len(_known) > MOST:
        _known.popitem(last=False)
    if uses and now() - seen_at > sessions.NOTED:
        with one.write() as connection:
            sessions.seen(connection, person.session)
    return person


def bearer_of(authorization: str) -> str | None:
    """The API token of an `Authorization` header; None where it holds none. No other kind of it opens anything."""
    kind, _, token = authorization.partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip().startswith(api_tokens.BEGIN) else None


def person_of_api_token(token: str) -> Person | None:
    """Whose an API token is now; None where it is nobody's any more, or the server has no users.

    Raises:
        StoreError: the accounts cannot be read.
    """
    one = accounts()
    if one is None:
        return None
    with one.read() as connection:
        known = api_tokens.person(connection, tokens.hash_of(token))
    if known is None:
        return None
    person, number, seen_at = tied_roles.of(one, known[0]), known[1], known[2]
    if seen_at is None or now() - seen_at > api_tokens.NOTED:
        with one.write() as connection:
            api_tokens.seen(connection, number)
    return person
