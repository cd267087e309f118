"""The nearest items of an item, a text or an image file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
from typing_extensions import TypedDict

from embedding.pictures.images import read as read_image
from errors import InputError
from labeling.neighbours.item_detail import WHY_NEIGHBOURS, row_of
from labeling.review.grid import tile
from labeling.review.machine_view import view
from labeling.review.tile import Tile
from labeling.snapshot.snapshot import Snapshot

NEAR = 20  # the items found first, which say what a search is about
PERSON_WEIGHT = 3
AGREED = 3  # people's labels among the nearest that together need no other voice


class NearTile(Tile):
    """A tile with its cosine to what was searched for, and 1 less it."""

    similarity: float
    distance: float


class Neighbours(TypedDict):
    """The nearest items, nearest first, and the class that is suggested for what was searched for."""

    tiles: list[NearTile]
    suggest: int | None


def neighbours(
    snapshot: Snapshot,
    *,
    item_id: int | None = None,
    text: str | None = None,
    path: Path | None = None,
    limit: int = 60,
) -> Neighbours:
    """The nearest items of an item, a text or an image file, nearest first, each with its similarity (cosine).

    `suggest` is the class to fix them with: for an item what the nearest people's labels agree on, else what its neighbours
    favour, as suspicion has it; for words or a file what most of the near ones carry.

    Raises:
        InputError: nothing was asked for, or the item is unknown. EncoderError: the encoder has no text side.
    """
    by_item = item_id is not None
    seen = view(snapshot, suspicion=by_item, best_by_neighbours=by_item)
    asked = None if item_id is None else row_of(seen, item_id)
    if asked is not None:
        query = np.asarray(snapshot.vectors[asked], np.float32)[None]
    elif path is not None:
        query = snapshot.encoder.encode_frames([read_image(path).pixels])
    elif text and text.strip():
        query = snapshot.encoder.encode_text([text.strip()])
    else:
        raise InputError("Type some words, or choose an image, to search with.")
    wanted = min(limit + 1, max(len(snapshot.ids), 1))
    if not len(snapshot.ids):
        return {"tiles": [], "suggest": None}
    neighbour_ids, cosines = snapshot.geometry.index.search(query, wanted)
    shown: list[NearTile] = []
    for number, cosine in zip(neighbour_ids[0], cosines[0], strict=True):
        if number < 0 or number == item_id:
            continue
        row = int(np.searchsorted(seen.board.ids, number))
        similarity, distance = round(float(cosine), 4), round(1 - float(cosine), 4)
        shown.append({**tile(seen, row, float(cosine)), "similarity": similarity, "distance": distance})
    suggested = _most(shown) if asked is None else _favoured(shown, int(seen.best[asked]))
    return {"tiles": shown[:limit], "suggest": suggested}


def _favoured(shown: list[NearTile], best: int) -> int:
    """What the nearest people's labels agree on where there are some, else what all neighbours favour (`best`)."""
    near = shown[:WHY_NEIGHBOURS]
    people = [near_tile["category"] for near_tile in near if near_tile["state"] == "person" and near_tile["category"]]
    return people[0] if len(people) >= AGREED and len(set(people)) == 1 else best


def _most(shown: list[NearTile]) -> int | None:
    """The class that most of the near items carry; a person's label counts for several of a machine's."""
    counts: Counter[int] = Counter()
    for near_tile in shown[:NEAR]:
        if near_tile["category"] is not None:
            counts[near_tile["category"]] += PERSON_WEIGHT if near_tile["state"] == "person" else 1
    return counts.most_common(1)[0][0] if counts else None
