"""Workspaces whose database is elsewhere: found by their folder, opened with a password that the folder does not hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import insert
from temporary_postgresql import database

import cli
import settings
from errors import InputError, StoreError
from store import workspace
from store.database import address, schema


def test_a_folder_names_its_database_and_is_found_without_the_environment(tmp_path: Path, postgresql: str) -> None:
    workspace.create(tmp_path / "all" / "one", database_url=postgresql).engine.dispose()
    workspace.create(tmp_path / "all" / "two").engine.dispose()
    assert list(workspace.find(tmp_path / "all")) == ["one", "two"]
    for name, dialect in (("one", "postgresql"), ("two", "sqlite")):
        opened = workspace.open_workspace(tmp_path / "all" / name, database_url=postgresql)
        assert opened.engine.dialect.name == dialect, "what the folder has comes before the environment"
        opened.engine.dispose()


def test_several_workspaces_share_a_server_but_no_database(tmp_path: Path, postgresql_server: str) -> None:
    with database(postgresql_server) as one, database(postgresql_server) as two:
        for name, url in (("one", one), ("two", two)):
            workspace.create(tmp_path / name, database_url=url).engine.dispose()
        with pytest.raises(InputError, match="holds the workspace one already"):
            workspace.create(tmp_path / "three", database_url=one)
        assert list(workspace.find(tmp_path)) == ["one", "two"]


def test_a_folder_that_names_none_yet_does_after_one_opening(tmp_path: Path, postgresql: str) -> None:
    workspace.create(tmp_path / "old", database_url=postgresql).engine.dispose()
    (tmp_path / "old" / address.FILE).unlink()
    assert workspace.find(tmp_path) == {}
    workspace.open_workspace(tmp_path / "old", database_url=postgresql).engine.dispose()
    assert list(workspace.find(tmp_path)) == ["old"]
    with pytest.raises(InputError, match="holds no workspace"):
        workspace.open_workspace(tmp_path, database_url=postgresql)


@pytest.mark.parametrize(
    ("stored", "given", "password"),
    [
        ("postgresql://ann@host/db", "postgresql+psycopg://ann:secret@host/other", "secret"),
        ("postgresql://ann@/db?host=/run/x", "postgresql://ann:secret@/y?host=/run/x", "secret"),
        ("postgresql://ann@host/db", "postgresql://ann:secret@elsewhere/db", None),
        ("postgresql://ann@host/db", "postgresql://bob:secret@host/db", None),
        ("postgresql://ann@host:5433/db", "postgresql://ann:secret@host/db", None),
        ("postgresql://ann@host/db", None, None),
        ("postgresql://ann:own@host/db", "postgresql://ann:secret@host/db", "own"),
    ],
)
def test_a_password_goes_to_its_own_server_alone(stored: str, given: str | None, password: str | None) -> None:
    result = address.parsed(address.complete(stored, given))
    assert result.password == password
    assert result.drivername == "postgresql+psycopg"


def test_no_password_is_written(tmp_path: Path) -> None:
    address.write(tmp_path, "postgres://ann:s%40cret@host/d%C3%BC")
    assert "cret" not in (tmp_path / address.FILE).read_text(encoding="utf-8")
    assert address.parsed(str(address.read(tmp_path))).database == "dü"


@pytest.mark.parametrize(
    "content", ["database = 3", "", "database = [", 'other = "x"', 'database = "nonsense"', "\xff"]
)
def test_a_file_that_names_no_database_says_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / address.FILE).write_bytes(content.encode("latin-1"))
    with pytest.raises(StoreError, match=r"Add the line|Fix it|Write it as"):
        workspace.open_workspace(tmp_path)


def test_init_takes_an_address(
    tmp_path: Path, postgresql: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SCENELOOP_DATABASE_URL", raising=False)
    settings.current.cache_clear()
    plain = postgresql.replace("+psycopg", "")
    assert cli.main(["init", str(tmp_path / "ws"), "--database", plain, "--classes", "a,b", "--json"]) == 0
    capsys.readouterr()
    assert not (tmp_path / "ws" / workspace.DATABASE).exists()
    assert cli.main(["taxonomy", str(tmp_path / "ws"), "show", "--json"]) == 0
    assert cli.main(["init", str(tmp_path / "other"), "--database", plain, "--json"]) == 1
    assert "already" in capsys.readouterr().err
    settings.current.cache_clear()


@pytest.fixture(params=["sqlite", "postgresql"])
def newer(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A workspace that a later program has changed."""
    url = str(request.getfixturevalue("postgresql")) if request.param == "postgresql" else None
    target = workspace.create(tmp_path / "all" / "demo", database_url=url)
    with target.engine.begin() as connection:
        connection.execute(insert(schema.actor).values(name="Ann", created_at=schema.now()))
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    target.engine.dispose()
    return target.path


def test_a_database_newer_than_the_program_is_one_sentence(newer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StoreError, match=r"newer Sceneloop .* 0999.*Update this program"):
        workspace.open_workspace(newer)
    for command in (["suspects", str(newer)], ["doctor", str(newer)], ["history", str(newer), "--json"]):
        assert cli.main(command) == 1
        message = capsys.readouterr()
        assert "Update this program" in message.err + message.out
        assert "Traceback" not in message.err


def test_a_newer_database_is_said_on_every_page_and_route(newer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from starlette.applications import Starlette
    from starlette.testclient import TestClient
    from streamlit.testing.v1 import AppTest

    from web.api import routes
    from web.session import Session

    monkeypatch.setenv("SCENELOOP_WORKSPACE", str(newer.parent))
    settings.current.cache_clear()
    with TestClient(Starlette(routes=routes.routes()), base_url="http://127.0.0.1") as client:
        client.cookies.set("sceneloop_actor", "ann")
        for path in ("meta", "tiles", "prompts"):
            answer = client.get(f"/api/demo/{path}", headers={"X-Sceneloop": "1"})
            assert "Update this program" in json.loads(answer.text)["error"]
    app = AppTest.from_file(str(settings.ROOT / "web" / "router.py"), default_timeout=60)
    app.session_state["sceneloop"] = Session(actor="ann")
    app.run()
    assert not app.exception
    assert "Update this program" in app.error[0].value
    settings.current.cache_clear()
