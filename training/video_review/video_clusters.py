"""Clusters of videos that look alike, so that one answer can label them all: stars around the video with the most like it."""

from __future__ import annotations

import heapq

import numpy as np

from labeling.snapshot.snapshot import Snapshot
from training.video_review import video_board
from training.video_review.video_board import VideoBoard
from training.videos.video_set import Floats, Ints

ALIKE = 0.7  # cosine of centred means: on the demo's clips 94 % of a cluster then share their top class, and it holds over half of them
LEAST, MOST = 3, 200  # videos of a cluster
BLOCK = 2048  # rows that are compared with all at once


def read(snapshot: Snapshot, board: VideoBoard, rows: Ints) -> list[Ints]:
    """Clusters among some rows of a board (int64), the largest first; videos without frames are in none.

    Raises:
        StoreError: a file of features is missing or damaged.
    """
    means, present = video_board.unit_means(snapshot, board.answers)
    if not present.any():
        return []
    centred = means - means[present].mean(axis=0)
    among = rows[present[rows]]
    return [among[group] for group in stars(centred[among])]


def stars(vectors: Floats, alike: float = ALIKE) -> list[Ints]:
    """Disjoint groups of rows float32 [n, d] that are alike to one row in the middle, which comes first; the largest group first.

    A row belongs to a group where its cosine to the middle is at least `alike`, so that no chain of small steps joins what differs.
    """
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    near: list[Ints] = []
    for start in range(0, len(unit), BLOCK):
        for cosines in unit[start : start + BLOCK] @ unit.T:
            order = np.argsort(-cosines, kind="stable")[:MOST]
            near.append(order[cosines[order] >= alike].astype(np.int64))
    free = np.ones(len(unit), np.bool_)
    waiting = [(-len(own), k) for k, own in enumerate(near)]
    heapq.heapify(waiting)
    groups: list[Ints] = []
    while waiting:
        size, k = heapq.heappop(waiting)
        own = near[k][free[near[k]]]
        if not free[k] or len(own) < LEAST:
            continue
        if len(own) < -size:  # others took some of its own: its turn comes later
            heapq.heappush(waiting, (-len(own), k))
            continue
        groups.append(own)
        free[own] = False
    return groups
