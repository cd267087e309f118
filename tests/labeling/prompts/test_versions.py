"""Versions compared, options measured, a prompt looked at, the lane, the levels of a tree."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
import yaml

from errors import InputError
from labeling import workspace_meta
from labeling.categories import split, taxonomy_file
from labeling.exchange import label_import
from labeling.prompts import close_up, none_of_these, options, prompt_file, publishing, versions
from labeling.proposals import pseudo_labels
from labeling.review import grid
from labeling.search import held_back
from labeling.snapshot.snapshot import Snapshot
from store.ledger import labels
from store.ledger.events import NO_CLASS, Batch, Change
from store.project import prompts
from store.project.prompt_set import Prompt, read_options
from store.team import actors
from training.heads import tree_levels


@pytest.fixture
def labelled(demo_snapshot, tmp_path, truth):
    """A hundred labels of a person."""
    with (tmp_path / "human.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("file", "class"), *list(truth.items())[:100]])
    label_import.label_csv(demo_snapshot.workspace, tmp_path / "human.csv", actor="Ann")
    return demo_snapshot


def publish(snapshot, opened, note=""):
    with snapshot.workspace.engine.begin() as connection:
        return prompts.publish(connection, opened, note=note, actor_id=actors.id_of(connection, "Ann"))


def test_two_versions_differ_in_text_and_effect(labelled) -> None:
    nature = labelled.categories.classes()[0].id
    number, old = labelled.prompts.version()
    bad = replace(
        old,
        categories={**old.categories, nature: (Prompt("a pixel art platform game"),)},
        templates=("{name}",),
    )
    publish(labelled, bad)
    result = versions.compare(labelled, number, number + 1)
    row = next(r for r in result["text"] if r["category"] == nature)
    assert row["added"] == ["a pixel art platform game"]
    assert len(row["removed"]) == len(old.categories[nature])
    assert result["templates"]["added"] == ["{name}"]
    assert result["accuracy"]["after"] < result["accuracy"]["before"]
    assert result["moves"]
    assert result["moves"][0]["tiles"]
    back = versions.compare(labelled, number + 1, number)
    assert back["accuracy"]["after"] == result["accuracy"]["before"]
    same = versions.compare(labelled, number, number)
    assert (same["text"], same["moves"]) == ([], [])
    with pytest.raises(InputError):
        versions.compare(labelled, number, 99)


def test_a_version_goes_out_and_in_as_yaml(labelled) -> None:
    number, old = labelled.prompts.version()
    nature, game, _ = (c.id for c in labelled.categories.classes())
    options = replace(old.options, prior={nature: 0.5, game: -0.5}, temperature=2.0, centred=True)
    publish(labelled, replace(old, options=options, background=("noise",)))
    text = versions.as_yaml(labelled.workspace)
    content = yaml.safe_load(text)
    assert content["options"]["prior"] == {"nature": 0.5, "animation_game": -0.5}
    wish = versions.from_yaml(labelled, text)
    assert publishing.from_request(labelled, wish) == labelled.prompts.version()[1]
    assert taxonomy_file.set_taxonomy(labelled.workspace, content, actor="Ann") == number + 2
    assert labelled.prompts.version()[1].options == options
    assert versions.from_yaml(labelled, "categories: [{name: nowhere}]")["unknown"] == ["nowhere"]
    for broken in ("a: [", "categories: 3", "categories: [{name: x, prompts: y}]"):
        with pytest.raises(InputError):
            versions.from_yaml(labelled, broken)


def test_options_are_kept_where_they_win(labelled) -> None:
    result = options.report_options(labelled)
    assert {row["name"] for row in result["rows"]} == {"plain", "mean-centred", "class prior", "both"}
    used = next(row for row in result["rows"] if row["in_use"])
    assert (used["name"], used["gain"]) == ("plain", 0.0)
    winner = next(row for row in result["rows"] if row["name"] == result["winner"])
    assert winner["low"] > 0 or winner is used
    done = options.keep(labelled, "Ann")
    assert labelled.prompts.version()[0] == done["version"]
    assert labelled.prompts.version()[1].options == read_options(result["options"])
    assert labelled.prompts.zero_shot().weights.shape[0] == 3


def test_options_need_labels(demo_snapshot) -> None:
    with pytest.raises(InputError, match="30 labels"):
        options.report_options(demo_snapshot)


def test_a_prompt_is_seen_from_all_sides(demo_snapshot) -> None:
    nature = demo_snapshot.categories.classes()[0].id
    result = close_up.about(demo_snapshot, "a forest", nature)
    assert sum(result["all"]) == len(demo_snapshot.ids)
    assert 0 < sum(result["own"]) < sum(result["all"])
    assert [t["value"] for t in result["tiles"]] == sorted((t["value"] for t in result["tiles"]), reverse=True)
    assert result["tiles"][0]["value"] <= result["high"]
    assert "a forest" not in [other["prompt"] for other in result["others"]]
    with pytest.raises(InputError, match="is empty"):
        close_up.about(demo_snapshot, "  ", nature)


def test_what_the_lane_holds_back_gets_no_proposal(labelled) -> None:
    board = labelled.labels.board()
    some = [int(n) for n in board.ids[board.source < 5][:15]]
    classes = [c.id for c in labelled.categories.classes()]
    with labelled.workspace.engine.begin() as connection:
        ann = actors.id_of(connection, "Ann")
        unsure = [Change(n, classes[0], "unsure", reason=NO_CLASS) for n in some]
        labels.write(connection, Batch(ann, "human"), unsure)
    result = none_of_these.report_lane(labelled)
    assert (result["n"], result["none"], result["on"]) == (115, 15, False)
    assert result["before"]["reject_rate"] == 0.0
    _number, old = labelled.prompts.version()
    options = replace(old.options, reject=result["fitted"]["reject"] + 2, temperature=result["fitted"]["temperature"])
    publish(labelled, replace(old, background=tuple(result["background"]), options=options))
    held = held_back.holds(labelled, labelled.prompts.version()[1])
    assert held.any()
    pseudo_labels.pseudo_label(labelled, "zero-shot")
    board = labelled.labels.board()
    machine = board.labelled & (board.source < 3)
    assert not (machine & held).any(), "what it held back lost the machine's label"
    assert none_of_these.report_lane(labelled)["count"] == held.sum()
    assert workspace_meta.meta(labelled)["lane"]
    ids = set(board.ids[held].tolist())
    lane = grid.TileQuery(held=True, limit=500)
    assert {tile["id"] for tile in grid.tiles(labelled, lane)["tiles"]} == ids
    unfit = grid.tiles(labelled, replace(lane, states=("no_class",)))
    assert {tile["id"] for tile in unfit["tiles"]} == ids & set(some), "what people called none of these"
    people = grid.tiles(labelled, replace(lane, states=("person",)))["total"]
    assert people == (board.labelled & (board.source >= 4) & held).sum()


def test_the_fitted_options_hold_back_what_the_report_says(labelled: Snapshot) -> None:
    board = labelled.labels.board()
    some = [int(n) for n in board.ids[board.source < 5][:15]]
    nature = labelled.categories.classes()[0].id
    with labelled.workspace.engine.begin() as connection:
        unfit = [Change(n, nature, "unsure", reason=NO_CLASS) for n in some]
        labels.write(connection, Batch(actors.id_of(connection, "Ann"), "human"), unfit)
    _number, old = labelled.prompts.version()
    warm = replace(old, options=replace(old.options, temperature=2.0))
    result = none_of_these.report_lane(labelled, warm)
    assert result["fitted"]["temperature"] != 2.0
    used = replace(warm, background=tuple(result["background"]), options=replace(warm.options, **result["fitted"]))
    assert none_of_these.report_lane(labelled, used)["count"] == pytest.approx(result["count"], abs=1)
    assert held_back.holds(labelled, used).sum() == pytest.approx(result["count"], abs=1)


def test_an_open_page_keeps_its_proposals(demo_snapshot) -> None:
    nature = demo_snapshot.categories.classes()[0].id
    before = demo_snapshot.labels.board()
    open_page = before.ids[:60].tolist()
    _number, old = demo_snapshot.prompts.version()
    publish(demo_snapshot, replace(old, categories={**old.categories, nature: (Prompt("a page of text"),)}))
    done = pseudo_labels.pseudo_label(demo_snapshot, "zero-shot", held=open_page)
    after = demo_snapshot.labels.board()
    rows = after.rows(open_page)
    assert (after.version[rows] == before.version[rows]).all()
    assert (after.category[rows] == before.category[rows]).all()
    assert (after.category != before.category).any()
    assert done.labelled == len(after) - 60


def test_a_tree_backs_off_and_is_measured_by_level(demo_snapshot, truth) -> None:
    nature = demo_snapshot.categories.classes()[0].id
    children = [{"name": "land", "prompts": ["a forest", "mountains"]}, {"name": "sea", "prompts": ["the sea"]}]
    split.split(demo_snapshot, nature, children, actor="Ann")
    _linear, probabilities = demo_snapshot.classifiers.probabilities()
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-4)
    nodes = {c.name: c.id for c in demo_snapshot.categories.nodes()}
    _number, old = demo_snapshot.prompts.version()
    publish(demo_snapshot, replace(old, options=replace(old.options, back_off=0.9)))
    done = pseudo_labels.pseudo_label(demo_snapshot, "zero-shot")
    board = demo_snapshot.labels.board()
    assert (board.category == nature).sum() == done.per_class["nature"] > 0, "uncertain ones stay on the parent"
    with demo_snapshot.workspace.engine.begin() as connection:
        ann = actors.id_of(connection, "Ann")
        rows = [(int(i), name) for i, name in zip(board.ids, board.names, strict=True)][:80]
        known = [
            Change(i, nodes["land" if truth[n.split("/")[-1]] == "nature" else truth[n.split("/")[-1]]])
            for i, n in rows
        ]
        labels.write(connection, Batch(ann, "human"), known)
    result = tree_levels.levels(Snapshot(demo_snapshot.workspace))
    assert result["tree"]
    assert result["stopped"] > 0
    first, second = result["with_back_off"]["levels"]
    assert second["coverage"] < result["without"]["levels"][1]["coverage"]
    assert first["precision"] > 0.7
    assert [p["coverage"] for p in result["curve"]] == sorted((p["coverage"] for p in result["curve"]), reverse=True)
    assert (
        prompt_file.diff(demo_snapshot, taxonomy_file.show_prompts(demo_snapshot.workspace), "Ann")["per_class"][
            "land"
        ]["in"]
        == 0
    )
