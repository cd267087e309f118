"""Coming in and going out, with real passwords."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher

from errors import InputError
from store.accounts import account_rows, accounts_database, audit_log, invitations, sessions, tokens
from store.accounts.accounts_database import Accounts
from store.accounts.roles import Person, Role
from web.accounts import entry, passwords
from web.accounts.entry import Client, WaitError

RIGHT, OTHER = "correct horse battery", "another staple entirely"
HERE = Client("192.0.2.7", "a browser")


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    """Ann with a password."""
    one = accounts_database.open_accounts(tmp_path)
    with one.write() as connection:
        ann = account_rows.add(connection, "Ann", Role.ADMIN, None)
        account_rows.set_password(connection, ann.id, asyncio.run(passwords.hashed(RIGHT)))
    yield one
    one.close()


def person(accounts: Accounts, token: str) -> Person | None:
    with accounts.read() as connection:
        known = sessions.person(connection, tokens.hash_of(token))
    return known[0] if known else None


def kinds(accounts: Accounts) -> list[tuple[str, str]]:
    with accounts.read() as connection:
        return [(each.kind, each.subject) for each in audit_log.entries(connection)]


def test_the_right_password_comes_in(accounts: Accounts) -> None:
    token = asyncio.run(entry.sign_in(accounts, "aNN", RIGHT, HERE))
    one = person(accounts, token)
    assert one is not None
    assert one.name == "Ann"
    asyncio.run(entry.sign_out(accounts, one, HERE))
    assert person(accounts, token) is None
    assert kinds(accounts) == [("sign-in", "Ann"), ("sign-out", "Ann")]


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Ann", OTHER),
        ("Ann", ""),
        ("Ann", RIGHT + "x" * 2000),
        ("Ann", RIGHT[:-1]),
        ("Eve", RIGHT),
        ("", ""),
        (RIGHT, "Ann"),
    ],
)
def test_another_one_does_not(accounts: Accounts, name: str, password: str) -> None:
    with pytest.raises(InputError, match="Wrong name or password"):
        asyncio.run(entry.sign_in(accounts, name, password, HERE))
    assert kinds(accounts) == [("sign-in refused", "Ann" if name == "Ann" else "")], (
        "what is typed as a name may be a password"
    )


def test_a_name_without_an_account_costs_the_same_work(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time itself says nothing on a busy machine; that the same hash is computed, with the same parameters, in a thread, does."""
    work: list[tuple[str, str]] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, stored: str, given: bytes) -> bool:
        work.append((stored[: stored.index("p=") + 4], threading.current_thread().name.partition("_")[0]))
        return verify(self, stored, given)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    for name in ("Ann", "Eve"):
        with pytest.raises(InputError):
            asyncio.run(entry.sign_in(accounts, name, OTHER, HERE))
    assert len(work) == 2
    assert work[0] == work[1]
    assert work[0][1] == "password"


def test_twenty_wrong_ones_are_slowed_also_for_who_is_not_there(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = time.time()
    monkeypatch.setattr(entry, "time", SimpleNamespace(time=lambda: at))

    def outcomes(name: str, address: str) -> list[str]:
        kinds_ = []
        for _ in range(20):
            try:
                asyncio.run(entry.sign_in(accounts, name, OTHER, Client(address, "")))
            except (InputError, WaitError) as error:
                kinds_.append(type(error).__name__)
        return kinds_

    for number, name in enumerate(("Ann", "Eve")):
        answers = outcomes(name, f"192.0.2.{number}")
        assert answers == ["InputError"] * 4 + ["WaitError"] * 16
    with pytest.raises(WaitError, match="Wait") as wait:
        asyncio.run(entry.sign_in(accounts, "Ann", RIGHT, Client("192.0.2.99", "")))
    assert wait.value.wait_s > 0


def test_many_at_once_gain_nothing(accounts: Accounts) -> None:
    async def all_at_once() -> list[BaseException | str]:
        tries = [entry.sign_in(accounts, "Ann", f"{OTHER}{k}", Client(f"192.0.2.{k}", "")) for k in range(12)]
        return await asyncio.gather(*tries, return_exceptions=True)

    answers = asyncio.run(all_at_once())
    assert sum(isinstance(answer, InputError) for answer in answers) == 4
    assert sum(isinstance(answer, WaitError) for answer in answers) == 8


def test_a_closed_or_invited_account_has_no_password(accounts: Accounts) -> None:
    with accounts.write() as connection:
        account_rows.add(connection, "Bob", Role.ADMIN, None)
        account_rows.close(connection, account_rows.require(connection, "Ann"))
    for name, password in (("Bob", ""), ("Ann", RIGHT)):
        with pytest.raises(InputError, match="Wrong name or password"):
            asyncio.run(entry.sign_in(accounts, name, password, HERE))


def test_an_invitation_sets_the_password_once(accounts: Accounts) -> None:
    with accounts.write() as connection:
        ann = account_rows.require(connection, "Ann")
        before = sessions.begin(connection, ann.id, "", "")
        token = invitations.invite(connection, ann.id, "root")
    assert asyncio.run(entry.invited(accounts, token)) == "Ann"
    for weak in ("short", "a" * 30, "annannannann", "Ann Ann Ann", "x" * 1001):
        with pytest.raises(InputError, match="password"):
            asyncio.run(entry.accept(accounts, token, weak, HERE))
    begun = asyncio.run(entry.accept(accounts, token, OTHER, HERE))
    assert person(accounts, begun) is not None
    assert person(accounts, before) is None, "whoever held a session by the old password is out"
    for again in (entry.accept(accounts, token, RIGHT, HERE), entry.invited(accounts, token)):
        with pytest.raises(InputError, match="used, replaced or revoked"):
            asyncio.run(again)
    assert person(accounts, asyncio.run(entry.sign_in(accounts, "Ann", OTHER, HERE))) is not None


def test_changing_ones_password_ends_the_other_sessions(accounts: Accounts) -> None:
    here, there = (asyncio.run(entry.sign_in(accounts, "Ann", RIGHT, HERE)) for _ in range(2))
    one = person(accounts, here)
    assert one is not None
    with pytest.raises(InputError, match="old password is wrong"):
        asyncio.run(entry.change_password(accounts, one, OTHER, "some new words here", HERE))
    with pytest.raises(InputError, match="12 characters"):
        asyncio.run(entry.change_password(accounts, one, RIGHT, "short", HERE))
    assert person(accounts, there) is not None
    asyncio.run(entry.change_password(accounts, one, RIGHT, OTHER, HERE))
    assert person(accounts, here) is not None
    assert person(accounts, there) is None
    with pytest.raises(InputError):
        asyncio.run(entry.sign_in(accounts, "Ann", RIGHT, HERE))


def test_a_hash_of_older_parameters_is_made_anew(accounts: Accounts) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(RIGHT)
    with accounts.write() as connection:
        account_rows.set_password(connection, account_rows.require(connection, "Ann").id, weak)
    asyncio.run(entry.sign_in(accounts, "Ann", RIGHT, HERE))
    with accounts.read() as connection:
        stored = account_rows.require(connection, "Ann").password
    assert stored is not None
    assert not passwords.is_dated(stored)
    assert stored != weak


def test_an_accent_is_one_letter_however_it_is_typed(accounts: Accounts) -> None:
    stored = asyncio.run(passwords.hashed("Zoë and twelve more"))
    assert asyncio.run(passwords.matches(stored, "Zoe\u0308 and twelve more"))
    assert not asyncio.run(passwords.matches("no hash at all", "x"))
