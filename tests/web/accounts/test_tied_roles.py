"""Roles and the workspace that they were given for: deleted, moved, replaced by a copy, put back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from people_served import SignedIn
from starlette.testclient import TestClient

from store import workspace, workspace_identity
from store.accounts import account_rows
from store.accounts.accounts_database import Accounts
from store.accounts.roles import Person, Role
from store.copies import backup
from web.accounts import administration, identity, tied_roles

ROLES = ("annotator", "reviewer", "owner")


@pytest.fixture
def owner(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """The owner of *demo*, whose role was tied by being used; nothing is believed for longer than a question."""
    monkeypatch.setattr(tied_roles, "KEPT_S", 0.0)
    monkeypatch.setattr(identity, "KEPT_S", 0.0)
    monkeypatch.setattr("web.resources.SEEN_S", 0.0)
    client = signed_in("owner")
    assert client.get("/api/demo/meta").status_code == 200
    return client


def mark(path: Path) -> str | None:
    opened = workspace.open_workspace(path)
    with opened.read() as connection:
        one = workspace_identity.of(connection)
    opened.engine.dispose()
    return one


def test_the_next_workspace_of_a_name_inherits_nobody(owner: TestClient, root: Path, accounts: Accounts) -> None:
    before = mark(root / "demo")
    shutil.rmtree(root / "demo")
    workspace.create(root / "demo").engine.dispose()
    assert mark(root / "demo") not in (None, before)
    assert owner.get("/api/demo/meta").status_code == 404, "there is no such workspace for them"
    assert owner.get("/people", params={"workspace": "demo"}, headers={"Accept": "text/html"}).status_code == 403
    with accounts.read() as connection:
        assert account_rows.require(connection, "owner").roles == {"demo": Role.OWNER}, (
            "it stands, for the one that is gone"
        )


def test_a_workspace_that_moves_away_takes_no_role_along_and_leaves_none(owner: TestClient, root: Path) -> None:
    shutil.move(root / "demo", root / "elsewhere")
    workspace.create(root / "demo").engine.dispose()
    assert owner.get("/api/demo/meta").status_code == 404
    assert owner.get("/api/elsewhere/meta").status_code == 404
    shutil.rmtree(root / "demo")
    shutil.move(root / "elsewhere", root / "demo")
    assert owner.get("/api/demo/meta").status_code == 200, "it is back"


def test_a_copy_that_takes_the_place_is_the_same_workspace(owner: TestClient, root: Path) -> None:
    opened = workspace.open_workspace(root / "demo")
    backup.copy(opened, root / "copy")
    opened.engine.dispose()
    assert owner.get("/api/copy/meta").status_code == 404, "beside it, it is another"
    shutil.rmtree(root / "demo")
    shutil.move(root / "copy", root / "demo")
    assert owner.get("/api/demo/meta").status_code == 200


def test_people_shows_and_gives_roles_of_the_workspace_that_is_there(
    owner: TestClient, root: Path, accounts: Accounts, signed_in: SignedIn
) -> None:
    with accounts.read() as connection:
        admin = account_rows.require(connection, "admin")
    by = Person(admin.id, 0, admin.name, is_admin=True, roles={})
    here = {one.name: dict(one.roles) for one in administration.everybody(accounts, by, "demo")}
    assert here["owner"] == {"demo": Role.OWNER}
    shutil.rmtree(root / "demo")
    workspace.create(root / "demo").engine.dispose()
    here = {one.name: dict(one.roles) for one in administration.everybody(accounts, by, "demo")}
    assert [here[name] for name in ROLES] == [{}, {}, {}]
    administration.change_role(accounts, by, "owner", Role.ANNOTATOR, "demo")
    client = signed_in("owner")
    assert client.get("/api/demo/meta").status_code != 404
    assert client.get("/api/demo/prompts").status_code == 403, "what was given anew, and no more"


def test_a_role_by_group_holds_for_whatever_has_the_name(owner: TestClient, root: Path, accounts: Accounts) -> None:
    with accounts.write() as connection:
        one = account_rows.require(connection, "owner")
        account_rows.set_role(connection, one, Role.OWNER, "demo", identity=account_rows.BY_NAME)
    shutil.rmtree(root / "demo")
    workspace.create(root / "demo").engine.dispose()
    assert owner.get("/api/demo/prompts").status_code != 404


def test_an_old_workspace_gets_a_mark_once(tmp_path: Path) -> None:
    opened = workspace.create(tmp_path / "ws")
    with opened.engine.begin() as connection:
        workspace.change_settings(connection, identity=None)
    opened.engine.dispose()
    first = mark(tmp_path / "ws")
    assert first is not None
    assert mark(tmp_path / "ws") == first
