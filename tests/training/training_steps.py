"""What tests of training do again and again: label the first images of an order."""

from __future__ import annotations

import uuid

from labeling.review import decisions, grid
from labeling.review.grid import TileQuery
from labeling.snapshot.snapshot import Snapshot


def label(snapshot: Snapshot, truth: dict[str, str], count: int, order: str, **query: object) -> list[int]:
    """A person labels the first images of an order by the truth, as Review sends it."""
    ids = {category.name: category.id for category in snapshot.categories.tree}
    page = grid.tiles(snapshot, TileQuery(order=order, states=("none", "machine"), limit=count, **query))["tiles"]  # type: ignore[arg-type]
    ops = [
        {
            "id": str(uuid.uuid4()), "kind": "label", "category": ids[truth[tile["name"].split("/")[-1]]], "order": order,
            "items": [{"id": tile["id"], "version": tile["version"]}],
        }
        for tile in page
    ]  # fmt: skip
    decisions.apply(snapshot, ops, "Ann")
    return [tile["id"] for tile in page]
