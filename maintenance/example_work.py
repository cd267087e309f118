"""Work that somebody has done in the demo, so that a first look shows every page with something on it.

All of it comes after the copy that a reset goes back to: *Start fresh* takes it away.
"""

from __future__ import annotations

import csv

import sample_data
from labeling.review import decisions, grid
from labeling.snapshot.snapshot import Snapshot
from maintenance import demo_videos
from progress import Progress, silent
from store.items import file_names
from store.team import actors, people
from store.workspace import Workspace
from training.fitting.candidates import TrainOptions
from training.heads import head_training
from video.runs import segmentation

PERSON = "Robin (example)"
SHOWN: tuple[tuple[str, int], ...] = (("random", 40), ("suspicion", 10), ("next", 20))
"""The orders in which the images are looked at, and how many of each."""


def stands(workspace: Workspace) -> bool:
    """Whether example work is in a workspace."""
    with workspace.read() as connection:
        return actors.known(connection, PERSON) is not None


def alone(workspace: Workspace) -> bool:
    """Whether it is in a workspace in which nobody else has done anything."""
    with workspace.read() as connection:
        return set(actors.names(connection).values()) == {PERSON, people.MACHINE}


def add(workspace: Workspace, progress: Progress = silent) -> int:
    """Label some images and clips of a demo by their truth, train heads, segment its video; gives the number of labels of images."""
    with sample_data.truth_file().open(encoding="utf-8") as file:
        truth = {row["file"]: row["class"] for row in csv.DictReader(file)}
    snapshot = Snapshot(workspace)
    categories = {category.name: category.id for category in snapshot.categories.classes()}
    labelled = 0
    for order, count in SHOWN:
        page = grid.tiles(snapshot, grid.TileQuery(order=order, states=("none", "machine"), limit=count))
        with workspace.read() as connection:
            files = file_names.handles(connection, [tile["id"] for tile in page["tiles"]])
        operations = [
            {
                "id": f"example-{order}-{tile['id']}",
                "kind": "label",
                "items": [{"id": tile["id"], "version": tile["version"]}],
                "category": categories[truth[files[tile["id"]]]],
                "order": order,
            }
            for tile in page["tiles"]
        ]
        decisions.apply(snapshot, operations, PERSON)
        labelled += len(operations)
        snapshot = Snapshot(workspace)
        progress(labelled, sum(many for _, many in SHOWN))
    head_training.train(snapshot, actor=PERSON, options=TrainOptions())
    segmentation.run(Snapshot(workspace), sample_data.video_file(), actor=PERSON)
    demo_videos.work(workspace, PERSON)
    return labelled
