"""Renders kept on disk, so that a training run can stop and go on. Nothing here belongs into the repository."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sample_data.world import WorldOptions, render_many

SHARD = 1000


def _shard(folder: Path, first_seed: int, count: int, side: int, options: WorldOptions | None) -> None:
    pixels = folder / f"{first_seed}.npy"
    facts = folder / f"{first_seed}.json"
    if pixels.exists() and facts.exists():
        return
    images, known = render_many(list(range(first_seed, first_seed + count)), side, options)
    facts.write_text(json.dumps([sorted(item) for item in known]))
    partial = folder / f"{first_seed}.part.npy"
    np.save(partial, images)
    partial.rename(pixels)


def prepare(
    folder: Path, first_seed: int, count: int, side: int, processes: int, options: WorldOptions | None = None
) -> list[int]:
    """Render what is missing of `count` seeds from `first_seed` on; returns the first seed of each shard of 1,000."""
    folder.mkdir(parents=True, exist_ok=True)
    seeds = list(range(first_seed, first_seed + count, SHARD))
    # torch may have threads by now: a child that is forked off them can wait for a lock for ever
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for done in [pool.submit(_shard, folder, seed, SHARD, side, options) for seed in seeds]:
            done.result()
    return seeds


def load(folder: Path, seeds: list[int]) -> tuple[NDArray[np.uint8], list[frozenset[str]]]:
    """Pictures uint8 [n, side, side, 3] and the facts of each."""
    facts = [frozenset(item) for seed in seeds for item in json.loads((folder / f"{seed}.json").read_text())]
    return np.concatenate([np.load(folder / f"{seed}.npy") for seed in seeds]), facts
