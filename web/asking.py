"""What every route checks and gets: who asks, of which workspace, and errors as JSON."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from errors import AppError, ConflictError, InputError, StoreError
from labeling.pipeline import kept
from labeling.pipeline.scene import Scene
from store.workspace import Workspace
from web import cached, resting

COOKIE = "sceneloop_actor"
HEADER = "x-sceneloop"
MAX_BODY = 64 * 2**20

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Ask:
    """One checked request.

    Attributes:
        name: the workspace's name, which the server knows.
        actor: who asks.
        path: the route's own parameters. query: of the URL. body: the JSON object of a POST, else empty.
    """

    name: str
    actor: str
    path: Mapping[str, Any]
    query: Mapping[str, str]
    body: dict[str, Any]

    @property
    def workspace(self) -> Workspace:
        """The open workspace."""
        return cached.workspace(self.name)

    @property
    def scene(self) -> Scene:
        """The workspace in memory."""
        return cached.scene(self.name)

    def number(self, name: str, default: int) -> int:
        """A whole number of the query.

        Raises:
            InputError: it is something else.
        """
        value = self.query.get(name, "")
        if not value:
            return default
        if not value.lstrip("-").isdigit():
            raise InputError(f"{name} must be a whole number, not {value[:40]!r}. Correct the address.")
        return int(value)

    def real(self, name: str) -> float | None:
        """A number of the query, or None.

        Raises:
            InputError: it is something else.
        """
        value = self.query.get(name, "")
        try:
            return float(value) if value else None
        except ValueError as error:
            raise InputError(f"{name} must be a number, not {value[:40]!r}. Correct the address.") from error

    def words(self, name: str) -> tuple[str, ...]:
        """A comma-separated list of the query."""
        return tuple(part for part in self.query.get(name, "").split(",") if part)

    def numbers(self, name: str) -> tuple[int, ...]:
        """A comma-separated list of whole numbers of the query.

        Raises:
            InputError: one of them is something else.
        """
        found = self.words(name)
        if not all(part.isdigit() for part in found):
            raise InputError(f"{name} must be whole numbers with commas between. Correct the address.")
        return tuple(int(part) for part in found)


def failure(status: int, message: str) -> JSONResponse:
    """An error as every route answers it."""
    return JSONResponse({"error": message}, status_code=status)


def actor_of(request: Request) -> str | None:
    """The name in the request's cookie, or None."""
    value = request.cookies.get(COOKIE)
    return unquote(value) if value else None


def refused(request: Request, *, header: bool = True) -> JSONResponse | None:
    """The answer to a request that nobody known makes, or that another site may have made; None when it is fine.

    Every request passes here, so here `resting` hears of it.
    """
    resting.asked()
    if not actor_of(request):
        return failure(401, "The app does not know who you are. Open a page of the app and type your name.")
    if header and request.headers.get(HEADER) != "1":
        return failure(403, "This address is for the app's own pages. Open the app instead.")
    if not cached.knows(request.path_params["ws"]):
        return failure(404, "There is no workspace of that name. Choose one in the sidebar.")
    return None


def status_of(error: AppError) -> int:
    """The HTTP status that an error is answered with."""
    if isinstance(error, ConflictError):
        return 409
    if isinstance(error, StoreError):
        return 503  # the disk or the database refuses now; the same request may succeed later
    return 400 if isinstance(error, InputError) else 500


def loaded(handler: Callable[[Request], Awaitable[Response]]) -> Endpoint:
    """An endpoint for what a page loads by its address alone (an image, a clip): it checks who asks and words an error."""

    @wraps(handler)
    async def endpoint(request: Request) -> Response:
        denied = refused(request, header=False)
        if denied is not None:
            return denied
        try:
            return await handler(request)
        except AppError as error:
            return failure(status_of(error), str(error))

    return endpoint


def api(handler: Callable[[Ask], dict[str, Any]]) -> Endpoint:
    """An endpoint that checks the request, runs the handler in a thread and answers in JSON."""

    async def endpoint(request: Request) -> Response:
        denied = refused(request)
        if denied is not None:
            return denied
        try:
            body = await _body(request)
            ask = Ask(
                request.path_params["ws"], actor_of(request) or "", request.path_params, request.query_params, body
            )
            return JSONResponse(await run_in_threadpool(_answer, request.method, handler, ask))
        except AppError as error:
            return failure(status_of(error), str(error))

    return endpoint


def _answer(method: str, handler: Callable[[Ask], dict[str, Any]], ask: Ask) -> dict[str, Any]:
    """A handler's answer. What only reads sees the tree, the machine and the board of one moment; what writes asks again."""
    if method != "GET":
        return handler(ask)
    with kept.once():
        return handler(ask)


async def _body(request: Request) -> dict[str, Any]:
    if request.method != "POST":
        return {}
    if int(request.headers.get("content-length") or 0) > MAX_BODY:
        raise InputError("That is more than one request may carry. Send it in parts.")
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError as error:
        raise InputError("The request is not JSON. Reload the page and try again.") from error
    if not isinstance(body, dict):
        raise InputError("The request is not a JSON object. Reload the page and try again.")
    return body


async def not_found(_request: Request) -> Response:
    """The end of every prefix."""
    return failure(404, "There is nothing at this address. Open the app's first page.")
