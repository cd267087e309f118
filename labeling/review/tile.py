"""The tile of an item, and what a shown one carries beside its label: the runner-up that one click gives, and its open facets."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from typing import NotRequired

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from labeling.scoring.zero_shot import Floats, Linear
from labeling.snapshot.snapshot import Snapshot
from labeling.tags import answers, scores
from labeling.tags.scores import TileTag

Ints = npt.NDArray[np.int64]


class Tile(TypedDict):
    """An item as the grid and every other list of images shows it; categories and people are ids.

    `proposed` is the machine's class where it is not the standing one, `guess` the class that batch mode accepts, and `value`
    what the list is sorted by. `state` is `none`, `machine`, `person`, `unsure` or `no_class` (none of the classes), `time_s` in seconds. Pages of the grid carry
    `next`, the runner-up; where the project has open facets they carry `versions` (by facet) and `tags`. `practice` is true
    where an answer is scored and no label is written. `blind` is `opinion` where somebody else has labelled the item and a second label is asked for.
    """

    id: int
    name: str
    category: int | None
    source: str | None
    actor: int | None
    version: int
    proposed: int | None
    guess: int
    value: float | None
    state: str
    confidence: float | None
    margin: float | None
    suspicion: float | None
    time_s: float | None
    video: int | None
    next: NotRequired[int | None]
    versions: NotRequired[dict[str, int]]
    tags: NotRequired[list[TileTag]]
    practice: NotRequired[bool]
    blind: NotRequired[str]


class VideoTile(Tile):
    """A tile of a whole video. `alike`: how many videos are in its cluster, 0 without one; in pages of videos alone.

    `title` is empty where it has none, `sound` one of the states of `store.items.video_features`, `duration_s` in seconds. In an open facet the
    tags that nobody has answered are the machine's of this moment.
    """

    title: str
    programme: str
    duration_s: float | None
    sound: str
    alike: NotRequired[int]


def dressed(snapshot: Snapshot, rows: Ints, tiles: list[Tile]) -> list[Tile]:
    """Tiles of these rows (int64) with `next`, their runner-up, and with their open facets where there are any."""
    guesses = [tile["guess"] for tile in tiles]
    with_next: list[Tile] = [
        {**tile, "next": after} for tile, after in zip(tiles, runners_up(snapshot, rows, guesses), strict=True)
    ]
    if not answers.facets(snapshot):
        return with_next
    return [{**tile, **more} for tile, more in zip(with_next, scores.of_rows(snapshot, rows.tolist()), strict=True)]


def runners_up(snapshot: Snapshot, rows: Ints, guesses: Sequence[int | None]) -> list[int | None]:
    """The machine's best class of each row apart from the guess and what people have said no to.

    None where no class is left, and where the guess is an inner category of the tree: what is wrong there is not said.
    """
    linear, probabilities = snapshot.classifiers.probabilities()
    rejected = snapshot.labels.board().rejected
    alternatives: list[int | None] = []
    for row, guess in zip(rows.tolist(), guesses, strict=True):
        without = {guess, *rejected.get(row, ())}
        alternatives += (likeliest(linear, probabilities[row], without, 1) if guess in linear.classes else []) or [None]
    return alternatives


def likeliest(linear: Linear, chances: Floats, without: Collection[int | None], count: int) -> list[int]:
    """The best classes apart from some, best first and at most `count`, by the probabilities float32 [k] of one row."""
    ranked = (linear.classes[k] for k in np.argsort(-chances, kind="stable").tolist())
    return list(itertools.islice((number for number in ranked if number not in without), count))
