"""The pages before the app, as a browser without scripts uses them."""

from __future__ import annotations

import asyncio
import re
import time

import pytest
from httpx import Response
from people_served import SignedIn
from starlette.testclient import TestClient

from store.accounts import account_rows, invitations
from store.accounts.accounts_database import Accounts
from web.accounts import entry, identity, passwords

PASSWORD, OTHER = "correct horse battery", "another staple entirely"
SAME = {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}


def sent(client: TestClient, path: str, headers: dict[str, str] = SAME, **fields: str) -> Response:
    return client.post(path, data=fields, headers=headers)


@pytest.fixture
def admin(accounts: Accounts) -> str:
    """The admin has a password."""
    stored = asyncio.run(passwords.hashed(PASSWORD))
    with accounts.write() as connection:
        account_rows.set_password(connection, account_rows.require(connection, "admin").id, stored)
    return "admin"


def test_in_and_out(stranger: TestClient, admin: str) -> None:
    page = stranger.get("/signin?next=/train%3Fworkspace=demo")
    assert 'value="/train?workspace=demo"' in page.text
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    wrong = sent(stranger, "/signin", name=admin, password=OTHER, next="/train")
    assert (wrong.status_code, "Wrong name or password" in wrong.text) == (401, True)
    assert "set-cookie" not in wrong.headers
    right = sent(stranger, "/signin", name="ADMIN", password=PASSWORD, next="/train?workspace=demo")
    assert (right.status_code, right.headers["location"]) == (303, "/train?workspace=demo")
    cookie = right.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert stranger.get("/api/person").json()["name"] == "admin"
    out = sent(stranger, "/signout")
    assert out.headers["location"] == "/signin"
    stranger.cookies.set(identity.COOKIE, re.search(r"=([^;]+)", cookie)[1])  # type: ignore[index]
    assert stranger.get("/api/person").status_code == 401, "the token itself is worth nothing any more"


@pytest.mark.parametrize(
    "next_",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/a\nb", "/signin", ""],
)
def test_signing_in_leads_to_no_other_site(stranger: TestClient, admin: str, next_: str) -> None:
    assert sent(stranger, "/signin", name=admin, password=PASSWORD, next=next_).headers["location"] == "/"


def test_over_tls_the_cookie_is_this_hosts_alone(
    stranger: TestClient, admin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that speaks TLS: the browser's origin says so, where the guard knows that name."""
    from web.api import guard, hosts

    monkeypatch.setattr(guard, "_door", lambda: hosts.door(["label.example"], opened=False))
    headers = {"Origin": "https://label.example", "Sec-Fetch-Site": "same-origin"}
    cookie = sent(stranger, "/signin", headers, name=admin, password=PASSWORD).headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie


def test_no_other_site_signs_anybody_in_or_out(stranger: TestClient, admin: str) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {**SAME, "Sec-Fetch-Site": "cross-site"}):
        for path in ("/signin", "/signout", "/invitation", "/account"):
            assert sent(stranger, path, headers, name=admin, password=PASSWORD).status_code == 403
    assert stranger.get("/signout").status_code in (401, 404)


def test_names_and_notices_are_shown_as_they_are(stranger: TestClient, admin: str) -> None:
    evil = '"><script>alert(1)</script>'
    for answer in (
        sent(stranger, "/signin", name=evil, password="x", next=evil),
        stranger.get("/invitation", params={"token": evil}),
    ):
        assert "<script>" not in answer.text


def test_a_wait_says_how_long(stranger: TestClient, admin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(entry.time, "time", lambda: now)  # no wait passes, however slow the machine
    answers = [sent(stranger, "/signin", name=admin, password=OTHER) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401] * 4 + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert sent(stranger, "/signin", name=admin, password=PASSWORD).status_code == 429


def test_an_invitation_leads_into_the_app(stranger: TestClient, accounts: Accounts) -> None:
    with accounts.write() as connection:
        token = invitations.invite(connection, account_rows.require(connection, "annotator").id, "root")
    page = stranger.get(invitations.link(token))
    assert "Welcome, annotator" in page.text
    differing = sent(stranger, "/invitation", token=token, password=PASSWORD, again=OTHER)
    assert (differing.status_code, "not the same" in differing.text) == (400, True)
    short = sent(stranger, "/invitation", token=token, password="short", again="short")
    assert (short.status_code, "12 characters" in short.text) == (400, True)
    done = sent(stranger, "/invitation", token=token, password=PASSWORD, again=PASSWORD)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert stranger.get("/api/person").json()["name"] == "annotator"
    assert "used, replaced or revoked" in stranger.get(invitations.link(token)).text
    assert sent(stranger, "/invitation", token=token, password=PASSWORD, again=PASSWORD).status_code == 400


def test_ones_own_password(signed_in: SignedIn, admin: str) -> None:
    client = signed_in(admin)
    assert "Sign out" in client.get("/account").text
    wrong = sent(client, "/account", old=OTHER, password=OTHER, again=OTHER)
    assert (wrong.status_code, "Nothing was changed" in wrong.text) == (400, True)
    done = sent(client, "/account", old=PASSWORD, password=OTHER, again=OTHER)
    assert (done.status_code, "is changed" in done.text) == (200, True)
    assert client.get("/api/person").status_code == 200


@pytest.mark.parametrize(
    "body", [b"x" * 20_000, b"\xff\xfe", b"&".join([b"a=b"] * 50), b"", b"name=%ff%fe&password=%00"]
)
def test_forms_that_are_none(stranger: TestClient, admin: str, body: bytes) -> None:
    for path in ("/signin", "/invitation"):
        assert stranger.post(path, content=body, headers=SAME).status_code in (400, 401)
