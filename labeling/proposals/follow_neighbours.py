"""A round in which the machine's labels follow their neighbours: one action in place of many clusters."""

from __future__ import annotations

import numpy as np
from typing_extensions import TypedDict

from labeling.cleaning.label_table import IMPORT
from labeling.snapshot.snapshot import Snapshot
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.project import heads
from store.team import actors, leases, people


class Followed(TypedDict):
    """How many labels changed, by path of their new class too; `batch` takes them back, None where nothing changed."""

    changed: int
    batch: str | None
    per_class: dict[str, int]


def follow(snapshot: Snapshot, actor: str = people.MACHINE) -> Followed:
    """Give each machine label the class that its neighbours in the graph favour; people's and imported labels stay.

    A class that a person said no to is not given, and what is leased to somebody does not change under their eyes.
    """
    board = snapshot.labels.board()
    linear, _ = snapshot.classifiers.probabilities()
    suspicion = snapshot.labels.suspicion()
    favoured = np.array(linear.classes, np.int64)[suspicion.proposed]
    rows = np.flatnonzero(board.labelled & (board.source < IMPORT) & (favoured != board.category))
    with snapshot.workspace.read() as connection:
        held = leases.taken(connection)
    changes = [
        Change(int(board.ids[row]), int(favoured[row]))
        for row in rows.tolist()
        if int(board.ids[row]) not in held and int(favoured[row]) not in board.rejected.get(row, frozenset())
    ]
    used = snapshot.classifiers.in_use()
    with snapshot.workspace.engine.begin() as connection:
        batch = Batch(
            actors.id_of(connection, actor), used.source, "propose", "followed the neighbours",
            prompt_version=used.prompt_version, head_id=used.head_id,
        )  # fmt: skip
        outcomes = labels.write(connection, batch, changes)
        done = [change for change, outcome in zip(changes, outcomes, strict=True) if outcome.status == "saved"]
        if done:
            heads.add_round(
                connection, kind=batch.source, metrics={"labelled": len(done)}, head_id=batch.head_id,
                prompt_version=batch.prompt_version, batch_id=batch.id,
            )  # fmt: skip
    names = {category.id: category.path for category in snapshot.categories.tree}
    counts: dict[str, int] = {}
    for change in done:
        counts[names[change.category_id]] = counts.get(names[change.category_id], 0) + 1
    return {"changed": len(done), "batch": batch.id if done else None, "per_class": counts}
