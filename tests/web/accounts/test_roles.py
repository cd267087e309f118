"""Who may do what: every route and page for everybody, against a table written out by hand."""

from __future__ import annotations

import re

import pytest
from people_served import OURS, PEOPLE, SignedIn, served
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from settings import ROOT
from store.accounts.accounts_database import Accounts
from store.accounts.roles import Role
from web.accounts import least_roles
from web.parts import layout

NOBODY = "nobody"
EVERYBODY = [NOBODY, *PEOPLE]
ALL_HERE = ["annotator", "reviewer", "owner", "admin"]
OPEN = ["GET /ui/server/api.js", "GET /ui/words/zh-CN.json", "GET /language/zh-CN", "GET /signin", "POST /signin", "GET /signin/oidc", "GET /signin/callback", "GET /invitation", "POST /invitation", "GET /_stcore/health",
        "GET /static/js/index.js", "GET /favicon.png"]  # fmt: skip
SIGNED_IN = ["POST /api/actor", "GET /api/person", "GET /account", "POST /account", "POST /signout",
             "POST /account/tokens", "POST /account/tokens/end", "GET /_stcore/host-config",
             "GET /component/x/y", "GET /_stcore/bidi-components/x/y"]  # fmt: skip
LABELS = [
    *(f"GET /api/demo/{name}" for name in (
        "meta", "tiles", "ids", "item/1", "neighbours", "clusters", "duplicates", "map", "mapping", "recent", "guidelines", "changes",
        "agreement",
        "views", "videos/meta", "videos/tiles", "videos/ids", "video/1", "run/1", "run/1/near", "run/1/programme", "run/1/script", "live/1",
        "commands/suspects", "commands/next", "commands/history",
    )),
    *(f"POST /api/demo/{name}" for name in (
        "ops", "undo", "neighbours", "next", "videos/next", "map", "segments", "commands/label", "commands/undo",
    )),
    "GET /thumb/demo/1.webp", "GET /image/demo/1", "GET /clip/demo/1", "GET /still/demo/1/0.jpg", "GET /keyframe/demo/1/0.jpg",
    "GET /keyframe/demo/live/1/0.jpg",
]  # fmt: skip
REVIEWS = [f"POST /api/demo/{name}" for name in ("accept", "guidelines", "views", "follow")]
OWNS = [
    *(f"GET /api/demo/{name}" for name in (
        "prompts", "scorecard", "categorize", "taxonomy", "suggestions", "suggest", "compare", "yaml", "tags", "run/1/export",
        "videos/lookup/1",
    )),
    "GET /clip/demo/lookup/1", "GET /still/demo/lookup/1/0.jpg",
    *(f"POST /api/demo/{name}" for name in (
        "draft", "discard", "publish", "taxonomy", "prompt", "lane", "options", "levels", "yaml", "tags",
        "commands/export", "commands/plan", "commands/archive",
    )),
]  # fmt: skip
LABEL_PAGES = ["/", "/review", "/neighbours", "/videos", "/segments", "/present/demo/1"]
OWN_PAGES = ["/data", "/prompts", "/train", "/people"]
WORDS = {
    "language": "zh-CN",
    "id": "1",
    "run": "1",
    "job": "1",
    "index": "0",
    "ms": "0",
    "ws": "demo",
    "file": "server/api.js",
}


def asked() -> list[str]:
    """Every route of the app, as a request: none is missing in the lists above."""
    routes = [route for route in OURS if isinstance(route, Route)]
    paths = {route.path: re.sub(r"{(\w+)(:\w+)?}", lambda m: WORDS[m.group(1)], route.path) for route in routes}
    return [f"{m} {paths[route.path]}" for route in routes for m in sorted(route.methods or ()) if m != "HEAD"]


def test_the_lists_name_every_route_once() -> None:
    named = [*OPEN, *SIGNED_IN, *LABELS, *REVIEWS, *OWNS, *(f"GET {page}" for page in LABEL_PAGES)]
    assert len(named) == len(set(named))
    assert set(asked()) <= set(named)
    assert len(asked()) > 60


def test_no_route_is_without_a_role() -> None:
    keys = {
        f"{method} {least_roles.plain(route.path)}"
        for route in OURS
        if isinstance(route, Route)
        for method in route.methods or ()
        if method != "HEAD"
    }
    assert keys == set(least_roles.ROUTES)
    assert all(isinstance(route, Route | Mount) for route in OURS)


def test_no_page_is_without_a_role() -> None:
    files = {path.stem for path in (ROOT / "pages").glob("*.py")} - {"__init__"}
    assert files == set(layout.TITLES) == set(least_roles.PAGES)
    listed = [name for names in layout.SECTIONS.values() for name in names]
    assert sorted(listed) == sorted(least_roles.PAGES)


def test_what_our_scripts_ask_for_is_in_the_table() -> None:
    """A name that no route has would hide a button from everybody but nobody would be stopped."""
    known = set(least_roles.allowed(Role.ADMIN))
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "web" / "ui").rglob("*.js"))
    names = re.findall(r'\bmay\("([^"]+)"\)', scripts)
    assert len(set(names)) >= 5
    assert set(names) <= known
    pages = [path.read_text(encoding="utf-8") for folder in ("web", "pages") for path in (ROOT / folder).rglob("*.py")]
    acts = re.findall(r'\b(?:may|must)\("([^"]+)"\)', "\n".join(pages))
    assert set(acts) == set(least_roles.ACTS), "each act is asked for somewhere"


@pytest.fixture
def passing(accounts: Accounts) -> TestClient:
    """The gate alone: what it lets through is answered 200, whatever it is."""
    client = TestClient(served(ours=False), base_url="http://127.0.0.1", follow_redirects=False)
    client.headers |= {"X-Sceneloop": "1"}
    return client


def status(client: TestClient, request: str, **headers: str) -> int:
    method, path = request.split()
    return client.request(method, path, headers=headers).status_code


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_route_for(who: str, passing: TestClient, signed_in: SignedIn) -> None:
    if who != NOBODY:
        passing.cookies = signed_in(who).cookies

    def expected(allowed: list[str], *, refused: int = 403) -> int:
        if who == NOBODY:
            return 401
        return 200 if who in allowed else 404 if who == "other" else refused

    answers = {request: status(passing, request) for request in [*OPEN, *SIGNED_IN, *LABELS, *REVIEWS, *OWNS]}
    assert {answers[request] for request in OPEN} == {200}
    assert {answers[request] for request in SIGNED_IN} == {401 if who == NOBODY else 200}
    for requests, allowed in ((LABELS, ALL_HERE), (REVIEWS, ALL_HERE[1:]), (OWNS, ALL_HERE[2:])):
        wrong = {request: answers[request] for request in requests if answers[request] != expected(allowed)}
        assert wrong == {}
    for request in (
        "GET /nothing",
        "GET /api/demo/nothing",
        "GET /api",
        "GET /review/_stcore/health",
        "PUT /api/demo/meta",
    ):
        assert status(passing, request) == (401 if who == NOBODY else 404), request
    uploads = "PUT /_stcore/upload_file/session/file"
    assert status(passing, uploads) == (401 if who == NOBODY else 200 if who in ("owner", "admin", "other") else 403)
    assert status(passing, "GET /media/0123.png") == (401 if who == NOBODY else 200)


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_page_for(who: str, passing: TestClient, signed_in: SignedIn) -> None:
    if who != NOBODY:
        passing.cookies = signed_in(who).cookies
    for pages, allowed in ((LABEL_PAGES, ALL_HERE), (OWN_PAGES, ALL_HERE[2:])):
        for page in pages:
            expected = 303 if who == NOBODY else 200 if who in allowed else 403
            assert status(passing, f"GET {page}?workspace=demo", Accept="text/html") == expected, page
    if who == NOBODY:
        answer = passing.get("/review?workspace=demo&ids=1,2")
        assert answer.headers["location"] == "/signin?next=%2Freview%3Fworkspace%3Ddemo%26ids%3D1%2C2"
    elif who == "other":
        assert "no workspace of that name for you" in passing.get("/review?workspace=demo").text


def test_an_annotator_takes_back_what_is_theirs_alone(signed_in: SignedIn) -> None:
    def label(client: TestClient, item: int) -> str:
        tile = client.get(f"/api/demo/item/{item}").json()
        category = client.get("/api/demo/meta").json()["classes"][0]
        op = {"id": f"0000000{item}-0000-4000-8000-000000000000", "kind": "label", "source": "human", "category": category,
              "items": [{"id": item, "version": tile["version"]}]}  # fmt: skip
        answer = client.post("/api/demo/ops", json={"ops": [op]})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["acks"][0]["batch"])

    theirs = label(signed_in("reviewer"), 1)
    own = label(signed_in("annotator"), 2)
    annotator = signed_in("annotator")
    refused = annotator.post("/api/demo/undo", json={"batch": theirs})
    assert (refused.status_code, refused.json()["error"]) == (
        403,
        "Somebody else did that. A reviewer can take it back.",
    )
    assert annotator.post("/api/demo/undo", json={"batch": own}).status_code == 200
    again = label(signed_in("annotator"), 3)
    assert signed_in("reviewer").post("/api/demo/undo", json={"batch": again}).status_code == 200


def test_labels_are_signed_by_the_account_whatever_the_browser_says(signed_in: SignedIn) -> None:
    client = signed_in("annotator")
    assert client.get("/api/demo/meta").json()["actor"] == "annotator", "the cookie of a bare name says admin"
    assert client.post("/api/actor", json={"name": "admin"}).status_code == 403


@pytest.mark.parametrize(("who", "expected"), [("annotator", 403), ("reviewer", 200), ("owner", 200)])
def test_a_reviewer_settles_what_people_disagree_about(who: str, expected: int, signed_in: SignedIn) -> None:
    client = signed_in(who)
    assert client.get("/api/demo/tiles", params={"order": "adjudication"}).status_code == expected
    assert client.get("/api/demo/ids", params={"order": "adjudication"}).status_code == expected
    wish = {"id": "x1", "kind": "label", "category": 1, "items": [{"id": 1, "version": None}], "order": "adjudication"}
    assert client.post("/api/demo/ops", json={"ops": [wish]}).status_code == expected
