"""Guidelines of a category: what belongs into it in words, with examples and counter-examples from the workspace itself;
for images and for whole videos."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from typing_extensions import TypedDict

from labeling.categories import tree_edits
from labeling.review import grid, machine_view
from labeling.review.tile import Tile, VideoTile
from labeling.snapshot.snapshot import Snapshot
from store.project import references, taxonomy
from store.project.references import Reference
from store.project.taxonomy import Category
from store.team import actors


class CategoryGuideline(TypedDict):
    """What belongs into a category, in words and by images, oldest first."""

    category: int
    text: str
    examples: list[VideoTile | Tile]
    counters: list[VideoTile | Tile]
    practice: list[VideoTile | Tile]


class Guidelines(TypedDict):
    """The guidelines of all categories in use."""

    guidelines: list[CategoryGuideline]


def listed(snapshot: Snapshot) -> Guidelines:
    """For each category of images in use: `text`, and tiles of `examples`, `counters` and `practice`, oldest first."""

    def tiles(shown: Sequence[int]) -> dict[int, Tile]:
        seen = machine_view.view(snapshot)
        rows = seen.board.rows(list(shown)).tolist()
        return {int(seen.board.ids[row]): grid.tile(seen, row, None) for row in rows}

    return of(snapshot, snapshot.categories.tree, tiles)


def of(
    snapshot: Snapshot,
    categories: Sequence[Category],
    tiles_of: Callable[[Sequence[int]], Mapping[int, VideoTile | Tile]],
    facet_id: int | None = None,
) -> Guidelines:
    """The guidelines of some categories.

    Args:
        facet_id: theirs, where they are classes of videos.
        tiles_of: tiles of items by id; an item without one is left out.
    """
    with snapshot.workspace.read() as connection:
        shown = references.listed(connection, facet_id=facet_id)
    tiles = tiles_of(sorted({reference.item_id for reference in shown})) if shown else {}

    def some(category_id: int, kind: str) -> list[VideoTile | Tile]:
        chosen = [one.item_id for one in shown if (one.category_id, one.kind) == (category_id, kind)]
        return [tiles[number] for number in chosen if number in tiles]

    return {
        "guidelines": [
            {
                "category": category.id,
                "text": category.description,
                "examples": some(category.id, "example"),
                "counters": some(category.id, "counter"),
                "practice": some(category.id, "practice"),
            }
            for category in categories
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
    with snapshot.workspace.read() as connection:
        standing = {one.id: one.description for one in taxonomy.categories(connection, subject=None)}
    if standing.get(category_id) == text.strip():
        return None
    seen = None if was is None else {"description": was}
    changed = {"description": text}
    return tree_edits.edit(snapshot.workspace, category_id, changed, actor=actor, was=seen, subject=None).batch


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
