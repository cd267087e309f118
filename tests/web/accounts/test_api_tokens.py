"""API tokens at the gate: what one opens, what it does not, and how it ends."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from people_served import SignedIn
from sqlalchemy import update
from starlette.testclient import TestClient

from store.accounts import account_rows, account_tables, api_tokens, audit_log, tokens
from store.accounts.accounts_database import Accounts
from store.accounts.roles import Role
from store.database.column_types import now

NewToken = Callable[..., str]


@pytest.fixture
def new_token(accounts: Accounts) -> NewToken:
    """A new token of somebody of the server."""

    def make(name: str, role: Role = Role.ADMIN, **more: object) -> str:
        with accounts.write() as connection:
            one = account_rows.require(connection, name)
            return api_tokens.make(connection, one.id, "a script", role, **more)  # type: ignore[arg-type]

    return make


def status(
    client: TestClient, token: str, request: str = "GET /api/demo/commands/history", kind: str = "Bearer"
) -> int:
    method, path = request.split()
    return client.request(
        method, path, headers={"Authorization": f"{kind} {token}"}, json={} if method == "POST" else None
    ).status_code


def test_a_token_may_what_its_role_and_its_person_may(stranger: TestClient, new_token: NewToken) -> None:
    suspects, export = "GET /api/demo/commands/suspects", "POST /api/demo/commands/export"
    for name, role, read, write in (
        ("owner", Role.OWNER, 200, 400), ("owner", Role.ANNOTATOR, 200, 403), ("annotator", Role.OWNER, 200, 403),
        ("admin", Role.ADMIN, 200, 400), ("admin", Role.REVIEWER, 200, 403), ("other", Role.ADMIN, 404, 404),
    ):  # fmt: skip
        token = new_token(name, role)
        assert (status(stranger, token, suspects), status(stranger, token, export)) == (read, write), (name, role)
    assert status(stranger, new_token("admin", Role.ADMIN, workspace="another")) == 404
    assert status(stranger, new_token("admin", Role.ADMIN, workspace="demo")) == 200


def test_a_token_opens_routes_of_workspaces_and_nothing_else(
    stranger: TestClient, new_token: NewToken, signed_in: SignedIn
) -> None:
    token = new_token("admin")
    for request in ("GET /", "GET /review", "GET /people", "GET /account", "POST /account", "POST /account/tokens", "POST /signout",
                    "GET /api/person", "GET /media/1.png", "GET /_stcore/host-config", "PUT /_stcore/upload_file/a/b", "GET /present/demo/1",
                    "GET /nothing"):  # fmt: skip
        assert status(stranger, token, request) == 401, request
    for kind in ("Basic", "Token", "bearer x", ""):
        assert status(stranger, token, kind=kind) == 401, kind
    assert status(stranger, token, kind="bearer") == 200
    client = signed_in("admin")
    assert client.get("/api/demo/commands/history").status_code == 200
    assert status(client, "YW5uOmFubg==", kind="Basic") == 200, "what a proxy before us asks for is not our business"
    assert status(client, "sceneloop_wrong") == 401, "a wrong token is not helped by a cookie"
    assert status(client, new_token("annotator"), "POST /api/demo/commands/export") == 403, "nor a weak one"


def test_it_ends_when_it_is_ended_too_old_or_its_person_goes(
    stranger: TestClient, accounts: Accounts, new_token: NewToken
) -> None:
    ended, old, gone = new_token("annotator"), new_token("reviewer"), new_token("owner")
    assert [status(stranger, token) for token in (ended, old, gone)] == [200] * 3
    table = account_tables.api_token
    with accounts.write() as connection:
        (one,) = api_tokens.standing(connection, account_rows.require(connection, "annotator").id)
        assert one.seen_at is not None
        assert api_tokens.end(connection, one.id) == "a script"
        of_old = update(table).where(table.c.token_hash == tokens.hash_of(old))
        connection.execute(of_old.values(until=now() - dt.timedelta(seconds=1)))
        account_rows.close(connection, account_rows.require(connection, "owner"))
    assert [status(stranger, token) for token in (ended, old, gone)] == [401] * 3


def test_only_its_hash_is_kept(accounts: Accounts, new_token: NewToken) -> None:
    token = new_token("annotator")
    with accounts.read() as connection:
        rows = connection.execute(account_tables.api_token.select()).mappings().all()
    assert token not in str(rows)
    assert [row["token_hash"] for row in rows] == [tokens.hash_of(token)]


def test_one_makes_and_ends_them_on_ones_account_page(signed_in: SignedIn, accounts: Accounts) -> None:
    client = signed_in("reviewer")
    page = client.get("/account").text
    assert re.findall("<option>(.*?)</option>", page) == ["annotator", "reviewer"], "no role above one's own"
    form = {"token_name": "nightly <b>", "role": "reviewer", "days": "30"}
    page = client.post("/account/tokens", data=form).text
    (token,) = re.findall(r"sceneloop_[\w-]{43}", page)
    assert "nightly &lt;b&gt;" in page
    assert token not in client.get("/account").text, "it is shown once"
    assert status(client, token) == 200
    with accounts.read() as connection:
        (one,) = api_tokens.standing(connection)
    assert (one.until - one.created_at).days == 30
    assert signed_in("annotator").post("/account/tokens/end", data={"id": str(one.id)}).status_code == 400, (
        "it is not theirs"
    )
    assert status(client, token) == 200
    assert "is revoked" in signed_in("reviewer").post("/account/tokens/end", data={"id": str(one.id)}).text
    assert status(client, token) == 401
    with accounts.read() as connection:
        kinds = [entry.kind for entry in audit_log.entries(connection)]
    assert kinds == ["token made", "token ended"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "owner"},
        {"role": "king"},
        {"days": "0"},
        {"days": "366"},
        {"days": "x"},
        {"token_name": " "},
        {"token_name": "x" * 81},
    ],
)
def test_what_cannot_be_a_token_is_said(wrong: dict[str, str], signed_in: SignedIn) -> None:
    form = {"token_name": "a script", "role": "annotator", "days": "30", **wrong}
    answer = signed_in("reviewer").post("/account/tokens", data=form)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "sceneloop_" not in answer.text
