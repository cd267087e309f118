"""A project of whole videos with known tags: one is seen in one frame, one is heard, one is told; a dozen has no labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from embedding.ingest import encoder_change, video_encoders
from labeling.exchange import video_labels
from labeling.exchange.video_labels import RowLabel
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from store.items import items, video_features
from store.items.items import NewItem
from store.items.video_features import FRAMES, SOUND, Features, FeatureState
from store.project import taxonomy
from training.whole_videos import video_training

COUNT, LABELLED, STEPS = 72, 60, 4
TAGS = ("seen", "heard", "told")
BRIEF = 1  # the frame in which the seen tag is


def truth_of(number: int) -> list[str]:
    """Tags of a video: each in its own rhythm."""
    return [tag for tag, every in zip(TAGS, (2, 3, 5), strict=True) if number % every == 0]


def build(folder: Path, *, classes: bool = True, of_pictures: bool = True) -> Path:
    """Make the workspace below a folder; returns its path."""
    folder.mkdir(exist_ok=True)
    opened = workspace.create(folder / "ws")
    encoder_change.change_encoder(opened, "built-in")
    snapshot = Snapshot(opened)
    random, dim = np.random.default_rng(0), snapshot.encoder_row.dim
    frames = video_encoders.frames_fingerprint(snapshot.encoder_row.fingerprint)
    sound = video_encoders.open_sound(opened)
    mark, noise = np.eye(dim, dtype=np.float32)[3], np.eye(sound.dim, dtype=np.float32)[5]
    with opened.engine.begin() as connection:
        if of_pictures:
            taxonomy.add(connection, "nature")
        for number in range(COUNT):
            tags = truth_of(number)
            title = f"{'a told story' if 'told' in tags else 'some clip'} {random.integers(100)}" if number % 7 else ""
            new = NewItem("video", f"/v/{number}.mp4", f"{number}.mp4", sha256=f"{number:064d}", meta={"title": title})
            [video] = items.add(connection, [new])
            rows = random.normal(0, 1, (STEPS, dim)).astype(np.float32)
            rows[BRIEF] += 12 * mark * ("seen" in tags)
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
            seen = Features(FRAMES, frames, "built-in", FeatureState.PRESENT, rows.astype(np.float16), np.arange(4.0))
            heard = random.normal(0, 1, (6, sound.dim)).astype(np.float32) + 6 * noise * ("heard" in tags)
            times = np.arange(6) * 0.48 + 0.48
            loud = Features(SOUND, sound.fingerprint, "log-mel", FeatureState.PRESENT, heard, times)
            if number % 11 == 0:
                loud = Features(SOUND, sound.fingerprint, "log-mel", FeatureState.SILENT, heard[:0], times[:0])
            for each in (seen, loud):
                video_features.record(connection, video, each, video_features.write(opened, each))
    if classes:
        (folder / "class.txt").write_text("\n".join(TAGS))
        video_labels.add_classes(opened, folder / "class.txt")
        rows_of_file = [RowLabel(2, f"{k}.mp4", tag) for k in range(LABELLED) for tag in truth_of(k)]
        video_labels.write(opened, rows_of_file, actor="ann", note="labels.csv")
    opened.engine.dispose()
    return folder / "ws"


def build_trained(folder: Path) -> None:
    """Make the workspace below a folder, and train and promote a head in it."""
    opened = workspace.open_workspace(build(folder))
    video_training.train(Snapshot(opened), actor="ann", promote="always")
    opened.engine.dispose()
