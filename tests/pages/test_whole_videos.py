"""Whole videos on Data and Overview, where what is missing and what is labelled is counted; and the page of videos before there are any."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from page_steps import go, text
from streamlit.testing.v1 import AppTest
from whole_films import film, tone

from labeling.exchange import video_labels
from labeling.exchange.video_labels import RowLabel
from store import workspace
from video.whole import video_adding


def test_a_workspace_without_videos_shows_three_steps_below_the_title(app: AppTest) -> None:
    shown = go(app, "videos")
    assert not shown.exception
    written = text(shown)
    places = [
        written.find(words) for words in ("<h1>Videos", "Start in three steps", "Add videos", "Name tags and classes")
    ]
    assert -1 not in places
    assert places == sorted(places)
    assert {"videos_add", "classes_add"} <= {each.key for each in shown.button}
    shown.segmented_control(key="view").set_value("Look up").run()
    assert not shown.exception
    assert [each.label for each in shown.text_input if each.key == "lookup_path"] == ["Or its path on this computer"]
    assert "Start in three steps" not in text(shown)


def test_what_is_missing_and_what_is_labelled_is_counted(app: AppTest, root: Path, tmp_path: Path) -> None:
    shown = go(app, "data")
    assert "Whole videos" not in text(shown)
    assert "whole video" not in text(shown.switch_page("../pages/overview.py").run())
    films = tmp_path / "films"
    films.mkdir()
    film(films / "loud.mkv", 40, 2, tone(2))
    film(films / "silent.mkv", 90, 2, np.zeros(32_000, np.float32))
    film(films / "mute.mkv", 140, 2)
    (films / "broken.mp4").write_bytes(b"no video at all" * 100)
    (tmp_path / "titles.csv").write_text("file,title\nloud.mkv,A tone\n")
    (tmp_path / "class.txt").write_text("tone\nnews\n")
    opened = workspace.open_workspace(root / "demo")
    video_adding.add(opened, [films], titles=tmp_path / "titles.csv", actor="ann")
    video_labels.add_classes(opened, tmp_path / "class.txt", "sounds")
    assert video_labels.write(opened, [RowLabel(2, "loud.mkv", "tone")], actor="ann", note="").labelled == 1
    opened.engine.dispose()

    shown = shown.switch_page("../pages/data.py").run()
    panel = next(str(part.body) for part in shown.get("html") if "Without a title" in str(part.body))
    for name, value in (
        ("Videos", "3"), ("Without a title", "2"), ("Silent", "1"), ("Without a sound track", "1"), ("Set aside", "1"),
        ("sounds", "2 classes, 1 video labelled"),
    ):  # fmt: skip
        assert f'<span>{name}</span><b title="{value}">{value}</b>' in panel
    overview = text(shown.switch_page("../pages/overview.py").run()).replace("\\", "")
    assert (
        "3 whole videos: 2 without a title, 1 silent, 1 without a sound track, 1 set aside. 1 labelled in sounds"
        in overview
    )
