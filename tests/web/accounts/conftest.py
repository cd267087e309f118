"""A server with users: the real routes behind the real guard and gate, and somebody of every role."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from people_served import PEOPLE, SignedIn, served
from starlette.testclient import TestClient

from settings import current
from store.accounts import account_rows, accounts_database, sessions
from store.accounts.accounts_database import Accounts
from web.accounts import identity


@pytest.fixture
def accounts(root: Path) -> Iterator[Accounts]:
    """The server's accounts with somebody of every role; nobody has a password yet."""
    one = accounts_database.open_accounts(root)
    with one.write() as connection:
        for name, (role, workspace) in PEOPLE.items():
            account_rows.add(connection, name, role, workspace)
    identity.close()
    assert current().workspace == root
    yield one
    one.close()
    identity.close()


@pytest.fixture
def stranger(accounts: Accounts) -> Iterator[TestClient]:
    """Somebody without a session, with all that opens a server without users."""
    with TestClient(served(), base_url="http://127.0.0.1", follow_redirects=False) as client:
        client.cookies.set("sceneloop_actor", "admin")
        client.headers |= {"X-Sceneloop": "1", "X-Sceneloop-User": "admin", "X-Forwarded-User": "admin"}
        yield client


@pytest.fixture
def signed_in(stranger: TestClient, accounts: Accounts) -> SignedIn:
    """A client with a session of one of `PEOPLE`."""

    def with_session(name: str) -> TestClient:
        with accounts.write() as connection:
            token = sessions.begin(connection, account_rows.require(connection, name).id, "192.0.2.7", "a browser")
        stranger.cookies.delete(identity.COOKIE)
        stranger.cookies.set(identity.COOKIE, token)
        return stranger

    return with_session
