"""Prompts and the tree over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

import jobs
from labeling.proposals import pseudo_labels

BASE = "/api/demo"


def get(client: TestClient, path: str, **query: Any) -> dict[str, Any]:
    answer = client.get(f"{BASE}/{path}", params=query)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def post(client: TestClient, path: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
    answer = client.post(f"{BASE}/{path}", json=body)
    assert answer.status_code == status, answer.text
    result: dict[str, Any] = answer.json()
    return result


def ids(client: TestClient) -> dict[str, int]:
    return {c["name"]: c["id"] for c in get(client, "prompts")["categories"]}


TREE = "categories: [{name: document, prompts: [a page]}, {name: outside, prompts: [hills]}, {name: sea, parent: outside, prompts: [waves]}]"


def test_every_operation_is_previewed_done_and_undone(client: TestClient) -> None:
    before, known = get(client, "taxonomy"), ids(client)
    nature, document = known["nature"], known["document"]
    children = [{"name": "land", "prompts": ["a forest"]}, {"name": "water", "prompts": ["the sea"]}]
    wishes = [
        {"action": "add", "name": "<b>", "parent": None, "prompts": ["a bold letter"]},
        {"action": "edit", "id": nature, "changes": {"name": "outside", "color": "#123456", "key": "9"}},
        {"action": "move", "id": nature, "parent": document},
        {"action": "merge", "id": nature, "into": document},
        {"action": "retire", "id": document},
        {"action": "split", "id": nature, "children": children},
        {"action": "import", "name": "tree.yaml", "text": TREE},
        {
            "action": "import",
            "name": "tree.yaml",
            "text": TREE,
            "renamed": {str(nature): 2},
            "retired": [known["animation_game"]],
        },
    ]
    for wish in wishes:
        seen = post(client, "taxonomy", {**wish, "preview": True})
        assert seen["batch"] is None
        assert get(client, "taxonomy") == before
        done = post(client, "taxonomy", wish)
        assert (done["labels"], done["items"], done["heads"]) == (seen["labels"], seen["items"], seen["heads"])
        assert get(client, "taxonomy") != before
        post(client, "undo", {"batch": done["batch"]})
        assert get(client, "taxonomy") == before


def test_a_split_shows_its_items_and_takes_what_was_chosen(client: TestClient) -> None:
    nature = ids(client)["nature"]
    wish = {
        "action": "split",
        "id": nature,
        "children": [{"name": "a", "prompts": ["a forest"]}, {"name": "b", "prompts": ["the sea"]}],
    }
    seen = post(client, "taxonomy", {**wish, "preview": True})
    assert sum(child["items"] for child in seen["children"]) + seen["left"] == seen["items"] > 0
    first = next(one for child in seen["children"] for one in child["shown"] if child["name"] == "a" or child["items"])
    done = post(client, "taxonomy", {**wish, "chosen": {str(first["item"]): "b"}})
    item = get(client, f"item/{first['item']}")
    assert item["history"][0]["category"] == ids(client)["b"]
    assert item["history"][0]["source"] == "human"
    assert get(client, "suggestions", batch=done["batch"]) == {"suggestions": []}
    post(client, "taxonomy", {**wish, "chosen": {str(first["item"]): "zzz"}}, 400)


def test_what_makes_no_sense_is_refused(client: TestClient) -> None:
    nature = ids(client)["nature"]
    for body in ({}, {"action": "drop"}, {"action": "move"}, {"action": "split", "id": nature, "children": 3},
                 {"action": "edit", "id": nature, "changes": {"facet": 2}}, {"action": "move", "id": nature, "parent": nature},
                 {"action": "edit", "id": nature, "changes": {"key": "21"}}, {"action": "add", "name": " "},
                 {"action": "import", "text": "[]"}, {"action": "import", "text": TREE, "renamed": {str(nature): 1}},
                 {"action": "import", "text": TREE, "retired": [10**6]}):  # fmt: skip
        assert post(client, "taxonomy", body, 400)["error"]


def test_the_page_s_parts_answer(client: TestClient) -> None:
    nature = ids(client)["nature"]
    assert len(post(client, "prompt", {"text": "a forest", "category": nature})["all"]) == 24
    assert post(client, "lane", {})["default"] is True
    assert post(client, "levels", {}) == {"tree": False, "least": 0.2}
    assert "30 labels" in post(client, "options", {}, 400)["error"]
    assert get(client, "suggest", category=nature)["source"] == "list"
    assert get(client, "categorize", text="a receipt")["categories"][0]["id"] == ids(client)["document"]
    file = get(client, "yaml")
    assert "categories:" in file["text"]
    read = post(client, "yaml", {"text": file["text"]})
    assert [row["id"] for row in read["categories"]] == list(ids(client).values())
    assert get(client, "compare", one=1, other=1)["moves"] == []
    assert get(client, "tags") == {"facets": []}


def test_an_open_page_keeps_its_proposals(client: TestClient) -> None:
    page = get(client, "tiles", order="newest", limit=10)["tiles"]
    nature = ids(client)["nature"]
    wish = {
        "categories": [{"id": nature, "prompts": [{"text": "a page of text", "on": True}]}],
        "note": "x",
        "propose": True,
        "base": 1,
    }
    done = post(client, "publish", wish)
    assert (done["held"], done["version"]) == (10, 2)
    assert done["proposed"] > 0
    again = {t["id"]: t for t in get(client, "tiles", order="newest", limit=10)["tiles"]}
    for tile in page:
        assert (again[tile["id"]]["category"], again[tile["id"]]["version"]) == (tile["category"], tile["version"])
    post(client, "undo", {"batch": done["batch"]})


def test_nobody_waits_for_a_round_of_many_images(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple[Any, ...]] = []
    monkeypatch.setattr(pseudo_labels, "LARGE", 20)
    monkeypatch.setattr(jobs, "start_once", lambda _, *given: begun.append(given))
    on_screen = [tile["id"] for tile in get(client, "tiles", order="margin")["tiles"]]
    rows = [{"id": c["id"], "name": c["name"], "prompts": c["prompts"]} for c in get(client, "prompts")["categories"]]
    done = post(client, "publish", {"base": 1, "categories": rows, "propose": True})
    assert (done["in_background"], done["batch"], done["held"]) == (True, None, len(on_screen))
    post(
        client,
        "taxonomy",
        {"action": "add", "name": "night", "facet": "light", "exclusive": False, "prompts": ["night"]},
    )
    assert post(client, "tags", {"facet": "light"})["in_background"]
    held = {"using": "zero-shot", "held": sorted(on_screen)}
    assert [given[:2] for given in begun] == [
        ("propose", {**held, "version": done["version"]}),
        ("propose", {**held, "facet": "light"}),
    ]
