"""What a shown tile carries beside its label: the runner-up that one click gives, and what stands in the open facets."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from labeling.scoring.zero_shot import Floats, Linear
from labeling.snapshot.snapshot import Snapshot
from labeling.tags import answers, scores

Ints = npt.NDArray[np.int64]


def dressed(snapshot: Snapshot, rows: Ints, tiles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tiles of these rows (int64) with `next`, their runner-up, and with their open facets where there are any."""
    guesses = [tile["guess"] for tile in tiles]
    made = [{**tile, "next": after} for tile, after in zip(tiles, runners_up(snapshot, rows, guesses), strict=True)]
    if not answers.facets(snapshot):
        return made
    return [{**tile, **more} for tile, more in zip(made, scores.of_rows(snapshot, rows.tolist()), strict=True)]


def runners_up(snapshot: Snapshot, rows: Ints, guesses: list[int | None]) -> list[int | None]:
    """The machine's best class of each row apart from the guess and what people have said no to.

    None where no class is left, and where the guess is an inner category of the tree: what is wrong there is not said.
    """
    linear, probabilities = snapshot.classifiers.probabilities()
    rejected = snapshot.labels.board().rejected
    found: list[int | None] = []
    for row, guess in zip(rows.tolist(), guesses, strict=True):
        without = {guess, *rejected.get(row, ())}
        found += (likeliest(linear, probabilities[row], without, 1) if guess in linear.classes else []) or [None]
    return found


def likeliest(linear: Linear, chances: Floats, without: Collection[int | None], count: int) -> list[int]:
    """The best classes apart from some, best first and at most `count`, by the probabilities float32 [k] of one row."""
    ranked = (linear.classes[k] for k in np.argsort(-chances, kind="stable").tolist())
    return list(itertools.islice((number for number in ranked if number not in without), count))
