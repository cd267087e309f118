"""What every route checks and gets: who asks, of which workspace, and errors as JSON."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from typing_extensions import TypedDict

from errors import AppError, ConflictError, InputError, ReadOnlyError, RoleError, StoreError
from labeling.snapshot import cache
from labeling.snapshot.snapshot import Snapshot
from store.accounts.roles import Role
from store.team import people
from store.workspace import Workspace
from web import idle, resources
from web.accounts import identity, least_roles
from web.api.body_reader import TooLargeError, body_of
from web.language.answers import in_words
from web.language.words import translated
from written import model, texts
from written.json_values import JsonObject
from written.model import LARGEST, M

COOKIE = "sceneloop_actor"
HEADER = "x-sceneloop"

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Ask:
    """One checked request.

    Attributes:
        name: the workspace's name, which the server knows.
        actor: who asks.
        path: the route's own numbers. query: of the URL. body: the JSON object of a POST, else empty.
        role: what they may do in this workspace; everything on a server without users.
    """

    name: str
    actor: str
    path: Mapping[str, int]
    query: Mapping[str, str]
    body: JsonObject
    role: Role = Role.ADMIN

    def may(self, act: str) -> bool:
        """Whether the role of who asks allows an act of `web.accounts.least_roles`."""
        return least_roles.ACTS[act] <= self.role

    @property
    def workspace(self) -> Workspace:
        """The open workspace."""
        return resources.workspace(self.name)

    @cached_property
    def snapshot(self) -> Snapshot:
        """The workspace in memory, the same one during the whole request."""
        return resources.snapshot(self.name)

    def asked(self, query: type[M]) -> M:
        """The checked parameters of the address; an empty one counts as left out.

        Raises:
            InputError: one of them cannot be used; the message names it.
        """
        return _read_query(query, self.query)

    def sent(self, body: type[M]) -> M:
        """The checked body.

        Raises:
            InputError: a field is missing or cannot be used; the message names it.
        """
        return model.read(body, self.body)


Handler = Callable[[Ask], Mapping[str, object]]


def _read_query(query: type[M], given: Mapping[str, str]) -> M:
    return model.read(query, {name: value for name, value in given.items() if value})


def query_of(request: Request, query: type[M]) -> M:
    """The checked parameters of an address that a page loads by itself; as `Ask.asked`.

    Raises:
        InputError: one of them cannot be used; the message names it.
    """
    return _read_query(query, request.query_params)


class FileText(TypedDict):
    """A file by name and text."""

    name: str
    text: str


class Json(JSONResponse):
    """An answer in JSON. Text that has no encoding, from before it was refused, leaves as U+FFFD: one such text fails no page."""

    def render(self, content: object) -> bytes:
        """The bytes of the answer."""
        try:
            return super().render(content)
        except UnicodeEncodeError:
            return texts.mended(json.dumps(content, ensure_ascii=False, allow_nan=False)).encode()


def failure(status: int, message: str) -> JSONResponse:
    """An error as every route answers it."""
    return Json({"error": translated(message)}, status_code=status)


def actor_of(request: Request) -> str | None:
    """Who asks: the person of the session where the server has users, else the name in the cookie; None where it is none."""
    if identity.SCOPE in request.scope:
        person = request.scope[identity.SCOPE]
        return None if person is None else str(person.name)
    return people.known(unquote(request.cookies.get(COOKIE, "")))


def _role_of(request: Request) -> Role:
    if identity.SCOPE not in request.scope:
        return Role.ADMIN
    person = request.scope[identity.SCOPE]
    return Role.NOBODY if person is None else person.role_in(request.path_params["ws"])


def refused(request: Request, *, header: bool = True) -> JSONResponse | None:
    """The answer to a request that nobody known makes, or that another site may have made; None when it is fine.

    Every request passes here, so here `resting` hears of it.
    """
    idle.asked()
    if not actor_of(request):
        return failure(401, "The app does not know who you are. Open a page of the app and type your name.")
    if header and request.headers.get(HEADER) != "1":
        return failure(403, "This address is for the app's own pages. Open the app instead.")
    if not resources.knows(request.path_params["ws"]):
        return failure(404, "There is no workspace of that name. Choose one in the sidebar.")
    large = next(
        (name for name, value in request.path_params.items() if isinstance(value, int) and value > LARGEST), None
    )
    if large is not None:
        return failure(404, f"{large} must be at most {LARGEST}. There is nothing of that number; reload the page.")
    return None


def status_of(error: AppError) -> int:
    """The HTTP status that an error is answered with."""
    if isinstance(error, ConflictError):
        return 409
    if isinstance(error, ReadOnlyError | RoleError):
        return 403
    if isinstance(error, StoreError):
        return 503  # the disk or the database refuses now; the same request may succeed later
    if isinstance(error, TooLargeError):
        return 413
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
        except ClientDisconnect:
            return Response(status_code=400)

    return endpoint


def api(handler: Handler) -> Endpoint:
    """An endpoint that checks the request, runs the handler in a thread and answers in JSON."""

    async def answered(ask: Ask, method: str) -> Response:
        return Json(await run_in_threadpool(_answer, method, handler, ask))

    return _checked(answered)


def streaming(handler: Callable[[Ask], Iterator[bytes]], media_type: str) -> Endpoint:
    """As `api`, for an answer of any size in pieces; what the handler refuses, it refuses before the first piece."""

    async def answered(ask: Ask, _method: str) -> Response:
        return StreamingResponse(await run_in_threadpool(handler, ask), media_type=media_type)

    return _checked(answered)


def _checked(answered: Callable[[Ask, str], Awaitable[Response]]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        denied = refused(request)
        if denied is not None:
            return denied
        try:
            body = await body_of(request) if request.method == "POST" else {}
            numbers = {name: value for name, value in request.path_params.items() if isinstance(value, int)}
            ask = Ask(
                request.path_params["ws"],
                actor_of(request) or "",
                numbers,
                request.query_params,
                body,
                _role_of(request),
            )
            return await answered(ask, request.method)
        except AppError as error:
            return failure(status_of(error), str(error))
        except ClientDisconnect:  # nobody is left to be answered
            return Response(status_code=400)

    return endpoint


def _answer(method: str, handler: Handler, ask: Ask) -> Mapping[str, object]:
    """A handler's answer. What only reads sees the tree, the machine and the board of one moment; what writes asks again."""
    if method != "GET":
        return in_words(handler(ask))
    with cache.once():
        return in_words(handler(ask))


async def not_found(_request: Request) -> Response:
    """The end of every prefix."""
    return failure(404, "There is nothing at this address. Open the app's first page.")
