"""What stands before everything that the server answers: pages, own routes, uploads, media and the WebSocket.

It refuses hosts and pages that have no business here (`web.api.hosts`), and puts the headers on every answer that keep a browser from
running, framing or passing on what it shows. Plain ASGI: Starlette's BaseHTTPMiddleware never sees a WebSocket.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from settings import current, is_loopback
from web.api import hosts
from web.api.hosts import Door
from web.language.words import noted, t, translated

FILES = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
NOT_MODIFIED = 304
SOCKET = "/_stcore/stream"  # the one WebSocket: Streamlit's
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
CLOSED = noted(
    "Other machines may not connect: whoever reaches the app may work under any name. Start it with --open if that is wanted."
)


class Guard:
    """The outermost middleware of `st.App`.

    Args:
        app: what it stands before.
        door: what the server answers to; the settings' and Streamlit's own address where it is left out.
    """

    def __init__(self, app: ASGIApp, door: Door | None = None) -> None:
        self._app, self._given = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on and put the headers on its answer."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refusal(scope, headers)
        if scope["type"] == "websocket":
            await _socket(self._app, scope, receive, send, refused is not None or scope["path"] != SOCKET)
            return
        answer = (
            self._app if refused is None else JSONResponse({"error": translated(refused[1])}, status_code=refused[0])
        )
        await answer(scope, receive, _with_headers(send, headers.get("host", "") if refused is None else ""))

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        door = self._given or _door()
        if not door.opened and not _is_local(scope):
            return 403, CLOSED
        method = "WEBSOCKET" if scope["type"] == "websocket" else str(scope["method"])
        return hosts.refusal(door, method, headers.get, headers.getlist("host"))


@cache
def _door() -> Door:
    """What this process answers to, from the settings and the address that it listens on."""
    settings = current()
    address = str(st.get_option("server.address") or "")
    return hosts.door([*settings.allowed_hosts, address], opened=settings.opened)


def _is_local(scope: Scope) -> bool:
    """Whether the connection came to a loopback address of this machine, or to a socket that has no address."""
    address, port = scope.get("server") or ("", None)
    return port is None or is_loopback(str(address))


async def _socket(app: ASGIApp, scope: Scope, receive: Receive, send: Send, refused: bool) -> None:
    """A WebSocket: closed before it is accepted, which a client sees as 403; else told the host that the page knows.

    Streamlit compares Origin and Host itself, and knows nothing of a proxy that asks under a name of its own.
    """
    if refused:
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    origin = Headers(scope=scope).get("origin")
    if origin is not None:
        rest = [pair for pair in scope["headers"] if pair[0] != b"host"]
        scope = {**scope, "headers": [*rest, (b"host", origin.partition("://")[2].encode("latin-1"))]}
    await app(scope, receive, send)


def _with_headers(send: Send, host: str) -> Send:
    """A `send` that adds what an answer lacks; a route's own, stricter policy stays."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in ALWAYS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "private, no-cache")
            kind = headers.get("content-type", "")
            code = kind.startswith("text/html") or "javascript" in kind  # a worker obeys the policy of its own file
            if (
                message["status"] != NOT_MODIFIED
            ):  # it says no type, and what it says replaces what the browser has kept
                headers.setdefault("Content-Security-Policy", policy(host) if code else FILES)
        await send(message)

    return sending


def policy(host: str) -> str:
    """The Content-Security-Policy of a page that was asked for under this `Host`: everything comes from the app itself.

    Streamlit makes blobs of our components' loaders and styles its elements in place. 'self' covers no WebSocket in older browsers,
    and a policy cannot name an IPv6 address.
    """
    sockets = f" ws://{host} wss://{host}" if host and "[" not in host else ""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: {_inline_scripts()}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' blob:",
            f"connect-src 'self'{sockets}",
            "worker-src 'self' blob:",
            "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


@cache
def _inline_scripts() -> str:
    """Hashes of the scripts that Streamlit writes into its page, so that no other one in it runs."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
    return " ".join(f"'sha256-{digest}'" for digest in digests)


async def broken(request: Request, error: Exception) -> Response:
    """The answer where the program itself failed: it leaves outside of every middleware, so it brings its headers along."""
    del request, error
    words = t("Something went wrong in the app. What was saved is kept. Reload the page; the server's log says more.")
    return JSONResponse({"error": words}, status_code=500, headers={**ALWAYS, "Content-Security-Policy": FILES})
