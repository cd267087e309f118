"""The nearest items of an item, some items, a text or a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from typing_extensions import TypedDict

from embedding.pictures import images
from errors import InputError
from labeling.neighbours.item_detail import WHY_NEIGHBOURS, row_of
from labeling.review.grid import tile
from labeling.review.machine_view import View, view
from labeling.review.tile import Tile
from labeling.search import similarity
from labeling.search.similarity import Floats
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
        InputError: nothing was asked for, the item is unknown, or there is no model to compare words or a picture with.
        EncoderError: the encoder cannot be loaded.
    """
    if item_id is not None:
        seen = view(snapshot, suspicion=True, best_by_neighbours=True)
        asked = row_of(seen, item_id)
        shown = _nearest(snapshot, seen, np.asarray(snapshot.vectors[asked], np.float32)[None], limit + 1)
        others = [near_tile for near_tile in shown if near_tile["id"] != item_id]
        return {"tiles": others[:limit], "suggest": _favoured(others, int(seen.best[asked]))}
    if path is not None:
        return _like(snapshot, similarity.of_picture(snapshot, images.read(path).pixels), limit)
    if text and text.strip():
        return _like(snapshot, similarity.of_words(snapshot, text), limit)
    raise InputError("Type some words, or choose an image, to search with.")


def like_picture(snapshot: Snapshot, data: bytes, name: str, limit: int = 60) -> Neighbours:
    """The nearest items of a picture that is not an item: the bytes of an image file, and what it is called. Nothing is kept of it.

    Raises:
        BadImage: it is not a usable image. InputError: the workspace has no model. EncoderError: the encoder cannot be loaded.
    """
    similarity.needs_a_model(snapshot, "a picture")
    side = images.decoded_side(snapshot.encoder.image_size)
    return _like(snapshot, similarity.of_picture(snapshot, images.decode(Path(name), data, side).pixels), limit)


def around(snapshot: Snapshot, ids: Sequence[int], limit: int = 60) -> Neighbours:
    """Some items and at most `limit` others, nearest to their middle first, each with its similarity (cosine) to the middle.

    Raises:
        InputError: none of the items is there.
    """
    seen = view(snapshot)
    rows = np.unique(seen.board.rows(list(ids)))
    if not len(rows):
        raise InputError("None of these images is in this workspace. Reload the page.")
    middle = similarity.of_centre(snapshot, rows)
    members = set(seen.board.ids[rows].tolist())
    cosines = np.asarray(snapshot.vectors[rows], np.float32) @ middle[0]
    own = [_near_tile(seen, int(row), float(cosine)) for row, cosine in zip(rows, cosines, strict=True)]
    near = _nearest(snapshot, seen, middle, limit + len(members)) if limit else []
    others = [near_tile for near_tile in near if near_tile["id"] not in members][:limit]
    tiles = sorted([*own, *others], key=lambda near_tile: -near_tile["similarity"])
    return {"tiles": tiles, "suggest": _most(own)}


def _like(snapshot: Snapshot, query: Floats, limit: int) -> Neighbours:
    """The nearest items of a unit row float32 [1, d] that is not an item's."""
    tiles = _nearest(snapshot, view(snapshot), query, limit)
    return {"tiles": tiles, "suggest": _most(tiles)}


def _nearest(snapshot: Snapshot, seen: View, query: Floats, wanted: int) -> list[NearTile]:
    if not len(snapshot.ids):
        return []
    neighbour_ids, cosines = snapshot.geometry.nearest(query, wanted)
    near = [(number, cosine) for number, cosine in zip(neighbour_ids[0], cosines[0], strict=True) if number >= 0]
    return [_near_tile(seen, int(np.searchsorted(seen.board.ids, number)), float(cosine)) for number, cosine in near]


def _near_tile(seen: View, row: int, cosine: float) -> NearTile:
    return {**tile(seen, row, cosine), "similarity": round(cosine, 4), "distance": round(1 - cosine, 4)}


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
