"""The scorecard as the Prompts page shows it: the gain of each published prompt, and the pair of classes confused most."""

from __future__ import annotations

from typing import Any

import numpy as np

from errors import InputError
from labeling.categories import taxonomy_file
from labeling.prompts import contributions
from labeling.review import grid, machine_view
from labeling.snapshot.snapshot import Snapshot

CLOSE = 0.25  # margin under which the prompts hardly tell two classes apart
PICTURES = 6


def card(snapshot: Snapshot) -> dict[str, Any]:
    """`prompts`, `n` labels, `why` there are no gains, `confused`; kept until a label or a version is added.

    Raises:
        InputError: there are no categories. EncoderError: the encoder has no text side.
    """
    linear, board = snapshot.prompts.zero_shot(), snapshot.labels.board()
    key = (linear.classes, float(linear.weights.sum()), board.last_event, len(board))
    return snapshot.cached("card", key, lambda: {**_gains(snapshot), "confused": _confused(snapshot)})


def _gains(snapshot: Snapshot) -> dict[str, Any]:
    try:
        found = contributions.scorecard(snapshot)
    except InputError as error:  # too few labels: the page says so in its place
        return {"prompts": [], "n": 0, "why": str(error)}
    ids = {name: number for number, name in taxonomy_file.short_names(snapshot.categories.tree).items()}
    rows = [
        {**entry, "category": ids[entry["category"]], "against": ids.get(entry["against"] or "")}
        for entry in found["prompts"]
    ]
    return {"prompts": rows, "n": found["n"], "why": "", "control": found["control"]}


def _confused(snapshot: Snapshot) -> dict[str, Any] | None:
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
