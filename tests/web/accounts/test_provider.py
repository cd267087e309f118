"""Signing in by an identity provider, the whole chain of redirects against a real one, and every way in which it may not end well."""

from __future__ import annotations

import dataclasses
import time
import warnings
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.testclient import TestClient

import settings
from errors import InputError, StoreError
from settings import current
from store.accounts import account_rows, audit_log, outside_identities, sessions
from store.accounts.accounts_database import Accounts
from store.accounts.outside_identities import Grant, Outside
from store.accounts.roles import Role
from web.accounts import identity, provider
from web.accounts.entry_routes import JOURNEY

CONFIRMED = {"email_verified": True}
PEOPLE = {
    "1": {"email": "Cleo@Team.example", "groups": ["labellers", "all"], **CONFIRMED},
    "2": {"email": "dan@team.example", "groups": ["leads", "labellers"], **CONFIRMED},
    "3": {"email": "eve@elsewhere.example", "groups": ["leads"], **CONFIRMED},
    "4": {"email": "fay@team.example", "groups": ["leads"], "email_verified": False},
    "5": {"email": "gus@team.example", "groups": ["guests"], **CONFIRMED},
    "6": {"email": "reviewer@team.example", "groups": ["labellers"], **CONFIRMED},
    "7": {"groups": ["leads"]},
}


# The provider's own libraries warn of their own old parts.
pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config")


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a provider that knows `PEOPLE`."""
    with warnings.catch_warnings(record=True):  # it asks to be heard always, when it is imported
        import oidc_provider_mock
    people = [oidc_provider_mock.User(sub=sub, claims=claims) for sub, claims in PEOPLE.items()]
    with oidc_provider_mock.run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def client(issuer: str, stranger: TestClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Somebody at a server that believes the provider about its own domain and three groups."""
    for name, value in {
        "ISSUER": issuer, "CLIENT": "sceneloop", "SECRET": "between us", "DOMAINS": "team.example",
        "GROUPS": "labellers=annotator@demo, leads=owner@demo, ops=admin",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"SCENELOOP_OIDC_{name}", value)
    current.cache_clear()
    stranger.cookies.clear()
    return stranger


def leave(client: TestClient, back: str = "/review") -> str:
    """Where the server sends the browser."""
    client.cookies.clear()
    answer = client.get("/signin/oidc", params={"next": back})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def come_back(away: str, sub: str) -> str:
    """The address that the provider sends the browser back to, where it says who it is."""
    with httpx.Client(trust_env=False) as browser:
        answer = browser.post(away, data={"sub": sub})
    assert answer.status_code == 302, answer.text
    location = urlsplit(answer.headers["location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == "http://127.0.0.1/signin/callback"
    return f"{location.path}?{location.query}"


def enter(client: TestClient, sub: str) -> Any:
    return client.get(come_back(leave(client), sub))


def test_the_whole_chain_ends_with_a_session_and_the_role_of_the_group(client: TestClient, accounts: Accounts) -> None:
    assert "/signin/oidc?next=%2Freview" in client.get("/signin", params={"next": "/review"}).text
    away = leave(client)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(away).query).items()}
    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", "sceneloop")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) == 43
    answer = client.get(come_back(away, "1"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/review")
    cookies = answer.headers.get_list("set-cookie")
    assert any(c.startswith(f"{identity.COOKIE}=") and "HttpOnly" in c and "samesite=lax" in c.lower() for c in cookies)
    assert any(c.startswith(f'{JOURNEY}="";') for c in cookies), "the journey is over"
    assert client.get("/api/person").json()["name"] == "cleo@team.example"
    assert client.get("/api/demo/meta").status_code == 200
    assert client.get("/api/demo/prompts").status_code == 403
    enter(client, "2")
    assert client.get("/api/demo/prompts").status_code == 200, "of two groups the higher one"
    enter(client, "1")
    with accounts.read() as connection:
        names = [one.name for one in account_rows.every(connection)]
        kinds = [(entry.kind, entry.actor) for entry in audit_log.entries(connection)]
    assert names.count("cleo@team.example") == 1
    assert kinds == [
        ("sign-in", "cleo@team.example"),
        ("sign-in", "dan@team.example"),
        ("sign-in", "cleo@team.example"),
    ]


@pytest.mark.parametrize(
    ("sub", "status", "words"),
    [
        ("3", 401, "of that domain"),
        ("4", 401, "has not confirmed your e-mail"),
        ("7", 401, "has not confirmed your e-mail"),
        ("5", 403, "None of your groups"),
    ],
)
def test_whom_the_server_does_not_know_stays_out(
    sub: str, status: int, words: str, client: TestClient, accounts: Accounts
) -> None:
    answer = enter(client, sub)
    assert answer.status_code == status
    assert words in answer.text
    assert client.get("/api/demo/meta").status_code == 401
    with accounts.read() as connection:
        assert not [one for one in account_rows.every(connection) if "@" in one.name]
        assert not [one for one in sessions.standing(connection) if "@" in one.account]


def changed(client: TestClient, **parts: str) -> None:
    """The browser comes back with another journey than it left with."""
    journey = provider.unpacked(client.cookies.get(JOURNEY, path="/signin"))
    assert journey is not None
    client.cookies.delete(JOURNEY)
    client.cookies.set(JOURNEY, dataclasses.replace(journey, **parts).packed(), path="/signin")


def refused(client: TestClient, address: str) -> bool:
    answer = client.get(address)
    return (
        answer.status_code == 401 and provider.STRANGE in answer.text and client.get("/api/person").status_code == 401
    )


def test_a_journey_of_somebody_else_ends_nowhere(client: TestClient) -> None:
    back = come_back(leave(client), "1")
    changed(client, state="x" * 43)
    assert refused(client, back), "a wrong state: an attacker's address opened in the victim's browser"
    back = come_back(leave(client), "1")
    changed(client, nonce="x" * 43)
    assert refused(client, back), "a wrong nonce: a token that was made for another sign-in"
    back = come_back(leave(client), "1")
    client.cookies.clear()
    assert refused(client, back), "no journey at all"
    assert refused(client, "/signin/callback")
    leave(client)
    assert refused(client, "/signin/callback?error=access_denied&state=x")


def test_a_code_that_was_used_is_of_no_use(client: TestClient) -> None:
    back = come_back(leave(client), "1")
    kept = client.cookies.get(JOURNEY, path="/signin")
    assert client.get(back).status_code == 303
    client.cookies.clear()
    assert refused(client, back)
    client.cookies.set(JOURNEY, str(kept), path="/signin")
    assert refused(client, back), "the browser kept its journey, the provider its codes not"


def test_a_token_for_another_server_or_of_another_key_is_none(
    client: TestClient, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from joserfc import jwk, jwt

    one = provider.of(current())
    assert one is not None
    key = jwk.RSAKey.generate_key(2048)
    shared = jwk.OctKey.import_key("between us" * 4)
    now = int(time.time())
    good = {"iss": issuer, "aud": "sceneloop", "sub": "1", "nonce": "n", "iat": now, "exp": now + 60}
    published: dict[str, Any] = {"keys": [key.as_dict(private=False)]}
    monkeypatch.setattr(provider, "_asked", lambda *given: published)

    def check(header: dict[str, str], claims: dict[str, Any], by: Any) -> None:
        one._checked(jwt.encode(header, claims, by, algorithms=[header["alg"]]), "n")

    check({"alg": "RS256"}, good, key)
    for claims in (
        {"aud": "another"},
        {"iss": "https://evil.example"},
        {"nonce": "m"},
        {"exp": now - 120},
        {"aud": ["sceneloop", "another"]},
    ):
        with pytest.raises(InputError):
            check({"alg": "RS256"}, {**good, **claims}, key)
    with pytest.raises(InputError):
        check({"alg": "RS256"}, good, jwk.RSAKey.generate_key(2048))
    with pytest.raises(InputError):
        check({"alg": "HS256"}, good, shared)
    with pytest.raises(InputError):
        one._checked("eyJhbGciOiJub25lIn0.e30.", "n")


def test_an_account_with_a_password_is_not_taken_over(client: TestClient, accounts: Accounts) -> None:
    with accounts.write() as connection:
        invited = account_rows.add(connection, "reviewer@team.example", Role.REVIEWER, "demo")
        account_rows.set_password(connection, invited.id, "argon2")
    answer = enter(client, "6")
    assert answer.status_code == 403
    assert "account with a password" in answer.text
    with accounts.write() as connection:
        account_rows.close(connection, account_rows.require(connection, "reviewer@team.example"))
    assert "was revoked" in enter(client, "6").text


def test_roles_follow_the_groups_and_the_last_admin_stays(accounts: Accounts) -> None:
    who = Outside("https://id.example", "9", "hal@team.example")
    demo, ops = Grant("a", Role.OWNER, "demo"), Grant("o", Role.ADMIN, None)
    with accounts.write() as connection:
        assert outside_identities.account_of(connection, who, [demo, ops]).is_admin
        less = outside_identities.account_of(connection, who, [Grant("b", Role.ANNOTATOR, "other")])
        assert (less.is_admin, dict(less.roles)) == (False, {"other": Role.ANNOTATOR})
        assert dict(outside_identities.account_of(connection, who, None).roles) == {"other": Role.ANNOTATOR}
        assert (
            outside_identities.account_of(connection, dataclasses.replace(who, email="new@team.example"), None).name
            == who.email
        )
        outside_identities.account_of(connection, who, [ops])
        account_rows.set_role(connection, account_rows.require(connection, "admin"), Role.NOBODY, None)
        with pytest.raises(InputError, match="only admin"):
            outside_identities.account_of(connection, who, [demo])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ISSUER": "http://id.example"}, "https"),
        ({"SECRET": ""}, "are missing"),
        ({"DOMAINS": "", "GROUPS": ""}, "Set who may sign in"),
        ({"GROUPS": "leads=king@demo"}, "no role"),
        ({"GROUPS": "leads=owner"}, "GROUP=ROLE@WORKSPACE"),
        ({"GROUPS": "leads=admin@demo"}, "GROUP=ROLE@WORKSPACE"),
        ({"ISSUER": "http://127.0.0.1:9"}, "cannot be reached"),
    ],
)
def test_settings_that_cannot_be_are_said_on_the_sign_in_page(
    changes: dict[str, str], words: str, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in changes.items():
        monkeypatch.setenv(f"SCENELOOP_OIDC_{name}", value)
    settings.current.cache_clear()
    answer = client.get("/signin/oidc")
    assert answer.status_code in (400, 503)
    assert words in answer.text
    with pytest.raises((InputError, StoreError)):
        provider.of(current())
