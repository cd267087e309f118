"""Several labels an image in an open facet, beside the exclusive one."""

from __future__ import annotations

import csv
import uuid

import numpy as np
import pytest

from errors import InputError
from labeling.categories import tree_edits
from labeling.exchange import label_export, label_import
from labeling.review import decisions, grid
from labeling.review.grid import TileQuery
from labeling.scoring.multilabel import NO, UNKNOWN, YES
from labeling.tags import answers, scores


@pytest.fixture
def tagged(demo_snapshot):
    """The demo workspace with three tags."""
    for name, texts in {"snow": ["snow on the ground"], "blue": ["a blue picture"], "text": ["text", "words"]}.items():
        tree_edits.add(demo_snapshot.workspace, name, facet="tags", exclusive=False, prompts=texts, actor="Ann")
    return demo_snapshot


def ids_of(snapshot) -> dict[str, int]:
    return {c.name: c.id for c in snapshot.categories.tree}


def operate(snapshot, kind: str, category: int, tile: dict, version: int | None, actor: str = "Ann") -> dict:
    number = str(uuid.uuid4())
    items = [{"id": tile["id"], "version": version}]
    op = {"id": number, "batch": number, "kind": kind, "category": category, "items": items, "source": "human"}
    return decisions.apply(snapshot, [op], actor)["acks"][0]


def test_tags_stand_beside_the_class_and_have_their_own_version(tagged) -> None:
    facet, known = answers.find(tagged), ids_of(tagged)
    tile = grid.tiles(tagged, TileQuery(limit=1, order="newest"))["tiles"][0]
    assert (tile["tags"], tile["versions"]) == ([], {str(facet.id): 0})
    for kind, category in (("label", "snow"), ("reject", "blue"), ("label", "text")):
        version = grid.tiles(tagged, TileQuery(ids=(tile["id"],), order="given"))["tiles"][0]["versions"][str(facet.id)]
        ack = operate(tagged, kind, known[category], tile, version)
        assert ack["status"] == "saved"
        assert ack["items"][0]["facet"] == facet.id
    now = grid.tiles(tagged, TileQuery(ids=(tile["id"],), order="given"))["tiles"][0]
    assert {t["id"]: t["value"] for t in now["tags"]} == {
        known["snow"]: "yes",
        known["blue"]: "no",
        known["text"]: "yes",
    }
    assert (now["category"], now["version"], now["state"]) == (tile["category"], tile["version"], tile["state"])
    stale = operate(tagged, "clear", known["snow"], tile, 0, "Bob")
    assert stale["status"] == "conflict"
    operate(tagged, "clear", known["snow"], tile, 3)
    standing = answers.tags(tagged, facet)
    row = int(np.searchsorted(tagged.ids, tile["id"]))
    assert standing.value[row].tolist() == [UNKNOWN, NO, YES]
    assert decisions.undo(tagged, "Ann")["items"][0]["versions"][str(facet.id)] == 5
    assert answers.tags(tagged, facet).value[row].tolist() == [YES, NO, YES]
    assert {r["category_id"] for r in [{"category_id": t["id"]} for t in now["tags"]]} <= set(known.values())


def test_thresholds_follow_people_and_proposals_spare_them(tagged) -> None:
    facet, known = answers.find(tagged), ids_of(tagged)
    plain = scores.scored(tagged, facet)
    assert (plain.fitted_on, plain.thresholds.values.tolist()) == (0, [0.5] * 3)
    order = np.argsort(-plain.scores[:, 2])
    rows = [*order[:20].tolist(), *order[-20:].tolist()]
    for place, row in enumerate(rows):
        operate(tagged, "label" if place < 20 else "reject", known["text"], {"id": int(tagged.ids[row])}, None)
    fitted = scores.scored(tagged, facet)
    assert fitted.fitted_on == 40
    own = fitted.thresholds.values[2]
    assert plain.scores[order[-20:], 2].max() < own <= plain.scores[order[:20], 2].min()
    done = scores.propose(tagged, facet)
    standing = answers.tags(tagged, facet)
    assert standing.person.sum() == 40
    machine = (standing.value == YES) & ~standing.person
    assert (machine == ((fitted.scores >= fitted.thresholds.values) & ~standing.person)).all()
    assert done["labelled"] == machine.sum()
    decisions.undo_batch(tagged.workspace, "Ann", done["batch"])
    assert ((answers.tags(tagged, facet).value != UNKNOWN) == standing.person).all()
    report = {row["category"]: row for row in scores.report(tagged, facet)["categories"]}
    assert (report[known["text"]]["yes"], report[known["text"]]["no"]) == (20, 20)


def test_the_grid_is_filtered_and_ordered_by_tags(tagged) -> None:
    known = ids_of(tagged)
    some = [int(n) for n in tagged.ids[:6]]
    for number in some:
        operate(tagged, "label", known["snow"], {"id": number}, None)
    operate(tagged, "reject", known["snow"], {"id": some[0]}, None)

    def result(**query) -> set[int]:
        return {t["id"] for t in grid.tiles(tagged, TileQuery(limit=500, **query))["tiles"]}

    assert result(tags=((known["snow"], "yes"),)) == set(some[1:])
    assert result(tags=((known["snow"], "no"),)) == {some[0]}
    assert len(result(tags=((known["snow"], "unknown"),))) == len(tagged.ids) - 6
    page = grid.tiles(tagged, TileQuery(order="tags", tags=((known["snow"], "unknown"),), limit=20))["tiles"]
    assert [t["value"] for t in page] == sorted(t["value"] for t in page)


def test_tags_travel_by_file(tagged, tmp_path) -> None:
    names = tagged.labels.board().names[:3]
    with (tmp_path / "in.csv").open("w", newline="") as file:
        rows = [
            (names[0], "snow", "yes"),
            (names[0], "text", ""),
            (names[0], "blue", "no"),
            (names[1], "snow", "no"),
            (names[2], "nature", "no"),
        ]
        csv.writer(file).writerows([("file", "class", "value"), *rows])
    done = label_import.label_csv(tagged.workspace, tmp_path / "in.csv", actor="Ann")
    assert (done.labelled, done.conflicts) == (5, [])
    frame = label_export.label_frame(tagged.workspace, negatives=True)
    mine = frame[frame["source"] == "human"]
    assert sorted(zip(mine["file"], mine["class"], mine["value"], strict=True)) == sorted(
        (f, c, v or "yes") for f, c, v in rows
    )
    plain = label_export.label_frame(tagged.workspace)
    assert "value" not in plain.columns
    assert len(plain[plain["source"] == "human"]) == 2
    (tmp_path / "bad.csv").write_text(f"file,class,value\n{names[0]},snow,maybe\n")
    with pytest.raises(InputError, match="yes or no"):
        label_import.label_csv(tagged.workspace, tmp_path / "bad.csv", actor="Ann")


def test_a_facet_is_named(tagged, demo_path) -> None:
    with pytest.raises(InputError, match="tags"):
        answers.find(tagged, "scene")
    tree_edits.add(tagged.workspace, "run", facet="actions", exclusive=False, prompts=["somebody runs"], actor="Ann")
    with pytest.raises(InputError, match="tags, actions"):
        answers.find(tagged)
    assert answers.find(tagged, "actions").name == "actions"
