"""Streamlit's answer to what its pages ask at first, with its own error dialogs off: they cover everything while work goes on."""

from __future__ import annotations

import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ASKED = "/_stcore/host-config"


class NoDialogs:
    """Sets `blockErrorDialogs` in Streamlit's host configuration; `web/ui/server/server_bar.js` says it when the server is lost."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; the one answer is collected, changed and sent."""
        if scope["type"] != "http" or not scope["path"].endswith(ASKED):
            await self._app(scope, receive, send)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            body = b"".join(parts)
            if start["status"] == 200:
                body = json.dumps({**json.loads(body), "blockErrorDialogs": True}).encode()
            rest = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            await send({**start, "headers": [*rest, (b"content-length", str(len(body)).encode())]})
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, collect)
