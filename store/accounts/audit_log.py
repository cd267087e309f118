"""The audit log: who let whom in, and who took data out or changed what everybody works with. Rows are added, never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select

from store.accounts.account_tables import audit_event
from store.database.column_types import now
from written import texts

LONGEST = 200


@dataclass(frozen=True)
class Entry:
    """What happened.

    Attributes:
        kind: such as `sign-in`. actor: who did it, empty where nobody was signed in.
        subject: the account or the thing that it is about. workspace: its name, or empty.
        address: where the request came from, or empty at the command line.
        details: more, as JSON. at: when; None before it is noted.
    """

    kind: str
    actor: str = ""
    subject: str = ""
    workspace: str = ""
    address: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    at: dt.datetime | None = None


def note(connection: Connection, entry: Entry) -> None:
    """Add what happened, in the transaction that does it."""
    short = {name: texts.mended(getattr(entry, name))[:LONGEST] for name in ("actor", "subject", "workspace")}
    connection.execute(
        insert(audit_event).values(
            at=now(), kind=entry.kind, address=entry.address[:100], details=dict(entry.details), **short
        )
    )


def entries(connection: Connection, *, newest: int | None = None, workspace: str | None = None) -> Iterator[Entry]:
    """What happened, the oldest first; with `newest` so many of the last, the newest first.

    Args:
        workspace: only what is about this one.
    """
    query = select(audit_event)
    if workspace is not None:
        query = query.where(audit_event.c.workspace == workspace)
    order = audit_event.c.id if newest is None else audit_event.c.id.desc()
    for row in connection.execute(query.order_by(order).limit(newest)):
        yield Entry(row.kind, row.actor, row.subject, row.workspace, row.address, row.details, row.at)
