"""Clusters of videos that look alike: stars in arrays, and what one answer labels."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from embedding.ingest import video_encoders
from labeling.review import decisions
from labeling.snapshot.snapshot import Snapshot
from store import workspace
from store.items import items, video_features
from store.items.items import NewItem
from store.items.video_features import FRAMES, Features, FeatureState
from training.video_review import video_clusters, video_detail, video_tiles
from training.video_review.video_query import VideoQuery


def around(direction: int, count: int, dim: int, seed: int, spread: float = 0.02) -> np.ndarray:
    """Unit rows float32 [count, dim] near one axis."""
    rows = np.eye(dim, dtype=np.float32)[direction] + np.random.default_rng(seed).normal(0, spread, (count, dim))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def test_stars_are_disjoint_the_largest_first_and_no_chain_joins_what_differs() -> None:
    rows = np.concatenate([around(0, 5, 16, 1), around(1, 3, 16, 2), around(2, 2, 16, 3)])
    groups = video_clusters.stars(rows)
    assert [sorted(group.tolist()) for group in groups] == [[0, 1, 2, 3, 4], [5, 6, 7]], "two are no cluster"
    angles = np.linspace(0, np.pi / 2, 10)  # each is like the next one, the ends are not alike
    chain = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    for group in video_clusters.stars(chain, alike=0.9):
        middle = chain[group[0]]
        assert (chain[group] @ middle >= 0.9).all()
    assert len(video_clusters.stars(chain, alike=0.9)) > 1
    assert video_clusters.stars(np.zeros((0, 4), np.float32)) == []


@pytest.fixture
def project(trained_videos: Path, tmp_path: Path) -> Iterator[tuple[Snapshot, list[int]]]:
    """A copy of the project with five more videos that look alike; their ids."""
    shutil.copytree(trained_videos, tmp_path / "ws")
    opened = workspace.open_workspace(tmp_path / "ws")
    snapshot = Snapshot(opened)
    dim = snapshot.encoder_row.dim
    frames = video_encoders.frames_fingerprint(snapshot.encoder_row.fingerprint)
    alike = []
    with opened.engine.begin() as connection:
        for number in range(5):
            name = f"like-{number}.mp4"
            [video] = items.add(connection, [NewItem("video", f"/v/{name}", name, sha256=f"{1000 + number:064d}")])
            rows = around(9, 4, dim, number, 0.01).astype(np.float16)
            seen = Features(FRAMES, frames, "built-in", FeatureState.PRESENT, rows, np.arange(4.0))
            video_features.record(connection, video, seen, video_features.write(opened, seen))
            alike.append(video)
    yield snapshot, alike
    opened.engine.dispose()


def test_a_cluster_is_listed_first_chosen_by_one_of_its_videos_and_labelled_by_one_batch(
    project: tuple[Snapshot, list[int]],
) -> None:
    snapshot, alike = project
    query = VideoQuery(order="alike", limit=500)
    tiles = video_tiles.page(snapshot, query)["tiles"]
    assert {tile["id"] for tile in tiles[:5]} == set(alike)
    assert [tile["alike"] for tile in tiles[:6]] == [5, 5, 5, 5, 5, 0]
    assert len({tile["id"] for tile in tiles}) == len(tiles) == 77, "what is like no other follows"
    chosen = video_tiles.ids(snapshot, VideoQuery(like=alike[2]))["items"]
    assert {number for number, _ in chosen} == set(alike)
    assert [number for number, _ in video_tiles.ids(snapshot, VideoQuery(like=tiles[-1]["id"]))["items"]] == [
        tiles[-1]["id"]
    ]
    fewer = video_tiles.ids(snapshot, VideoQuery(like=alike[0], ids=tuple(alike[:3])))["items"]
    assert {number for number, _ in fewer} == set(alike[:3]), "among what the filter lets through"
    category = video_detail.detail(snapshot, alike[0])["tags"][0]["category"]
    op = {
        "id": "one", "kind": "label", "category": category, "source": "neighbour", "order": "neighbours", "bulk": True,
        "items": [{"id": number, "version": version} for number, version in chosen],
    }  # fmt: skip
    [ack] = decisions.apply(snapshot, [op], "ann")["acks"]
    assert (ack["status"], ack["saved"]) == ("saved", 5)
    [event] = video_detail.detail(snapshot, alike[4])["history"]
    assert event["origin"] == "ann, through neighbours"
    assert decisions.undo(snapshot, "ann", ack["batch"])["reverted"] == 5
