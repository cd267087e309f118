"""Holes that tools of this kind had, each by its number: here it is shut, and a test says so."""

from __future__ import annotations

import ast
import io
import json
import re
from pathlib import Path

import pytest
from people_served import OURS, PEOPLE, SignedIn
from PIL import Image
from starlette.routing import Route
from starlette.testclient import TestClient

from errors import InputError, RoleError
from settings import ROOT, current
from store import workspace
from store.accounts import account_rows, accounts_database, sessions, tokens
from store.accounts.accounts_database import Accounts
from store.accounts.roles import Person, Role
from store.items import items
from web import server_paths, session
from web.accounts import administration, identity
from web.api import bodies, queries
from written.model import Model

SOURCES = [
    path
    for path in ROOT.rglob("*.py")
    if path.relative_to(ROOT).parts[0] not in ("tests", "bench", "pretraining", "scenery")
    and not any(p.startswith(".") for p in path.relative_to(ROOT).parts)
]
SECRETS = ("password", "token", "secret", "hash")


def test_cve_2023_47117_no_filter_reaches_a_column_that_it_does_not_name(signed_in: SignedIn) -> None:
    """Label Studio: `filter:tasks:updated_by__password` told hashes letter by letter."""
    client = signed_in("annotator")
    plain = client.get("/api/demo/tiles").json()
    for name in ("actor__password", "updated_by__active_organization__token", "password", "batch.actor.name"):
        answer = client.get("/api/demo/tiles", params={name: "$argon2id$", "limit": 60})
        assert answer.status_code in (200, 400)
        assert answer.status_code == 400 or answer.json()["total"] == plain["total"], name
    taken = {name for model in models() for name in model.model_fields}
    assert not {name for name in taken if any(word in name for word in SECRETS)}, "no request names a secret"


def models() -> list[type[Model]]:
    """Every model of what a route takes."""
    return [
        value
        for module in (bodies, queries)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Model)
    ]


def test_cve_2023_43791_there_is_no_key_that_everybody_knows(stranger: TestClient, accounts: Accounts) -> None:
    """Label Studio: sessions were signed by a key that stood in the source."""
    with accounts.write() as connection:
        admin = account_rows.require(connection, "admin").id
        session_tokens = {sessions.begin(connection, admin, "", "") for _ in range(3)}
    assert len(session_tokens) == 3
    assert all(len(token) >= 43 for token in session_tokens), "256 random bits, nothing signed"
    for forged in (
        str(admin),
        "admin",
        tokens.hash_of("admin"),
        next(tokens.hash_of(token) for token in session_tokens),
    ):
        stranger.cookies.set(identity.COOKIE, forged)
        assert stranger.get("/api/demo/meta").status_code == 401
    names = re.compile(r"\b\w*(secret|api_?key|password)\w*\s*=\s*[\"'][^\"']{8,}[\"']", re.IGNORECASE)
    assert [str(path) for path in SOURCES if names.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("name", ["avatar.html", "picture.svg", "page.xhtml", "script.js", "plain"])
def test_cve_2023_47115_ghsa_w6mx_95ff_72cv_a_picture_is_what_its_bytes_are(
    name: str, signed_in: SignedIn, root: Path, tmp_path: Path
) -> None:
    """Label Studio and CVAT: an upload called .html was a page of the app's own origin."""
    path = tmp_path / name
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "PNG")
    path.write_bytes(content.getvalue() + b"<script>alert(1)</script>")
    opened = workspace.open_workspace(root / "demo")
    with opened.engine.begin() as connection:
        (number,) = items.add(connection, [items.NewItem("image", str(path), name, sha256="a" * 64)])
    opened.engine.dispose()
    answer = signed_in("annotator").get(f"/image/demo/{number}")
    if answer.status_code == 200:
        assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "html" not in answer.headers["content-type"]
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_cve_2025_25297_no_request_names_an_address_that_the_server_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Label Studio: the endpoint of a storage came from a form, and the server asked it."""
    taken = {name for model in models() for name in model.model_fields}
    assert len(taken) > 50
    assert not {name for name in taken if re.search(r"url|uri|endpoint|host|bucket|webhook|callback", name)}
    monkeypatch.setenv("SCENELOOP_ALLOWED_ROOTS", str(tmp_path))
    current.cache_clear()
    monkeypatch.setattr(session, "must", lambda act: None)
    monkeypatch.setattr(session, "has_users", lambda: True)
    assert server_paths.allowed(tmp_path / "x") == tmp_path / "x"
    for address in (
        "http://169.254.169.254/latest/meta-data",
        "https://example.com/x.mp4",
        "file:///etc/passwd",
        "ftp://x/y",
    ):
        with pytest.raises(InputError, match="does not lie in a folder"):
            server_paths.allowed(Path(address))
    current.cache_clear()


HOSTILE = '"><img src=x onerror=alert(1)><script>alert(1)</script>'


def test_cve_2025_47783_cve_2026_22033_names_are_text_and_no_script_reads_a_session(
    signed_in: SignedIn, stranger: TestClient, accounts: Accounts
) -> None:
    """Label Studio: a name was markup, and the script in it read a token."""
    client = signed_in("reviewer")
    category = client.get("/api/demo/meta").json()["classes"][0]
    answer = client.post("/api/demo/guidelines", json={"category": category, "text": HOSTILE})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert HOSTILE in json.dumps(answer.json(), ensure_ascii=False).replace('\\"', '"'), "kept as it was typed"
    for page in (stranger.get("/signin", params={"next": HOSTILE}), client.post("/account/tokens", data={"token_name": HOSTILE, "role": HOSTILE, "days": "1"})):  # fmt: skip
        assert "<script>" not in page.text
        assert "<img" not in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
    with accounts.read() as connection:
        assert account_rows.find(connection, "reviewer") is not None
    everything = " ".join(
        client.get(f"/api/demo/{route}").text for route in ("meta", "recent", "guidelines", "agreement", "views")
    )
    assert not re.search(r"argon2|sceneloop_[\w-]{43}|token_hash", everything)


def test_cve_2025_47783_the_cookie_of_a_session_is_out_of_reach_of_scripts_and_other_sites() -> None:
    """Whatever runs in a page reads no session, and no other site sends one with a POST."""
    routes = (ROOT / "web" / "accounts" / "entry_routes.py").read_text(encoding="utf-8")
    calls = [node for node in ast.walk(ast.parse(routes)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "set_cookie"]  # fmt: skip
    assert calls
    for call in calls:
        given = {word.arg: word.value for word in call.keywords}
        assert ast.literal_eval(given["httponly"]) is True
        assert ast.literal_eval(given["samesite"]) == "lax"


def test_open_sign_up_and_default_accounts_are_none(root: Path, stranger: TestClient) -> None:
    """Label Studio let anybody sign up; Argilla's keys and passwords stood in its documentation."""
    paths = [route.path for route in OURS if isinstance(route, Route)]
    assert not [path for path in paths if re.search("sign-?up|register|join", path)]
    for path in ("/signup", "/user/signup", "/register", "/api/users", "/invitation"):
        assert stranger.post(path, data={"name": "eve", "password": "x" * 20, "again": "x" * 20}).status_code in (
            400,
            401,
            404,
        ), path
    fresh = accounts_database.open_accounts(root.parent / "elsewhere")
    with fresh.read() as connection:
        assert account_rows.every(connection) == []
    fresh.close()


def test_cve_2026_23526_an_owner_makes_nobody_more_than_an_owner(accounts: Accounts) -> None:
    """CVAT: staff made themselves superusers."""
    owner = person(accounts, "owner")
    for change in (
        lambda: administration.invite(accounts, owner, "eve", Role.ADMIN, "demo"),
        lambda: administration.change_role(accounts, owner, "reviewer", Role.ADMIN, "demo"),
        lambda: administration.change_role(accounts, owner, "owner", Role.ADMIN, "demo"),
        lambda: administration.change_role(accounts, owner, "admin", Role.NOBODY, "demo"),
        lambda: administration.change_role(accounts, owner, "reviewer", Role.OWNER, "another"),
        lambda: administration.new_link(accounts, owner, "admin"),
        lambda: administration.revoke(accounts, owner, "admin"),
    ):
        with pytest.raises((InputError, RoleError)):
            change()
    with accounts.read() as connection:
        assert [one.name for one in account_rows.every(connection) if one.is_admin] == ["admin"]


def person(accounts: Accounts, name: str) -> Person:
    with accounts.write() as connection:
        token = sessions.begin(connection, account_rows.require(connection, name).id, "", "")
    with accounts.read() as connection:
        known = sessions.person(connection, tokens.hash_of(token))
    assert known is not None
    return known[0]


def test_cve_2025_54573_no_other_way_of_signing_in_goes_past_the_first(stranger: TestClient) -> None:
    """CVAT: basic authentication asked for no confirmed address."""
    for header in ("Basic YWRtaW46YWRtaW4=", "Token admin", "Digest username=admin", "Bearer admin", "Negotiate x", ""):
        for path in ("/api/demo/meta", "/", "/api/person"):
            answer = stranger.get(path, headers={"Authorization": header})
            assert answer.status_code == (303 if path == "/" else 401), (header, path)
            assert answer.headers.get("location", "/signin").startswith("/signin")


@pytest.mark.parametrize(
    "route", [route for route in OURS if isinstance(route, Route) and "{ws}" in route.path], ids=lambda r: r.path
)
def test_cve_2024_47172_an_object_of_another_workspace_is_none(route: Route, signed_in: SignedIn) -> None:
    """CVAT: whoever knew the number of an object could change it, whosever it was."""
    client = signed_in("other")
    words = {"id": "1", "run": "1", "job": "1", "index": "0", "ms": "0", "ws": "demo"}
    path = re.sub(r"{(\w+)(:\w+)?}", lambda match: words[match.group(1)], route.path)
    for method in sorted((route.methods or set()) - {"HEAD"}):
        answer = client.request(method, path, json={} if method == "POST" else None)
        assert answer.status_code in (403, 404), f"{method} {path}"
        assert answer.status_code == 404 or "/present" in path


@pytest.mark.parametrize(
    "path",
    [
        "/ui/../../settings.py", "/ui/%2e%2e/%2e%2e/settings.py", "/ui/..%2f..%2fsettings.py", "/ui//etc/passwd", "/ui/%2fetc%2fpasswd",
        "/ui/shared/..%5c..%5c..%5csettings.py", "/thumb/..%2f..%2faccounts.db/1.webp", "/image/demo/..%2f..%2faccounts.db",
        "/thumb/demo/..%2f1.webp", "/keyframe/demo/1/..%2f..%2f0.jpg", "/api/..%2fdemo/meta", "/static/..%2f..%2fapp.py", "/accounts.db",
    ],
)  # fmt: skip
def test_ghsa_6f87_4g86_p9gw_no_address_leads_out_of_its_folder(
    path: str, signed_in: SignedIn, stranger: TestClient
) -> None:
    """CVAT: a name with dots led to any file of the server."""
    for client in (stranger, signed_in("admin")):
        answer = client.get(path)
        assert "def read(environ" not in answer.text
        assert "root:" not in answer.text
        assert not answer.content.startswith(b"SQLite format 3")


def test_cve_2025_23045_nothing_that_is_read_can_run() -> None:
    """CVAT: a serialised function of an upload ran on the server."""
    unsafe = {
        f"{module}.{name}"
        for module in ("pickle", "dill", "cloudpickle", "joblib", "marshal")
        for name in ("load", "loads", "Unpickler")
    }
    unsafe |= {
        "eval",
        "exec",
        "os.system",
        "yaml.load",
        "yaml.unsafe_load",
        "yaml.full_load",
        "shelve.open",
        "pd.read_pickle",
    }
    wrong = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            given = {word.arg: ast.unparse(word.value) for word in node.keywords}
            if (
                name in unsafe
                or given.get("shell") == "True"
                or given.get("allow_pickle") == "True"
                or (name == "torch.load" and given.get("weights_only") != "True")
                or (name == "np.load" and given.get("allow_pickle") != "False")
            ):
                wrong.append(f"{path.relative_to(ROOT)}: {ast.unparse(node)[:80]}")
    assert wrong == []


def test_cve_2026_53656_no_other_site_reads_and_no_route_gives_a_file_by_its_path(signed_in: SignedIn) -> None:
    """FiftyOne: every site could read every file of this machine through the app."""
    client = signed_in("admin")
    for origin in ("https://evil.example", "null", "http://127.0.0.1.evil.example"):
        for method in ("GET", "OPTIONS"):
            headers = {"Origin": origin, "Access-Control-Request-Method": "GET", "Sec-Fetch-Site": "cross-site"}
            answer = client.request(method, "/api/demo/meta", headers=headers)
            assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert client.post("/api/demo/ops", json={"ops": []}, headers={"Origin": origin}).status_code == 403
    assert client.get("/api/demo/meta", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/media", params={"filepath": "/etc/passwd"}).status_code == 404
    assert (
        client.get("/image/demo/1", params={"path": "/etc/passwd", "filepath": "/etc/passwd"})
        .headers["content-type"]
        .startswith("image/")
    )


def test_cve_2026_2109_an_undo_asks_for_the_role(signed_in: SignedIn, stranger: TestClient) -> None:
    """COCO Annotator: /api/undo/ asked nobody who they are."""
    assert stranger.post("/api/demo/undo", json={}).status_code == 401
    assert stranger.post("/api/demo/commands/undo", json={"batch": "x"}).status_code == 401
    assert signed_in("other").post("/api/demo/undo", json={}).status_code == 404
    machine = signed_in("annotator").get("/api/demo/commands/history").json()["batches"][0]["id"]
    for path in ("undo", "commands/undo"):
        assert signed_in("annotator").post(f"/api/demo/{path}", json={"batch": machine}).status_code == 403, (
            "it is not theirs"
        )
    assert set(PEOPLE) >= {"annotator", "other"}
