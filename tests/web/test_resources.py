"""Workspaces that the server holds open are closed when they are let go."""

from __future__ import annotations

from pathlib import Path

import pytest

import sample_data
from jobs import processes
from video.runs import segmentation
from web import open_images, resources


def test_a_workspace_that_is_let_go_keeps_no_connection(root_on_postgresql: Path) -> None:
    assert root_on_postgresql.exists()
    opened = resources.workspace("demo")
    with opened.read() as connection:
        driver = connection.connection.driver_connection
    assert driver is not None
    assert not driver.closed  # back in the pool, for the next question
    resources.close()
    assert driver.closed
    assert resources.workspace("demo") is not opened


def test_pages_of_closed_workspaces_hold_no_proposals(root_on_postgresql: Path) -> None:
    assert root_on_postgresql.exists()
    open_images.remember("demo", "Ann", [3, 1])
    assert open_images.held("demo") == [1, 3]
    resources.close()
    assert open_images.held("demo") == []


def test_who_has_an_image_open_too() -> None:
    open_images.forget()
    for person, items in (("Bob", [3, 1]), ("Ann", [1, 2]), ("Carl", [9])):
        open_images.remember("demo", person, items)
    open_images.remember("other", "Dora", [1])
    assert open_images.beside("demo", "Ann", [1, 2]) == ["Bob"]
    assert open_images.beside("demo", "Eve", [1, 9]) == ["Ann", "Bob", "Carl"]
    assert open_images.beside("demo", "Eve", [4]) == []
    open_images.forget()


@pytest.mark.slow
def test_a_child_gets_ready_before_anybody_opens_segments_where_there_is_a_video(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert root.exists()
    monkeypatch.setattr(processes, "_spare", [])
    resources.close()
    resources.warm_video()
    assert processes._spare == [], "images alone need none"
    segmentation.register(resources.workspace("demo"), sample_data.video_file())
    resources.warm_video()
    (spare,) = processes._spare
    assert spare.poll() is None
    assert spare.stdin is not None
    spare.stdin.close()
    assert spare.wait(60) == 0
