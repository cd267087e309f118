"""The gate before everything: pages, uploads, media, own routes and the WebSocket ask here who comes and whether they may.

Plain ASGI inside the guard. On a server without users it lets this machine's own connections through and changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from errors import InputError, StoreError
from settings import is_loopback
from store.accounts.roles import Person, Role
from web.accounts import entry_pages, identity, least_roles, proxy
from web.accounts.least_roles import Need
from web.language.words import noted, t, translated

SIGN_IN = "/signin"
CHECK_S = 1.5  # an open page's session is asked for so often: within 5 s of being revoked it is gone
NO_USERS = noted(
    "This server has no users, so it serves its own machine alone. `sceneloop users add NAME --role admin` makes the first user."
)
NOT_A_TOKEN = noted("This token is unknown, revoked or expired. Make another one on your account page.")
NOT_SIGNED_IN = noted("You are not signed in. Sign in again.")


class Gate:
    """A middleware of `st.App`, inside `web.api.guard.Guard`.

    Args:
        app: what it stands before. routes: all routes of ours, to know what a request asks for.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app, self._routes = app, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or pass it on with the person who asks."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        try:
            scope = proxy.received(scope)
            accounts = identity.accounts() if identity.settled() else await run_in_threadpool(identity.accounts)
            if accounts is None:
                refused: Response | None = (
                    None if _is_local(scope) else JSONResponse({"error": t(NO_USERS)}, status_code=403)
                )
            else:
                scope = {**scope, identity.SCOPE: None}
                refused = await self._refusal(scope)
        except StoreError as error:
            refused = JSONResponse({"error": translated(str(error))}, status_code=503)
        except InputError as error:
            refused = JSONResponse({"error": translated(str(error))}, status_code=400)
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send, refused is not None)
        else:
            await (refused or self._app)(scope, receive, send)

    async def _refusal(self, scope: Scope) -> Response | None:
        """The answer to whom may not do this; None where they may, and then the scope holds who they are."""
        need = least_roles.need_of(scope, self._routes)
        if need.least is None:
            return None
        bearer = identity.bearer_of(Headers(scope=scope).get("authorization", ""))
        if bearer is not None:
            return await self._by_token(scope, need, bearer)
        token = identity.token_of(HTTPConnection(scope).cookies)
        reads = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        person = identity.remembered(token) if reads else None
        if person is None and token:
            person = await run_in_threadpool(identity.person_of, token, uses=scope["path"] != "/api/person")
        if person is None or not proxy.agrees(scope, person):
            return _sign_in(scope, need)
        if not need.exists:
            return JSONResponse(
                {"error": t("There is nothing at this address. Open the app's first page.")}, status_code=404
            )
        scope[identity.SCOPE] = person
        return _forbidden(person, need)

    async def _by_token(self, scope: Scope, need: Need, bearer: str) -> Response | None:
        """The same for a script with an API token: for the routes of workspaces alone, and a cookie beside it counts for nothing."""
        person = None
        if scope["type"] == "http" and need.exists and need.workspace and not need.is_page:
            person = await run_in_threadpool(identity.person_of_api_token, bearer)
        if person is None:
            return JSONResponse({"error": t(NOT_A_TOKEN)}, status_code=401, headers={"WWW-Authenticate": "Bearer"})
        scope[identity.SCOPE] = person
        return _forbidden(person, need)

    async def _socket(self, scope: Scope, receive: Receive, send: Send, refused: bool) -> None:
        if refused:
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        person = scope.get(identity.SCOPE)
        if person is None:
            await self._app(scope, receive, send)
            return
        watched = _Watched(person, identity.token_of(HTTPConnection(scope).cookies), receive, send)
        try:
            await self._app(scope, watched.receive, watched.send)
        finally:
            watched.stop()


class _Watched:
    """A WebSocket that closes when its session ends or its person's roles change: the page then connects again, as who it is by now."""

    def __init__(self, person: Person, token: str | None, receive: Receive, send: Send) -> None:
        self._person, self._token, self._receive, self._send = person, token, receive, send
        self._coming: asyncio.Future[Message] | None = None
        self._is_over = False

    async def receive(self) -> Message:
        """The browser's next message; the end, where whoever sends it may not any more."""
        while True:
            self._coming = self._coming or asyncio.ensure_future(self._receive())
            done, _ = await asyncio.wait({self._coming}, timeout=CHECK_S)
            if not await self._stands(uses=bool(done)):
                await self.send({"type": "websocket.close", "code": 1008})
                self._is_over = True
                return {"type": "websocket.disconnect", "code": 1008}
            if done:
                message, self._coming = self._coming.result(), None
                return message

    async def send(self, message: Message) -> None:
        """Pass a message on; what comes after the end goes nowhere."""
        if not self._is_over:
            await self._send(message)

    def stop(self) -> None:
        """Wait for nothing more."""
        if self._coming is not None:
            self._coming.cancel()

    async def _stands(self, *, uses: bool) -> bool:
        """Whether the session and its roles are as they were. A database that cannot be read now ends no session, and lets nothing in."""
        while True:
            try:
                return await run_in_threadpool(identity.person_of, self._token, uses=uses) == self._person
            except StoreError:
                await asyncio.sleep(CHECK_S)


def _is_local(scope: Scope) -> bool:
    """Whether the connection came to a loopback address of this machine, or to a socket that has no address."""
    address, port = scope.get("server") or ("", None)
    return port is None or is_loopback(str(address))


def _sign_in(scope: Scope, need: Need) -> Response:
    """Where a page is opened, the way to the sign-in page and back."""
    if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and _wants_page(scope, need):
        query = scope["query_string"].decode("latin-1")
        back = quote(scope["path"], safe="/") + (f"?{query}" if query else "")
        return RedirectResponse(f"{SIGN_IN}?next={quote(back, safe='')}", 303)
    return JSONResponse({"error": t(NOT_SIGNED_IN), "signin": SIGN_IN}, status_code=401)


def _wants_page(scope: Scope, need: Need) -> bool:
    return need.is_page or (scope["path"] == "/account" and "text/html" in Headers(scope=scope).get("accept", ""))


def _forbidden(person: Person, need: Need) -> Response | None:
    """The answer to somebody whose role is too low; a workspace of others is none."""
    least = need.least or Role.NOBODY
    role = person.highest if need.workspace is None else person.role_in(need.workspace)
    if least <= role:
        return None
    if need.is_page:
        return HTMLResponse(entry_pages.forbidden(person.name, need.workspace, least, role), status_code=403)
    if need.workspace is not None and role == Role.NOBODY:
        return JSONResponse(
            {"error": t("There is no workspace of that name. Choose one in the sidebar.")}, status_code=404
        )
    return JSONResponse(
        {"error": t("That is for {role}s. Ask one to do it, or for the role.", role=t(least.word))}, status_code=403
    )
