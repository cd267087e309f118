"""Renders kept on disk, so that a training run can stop and go on. Nothing here belongs into the repository."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from errors import InputError
from pretraining.world import WorldOptions, render_many, square

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
    return np.concatenate([np.load(folder / f"{seed}.npy", allow_pickle=False) for seed in seeds]), facts


def load_cards(folder: Path, side: int) -> tuple[NDArray[np.uint8], list[frozenset[str]]]:
    """Pictures with cards, as `python -m scenery` writes them: uint8 [n, side, side, 3] in the order of their names, and the facts of each.

    Raises:
        InputError: the folder holds no card.
    """
    cards = sorted(folder.glob("*.json"))
    if not cards:
        raise InputError(f"{folder} holds no picture with a card. Draw some: python -m scenery --out {folder}")
    pixels = np.empty((len(cards), side, side, 3), np.uint8)
    for row, card in enumerate(cards):
        with Image.open(card.with_suffix(".jpg")) as picture:
            pixels[row] = np.asarray(square(picture.convert("RGB"), side))
    return pixels, [frozenset(json.loads(card.read_text(encoding="utf-8"))["facts"]) for card in cards]
