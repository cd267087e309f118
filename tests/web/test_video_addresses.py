"""Addresses of pictures and clips: of a workspace whose name has signs that mean something in an address, and of stills."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import quote

import numbered
import pytest
from numbered import even
from starlette.testclient import TestClient

from labeling.snapshot.snapshot import Snapshot
from store import workspace
from video.runs import segmentation


@pytest.mark.parametrize("name", ["a#b", "a b?%", "100%", "ä+ö&c=d;e"])
def test_every_address_of_a_run_leads_somewhere(client: TestClient, root: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(root / "demo", root / name)
    film = numbered.write(tmp_path / "film.mp4", even(0, 40), shades=(40, 200))
    opened = workspace.open_workspace(root / name)
    run = segmentation.run(Snapshot(opened), film)
    opened.engine.dispose()
    shown = client.get(f"/api/{quote(name, safe='')}/run/{run}")
    assert shown.status_code == 200, shown.text
    frames = shown.json()["keyframes"]
    assert frames
    for frame in frames:
        picture = client.get(frame["image"])
        assert picture.status_code == 200, frame["image"]
        assert numbered.number_in(picture.content) == round(frame["time_s"] * 25)


def test_stills_of_a_video(client: TestClient, root: Path, tmp_path: Path) -> None:
    film = numbered.write(tmp_path / "film.avi", even(0, 40), "mpeg4")
    opened = workspace.open_workspace(root / "demo")
    number = segmentation.register(opened, film)
    opened.engine.dispose()
    for shown, at in ((0, 0), (5, 200), (5, 230), (39, 999_999)):
        picture = client.get(f"/still/demo/{number}/{at}.jpg")
        assert picture.headers["content-type"] == "image/jpeg"
        assert numbered.number_in(picture.content) == shown
    image = next(k for k in range(1, 40) if client.get(f"/image/demo/{k}").status_code == 200)
    for path in (f"{image}/0", f"{number}/{10**12}", f"{number}/-5", f"{number}/x", "999999/0", f"{number}/{'9' * 40}"):
        answer = client.get(f"/still/demo/{path}.jpg")
        assert answer.status_code in (400, 404), path
        assert "error" in answer.json()
    clip = client.get(f"/clip/demo/{number}", headers={"Range": "bytes=0-9"})
    assert (clip.status_code, len(clip.content)) == (206, 10)
    film.unlink()
    assert client.get(f"/still/demo/{number}/0.jpg").status_code == 400
