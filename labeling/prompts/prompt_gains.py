"""The scorecard as the Prompts page shows it: the gain of each published prompt, and the pair of classes confused most."""

from __future__ import annotations

from typing import NotRequired

import numpy as np
from typing_extensions import TypedDict

from errors import InputError
from labeling.categories import taxonomy_file
from labeling.prompts import contributions
from labeling.prompts.contributions import Control
from labeling.review import grid, machine_view
from labeling.review.tile import Tile
from labeling.snapshot.snapshot import Snapshot

CLOSE = 0.25  # margin under which the prompts hardly tell two classes apart
PICTURES = 6


class PromptGain(TypedDict):
    """What one published prompt gains, as in `contributions.Contribution`, with categories by id."""

    category: int
    prompt: str
    gain: float | None
    low: float | None
    high: float | None
    against: int | None
    hurts: bool


class Gains(TypedDict):
    """The prompts on `n` labels of people, and their control; `why` there are none."""

    prompts: list[PromptGain]
    n: int
    why: str
    control: NotRequired[Control]


class ConfusedPair(TypedDict):
    """The two classes that are confused most: `count` images of a margin below `within`, ids of at most 200, tiles of six."""

    one: int
    other: int
    count: int
    within: float
    ids: list[int]
    tiles: list[Tile]


class PromptCard(Gains):
    """The scorecard of the Prompts page."""

    confused: ConfusedPair | None


def card(snapshot: Snapshot) -> PromptCard:
    """The gains of the published prompts and the pair confused most, kept until a label or a version is added.

    Raises:
        InputError: there are no categories. EncoderError: the encoder has no text side.
    """
    linear, board = snapshot.prompts.zero_shot(), snapshot.labels.board()
    key = (linear.classes, float(linear.weights.sum()), board.last_event, len(board))
    return snapshot.cached("card", key, lambda: _card(snapshot))


def _card(snapshot: Snapshot) -> PromptCard:
    return {**_gains(snapshot), "confused": _confused(snapshot)}


def _gains(snapshot: Snapshot) -> Gains:
    try:
        scorecard = contributions.measure_prompts(snapshot)
    except InputError as error:  # too few labels: the page says so in its place
        return {"prompts": [], "n": 0, "why": str(error)}
    ids = {name: number for number, name in taxonomy_file.short_names(snapshot.categories.tree).items()}
    rows: list[PromptGain] = [
        {
            "category": ids[entry["category"]],
            "prompt": entry["prompt"],
            "gain": entry["gain"],
            "low": entry["low"],
            "high": entry["high"],
            "against": ids.get(entry["against"] or ""),
            "hurts": entry["hurts"],
        }
        for entry in scorecard["prompts"]
    ]
    return {"prompts": rows, "n": scorecard["n"], "why": "", "control": scorecard["control"]}


def _confused(snapshot: Snapshot) -> ConfusedPair | None:
    """The two classes between which most images lie within a small margin of the prompts."""
    linear, k = snapshot.prompts.zero_shot(), len(snapshot.categories.classes())
    if k < 2 or not len(snapshot.ids):
        return None
    probabilities = linear.probabilities(snapshot.vectors)
    order = np.argsort(probabilities, axis=1)
    first, second = order[:, -1], order[:, -2]
    rows = np.arange(len(probabilities))
    margin = probabilities[rows, first] - probabilities[rows, second]
    close = margin < CLOSE
    if not close.any():
        return None
    pair = np.minimum(first, second) * k + np.maximum(first, second)
    most = int(np.bincount(pair[close], minlength=k * k).argmax())
    between = np.flatnonzero(close & (pair == most))
    shown = between[np.argsort(margin[between], kind="stable")]
    seen = machine_view.view(snapshot)
    return {
        "one": linear.classes[most // k],
        "other": linear.classes[most % k],
        "count": len(between),
        "within": CLOSE,
        "ids": seen.board.ids[shown[:200]].tolist(),
        "tiles": [grid.tile(seen, int(row), float(margin[row])) for row in shown[:PICTURES]],
    }
