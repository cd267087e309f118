"""None of these: what the background prompts hold back, and the offset that people's labels ask for."""

from __future__ import annotations

import numpy as np
from typing_extensions import TypedDict

from labeling.review import grid, machine_view
from labeling.review.tile import Tile
from labeling.scoring import rejection
from labeling.scoring.rejection import Lane, LaneMeasured
from labeling.scoring.zero_shot import Floats
from labeling.search import held_back
from labeling.snapshot.snapshot import Snapshot
from store.project.prompt_set import PromptSet

ENOUGH = 20
PICTURES = 6
LINKED = 200


class FittedLane(TypedDict):
    """The options that people's labels ask for: the offset is of logits that the temperature has divided."""

    reject: float
    temperature: float


class HeldBack(TypedDict):
    """How many items a lane holds back, ids of at most 200, and tiles of the first six."""

    count: int
    ids: list[int]
    tiles: list[Tile]


class LaneInUse(TypedDict):
    """The lane of a prompt set; `default` where the project has no background of its own, `on` where it is in use.

    People decided on `n` images and said of `none` of them that they fit no class.
    """

    background: list[str]
    default: bool
    on: bool
    reject: float | None
    n: int
    none: int


class UnfittedLane(LaneInUse, HeldBack):
    """A lane with what it holds back, and why it cannot be fitted: people's decisions do not suffice."""

    why: str


class JudgedLane(LaneInUse, LaneMeasured, HeldBack):
    """A lane with what it holds back, fitted on people's decisions and judged by them."""

    fitted: FittedLane


def report_lane(snapshot: Snapshot, prompt_set: PromptSet | None = None) -> UnfittedLane | JudgedLane:
    """The lane of a prompt set, or of the published one.

    Raises:
        EncoderError: the encoder has no text side. InputError: there are no categories.
    """
    active_prompts = prompt_set if prompt_set is not None else snapshot.prompts.version()[1]
    logits, background = held_back.logits(snapshot, active_prompts)
    rows, truth = held_back.verified(snapshot)
    fitted = rejection.fit(logits[rows], background[rows], truth) if len(rows) >= ENOUGH else None
    reject = (
        active_prompts.options.reject
        if active_prompts.options.reject is not None
        else fitted.reject
        if fitted
        else None
    )
    held = _held(snapshot, logits, background, reject)
    lane: LaneInUse = {
        "background": list(active_prompts.background or held_back.DEFAULT),
        "default": not active_prompts.background,
        "on": held_back.is_on(active_prompts),
        "reject": active_prompts.options.reject,
        "n": len(rows),
        "none": int((truth == rejection.NONE).sum()),
    }
    if fitted is None:
        why = f"Fitting the threshold needs {ENOUGH} labels by people; there are {len(rows)}."
        return {**lane, "why": why, **held}
    return {
        **lane,
        "fitted": _as_options(fitted, active_prompts.options.temperature),
        **rejection.measure(logits[rows], background[rows], truth),
        **held,
    }


def _as_options(lane: Lane, temperature: float) -> FittedLane:
    """A lane that was fitted under a temperature, as the options that have the same effect."""
    return {"reject": round(lane.reject / lane.temperature, 4), "temperature": round(temperature * lane.temperature, 4)}


def _held(snapshot: Snapshot, logits: Floats, background: Floats, reject: float | None) -> HeldBack:
    if reject is None or not len(snapshot.ids):
        return {"count": 0, "ids": [], "tiles": []}
    over = background + reject - logits.max(axis=1)
    rows = np.flatnonzero(over > 0)
    rows = rows[np.argsort(-over[rows], kind="stable")]
    seen = machine_view.view(snapshot)
    return {
        "count": len(rows),
        "ids": seen.board.ids[rows[:LINKED]].tolist(),
        "tiles": [grid.tile(seen, int(row), float(over[row])) for row in rows[:PICTURES]],
    }
