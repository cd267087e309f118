"""What every route checks and gets: who asks, of which workspace, and errors as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from typing_extensions import TypedDict

from errors import AppError, ConflictError, InputError, ReadOnlyError, RoleError, StoreError
from labeling.snapshot import cache
from labeling.snapshot.snapshot import Snapshot
from store.accounts.roles import Role
from store.team import people
from store.workspace import Workspace
from web import idle, resources
from web.accounts import identity, least_roles
from written import model, texts
from written.json_values import JsonObject
from written.model import LARGEST, M

COOKIE = "sceneloop_actor"
HEADER = "x-sceneloop"
MAX_BODY = 64 * 2**20
AT_ONCE = 2**18  # bytes of a body that are read without a thread of their own

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
    return Json({"error": message}, status_code=status)


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
            return Json(await run_in_threadpool(_answer, request.method, handler, ask))
        except AppError as error:
            return failure(status_of(error), str(error))
        except ClientDisconnect:  # nobody is left to be answered
            return Response(status_code=400)

    return endpoint


def _answer(method: str, handler: Handler, ask: Ask) -> Mapping[str, object]:
    """A handler's answer. What only reads sees the tree, the machine and the board of one moment; what writes asks again."""
    if method != "GET":
        return handler(ask)
    with cache.once():
        return handler(ask)


class TooLargeError(InputError):
    """A body is larger than one request may be."""


async def body_of(request: Request, most: int = MAX_BODY) -> JsonObject:
    """The JSON object that a request carries; who asks has been checked before.

    It is counted while it is read: a body that is sent in chunks says no length.

    Args:
        most: bytes that are read.

    Raises:
        TooLargeError: it has more. InputError: it is not a JSON object, or its values lie too deep inside one another.
    """
    too_large = TooLargeError(f"That is more than the {most:,} bytes that one request may carry. Send it in parts.")
    declared = request.headers.get("content-length", "0")
    if not declared.isascii() or not declared.isdigit() or int(declared[:20]) > most:
        raise too_large
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > most:
            raise too_large
    return await run_in_threadpool(_object, bytes(content)) if len(content) > AT_ONCE else _object(bytes(content))


def _object(content: bytes) -> JsonObject:
    try:
        body = json.loads(content or b"{}", parse_int=_whole)
    except RecursionError as error:
        field = _deep_field(content)
        raise InputError(f"{field} holds lists or objects too deep inside one another. Reload the page.") from error
    except ValueError as error:
        raise InputError("The request is not JSON. Reload the page and try again.") from error
    if not isinstance(body, dict):
        raise InputError("The request is not a JSON object. Reload the page and try again.")
    return body


def _whole(digits: str) -> int | float:
    """A whole number; Python reads none of more than 4,300 digits, and no field takes one of more than 19."""
    return int(digits) if len(digits) < 40 else float("inf")


def _deep_field(content: bytes) -> str:
    """The member of the object that the depth is in: the last name before the braces and brackets pile up."""
    depth, name, last = 0, "The request", b""
    for token in re.finditer(rb'"(?:[^"\\]|\\.)*"|[\[\]{}:]', content):
        sign = token.group()
        if sign == b":":
            name = last[1:-1].decode("utf-8", "replace")[:60] if depth == 1 else name
        elif sign in (b"[", b"{"):
            depth += 1
            if depth > 50:
                break
        elif sign in (b"]", b"}"):
            depth -= 1
        else:
            last = sign
    return name


async def not_found(_request: Request) -> Response:
    """The end of every prefix."""
    return failure(404, "There is nothing at this address. Open the app's first page.")
