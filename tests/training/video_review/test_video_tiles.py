"""Tiles of whole videos: what stands, what the machine says now, orders and filters; one video closely."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import video_project
from video_project import COUNT, LABELLED, truth_of

from errors import InputError
from labeling.exchange import video_labels
from labeling.exchange.video_labels import RowLabel
from labeling.review import decisions, guidelines
from labeling.review.tile import VideoTile
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from store.project import taxonomy
from store.project.taxonomy import VIDEO
from training.video_review import video_board, video_detail, video_guidelines, video_meta, video_tiles
from training.video_review.video_query import VideoQuery
from training.videos.video_set import Modality


@pytest.fixture
def project(trained_videos: Path, tmp_path: Path) -> Iterator[Snapshot]:
    """A copy of the project with its head."""
    shutil.copytree(trained_videos, tmp_path / "ws")
    opened = workspace.open_workspace(tmp_path / "ws")
    yield Snapshot(opened)
    opened.engine.dispose()


def ids_of(project: Snapshot) -> dict[str, int]:
    """Categories by name."""
    with project.workspace.read() as connection:
        return {one.name: one.id for one in taxonomy.categories(connection, subject=VIDEO)}


def shown(project: Snapshot, **query: object) -> list[VideoTile]:
    return video_tiles.page(project, VideoQuery(limit=500, **query))["tiles"]  # type: ignore[arg-type]


def names(tiles: list[VideoTile], person: bool, value: str = "yes") -> dict[int, set[int]]:
    return {
        tile["id"]: {tag["id"] for tag in tile["tags"] if tag["person"] is person and tag["value"] == value}
        for tile in tiles
    }


def test_a_tile_shows_answers_of_people_and_else_what_the_machine_says(project: Snapshot) -> None:
    category = ids_of(project)
    tiles = {int(tile["id"]): tile for tile in shown(project)}
    assert len(tiles) == COUNT
    given = names(list(tiles.values()), person=True)
    first = min(tiles)
    for number in range(LABELLED):
        assert given[first + number] == {category[tag] for tag in truth_of(number)}
    proposed = names(list(tiles.values()), person=False)
    wanted = [(first + k, category[tag]) for k in range(LABELLED, COUNT) for tag in truth_of(k)]
    assert np.mean([number in proposed[video] for video, number in wanted]) > 0.8
    labelled = [k for k in range(LABELLED) if truth_of(k)]
    assert not any(proposed[first + k] for k in labelled)  # a list of labels is whole: nothing is left open
    assert {tiles[first + k]["state"] for k in labelled} == {"person"}


def test_filters_and_orders(project: Snapshot) -> None:
    category = ids_of(project)
    page = video_tiles.page(project, VideoQuery(tags=((category["heard"], "yes"),), limit=500))
    assert page["total"] == len([k for k in range(LABELLED) if "heard" in truth_of(k)])
    assert page["counts"][category["heard"]] == page["total"]
    waiting = shown(project, tags=((category["seen"], "proposed"),))
    assert waiting
    first = min(tile["id"] for tile in shown(project))
    assert {tile["id"] for tile in waiting}.isdisjoint(first + k for k in range(LABELLED) if truth_of(k))
    message = shown(project, named="told STORY")
    assert message
    assert all("told story" in tile["title"] for tile in message)
    assert shown(project, named="no such words") == []
    value = [tile["value"] for tile in shown(project, order="doubt") if tile["value"] is not None]
    assert value == sorted(value)
    value = [tile["value"] for tile in shown(project, order="suspicion") if tile["value"] is not None]
    assert value == sorted(value, reverse=True)
    assert len(value) == len([k for k in range(LABELLED) if truth_of(k)])
    titles = [tile["title"].casefold() for tile in shown(project, order="title") if tile["title"]]
    assert titles == sorted(titles)
    random = [tile["id"] for tile in shown(project, order="random")]
    assert random == [tile["id"] for tile in shown(project, order="random")]
    assert random != sorted(random)
    with pytest.raises(InputError, match="no order"):
        shown(project, order="margin")


def test_a_wrong_label_comes_first_by_suspicion(project: Snapshot) -> None:
    facet = video_board.facet_of(project, 0)
    assert facet is not None
    first = min(tile["id"] for tile in shown(project))
    board = video_board.read(project, facet)
    machine = board.machine
    assert machine is not None
    wrong, column = np.unravel_index(machine.probabilities[LABELLED:].argmin(), (COUNT - LABELLED, 3))
    wrong, category = int(wrong) + LABELLED, board.answers.classes[int(column)].id
    operation = {
        "id": "w1",
        "kind": "label",
        "items": [{"id": first + wrong, "version": 0}],
        "category": category,
    }
    [ack] = decisions.apply(project, [operation], "ann")["acks"]
    assert ack["status"] == "saved"
    assert shown(project, order="suspicion")[0]["id"] == first + wrong
    [item] = ack["items"]
    assert item["facet"] == facet.id  # type: ignore[typeddict-item]
    undone = decisions.undo(project, "ann")
    assert undone["reverted"] == 1
    assert shown(project, order="suspicion")[0]["id"] != first + wrong


def test_all_that_matches_can_be_selected_and_accepted(project: Snapshot) -> None:
    category = ids_of(project)
    query = VideoQuery(tags=((category["seen"], "proposed"),))
    matching = video_tiles.ids(project, query)
    items = [{"id": number, "version": version} for number, version in matching["items"]]
    assert matching["total"] == len(items) > 2
    operation = {"id": "b1", "kind": "label", "items": items, "category": category["seen"], "bulk": True}
    [ack] = decisions.apply(project, [operation], "ann")["acks"]
    assert ack["saved"] == len(items)
    assert video_tiles.ids(project, query)["total"] == 0


def test_an_exclusive_facet_has_one_answer_and_none_of_these(project: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "kinds.txt").write_text("sport\nsport/football\nnews\n")
    video_labels.add_classes(project.workspace, tmp_path / "kinds.txt", "kind", exclusive=True)
    with project.workspace.read() as connection:
        [kind] = [one for one in taxonomy.facets(connection, VIDEO) if one.name == "kind"]
    category = ids_of(project)
    video_labels.write(project.workspace, [RowLabel(2, "0.mp4", "sport/football")], facet="kind", actor="bob", note="x")
    tiles = shown(project, facet=kind.id)
    first = min(tile["id"] for tile in tiles)
    labelled = next(tile for tile in tiles if tile["id"] == first)
    assert (labelled["category"], labelled["source"], labelled["proposed"]) == (
        category["football"],
        "import",
        labelled["proposed"],
    )
    assert all(tile["guess"] in category.values() for tile in tiles)
    other = next(tile for tile in tiles if tile["id"] == first + 1)
    operation = {
        "id": "n1", "kind": "none", "items": [{"id": other["id"], "version": other["version"]}], "category": other["guess"],
    }  # fmt: skip
    [ack] = decisions.apply(project, [operation], "ann")["acks"]
    assert ack["items"][0]["state"] == "no_class"  # type: ignore[typeddict-item]
    assert [tile["id"] for tile in shown(project, facet=kind.id, states=("no_class",))] == [other["id"]]
    meta = video_meta.meta(project, kind.id, "ann")
    assert [(one["path"], one["key"], one["open"]) for one in meta["categories"]] == [
        ("sport", "1", False), ("sport/football", "2", False), ("news", "3", False),
    ]  # fmt: skip


def test_counts_say_what_is_missing(project: Snapshot) -> None:
    meta = video_meta.meta(project)
    silent = len([k for k in range(COUNT) if k % 11 == 0])
    untitled = len([k for k in range(COUNT) if k % 7 == 0])
    assert meta["counts"] == {
        "videos": COUNT, "untitled": untitled, "silent": silent, "without_sound": 0, "unreadable": 0, "not_computed": 0,
    }  # fmt: skip
    assert meta["model"] == "head 1"
    with pytest.raises(InputError, match="no facet 99"):
        video_meta.meta(project, 99)


def test_a_video_closely(project: Snapshot) -> None:
    tiles = shown(project, order="newest")
    first = min(tile["id"] for tile in tiles)
    number = next(k for k in range(LABELLED, COUNT) if truth_of(k) == ["seen"])
    detail = video_detail.detail(project, first + number)
    assert detail["file"] == "missing"
    assert detail["file_name"] == f"{number}.mp4"
    best = detail["tags"][0]
    assert (best["tag"], best["category"]) == ("seen", ids_of(project)["seen"])
    assert best["when"]
    assert len(detail["near"]) == 8
    assert first + number not in [near["id"] for near in detail["near"]]
    likeness = [near["similarity"] for near in detail["near"]]
    assert likeness == sorted(likeness, reverse=True)
    labelled = video_detail.detail(project, first + 2)
    assert {event["actor"] for event in labelled["history"]} == {"ann"}
    with pytest.raises(InputError, match="no whole video"):
        video_detail.detail(project, 10**6)


def test_the_history_of_a_video_tells_what_was_taken_back_too(project: Snapshot) -> None:
    number = min(tile["id"] for tile in shown(project, order="newest")) + COUNT - 1
    category = ids_of(project)["heard"]
    done = operate(project, "bea", number, category)
    decisions.undo(project, "bea", done)
    [undo, label] = video_detail.detail(project, number)["history"]
    assert (label["category"], label["value"], label["actor"], label["reverted"]) == (category, "yes", "bea", True)
    assert undo["undo"]
    assert not undo["reverted"]
    other = video_labels.add_named_classes(project.workspace, ["day", "night"], "when", exclusive=True)
    with project.workspace.read() as connection:
        when = next(one for one in taxonomy.facets(connection, VIDEO) if one.name == "when")
    assert other
    assert video_detail.detail(project, number, when.id)["history"] == [], "what was said in another facet is not shown"


def test_an_answer_speaks_of_the_facet_that_was_decided_in(project: Snapshot, tmp_path: Path) -> None:
    """A video with a class in each of two facets: neither the answer nor an undo may tell the other one's class."""
    video_labels.add_named_classes(project.workspace, ["report", "film"], "sort", exclusive=True)
    video_labels.add_named_classes(project.workspace, ["dawn", "dusk"], "hour", exclusive=True)
    with project.workspace.read() as connection:
        known = {one.name: one.id for one in taxonomy.categories(connection, subject=VIDEO)}
    number = shown(project, order="newest")[0]["id"]

    def decide(category: int) -> Any:
        operation = {
            "kind": "label",
            "category": category,
            "source": "human",
            "items": [{"id": number, "version": None}],
        }
        batch = str(uuid.uuid4())
        [ack] = decisions.apply(project, [{**operation, "id": batch, "batch": batch}], "ann")["acks"]
        return ack

    assert decide(known["film"])["items"][0]["category"] == known["film"]
    assert decide(known["dusk"])["items"][0]["category"] == known["dusk"]
    later = decide(known["dawn"])
    assert later["items"][0]["category"] == known["dawn"]
    [undone] = decisions.undo(project, "ann", later["batch"])["items"]
    assert undone["category"] in (known["dusk"], None)
    assert decide(known["report"])["items"][0]["category"] == known["report"]
    tagged = decide(known["heard"])
    taken = decisions.undo(project, "ann", tagged["batch"])
    [back] = taken["items"]
    assert back["category"] is None, "a tag was taken back: no class of another question is told"
    assert back["state"] == ("person" if any(tag["person"] for tag in back["tags"]) else "none")
    assert taken["undone"]["of_videos"]
    assert decide(known["seen"])["items"][0]["tags"]
    other = decide(known["heard"])
    [back] = decisions.undo(project, "ann", other["batch"])["items"]
    assert (back["category"], back["state"]) == (None, "person"), "another tag by a person still stands"


def test_guidelines_of_classes_of_videos_show_videos(project: Snapshot) -> None:
    category = ids_of(project)
    [one, two] = shown(project, order="newest")[:2]
    batch = guidelines.write(project, category["seen"], "  What the picture shows. ", "ann")
    assert guidelines.write(project, category["seen"], "What the picture shows.", "ann") is None
    guidelines.show(project, category["seen"], one["id"], "example", "ann")
    guidelines.show(project, category["seen"], two["id"], "counter", "ann")
    listed = {row["category"]: row for row in video_guidelines.listed(project, 0)["guidelines"]}
    assert set(listed) == set(category.values())
    assert listed[category["seen"]]["text"] == "What the picture shows."
    [shown_one] = listed[category["seen"]]["examples"]
    assert (shown_one["id"], shown_one["name"]) == (one["id"], one["name"])
    assert [tile["id"] for tile in listed[category["seen"]]["counters"]] == [two["id"]]
    assert not {row["category"] for row in guidelines.listed(project)["guidelines"]} & set(category.values())
    with project.workspace.read() as connection:
        of_images = taxonomy.categories(connection)[0].id
    with pytest.raises(InputError, match="shown by videos"):
        guidelines.show(project, of_images, one["id"], "example", "ann")
    decisions.undo(project, "ann", batch)
    assert {row["category"]: row["text"] for row in video_guidelines.listed(project, 0)["guidelines"]}[
        category["seen"]
    ] == ""


def operate(project: Snapshot, actor: str, video: int, category: int) -> str:
    """The batch of one label."""
    op = {"id": f"{actor}-{video}-{category}", "kind": "label", "category": category, "items": [{"id": video}]}
    [ack] = decisions.apply(project, [op], actor)["acks"]
    assert ack["batch"] is not None
    return ack["batch"]


def test_without_a_facet_nothing_is_asked(tmp_path: Path) -> None:
    path = video_project.build(tmp_path, classes=False)
    opened = workspace.open_workspace(path)
    snapshot = Snapshot(opened)
    meta = video_meta.meta(snapshot)
    assert (meta["facet"], meta["categories"], meta["counts"]["videos"]) == (None, [], COUNT)
    assert video_tiles.page(snapshot, VideoQuery())["videos"] == COUNT
    assert video_tiles.ids(snapshot, VideoQuery()) == {"total": 0, "items": []}
    with pytest.raises(InputError, match="No facet of videos"):
        video_detail.detail(snapshot, 1)
    opened.engine.dispose()


def test_several_tags_of_one_video_are_one_batch_and_undo_needs_no_categories_of_images(tmp_path: Path) -> None:
    path = video_project.build(tmp_path / "alone", of_pictures=False)
    opened = workspace.open_workspace(path)
    alone = Snapshot(opened)
    tile = shown(alone, order="newest")[0]
    category = ids_of(alone)
    ops = [
        {
            "id": f"s{k}",
            "batch": "one",
            "kind": "label",
            "items": [{"id": tile["id"], "version": 0}],
            "category": number,
        }
        for k, number in enumerate(category.values())
    ]
    acks = decisions.apply(alone, ops, "ann")["acks"]
    assert [ack["status"] for ack in acks] == ["saved"] * 3
    assert len({ack["batch"] for ack in acks}) == 1
    stale = {"id": "t", "kind": "clear", "items": [{"id": tile["id"], "version": 0}], "category": category["seen"]}
    [ack] = decisions.apply(alone, [stale], "bob")["acks"]
    assert ack["status"] == "conflict"
    decisions.undo(alone, "ann")
    assert names(shown(alone, order="newest")[:1], person=True) == {tile["id"]: set()}
    opened.engine.dispose()


def test_means_are_computed_once_and_anew_with_another_video(
    project: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = []
    means = Modality.means
    monkeypatch.setattr(Modality, "means", lambda self: computed.append(1) or means(self))
    board = video_board.read(project, video_board.facet_of(project, 0) or pytest.fail("no facet"))
    computed.clear()
    first, present = video_board.unit_means(project, board.answers)
    assert video_board.unit_means(project, board.answers)[0] is first
    assert len(computed) == 1
    np.testing.assert_allclose(np.linalg.norm(first[present], axis=1), 1, atol=1e-5)
    fewer = replace(board.answers, rows=board.answers.rows[1:])
    np.testing.assert_allclose(video_board.unit_means(project, fewer)[0], first[1:])
