"""Signing in on a proxy's word: from the peers that are named alone, over HTTP and the WebSocket, with real sockets too."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
import uvicorn
from people_served import served
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from errors import InputError
from settings import current, read
from store.accounts import account_rows, audit_log, named_proxy, outside_identities, sessions
from store.accounts.accounts_database import Accounts
from store.accounts.outside_identities import Outside
from store.accounts.roles import Role
from web.accounts import identity, proxy
from web.api.guard import SOCKET

PEER, OTHER, NETWORK_PEER = "10.0.0.5", "10.0.0.6", "192.168.7.9"
HEADER = "X-Auth-Request-Email"
CLEO = "cleo@team.example"
At = Callable[[str], TestClient]


@pytest.fixture
def at(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> At:
    """Clients whose connection comes from an address; the settings name a peer, a network and `HEADER`."""
    monkeypatch.setenv("SCENELOOP_PROXY_HEADER", HEADER)
    monkeypatch.setenv("SCENELOOP_PROXY_PEERS", f"{PEER}, 192.168.7.0/24, 127.0.0.2")
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "")
    current.cache_clear()
    with accounts.write() as connection:
        outside_identities.account_of(connection, Outside(proxy.ISSUER, CLEO, CLEO), None)
        account_rows.set_role(connection, account_rows.require(connection, CLEO), Role.ANNOTATOR, "demo")

    def client(address: str) -> TestClient:
        return TestClient(
            served(),
            base_url="http://127.0.0.1",
            follow_redirects=False,
            client=(address, 5),
            headers={"X-Sceneloop": "1"},
        )

    return client


def enter(client: TestClient, name: str = CLEO, **headers: str) -> int:
    return client.get("/signin", params={"next": "/review"}, headers={HEADER: name, **headers}).status_code


@pytest.mark.parametrize("address", [PEER, NETWORK_PEER, f"::ffff:{PEER}"])
def test_a_named_peer_signs_in(at: At, accounts: Accounts, address: str) -> None:
    client = at(address)
    page = client.get("/review?workspace=demo", headers={HEADER: CLEO})
    assert (page.status_code, page.headers["location"].partition("?")[0]) == (303, "/signin")
    headers = {HEADER: CLEO.upper(), "X-Forwarded-For": "6.6.6.6, 203.0.113.9", "X-Forwarded-Proto": "https"}
    arrived = client.get(page.headers["location"], headers=headers)
    assert (arrived.status_code, arrived.headers["location"]) == (303, "/review?workspace=demo")
    cookie = arrived.headers["set-cookie"]
    assert cookie.startswith(identity.SECURE_COOKIE)
    assert "Secure" in cookie, "the proxy says that the browser speaks TLS"
    client.cookies.set(identity.COOKIE, cookie.partition("=")[2].partition(";")[0])
    assert client.get("/api/person", headers={HEADER: CLEO}).json()["name"] == CLEO
    assert client.get("/api/demo/meta", headers={HEADER: CLEO}).status_code == 200
    with accounts.read() as connection:
        (one,) = sessions.standing(connection)
        (entry,) = audit_log.entries(connection)
    assert one.address == "203.0.113.9", "what stands before it in the chain may be invented"
    assert (entry.kind, entry.actor, entry.details["provider"]) == ("sign-in", CLEO, "proxy")


@pytest.mark.parametrize("address", [OTHER, "127.0.0.1", "::1", "testclient", ""])
def test_the_header_of_anybody_else_is_nothing(at: At, address: str) -> None:
    client = at(address)
    for forged in ({}, {"X-Forwarded-For": PEER}, {"X-Real-IP": PEER, "Forwarded": f"for={PEER}"}):
        assert enter(client, **forged) == 200, "the page that asks for a password"
        assert not client.cookies
        assert client.get("/api/demo/meta", headers={HEADER: CLEO, **forged}).status_code == 401


def test_a_session_stands_with_the_proxys_word_alone(at: At, accounts: Accounts) -> None:
    client = at(PEER)
    assert enter(client) == 303
    assert client.get("/api/demo/meta", headers={HEADER: CLEO}).status_code == 200
    assert client.get("/api/demo/meta").status_code == 401, "the proxy says nothing any more"
    assert client.get("/api/demo/meta", headers={HEADER: "dan@team.example"}).status_code == 401, "somebody else by now"
    stolen = at(OTHER)
    stolen.cookies = client.cookies
    assert stolen.get("/api/demo/meta", headers={HEADER: CLEO}).status_code == 401, "the cookie, past the proxy"
    with accounts.write() as connection:
        account_rows.close(connection, account_rows.require(connection, CLEO))
    time.sleep(identity.KEPT_S)
    assert client.get("/api/demo/meta", headers={HEADER: CLEO}).status_code == 401
    assert enter(client) == 403, "revoked here, whatever the proxy says"


def test_a_password_works_beside_it(at: At, accounts: Accounts) -> None:
    with accounts.write() as connection:
        token = sessions.begin(connection, account_rows.require(connection, "owner").id, "", "")
    for address in (OTHER, PEER):
        client = at(address)
        client.cookies.set(identity.COOKIE, token)
        assert client.get("/api/demo/meta").status_code == 200
    assert client.get("/api/demo/meta", headers={HEADER: CLEO}).status_code == 401, (
        "behind the proxy it is who the proxy says"
    )


@pytest.mark.parametrize(
    "values",
    [[CLEO, "admin"], [CLEO, CLEO], ["a" * 201], ["a\tb"]],
    ids=["two", "twice", "long", "tab"],
)
def test_a_word_that_is_not_clear_is_refused(at: At, values: list[str]) -> None:
    client = at(PEER)
    assert client.get("/signin", headers=[(HEADER, value) for value in values]).status_code == 400
    assert not client.cookies


@pytest.mark.parametrize("name", ["machine", "a/b" * 60])
def test_a_name_that_no_account_can_have_is_refused(at: At, name: str) -> None:
    assert enter(at(PEER), name) in (403, 400)


def test_whoever_has_a_password_is_not_taken_over_and_a_new_name_enters_nothing(at: At, accounts: Accounts) -> None:
    with accounts.write() as connection:
        account_rows.set_password(connection, account_rows.require(connection, "owner").id, "$argon2id$")
    assert enter(at(PEER), "owner") == 403
    client = at(PEER)
    assert enter(client, "newcomer") == 303
    assert client.get("/api/demo/meta", headers={HEADER: "newcomer"}).status_code == 404
    assert client.get("/", headers={HEADER: "newcomer"}).status_code == 403


def test_who_signs_out_stays_out_until_they_go_on(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    client, word = at(PEER), {HEADER: CLEO}
    assert enter(client) == 303
    out = client.post("/signout", headers=word)
    assert (out.status_code, out.headers["location"]) == (303, "/signin?left=1")
    page = client.get(out.headers["location"], headers=word)
    assert f"Go on as {CLEO}" in page.text
    assert "set-cookie" not in page.headers
    monkeypatch.setenv("SCENELOOP_PROXY_SIGN_OUT", "/oauth2/sign_out")
    current.cache_clear()
    assert enter(client) == 303
    assert client.post("/signout", headers=word).headers["location"] == "/oauth2/sign_out"


def test_handshakes(at: At) -> None:
    client, own = at(PEER), {"Host": "127.0.0.1:8501", "Origin": "http://127.0.0.1:8501"}
    assert enter(client) == 303

    def connects(one: TestClient, **headers: str) -> bool:
        try:
            with one.websocket_connect(f"ws://127.0.0.1{SOCKET}", headers={**own, **headers}) as opened:
                return bool(opened.receive_text() == CLEO)
        except WebSocketDisconnect:
            return False

    assert connects(client, **{HEADER: CLEO})
    assert not connects(client)
    assert not connects(client, **{HEADER: "admin"})
    assert not connects(at(PEER), **{HEADER: CLEO}), "the word alone, without a session"
    stolen = at(OTHER)
    stolen.cookies = client.cookies
    assert not connects(stolen, **{HEADER: CLEO})
    assert not connects(stolen, **{HEADER: CLEO, "X-Forwarded-For": PEER})


@contextmanager
def listening() -> Iterator[int]:
    """uvicorn itself, as Streamlit starts it: its answer to who connects comes from the environment."""
    server = uvicorn.Server(uvicorn.Config(served(), port=0, log_level="error", ws="websockets-sansio"))
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield int(bound.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


@pytest.mark.usefixtures("at")
def test_the_socket_says_who_connects_whatever_is_forwarded() -> None:
    with listening() as port:

        def asked(source: str, path: str, **headers: str | bytes) -> http.client.HTTPResponse:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10, source_address=(source, 0))) as one:
                one.request("GET", path, headers={HEADER: CLEO, "X-Sceneloop": "1", **headers})
                answer = one.getresponse()
                answer.read()
                return answer

        def shakes(source: str, cookie: str, **headers: str) -> bytes:
            with socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(source, 0)) as raw:
                lines = {
                    "Host": f"127.0.0.1:{port}", "Origin": f"http://127.0.0.1:{port}", "Upgrade": "websocket", "Connection": "Upgrade",
                    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version": "13", "Cookie": cookie, HEADER: CLEO, **headers,
                }  # fmt: skip
                text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
                raw.sendall(f"GET {SOCKET} HTTP/1.1\r\n{text}\r\n".encode())
                return raw.recv(100).split(b" ")[1]

        for forged in ({}, {"X-Forwarded-For": "127.0.0.2"}, {"X-Forwarded-For": f"{PEER}:5"}):
            assert asked("127.0.0.1", "/signin", **forged).status == 200
        assert asked("127.0.0.2", "/signin", **{HEADER: b"\xff\xfe"}).status == 400
        begun = asked("127.0.0.2", "/signin", **{"X-Forwarded-For": "203.0.113.9"})
        assert begun.status == 303
        cookie = str(begun.headers["set-cookie"]).partition(";")[0]
        assert asked("127.0.0.2", "/api/demo/meta", Cookie=cookie, **{"X-Forwarded-For": "203.0.113.9"}).status == 200
        assert asked("127.0.0.1", "/api/demo/meta", Cookie=cookie, **{"X-Forwarded-For": "127.0.0.2"}).status == 401
        assert shakes("127.0.0.2", cookie) == b"101"
        assert shakes("127.0.0.1", cookie, **{"X-Forwarded-For": "127.0.0.2"}) == b"403"


def test_a_process_that_cannot_know_who_connects_serves_nobody(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy.check()
    client = at(PEER)
    monkeypatch.delenv("FORWARDED_ALLOW_IPS")
    current.cache_clear()
    with pytest.raises(InputError, match="sceneloop app"):
        proxy.check()
    assert enter(client) == 400


@pytest.mark.parametrize(
    ("header", "peers", "words"),
    [
        ("X-User", "", "together"), ("", "10.0.0.5", "together"), ("X-User", "proxy.example", "addresses"), ("X-User", "0.0.0.0/0", "everybody"),
        ("X-User", "::/0", "everybody"), ("Cookie", "10.0.0.5", "of its own"), ("X User", "10.0.0.5", "of its own"),
    ],
)  # fmt: skip
def test_settings_that_would_let_anybody_in_are_refused(header: str, peers: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        named_proxy.of(read({"SCENELOOP_PROXY_HEADER": header, "SCENELOOP_PROXY_PEERS": peers}))
    with pytest.raises(InputError, match="one slash"):
        named_proxy.of(read({"SCENELOOP_PROXY_SIGN_OUT": "//evil.example"}))
