"""Passwords: Argon2id, in two threads of their own. A name without an account costs the same time as a wrong password."""

from __future__ import annotations

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from errors import InputError
from store.accounts import account_rows

SHORTEST, LONGEST = 12, 1000
FEWEST = 5  # different characters
# RFC 9106, section 4, second choice: three passes over 64 MiB. Two threads, so that many who try take no more memory than that.
_hasher = PasswordHasher()
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")


def check_new(password: str, name: str) -> None:
    """Whether a new password can be used.

    Raises:
        InputError: it is too short or too long, the name, or one character over and over.
    """
    if len(password) < SHORTEST:
        raise InputError(
            f"A password needs {SHORTEST} characters or more. Several words in a row are easy to remember."
        )
    if len(password) > LONGEST:
        raise InputError(f"A password has at most {LONGEST:,} characters.")
    if account_rows.folded(name) in account_rows.folded(password) and len(password) < SHORTEST + len(name):
        raise InputError("The password is too close to your name. Choose another one.")
    if len(set(password)) < FEWEST:
        raise InputError(f"A password needs {FEWEST} different characters or more.")


async def hashed(password: str) -> str:
    """What is kept of a password: parameters, salt and hash in Argon2's own text."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, _plain(password))


async def matches(stored: str | None, password: str) -> bool:
    """Whether a password is the one that is kept; for None, of a name without an account, the same work is done in vain."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, stored, password[: LONGEST + 1])


def is_dated(stored: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def _verify(stored: str | None, password: str) -> bool:
    nobody = _of_nobody()  # made before the first of all is looked at, so that not even that one takes longer
    try:
        right = _hasher.verify(stored or nobody, _plain(password))
    except (Argon2Error, InvalidHashError):
        return False
    return right and stored is not None


@cache
def _of_nobody() -> str:
    return _hasher.hash("nobody")


def _plain(password: str) -> bytes:
    """The same bytes however a keyboard makes an accent."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")
