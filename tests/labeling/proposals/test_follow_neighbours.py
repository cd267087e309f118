"""Machine labels follow their neighbours: more of them are right, people's and leased ones stay, one undo takes it back."""

from __future__ import annotations

import uuid
from pathlib import Path

import numpy as np
from sqlalchemy import select

from labeling.proposals import follow_neighbours
from labeling.review import decisions, next_batch
from labeling.review.grid import TileQuery
from store.database import schema


def right(snapshot, truth) -> int:
    board, ids = snapshot.labels.board(), {c.id: c.name for c in snapshot.categories.classes()}
    return sum(ids[int(c)] == truth[Path(name).name] for c, name in zip(board.category, board.names, strict=True))


def state(snapshot) -> list[str]:
    with snapshot.workspace.read() as connection:
        return sorted(repr(row) for row in connection.execute(select(schema.label_state)))


def test_labels_that_follow_are_no_worse_and_come_back_exactly(demo_snapshot, truth) -> None:
    before, standing = right(demo_snapshot, truth), state(demo_snapshot)
    done = follow_neighbours.follow(demo_snapshot)
    assert done["changed"] == sum(done["per_class"].values()) > 0
    assert right(demo_snapshot, truth) >= before
    result, linear = demo_snapshot.labels.suspicion(), demo_snapshot.classifiers.probabilities()[0]
    assert (demo_snapshot.labels.board().category == np.array(linear.classes)[result.proposed]).all()
    assert follow_neighbours.follow(demo_snapshot) == {"changed": 0, "batch": None, "per_class": {}}
    decisions.undo(demo_snapshot, "Ann", done["batch"])
    assert state(demo_snapshot) == standing


def test_people_s_labels_their_no_and_what_is_leased_stay(demo_snapshot) -> None:
    board, result = demo_snapshot.labels.board(), demo_snapshot.labels.suspicion()
    linear = demo_snapshot.classifiers.probabilities()[0]
    favoured = np.array(linear.classes)[result.proposed]
    one, two, three = np.flatnonzero(favoured != board.category)[:3].tolist()
    for row, kind, category in ((one, "label", int(board.category[one])), (two, "reject", int(favoured[two]))):
        item = {"id": int(board.ids[row]), "version": int(board.version[row])}
        wish = {"id": str(uuid.uuid4()), "kind": kind, "category": category, "items": [item]}
        decisions.apply(demo_snapshot, [wish], "Ann")
    leased = (int(board.ids[three]),)
    next_batch.deal(demo_snapshot, TileQuery(order="next", ids=leased), "Bob")
    kept = {row: int(board.category[row]) for row in (one, two, three)}
    follow_neighbours.follow(demo_snapshot)
    now = demo_snapshot.labels.board()
    assert int(now.category[one]) == kept[one]
    assert now.person[one]
    assert int(now.category[two]) != int(favoured[two])
    assert int(now.category[three]) == kept[three]
