"""Every answer has the shape that the contract states for its route: no field less, none more, none of another type."""

from __future__ import annotations

import base64
import copy
import shutil
import uuid
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import shown_videos
from starlette.testclient import TestClient

import sample_data
from labeling.exchange import video_labels
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from store.items import items
from store.project import video_runs
from store.team import actors, job_rows
from video.runs import run_view, segmentation
from video.whole import clip_lookup, video_adding
from web.api import contract

BASE = "/api/demo"
UNASKED = {("get", "run/{id}"), ("get", "run/{id}/near"), ("get", "run/{id}/programme"), ("get", "run/{id}/script"),
           ("get", "run/{id}/export"), ("get", "live/{job}"), ("post", "segments"), ("post", "map"),
           ("get", "videos/meta"), ("get", "videos/tiles"), ("get", "videos/ids"), ("get", "video/{id}"),
           ("get", "videos/lookup/{job}"), ("post", "videos/next")}  # fmt: skip


def closed(schema: Any) -> Any:
    """A schema whose objects hold the named properties alone."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    tight = {key: closed(part) for key, part in schema.items()}
    return {**tight, "additionalProperties": False} if isinstance(schema.get("properties"), dict) else tight


class Checked:
    """A client that holds each answer against its route's schema, and notes which routes were asked."""

    def __init__(self, client: TestClient) -> None:
        document: Any = copy.deepcopy(contract.openapi())
        self.client, self.paths = client, document["paths"]
        self.components = {"schemas": closed(document["components"]["schemas"])}
        self.asked: set[tuple[str, str]] = set()

    def get(self, path: str, route: str = "", **query: Any) -> Any:
        return self._check("get", route or path, self.client.get(f"{BASE}/{path}", params=query))

    def post(self, path: str, body: Any, **query: Any) -> Any:
        return self._check("post", path, self.client.post(f"{BASE}/{path}", json=body, params=query))

    def _check(self, method: str, route: str, response: Any) -> Any:
        assert response.status_code == 200, (route, response.text)
        answers = self.paths[f"/api/{{ws}}/{route}"][method]["responses"]
        schema = closed(answers["200"]["content"]["application/json"]["schema"])
        whole = {**schema, "components": self.components}
        fault = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(whole).iter_errors(response.json()))
        assert fault is None, f"{method} {route}: {fault.json_path}: {fault.message[:2000]}"
        self.asked.add((method, route))
        return response.json()


@pytest.fixture
def checked(client: TestClient) -> Checked:
    return Checked(client)


def operation(tile: dict[str, Any], kind: str, category: int | None = None, **more: Any) -> dict[str, Any]:
    number = str(uuid.uuid4())
    named = [{"id": tile["id"], "version": None}]
    return {"id": number, "batch": number, "kind": kind, "items": named, "category": category, **more}


def decide(checked: Checked, tiles: list[dict[str, Any]], classes: list[int]) -> None:
    """Every kind of operation, also refused ones, and practice."""
    labelled = [operation(tile, "label", classes[k % len(classes)], order="random") for k, tile in enumerate(tiles)]
    checked.post("ops", {"ops": labelled})
    checked.post("ops", {"ops": [operation(tiles[0], "reject", classes[0]), operation(tiles[1], "unsure", reason="x")]})
    checked.post("ops", {"ops": [operation(tiles[2], "clear", classes[2]), {"id": "broken"}]})
    stale = {"items": [{"id": tiles[3]["id"], "version": 0}]}
    lost = {"items": [{"id": 999_999, "version": None}]}
    some = {"items": [{"id": 999_999, "version": None}, {"id": tiles[4]["id"], "version": None}]}
    checked.post("ops", {"ops": [{**operation(tiles[3], "label", classes[0]), **more} for more in (stale, lost, some)]})


def decide_all(checked: Checked, classes: list[int]) -> None:
    tiles = checked.get("tiles", order="random")["tiles"]
    labelled = [operation(tile, "label", classes[k % len(classes)]) for k, tile in enumerate(tiles)]
    checked.post("ops", {"ops": labelled})


def look(checked: Checked, tile: dict[str, Any], category: int) -> None:
    """Everything that is read."""
    checked.get("meta")
    for order in ("margin", "suspicion", "disagreement", "newest", "random", "next", "tags"):
        checked.get("tiles", order=order)
    checked.get("ids")
    checked.get(f"item/{tile['id']}", "item/{id}")
    checked.get("neighbours", item=tile["id"])
    checked.get("neighbours", text="a page of text")
    checked.get("neighbours", ids=str(tile["id"]))
    checked.get("tiles", order="likeness", text="a page of text", named="0")
    picture = base64.b64encode(next(sample_data.images_folder().iterdir()).read_bytes()).decode()
    checked.post("neighbours", {"image": picture, "limit": 3})
    checked.get("changes", ids=str(tile["id"]), after=0)
    for path in ("clusters", "duplicates", "map", "mapping", "recent", "guidelines", "agreement", "views", "prompts",
                 "scorecard", "taxonomy", "suggestions", "yaml", "tags"):  # fmt: skip
        checked.get(path)
    checked.get("prompts", version=1)
    checked.get("categorize", text="a page of text")
    checked.get("suggest", category=category)
    checked.get("compare", one=1, other=checked.get("prompts")["version"])
    for name in ("suspects", "next", "history"):
        checked.get(f"commands/{name}")
    checked.get("commands/history", item=tile["name"])
    checked.post("commands/export", {"kind": "csv"})
    checked.post("commands/plan", {"kind": "coco", "people": True})


def test_what_reads_and_decides_answers_as_the_contract_says(checked: Checked) -> None:
    classes = checked.get("meta")["classes"]
    tiles = checked.get("tiles", order="random")["tiles"]
    look(checked, tiles[0], classes[0])
    decide(checked, tiles, classes)
    checked.post("next", {})
    checked.post("guidelines", {"category": classes[0], "item": tiles[5]["id"], "kind": "practice"})
    lot = checked.post("accept", {"category": classes[0], "above": 0})
    checked.post("accept", {"category": classes[0], "above": 0, "answers": {t["id"]: None for t in lot["check"]}})
    checked.post("follow", {})
    checked.post("views", {"name": "mine", "query": {"order": "margin"}})
    table = base64.b64encode(f"file,class\n{tiles[7]['name']},document\nnobody.jpg,document\n".encode()).decode()
    batch = checked.post("commands/label", {"file": table})["batch"]
    checked.post("commands/undo", {"batch": batch})
    checked.post("undo", {"preview": True})
    checked.post("undo", {})
    look(checked, tiles[5], classes[0])
    decide_all(checked, classes)
    edit(checked, classes)
    look(checked, tiles[6], classes[0])
    other_people(checked, tiles, classes)
    every = {("get", path) for path in contract.GET} | {("post", path) for path in contract.POST}
    assert checked.asked == every - UNASKED


def edit(checked: Checked, classes: list[int]) -> None:
    """Prompts, their measures, and every change of the tree."""
    draft = {
        "base": 1,
        "categories": [{"id": classes[0], "prompts": [{"text": "zzz of a forest"}]}],
        "focus": classes[0],
    }
    checked.post("draft", draft)
    checked.post("draft", {**draft, "save": True, "tab": "t", "seq": 1})
    checked.get("prompts")
    checked.post("prompt", {**draft, "text": "a forest", "category": classes[0]})
    for path in ("lane", "options", "levels"):
        checked.post(path, draft)
    checked.post("lane", {**draft, "background": ["noise"], "options": {"reject": 0.0}})
    checked.post("yaml", {"text": checked.get("yaml")["text"]})
    checked.post("discard", {"tab": "t"})
    checked.post("publish", {**draft, "note": "n", "propose": True, "options": {"prior": {str(classes[0]): 0.5}}})
    for name in ("outdoor", "night"):
        checked.post(
            "taxonomy", {"action": "add", "name": name, "facet": "tags", "exclusive": False, "prompts": [name]}
        )
    children = [{"name": "woods", "prompts": ["woods"]}, {"name": "sea", "prompts": ["the sea"]}]
    split = {"action": "split", "id": classes[0], "children": children}
    checked.post("taxonomy", {**split, "preview": True})
    batch = checked.post("taxonomy", split)["batch"]
    checked.get("suggestions", batch=batch)
    checked.post("levels", {})
    checked.post("taxonomy", {"action": "edit", "id": classes[1], "changes": {"color": "#112233"}, "preview": True})
    tree = {"action": "import", "name": "t", "text": "categories: [{name: sky, prompts: [clouds]}]"}
    checked.post("taxonomy", {**tree, "preview": True})
    checked.post("undo", {"batch": checked.post("taxonomy", tree)["batch"]})
    checked.post("tags", {"facet": "tags"})
    tile = checked.get("tiles", order="tags")["tiles"][0]
    tag = next(row["id"] for row in checked.get("meta")["categories"] if row["open"])
    checked.post("ops", {"ops": [operation(tile, "label", tag), operation(tile, "reject", tag)]})


def other_people(checked: Checked, tiles: list[dict[str, Any]], classes: list[int]) -> None:
    """A second opinion, and an answer to a practice image."""
    checked.client.cookies.set("sceneloop_actor", "bob")
    checked.post("ops", {"ops": [operation(tile, "label", classes[1]) for tile in tiles[6:12]]})
    checked.get("agreement")
    batch = checked.post("next", {}, order="next")["tiles"]
    practice = [tile for tile in batch if tile.get("practice")]
    assert practice, "no practice image is mixed into the batch"
    checked.post("ops", {"ops": [operation(practice[0], "practice", classes[1])]})
    checked.get("recent")


@pytest.mark.slow
def test_a_run_answers_as_the_contract_says(checked: Checked, root: Path) -> None:
    opened = workspace.open_workspace(root / "demo")
    run = segmentation.run(Snapshot(opened), sample_data.video_file(), actor="ann")
    checked.get(f"run/{run}", "run/{id}")
    shown = checked.get(f"run/{run}", "run/{id}", compare="zero-shot", smoothing="0")
    checked.get(f"run/{run}/near", "run/{id}/near", frames="0,1")
    checked.get(f"run/{run}/programme", "run/{id}/programme")
    checked.get(f"run/{run}/script", "run/{id}/script")
    checked.get(f"run/{run}/export", "run/{id}/export", format="csv")
    span = {"start_s": 0, "end_s": shown["segments"][0]["end_s"], "category": shown["segments"][0]["category"]}
    checked.post("segments", {"run": run, "segments": [span]})
    checked.get(f"run/{run}", "run/{id}")
    with opened.engine.begin() as connection:
        path = str(sample_data.video_file().resolve())
        job = job_rows.add(connection, "segment", {"path": path}, actors.id_of(connection, "ann"))
        row = video_runs.get(connection, run)
        items.set_meta(connection, {row.item_id: {"programme": "The demo"}})
    checked.get(f"live/{job}", "live/{job}")
    shutil.copy(opened.folder("runs") / row.file, run_view.live_file(opened, job))
    checked.get(f"live/{job}", "live/{job}")
    opened.engine.dispose()


def looked_up(checked: Checked, path: Path, film: Path) -> None:
    """A clip that was looked up is answered with its bytes and stills; another job, and one not done, is none."""
    opened = workspace.open_workspace(path)
    result = clip_lookup.look_up(Snapshot(opened), film, "calm")
    with opened.engine.begin() as connection:
        ann = actors.id_of(connection, "ann")
        done, waiting = (job_rows.add(connection, "look_up", {"path": str(film)}, ann) for _ in range(2))
        other = job_rows.add(connection, "map", {}, ann)
        job_rows.change(connection, done, state="done", result={**result})
        job_rows.change(connection, other, state="done", result={})
    opened.engine.dispose()
    view = checked.get(f"videos/lookup/{done}", "videos/lookup/{job}")
    assert [(facet["name"], len(facet["categories"])) for facet in view["facets"]] == [("tags", 2), ("when", 2)]
    assert view["known"] == view["matches"][0]["item"], "it is one of the videos"
    clip = checked.client.get(f"/clip/demo/lookup/{done}", headers={"Range": "bytes=0-9"})
    assert (clip.status_code, clip.content) == (206, film.read_bytes()[:10])
    still = checked.client.get(f"/still/demo/lookup/{done}/500.jpg")
    assert (still.status_code, still.headers["content-type"]) == (200, "image/jpeg")
    assert checked.client.get(f"/still/demo/lookup/{done}/{10**12}.jpg").status_code == 404
    for number in (waiting, other, 999_999):
        assert checked.client.get(f"{BASE}/videos/lookup/{number}").status_code == 400, number
    for number in (other, 999_999):
        assert checked.client.get(f"/clip/demo/lookup/{number}").status_code in (400, 404), number
        assert checked.client.get(f"/still/demo/lookup/{number}/0.jpg").status_code in (400, 404), number


def test_whole_videos_answer_as_the_contract_says(checked: Checked, root: Path, tmp_path: Path) -> None:
    pictures = sorted(sample_data.images_folder().iterdir())
    for number in range(2):
        shown_videos.film(tmp_path / f"film-{number}.mp4", pictures[3 * number : 3 * number + 3], tone=number == 1)
    opened = workspace.open_workspace(root / "demo")
    assert checked.get("videos/meta")["facet"] is None
    assert checked.get("videos/tiles")["tiles"] == []
    video_adding.add(opened, [tmp_path], actor="ann")
    video_labels.add_named_classes(opened, ["calm", "loud"])
    video_labels.add_named_classes(opened, ["day", "night"], "when", exclusive=True)
    opened.engine.dispose()
    facets = checked.get("videos/meta")["facets"]
    assert [facet["name"] for facet in facets] == ["tags", "when"]
    for facet in facets:
        meta = checked.get("videos/meta", facet=facet["id"])
        [first, second] = checked.get("videos/tiles", facet=facet["id"], order="newest")["tiles"]
        dealt = checked.post("videos/next", {}, facet=facet["id"], order="next")
        assert {tile["id"] for tile in dealt["tiles"]} == {first["id"], second["id"]}
        category = meta["categories"][0]["id"]
        checked.post("ops", {"ops": [operation(first, "label", category)]})
        assert checked.get("videos/ids", facet=facet["id"], tag=f"{category}:yes")["total"] == 1
        detail = checked.get(f"video/{first['id']}", "video/{id}", facet=facet["id"])
        assert [event["actor"] for event in detail["history"]] == ["ann"]
        assert "cannot name a sound" in detail["unheard"]
        example = {"category": category, "item": first["id"], "kind": "example", "facet": facet["id"]}
        [guideline, _] = checked.post("guidelines", example)["guidelines"]
        assert [tile["title"] for tile in guideline["examples"]] == [first["title"]]
        assert checked.get("guidelines", facet=facet["id"])["guidelines"][0] == guideline
        assert [near["id"] for near in detail["near"]] == [second["id"]]
        checked.post("undo", {})
    looked_up(checked, root / "demo", tmp_path / "film-0.mp4")
    picture = checked.client.get(f"/thumb/demo/{first['id']}.webp")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/webp")
    assert checked.client.get(f"{BASE}/video/999999").status_code == 400
    assert checked.client.get(f"{BASE}/videos/tiles", params={"order": "margin"}).status_code == 400
