"""Each request is answered in the language of who asks."""

from __future__ import annotations

from http.cookies import CookieError

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from web.language import choice, words


class Spoken:
    """Sets the language for everything that answers a request; outside of all that words an answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the language and pass the request on."""
        if scope["type"] == "http":
            words.speak(_of(HTTPConnection(scope)))
        await self._app(scope, receive, send)


def _of(request: HTTPConnection) -> str:
    try:
        cookies = request.cookies
    except CookieError:
        cookies = {}
    return choice.chosen(cookies, request.headers.get("accept-language", ""))
