"""Our routes over HTTP: who may ask, what comes back, what is written."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

BASE = "/api/demo"


def operation(tile: dict[str, Any], kind: str = "label", **more: Any) -> dict[str, Any]:
    number = str(uuid.uuid4())
    items = [{"id": tile["id"], "version": tile["version"]}]
    return {"id": number, "batch": number, "kind": kind, "items": items, "category": None, "source": "human", **more}


def tiles(client: TestClient, **query: Any) -> list[dict[str, Any]]:
    answer = client.get(f"{BASE}/tiles", params=query)
    assert answer.status_code == 200, answer.text
    result: list[dict[str, Any]] = answer.json()["tiles"]
    return result


def test_a_stranger_is_answered_401(stranger: TestClient) -> None:
    for path in (f"{BASE}/meta", "/thumb/demo/1.webp", "/image/demo/1", "/clip/demo/1"):
        assert stranger.get(path, headers={"X-Sceneloop": "1"}).status_code == 401


def test_another_site_is_answered_403(client: TestClient) -> None:
    del client.headers["X-Sceneloop"]
    assert client.get(f"{BASE}/meta").status_code == 403
    assert client.post(f"{BASE}/ops", json={"ops": []}).status_code == 403
    assert client.post("/api/actor", json={"name": "eve"}).status_code == 403


@pytest.mark.parametrize("name", ["other", "..", "%2e%2e", "demo%2f..%2f..", "%2fetc"])
def test_only_known_workspaces_are_answered(client: TestClient, name: str) -> None:
    assert client.get(f"/api/{name}/meta").status_code == 404
    assert client.get(f"/thumb/{name}/1.webp").status_code == 404


@pytest.mark.parametrize("path", ["/ui/%2e%2e%2fasking.py", "/ui/nothing.js", "/api/demo/nothing",
                                  "/thumb/demo/x.webp", "/image/demo/..%2f..%2fetc%2fpasswd", "/clip/demo/999999",
                                  "/thumb/demo/999999.webp", "/keyframe/demo/1/x.jpg", "/api", "/ui/"])  # fmt: skip
def test_every_prefix_ends_in_404(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (400, 404)
    assert "error" in answer.json()


def test_the_name_goes_into_a_cookie_that_scripts_cannot_read(stranger: TestClient) -> None:
    answer = stranger.post("/api/actor", json={"name": "  Ann   安 "}, headers={"X-Sceneloop": "1"})
    assert answer.json() == {"actor": "Ann 安"}
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert stranger.get(f"{BASE}/meta", headers={"X-Sceneloop": "1"}).json()["actor"] == "Ann 安"


@pytest.mark.parametrize("body", ["", "[]", '{"name": "  "}', '{"name": "' + "x" * 81 + '"}', "{"])
def test_a_name_is_needed(stranger: TestClient, body: str) -> None:
    assert stranger.post("/api/actor", content=body, headers={"X-Sceneloop": "1"}).status_code == 400


def test_our_files_are_fresh_and_cheap(client: TestClient) -> None:
    first = client.get("/ui/review/review.js")
    assert first.status_code == 200
    assert first.headers["content-type"].startswith("text/javascript")
    assert client.get("/ui/review/review.js", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_media(client: TestClient) -> None:
    tile = tiles(client)[0]
    thumb = client.get(f"/thumb/demo/{tile['id']}.webp")
    assert thumb.headers["content-type"] == "image/webp"
    assert "immutable" in thumb.headers["cache-control"]
    assert client.get(f"/image/demo/{tile['id']}").headers["content-type"] == "image/jpeg"
    assert client.get(f"/clip/demo/{tile['id']}").status_code == 404


def test_meta_and_tiles(client: TestClient) -> None:
    meta = client.get(f"{BASE}/meta").json()
    assert [category["name"] for category in meta["categories"]] == ["nature", "animation_game", "document"]
    assert meta["encoder"]["demonstration"] is True
    assert meta["actor"] == "ann"
    page = client.get(f"{BASE}/tiles", params={"order": "suspicion", "limit": 7, "offset": 2}).json()
    assert page["total"] == 30
    assert len(page["tiles"]) == 7
    values = [tile["value"] for tile in page["tiles"]]
    assert values == sorted(values, reverse=True)
    assert sum(page["counts"].values()) == 30
    nature = meta["categories"][0]["id"]
    assert {tile["category"] for tile in tiles(client, **{"class": nature})} == {nature}
    assert tiles(client, state="person") == []


def test_counts_of_the_classes_are_of_what_the_rest_of_the_filter_lets_through(client: TestClient) -> None:
    def counted(**query: object) -> tuple[int, dict[str, int]]:
        page = client.get(f"{BASE}/tiles", params=query).json()
        return page["total"], page["counts"]

    total, counts = counted(state="machine")
    assert (total, sum(counts.values())) == (30, 30)
    assert counted(state="person") == (0, {}), "nobody has labelled yet"
    for number, count in counts.items():
        assert counted(state="machine", **{"class": number}) == (count, counts), "one class hides no other's count"


@pytest.mark.parametrize("query", ["limit=x", "low=x", "ids=1;2", "class=a", "order=sideways", "offset=1.5"])
def test_bad_queries_are_answered_400(client: TestClient, query: str) -> None:
    answer = client.get(f"{BASE}/tiles?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_ids_are_all_that_match(client: TestClient) -> None:
    result = client.get(f"{BASE}/ids", params={"state": "machine"}).json()
    assert result["total"] == len(result["items"]) == 30
    assert all(len(pair) == 2 for pair in result["items"])


def test_a_label_is_saved_acknowledged_and_a_resend_is_one_event(client: TestClient) -> None:
    tile = tiles(client)[0]
    category = client.get(f"{BASE}/meta").json()["categories"][2]["id"]
    body = {"ops": [operation(tile, category=category)]}
    first = client.post(f"{BASE}/ops", json=body).json()["acks"][0]
    assert first["status"] == "saved"
    assert first["items"][0]["category"] == category
    assert first["items"][0]["state"] == "person"
    assert client.post(f"{BASE}/ops", json=body).json()["acks"][0] == first
    item = client.get(f"{BASE}/item/{tile['id']}").json()
    assert [event["source"] for event in item["history"]] == ["human", "zero_shot"]
    assert item["category"] == category
    recent = client.get(f"{BASE}/recent").json()
    assert recent["reviewed"] == 1
    assert recent["batches"][0]["labels"] == 1


def test_a_stale_write_is_a_conflict_that_names_the_other(client: TestClient) -> None:
    tile = tiles(client)[0]
    category = client.get(f"{BASE}/meta").json()["categories"][1]["id"]
    client.post(f"{BASE}/ops", json={"ops": [operation(tile, category=category)]})
    client.cookies.set("sceneloop_actor", "bob")
    late = client.post(f"{BASE}/ops", json={"ops": [operation(tile, category=category + 1)]}).json()["acks"][0]
    assert late["status"] == "conflict"
    assert late["items"][0]["actor"] == "ann"
    assert late["items"][0]["category"] == category
    again = {**tile, "version": late["items"][0]["version"]}
    mine = client.post(f"{BASE}/ops", json={"ops": [operation(again, category=category + 1)]}).json()["acks"][0]
    assert mine["status"] == "saved"


def test_undo_takes_back_the_newest_batch(client: TestClient) -> None:
    tile = tiles(client)[0]
    category = next(c["id"] for c in client.get(f"{BASE}/meta").json()["categories"] if c["id"] != tile["category"])
    client.post(f"{BASE}/ops", json={"ops": [operation(tile, category=category)]})
    undone = client.post(f"{BASE}/undo", json={}).json()
    assert undone["reverted"] == 1
    assert undone["items"][0]["category"] == tile["category"]
    assert client.post(f"{BASE}/undo", json={}).status_code == 400


def test_not_this_proposes_another_class(client: TestClient) -> None:
    tile = tiles(client)[0]
    ack = client.post(f"{BASE}/ops", json={"ops": [operation(tile, "reject", category=tile["category"])]}).json()[
        "acks"
    ][0]
    assert ack["items"][0]["state"] == "none"
    assert ack["items"][0]["proposed"] not in (None, tile["category"])
    assert client.get(f"{BASE}/recent").json()["batches"][0]["value"] == "no"


def test_a_bulk_skips_what_people_have_labelled(client: TestClient) -> None:
    first, second = tiles(client)[:2]
    client.post(f"{BASE}/ops", json={"ops": [operation(first, category=1)]})
    fresh = next(tile for tile in tiles(client, state="person") if tile["id"] == first["id"])
    both = operation(fresh, category=2, bulk=True)
    both["items"].append({"id": second["id"], "version": second["version"]})
    ack = client.post(f"{BASE}/ops", json={"ops": [both]}).json()["acks"][0]
    assert (ack["saved"], ack["skipped"]) == (1, 1)
    assert [item["status"] for item in ack["items"]] == ["skipped", "saved"]
    assert tiles(client, state="person", **{"class": 1})[0]["id"] == first["id"]


def test_a_lot_is_accepted_after_its_spot_check(client: TestClient) -> None:
    tile = tiles(client, order="confidence")[0]
    wish = {"category": tile["category"], "above": 0.3}
    asked = client.post(f"{BASE}/accept", json=wish).json()
    assert asked["lot"] >= len(asked["check"]) > 1
    assert tiles(client, state="person") == []
    wrong, *right = [shown["id"] for shown in asked["check"]]
    missing = client.post(f"{BASE}/accept", json={**wish, "answers": {wrong: None}})
    assert missing.status_code == 400
    assert tiles(client, state="person") == []
    answers = {wrong: None, **dict.fromkeys(right, tile["category"])}
    done = client.post(f"{BASE}/accept", json={**wish, "answers": answers}).json()
    assert done["errors_found"] == 1
    assert done["accepted"] == asked["lot"] - 1
    assert {result["id"] for result in tiles(client, state="person", **{"class": tile["category"]})} >= set(right)
    assert wrong not in {result["id"] for result in tiles(client, state="person")}


@pytest.mark.parametrize("body", ["{}", '{"category": 1}', '{"category": "a", "above": 0.5}',
                                  '{"category": 1, "above": 2}', '{"category": 1, "above": 0.5, "answers": [1]}'])  # fmt: skip
def test_a_bulk_accept_that_cannot_be_read_is_refused(client: TestClient, body: str) -> None:
    assert client.post(f"{BASE}/accept", content=body).status_code == 400


@pytest.mark.parametrize("body", ["", "[]", "{", '{"ops": []}', '{"ops": 3}', '{"ops": [{"id": "x"}]}'])
def test_broken_operations_are_refused(client: TestClient, body: str) -> None:
    answer = client.post(f"{BASE}/ops", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_neighbours_of_an_item_and_of_words(client: TestClient) -> None:
    tile = tiles(client)[0]
    near = client.get(f"{BASE}/neighbours", params={"item": tile["id"], "limit": 9}).json()["tiles"]
    assert len(near) == 9
    assert tile["id"] not in {result["id"] for result in near}
    assert [result["similarity"] for result in near] == sorted((result["similarity"] for result in near), reverse=True)
    words = client.get(f"{BASE}/neighbours", params={"text": "a page of text", "limit": 5}).json()["tiles"]
    assert len(words) == 5
    assert client.get(f"{BASE}/neighbours").status_code == 400


def test_groups_and_map(client: TestClient) -> None:
    assert "clusters" in client.get(f"{BASE}/clusters").json()
    assert "groups" in client.get(f"{BASE}/duplicates").json()
    points = client.get(f"{BASE}/map").json()
    assert len(points["ids"]) == len(points["x"]) == len(points["y"]) == 30


def test_a_draft_is_measured_kept_and_published(client: TestClient) -> None:
    before = client.get(f"{BASE}/prompts").json()
    rows = [{"id": row["id"], "name": row["name"], "prompts": row["prompts"]} for row in before["categories"]]
    rows[0]["prompts"] = [{"text": "a page of printed text", "on": True}]
    wish = {"base": 1, "categories": rows, "focus": rows[0]["id"], "save": True}
    effect = client.post(f"{BASE}/draft", json=wish).json()
    assert sum(row["in"] for row in effect["counts"]) == sum(row["out"] for row in effect["counts"]) > 0
    assert len(effect["top"]) == 12
    assert (
        client.get(f"{BASE}/prompts").json()["draft"]["categories"][0]["prompts"][0]["text"] == "a page of printed text"
    )
    assert client.get(f"{BASE}/prompts").json()["version"] == 1
    assert client.post(f"{BASE}/publish", json={**wish, "note": "try"}).json()["version"] == 2
    stale = client.post(f"{BASE}/publish", json={**wish, "note": "again"})
    assert stale.status_code == 409
    assert (
        client.get(f"{BASE}/prompts", params={"version": 1}).json()["categories"][0]["prompts"]
        == before["categories"][0]["prompts"]
    )


def test_discarding_a_draft(client: TestClient) -> None:
    rows = client.get(f"{BASE}/prompts").json()["categories"]
    rows[0]["prompts"] = [{"text": "something else", "on": True}]
    client.post(f"{BASE}/draft", json={"categories": rows, "save": True})
    assert client.post(f"{BASE}/discard", json={}).json()["draft"] is None


def test_a_class_name_is_data_not_markup(client: TestClient, root: Path) -> None:
    assert root.exists()
    name = "<img src=x onerror=alert(1)>"
    rows = client.get(f"{BASE}/prompts").json()["categories"]
    rows.append({"id": None, "name": name, "prompts": [{"text": "something odd", "on": True}]})
    client.post(f"{BASE}/publish", json={"base": 1, "categories": rows, "note": ""})
    assert name in [category["name"] for category in client.get(f"{BASE}/meta").json()["categories"]]


def test_an_unknown_run_is_400(client: TestClient) -> None:
    assert client.get(f"{BASE}/run/7").status_code == 400
    assert client.get("/keyframe/demo/7/0.jpg").status_code == 400
    assert client.post(f"{BASE}/segments", json={"run": 7}).status_code == 400


def test_the_scorecard_says_what_is_missing_then_judges_each_prompt(client: TestClient) -> None:
    rows = client.get(f"{BASE}/prompts").json()["categories"]
    rows[1]["prompts"] = rows[0]["prompts"]
    client.post(f"{BASE}/publish", json={"base": 1, "categories": rows, "note": "two classes of one meaning"})
    first = client.get(f"{BASE}/scorecard").json()
    assert first["prompts"] == []
    assert "three labels" in first["why"]
    assert {first["confused"]["one"], first["confused"]["other"]} == {rows[0]["id"], rows[1]["id"]}
    assert first["confused"]["tiles"]
    meta = client.get(f"{BASE}/meta").json()["categories"]
    shown = tiles(client)
    body = [operation(tile, category=meta[at % 3]["id"]) for at, tile in enumerate(shown[:18])]
    client.post(f"{BASE}/ops", json={"ops": body})
    card = client.get(f"{BASE}/scorecard").json()
    asked = client.get(f"{BASE}/prompts").json()["categories"]
    assert {row["category"] for row in card["prompts"]} == {row["id"] for row in asked if row["prompts"]}
    assert all(row["low"] <= row["gain"] <= row["high"] for row in card["prompts"] if row["gain"] is not None)
    assert any(row["gain"] is not None for row in card["prompts"])


def test_words_lead_to_categories(client: TestClient) -> None:
    result = client.get(f"{BASE}/categorize", params={"text": "a page of printed text"}).json()["categories"]
    assert result[0]["name"] == "document"
    assert client.get(f"{BASE}/categorize").status_code == 400


def test_the_next_batch_is_leased_and_two_people_get_different_ones(client: TestClient) -> None:
    query = {"order": "next", "state": "none,machine", "limit": 10}
    first = client.post(f"{BASE}/next", params=query, json={}).json()
    assert len(first["tiles"]) == 10
    assert first["leased_until"]
    client.cookies.set("sceneloop_actor", "bob")
    second = client.post(f"{BASE}/next", params=query, json={"fresh": True}).json()
    assert not {t["id"] for t in first["tiles"]} & {t["id"] for t in second["tiles"]}


def test_guidelines_over_http(client: TestClient) -> None:
    category, tile = client.get(f"{BASE}/meta").json()["categories"][0]["id"], tiles(client)[0]
    client.post(f"{BASE}/guidelines", json={"category": category, "text": "Land without buildings."})
    client.post(f"{BASE}/guidelines", json={"category": category, "item": tile["id"], "kind": "example"})
    result = client.get(f"{BASE}/guidelines").json()["guidelines"][0]
    assert (result["text"], [t["id"] for t in result["examples"]]) == ("Land without buildings.", [tile["id"]])
    for bad in ({}, {"category": category}, {"category": category, "item": tile["id"], "kind": "odd"}):
        assert client.post(f"{BASE}/guidelines", json=bad).status_code == 400


def test_views_are_shared_by_name(client: TestClient) -> None:
    query = {"by": "all", "order": "margin"}
    client.post(f"{BASE}/views", json={"name": "low margins", "query": query})
    client.cookies.set("sceneloop_actor", "bob")
    assert [(v["name"], v["query"], v["actor"]) for v in client.get(f"{BASE}/views").json()["views"]] == [
        ("low margins", query, "ann")
    ]
    assert client.post(f"{BASE}/views", json={"name": "low margins", "remove": True}).json() == {"views": []}
    for bad in ({}, {"name": ""}, {"name": "x", "query": 3}):
        assert client.post(f"{BASE}/views", json=bad).status_code == 400


def test_a_view_that_somebody_else_kept_is_not_written_over(client: TestClient) -> None:
    def send(who: str, **view: object) -> tuple[int, str]:
        client.cookies.set("sceneloop_actor", who)
        answer = client.post(f"{BASE}/views", json={"name": "doubtful", **view})
        return answer.status_code, answer.json().get("error", "")

    def kept() -> dict[str, str]:
        (view,) = client.get(f"{BASE}/views").json()["views"]
        return {key: view[key] for key in ("actor", "at")} | view["query"]

    assert send("ann", query={"order": "margin"}, was="")[0] == 200
    first = kept()
    refused = send("bob", query={"order": "newest"}, was="")
    assert refused == (
        409,
        "ann kept a view under the name doubtful meanwhile. Nothing was changed. Look at theirs, or choose another name.",
    )
    assert kept() == first
    assert send("bob", query={"order": "newest"}, was=first["at"])[0] == 200, "who has seen it may replace it"
    assert send("ann", remove=True, was=first["at"])[0] == 409
    assert send("ann", remove=True, was=kept()["at"])[0] == 200
    status, error = send("bob", query={}, was=first["at"])
    assert (status, "forgotten the view doubtful" in error) == (409, True)


def test_a_category_that_somebody_moved_or_described_meanwhile_stays_theirs(client: TestClient) -> None:
    one, other, third = client.get(f"{BASE}/meta").json()["classes"][:3]

    def send(who: str, **change: object) -> tuple[int, str]:
        client.cookies.set("sceneloop_actor", who)
        answer = client.post(f"{BASE}/taxonomy", json={"id": one, **change})
        return answer.status_code, answer.json().get("error", "")

    assert send("ann", action="move", parent=other, was=None)[0] == 200
    status, error = send("bob", action="move", parent=third, was=None)
    assert status == 409
    assert error.startswith("ann moved it meanwhile: it is now ")
    assert send("bob", action="edit", changes={"description": "Theirs."}, was={"description": ""})[0] == 200
    status, error = send("ann", action="edit", changes={"description": "Mine."}, was={"description": ""})
    assert (status, error.startswith("bob changed the guideline of ")) == (409, True)
    assert "Theirs." in error
    assert send("bob", action="move", parent=None, was=other)[0] == 200


def test_agreement_is_shown_once_two_people_labelled(client: TestClient) -> None:
    assert client.get(f"{BASE}/agreement").json() == {"all": None, "pairs": []}
    result, category = tiles(client)[:2], client.get(f"{BASE}/meta").json()["categories"][0]["id"]
    client.post(f"{BASE}/ops", json={"ops": [operation(tile, category=category) for tile in result]})
    client.cookies.set("sceneloop_actor", "bob")
    later = [{**tile, "version": tile["version"] + 1} for tile in result]
    client.post(
        f"{BASE}/ops",
        json={"ops": [operation(later[0], category=category), operation(later[1], category=category + 1)]},
    )
    answer = client.get(f"{BASE}/agreement").json()
    assert (answer["all"]["items"], answer["all"]["disagreements"], answer["pairs"][0]["people"]) == (
        2,
        1,
        ["ann", "bob"],
    )
