"""The accounts of a server, on both kinds of database: people, roles, sessions, invitations, and the log that nobody edits."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, inspect, text, update
from sqlalchemy.exc import DBAPIError

from errors import InputError, StoreError
from store import workspace
from store.accounts import account_rows, account_tables, accounts_database, audit_log, invitations, sessions, tokens
from store.accounts.accounts_database import Accounts
from store.accounts.audit_log import Entry
from store.accounts.roles import Person, Role, named
from store.database import triggers
from store.database.column_types import now
from store.database.engine import of_file


@pytest.fixture(params=["sqlite", "postgresql"])
def accounts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Accounts]:
    url = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    one = accounts_database.open_accounts(tmp_path, url)
    yield one
    one.close()


def person(accounts: Accounts, token: str) -> Person | None:
    with accounts.read() as connection:
        known = sessions.person(connection, tokens.hash_of(token))
    return known[0] if known else None


def test_the_steps_make_the_tables(accounts: Accounts, tmp_path: Path) -> None:
    expected = create_engine(of_file(tmp_path / "expected.db"))
    account_tables.metadata.create_all(expected)
    with expected.connect() as one, accounts.read() as two:
        for table in account_tables.metadata.tables:
            for facts in ("get_pk_constraint", "get_foreign_keys", "get_unique_constraints", "get_indexes"):
                names = [sorted(str(_plain(each)) for each in _listed(inspect(c), facts, table)) for c in (one, two)]
                assert names[0] == names[1], (table, facts)
            columns = [{(c["name"], c["nullable"]) for c in inspect(c_).get_columns(table)} for c_ in (one, two)]
            assert columns[0] == columns[1], table
        assert triggers.missing(two, accounts_database.KIND.guarded, accounts_database.KIND.guards) == []
    expected.dispose()


def _listed(inspector: object, facts: str, table: str) -> list[dict[str, object]]:
    result = getattr(inspector, facts)(table)
    listed = result if isinstance(result, list) else [result]
    return [each for each in listed if "duplicates_constraint" not in each]


def _plain(fact: dict[str, object]) -> list[tuple[str, object]]:
    facts = ("name", "column_names", "constrained_columns", "referred_table")
    return [(key, fact[key]) for key in facts if fact.get(key) is not None]


def test_accounts_and_a_workspace_share_a_database(tmp_path: Path, postgresql: str) -> None:
    workspace.create(tmp_path / "ws", database_url=postgresql).engine.dispose()
    with_people = accounts_database.open_accounts(tmp_path, postgresql)
    with with_people.write() as connection:
        account_rows.add(connection, "Ann", Role.ADMIN, None)
    with_people.close()
    workspace.open_workspace(tmp_path / "ws").engine.dispose()


def test_the_file_lies_beside_the_workspaces_and_is_the_accounts_own(tmp_path: Path) -> None:
    workspace.create(tmp_path / "ws").engine.dispose()
    assert not accounts_database.exist(tmp_path)
    assert accounts_database.file_of(tmp_path / "ws") == accounts_database.file_of(tmp_path), (
        "one door cannot be passed by"
    )
    accounts_database.open_accounts(tmp_path / "ws").close()
    assert accounts_database.exist(tmp_path)
    assert stat.S_IMODE(accounts_database.file_of(tmp_path).stat().st_mode) == 0o600
    assert list(workspace.find(tmp_path)) == ["ws"]


def test_a_newer_program_is_named(tmp_path: Path) -> None:
    one = accounts_database.open_accounts(tmp_path)
    with one.write() as connection:
        connection.execute(text("UPDATE accounts_version SET version_num = '0099'"))
    one.close()
    with pytest.raises(StoreError, match=r"newer Sceneloop has changed this server's database"):
        accounts_database.open_accounts(tmp_path)


def test_names_are_one_whatever_their_case(accounts: Accounts) -> None:
    with accounts.write() as connection:
        assert not account_rows.any_at_all(connection)
        account_rows.add(connection, "Zoë Lee", Role.ADMIN, None)
        for same in ("zoë lee", "ZOË  LEE", "Zoe\u0308 Lee"):
            assert account_rows.require(connection, same).name == "Zoë Lee"
            with pytest.raises(InputError, match="here already"):
                account_rows.add(connection, same, Role.ADMIN, None)
        for wrong in ("machine", "", "a\nb", "x" * 81):
            with pytest.raises(InputError):
                account_rows.add(connection, wrong, Role.ADMIN, None)
        assert account_rows.any_at_all(connection)


def test_roles_hold_in_their_workspace(accounts: Accounts) -> None:
    with accounts.write() as connection:
        root = account_rows.add(connection, "Root", Role.ADMIN, None)
        ann = account_rows.add(connection, "Ann", Role.ANNOTATOR, "one")
        account_rows.set_role(connection, ann, Role.OWNER, "two")
        token = sessions.begin(connection, ann.id, "192.0.2.7", "a browser")
        with pytest.raises(InputError, match="--workspace"):
            account_rows.set_role(connection, ann, Role.REVIEWER, None)
        with pytest.raises(InputError, match="whole server"):
            account_rows.set_role(connection, ann, Role.ADMIN, "one")
        for only in (
            lambda: account_rows.close(connection, root),
            lambda: account_rows.set_role(connection, root, Role.NOBODY, None),
        ):
            with pytest.raises(InputError, match="only admin"):
                only()
    one = person(accounts, token)
    assert one is not None
    assert [one.role_in(name) for name in ("one", "two", "three")] == [Role.ANNOTATOR, Role.OWNER, Role.NOBODY]
    assert one.highest == Role.OWNER
    with accounts.write() as connection:
        account_rows.set_role(connection, ann, Role.NOBODY, "two")
        account_rows.set_role(connection, ann, Role.REVIEWER, "one")
    assert dict(person(accounts, token).roles) == {"one": Role.REVIEWER}  # type: ignore[union-attr]
    assert [named(role.word) for role in Role if role] == [role for role in Role if role]
    with pytest.raises(InputError, match="Choose one"):
        named("nobody")


def test_a_session_ends_where_it_is_ended(accounts: Accounts) -> None:
    with accounts.write() as connection:
        account_rows.add(connection, "Root", Role.ADMIN, None)
        ann = account_rows.add(connection, "Ann", Role.ADMIN, None)
        here, there, third = (sessions.begin(connection, ann.id, "192.0.2.7", "b") for _ in range(3))
    assert {person(accounts, token).name for token in (here, there, third)} == {"Ann"}  # type: ignore[union-attr]
    assert person(accounts, "guessed") is None
    assert person(accounts, tokens.hash_of(here)) is None, "who reads the database has no token"
    with accounts.write() as connection:
        sessions.end(connection, person(accounts, third).session)  # type: ignore[union-attr]
    assert person(accounts, third) is None
    with accounts.write() as connection:
        assert sessions.end_all(connection, ann.id, but=person(accounts, here).session) == 1  # type: ignore[union-attr]
    assert person(accounts, there) is None
    with accounts.write() as connection:
        account_rows.close(connection, ann)
        assert sessions.standing(connection) == []
        with pytest.raises(InputError, match="revoked"):
            account_rows.require(connection, "Ann")
    assert person(accounts, here) is None
    with accounts.write() as connection:
        again = account_rows.add(connection, "ann", Role.ANNOTATOR, "one")
    assert (again.name, again.is_admin, again.password, dict(again.roles)) == (
        "Ann",
        False,
        None,
        {"one": Role.ANNOTATOR},
    )
    assert person(accounts, here) is None, "opened again, the account has no old session"


@pytest.mark.parametrize(("column", "ago"), [("seen_at", sessions.IDLE), ("begun_at", sessions.LONGEST)])
def test_a_session_ends_by_itself(accounts: Accounts, column: str, ago: dt.timedelta) -> None:
    with accounts.write() as connection:
        ann = account_rows.add(connection, "Ann", Role.ADMIN, None)
        token = sessions.begin(connection, ann.id, "", "")
        table = account_tables.session
        connection.execute(update(table).values({column: now() - ago + dt.timedelta(minutes=5)}))
    one = person(accounts, token)
    assert one is not None
    with accounts.write() as connection:
        connection.execute(update(table).values({column: now() - ago - dt.timedelta(seconds=1)}))
    assert person(accounts, token) is None
    with accounts.write() as connection:
        sessions.seen(connection, one.session)
        assert sessions.person(connection, tokens.hash_of(token)) is None or column == "seen_at"


def test_an_invitation_is_taken_once(accounts: Accounts) -> None:
    with accounts.write() as connection:
        ann = account_rows.add(connection, "Ann", Role.ADMIN, None)
        bob = account_rows.add(connection, "Bob", Role.ANNOTATOR, "one")
        old, new = (invitations.invite(connection, ann.id, "root") for _ in range(2))
        late = invitations.invite(connection, bob.id, "root", dt.timedelta(seconds=-1))
        assert invitations.take(connection, old) is None, "a newer one has replaced it"
        assert invitations.take(connection, late) is None
        assert invitations.account_of(connection, new) == (ann.id, "Ann")
        assert invitations.take(connection, new) == (ann.id, "Ann")
        assert invitations.take(connection, new) is None
        last = invitations.invite(connection, bob.id, "root")
        account_rows.close(connection, bob)
        assert invitations.take(connection, last) is None
        account_rows.add(connection, "Bob", Role.ANNOTATOR, "one")
        assert invitations.take(connection, last) is None, "a link from before the account was revoked"


def test_the_log_is_added_to_and_never_edited(accounts: Accounts) -> None:
    entries = [
        Entry("sign-in", "Ann", "Ann", address="192.0.2.7"),
        Entry("export", "Ann", workspace="one", details={"labels": 3}),
    ]
    with accounts.write() as connection:
        for entry in entries:
            audit_log.note(connection, entry)
        audit_log.note(connection, Entry("x", "\ud800" + "y" * 300))
    for change in (update(account_tables.audit_event).values(actor="Eve"), delete(account_tables.audit_event)):
        with pytest.raises(DBAPIError, match="append-only"), accounts.write() as connection:
            connection.execute(change)
    with accounts.read() as connection:
        kept = list(audit_log.entries(connection))
        assert [(e.kind, e.actor, e.workspace, e.details) for e in kept[:2]] == [
            (e.kind, e.actor, e.workspace, e.details) for e in entries
        ]
        assert len(kept[2].actor) == audit_log.LONGEST
        assert [e.kind for e in audit_log.entries(connection, newest=2)] == ["x", "export"]
        assert [e.kind for e in audit_log.entries(connection, workspace="one")] == ["export"]


def test_a_log_without_its_guards_is_not_opened(tmp_path: Path) -> None:
    one = accounts_database.open_accounts(tmp_path)
    with one.write() as connection:
        connection.execute(text("DROP TRIGGER audit_event_no_delete"))
    one.close()
    with pytest.raises(StoreError, match="audit_event_no_delete"):
        accounts_database.open_accounts(tmp_path)


def test_nothing_that_opens_a_door_is_in_the_database(tmp_path: Path) -> None:
    one = accounts_database.open_accounts(tmp_path)
    with one.write() as connection:
        ann = account_rows.add(connection, "Ann", Role.ADMIN, None)
        secrets = [sessions.begin(connection, ann.id, "", ""), invitations.invite(connection, ann.id, "root")]
    one.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Ann" in content
    assert not [secret for secret in secrets if secret.encode() in content]
