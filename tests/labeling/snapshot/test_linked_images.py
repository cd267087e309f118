"""Where there are too many images, a working set is linked, ranked and mapped; everything else works on all of them."""

from __future__ import annotations

import numpy as np
import pytest

from errors import InputError
from labeling.neighbours import item_detail, map, near_duplicates, suspect_clusters, working_choice
from labeling.proposals import follow_neighbours
from labeling.review import grid
from labeling.review.grid import TileQuery
from labeling.snapshot import linked_images
from labeling.snapshot.snapshot import Snapshot


@pytest.fixture
def large(demo_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    """The demo, as if 200 images were too many and 80 could be linked."""
    monkeypatch.setattr(linked_images, "FROM", 200)
    monkeypatch.setattr(linked_images, "MOST", 80)
    return demo_snapshot


def ids(snapshot: Snapshot) -> set[int]:
    rows = snapshot.working.rows()
    assert rows is not None
    return set(snapshot.ids[rows].tolist())


def test_up_to_so_many_images_all_are_worked_on(demo_snapshot: Snapshot) -> None:
    assert demo_snapshot.working.rows() is None
    assert working_choice.view(demo_snapshot) is None
    assert working_choice.choose(demo_snapshot, "sample") is None


def test_a_sample_holds_what_people_labelled_and_stays_the_same(large: Snapshot) -> None:
    board, chosen = large.labels.board(), ids(large)
    people = set(board.ids[board.person].tolist())
    assert len(chosen) == 80
    assert len(chosen & people) >= min(len(people), 40)
    assert ids(Snapshot(large.workspace)) == chosen
    (large.workspace.folder("index") / "working-set.npz").unlink()
    assert ids(Snapshot(large.workspace)) == chosen
    assert working_choice.view(large) == {"kind": "sample", "of": "", "draw": 0, "images": 80, "of_all": len(board)}


def test_suspicion_clusters_duplicates_and_the_map_are_of_it(large: Snapshot) -> None:
    rows, chosen = large.working.rows(), ids(large)
    suspicion, board = large.labels.suspicion(), large.labels.board()
    ranked = np.flatnonzero(~np.isnan(suspicion.score))
    assert set(ranked) == set(rows[board.labelled[rows]])
    plain = large.classifiers.top_two()[0]
    outside = np.setdiff1d(np.arange(len(board)), rows)
    np.testing.assert_array_equal(suspicion.proposed[outside], plain[outside])
    clusters = suspect_clusters.clusters(large)["clusters"]
    assert {item for cluster in clusters for item, _ in cluster["items"]} <= chosen
    assert {int(large.ids[row]) for group in near_duplicates.groups(large) for row in group} <= chosen
    points = map.points(large, "pca")
    assert (set(points["ids"]), len(points["names"])) == (chosen, 80)
    first = grid.tiles(large, TileQuery(order="suspicion"))["tiles"][0]
    assert first["id"] in chosen
    assert item_detail.item(large, first["id"])["why"].startswith("Suspicion") or first["value"] < 0.5
    assert item_detail.item(large, int(board.ids[outside[0]]))["why"] == ""


def test_the_rest_of_the_grid_is_of_all(large: Snapshot) -> None:
    assert grid.tiles(large, TileQuery(order="margin"))["total"] == len(large.ids)


def test_outside_the_machine_alone_doubts_a_label(large: Snapshot) -> None:
    linear, probabilities = large.classifiers.probabilities()
    outside = np.setdiff1d(np.arange(len(large.ids)), large.working.rows())[:5]
    classes = np.full(5, linear.classes[1], np.int64)
    np.testing.assert_allclose(large.labels.doubt(outside, classes), 1 - probabilities[outside, 1], atol=1e-6)


def test_machine_labels_follow_their_neighbours_inside_alone(large: Snapshot) -> None:
    before, rows = large.labels.board().category.copy(), large.working.rows()
    assert follow_neighbours.follow(large)["changed"] > 0
    assert set(np.flatnonzero(large.labels.board().category != before)) <= set(rows)


def test_another_sample_a_class_and_words(large: Snapshot) -> None:
    first = ids(large)
    drawn = working_choice.choose(large, "sample")
    assert (drawn["draw"], ids(large) != first) == (1, True)
    large.labels.suspicion()
    nature = next(category for category in large.categories.nodes() if category.name == "nature")
    chosen = working_choice.choose(large, "class", category=nature.id)
    assert (chosen["kind"], chosen["of"]) == ("class", "nature")
    seen = grid.select(large, TileQuery())[0]
    assert set(seen.standing[large.working.rows()]) == {nature.id}
    other = Snapshot(large.workspace)
    assert (ids(other), other.working.choice()["of"]) == (ids(large), "nature")
    assert working_choice.choose(large, "words", text="  a page of text ")["of"] == "a page of text"
    assert len(ids(large)) == 80
    assert not np.isnan(large.labels.suspicion().score[large.working.rows()]).all()


@pytest.mark.parametrize(("kind", "more"), [("class", {"category": 10**6}), ("class", {}), ("words", {}), ("all", {})])
def test_what_cannot_be_chosen_changes_nothing(large: Snapshot, kind: str, more: dict[str, int]) -> None:
    before = ids(large)
    with pytest.raises(InputError):
        working_choice.choose(large, kind, **more)
    assert ids(large) == before
