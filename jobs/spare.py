"""A child that has loaded what a video needs before anybody asks: imports and the model take longer than the first shot."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from errors import AppError
from jobs import work
from jobs.niceness import NICE_FIRST, be_nice
from settings import current

PROBE = 16


def wait(encoder: str) -> int:
    """Load, read `ID WORKSPACE` from stdin, do that job; without a line there is nothing to do."""
    be_nice(NICE_FIRST)
    _load(encoder)
    line = sys.stdin.readline().strip()
    if not line:
        return 0
    job_id, _, workspace = line.partition(" ")
    return work.do(Path(workspace), int(job_id))


def _load(encoder: str) -> None:
    from embedding.ingest.current_encoder import load_once
    from labeling.snapshot.snapshot import Snapshot
    from video.runs import labelled_run, segmentation

    _ = Snapshot, labelled_run, segmentation
    current()
    try:
        loaded = load_once(encoder)
    except AppError:
        return  # the job will meet it again and say so
    # Numbers, not a blank: the comparison of number formats is made now, on what a batch looks like.
    noise = np.random.default_rng(0).integers(0, 255, (PROBE, 96, 128, 3), dtype=np.uint8)
    loaded.encode_frames(list(noise))
