"""What a shown tile carries beside its label: the runner-up that one click gives, and what stands in the open facets."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from labeling.pipeline import tag_scores, tags
from labeling.pipeline.scene import Scene

Ints = npt.NDArray[np.int64]


def dressed(scene: Scene, rows: Ints, tiles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tiles of these rows (int64) with `next`, their runner-up, and with their open facets where there are any."""
    guesses = [tile["guess"] for tile in tiles]
    made = [{**tile, "next": after} for tile, after in zip(tiles, runners_up(scene, rows, guesses), strict=True)]
    if not tags.facets(scene):
        return made
    return [{**tile, **more} for tile, more in zip(made, tag_scores.of_rows(scene, rows.tolist()), strict=True)]


def runners_up(scene: Scene, rows: Ints, guesses: list[int | None]) -> list[int | None]:
    """The machine's best class of each row apart from the guess and what people have said no to.

    None where no class is left, and where the guess is an inner category of the tree: what is wrong there is not said.
    """
    linear, probabilities = scene.probabilities()
    column = {number: k for k, number in enumerate(linear.classes)}
    rejected = scene.board().rejected
    found: list[int | None] = []
    for row, guess in zip(rows.tolist(), guesses, strict=True):
        left = probabilities[row].copy()
        left[[column[number] for number in {guess, *rejected.get(row, ())} if number in column]] = -1.0
        best = int(left.argmax())
        found.append(linear.classes[best] if guess in column and left[best] >= 0 else None)
    return found
