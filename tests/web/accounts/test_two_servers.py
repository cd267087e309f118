"""Two servers that share the accounts and a workspace on PostgreSQL: who signs in at one is known at the other, and who is revoked is out at both."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from people_served import PEOPLE, served
from starlette.testclient import TestClient

from settings import ROOT, current
from store.accounts import account_rows, accounts_database, sessions
from store.accounts.accounts_database import Accounts
from store.accounts.roles import Person, Role
from web.accounts import administration, identity
from web.api.guard import SOCKET

SERVE = "import sys, uvicorn; from people_served import served; uvicorn.run(served(), fd=int(sys.argv[1]), ws='websockets-sansio', log_level='error', ws_ping_interval=None)"
CLOSED = 0x88  # the first byte of a frame that closes a WebSocket
REVOKED_S = 5.0  # promised


@dataclass(frozen=True)
class Other:
    """The second server, a process of its own."""

    port: int

    def ask(self, path: str, token: str, body: object = None) -> tuple[int, dict[str, object]]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as one:
            headers = {"X-Sceneloop": "1", "Cookie": f"{identity.COOKIE}={token}", "Content-Type": "application/json"}
            one.request("GET" if body is None else "POST", path, None if body is None else json.dumps(body), headers)
            answer = one.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")

    def connect(self, token: str) -> socket.socket:
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        lines = {
            "Host": f"127.0.0.1:{self.port}", "Origin": f"http://127.0.0.1:{self.port}", "Upgrade": "websocket", "Connection": "Upgrade",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version": "13", "Cookie": f"{identity.COOKIE}={token}",
        }  # fmt: skip
        raw.sendall(
            (f"GET {SOCKET} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n").encode()
        )
        received = b""
        while not received.endswith(b"annotator"):  # what stands behind the gate says who is there
            received += raw.recv(1000)
        assert received.startswith(b"HTTP/1.1 101")
        return raw


@pytest.fixture
def accounts(root_on_postgresql: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Accounts]:
    """The accounts in the database of the workspace, as both servers' settings name it."""
    monkeypatch.setenv("SCENELOOP_ACCOUNTS_URL", postgresql)
    current.cache_clear()
    one = accounts_database.open_accounts(root_on_postgresql, postgresql)
    with one.write() as connection:
        for name, (role, where) in PEOPLE.items():
            account_rows.add(connection, name, role, where)
    identity.close()
    yield one
    identity.close()
    one.close()
    assert not (root_on_postgresql / accounts_database.FILE).exists()


@pytest.fixture
def other(accounts: Accounts) -> Iterator[Other]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
        command = [sys.executable, "-c", SERVE, str(bound.fileno())]
        with subprocess.Popen(command, env=environment, pass_fds=[bound.fileno()], cwd=ROOT) as process:
            try:
                yield Other(int(bound.getsockname()[1]))
            finally:
                process.terminate()


def begun(accounts: Accounts, name: str) -> str:
    with accounts.write() as connection:
        return sessions.begin(connection, account_rows.require(connection, name).id, "192.0.2.7", "a browser")


def test_people_are_the_same_at_both(accounts: Accounts, other: Other) -> None:
    client = TestClient(served(), base_url="http://127.0.0.1", headers={"X-Sceneloop": "1"}, follow_redirects=False)
    token = begun(accounts, "annotator")
    client.cookies.set(identity.COOKIE, token)
    tile = client.get("/api/demo/tiles", params={"limit": 1}).json()["tiles"][0]
    wish = {
        "id": str(uuid.uuid4()),
        "kind": "label",
        "category": tile["category"],
        "items": [{"id": tile["id"], "version": tile["version"]}],
    }
    status, answer = other.ask("/api/demo/ops", token, {"ops": [wish]})
    assert (status, answer["acks"][0]["status"]) == (200, "saved")  # type: ignore[index]
    history = client.get(f"/api/demo/item/{tile['id']}").json()["history"]
    assert history[0]["actor"] == "annotator", "labelled at the one, read at the other"
    with accounts.read() as connection:
        admin = account_rows.require(connection, "admin")
    by = Person(admin.id, 0, admin.name, is_admin=True, roles={})
    here = identity.accounts()
    assert here is not None
    assert other.ask("/api/demo/prompts", token)[0] == 403
    administration.change_role(here, by, "annotator", Role.OWNER, "demo")
    assert other.ask("/api/demo/discard", token, {"tab": "x"})[0] != 403, "what writes asks at once"
    with other.connect(token) as raw:
        raw.settimeout(REVOKED_S)
        administration.revoke(here, by, "annotator")
        assert raw.recv(1000)[0] == CLOSED
    time.sleep(identity.KEPT_S)
    assert other.ask("/api/demo/meta", token)[0] == 401
    assert client.get("/api/demo/meta").status_code == 401
