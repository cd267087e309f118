"""People who share the work on the demo: whose images are whose, second labels, what they disagree about, who did how much."""

from __future__ import annotations

import uuid
from dataclasses import replace

import numpy as np
import pytest

from errors import InputError
from labeling.neighbours import item_detail
from labeling.review import decisions, grid, machine_view, next_batch
from labeling.review.grid import TileQuery
from labeling.snapshot.snapshot import Snapshot
from labeling.snapshot.subject import Images
from labeling.team import adjudication, assigned_work, double_labels, page_changes, workload

NEXT = TileQuery(order="next", states=("none", "machine"), limit=20)
SETTLE = TileQuery(order="adjudication", limit=60)


def label(snapshot: Snapshot, actor: str, items: list[int], category: int | None, **more: object) -> None:
    """Decide about items; without a category that none fits."""
    kind = "none" if category is None else "label"
    wanted = [{"id": number, "version": None} for number in items]
    operation = {"id": str(uuid.uuid4()), "kind": kind, "items": wanted, "category": category, **more}
    answer = decisions.apply(snapshot, [operation], actor)["acks"][0]
    assert answer["status"] == "saved"


def undo(snapshot: Snapshot, actor: str) -> None:
    decisions.undo(snapshot, actor)


def classes(snapshot: Snapshot) -> list[int]:
    return [category.id for category in snapshot.categories.classes()]


def dealt(snapshot: Snapshot, actor: str, **query: object) -> next_batch.NextBatch:
    return next_batch.deal(snapshot, replace(NEXT, **query), actor, fresh=True)


# --- whose images are whose


def test_what_is_assigned_comes_to_its_person_and_to_nobody_else(demo_snapshot) -> None:
    nature, *_ = classes(demo_snapshot)
    assigned_work.assign(demo_snapshot, "Ann", "Olga", category_id=nature)
    ann, bob = dealt(demo_snapshot, "Ann"), dealt(demo_snapshot, "Bob")
    assert {tile["guess"] for tile in ann["tiles"]} == {nature}
    assert nature not in {tile["guess"] for tile in bob["tiles"]}
    assert ann["assigned"] == int((machine_view.view(demo_snapshot).best == nature).sum())
    assert bob["assigned"] is None


def test_who_is_done_with_their_own_gets_what_is_open_to_all(demo_snapshot) -> None:
    nature, game, _ = classes(demo_snapshot)
    assigned_work.assign(demo_snapshot, "Ann", "Olga", category_id=nature)
    board, best = demo_snapshot.labels.board(), machine_view.view(demo_snapshot).best
    label(demo_snapshot, "Ann", board.ids[best == nature].tolist(), nature)
    page = dealt(demo_snapshot, "Ann")
    assert page["assigned"] == 0
    assert page["tiles"]
    assert nature not in {tile["guess"] for tile in page["tiles"]}
    assigned_work.assign(demo_snapshot, "Bob", "Olga", category_id=game)
    assert game not in {tile["guess"] for tile in dealt(demo_snapshot, "Ann")["tiles"]}


def test_a_category_that_two_have_is_both_theirs_until_it_ends(demo_snapshot) -> None:
    nature, *_ = classes(demo_snapshot)
    for person in ("Ann", "Bob", "Ann"):  # twice is once
        assigned_work.assign(demo_snapshot, person, "Olga", category_id=nature)
    rows = assigned_work.listed(demo_snapshot, assigned_work.videos(demo_snapshot))
    assert [(row["person"], row["kind"], row["name"]) for row in rows] == [
        ("Ann", "category", "nature"),
        ("Bob", "category", "nature"),
    ]
    assert {tile["guess"] for tile in dealt(demo_snapshot, "Bob")["tiles"]} == {nature}
    for row in rows:
        assigned_work.end(demo_snapshot, row["id"])
    assert dealt(demo_snapshot, "Bob")["assigned"] is None


@pytest.mark.parametrize("wrong", [{}, {"category_id": 1, "video_id": 1}, {"category_id": 99_999}, {"video_id": 1}])
def test_what_cannot_be_assigned_is_refused(demo_snapshot, wrong: dict[str, int]) -> None:
    with pytest.raises(InputError):
        assigned_work.assign(demo_snapshot, "Ann", "Olga", **wrong)


# --- second labels


def test_a_larger_share_keeps_the_images_of_a_smaller_one() -> None:
    ids = np.arange(1, 20_001)
    few, many = double_labels.chosen(ids, 5), double_labels.chosen(ids, 20)
    assert abs(few.mean() - 0.05) < 0.01
    assert abs(many.mean() - 0.2) < 0.01
    assert not (few & ~many).any()
    assert not double_labels.chosen(ids, 0).any()


def test_somebody_else_labels_once_more_without_seeing_the_first_label(demo_snapshot) -> None:
    nature, game, _ = classes(demo_snapshot)
    double_labels.change(demo_snapshot.workspace, 50)
    board = demo_snapshot.labels.board()
    first = board.ids[double_labels.chosen(board.ids, 50)][:8].tolist()
    label(demo_snapshot, "Ann", first, game)
    blind = [tile for tile in dealt(demo_snapshot, "Bob")["tiles"] if tile.get("blind")]
    assert len(blind) == 5  # a quarter of the batch at most
    assert {tile["id"] for tile in blind} <= set(first)
    assert all((tile["state"], tile["actor"]) == ("machine", None) for tile in blind)
    assert not [tile for tile in dealt(demo_snapshot, "Ann")["tiles"] if tile.get("blind")]
    held = {tile["id"] for tile in next_batch.deal(demo_snapshot, NEXT, "Bob")["tiles"] if tile.get("blind")}
    assert held == {tile["id"] for tile in blind}  # a reload shows the same
    label(demo_snapshot, "Bob", [tile["id"] for tile in blind], nature)
    left = {tile["id"] for tile in dealt(demo_snapshot, "Carl")["tiles"] if tile.get("blind")}
    assert left == set(first) - held
    undo(demo_snapshot, "Bob")
    assert len(double_labels.waiting(Images(demo_snapshot), 0)) == len(first)


def test_without_a_share_nothing_is_labelled_twice(demo_snapshot) -> None:
    label(demo_snapshot, "Ann", demo_snapshot.labels.board().ids[:100].tolist(), classes(demo_snapshot)[0])
    assert not [tile for tile in dealt(demo_snapshot, "Bob")["tiles"] if tile.get("blind")]
    with pytest.raises(InputError):
        double_labels.change(demo_snapshot.workspace, 33)


# --- what people disagree about


def test_disagreements_wait_until_somebody_settles_them(demo_snapshot) -> None:
    nature, game, _ = classes(demo_snapshot)
    one, two, three, four = demo_snapshot.labels.board().ids[:4].tolist()
    label(demo_snapshot, "Ann", [one, two, three, four], nature)
    label(demo_snapshot, "Bob", [one], game)
    label(demo_snapshot, "Bob", [two], nature)
    label(demo_snapshot, "Bob", [three], None)
    page = grid.tiles(demo_snapshot, SETTLE)
    assert [tile["id"] for tile in page["tiles"]] == [three, one]  # the latest first
    apart = item_detail.item(demo_snapshot, three)["apart"]
    assert [(row["person"], row["category"]) for row in apart] == [("Ann", nature), ("Bob", None)]
    assert item_detail.item(demo_snapshot, two)["apart"] == []
    label(demo_snapshot, "Bob", [one], nature)  # they agree by themselves
    label(demo_snapshot, "Rita", [three], game, order="adjudication")
    assert grid.tiles(demo_snapshot, SETTLE)["total"] == 0
    undo(demo_snapshot, "Rita")
    assert [tile["id"] for tile in grid.tiles(demo_snapshot, SETTLE)["tiles"]] == [three]


def test_a_third_label_in_another_order_settles_nothing(demo_snapshot) -> None:
    nature, game, document = classes(demo_snapshot)
    one = int(demo_snapshot.labels.board().ids[0])
    for person, category in (("Ann", nature), ("Bob", game), ("Carl", document)):
        label(demo_snapshot, person, [one], category, order="suspicion")
    assert adjudication.waiting(Images(demo_snapshot)).tolist() == [one]
    assert len(adjudication.answers(Images(demo_snapshot), one)) == 3
    label(demo_snapshot, "Carl", [one], game, order="adjudication")  # one of them may settle it too
    assert len(adjudication.waiting(Images(demo_snapshot))) == 0
    assert adjudication.answers(Images(demo_snapshot), one) == []
    label(demo_snapshot, "Dora", [one], nature)  # and it is open again where somebody objects
    assert one in adjudication.waiting(Images(demo_snapshot))


# --- who did how much


def test_work_is_counted_by_last_words(demo_snapshot) -> None:
    nature, game, _ = classes(demo_snapshot)
    ids = demo_snapshot.labels.board().ids[:10].tolist()
    label(demo_snapshot, "Ann", ids, nature)
    label(demo_snapshot, "Bob", ids[:3], nature)
    label(demo_snapshot, "Bob", ids[3:5], game)
    label(demo_snapshot, "Bob", ids[5:6], None)
    ann, bob = workload.of(demo_snapshot)
    assert (ann.name, ann.labelled, ann.shared, ann.alike, ann.corrected, ann.recent) == ("Ann", 10, 6, 3, 3, 10)
    assert (bob.name, bob.labelled, bob.shared, bob.alike, bob.corrected) == ("Bob", 6, 6, 3, 0)
    assert {number: tally.labelled for number, tally in bob.classes.items()} == {nature: 3, game: 2, 0: 1}
    undo(demo_snapshot, "Bob")
    ann, bob = workload.of(demo_snapshot)
    assert (ann.corrected, bob.labelled, bob.recent, bob.classes.keys()) == (2, 5, 5, {nature, game})
    label(demo_snapshot, "Bob", ids[5:9], game)
    assert workload.of(demo_snapshot) == workload.of(Snapshot(demo_snapshot.workspace)), "as if counted anew"


def test_agreement_of_the_share_is_of_the_share_alone(demo_snapshot) -> None:
    nature, game, _ = classes(demo_snapshot)
    ids = demo_snapshot.labels.board().ids
    assert workload.labelled_twice(demo_snapshot) is None
    double_labels.change(demo_snapshot.workspace, 20)
    assert workload.labelled_twice(demo_snapshot) is None, "nothing has a second label yet"
    among = double_labels.chosen(ids, 20)
    inside, outside = ids[among].tolist(), ids[~among].tolist()
    label(demo_snapshot, "Ann", [*inside[:8], *outside[:8]], nature)
    label(demo_snapshot, "Bob", [*inside[:6], *outside[:1]], nature)
    label(demo_snapshot, "Bob", [*inside[6:8], *outside[1:8]], game)
    both = workload.labelled_twice(demo_snapshot)
    assert both is not None
    assert (both.items, both.share) == (8, 0.75)


# --- what others changed on an open page


def test_a_page_is_told_what_others_changed_since(demo_snapshot) -> None:
    nature, game, _ = classes(demo_snapshot)
    board = demo_snapshot.labels.board()
    ids, before = board.ids[:6].tolist(), board.last_event
    label(demo_snapshot, "Ann", ids[:2], nature)
    label(demo_snapshot, "Bob", ids[:3], game)
    label(demo_snapshot, "Bob", ids[:3], nature)
    label(demo_snapshot, "Carl", board.ids[10:12].tolist(), nature)
    assert page_changes.since(demo_snapshot, "Ann", before, ids) == [{"person": "Bob", "images": 3}]
    assert page_changes.since(demo_snapshot, "Dora", before, ids) == [
        {"person": "Bob", "images": 3},
        {"person": "Ann", "images": 2},
    ]
    now = demo_snapshot.labels.board().last_event
    assert page_changes.since(demo_snapshot, "Ann", now, ids) == []
