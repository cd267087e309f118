"""A server's accounts from their file to PostgreSQL and back: every row, or nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from errors import InputError, StoreError
from store.accounts import (
    account_rows,
    account_tables,
    accounts_database,
    api_tokens,
    attempts,
    audit_log,
    invitations,
    sessions,
    tokens,
)
from store.accounts.audit_log import Entry
from store.accounts.roles import Role
from store.copies import accounts_move, table_rows
from store.database.column_types import now

TABLES = account_tables.metadata


@pytest.fixture
def peopled(tmp_path: Path) -> str:
    """Two people with something in every table, one of whom was revoked; returns the token of a session that stands."""
    one = accounts_database.open_accounts(tmp_path)
    with one.write() as connection:
        ann = account_rows.add(connection, "Ann Ödön", Role.ADMIN, None)
        bob = account_rows.add(connection, "bob", Role.REVIEWER, "flowers", identity="f" * 32)
        account_rows.set_password(connection, ann.id, "$argon2id$v=19$...")
        invitations.invite(connection, bob.id, "Ann Ödön")
        api_tokens.make(connection, bob.id, "nightly", Role.REVIEWER, workspace="flowers")
        connection.execute(insert(account_tables.outside_identity).values(issuer="i", subject="s", account_id=bob.id))
        attempts.begin(connection, "account:bob", "address:192.0.2.7", now().timestamp())
        audit_log.note(
            connection, Entry("user added", "Ann Ödön", "bob", "flowers", details={"role": "reviewer", "n": 1})
        )
        account_rows.close(connection, account_rows.add(connection, "Cleo", Role.ANNOTATOR, "flowers"))
        token = sessions.begin(connection, ann.id, "192.0.2.7", "a browser")
    one.close()
    return token


def rows(root: Path, url: str | None) -> dict[str, list[tuple[object, ...]]]:
    one = accounts_database.open_accounts(root, url)
    with one.read() as connection:
        content = {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=str)
            for table in TABLES.sorted_tables
        }
    one.close()
    return content


def digest(root: Path, url: str | None) -> str:
    one = accounts_database.open_accounts(root, url)
    with one.read() as connection:
        sha256 = table_rows.digest(connection, TABLES.sorted_tables)
    one.close()
    return sha256


def test_there_and_back_every_row_is_the_same(tmp_path: Path, peopled: str, postgresql: str) -> None:
    before = rows(tmp_path, None)
    assert all(before.values()), "every table has a row"
    there = accounts_move.to_postgresql(tmp_path, postgresql, "root")
    served = rows(tmp_path, postgresql)
    assert there.rows == {name: len(content) for name, content in served.items()}
    assert there.sha256 == digest(tmp_path, postgresql)
    log = account_tables.audit_event.name
    assert {**served, log: served[log][:-1]} == before
    assert there.rows[log] == len(before[log]) + 1, "that they were moved is the last entry"
    assert not accounts_database.file_of(tmp_path).exists()
    assert there.aside == tmp_path / accounts_move.ASIDE
    assert there.aside.stat().st_mode & 0o077 == 0, "nobody else of the machine reads the hashes"
    one = accounts_database.open_accounts(tmp_path, postgresql)
    with one.write() as connection:  # ids go on behind those that came, sessions stand
        assert account_rows.add(connection, "dora", Role.ANNOTATOR, "flowers").id == 4
        known = sessions.person(connection, tokens.hash_of(peopled))
        assert known is not None
        assert known[0].name == "Ann Ödön"
        assert now() - known[1] < dt.timedelta(minutes=1)
    one.close()
    back = accounts_move.to_file(tmp_path, postgresql, "root")
    assert back.aside is None
    assert back.rows[log] == there.rows[log] + 1
    assert rows(tmp_path, None) == rows(tmp_path, postgresql)
    assert back.sha256 == digest(tmp_path, None) == digest(tmp_path, postgresql)


def test_a_target_that_is_not_empty_is_refused_and_nothing_changes(
    tmp_path: Path, peopled: str, postgresql: str
) -> None:
    assert peopled
    other = accounts_database.open_accounts(tmp_path, postgresql)
    with other.write() as connection:
        audit_log.note(connection, Entry("sign-in refused", "", "nobody"))  # no person, but a past
    before, beside = rows(tmp_path, None), rows(tmp_path, postgresql)
    with pytest.raises(InputError, match=r"postgresql database holds accounts already \(1 rows"):
        accounts_move.to_postgresql(tmp_path, postgresql, "root")
    assert (rows(tmp_path, None), rows(tmp_path, postgresql)) == (before, beside)
    with pytest.raises(InputError, match="no accounts to move"):
        accounts_move.to_file(tmp_path, postgresql, "root")
    with other.write() as connection:
        account_rows.add(connection, "eve", Role.ADMIN, None)
    with pytest.raises(InputError, match="sqlite database holds accounts already"):
        accounts_move.to_file(tmp_path, postgresql, "root")
    assert rows(tmp_path, None) == before
    other.close()


def test_where_there_is_nothing_to_move_it_says_so(tmp_path: Path, postgresql: str) -> None:
    with pytest.raises(InputError, match=r"no .*accounts\.db"):
        accounts_move.to_postgresql(tmp_path, postgresql, "root")
    assert not accounts_database.file_of(tmp_path).exists()
    accounts_database.open_accounts(tmp_path).close()
    with pytest.raises(InputError, match="no accounts to move"):
        accounts_move.to_postgresql(tmp_path, postgresql, "root")
    assert accounts_database.file_of(tmp_path).exists()


def test_a_target_that_alters_rows_gets_none(tmp_path: Path, peopled: str, postgresql: str) -> None:
    assert peopled
    one = accounts_database.open_accounts(tmp_path, postgresql)
    with one.engine.connect() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION alter_it() RETURNS trigger AS $$ BEGIN NEW.address := 'x'; RETURN NEW; END $$ LANGUAGE plpgsql"
            )
        )
        connection.execute(
            text("CREATE TRIGGER alter_it BEFORE INSERT ON session FOR EACH ROW EXECUTE FUNCTION alter_it()")
        )
        connection.commit()
    before = rows(tmp_path, None)
    with pytest.raises(StoreError, match="not those that left"):
        accounts_move.to_postgresql(tmp_path, postgresql, "root")
    assert rows(tmp_path, None) == before
    assert not any(rows(tmp_path, postgresql).values())
    one.close()


def test_a_second_move_sets_the_file_aside_beside_the_first(tmp_path: Path, peopled: str, postgresql: str) -> None:
    assert peopled
    (tmp_path / accounts_move.ASIDE).write_text("of an earlier move")
    done = accounts_move.to_postgresql(tmp_path, postgresql, "root")
    assert done.aside == tmp_path / f"{accounts_move.ASIDE}-2"
    assert (tmp_path / accounts_move.ASIDE).read_text() == "of an earlier move"


def test_a_file_with_people_beside_postgresql_is_warned_of(tmp_path: Path, peopled: str, postgresql: str) -> None:
    assert peopled
    assert accounts_database.left_behind(tmp_path, None) == ""
    warning = accounts_database.left_behind(tmp_path, postgresql)
    assert "2 people have accounts there" in warning, "who was revoked does not count"
    assert str(accounts_database.file_of(tmp_path)) in warning
    accounts_move.to_postgresql(tmp_path, postgresql, "root")
    assert accounts_database.left_behind(tmp_path, postgresql) == ""
    accounts_database.open_accounts(tmp_path).close()
    assert accounts_database.left_behind(tmp_path, postgresql) == "", "a file without people misleads nobody"
    accounts_database.file_of(tmp_path).write_text("no database")
    assert accounts_database.left_behind(tmp_path, postgresql) == ""
