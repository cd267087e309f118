"""What others changed on the images of an open page since it was loaded."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import TypedDict

from labeling.snapshot.snapshot import Snapshot
from store.ledger import event_reader
from store.team import actors


class ChangedBy(TypedDict):
    """A person and on how many of the images they decided."""

    person: str
    images: int


def since(snapshot: Snapshot, actor: str, after: int, items: Sequence[int]) -> list[ChangedBy]:
    """Other people who decided about some of these items after an event, whoever did most first."""
    with snapshot.workspace.read() as connection:
        counts = event_reader.decided_after(connection, after, items, without=actors.known(connection, actor))
        names = actors.names(connection)
    rows: list[ChangedBy] = [{"person": names[number], "images": count} for number, count in counts.items()]
    return sorted(rows, key=lambda row: (-row["images"], row["person"]))
