"""One prompt looked at closely: how its cosines are distributed, its nearest images, and how far it is from the other prompts."""

from __future__ import annotations

import numpy as np
from typing_extensions import TypedDict

from errors import InputError
from labeling.prompts import draft_effect
from labeling.review import grid, machine_view
from labeling.review.tile import Tile
from labeling.scoring.zero_shot import Floats, Linear
from labeling.snapshot.snapshot import Snapshot
from store.project.prompt_set import PromptSet

BINS = 24
PICTURES = 6
NEAREST = 3


class OtherPrompt(TypedDict):
    """Another prompt in use, and its cosine to the one that is looked at."""

    prompt: str
    category: int
    cosine: float


class CloseUp(TypedDict):
    """What a prompt means to the encoder.

    `all` and `own` are counts in 24 bins of the cosines from `low` to `high`, of all items and of those labelled with the
    category; `tiles` are the nearest images, `others` the nearest of all prompts in use.
    """

    prompt: str
    others: list[OtherPrompt]
    low: float
    high: float
    all: list[int]
    own: list[int]
    tiles: list[Tile]


def about(snapshot: Snapshot, text: str, category_id: int, prompt_set: PromptSet | None = None) -> CloseUp:
    """What a prompt means to the encoder.

    Raises:
        InputError: the prompt is empty. EncoderError: the encoder has no text side.
    """
    wanted = " ".join(text.split())[:300]
    if not wanted:
        raise InputError("This prompt is empty. Type some words, then look again.")
    active_prompts = prompt_set if prompt_set is not None else snapshot.prompts.version()[1]
    vector = snapshot.encoder.encode_text([wanted])
    others = _others(snapshot, active_prompts, wanted, vector[0])
    if not len(snapshot.ids):
        return {"prompt": wanted, "others": others, "low": 0.0, "high": 0.0, "all": [], "own": [], "tiles": []}
    cosines = Linear((0,), vector, np.zeros(1, np.float32)).logits(snapshot.vectors)[:, 0]
    board = snapshot.labels.board()
    mine = board.labelled & (board.category == category_id)
    edges = np.linspace(float(cosines.min()), float(cosines.max()) + 1e-6, BINS + 1)
    seen = machine_view.view(snapshot)
    return {
        "prompt": wanted,
        "others": others,
        "low": round(float(edges[0]), 4),
        "high": round(float(edges[-1]), 4),
        "all": np.histogram(cosines, edges)[0].tolist(),
        "own": np.histogram(cosines[mine], edges)[0].tolist(),
        "tiles": [grid.tile(seen, int(row), float(cosines[row])) for row in draft_effect.highest(cosines, PICTURES)],
    }


def _others(snapshot: Snapshot, prompt_set: PromptSet, wanted: str, vector: Floats) -> list[OtherPrompt]:
    texts = [
        (c.id, text) for c in snapshot.categories.tree for text in prompt_set.texts(c.id, c.name) if text != wanted
    ]
    if not texts:
        return []
    cosines = snapshot.encoder.encode_text([text for _, text in texts]) @ vector
    return [
        {"prompt": texts[k][1], "category": texts[k][0], "cosine": round(float(cosines[k]), 4)}
        for k in np.argsort(-cosines, kind="stable")[:NEAREST].tolist()
    ]
