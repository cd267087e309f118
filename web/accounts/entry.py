"""Coming in and going out: sign in, accept an invitation, change one's own password, sign out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from errors import AppError, InputError, RoleError
from store.accounts import (
    account_rows,
    api_tokens,
    attempts,
    audit_log,
    invitations,
    outside_identities,
    roles,
    sessions,
)
from store.accounts.account_rows import Account
from store.accounts.accounts_database import Accounts
from store.accounts.api_tokens import ApiToken
from store.accounts.audit_log import Entry
from store.accounts.outside_identities import Grant, Outside
from store.accounts.roles import Person
from web.accounts import passwords, provider

WRONG = "Wrong name or password. Try again, or ask an admin for a new link."
GONE = "This invitation was used, replaced or revoked, or has expired. Ask for a new one."


class WaitError(AppError):
    """Too many passwords were tried.

    Attributes:
        wait_s: seconds until the next may be tried.
    """

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s
        super().__init__(f"Too many attempts. Wait {max(1, round(wait_s))} s, then try again.")


@dataclass(frozen=True)
class Client:
    """Where a request comes from: its address, and what the browser calls itself."""

    address: str
    browser: str


async def sign_in(accounts: Accounts, name: str, password: str, client: Client) -> str:
    """Sign in; returns the token of the new session.

    Raises:
        WaitError: too many were tried for that account or from that address. InputError: name and password do not belong together.
    """
    one = await run_in_threadpool(_attempt, accounts, name, client)
    is_right = await passwords.matches(one.password if one is not None else None, password)
    dated = one is not None and is_right and one.password is not None and passwords.is_dated(one.password)
    fresh = await passwords.hashed(password) if dated else None
    token = await run_in_threadpool(_outcome, accounts, name, one if is_right else None, client, fresh)
    if token is None:
        raise InputError(WRONG)
    return token


def _attempt(accounts: Accounts, name: str, client: Client) -> Account | None:
    """Count an attempt; returns the account that it is about, None where there is none that may sign in."""
    keys = attempts.account_key(account_rows.folded(name)), attempts.address_key(client.address)
    with accounts.write() as connection:
        wait_s = attempts.begin(connection, *keys, time.time())
        one = account_rows.find(connection, name)
    if wait_s > 0:
        raise WaitError(wait_s)
    return one if one is not None and one.closed_at is None else None


def _outcome(accounts: Accounts, name: str, right: Account | None, client: Client, fresh: str | None) -> str | None:
    """Note how an attempt ended; returns the token of the session that begins, None where it was in vain."""
    keys = attempts.account_key(account_rows.folded(name)), attempts.address_key(client.address)
    with accounts.write() as connection:
        now = account_rows.find(connection, name)
        known = now.name if now is not None else ""  # what was typed there may be a password
        if right is None or now is None or now.closed_at is not None or now.password != right.password:
            audit_log.note(connection, Entry("sign-in refused", "", known, address=client.address))
            return None
        attempts.succeeded(connection, *keys)
        if fresh is not None:
            account_rows.set_password(connection, now.id, fresh)
        audit_log.note(connection, Entry("sign-in", now.name, now.name, address=client.address))
        return sessions.begin(connection, now.id, client.address, client.browser)


async def come_in(
    accounts: Accounts, who: Outside, grants: Sequence[Grant] | None, client: Client, *, by_proxy: bool = False
) -> str:
    """Sign in somebody whom an identity provider or a proxy vouches for; returns the token of the new session.

    Raises:
        InputError: it is no name that an account can have.
        RoleError: they may not come in here.
    """

    def begun() -> str:
        with accounts.write() as connection:
            one = outside_identities.account_of(connection, who, grants)
            details = {"provider": who.issuer, "roles": provider.names(grants or ())}
            audit_log.note(connection, Entry("sign-in", one.name, one.name, address=client.address, details=details))
            return sessions.begin(connection, one.id, client.address, client.browser, by_proxy=by_proxy)

    try:
        return await run_in_threadpool(begun)
    except RoleError:
        await run_in_threadpool(_refuse_outside, accounts, who, client)
        raise


def _refuse_outside(accounts: Accounts, who: Outside, client: Client) -> None:
    with accounts.write() as connection:
        audit_log.note(connection, Entry("sign-in refused", "", who.email, address=client.address))


async def invited(accounts: Accounts, token: str) -> str:
    """The name of whom an invitation is for.

    Raises:
        InputError: it cannot be used any more.
    """

    def asked() -> tuple[int, str] | None:
        with accounts.read() as connection:
            return invitations.account_of(connection, token)

    known = await run_in_threadpool(asked)
    if known is None:
        raise InputError(GONE)
    return known[1]


async def accept(accounts: Accounts, token: str, password: str, client: Client) -> str:
    """Accept an invitation with a password; returns the token of a new session. Older sessions and API tokens of the account end.

    Raises:
        InputError: the invitation cannot be used any more, or the password cannot.
    """
    passwords.check_new(password, await invited(accounts, token))
    stored = await passwords.hashed(password)

    def taken() -> str | None:
        with accounts.write() as connection:
            one = invitations.take(connection, token)
            if one is None:
                return None
            number, name = one
            account_rows.set_password(connection, number, stored)
            sessions.end_all(connection, number)
            api_tokens.end_all(connection, number)
            audit_log.note(connection, Entry("invitation accepted", name, name, address=client.address))
            return sessions.begin(connection, number, client.address, client.browser)

    begun = await run_in_threadpool(taken)
    if begun is None:
        raise InputError(GONE)
    return begun


async def change_password(accounts: Accounts, person: Person, old: str, new: str, client: Client) -> None:
    """Change one's own password; all other sessions of the account end.

    Raises:
        WaitError: too many were tried. InputError: the old one is wrong, or the new one cannot be used.
    """
    passwords.check_new(new, person.name)
    one = await run_in_threadpool(_attempt, accounts, person.name, client)
    is_right = await passwords.matches(one.password if one is not None else None, old)
    stored = await passwords.hashed(new)

    def changed() -> bool:
        keys = attempts.account_key(account_rows.folded(person.name)), attempts.address_key(client.address)
        with accounts.write() as connection:
            now = account_rows.find(connection, person.name)
            if not is_right or one is None or now is None or now.password != one.password:
                audit_log.note(connection, Entry("password kept", person.name, person.name, address=client.address))
                return False
            attempts.succeeded(connection, *keys)
            account_rows.set_password(connection, person.account, stored)
            sessions.end_all(connection, person.account, but=person.session)
            audit_log.note(connection, Entry("password changed", person.name, person.name, address=client.address))
            return True

    if not await run_in_threadpool(changed):
        raise InputError("The old password is wrong. Nothing was changed.")


async def sign_out(accounts: Accounts, person: Person, client: Client) -> None:
    """End a session."""

    def ended() -> None:
        with accounts.write() as connection:
            sessions.end(connection, person.session)
            audit_log.note(connection, Entry("sign-out", person.name, person.name, address=client.address))

    await run_in_threadpool(ended)


async def own_tokens(accounts: Accounts, person: Person) -> list[ApiToken]:
    """A person's API tokens, the newest first."""

    def asked() -> list[ApiToken]:
        with accounts.read() as connection:
            return api_tokens.standing(connection, person.account)

    return await run_in_threadpool(asked)


async def make_token(accounts: Accounts, person: Person, form: Mapping[str, str], client: Client) -> str:
    """Make an API token with the form's `token_name`, `role` and `days`; returns what is said, the token in it.

    Raises:
        InputError: the form holds something else, or there are too many.
    """
    name, role, days = form.get("token_name", ""), roles.named(form.get("role", "")), form.get("days", "")
    if role > person.highest:
        raise InputError(f"You are no {role.word} yourself. Choose a lower role.")
    if not days.isascii() or not days.isdecimal():
        raise InputError("Say for how many days the token lasts.")

    def create() -> str:
        with accounts.write() as connection:
            token = api_tokens.make(connection, person.account, name, role, days=int(days[:9]))
            details = {"role": role.word, "days": int(days)}
            audit_log.note(connection, Entry("token made", person.name, name, address=client.address, details=details))
            return token

    return f"Copy the token now; it is shown only once: {await run_in_threadpool(create)}"


async def end_token(accounts: Accounts, person: Person, form: Mapping[str, str], client: Client) -> str:
    """End the API token of the form's `id`; returns what is said.

    Raises:
        InputError: the person has none of that number.
    """
    number = form.get("id", "")
    if not number.isascii() or not number.isdecimal() or len(number) > 18:
        raise InputError("Choose a token.")

    def ended() -> str:
        with accounts.write() as connection:
            name = api_tokens.end(connection, int(number), person.account)
            audit_log.note(connection, Entry("token ended", person.name, name, address=client.address))
            return name

    return f"The token {await run_in_threadpool(ended)} is revoked."
