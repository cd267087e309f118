"""A page's address always names its workspace: what comes without one is sent to the address that does.

So a link opens in a new tab, or is sent to somebody, and shows the same workspace; and no page adds an entry of its own to the
browser's history, which Back would stop at.
"""

from __future__ import annotations

from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from store.accounts.roles import Person, Role
from web import resources
from web.accounts import identity
from web.parts import layout

PARAMETER = "workspace"
PATHS = frozenset({"/", *(f"/{name}" for name in layout.TITLES)})


class Addressed:
    """Redirects a browser that opens a page without a workspace. Inside the guard, outside of Streamlit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Redirect, or pass the request on."""
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"] in PATHS:
            headers = Headers(scope=scope)
            query = scope["query_string"].decode("latin-1")
            if "text/html" in headers.get("accept", "") and PARAMETER not in parse_qs(query, keep_blank_values=True):
                name = await run_in_threadpool(_meant, headers.get("referer", ""), scope.get(identity.SCOPE))
                if name is not None:
                    await RedirectResponse(_address(scope["path"], query, name), 303)(scope, receive, send)
                    return
        await self._app(scope, receive, send)


def _meant(referer: str, person: Person | None) -> str | None:
    """The workspace of the page that the link was on, else the first that the person may enter; None where there is none."""
    names = [name for name in resources.workspaces() if person is None or person.role_in(name) > Role.NOBODY]
    try:
        named = parse_qs(urlsplit(referer).query).get(PARAMETER, [])
    except ValueError:
        named = []
    return next((name for name in named if name in names), names[0] if names else None)


def _address(path: str, query: str, name: str) -> str:
    pairs = [(PARAMETER, name), *parse_qsl(query, keep_blank_values=True)]
    return f"{path}?{urlencode(pairs, quote_via=quote)}"
