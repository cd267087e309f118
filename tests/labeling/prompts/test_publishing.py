"""Drafts show their effect before anybody else sees it; publishing makes a version."""

from __future__ import annotations

import pytest

from errors import InputError
from labeling.categories import split
from labeling.prompts import draft_effect, publishing


def wish(snapshot, texts: dict[int, list[str]], focus=None):
    return {
        "categories": [{"id": k, "prompts": [{"text": t, "on": True} for t in v]} for k, v in texts.items()],
        "focus": focus,
    }


def test_an_unchanged_draft_moves_nothing(demo_snapshot) -> None:
    result = draft_effect.draft(demo_snapshot, {"categories": []})
    assert all(count["in"] == count["out"] == 0 for count in result["counts"])
    assert result["moves"] == []
    assert sum(count["after"] for count in result["counts"]) == 300


def test_a_draft_shows_what_moves_and_saves_nothing(demo_snapshot) -> None:
    nature, game, _ = (c.id for c in demo_snapshot.categories.classes())
    result = draft_effect.draft(demo_snapshot, wish(demo_snapshot, {nature: ["a page of text"]}, focus=game))
    count = {c["category"]: c for c in result["counts"]}
    assert count[nature]["before"] - count[nature]["out"] + count[nature]["in"] == count[nature]["after"]
    assert (
        sum(c["in"] for c in result["counts"])
        == sum(c["out"] for c in result["counts"])
        == sum(m["count"] for m in result["moves"])
    )
    assert result["moves"]
    assert result["focus"] == game
    assert len(result["top"]) == 12
    assert publishing.read_prompts(demo_snapshot.workspace)["version"] == 1


def test_publishing_makes_a_version_and_a_category(demo_snapshot) -> None:
    nature = demo_snapshot.categories.classes()[0].id
    draft = wish(demo_snapshot, {nature: ["a beach", "a forest"]})
    draft["categories"].append({"id": None, "name": "other", "prompts": [{"text": "a room", "on": True}]})
    assert publishing.publish(demo_snapshot, draft, "two for nature", "Ann") == {"version": 2}
    now = publishing.read_prompts(demo_snapshot.workspace)
    assert [p["text"] for p in now["categories"][0]["prompts"]] == ["a beach", "a forest"]
    assert [c["name"] for c in now["categories"]][-1] == "other"
    assert now["versions"][0]["note"] == "two for nature"
    assert demo_snapshot.prompts.zero_shot().weights.shape[0] == 4
    old = publishing.prompts_at(demo_snapshot.workspace, 1)["categories"]
    assert len(old[0]["prompts"]) > 2


def test_a_category_without_prompts_is_refused(demo_snapshot) -> None:
    nature = demo_snapshot.categories.classes()[0].id
    with pytest.raises(InputError, match="no prompt"):
        draft_effect.draft(demo_snapshot, wish(demo_snapshot, {nature: []}))
    with pytest.raises(InputError, match="no prompt"):
        publishing.publish(demo_snapshot, wish(demo_snapshot, {nature: []}), "", "Ann")
    assert publishing.read_prompts(demo_snapshot.workspace)["version"] == 1


def test_unknown_words_are_named(demo_snapshot) -> None:
    nature = demo_snapshot.categories.classes()[0].id
    result = draft_effect.draft(demo_snapshot, wish(demo_snapshot, {nature: ["a zyxqwv forest"]}))
    assert result["unknown"] == [{"prompt": "a zyxqwv forest", "words": ["zyxqwv"]}]


def test_a_draft_is_kept_between_visits(demo_snapshot) -> None:
    nature = demo_snapshot.categories.classes()[0].id
    publishing.save_draft(demo_snapshot, wish(demo_snapshot, {nature: ["only this"]}), "Ann")
    assert publishing.read_prompts(demo_snapshot.workspace, "Bob")["draft"] is None
    kept = publishing.read_prompts(demo_snapshot.workspace, "Ann")
    assert [p["text"] for p in kept["draft"]["categories"][0]["prompts"]] == ["only this"]
    assert [p["text"] for p in kept["categories"][0]["prompts"]] != ["only this"]


def test_an_older_version_is_published_again_after_a_split(demo_snapshot) -> None:
    workspace = demo_snapshot.workspace
    nature = demo_snapshot.categories.classes()[0].id
    split.split(
        demo_snapshot,
        nature,
        [{"name": "land", "prompts": ["a forest"]}, {"name": "water", "prompts": ["the sea"]}],
        actor="Ann",
    )
    older = publishing.prompts_at(workspace, 1)
    texts = {c["name"]: [p["text"] for p in c["prompts"]] for c in older["categories"]}
    assert texts["land"] == ["a forest"]
    publishing.publish(demo_snapshot, {"categories": older["categories"]}, "as it was", "Ann")
    now = {c["name"]: [p["text"] for p in c["prompts"]] for c in publishing.read_prompts(workspace)["categories"]}
    assert now == texts
