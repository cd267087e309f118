"""The routes of the pages before the app, and who is signed in. They change something by POST only, which the guard lets no other site send."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from errors import AppError, InputError, RoleError, StoreError
from settings import current
from store.accounts import named_proxy, sessions
from store.accounts.accounts_database import Accounts
from store.accounts.roles import Person
from web.accounts import entry, entry_pages, identity, provider, proxy
from web.accounts.entry import Client, WaitError
from web.language.words import t

JOURNEY = "sceneloop_oidc"  # what a browser keeps on its way to the identity provider and back
MOST_BODY = 16 * 2**10
HOME = "/"
LEFT = "left"  # in the address of the sign-in page: a proxy's word alone signs nobody in there
_OWN = re.compile(r"/(?![/\\])[\x21-\x7e]*")  # an address of this server, never one that a browser takes for another's
NOT_KEPT = {"Cache-Control": "no-store"}
DIFFERENT = "The two passwords are not the same. Type them again."


def routes() -> list[BaseRoute]:
    """The routes, beside those of `web.api.routes`."""
    return [
        Route("/signin", sign_in, methods=["GET", "POST"]),
        Route("/signin/oidc", leave, methods=["GET"]),
        Route(provider.CALLBACK, arrive, methods=["GET"]),
        Route("/invitation", invitation, methods=["GET", "POST"]),
        Route("/account", account, methods=["GET", "POST"]),
        Route("/account/tokens", make_token, methods=["POST"]),
        Route("/account/tokens/end", end_token, methods=["POST"]),
        Route("/signout", sign_out, methods=["POST"]),
        Route("/api/person", person, methods=["GET"]),
    ]


async def sign_in(request: Request) -> Response:
    """The sign-in page; a POST signs in and goes on to where somebody wanted to be."""
    accounts = _accounts()
    if accounts is None:
        return RedirectResponse(HOME, 303)
    if request.method == "GET":
        back = _back(request.query_params.get("next", HOME))
        if proxy.outside(request.scope) is not None:
            return await _come_by_proxy(request, accounts, back)
        return _shown(entry_pages.sign_in(back, by_provider=current().oidc_issuer is not None))
    name = back = ""
    try:
        form = await _form(request)
        name, back = form.get("name", ""), _back(form.get("next", HOME))
        token = await entry.sign_in(accounts, name, form.get("password", ""), client_of(request))
    except AppError as error:
        return _refused(entry_pages.sign_in(_back(back), name, str(error)), error, 401)
    return _begun(request, token, back)


async def _come_by_proxy(request: Request, accounts: Accounts, back: str) -> Response:
    """Whom the proxy names is signed in at once; who has just signed out is asked."""
    who = proxy.outside(request.scope)
    if who is None or LEFT in request.query_params:
        return _shown(entry_pages.sign_in(back, by_proxy=who.email if who is not None else ""))
    try:
        token = await entry.come_in(accounts, who, None, client_of(request), by_proxy=True)
    except AppError as error:
        return _refused(entry_pages.sign_in(back, problem=str(error), by_proxy=who.email), error, 403)
    return _begun(request, token, back)


async def leave(request: Request) -> Response:
    """The way to the identity provider."""
    if _accounts() is None:
        return RedirectResponse(HOME, 303)
    back = _back(request.query_params.get("next", HOME))
    try:
        one = await run_in_threadpool(provider.of, current())
        if one is None:
            raise InputError("This server knows no identity provider.")
    except AppError as error:
        return _refused(entry_pages.sign_in(back, problem=str(error)), error, 400)
    begun = provider.journey(back)
    response = RedirectResponse(one.away(_callback(request), begun), 303, NOT_KEPT)
    secure = _callback(request).startswith("https://")
    response.set_cookie(JOURNEY, begun.packed(), 600, path="/signin", httponly=True, samesite="lax", secure=secure)
    return response


async def arrive(request: Request) -> Response:
    """The way back from the identity provider."""
    accounts = _accounts()
    if accounts is None:
        return RedirectResponse(HOME, 303)
    begun = provider.unpacked(request.cookies.get(JOURNEY))
    try:
        one = await run_in_threadpool(provider.of, current())
        if one is None or begun is None:
            raise InputError(provider.STRANGE)
        who, grants = await run_in_threadpool(one.arrived, _callback(request), begun, request.query_params)
        token = await entry.come_in(accounts, who, grants, client_of(request))
    except AppError as error:
        page = entry_pages.sign_in(_back(begun.back if begun else HOME), problem=str(error), by_provider=True)
        response = _refused(page, error, 403 if isinstance(error, RoleError) else 401)
    else:
        response = _begun(request, token, _back(begun.back), secure=_callback(request).startswith("https://"))
    response.delete_cookie(JOURNEY, path="/signin", httponly=True, samesite="lax")
    return response


def _callback(request: Request) -> str:
    """The address that the provider sends the browser back to; the guard has looked at the host that it is made of."""
    return f"{(current().public_url or str(request.base_url)).rstrip('/')}{provider.CALLBACK}"


async def invitation(request: Request) -> Response:
    """The page of an invitation; a POST sets the password and signs in."""
    accounts = _accounts()
    if accounts is None:
        return RedirectResponse(HOME, 303)
    token = name = ""
    try:
        form = dict(request.query_params) if request.method == "GET" else await _form(request)
        token = form.get("token", "")
        name = await entry.invited(accounts, token)
        if request.method == "GET":
            return _shown(entry_pages.invitation(token, name))
        if form.get("password", "") != form.get("again", ""):
            raise InputError(DIFFERENT)
        begun = await entry.accept(accounts, token, form.get("password", ""), client_of(request))
        identity.forget()
    except AppError as error:
        return _refused(entry_pages.invitation(token, name, str(error)), error, 400)
    return _begun(request, begun, HOME)


async def account(request: Request) -> Response:
    """One's own account; a POST changes the password."""
    accounts, one = _accounts(), _person(request)
    if accounts is None or one is None:
        return RedirectResponse(HOME, 303)
    if request.method == "GET":
        return _shown(entry_pages.account(one, await entry.own_tokens(accounts, one)))
    try:
        form = await _form(request)
        if form.get("password", "") != form.get("again", ""):
            raise InputError(DIFFERENT)
        await entry.change_password(accounts, one, form.get("old", ""), form.get("password", ""), client_of(request))
        identity.forget()
    except AppError as error:
        return _refused(entry_pages.account(one, await entry.own_tokens(accounts, one), str(error)), error, 400)
    return _shown(entry_pages.account(one, await entry.own_tokens(accounts, one), done=t("The password is changed.")))


async def make_token(request: Request) -> Response:
    """A new API token of one's own; the page shows it this once."""
    return await _about_tokens(request, entry.make_token)


async def end_token(request: Request) -> Response:
    """An API token of one's own ends."""
    return await _about_tokens(request, entry.end_token)


async def _about_tokens(
    request: Request, change: Callable[[Accounts, Person, Mapping[str, str], Client], Awaitable[str]]
) -> Response:
    """The account page after a change of its tokens; `change` gives what is said."""
    accounts, one = _accounts(), _person(request)
    if accounts is None or one is None:
        return RedirectResponse(HOME, 303)
    try:
        done = await change(accounts, one, await _form(request), client_of(request))
    except AppError as error:
        return _refused(entry_pages.account(one, await entry.own_tokens(accounts, one), str(error)), error, 400)
    return _shown(entry_pages.account(one, await entry.own_tokens(accounts, one), done=done))


async def sign_out(request: Request) -> Response:
    """End the session."""
    accounts, one = _accounts(), _person(request)
    if accounts is not None and one is not None:
        await entry.sign_out(accounts, one, client_of(request))
        identity.forget()
    away = "/signin" if accounts is not None else HOME
    named = named_proxy.of(current())
    if accounts is not None and named is not None and proxy.outside(request.scope) is not None:
        away = named.sign_out or f"/signin?{LEFT}=1"
    response = RedirectResponse(away, 303, {"Clear-Site-Data": '"cache"'})
    for cookie, secure in ((identity.COOKIE, False), (identity.SECURE_COOKIE, True)):
        response.delete_cookie(cookie, secure=secure, httponly=True, samesite="lax")
    return response


async def person(request: Request) -> Response:
    """Who is signed in, None on a server without users: an open page whose connection was cut asks here."""
    one = _person(request)
    return JSONResponse({"name": one.name if one is not None else None, "stamp": identity.stamp(one)})


def client_of(request: Request) -> Client:
    """Where a request comes from. A proxy's word for it counts where the server that speaks HTTP believes the proxy."""
    return Client(request.client.host if request.client else "", request.headers.get("user-agent", "")[:200])


def _accounts() -> Accounts | None:
    return identity.accounts()


def _person(request: Request) -> Person | None:
    one = request.scope.get(identity.SCOPE)
    return one if isinstance(one, Person) else None


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; its bytes are counted while they are read.

    Raises:
        InputError: it is too large, or no form.
    """
    content = bytearray()
    try:
        async for chunk in request.stream():
            content += chunk
            if len(content) > MOST_BODY:
                raise InputError("The form is too large.")
        fields = parse_qs(content.decode("ascii"), keep_blank_values=True, errors="replace", max_num_fields=20)
    except (ClientDisconnect, ValueError) as error:
        raise InputError("The form arrived incomplete. Reload the page and try again.") from error
    return {name: values[0] for name, values in fields.items()}


def _back(address: str) -> str:
    return address if _OWN.fullmatch(address) and not address.startswith(("/signin", "/invitation")) else HOME


def _shown(page: str) -> Response:
    return HTMLResponse(page, headers=NOT_KEPT)


def _refused(page: str, error: AppError, status: int) -> Response:
    if isinstance(error, WaitError):
        return HTMLResponse(page, 429, {**NOT_KEPT, "Retry-After": str(max(1, round(error.wait_s)))})
    return HTMLResponse(page, 503 if isinstance(error, StoreError) else status, NOT_KEPT)


def _begun(request: Request, token: str, back: str, *, secure: bool = False) -> Response:
    """The way on, with the session's cookie: one that only this host can set, where the browser speaks TLS (perhaps to a proxy)."""
    secure = secure or request.url.scheme == "https" or request.headers.get("origin", "").startswith("https://")
    response = RedirectResponse(back, 303)
    name = identity.SECURE_COOKIE if secure else identity.COOKIE
    age = round(sessions.LONGEST.total_seconds())
    response.set_cookie(name, token, max_age=age, httponly=True, samesite="lax", secure=secure)
    return response
