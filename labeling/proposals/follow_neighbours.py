"""A round in which the machine's labels follow their neighbours: one action in place of many clusters."""

from __future__ import annotations

import numpy as np
from typing_extensions import TypedDict

from labeling.cleaning.label_table import IMPORT
from labeling.snapshot.snapshot import Snapshot
from progress import Progress, silent
from store.database.connection import Connection
from store.ledger.events import Batch, Change
from store.project import heads
from store.team import actors, leases, machine_round, people
from store.team.machine_round import Tally


class Followed(TypedDict):
    """How many labels changed, by path of their new class too; `batch` takes them back, None where nothing changed."""

    changed: int
    batch: str | None
    per_class: dict[str, int]


def follow(snapshot: Snapshot, actor: str = people.MACHINE, progress: Progress = silent) -> Followed:
    """Give each machine label the class that its neighbours in the graph favour; people's and imported labels stay.

    A class that a person said no to is not given, and what is leased to somebody does not change under their eyes.

    Raises:
        CancelledError: as `machine_round.write`.
    """
    board = snapshot.labels.board()
    linear, _ = snapshot.classifiers.probabilities()
    suspicion = snapshot.labels.suspicion()
    favoured = np.array(linear.classes, np.int64)[suspicion.proposed]
    rows = np.flatnonzero(
        board.labelled & (board.source < IMPORT) & (favoured != board.category) & ~np.isnan(suspicion.score)
    )
    with snapshot.workspace.read() as connection:
        held = leases.taken(connection)
    changes = [
        Change(int(board.ids[row]), int(favoured[row]))
        for row in rows.tolist()
        if int(board.ids[row]) not in held and int(favoured[row]) not in board.rejected.get(row, frozenset())
    ]
    used = snapshot.classifiers.in_use()
    with snapshot.workspace.engine.begin() as connection:
        actor_id = actors.id_of(connection, actor)
    batch = Batch(
        actor_id, used.source, "propose", "followed the neighbours", prompt_version=used.prompt_version, head_id=used.head_id,
    )  # fmt: skip

    def finish(connection: Connection, done: Tally) -> None:
        if done.of("saved"):
            heads.add_round(
                connection, kind=batch.source, metrics={"labelled": done.of("saved")}, head_id=batch.head_id,
                prompt_version=batch.prompt_version, batch_id=batch.id,
            )  # fmt: skip

    done = machine_round.write(
        snapshot.workspace, batch, changes, len(changes), finish=finish, progress=progress
    )  # fmt: skip
    names = {category.id: category.path for category in snapshot.categories.tree}
    counts = {names[number]: count for number, count in done.given("saved").items()}
    return {"changed": done.of("saved"), "batch": batch.id if done.of("saved") else None, "per_class": counts}
