"""The gate: sessions that stand, end and are invented; raw handshakes of the WebSocket; a server without users."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from people_served import SignedIn, served
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from store.accounts import account_rows, accounts_database, sessions, tokens
from store.accounts.accounts_database import Accounts
from store.accounts.roles import Role
from web.accounts import gate, identity
from web.api.guard import SOCKET

ORIGIN, HOST = "http://127.0.0.1:8501", "127.0.0.1:8501"
URL = f"ws://127.0.0.1{SOCKET}"
OWN = {"Host": HOST, "Origin": ORIGIN}


def revoke(accounts: Accounts, name: str) -> None:
    with accounts.write() as connection:
        account_rows.close(connection, account_rows.require(connection, name))


@pytest.mark.parametrize("token", ["", "guessed", "A" * 43, "%00", "a" * 9000, "null"])
def test_a_guessed_token_opens_nothing(stranger: TestClient, token: str) -> None:
    for cookie in (identity.COOKIE, identity.SECURE_COOKIE):
        stranger.cookies.set(cookie, token)
        assert stranger.get("/api/demo/meta").status_code == 401
        assert stranger.post("/api/demo/undo", json={}).status_code == 401


def test_what_the_database_holds_opens_nothing(stranger: TestClient, accounts: Accounts) -> None:
    with accounts.write() as connection:
        token = sessions.begin(connection, account_rows.require(connection, "admin").id, "", "")
    stranger.cookies.set(identity.COOKIE, tokens.hash_of(token))
    assert stranger.get("/api/demo/meta").status_code == 401


def test_a_revoked_session_is_refused(signed_in: SignedIn, accounts: Accounts) -> None:
    client = signed_in("annotator")
    assert client.get("/api/demo/meta").status_code == 200
    revoke(accounts, "annotator")
    assert client.post("/api/demo/undo", json={"preview": True}).status_code == 401, "what writes asks at once"
    time.sleep(identity.KEPT_S)
    assert client.get("/api/demo/meta").status_code == 401
    assert client.get("/thumb/demo/1.webp").status_code == 401


def test_a_role_that_was_taken_is_gone(signed_in: SignedIn, accounts: Accounts) -> None:
    client = signed_in("owner")
    assert client.post("/api/demo/discard", json={"tab": "x"}).status_code != 403
    with accounts.write() as connection:
        account_rows.set_role(connection, account_rows.require(connection, "owner"), Role.ANNOTATOR, "demo")
    assert client.post("/api/demo/discard", json={"tab": "x"}).status_code == 403


def test_looking_on_keeps_no_session_alive(signed_in: SignedIn, accounts: Accounts) -> None:
    client = signed_in("annotator")
    minutes = sessions.NOTED * 3

    def idle() -> bool:
        with accounts.write() as connection:
            number = account_rows.require(connection, "annotator").id
            (one,) = sessions.standing(connection, number)
            connection.exec_driver_sql(
                f"UPDATE session SET seen_at = datetime(seen_at, '-{int(minutes.total_seconds())} seconds')"
            )
        identity.close()
        return bool(one)

    def seen() -> float:
        with accounts.read() as connection:
            return sessions.standing(connection, account_rows.require(connection, "annotator").id)[
                0
            ].seen_at.timestamp()

    assert idle()
    before = seen()
    assert client.get("/api/person").json()["name"] == "annotator"
    assert seen() == before, "an open page asks by itself"
    identity.close()
    client.get("/api/demo/recent")
    assert seen() > before + 60


def connects(client: TestClient, headers: dict[str, str], token: str | None = None) -> bool:
    client.cookies.clear()
    if token is not None:
        client.cookies.set(identity.COOKIE, token)
    try:
        with client.websocket_connect(URL, headers=headers) as socket:
            return socket.receive_text() == "annotator"
    except WebSocketDisconnect as error:
        return error.code != 1008


def test_handshakes(signed_in: SignedIn, accounts: Accounts) -> None:
    client = signed_in("annotator")
    token = client.cookies[identity.COOKIE]
    assert connects(client, OWN, token)
    assert not connects(client, OWN)
    assert not connects(client, OWN, "guessed")
    assert not connects(client, OWN, tokens.hash_of(token))
    assert not connects(client, {**OWN, "X-Sceneloop-User": "annotator", "Cookie": "sceneloop_actor=annotator"})
    assert not connects(
        client, {**OWN, "Authorization": f"Bearer {token}", "Sec-WebSocket-Protocol": f"streamlit, {token}"}
    )
    assert not connects(client, {**OWN, "Origin": "http://evil.example"}, token)
    assert not connects(client, {**OWN, "Origin": "null"}, token)
    assert not connects(client, {**OWN, "Host": "evil.example", "Origin": "http://evil.example"}, token)
    assert connects(client, {"Host": HOST}, token), "a script that says so, which no page can"
    del client.headers["X-Sceneloop"]
    assert not connects(client, {"Host": HOST}, token)
    revoke(accounts, "annotator")
    assert not connects(client, OWN, token)


@pytest.mark.parametrize("change", ["revoked", "signed out", "another role"])
def test_an_open_socket_closes_by_itself(
    signed_in: SignedIn, accounts: Accounts, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "CHECK_S", 0.1)
    with signed_in("annotator").websocket_connect(URL, headers=OWN) as socket:
        assert socket.receive_text() == "annotator"
        socket.send_text("still here")
        assert socket.receive_text() == "still here"
        with accounts.write() as connection:
            one = account_rows.require(connection, "annotator")
            if change == "revoked":
                account_rows.close(connection, one)
            elif change == "signed out":
                assert sessions.end_all(connection, one.id) == 1
            else:
                account_rows.set_role(connection, one, Role.REVIEWER, "demo")
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
        assert closed.value.code == 1008


def test_a_message_after_the_end_reaches_no_page(signed_in: SignedIn, accounts: Accounts) -> None:
    """The check by the clock is 1.5 s away: the message itself is asked for."""
    with signed_in("annotator").websocket_connect(URL, headers=OWN) as socket:
        socket.receive_text()
        revoke(accounts, "annotator")
        socket.send_text("press")
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()


def test_a_server_without_users_changes_nothing(root: Path) -> None:
    identity.close()
    with TestClient(served(), base_url="http://127.0.0.1", follow_redirects=False) as client:
        client.cookies.set("sceneloop_actor", "ann")
        client.headers |= {"X-Sceneloop": "1"}
        assert client.get("/api/demo/meta").json()["actor"] == "ann"
        assert client.get("/api/person").json() == {"name": None, "stamp": ""}
        assert client.get("/train").text == "of Streamlit"
        for page in ("/signin", "/invitation?token=x", "/account"):
            assert client.get(page).headers["location"] == "/"
        assert not (root / accounts_database.FILE).exists()
    with TestClient(served(), base_url="http://192.0.2.7:8501", headers={"Host": "localhost"}) as client:
        assert client.get("/train").status_code == 403


def test_the_first_user_closes_a_running_server(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    identity.close()
    monkeypatch.setattr(identity, "ASKED_S", 0.0)
    with TestClient(served(), base_url="http://127.0.0.1", follow_redirects=False) as client:
        assert client.get("/train").status_code == 200
        accounts = accounts_database.open_accounts(root)
        with accounts.write() as connection:
            account_rows.add(connection, "ann", Role.ADMIN, None)
            account_rows.add(connection, "bob", Role.ADMIN, None)
        assert client.get("/train", headers={"Accept": "text/html"}).status_code == 303
        revoke(accounts, "ann")
        accounts.close()
        accounts_database.file_of(root).rename(root / "away.db")
        assert client.get("/train", headers={"Accept": "text/html"}).status_code in (303, 503), "it stays closed"
    identity.close()


def test_accounts_that_cannot_be_read_let_nobody_in(root: Path) -> None:
    identity.close()
    accounts_database.file_of(root).write_bytes(b"no database at all, but as long as a page of one" * 100)
    with TestClient(served(), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        client.cookies.set("sceneloop_actor", "ann")
        answer = client.get("/api/demo/meta", headers={"X-Sceneloop": "1"})
    assert answer.status_code in (500, 503)
    identity.close()
