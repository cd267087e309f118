"""Passwords tried in vain: each makes the next wait longer, for the account and for the address that it came from.

The wait is taken before the password is looked at, so that many at once gain nothing, and it is the same for a name without an account.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from ipaddress import ip_address

from sqlalchemy import Connection, delete, insert, select, update

from store.accounts.account_tables import attempt


@dataclass(frozen=True)
class Patience:
    """How failures make one wait: so many are free, each further one doubles the wait, up to the longest; after a rest all is forgotten.

    Attributes:
        free: failures without a wait. longest_s: the longest wait, and rest_s what forgets them, in seconds.
    """

    free: int
    longest_s: float
    rest_s: float

    def wait_s(self, failures: int, since_s: float) -> float:
        """Seconds that are still to be waited after so many failures, the last of them `since_s` seconds ago."""
        if failures < self.free or since_s >= self.rest_s:
            return 0.0
        return max(0.0, min(self.longest_s, 2.0 ** min(failures - self.free, 30)) - since_s)


# Whoever shuts an account by guessing keeps its owner out for half a minute at most; an address, of many people perhaps, may err more.
ACCOUNT = Patience(free=4, longest_s=30.0, rest_s=900.0)
ADDRESS = Patience(free=12, longest_s=300.0, rest_s=3600.0)


def account_key(folded: str) -> str:
    """Under which failures of a name are counted; what was typed there may be a password, so only its hash stays."""
    return f"account:{hashlib.sha256(folded.encode('utf-8', 'replace')).hexdigest()}"


def address_key(address: str) -> str:
    """Under which failures of an address are counted; of IPv6 the half that a household has."""
    try:
        ip = ip_address(address)
    except ValueError:
        return f"address:{hashlib.sha256(address.encode('utf-8', 'replace')).hexdigest()[:32]}"
    return f"address:{ip if ip.version == 4 else ip.exploded[:19]}"


def begin(connection: Connection, account: str, address: str, at: float) -> float:
    """Count an attempt as failed before it is made, or say how long to wait; 0 where it may be made.

    Args:
        account, address: keys. at: the time, in seconds since 1970.
    """
    counts = {}
    for key, patience in ((account, ACCOUNT), (address, ADDRESS)):
        row = connection.execute(select(attempt).where(attempt.c.subject == key)).one_or_none()
        failures, since = (0, patience.rest_s) if row is None else (int(row.failures), at - float(row.last))
        wait = patience.wait_s(failures, since)
        if wait > 0:
            return wait
        counts[key] = 1 if since >= patience.rest_s else failures + 1
    connection.execute(delete(attempt).where(attempt.c.last < at - ADDRESS.rest_s))  # they count for nothing any more
    for key, failures in counts.items():
        changed = connection.execute(update(attempt).where(attempt.c.subject == key).values(failures=failures, last=at))
        if changed.rowcount == 0:
            connection.execute(insert(attempt).values(subject=key, failures=failures, last=at))
    return 0.0


def succeeded(connection: Connection, account: str, address: str) -> None:
    """Forget the failures of an account, and of its address the one that was none: an account of one's own buys no guesses."""
    connection.execute(delete(attempt).where(attempt.c.subject == account))
    less = update(attempt).where(attempt.c.subject == address, attempt.c.failures > 0)
    connection.execute(less.values(failures=attempt.c.failures - 1))
