"""Who is let in: hosts, origins and the headers of every answer, on the real routes behind the real guard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

import settings
from errors import InputError
from settings import is_loopback, place
from web.api import hosts, routes
from web.api.guard import ALWAYS, SOCKET, Guard, broken

FOREIGN = [
    "evil.example", "evil.example:8501", "127.0.0.1.evil.example", "localhost.evil.example", "evil-localhost", "0.0.0.0:8501",
    "10.0.0.7", "localhost@evil.example", "localhost, evil.example", "localhost/evil.example", "localhost:port", "[::2]", "",
]  # fmt: skip
OWN = [
    "localhost",
    "localhost:8501",
    "LOCALHOST:8501",
    "localhost.",
    "127.0.0.1:8501",
    "127.0.0.2",
    "[::1]",
    "[::1]:8501",
]
PATHS = [
    "/api/demo/meta",
    "/thumb/demo/1.webp",
    "/image/demo/1",
    "/clip/demo/1",
    "/ui/server/api.js",
    "/api/nothing",
    "/nothing",
]


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_host_is_answered_nowhere(client: TestClient, host: str) -> None:
    for path in PATHS:
        assert client.get(path, headers={"Host": host}).status_code == 400, path
    answer = client.post("/api/actor", json={"name": "eve"}, headers={"Host": host})
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", OWN)
def test_this_machine_is_answered_under_all_its_names(client: TestClient, host: str) -> None:
    assert client.get("/api/demo/meta", headers={"Host": host}).status_code == 200
    same = {"Host": host, "Origin": f"http://{host.lower()}", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/actor", json={"name": "ann"}, headers=same).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:3000"},
        {"Origin": "http://localhost"},
        {"Origin": "null"},
        {"Origin": "file://"},
        {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": ""},
    ],
)
def test_what_another_page_sends_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    before = client.get("/api/demo/recent").json()["batches"]
    for path in ("/api/actor", "/api/demo/ops", "/api/demo/undo", "/api/demo/next"):
        assert client.post(path, json={}, headers=headers).status_code == 403, path
    assert client.get("/api/demo/recent").json()["batches"] == before


def test_a_script_names_itself_where_no_page_does(stranger: TestClient) -> None:
    assert stranger.post("/api/actor", json={"name": "ann"}).status_code == 403
    assert stranger.post("/api/actor", json={"name": "ann"}, headers={"X-Sceneloop": "1"}).status_code == 200


def test_pictures_are_for_the_apps_own_pages(client: TestClient) -> None:
    picture = "/thumb/demo/1.webp"
    assert client.get(picture, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert client.get(picture, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}).status_code == 403
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.get(picture, headers=link).status_code == 200, "a link in somebody's message opens"
    assert client.get(picture, headers={**link, "Sec-Fetch-Dest": "iframe"}).status_code == 403


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    for path in PATHS:
        answer = client.get(path)
        assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS, path
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "private" in answer.headers["Cache-Control"] or answer.headers["Cache-Control"] == "no-cache", path
    refused = client.get("/", headers={"Host": "evil.example"})
    assert {name: refused.headers[name] for name in ALWAYS} == ALWAYS


def test_what_a_browser_kept_keeps_its_policy(client: TestClient) -> None:
    """A browser takes over the headers of a 304: another policy there would shut a page at its second visit."""
    first = client.get("/ui/server/api.js")
    again = client.get("/ui/server/api.js", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert "script-src 'self'" in first.headers["Content-Security-Policy"]
    assert "Content-Security-Policy" not in again.headers
    assert {name: again.headers[name] for name in ALWAYS} == ALWAYS


def test_a_bug_answers_with_the_headers_too() -> None:
    def fail(_request: object) -> None:
        raise ZeroDivisionError("inside")

    app = Starlette(middleware=[Middleware(Guard)], exception_handlers={Exception: broken})
    app.add_route("/", fail)  # type: ignore[arg-type]
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        answer = client.get("/")
    assert answer.status_code == 500
    assert "inside" not in answer.text
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS


@pytest.fixture
def sockets() -> Iterator[TestClient]:
    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(socket.headers["host"])
        await socket.close()

    door = hosts.door(["label.example", "lab.example:8443"], opened=False)
    app = Starlette(routes=[WebSocketRoute(SOCKET, echo)], middleware=[Middleware(Guard, door=door)])
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("evil.example", "http://evil.example"),
        ("127.0.0.1:8501", "http://evil.example"),
        ("127.0.0.1:8501", "http://127.0.0.1:3000"),
        ("127.0.0.1:8501", "null"),
        ("127.0.0.1:8501", None),
        ("label.example", "https://label.example:3000"),
        ("127.0.0.1:8501", "https://lab.example"),
        ("lab.example", "https://lab.example"),
    ],
)
def test_a_foreign_socket_never_opens(sockets: TestClient, host: str, origin: str | None) -> None:
    headers = {"Host": host} | ({} if origin is None else {"Origin": origin})
    with pytest.raises(WebSocketDisconnect), sockets.websocket_connect(f"ws://127.0.0.1{SOCKET}", headers=headers):
        raise AssertionError("it opened")


@pytest.mark.parametrize(
    ("host", "origin", "message"),
    [
        ("127.0.0.1:8501", "http://127.0.0.1:8501", "127.0.0.1:8501"),
        ("label.example", "https://label.example", "label.example"),
        ("127.0.0.1:8501", "https://label.example", "label.example"),  # a proxy that asks under a name of its own
        ("127.0.0.1:8501", "https://lab.example:8443", "lab.example:8443"),
        ("lab.example:8443", "https://lab.example:8443", "lab.example:8443"),
    ],
)
def test_a_page_of_the_app_opens_its_socket_also_through_a_proxy(
    sockets: TestClient, host: str, origin: str, message: str
) -> None:
    with sockets.websocket_connect(f"ws://127.0.0.1{SOCKET}", headers={"Host": host, "Origin": origin}) as socket:
        assert socket.receive_text() == message, "Streamlit compares it with the origin"


NO_SOCKETS = [
    "/", "/data", "/api", "/api/", "/api/actor", "/api/demo/meta", "/api/demo/ops", "/thumb/demo/1.webp", "/image/demo/1",
    "/clip/demo/1", "/still/demo/1/0.jpg", "/keyframe/demo/1/0.jpg", "/present/demo/1", "/ui/server/api.js", "/ui/",
    "/_stcore/health", "/_stcore/stream/more", "/nothing",
]  # fmt: skip


@pytest.mark.parametrize("path", NO_SOCKETS)
def test_a_socket_at_any_other_address_is_refused(client: TestClient, path: str) -> None:
    """A route of ours that is asked for one is not a bug of the server, whoever asks."""
    headers = {"Host": "127.0.0.1:8501", "Origin": "http://127.0.0.1:8501"}
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(f"ws://127.0.0.1{path}", headers=headers):
        raise AssertionError("it opened")


def test_nobody_connects_from_elsewhere_unless_it_was_opened() -> None:
    def status(door: hosts.Door, host: str) -> int:
        app = Starlette(routes=routes.routes(), middleware=[Middleware(Guard, door=door)])
        with TestClient(app, base_url="http://192.0.2.7:8501") as client:
            return client.get("/ui/server/api.js", headers={"Host": host}).status_code

    shut, opened = hosts.door([], opened=False), hosts.door(["label.example"], opened=True)
    assert status(shut, "localhost:8501") == 403
    assert status(opened, "192.0.2.7:8501") == status(opened, "label.example") == status(opened, "localhost") == 200
    assert status(opened, "evil.example") == 400, "numbers cannot be rebound, names can"


def test_hosts_are_read_from_the_environment() -> None:
    read = settings.read({"SCENELOOP_ALLOWED_HOSTS": "label.example, lab.example:8443", "SCENELOOP_OPEN": "1"})
    assert (read.allowed_hosts, read.opened) == (("label.example", "lab.example:8443"), True)
    for wrong in ("https://label.example", "label.example/app", "me@label.example", "label.example:x"):
        with pytest.raises(InputError, match="not a host"):
            settings.read({"SCENELOOP_ALLOWED_HOSTS": wrong})


def test_what_a_host_means() -> None:
    assert place("Label.Example.:443") == place("label.example")
    assert place("[::1]:8501") == settings.Place("::1", 8501)
    assert [is_loopback(each) for each in ("127.0.0.1", "::1", "localhost", "::ffff:127.0.0.1")] == [True] * 4
    assert [is_loopback(each) for each in ("0.0.0.0", "::", "192.168.1.2", "example.org", "")] == [False] * 5
