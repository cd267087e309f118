"""How long whoever guesses waits, by a clock of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.accounts import accounts_database, attempts
from store.accounts.accounts_database import Accounts
from store.accounts.attempts import ACCOUNT, ADDRESS

ANN, BOB = attempts.account_key("ann"), attempts.account_key("bob")
HERE, THERE = attempts.address_key("192.0.2.7"), attempts.address_key("192.0.2.8")


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    one = accounts_database.open_accounts(tmp_path)
    yield one
    one.close()


def guesses(accounts: Accounts, account: str, address: str, count: int, at: float = 0.0) -> tuple[float, float]:
    """Make so many guesses, each as soon as it may be made; returns when the last was made, and the wait after it."""
    for _ in range(count):
        while True:
            with accounts.write() as connection:
                wait = attempts.begin(connection, account, address, at)
            if wait == 0:
                break
            at += wait
    with accounts.write() as connection:
        return at, attempts.begin(connection, account, address, at)


def test_twenty_guesses_take_minutes(accounts: Accounts) -> None:
    at, wait = guesses(accounts, ANN, HERE, ACCOUNT.free)
    assert (at, wait) == (0.0, 1.0)
    at, wait = guesses(accounts, ANN, HERE, 20 - ACCOUNT.free, at)
    assert at > 300
    assert wait >= ACCOUNT.longest_s


def test_a_guess_from_elsewhere_waits_as_long(accounts: Accounts) -> None:
    at, wait = guesses(accounts, ANN, HERE, 8)
    with accounts.write() as connection:
        assert attempts.begin(connection, ANN, THERE, at) == wait > 1
        assert attempts.begin(connection, BOB, THERE, at) == 0.0


def test_an_address_that_tries_many_names_waits(accounts: Accounts) -> None:
    waits = []
    for number in range(ADDRESS.free + 6):
        with accounts.write() as connection:
            waits.append(attempts.begin(connection, attempts.account_key(str(number)), HERE, 0.0))
    assert waits[: ADDRESS.free] == [0.0] * ADDRESS.free
    assert min(waits[ADDRESS.free :]) > 0
    with accounts.write() as connection:
        assert attempts.begin(connection, ANN, THERE, 0.0) == 0.0


def test_who_waits_is_not_counted_and_a_rest_forgets(accounts: Accounts) -> None:
    at, wait = guesses(accounts, ANN, HERE, 6)
    with accounts.write() as connection:
        assert [attempts.begin(connection, ANN, HERE, at) for _ in range(50)] == [wait] * 50
        assert attempts.begin(connection, ANN, HERE, at + ADDRESS.rest_s) == 0.0
    assert guesses(accounts, ANN, HERE, 1, at + ADDRESS.rest_s)[1] == 0.0


def test_an_account_of_ones_own_buys_no_guesses(accounts: Accounts) -> None:
    for number in range(ADDRESS.free):
        with accounts.write() as connection:
            assert attempts.begin(connection, attempts.account_key(str(number)), HERE, 0.0) == 0.0
            if number % 2:
                attempts.succeeded(connection, attempts.account_key(str(number)), HERE)
    with accounts.write() as connection:
        for number in range(100, 100 + ADDRESS.free // 2):
            assert attempts.begin(connection, attempts.account_key(str(number)), HERE, 0.0) == 0.0
        assert attempts.begin(connection, BOB, HERE, 0.0) > 0


def test_a_household_is_one_address() -> None:
    assert attempts.address_key("2001:db8:1:2::1") == attempts.address_key("2001:db8:1:2:ffff::9")
    assert attempts.address_key("2001:db8:1:2::1") != attempts.address_key("2001:db8:1:3::1")
    assert "hunter2" not in attempts.account_key("hunter2") + attempts.address_key("hunter2")
