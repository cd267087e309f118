"""The demo with something on every page: labels, a head in use, and a segmented video."""

from __future__ import annotations

from pathlib import Path

import sample_data
from bench.screens.page_ready import READY as READY
from labeling.exchange import label_import
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from training import one_click
from video.runs import segmentation

LABELS = 60


def fill(path: Path, truth: dict[str, str], folder: Path) -> None:
    """Label 60 images, train a head, segment the video; beside the running server."""
    lines = [f"{name},{truth[name]}" for name in sorted(truth)[:LABELS]]
    file = folder / "answers.csv"
    file.write_text("\n".join(["file,class", *lines]) + "\n", encoding="utf-8")
    opened = workspace.open_workspace(path)
    label_import.label_csv(opened, file, actor="Ann")
    snapshot = Snapshot(opened)
    one_click.train_facet(snapshot, promote="always")
    segmentation.run(snapshot, sample_data.video_file())
    opened.engine.dispose()
