"""A segmented video over HTTP: the run, its keyframes, the clip's ranges, a correction."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

import sample_data
from labeling.pipeline import scene as scenes
from store import workspace
from video import pipeline, still

pytestmark = pytest.mark.slow


@pytest.fixture
def run_id(root: Path) -> int:
    opened = workspace.open_workspace(root / "demo")
    made = pipeline.run(scenes.load(opened), sample_data.video_file(), actor="ann")
    opened.engine.dispose()
    return made


def test_a_run_its_media_and_a_correction(client: TestClient, run_id: int) -> None:
    run = client.get(f"/api/demo/run/{run_id}", params={"compare": "zero-shot", "smoothing": "0"}).json()
    assert run["segments"][0]["start_s"] == 0
    assert run["before"]["segments"]
    assert {segment["category"] for segment in run["segments"]} <= {1, 2, 3}
    assert client.get(f"/api/demo/run/{run_id}", params={"aggregator": "guess"}).status_code == 400

    keyframe = client.get(run["keyframes"][0]["image"])
    assert keyframe.headers["content-type"] == "image/jpeg"
    assert client.get(f"/keyframe/demo/{run_id}/9999.jpg").status_code == 400
    part = client.get(f"/clip/demo/{run['video']}", headers={"Range": "bytes=100-199"})
    assert part.status_code == 206
    assert len(part.content) == 100

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


def test_a_still_is_the_picture_at_its_time() -> None:
    import io

    from PIL import Image

    pictures = [still.at(sample_data.video_file(), seconds) for seconds in (1.0, 20.0, 9999.0)]
    sizes = {Image.open(io.BytesIO(picture)).size for picture in pictures}
    assert len(sizes) == 1
    assert len(set(pictures)) == 3
