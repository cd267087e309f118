"""Example work in the demo: true labels, a head, a segmented video, and a start without them."""

from __future__ import annotations

import pytest

from labeling.review import decisions
from labeling.snapshot.snapshot import Snapshot
from maintenance import demo, example_work
from store.items import file_names
from store.project import heads
from store.team import actors
from store.workspace import Workspace
from video.runs import run_list

COUNT = sum(many for _, many in example_work.SHOWN)


@pytest.fixture
def worked(demo_snapshot: Snapshot) -> Workspace:
    opened = demo_snapshot.workspace
    assert example_work.add(opened) == COUNT
    return opened


def test_everything_is_there_and_a_fresh_start_takes_it_away(worked: Workspace, truth: dict[str, str]) -> None:
    snapshot = Snapshot(worked)
    board = snapshot.labels.board()
    rows = board.person.nonzero()[0]
    assert len(rows) == COUNT
    with worked.read() as connection:
        files = file_names.handles(connection, board.ids[rows].tolist())
        facets = [head.facet_id for head in heads.every(connection)]
    assert len(facets) == len(set(facets)) == 3, "one for the images, and one for each question of the videos"
    names = {category.id: category.name for category in snapshot.categories.classes()}
    assert [names[int(board.category[row])] for row in rows] == [truth[files[int(board.ids[row])]] for row in rows]
    (run,) = run_list.every(worked)
    assert run["state"] == "done"
    assert example_work.stands(worked)
    assert example_work.alone(worked)

    decisions.apply(
        snapshot, [{"id": "one", "kind": "unsure", "items": [{"id": int(board.ids[rows[0]]), "version": None}]}], "ann"
    )
    assert example_work.stands(worked)
    assert not example_work.alone(worked), "somebody else has worked here"

    demo.reset(worked, keep=False)
    assert not example_work.stands(worked)
    assert not Snapshot(worked).labels.board().person.any()
    assert run_list.every(worked) == []


def test_a_demo_without_it_says_so(demo_snapshot: Snapshot) -> None:
    assert not example_work.stands(demo_snapshot.workspace)
    assert not example_work.alone(demo_snapshot.workspace)
    with demo_snapshot.workspace.engine.begin() as connection:
        actors.id_of(connection, "ann")
    assert not example_work.alone(demo_snapshot.workspace)
