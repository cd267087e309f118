"""Who may let whom in: an owner in their workspace, an admin everywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from errors import InputError, RoleError
from store.accounts import account_rows, api_tokens, audit_log, invitations, sessions, tokens
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


def new_token(accounts: Accounts, name: str, workspace: str | None, role: Role = Role.OWNER) -> int:
    """The id of a token of somebody."""
    with accounts.write() as connection:
        number = account_rows.require(connection, name).id
        api_tokens.make(connection, number, f"for {workspace}", role, workspace=workspace)
        return max(one.id for one in api_tokens.standing(connection, number))


@pytest.mark.parametrize("name", ["annotator", "reviewer", "other"])
def test_nobody_else_may(accounts: Accounts, person: Callable[[str], Person], name: str) -> None:
    by, number = person(name), new_token(accounts, "admin", "demo")
    for act in (
        lambda: administration.everybody(accounts, by, "demo"),
        lambda: administration.invite(accounts, by, "new", Role.ANNOTATOR, "demo"),
        lambda: administration.change_role(accounts, by, name, Role.OWNER, "demo"),
        lambda: administration.log(accounts, by, "demo"),
        lambda: administration.new_link(accounts, by, "admin"),
        lambda: administration.revoke(accounts, by, "owner"),
        lambda: administration.standing(accounts, by),
        lambda: administration.tokens(accounts, by, "demo"),
        lambda: administration.end_token(accounts, by, number, "demo"),
    ):
        with pytest.raises(RoleError):
            act()
    with accounts.read() as connection:
        assert list(audit_log.entries(connection)) == []
        assert [one.id for one in api_tokens.standing(connection)] == [number]


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


def test_tokens_of_others_are_seen_and_ended(accounts: Accounts, person: Callable[[str], Person]) -> None:
    of_admin, foreign = new_token(accounts, "admin", "demo"), new_token(accounts, "other", None)
    here, everywhere = new_token(accounts, "annotator", "demo"), new_token(accounts, "reviewer", None)
    elsewhere, own = new_token(accounts, "reviewer", "another"), new_token(accounts, "owner", None)
    owner, admin = person("owner"), person("admin")
    assert {one.id for one in administration.tokens(accounts, owner, "demo")} == {here, everywhere, own}
    every = {of_admin, foreign, here, everywhere, elsewhere, own}
    assert {one.id for one in administration.tokens(accounts, admin, "demo")} == every
    for hidden in (of_admin, foreign, elsewhere):
        with pytest.raises(InputError, match="ended already"):
            administration.end_token(accounts, owner, hidden, "demo")
    with pytest.raises(RoleError, match="other workspaces"):
        administration.end_token(accounts, owner, everywhere, "demo")
    with pytest.raises(RoleError):
        administration.end_token(accounts, owner, foreign, "another")
    for number in (here, own):
        administration.end_token(accounts, owner, number, "demo")
    administration.end_token(accounts, admin, everywhere, "demo")
    with accounts.read() as connection:
        assert {one.id for one in api_tokens.standing(connection)} == {of_admin, foreign, elsewhere}
        notes = [(note.actor, note.kind, note.details["account"]) for note in audit_log.entries(connection)]
    assert notes == [
        ("owner", "token ended", "annotator"),
        ("owner", "token ended", "owner"),
        ("admin", "token ended", "reviewer"),
    ]
