"""Guidelines of a category: what belongs into it in words, with examples and counter-examples from the workspace itself."""

from __future__ import annotations

from typing_extensions import TypedDict

from labeling.categories import tree_edits
from labeling.review import grid, machine_view
from labeling.review.tile import Tile
from labeling.snapshot.snapshot import Snapshot
from store.project import references
from store.project.references import Reference
from store.team import actors


class CategoryGuideline(TypedDict):
    """What belongs into a category, in words and by images, oldest first."""

    category: int
    text: str
    examples: list[Tile]
    counters: list[Tile]
    practice: list[Tile]


class Guidelines(TypedDict):
    """The guidelines of all categories in use."""

    guidelines: list[CategoryGuideline]


def listed(snapshot: Snapshot) -> Guidelines:
    """For each category in use: `text`, and tiles of `examples`, `counters` and `practice`, oldest first."""
    with snapshot.workspace.read() as connection:
        shown = references.listed(connection)
    seen = machine_view.view(snapshot)
    tiles: dict[tuple[int, str], list[Tile]] = {}
    for reference in shown:
        rows = seen.board.rows([reference.item_id])
        if len(rows):
            tile = grid.tile(seen, int(rows[0]), None)
            tiles.setdefault((reference.category_id, reference.kind), []).append(tile)
    return {
        "guidelines": [
            {
                "category": category.id,
                "text": category.description,
                "examples": tiles.get((category.id, "example"), []),
                "counters": tiles.get((category.id, "counter"), []),
                "practice": tiles.get((category.id, "practice"), []),
            }
            for category in snapshot.categories.tree
        ]
    }


def write(snapshot: Snapshot, category_id: int, text: str, actor: str, *, was: str | None = None) -> str | None:
    """Say what belongs into a category; the batch that takes it back, or None where nothing changed.

    Args:
        was: the text that the writer saw; where another stands by now, nothing is written.

    Raises:
        ConflictError: somebody changed the text since.
        InputError: the text is longer than 2,000 characters, or there is no such category.
    """
    if any(
        category.id == category_id and category.description == text.strip() for category in snapshot.categories.tree
    ):
        return None
    seen = None if was is None else {"description": was}
    return tree_edits.edit(snapshot.workspace, category_id, {"description": text}, actor=actor, was=seen).batch


def show(snapshot: Snapshot, category_id: int, item_id: int, kind: str, actor: str, *, on: bool = True) -> None:
    """Make an image an example, a counter-example or a practice image of a category, or take that back.

    Raises:
        InputError: an unknown kind, item or category, or there are enough of that kind.
    """
    with snapshot.workspace.engine.begin() as connection:
        reference = Reference(item_id, category_id, kind)
        if on:
            references.add(connection, reference, actors.id_of(connection, actor))
        else:
            references.remove(connection, reference)
