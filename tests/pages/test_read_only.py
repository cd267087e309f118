"""A workspace that can be read and not written: everything that only looks works, and what would write says why it does not."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from page_steps import go
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

import settings
from cli import main
from errors import ReadOnlyError, StoreError
from settings import ROOT
from store.database.sqlite import driver
from store.workspace import open_workspace
from web.api import routes
from web.api.guard import Guard
from web.session import Session

NOBODY = 65534
PAGES = ("overview", "data", "prompts", "review", "neighbours", "train", "segments")


@pytest.fixture
def sealed(built: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A workspace whose files nobody may write; who may write everything becomes somebody who may not."""
    base = Path(tempfile.mkdtemp())
    base.chmod(0o755)
    opened = Path(shutil.copytree(built, base / "all" / "demo"))
    monkeypatch.setenv("SCENELOOP_WORKSPACE", str(opened.parent))
    monkeypatch.setenv("SCENELOOP_ACTOR", "Ann")
    settings.current.cache_clear()
    out = base / "out"
    out.mkdir()
    out.chmod(0o777)
    yield opened
    settings.current.cache_clear()
    for path in [base, *base.rglob("*")]:
        path.chmod(0o755)
    shutil.rmtree(base)


@pytest.fixture
def seal(sealed: Path) -> Iterator[Callable[[], None]]:
    """Take the right to write away; it comes back at the end."""
    before = os.geteuid()

    def now() -> None:
        for path in [*sealed.rglob("*"), sealed, sealed.parent]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        if before == 0:
            os.seteuid(NOBODY)

    yield now
    os.seteuid(before)


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    status = main([*map(str, arguments), "--json"])
    message = capsys.readouterr()
    assert status == 0, message.err
    return json.loads(message.out)


@pytest.mark.parametrize("left", ["closed", "killed"])
def test_what_only_looks_works(
    sealed: Path, seal: Callable[[], None], left: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where the server was killed and its log lies beside the database."""
    writer = driver.connect(str(sealed / "sceneloop.db"))
    if left == "killed":
        writer.execute("pragma wal_autocheckpoint = 0")
        writer.execute("update project set name = 'renamed'")
        writer.commit()
        assert (sealed / "sceneloop.db-wal").stat().st_size > 0
    else:
        writer.close()
    seal()
    out = sealed.parent.parent / "out"
    assert run(capsys, "suspects", sealed)
    assert run(capsys, "search", sealed, "--text", "a forest")
    assert run(capsys, "history", sealed)
    assert run(capsys, "remaining", sealed)
    assert run(capsys, "export", sealed, "--format", "csv", "--out", out / "labels.csv")["labels"]
    checked = run(capsys, "doctor", sealed)
    assert checked["events_match_state"] is True
    assert any("read-only" in note for note in checked["notes"])
    with open_workspace(sealed).read() as connection:
        name = connection.exec_driver_sql("select name from project").scalar_one()
    assert (name == "renamed") is (left == "killed"), "what was committed last is read too"


def test_what_would_write_says_why_it_does_not(
    sealed: Path, seal: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    table = sealed.parent.parent / "out" / "labels.csv"
    table.write_text("file,class\nx.jpg,nature\n")
    seal()
    before = (sealed / "sceneloop.db").read_bytes()
    for command in (
        ["label", sealed, table],
        ["add", sealed, table.parent],
        ["pseudo-label", sealed],
    ):
        assert main([*map(str, command)]) == 1, command
        message = capsys.readouterr().err
        assert "Traceback" not in message
        assert "read-only" in message or "cannot be written" in message, message
    with pytest.raises(ReadOnlyError, match="Nothing was saved"), open_workspace(sealed).engine.begin():
        raise AssertionError("it may write")
    assert (sealed / "sceneloop.db").read_bytes() == before


def test_a_log_that_cannot_be_read_is_no_loss(sealed: Path, seal: Callable[[], None]) -> None:
    writer = driver.connect(str(sealed / "sceneloop.db"))
    writer.execute("pragma wal_autocheckpoint = 0")
    writer.execute("update project set name = 'renamed'")
    writer.commit()
    copy = sealed.with_name("copy")
    shutil.copytree(sealed, copy, ignore=shutil.ignore_patterns("*-shm"))
    writer.close()
    for path in (copy / "sceneloop.db", copy):
        path.chmod(0o555)
    seal()
    with pytest.raises(StoreError, match="Nothing is lost"):
        open_workspace(copy)


def test_the_routes_look_and_refuse(sealed: Path, seal: Callable[[], None]) -> None:
    seal()
    with TestClient(
        Starlette(routes=routes.routes(), middleware=[Middleware(Guard)]), base_url="http://127.0.0.1"
    ) as client:
        client.cookies.set("sceneloop_actor", "ann")
        client.headers["X-Sceneloop"] = "1"
        tiles = client.get("/api/demo/tiles?order=suspicion").json()["tiles"]
        for path in ("meta", "ids", "recent", "clusters", "neighbours?item=1", "duplicates", "map", "prompts", "views"):
            assert client.get(f"/api/demo/{path}").status_code == 200, path
        op = {
            "id": "a",
            "kind": "label",
            "items": [{"id": tiles[0]["id"], "version": 0}],
            "category": 1,
            "source": "human",
            "batch": "b",
        }
        for path, body in (("ops", {"ops": [op]}), ("undo", {}), ("next", {})):
            answer = client.post(f"/api/demo/{path}", json=body)
            assert answer.status_code == 403, (path, answer.text)
            assert "read-only" in answer.json()["error"]


@pytest.mark.parametrize("name", PAGES)
def test_each_page_opens_and_says_so(sealed: Path, seal: Callable[[], None], name: str) -> None:
    seal()
    app = AppTest.from_file(str(ROOT / "web" / "router.py"), default_timeout=60)
    app.session_state["sceneloop"] = Session(actor="ann")
    shown = go(app, name)
    assert not shown.exception
    assert not shown.error
    assert "read-only" in shown.info[0].value


def test_it_is_written_again_as_soon_as_that_is_allowed(sealed: Path, seal: Callable[[], None]) -> None:
    from web import resources

    before = os.geteuid()
    seal()
    assert resources.workspace("demo").sealed
    os.seteuid(before)
    for path in (sealed, sealed / "sceneloop.db"):
        path.chmod(0o755)
    assert not resources.workspace("demo").sealed
