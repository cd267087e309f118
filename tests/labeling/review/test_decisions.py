"""Operations from the grid on the demo workspace: acknowledgement, resends, conflicts, undo, rounds."""

from __future__ import annotations

import uuid

import numpy as np
import pytest

from errors import InputError
from labeling import overview
from labeling.neighbours import item_detail, map, near_duplicates, nearest, suspect_clusters
from labeling.proposals import pseudo_labels
from labeling.review import decisions, grid
from labeling.review.grid import TileQuery


def operation(kind: str, items, category=None, **more):
    return {
        "id": str(uuid.uuid4()),
        "kind": kind,
        "items": [{"id": i, "version": v} for i, v in items],
        "category": category,
        **more,
    }


def send(snapshot, wish, actor="Ann"):
    return decisions.apply(snapshot, [wish], actor)["acks"][0]


def page(snapshot, **query):
    return grid.tiles(snapshot, TileQuery(**query))["tiles"]


def test_a_page_is_sorted_and_filtered(demo_snapshot) -> None:
    margins = [tile["value"] for tile in page(demo_snapshot, order="margin")]
    assert margins == sorted(margins)
    assert len(margins) == 60
    nature = demo_snapshot.categories.classes()[0].id
    assert {tile["category"] for tile in page(demo_snapshot, classes=(nature,), limit=300)} == {nature}
    suspicion = [tile["value"] for tile in page(demo_snapshot, order="suspicion")]
    assert suspicion == sorted(suspicion, reverse=True)
    first, second = page(demo_snapshot, limit=5), page(demo_snapshot, limit=5, offset=5)
    assert not {t["id"] for t in first} & {t["id"] for t in second}
    assert (
        len(grid.ids(demo_snapshot, TileQuery(classes=(nature,)))["items"])
        == grid.tiles(demo_snapshot, TileQuery(classes=(nature,)))["total"]
    )
    with pytest.raises(InputError, match="no order"):
        page(demo_snapshot, order="loudness")


def test_a_label_is_acknowledged_and_seen(demo_snapshot) -> None:
    tile, (_, game, _) = page(demo_snapshot)[0], [c.id for c in demo_snapshot.categories.classes()]
    ack = send(demo_snapshot, operation("label", [(tile["id"], tile["version"])], game))
    assert ack["status"] == "saved"
    assert ack["items"][0] == {
        "id": tile["id"], "status": "saved", "version": tile["version"] + 1, "category": game, "source": "human", "actor": "Ann", "state": "person",
        "tags": [],
    }  # fmt: skip
    seen = page(demo_snapshot, order="given", ids=(tile["id"],))[0]
    assert (seen["category"], seen["state"], seen["version"]) == (game, "person", tile["version"] + 1)
    assert item_detail.item(demo_snapshot, tile["id"])["history"][0]["actor"] == "Ann"


def test_a_resend_gets_its_first_answer(demo_snapshot) -> None:
    tile = page(demo_snapshot)[0]
    wish = operation("label", [(tile["id"], tile["version"])], demo_snapshot.categories.classes()[0].id)
    first = send(demo_snapshot, wish)
    assert send(demo_snapshot, wish) == first
    assert len(item_detail.item(demo_snapshot, tile["id"])["history"]) == 2


def test_operations_of_one_batch_are_undone_as_one(demo_snapshot) -> None:
    shown, (one, two, _) = page(demo_snapshot)[:5], [c.id for c in demo_snapshot.categories.classes()]
    before = {tile["id"]: (tile["category"], tile["source"]) for tile in shown}
    pairs = [(tile["id"], tile["version"]) for tile in shown]
    shared = str(uuid.uuid4())
    wish = [
        operation("label", pairs[:2], one, batch=shared),
        operation("label", pairs[2:3], two, batch=shared),
        operation("reject", pairs[3:4], shown[3]["category"], batch=shared),
        operation("label", pairs[4:], one),
    ]
    acks = decisions.apply(demo_snapshot, wish, "Ann")["acks"]
    assert [ack["id"] for ack in acks] == [entry["id"] for entry in wish]
    assert [ack["saved"] for ack in acks] == [2, 1, 1, 1]
    assert len({ack["batch"] for ack in acks[:3]}) == 1
    assert acks[3]["batch"] != acks[0]["batch"]
    assert decisions.apply(demo_snapshot, [*wish, wish[0]], "Ann")["acks"] == [*acks, acks[0]]
    undone = decisions.undo(demo_snapshot, "Ann", acks[0]["batch"])
    assert undone["reverted"] == 4
    now = {
        tile["id"]: (tile["category"], tile["source"]) for tile in page(demo_snapshot, ids=tuple(before), order="given")
    }
    assert {number: now[number] for number, _ in pairs[:4]} == {number: before[number] for number, _ in pairs[:4]}
    assert now[pairs[4][0]] == (one, "human")


def test_one_refused_operation_refuses_its_batch(demo_snapshot) -> None:
    tile, other = page(demo_snapshot)[:2]
    shared = str(uuid.uuid4())
    good = operation("label", [(tile["id"], tile["version"])], demo_snapshot.categories.classes()[0].id, batch=shared)
    bad = operation("label", [(other["id"], other["version"])], 999_999, batch=shared)
    acks = decisions.apply(demo_snapshot, [good, bad], "Ann")["acks"]
    assert [ack["status"] for ack in acks] == ["refused", "refused"]
    assert page(demo_snapshot, ids=(tile["id"],), order="given")[0]["version"] == tile["version"]


def test_the_second_writer_sees_who_wrote_what(demo_snapshot) -> None:
    tile, (nature, game, _) = page(demo_snapshot)[0], [c.id for c in demo_snapshot.categories.classes()]
    send(demo_snapshot, operation("label", [(tile["id"], tile["version"])], nature), "Ann")
    late = send(demo_snapshot, operation("label", [(tile["id"], tile["version"])], game), "Bob")
    assert late["status"] == "conflict"
    assert (late["items"][0]["actor"], late["items"][0]["category"]) == ("Ann", nature)
    mine = send(demo_snapshot, operation("label", [(tile["id"], late["items"][0]["version"])], game), "Bob")
    assert mine["status"] == "saved"


def test_not_this_proposes_the_next(demo_snapshot) -> None:
    tile = page(demo_snapshot)[0]
    ack = send(demo_snapshot, operation("reject", [(tile["id"], tile["version"])]))
    assert ack["items"][0]["state"] == "none"
    seen = page(demo_snapshot, order="given", ids=(tile["id"],))[0]
    assert seen["proposed"] not in (None, tile["category"])
    pseudo_labels.pseudo_label(demo_snapshot, "zero-shot")
    again = page(demo_snapshot, order="given", ids=(tile["id"],))[0]
    assert again["category"] == seen["proposed"], "what a person said no to is not proposed again"


def test_unsure_waits_for_a_second_look(demo_snapshot) -> None:
    tile = page(demo_snapshot)[0]
    send(demo_snapshot, operation("unsure", [(tile["id"], tile["version"])], reason="blurred"))
    queue = page(demo_snapshot, states=("unsure",))
    assert [t["id"] for t in queue] == [tile["id"]]
    assert item_detail.item(demo_snapshot, tile["id"])["history"][0]["reason"] == "blurred"


def test_through_neighbours_never_overwrites_a_person(demo_snapshot) -> None:
    tiles, (nature, game, _) = page(demo_snapshot)[:4], [c.id for c in demo_snapshot.categories.classes()]
    send(demo_snapshot, operation("label", [(tiles[0]["id"], tiles[0]["version"])], nature), "Ann")
    ack = send(demo_snapshot, operation("label", [(t["id"], None) for t in tiles], game, source="neighbour"), "Bob")
    assert [item["status"] for item in ack["items"]] == ["skipped", "saved", "saved", "saved"]
    assert ack["skipped"] == 1


def test_undo_of_the_last_batch(demo_snapshot) -> None:
    before = page(demo_snapshot)[:3]
    send(
        demo_snapshot,
        operation("label", [(t["id"], t["version"]) for t in before], demo_snapshot.categories.classes()[2].id),
    )
    done = decisions.undo(demo_snapshot, "Ann")
    assert done["reverted"] == 3
    after = {t["id"]: t for t in page(demo_snapshot, order="given", ids=tuple(t["id"] for t in before))}
    assert all(after[t["id"]]["category"] == t["category"] and after[t["id"]]["source"] == "zero_shot" for t in before)
    with pytest.raises(InputError, match="nothing to undo"):
        decisions.undo(demo_snapshot, "Ann")


def test_a_bad_operation_is_refused_and_the_rest_goes_on(demo_snapshot) -> None:
    tile = page(demo_snapshot)[0]
    good = operation("label", [(tile["id"], tile["version"])], demo_snapshot.categories.classes()[0].id)
    acks = decisions.apply(demo_snapshot, [operation("label", [(tile["id"], None)], 9999), good], "Ann")["acks"]
    assert [ack["status"] for ack in acks] == ["refused", "saved"]
    with pytest.raises(InputError, match="cannot be read"):
        decisions.apply(demo_snapshot, [{"kind": "label"}], "Ann")


def test_a_decision_about_an_item_that_is_gone_is_refused_and_the_rest_goes_on(demo_snapshot) -> None:
    one, two, three = page(demo_snapshot)[:3]
    nature, game, _ = (c.id for c in demo_snapshot.categories.classes())
    shared = str(uuid.uuid4())
    wish = [
        operation("label", [(999_999, 0)], nature),
        operation("label", [(one["id"], one["version"])], game, batch=shared),
        operation("label", [(888_888, None)], game, batch=shared),
        operation("label", [(two["id"], two["version"]), (777_777, None)], game),
        operation("reject", [(2**63 - 1, None)]),
        operation("practice", [(999_999, None)], nature),
        operation("label", [(three["id"], three["version"])], nature),
    ]
    acks = decisions.apply(demo_snapshot, wish, "Ann")["acks"]
    assert [ack["id"] for ack in acks] == [op["id"] for op in wish]
    wanted = ["refused", "saved", "refused", "saved", "refused", "refused", "saved"]
    assert [ack["status"] for ack in acks] == wanted
    assert "no longer in the workspace" in acks[0]["message"]
    assert (acks[3]["gone"], acks[3]["saved"]) == ([777_777], 1)
    assert "1 image is no longer" in acks[3]["message"]
    shown = page(demo_snapshot, ids=(one["id"], two["id"], three["id"]), order="given")
    assert [tile["category"] for tile in shown] == [game, game, nature]
    again = decisions.apply(demo_snapshot, wish, "Ann")["acks"]
    assert again == acks, "a resend gets the same answers"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"items": [{"id": 2**70, "version": 0}]}, "items.0.id"),
        ({"items": [{"id": "²", "version": 0}]}, "items.0.id"),
        ({"items": [{"id": 1.5, "version": 0}]}, "items.0.id"),
        ({"items": [{"id": True, "version": 0}]}, "items.0.id"),
        ({"items": [{"id": 1, "version": float("nan")}]}, "items.0.version"),
        ({"items": {"id": 1}}, "items"),
        ({"items": []}, "items"),
        ({"items": [[[[]]]]}, "items.0"),
        ({"items": None}, "items"),
        ({"category": -1}, "category"),
        ({"category": "1"}, "category"),
        ({"kind": "shout"}, "kind"),
        ({"kind": []}, "kind"),
        ({"id": ""}, "id"),
        ({"id": "x" * 37}, "id"),
        ({"id": "\ud800"}, "id"),
        ({"batch": "\ud800"}, "batch"),
        ({"reason": "half \ud83d"}, "reason"),
        ({"reason": "a\0b"}, "reason"),
        ({"note": {"a": "b"}}, "note"),
        ({"source": "machine"}, "source"),
        ({"bulk": "yes"}, "bulk"),
    ],
)
def test_an_operation_that_cannot_be_read_is_refused_by_itself(demo_snapshot, change, field) -> None:
    tile, nature = page(demo_snapshot)[0], demo_snapshot.categories.classes()[0].id
    good = operation("label", [(tile["id"], tile["version"])], nature)
    acks = decisions.apply(demo_snapshot, [operation("label", [(tile["id"], None)], nature) | change, good], "Ann")[
        "acks"
    ]
    assert [ack["status"] for ack in acks] == ["refused", "saved"]
    assert acks[0]["message"].startswith(f"ops.0.{field} ")
    with pytest.raises(InputError, match="cannot be read"):
        decisions.apply(demo_snapshot, [good | change], "Ann")


def test_one_decision_at_some_distance_does_not_outvote_the_neighbours(demo_snapshot) -> None:
    shown = sorted(page(demo_snapshot, order="suspicion"), key=lambda t: t["suspicion"])
    first = shown[0]
    assert first["proposed"] is None, "its neighbours agree with its label"
    near = nearest.neighbours(demo_snapshot, item_id=first["id"], limit=20)
    assert near["suggest"] == first["category"]
    other = next(c.id for c in demo_snapshot.categories.classes() if c.id != first["category"])
    far = near["tiles"][-1]
    decisions.apply(demo_snapshot, [operation("label", [(far["id"], far["version"])], other)], "Ann")
    assert nearest.neighbours(demo_snapshot, item_id=first["id"], limit=20)["suggest"] == first["category"]
    close = [(t["id"], t["version"]) for t in near["tiles"][:10]]
    decisions.apply(demo_snapshot, [operation("label", close, other)], "Ann")
    assert nearest.neighbours(demo_snapshot, item_id=first["id"], limit=20)["suggest"] == other


def test_neighbours_of_an_item_and_of_words(demo_snapshot) -> None:
    tile = page(demo_snapshot)[0]
    near = nearest.neighbours(demo_snapshot, item_id=tile["id"], limit=8)["tiles"]
    assert len(near) == 8
    assert tile["id"] not in {t["id"] for t in near}
    assert [t["similarity"] for t in near] == sorted((t["similarity"] for t in near), reverse=True)
    words = nearest.neighbours(demo_snapshot, text="a page of text", limit=20)
    assert words["suggest"] == demo_snapshot.categories.classes()[2].id
    with pytest.raises(InputError):
        nearest.neighbours(demo_snapshot, text="  ")


def test_clusters_map_duplicates_and_summary_agree_with_the_board(demo_snapshot) -> None:
    for cluster in suspect_clusters.clusters(demo_snapshot)["clusters"]:
        assert cluster["category"] != cluster["proposed"]
        assert len(cluster["items"]) == len(cluster["similarities"]) >= 2
        rows = np.searchsorted(demo_snapshot.ids, [number for number, _ in cluster["items"]])
        vectors = demo_snapshot.vectors[rows].astype(np.float32)
        assert cluster["similarities"] == pytest.approx((vectors @ vectors[0]).tolist(), abs=1e-3)
    points = map.points(demo_snapshot)
    assert len(points["ids"]) == len(points["x"]) == 300
    assert {len(group["items"]) for group in near_duplicates.duplicates(demo_snapshot)["groups"]} <= set(range(2, 301))
    result = overview.summary(demo_snapshot)
    assert result["items"] == 300
    assert sum(count["machine"] for count in result["counts"]) == 300
    assert result["next"]["kind"] in ("cluster", "review", "train")
    listed = overview.data(demo_snapshot.workspace)
    assert listed["items"]["images"] == 300
    assert listed["encoder"]["demonstration"] is True
