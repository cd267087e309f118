"""A project of videos to change, for the tests of several pages of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from labeling.exchange import video_labels
from labeling.snapshot.snapshot import Snapshot
from store import workspace


@pytest.fixture
def project(trained_videos: Path, tmp_path: Path) -> Iterator[Snapshot]:
    """A copy of the project, with a facet in which each video has one class."""
    shutil.copytree(trained_videos, tmp_path / "ws")
    opened = workspace.open_workspace(tmp_path / "ws")
    video_labels.add_named_classes(opened, ["day", "night"], "when", exclusive=True)
    yield Snapshot(opened)
    opened.engine.dispose()
