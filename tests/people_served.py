"""What stands behind the gate in tests: our real routes, and in place of Streamlit something that answers."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from store.accounts.roles import Role
from web.accounts import entry_routes, identity
from web.accounts.gate import Gate
from web.api.guard import SOCKET, Guard
from web.api.routes import routes
from web.language import language_routes

OURS = [*language_routes.routes(), *entry_routes.routes(), *routes()]
PEOPLE = {  # role, and where
    "annotator": (Role.ANNOTATOR, "demo"),
    "reviewer": (Role.REVIEWER, "demo"),
    "owner": (Role.OWNER, "demo"),
    "admin": (Role.ADMIN, None),
    "other": (Role.OWNER, "another"),
}
SignedIn = Callable[[str], TestClient]


async def echo(socket: WebSocket) -> None:
    """In place of Streamlit's socket: it says who is there, then answers every message."""
    await socket.accept()
    person = socket.scope.get(identity.SCOPE)
    await socket.send_text(person.name if person else "nobody")
    try:
        while True:
            await socket.send_text(await socket.receive_text())
    except WebSocketDisconnect:
        return


async def streamlit(scope: Scope, receive: Receive, send: Send) -> None:
    """In place of Streamlit's pages, uploads and media."""
    await PlainTextResponse("of Streamlit")(scope, receive, send)


def served(*, ours: bool = True) -> Starlette:
    """The app as `app.py` puts it together, with Streamlit's own part left out; without `ours` all that passes the gate is answered."""
    behind: list[BaseRoute] = [*(OURS if ours else []), WebSocketRoute(SOCKET, echo), Mount("/", app=streamlit)]
    return Starlette(routes=behind, middleware=[Middleware(Guard), Middleware(Gate, routes=OURS)])
