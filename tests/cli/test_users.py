"""`sceneloop users` and `sceneloop audit`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli import main, users
from settings import current
from store import workspace
from store.accounts import account_rows, accounts_database
from store.accounts.roles import GIVEN, Role


@pytest.fixture(autouse=True)
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server with two workspaces."""
    for name in ("one", "two"):
        workspace.create(tmp_path / name).engine.dispose()
    monkeypatch.setenv("SCENELOOP_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("SCENELOOP_ACTOR", "root")
    current.cache_clear()


def message(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main([*arguments, "--json"]) == 0, capsys.readouterr().err
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main([*arguments]) == 1
    return capsys.readouterr().err


def test_the_way_of_an_account(capsys: pytest.CaptureFixture[str]) -> None:
    first = message(capsys, "users", "add", "Root", "--role", "admin")
    assert str(first["link"]).startswith("/invitation?token=")
    assert "--workspace" in refused(capsys, "users", "add", "ann")
    assert "no workspace 'three'" in refused(capsys, "users", "add", "ann", "--workspace", "three")
    message(capsys, "users", "add", "ann", "--workspace", "one")
    message(capsys, "users", "role", "ANN", "--role", "owner", "--workspace", "two")
    message(capsys, "users", "role", "ann", "--role", "none", "--workspace", "one")
    assert message(capsys, "users", "list")["users"] == [
        {"name": "ann", "state": "invited", "admin": False, "roles": {"two": "owner"}, "sessions": 0},
        {"name": "Root", "state": "invited", "admin": True, "roles": {}, "sessions": 0},
    ]
    assert message(capsys, "users", "invite", "ann")["link"] != first["link"]
    assert "only admin" in refused(capsys, "users", "revoke", "root")
    assert message(capsys, "users", "revoke", "ann") == {"name": "ann", "state": "revoked"}
    assert "was revoked" in refused(capsys, "users", "invite", "ann")
    assert "Nobody is called" in refused(capsys, "users", "revoke", "eve")


def test_the_log_as_lines(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("add", "Root", "--role", "admin"), ("add", "ann", "--workspace", "one"), ("revoke", "ann")):
        assert main(["users", *arguments]) == 0
    capsys.readouterr()
    assert main(["audit", "--jsonl"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["kind"], line["subject"], line["workspace"]) for line in lines] == [
        ("user added", "Root", ""), ("user added", "ann", "one"), ("user revoked", "ann", ""),
    ]  # fmt: skip
    assert {line["actor"] for line in lines} == {"root (command line)"}
    assert message(capsys, "audit")["entries"] == lines


def test_the_help_names_all_roles() -> None:
    assert [role.word for role in (*GIVEN, Role.ADMIN)] == list(users.ROLES)


def test_accounts_move_to_postgresql_and_back(
    capsys: pytest.CaptureFixture[str], postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    message(capsys, "users", "add", "Root", "--role", "admin")
    assert "--database" in refused(capsys, "users", "move", "postgresql")
    monkeypatch.setenv("SCENELOOP_ACCOUNTS_URL", postgresql)
    current.cache_clear()
    assert main(["users", "list", "--json"]) == 0
    output = capsys.readouterr()
    assert json.loads(output.out) == {"users": []}
    assert "1 person has an account there" in output.err
    there = message(capsys, "users", "move", "postgresql")
    assert main(["users", "list", "--json"]) == 0
    output = capsys.readouterr()
    assert [one["name"] for one in json.loads(output.out)["users"]] == ["Root"]
    assert output.err == ""
    assert "holds accounts already" in refused(capsys, "users", "move", "file", "--root", str(other_people(tmp_path)))
    back = message(capsys, "users", "move", "file")
    monkeypatch.delenv("SCENELOOP_ACCOUNTS_URL")
    current.cache_clear()
    assert [one["name"] for one in message(capsys, "users", "list")["users"]] == ["Root"]  # type: ignore[attr-defined]
    assert there["rows"] == {**back["rows"], "audit_event": back["rows"]["audit_event"] - 1}  # type: ignore[dict-item,index]


def other_people(folder: Path) -> Path:
    """A folder of workspaces with people of its own."""
    root = folder / "other"
    root.mkdir()
    one = accounts_database.open_accounts(root)
    with one.write() as connection:
        account_rows.add(connection, "Eve", Role.ADMIN, None)
    one.close()
    return root
