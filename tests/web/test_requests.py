"""What may come in over HTTP, and what is refused with the name of the field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from store.database.sqlite import driver

BASE = "/api/demo"


def refused(answer: Any, field: str) -> None:
    """A 4xx whose message names the field."""
    assert 400 <= answer.status_code < 500, answer.text
    assert field in answer.json()["error"], answer.json()["error"]


WHOLE = ["²", "--5", "9" * 20, "1e3", "1_0x", "NaN", "0x10", "five", "1.5", "%00", "-"]
NUMBERS = ["NaN", "Infinity", "-inf", "1e999", "x", "²"]
FIELDS = [
    ("tiles", "limit"), ("tiles", "offset"), ("tiles", "seed"), ("tiles", "class"), ("tiles", "ids"), ("tiles", "video"), ("ids", "actor"),
    ("neighbours", "item"), ("clusters", "limit"), ("prompts", "version"), ("compare", "one"), ("yaml", "version"),
    ("suggest", "category"), ("run/1/near", "frames"),
]  # fmt: skip


def test_a_number_of_an_address(client: TestClient) -> None:
    for path, field in FIELDS:
        for value in WHOLE:
            refused(client.get(f"{BASE}/{path}?{field}={value}"), field)
    for path, field in (("tiles", "low"), ("tiles", "high"), ("run/1", "smoothing")):
        for value in NUMBERS:
            refused(client.get(f"{BASE}/{path}?{field}={value}"), field)


def test_a_choice_of_an_address(client: TestClient) -> None:
    for path, field in (("map", "way"), ("run/1", "aggregator"), ("run/1/export", "format")):
        refused(client.get(f"{BASE}/{path}?{field}=sideways"), field)


def test_a_number_of_a_path(client: TestClient) -> None:
    for number in (2**63, 2**70, int("9" * 900)):
        refused(client.get(f"{BASE}/item/{number}"), "id")
        refused(client.get(f"{BASE}/run/{number}/near"), "id")
        refused(client.get(f"{BASE}/live/{number}"), "job")
        for address in (f"/image/demo/{number}", f"/thumb/demo/{number}.webp", f"/clip/demo/{number}"):
            refused(client.get(address), "id")
        refused(client.get(f"/keyframe/demo/1/{number}.jpg"), "index")


def test_numbers_that_are_in_range_but_mean_nothing(client: TestClient) -> None:
    for path in (
        "item/999999",
        f"item/{2**63 - 1}",
        "item/0",
        "run/999999",
        f"neighbours?item={2**63 - 1}",
        "suggest?category=999999",
    ):
        answer = client.get(f"{BASE}/{path}")
        assert answer.status_code in (400, 404), path
        assert answer.json()["error"]
    assert client.get(f"{BASE}/item/{'9' * 5000}").status_code in (404, 414)


BODIES = {
    "accept": {"category": 1, "above": 0.5},
    "guidelines": {"category": 1, "text": "words"},
    "views": {"name": "mine", "query": {"order": "margin"}},
    "publish": {"base": 1, "categories": [{"id": 1, "prompts": [{"text": "a", "on": True}]}], "note": "n"},
    "draft": {
        "categories": [{"id": 1, "prompts": [{"text": "a", "on": True}]}],
        "options": {"temperature": 1.0},
        "templates": ["x"],
    },
    "prompt": {"text": "a", "category": 1},
    "segments": {"run": 1, "segments": [{"start_s": 0.0, "end_s": 1.0, "category": 1}]},
    "undo": {"batch": "x"},
    "tags": {"facet": "tags"},
}
CASES: list[tuple[str, tuple[Any, ...], Any, str]] = [
    ("accept", ("category",), 2**70, "category"),
    ("accept", ("category",), True, "category"),
    ("accept", ("category",), None, "category"),
    ("accept", ("above",), float("nan"), "above"),
    ("accept", ("above",), float("inf"), "above"),
    ("accept", ("above",), "0.5", "above"),
    ("accept", ("answers",), [1], "answers"),
    ("accept", ("answers",), {"²": 1}, "answers.².[key]"),
    ("accept", ("answers",), {"1": "nature"}, "answers.1"),
    ("guidelines", ("category",), "1", "category"),
    ("guidelines", ("text",), "half \ud83d", "text"),
    ("guidelines", ("text",), "a\0b", "text"),
    ("guidelines", ("text",), ["a"], "text"),
    ("views", ("name",), "\ud800", "name"),
    ("views", ("name",), {"a": 1}, "name"),
    ("views", ("query",), {"order": "\udfff"}, "query.order"),
    ("views", ("query",), {"order": [[]]}, "query.order"),
    ("publish", ("categories", 0, "prompts", 0, "text"), "a \ud83d b", "categories.0.prompts.0.text"),
    ("publish", ("categories", 0, "prompts", 0, "on"), "yes", "categories.0.prompts.0.on"),
    ("publish", ("categories", 0, "id"), 1.5, "categories.0.id"),
    ("publish", ("categories", 0), "nature", "categories.0"),
    ("publish", ("categories",), {"a": 1}, "categories"),
    ("publish", ("note",), "\x07", "note"),
    ("publish", ("base",), "one", "base"),
    ("draft", ("templates",), "a photo", "templates"),
    ("draft", ("templates", 0), "\ud800", "templates.0"),
    ("draft", ("options", "temperature"), 0, "options.temperature"),
    ("draft", ("options", "temperature"), float("nan"), "options.temperature"),
    ("draft", ("options",), [1], "options"),
    ("draft", ("focus",), 2**64, "focus"),
    ("prompt", ("text",), "\ud83d", "text"),
    ("prompt", ("category",), [[]], "category"),
    ("segments", ("segments", 0, "start_s"), float("-inf"), "segments.0.start_s"),
    ("segments", ("segments", 0), [], "segments.0"),
    ("segments", ("segments",), [], "segments"),
    ("segments", ("run",), 10**30, "run"),
    ("undo", ("batch",), 7, "batch"),
    ("undo", ("batch",), "\ud800", "batch"),
    ("tags", ("facet",), {"a": "b"}, "facet"),
]


def test_a_field_of_a_body(client: TestClient) -> None:
    for path, place, value, field in CASES:
        body = json.loads(json.dumps(BODIES[path]))
        holder = body
        for key in place[:-1]:
            holder = holder[key]
        holder[place[-1]] = value
        refused(client.post(f"{BASE}/{path}", content=json.dumps(body)), f"{field} ")


def test_lists_inside_one_another(client: TestClient) -> None:
    sound = json.dumps({"name": "x", "text": "t"})[:-1]
    for deep in ("[" * 5000 + "]" * 5000, '{"a":' * 5000 + "1" + "}" * 5000, "[" * 300 + "]" * 300):
        for path, field in (("ops", "ops"), ("guidelines", "category"), ("views", "query"), ("draft", "categories")):
            refused(client.post(f"{BASE}/{path}", content=f'{sound}, "{field}": {deep}}}'), field)


ACTIONS: list[dict[str, Any]] = [{"action": "shout"}, {"action": "add", "name": "\ud800"}, {"action": "add", "name": ["a"]},
                                    {"action": "edit", "id": 1, "changes": {"description": "a\0"}}, {"action": "edit", "id": 1, "changes": []},
                                    {"action": "merge", "id": 1, "into": 2**70}, {"action": "move", "id": "one"}, {"action": "retire"},
                                    {"action": "split", "id": 1, "children": {"a": 1}}, {"action": "split", "id": 1, "children": [{"name": 3}]},
                                    {"action": "import", "text": "categories: [{name: a}]", "renamed": [1]},
                                    {"action": "import", "text": 3}, {"action": "import", "text": "", "retired": ["x"]}]  # fmt: skip


def test_a_change_of_the_tree(client: TestClient) -> None:
    for action in ACTIONS:
        last = list(action)[-1] if action["action"] != "retire" else "id"
        refused(client.post(f"{BASE}/taxonomy", content=json.dumps(action)), last)


def test_a_yaml_bomb_is_refused_at_once(client: TestClient) -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9)}]" for k in range(1, 9)]
    refused(client.post(f"{BASE}/yaml", json={"text": "\n".join([*lines, "categories: [{name: *a8}]"])}), "line 1")
    refused(client.post(f"{BASE}/yaml", json={"text": "[" * 5000}), "levels")
    refused(client.post(f"{BASE}/yaml", json={"text": "categories: [{name: x}]" + " " * 2**20}), "text")


def test_a_body_without_a_length_is_counted_while_it_is_read(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 200 * 2**20:
            sent += 2**20
            yield b" " * 2**20

    answer = client.post(f"{BASE}/ops", content=endless())
    assert answer.status_code == 413
    assert client.post("/api/actor", content=b" " * 5000).status_code == 413
    assert client.post(f"{BASE}/ops", content=b"{}", headers={"Content-Length": str(2**40)}).status_code == 413


def test_nobody_elses_body_is_read(stranger: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the body was read")

    monkeypatch.setattr("starlette.requests.Request.stream", never)
    monkeypatch.setattr("starlette.requests.Request.body", never)
    assert stranger.post(f"{BASE}/ops", json={}, headers={"X-Sceneloop": "1"}).status_code == 401
    assert stranger.post("/api/actor", json={"name": "eve"}).status_code == 403
    stranger.cookies.set("sceneloop_actor", "ann")
    assert stranger.post(f"{BASE}/ops", json={}).status_code == 403
    assert stranger.post("/api/nowhere/ops", json={}, headers={"X-Sceneloop": "1"}).status_code == 404


def test_a_name_is_text_that_can_be_stored(stranger: TestClient) -> None:
    stranger.headers["X-Sceneloop"] = "1"
    for name in ("\ud83d", "a\0", "a\x07b", 5, None, ["ann"], {"a": 1}):
        refused(stranger.post("/api/actor", content=json.dumps({"name": name})), "name")
    for cookie in ("%00", "a%07b", "%C2%85", "%1B%5B31m"):
        stranger.cookies.set("sceneloop_actor", cookie)
        assert stranger.get(f"{BASE}/meta").status_code == 401


def test_a_surrogate_that_was_stored_before_fails_no_page(client: TestClient, root: Path) -> None:
    client.post(f"{BASE}/views", json={"name": "mine", "query": {"order": "margin"}})
    with driver.connect(root / "demo" / "sceneloop.db") as connection:
        (text,) = connection.execute("select content from prompt_version").fetchone()
        content = json.loads(text)
        content["categories"]["1"][0]["text"] = "half a \ud83d pair"
        content["templates"] = ["\udfff {name}"]
        connection.execute("update prompt_version set content = ?", (json.dumps(content),))
        connection.execute("update saved_view set query = ?", (json.dumps({"text": "\ud800"}),))
    connection.close()
    shown = client.get(f"{BASE}/prompts").json()
    assert shown["categories"][0]["prompts"][0]["text"] == "half a \ufffd pair"
    assert shown["templates"] == ["\ufffd {name}"]
    for path in ("tiles", "meta", "scorecard", "yaml", "views", "neighbours?text=a", "clusters"):
        assert client.get(f"{BASE}/{path}").status_code == 200, path
    rows = shown["categories"]
    rows[0]["prompts"] = [{"text": "whole", "on": True}]
    assert client.post(f"{BASE}/publish", json={"base": 1, "categories": rows, "templates": []}).status_code == 200
    assert client.get(f"{BASE}/prompts").json()["categories"][0]["prompts"][0]["text"] == "whole"
