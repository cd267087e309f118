"""Who may let whom in: an owner in their workspace, an admin everywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from errors import InputError, RoleError
from store.accounts import account_rows, audit_log, invitations, sessions, tokens
from store.accounts.account_rows import Account
from store.accounts.accounts_database import Accounts
from store.accounts.roles import Person, Role
from web.accounts import administration


@pytest.fixture
def person(accounts: Accounts) -> Callable[[str], Person]:
    def signed_in(name: str) -> Person:
        with accounts.write() as connection:
            token = sessions.begin(connection, account_rows.require(connection, name).id, "192.0.2.7", "")
            known = sessions.person(connection, tokens.hash_of(token))
        assert known is not None
        return known[0]

    return signed_in


def result(accounts: Accounts, name: str) -> Account:
    with accounts.read() as connection:
        one = account_rows.find(connection, name)
    assert one is not None
    return one


@pytest.mark.parametrize("name", ["annotator", "reviewer", "other"])
def test_nobody_else_may(accounts: Accounts, person: Callable[[str], Person], name: str) -> None:
    by = person(name)
    for act in (
        lambda: administration.everybody(accounts, by, "demo"),
        lambda: administration.invite(accounts, by, "new", Role.ANNOTATOR, "demo"),
        lambda: administration.change_role(accounts, by, name, Role.OWNER, "demo"),
        lambda: administration.log(accounts, by, "demo"),
        lambda: administration.new_link(accounts, by, "admin"),
        lambda: administration.revoke(accounts, by, "owner"),
        lambda: administration.standing(accounts, by),
    ):
        with pytest.raises(RoleError):
            act()
    with accounts.read() as connection:
        assert list(audit_log.entries(connection)) == []


def test_an_owner_has_the_workspace_and_no_key_of_others(accounts: Accounts, person: Callable[[str], Person]) -> None:
    owner = person("owner")
    assert [one.name for one in administration.everybody(accounts, owner, "demo")] == ["annotator", "owner", "reviewer"]
    token = administration.invite(accounts, owner, "New Person", Role.ANNOTATOR, "demo")
    assert token is not None
    with accounts.read() as connection:
        assert invitations.account_of(connection, token) == (result(accounts, "new person").id, "New Person")
    assert administration.invite(accounts, owner, "other", Role.REVIEWER, "demo") is None, (
        "no link to an account that is there"
    )
    assert dict(result(accounts, "other").roles) == {"another": Role.OWNER, "demo": Role.REVIEWER}
    administration.change_role(accounts, owner, "annotator", Role.NOBODY, "demo")
    assert dict(result(accounts, "annotator").roles) == {}
    for forbidden in (
        lambda: administration.new_link(accounts, owner, "admin"),
        lambda: administration.revoke(accounts, owner, "annotator"),
        lambda: administration.invite(accounts, owner, "x", Role.ANNOTATOR, "another"),
        lambda: administration.change_role(accounts, owner, "other", Role.ANNOTATOR, "another"),
        lambda: administration.end_session(accounts, owner, _any_session(accounts)),
    ):
        with pytest.raises(RoleError):
            forbidden()
    for name in ("owner", "admin"):
        with pytest.raises(InputError):
            administration.change_role(accounts, owner, name, Role.ANNOTATOR, "demo")
    kinds = [(entry.kind, entry.subject) for entry in administration.log(accounts, owner, "demo")]
    assert kinds == [("role changed", "annotator"), ("role changed", "other"), ("user added", "New Person")]


def _any_session(accounts: Accounts) -> sessions.Session:
    with accounts.read() as connection:
        return sessions.standing(connection)[0]


def test_an_admin_has_all(accounts: Accounts, person: Callable[[str], Person]) -> None:
    admin, annotator = person("admin"), person("annotator")
    assert len(administration.everybody(accounts, admin, "demo")) == 5
    theirs = next(row for row in administration.standing(accounts, admin) if row.account == "annotator")
    assert theirs.id == annotator.session
    administration.end_session(accounts, admin, theirs)
    assert [row.account for row in administration.standing(accounts, admin)] == ["admin"]
    assert administration.new_link(accounts, admin, "owner")
    administration.revoke(accounts, admin, "annotator")
    assert result(accounts, "annotator").closed_at is not None
    with pytest.raises(RoleError, match="revoked"):
        administration.invite(accounts, person("owner"), "annotator", Role.ANNOTATOR, "demo")
    assert administration.invite(accounts, admin, "annotator", Role.ANNOTATOR, "demo") is not None
    with pytest.raises(InputError, match="only admin"):
        administration.revoke(accounts, admin, "admin")
    kinds = [entry.kind for entry in administration.log(accounts, admin, "demo")]
    assert kinds == ["user added", "user revoked", "user invited", "session ended"]
