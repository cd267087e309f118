"""A segmented video over HTTP: the run, its keyframes, the clip's ranges, a correction."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

import sample_data
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from store.database import schema
from store.items import items
from store.project import video_runs
from store.team import actors, job_rows
from video.decoding import still
from video.runs import run_view, segmentation

pytestmark = pytest.mark.slow


@pytest.fixture
def run_id(root: Path) -> int:
    opened = workspace.open_workspace(root / "demo")
    run = segmentation.run(Snapshot(opened), sample_data.video_file(), actor="ann")
    opened.engine.dispose()
    return run


def test_a_run_its_media_and_a_correction(client: TestClient, run_id: int) -> None:
    run = client.get(f"/api/demo/run/{run_id}", params={"compare": "zero-shot", "smoothing": "0"}).json()
    assert run["segments"][0]["start_s"] == 0
    assert run["before"]["segments"]
    assert {segment["category"] for segment in run["segments"]} <= {1, 2, 3}
    assert client.get(f"/api/demo/run/{run_id}", params={"aggregator": "guess"}).status_code == 400

    exported = {
        form: client.get(f"/api/demo/run/{run_id}/export", params={"format": form}).json()
        for form in ("csv", "activitynet")
    }
    assert exported["csv"]["name"] == f"segments-{run_id}.csv"
    assert exported["csv"]["text"].count("\n") >= len(run["segments"])
    assert exported["activitynet"]["name"] == f"segments-{run_id}-activitynet.json"
    refused = client.get(f"/api/demo/run/{run_id}/export", params={"format": "docx"})
    assert refused.status_code == 400
    assert "activitynet" in refused.json()["error"]

    keyframe = client.get(run["keyframes"][0]["image"])
    assert keyframe.headers["content-type"] == "image/jpeg"
    assert client.get(f"/keyframe/demo/{run_id}/9999.jpg").status_code == 400
    part = client.get(f"/clip/demo/{run['video']}", headers={"Range": "bytes=100-199"})
    assert part.status_code == 206
    assert len(part.content) == 100

    near = client.get(f"/api/demo/run/{run_id}/near", params={"frames": "0,1"}).json()["frames"]
    assert [frame["index"] for frame in near] == [0, 1]
    assert all(len(frame["images"]) == 2 and not any(one["person"] for one in frame["images"]) for frame in near)
    people = client.get(f"/api/demo/run/{run_id}/near", params={"frames": "0", "people": "1"}).json()["frames"]
    assert people == [{"index": 0, "images": []}], "nobody has labelled anything yet"

    first = run["segments"][0]
    other = next(number for number in (1, 2, 3) if number != first["category"])
    span = {"start_s": first["start_s"], "end_s": first["end_s"], "category": other}
    done = client.post("/api/demo/segments", json={"run": run_id, "segments": [span]}).json()
    assert done["keyframes"] >= 1
    again = client.get(f"/api/demo/run/{run_id}").json()["segments"][0]
    assert (again["category"], again["source"]) == (other, "human")

    frame = next(
        t
        for t in client.get("/api/demo/tiles", params={"state": "person"}).json()["tiles"]
        if t["video"] == run["video"]
    )
    assert frame["time_s"] is not None
    assert client.get(f"/image/demo/{frame['id']}").headers["content-type"] == "image/jpeg"
    assert client.get(f"/clip/demo/{frame['id']}", headers={"Range": "bytes=0-9"}).status_code == 206
    assert client.post("/api/demo/undo", json={"batch": done["batch"]}).json()["reverted"] >= 2
    assert client.get(f"/api/demo/run/{run_id}").json()["segments"][0]["source"] != "human"


def test_a_run_is_shown_to_somebody(client: TestClient, run_id: int, root: Path) -> None:
    shown = client.get(f"/present/demo/{run_id}", params={"smoothing": "0"})
    assert shown.headers["content-type"].startswith("text/html")
    assert "script-src 'sha256-" in shown.headers["content-security-policy"]
    film = re.findall(r'<video src="([^"]+)"', shown.text)
    assert client.get(html.unescape(film[0]), headers={"Range": "bytes=0-9"}).status_code == 206
    assert client.get(f"/present/demo/{run_id}", params={"aggregator": "guess"}).status_code == 400
    assert client.get("/present/demo/9999").status_code == 400
    assert client.get(f"/present/nowhere/{run_id}").status_code == 404
    client.cookies.clear()
    stranger = client.get(f"/present/demo/{run_id}", follow_redirects=False)
    assert (stranger.status_code, stranger.headers["location"]) == (303, "/segments?workspace=demo")


def test_a_mailed_run_plays_and_says_why_where_it_cannot(client: TestClient, run_id: int, root: Path) -> None:
    asked = {"params": {"format": "html"}}
    page = client.get(f"/api/demo/run/{run_id}/export", **asked).json()["text"]
    assert 'src="data:video/mp4;base64,' in page
    assert len(page) < 4_000_000
    opened = workspace.open_workspace(root / "demo")
    with opened.engine.begin() as connection:
        video = video_runs.get(connection, run_id).item_id
        connection.execute(update(schema.item).where(schema.item.c.id == video).values(path=str(root / "gone.mp4")))
    opened.engine.dispose()
    page = client.get(f"/api/demo/run/{run_id}/export", **asked).json()["text"]
    assert "<video" not in page
    assert "Keyframes play in place of the film." in page


def test_what_stands_beside_a_run(client: TestClient, run_id: int, root: Path) -> None:
    run = client.get(f"/api/demo/run/{run_id}").json()
    assert [step["label"] for step in run["plan"]] == [segment["label"] for segment in run["segments"]]
    near = client.get(f"/api/demo/run/{run_id}/near", params={"frames": "0,1"}).json()["frames"]
    assert [frame["index"] for frame in near] == [0, 1]
    assert client.get(f"/thumb/demo/{near[0]['images'][0]['id']}.webp").status_code == 200
    assert client.get(f"/api/demo/run/{run_id}/near", params={"frames": "9999"}).status_code == 400
    script = client.get(f"/api/demo/run/{run_id}/script").json()
    assert script["text"].startswith("#!/bin/sh")
    (root / "demo" / "rules.yaml").write_text("default: {encode: {codec: libx265}}")
    assert client.get(f"/api/demo/run/{run_id}/script").json()["text"].count("libx265") == len(run["segments"])
    (root / "demo" / "rules.yaml").write_text("default: [")
    assert "YAML" in client.get(f"/api/demo/run/{run_id}/script").json()["error"]


def test_the_programme_of_a_copy_is_found(client: TestClient, run_id: int, root: Path) -> None:
    assert client.get(f"/api/demo/run/{run_id}/programme").json() == {"references": 0, "match": None}
    copy = root / "copy.mp4"
    with sample_data.video_file().open("rb") as file:
        copy.write_bytes(file.read() + b"\0" * 16)
    opened = workspace.open_workspace(root / "demo")
    with opened.engine.begin() as connection:
        items.set_meta(connection, {video_runs.get(connection, run_id).item_id: {"programme": "The demo"}})
    other = segmentation.run(Snapshot(opened), copy)
    opened.engine.dispose()
    result = client.get(f"/api/demo/run/{other}/programme").json()
    assert result["references"] == 1
    assert result["match"]["programme"] == "The demo"
    assert abs(result["match"]["offset_s"]) < 0.5


def test_a_run_in_progress_shows_what_it_has_read(client: TestClient, run_id: int, root: Path) -> None:
    opened = workspace.open_workspace(root / "demo")
    with opened.engine.begin() as connection:
        path = str(sample_data.video_file().resolve())
        job = job_rows.add(connection, "segment", {"path": path}, actors.id_of(connection, "ann"))
        file = video_runs.get(connection, run_id).file
    assert client.get(f"/api/demo/live/{job}").json() == {"state": "waiting"}
    shutil.copy(opened.folder("runs") / file, run_view.live_file(opened, job))
    opened.engine.dispose()
    result = client.get(f"/api/demo/live/{job}").json()
    assert result["state"] == "running"
    assert result["read_s"] <= result["duration_s"]
    assert result["video"] == client.get(f"/api/demo/run/{run_id}").json()["video"]
    assert client.get(result["keyframes"][0]["image"]).headers["content-type"] == "image/jpeg"
    assert client.get(f"/keyframe/demo/live/{job}/9999.jpg").status_code == 400


def test_a_still_is_the_picture_at_its_time() -> None:
    import io

    from PIL import Image

    pictures = [still.at(sample_data.video_file(), seconds) for seconds in (1.0, 20.0, 9999.0)]
    sizes = {Image.open(io.BytesIO(picture)).size for picture in pictures}
    assert len(sizes) == 1
    assert len(set(pictures)) == 3
