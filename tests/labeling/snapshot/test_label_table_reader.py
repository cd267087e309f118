"""The board is read in pieces, while others decide."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from labeling.snapshot.snapshot import Snapshot
from store.ledger import board_columns, label_rows, labels, undo
from store.ledger.events import Batch, Change
from store.team import actors

SPAN = 20


def same(one: Any, other: Any) -> bool:
    pairs = [(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)]
    return all(
        np.array_equal(a, b, equal_nan=a.dtype.kind == "f") if isinstance(a, np.ndarray) else a == b for a, b in pairs
    )


def test_pieces_are_the_whole(demo_snapshot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = demo_snapshot.labels.board()
    monkeypatch.setattr(label_rows, "SPAN", SPAN)
    spans = list(label_rows.spans(whole.ids))
    assert len(spans) == -(-len(whole) // SPAN) > 2
    assert same(Snapshot(demo_snapshot.workspace).labels.board(), whole)


def test_decisions_made_while_it_is_read_are_on_it(demo_snapshot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, ids = demo_snapshot.workspace, demo_snapshot.ids.tolist()
    a, b = (category.id for category in demo_snapshot.categories.classes()[:2])
    read, done = board_columns.items, []

    def decide(item: int, category: int) -> str:
        with workspace.engine.begin() as connection:
            batch = Batch(actors.id_of(connection, "ann"), "human")
            labels.write(connection, batch, [Change(item, category)])
        return batch.id

    early = decide(ids[1], a)

    def items(connection: Any, *wanted: Any) -> Any:
        result = read(connection, *wanted)
        connection.rollback()  # what is read here is over: others may write
        if not done:
            done.append(decide(ids[0], b))  # on a piece that was read, and on the last one
            done.append(decide(ids[-1], b))
            with workspace.engine.begin() as other:
                undo.reverse_batch(other, early, actors.id_of(other, "ann"))
        return result

    monkeypatch.setattr(label_rows, "SPAN", SPAN)
    monkeypatch.setattr(board_columns, "items", items)
    seen = Snapshot(workspace).labels.board()
    monkeypatch.undo()
    assert len(done) == 2
    assert (seen.category[0], seen.category[-1], bool(seen.person[1])) == (b, b, False)
    assert same(seen, Snapshot(workspace).labels.board())
