"""What people take out, and change for everybody, goes into the audit log of the server; labels have a history of their own."""

from __future__ import annotations

from store.accounts import audit_log
from store.accounts.audit_log import Entry
from web.accounts import identity


def note(kind: str, actor: str, workspace: str, subject: str = "", **details: object) -> None:
    """Note what was done, once it is; nothing is kept on a server without users, whose names are claims.

    Args:
        kind: what, such as `labels exported`. subject: what it was done to or with.

    Raises:
        StoreError: the accounts cannot be written.
    """
    accounts = identity.accounts()
    if accounts is None:
        return
    with accounts.write() as connection:
        audit_log.note(connection, Entry(kind, actor, subject, workspace, details=details))
