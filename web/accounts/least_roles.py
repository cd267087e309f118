"""The least role for each route, page and act of a page: one constant table. What it does not name is refused.

`tests/web/accounts/test_roles.py` fails when a route or a page has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import Scope

from store.accounts.roles import Role

ANYBODY, SIGNED_IN = None, Role.NOBODY  # without a session; with one, whatever its role
ANNOTATOR, REVIEWER, OWNER, ADMIN = Role.ANNOTATOR, Role.REVIEWER, Role.OWNER, Role.ADMIN
API = "/api/{ws}/"
ROUTES: dict[str, Role | None] = {
    "GET /api/{ws}/meta": ANNOTATOR,
    "GET /api/{ws}/tiles": ANNOTATOR,
    "GET /api/{ws}/ids": ANNOTATOR,
    "GET /api/{ws}/item/{id}": ANNOTATOR,
    "GET /api/{ws}/neighbours": ANNOTATOR,
    "GET /api/{ws}/clusters": ANNOTATOR,
    "GET /api/{ws}/duplicates": ANNOTATOR,
    "GET /api/{ws}/map": ANNOTATOR,
    "GET /api/{ws}/mapping": ANNOTATOR,
    "GET /api/{ws}/recent": ANNOTATOR,
    "GET /api/{ws}/guidelines": ANNOTATOR,
    "GET /api/{ws}/changes": ANNOTATOR,
    "GET /api/{ws}/agreement": ANNOTATOR,
    "GET /api/{ws}/views": ANNOTATOR,
    "GET /api/{ws}/prompts": OWNER,
    "GET /api/{ws}/scorecard": OWNER,
    "GET /api/{ws}/categorize": OWNER,
    "GET /api/{ws}/taxonomy": OWNER,
    "GET /api/{ws}/suggestions": OWNER,
    "GET /api/{ws}/suggest": OWNER,
    "GET /api/{ws}/compare": OWNER,
    "GET /api/{ws}/yaml": OWNER,
    "GET /api/{ws}/tags": OWNER,
    "GET /api/{ws}/videos/meta": ANNOTATOR,
    "GET /api/{ws}/videos/tiles": ANNOTATOR,
    "GET /api/{ws}/videos/ids": ANNOTATOR,
    "GET /api/{ws}/videos/lookup/{job}": OWNER,
    "GET /api/{ws}/video/{id}": ANNOTATOR,
    "GET /api/{ws}/run/{id}": ANNOTATOR,
    "GET /api/{ws}/run/{id}/near": ANNOTATOR,
    "GET /api/{ws}/run/{id}/programme": ANNOTATOR,
    "GET /api/{ws}/run/{id}/script": ANNOTATOR,
    "GET /api/{ws}/run/{id}/export": OWNER,
    "GET /api/{ws}/live/{job}": ANNOTATOR,
    "GET /api/{ws}/commands/suspects": ANNOTATOR,
    "GET /api/{ws}/commands/next": ANNOTATOR,
    "GET /api/{ws}/commands/history": ANNOTATOR,
    "POST /api/{ws}/commands/label": ANNOTATOR,
    "POST /api/{ws}/commands/undo": ANNOTATOR,
    "POST /api/{ws}/commands/export": OWNER,
    "POST /api/{ws}/commands/plan": OWNER,
    "POST /api/{ws}/commands/archive": OWNER,
    "POST /api/{ws}/ops": ANNOTATOR,
    "POST /api/{ws}/undo": ANNOTATOR,  # their own; what others did, with "take back others"
    "POST /api/{ws}/accept": REVIEWER,
    "POST /api/{ws}/neighbours": ANNOTATOR,
    "POST /api/{ws}/next": ANNOTATOR,
    "POST /api/{ws}/videos/next": ANNOTATOR,
    "POST /api/{ws}/guidelines": REVIEWER,
    "POST /api/{ws}/views": REVIEWER,
    "POST /api/{ws}/follow": REVIEWER,
    "POST /api/{ws}/map": ANNOTATOR,
    "POST /api/{ws}/draft": OWNER,
    "POST /api/{ws}/discard": OWNER,
    "POST /api/{ws}/publish": OWNER,
    "POST /api/{ws}/taxonomy": OWNER,
    "POST /api/{ws}/prompt": OWNER,
    "POST /api/{ws}/lane": OWNER,
    "POST /api/{ws}/options": OWNER,
    "POST /api/{ws}/levels": OWNER,
    "POST /api/{ws}/yaml": OWNER,
    "POST /api/{ws}/tags": OWNER,
    "POST /api/{ws}/segments": ANNOTATOR,
    "GET /thumb/{ws}/{id}.webp": ANNOTATOR,
    "GET /image/{ws}/{id}": ANNOTATOR,
    "GET /clip/{ws}/{id}": ANNOTATOR,
    "GET /clip/{ws}/lookup/{job}": OWNER,
    "GET /still/{ws}/{id}/{ms}.jpg": ANNOTATOR,
    "GET /still/{ws}/lookup/{job}/{ms}.jpg": OWNER,
    "GET /keyframe/{ws}/{run}/{index}.jpg": ANNOTATOR,
    "GET /keyframe/{ws}/live/{job}/{index}.jpg": ANNOTATOR,
    "GET /present/{ws}/{id}": ANNOTATOR,
    "GET /ui/words/{language}.json": ANYBODY,
    "GET /language/{language}": ANYBODY,  # what somebody reads is their own choice
    "GET /ui/{file}": ANYBODY,  # our scripts and styles, the sign-in page's too
    "POST /api/actor": SIGNED_IN,  # where there are users it answers that the name is the account's
    "GET /api/person": SIGNED_IN,
    "GET /signin": ANYBODY,
    "POST /signin": ANYBODY,
    "GET /signin/oidc": ANYBODY,
    "GET /signin/callback": ANYBODY,
    "GET /invitation": ANYBODY,
    "POST /invitation": ANYBODY,
    "GET /account": SIGNED_IN,
    "POST /account": SIGNED_IN,
    "POST /signout": SIGNED_IN,
    "POST /account/tokens": SIGNED_IN,
    "POST /account/tokens/end": SIGNED_IN,
}
PAGES = {
    "overview": ANNOTATOR,
    "data": OWNER,
    "prompts": OWNER,
    "review": ANNOTATOR,
    "neighbours": ANNOTATOR,
    "videos": ANNOTATOR,
    "train": OWNER,
    "segments": ANNOTATOR,
    "people": OWNER,
}
ACTS = {  # what a page does by itself, without a route
    "take back others": REVIEWER,
    "adjudicate": REVIEWER,
    "add videos": OWNER,
    "start long work": OWNER,
    "push to a hub": OWNER,
    "change the head in use": OWNER,
    "name paths of the server": OWNER,
    "reset the demo": OWNER,
    "make a workspace": ADMIN,
}
STREAMLIT: dict[str, Role | None] = {  # its own addresses, by how they begin
    "/_stcore/health": ANYBODY,
    "/_stcore/host-config": SIGNED_IN,
    "/_stcore/stream": ANNOTATOR,
    "/_stcore/upload_file/": OWNER,
    "/_stcore/bidi-components/": SIGNED_IN,
    "/component/": SIGNED_IN,
    "/media/": ANNOTATOR,
    "/static/": ANYBODY,
    "/favicon.png": ANYBODY,
}


@dataclass(frozen=True)
class Need:
    """What a request asks for.

    Attributes:
        least: the least role; None where nobody need be signed in. workspace: where it must be held, or None for anywhere.
        is_page: whether somebody opens a page. exists: whether there is anything at the address.
    """

    least: Role | None
    workspace: str | None = None
    is_page: bool = False
    exists: bool = True


def need_of(scope: Scope, routes: Iterable[BaseRoute]) -> Need:
    """What a request needs."""
    path, method = scope["path"], "GET" if scope.get("method") == "HEAD" else scope.get("method", "GET")
    page = path.strip("/") or "overview"
    if page in PAGES and path in ("/", f"/{page}") and (page != "overview" or path == "/"):
        named = parse_qs(scope["query_string"].decode("latin-1")).get("workspace", [None])[0]
        return Need(PAGES[page], named, is_page=True)
    for route in routes:
        match, child_scope = route.matches(scope)
        if match == Match.FULL and isinstance(route, Route):
            least = ROUTES.get(f"{method} {plain(route.path)}", Role.ADMIN)
            return Need(least, child_scope["path_params"].get("ws"), is_page=route.path.startswith("/present"))
        if match == Match.FULL and isinstance(route, Mount):
            return Need(SIGNED_IN, exists=False)
    for begin, least in STREAMLIT.items():
        if path == begin or (begin.endswith("/") and path.startswith(begin)):
            return Need(least)
    return Need(SIGNED_IN, exists=False)


def plain(path: str) -> str:
    """The path of a route without the kinds of its parameters."""
    return re.sub(r":\w+}", "}", path)


def allowed(role: Role) -> list[str]:
    """What somebody of a role may ask of a workspace's routes, as `POST accept`, and do on its pages: what a page shows follows it."""
    routes = [
        key.replace(API, "") for key, least in ROUTES.items() if API in key and least is not None and least <= role
    ]
    return [*routes, *(act for act, least in ACTS.items() if least <= role)]
