"""The running server against pages of other sites: what reaches it, and what a browser lets them show."""

from __future__ import annotations

import base64
import http.client
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import Popen

import pytest
from app_process import Server, free_port
from playwright.sync_api import Browser, Page, expect

PAGES = ["", "data", "prompts", "review", "neighbours", "train", "segments"]
OTHERS = [
    "_stcore/health",
    "_stcore/host-config",
    "static/js/none.js",
    "media/none.png",
    "favicon.png",
    "thumb/demo/1.webp",
]


def asked(port: int, method: str, path: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, f"/{path}", headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def handshake(port: int, host: str, origin: str | None) -> int:
    key = base64.b64encode(os.urandom(16)).decode()
    headers = {"Host": host, "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    headers |= {"Sec-WebSocket-Key": key} | ({} if origin is None else {"Origin": origin})
    return asked(port, "GET", "_stcore/stream", headers)


def test_a_rebound_name_reaches_nothing(server: Server) -> None:
    evil = f"evil.example:{server.port}"
    for path in [*PAGES, *OTHERS]:
        assert asked(server.port, "GET", path, {"Host": evil}) == 400, path
    for method, path in (("POST", "api/actor"), ("POST", "api/demo/ops"), ("PUT", "_stcore/upload_file/a/b")):
        assert asked(server.port, method, path, {"Host": evil, "X-Sceneloop": "1"}) == 400, path
    assert handshake(server.port, evil, f"http://{evil}") == 403


def test_the_socket_opens_for_the_apps_own_pages_alone(server: Server) -> None:
    own = f"127.0.0.1:{server.port}"
    assert handshake(server.port, own, f"http://{own}") == 101
    for origin in ("http://evil.example", "http://127.0.0.1:1", f"http://localhost:{server.port}", "null", None):
        assert handshake(server.port, own, origin) == 403, origin
    upload = {"Host": own, "Origin": "http://evil.example"}
    assert asked(server.port, "PUT", "_stcore/upload_file/a/b", upload) == 403


@pytest.fixture
def surfer(chromium: Browser, server: Server) -> Iterator[Page]:
    """A page of somebody who works in the app and reads other sites beside it."""
    context = chromium.new_context()
    context.add_cookies([{"name": "sceneloop_actor", "value": "ann", "url": server.url}])
    yield context.new_page()
    context.close()


@pytest.fixture
def elsewhere(server: Server) -> Iterator[str]:
    """A page of another site that frames the app, shows its pictures, writes to it and opens its socket."""
    app = f"127.0.0.1:{server.port}"
    content = f"""<iframe src="http://{app}/review"></iframe><img id="picture" src="http://{app}/thumb/demo/1.webp">
    <script>
      window.outcomes = {{}};
      const note = (name) => (value) => {{ window.outcomes[name] = String(value); }};
      fetch("http://{app}/api/actor", {{ method: "POST", mode: "no-cors", body: '{{"name": "eve"}}' }}).then((r) => note("post")(r.type), note("post"));
      const socket = new WebSocket("ws://{app}/_stcore/stream", ["streamlit"]);
      socket.onopen = () => note("socket")("open");
      socket.onerror = () => note("socket")("refused");
    </script>"""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, *_arguments: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{other.server_port}/"
        other.shutdown()


def test_another_site_cannot_frame_show_or_steer_the_app(surfer: Page, server: Server, elsewhere: str) -> None:
    surfer.goto(elsewhere)
    surfer.wait_for_function("() => outcomes.post && outcomes.socket")
    surfer.wait_for_timeout(3000)
    assert surfer.evaluate("outcomes.socket") == "refused"
    assert surfer.evaluate("document.querySelector('#picture').naturalWidth") == 0
    inside = surfer.frames[1]
    assert inside.locator("[data-testid=stApp]").count() == 0, "the page shows in a frame of another site"
    cookies = {each["name"]: each["value"] for each in surfer.context.cookies(server.url)}
    assert cookies["sceneloop_actor"] == "ann"


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_the_app_opens_under_the_machines_own_names(page: Page, server: Server, name: str) -> None:
    url = f"http://{name}:{server.port}/"
    page.context.add_cookies([{"name": "sceneloop_actor", "value": "ann", "url": url}])
    for each in PAGES:
        page.goto(url + each)
        expect(page.get_by_role("button", name="Switch")).to_be_visible()
    page.goto(f"{url}review")
    picture = page.locator(".tile img").first
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("node => node.naturalWidth") > 0


def test_a_page_opens_again_from_the_browsers_cache(page: Page, server: Server) -> None:
    for tab in (page, page.context.new_page(), page.context.new_page()):
        for name in ("", "data", ""):
            tab.goto(f"{server.url}{name}?workspace=demo")
            expect(tab.get_by_role("combobox", name="Workspace")).to_be_visible()


def test_a_page_shows_no_picture_of_another_site(surfer: Page, server: Server) -> None:
    surfer.goto(server.url)
    expect(surfer.get_by_role("button", name="Switch")).to_be_visible()
    blocked = surfer.evaluate(
        """() => new Promise((done) => {
          document.addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective));
          const picture = document.createElement("img");
          picture.src = "http://127.0.0.1:1/spy.png";
          document.body.append(picture);
          setTimeout(() => done("nothing"), 5000);
        })"""
    )
    assert blocked == "img-src"


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_the_app_opens_by_its_ipv6_address(
    chromium: Browser, built_demo: Path, tmp_path: Path, serve: Callable[..., Popen[bytes]]
) -> None:
    shutil.copytree(built_demo, tmp_path / "demo")
    port = free_port()
    process = serve(tmp_path, port, "::1")
    context = chromium.new_context()
    try:
        page = context.new_page()
        page.goto(f"http://[::1]:{port}/")
        expect(page.get_by_text("Your name goes on every label")).to_be_visible()
    finally:
        context.close()
        process.terminate()
        process.wait(30)
