"""Tiles, labels and what looks alike, over `labeling.pipeline`."""

from __future__ import annotations

from typing import Any

from errors import InputError
from labeling.pipeline import accept as bulk
from labeling.pipeline import decide, grid, inspect, past
from labeling.pipeline.grid import TileQuery
from web import shown
from web.asking import Ask

MAX_OPERATIONS = 200
SHOWN = 30  # batches; the page leaves out what was undone and shows ten


def query_of(ask: Ask) -> TileQuery:
    """The filter and the order that a request's address carries."""
    video = ask.number("video", 0)
    return TileQuery(
        order=ask.query.get("order", "margin"),
        classes=ask.numbers("class"),
        proposed=ask.numbers("proposed"),
        sources=ask.words("source"),
        actors=ask.numbers("actor"),
        not_actors=ask.numbers("not_actor"),
        states=ask.words("state"),
        video=video or None,
        split=ask.query.get("split") or None,
        low=ask.real("low"),
        high=ask.real("high"),
        ids=ask.numbers("ids"),
        tags=_tags(ask),
        seed=ask.number("seed", 0),
        offset=ask.number("offset", 0),
        limit=ask.number("limit", 60),
    )


def _tags(ask: Ask) -> tuple[tuple[int, str], ...]:
    """`12:yes,13:unknown` of the address."""
    pairs = [part.partition(":") for part in ask.words("tag")]
    if not all(number.isdigit() and value in ("yes", "no", "unknown", "proposed") for number, _, value in pairs):
        raise InputError("tag must be like 12:yes,13:unknown. Correct the address.")
    return tuple((int(number), value) for number, _, value in pairs)


def meta(ask: Ask) -> dict[str, Any]:
    """Categories, facets, encoder, versions, who asks."""
    return grid.meta(ask.scene, ask.actor)


def tiles(ask: Ask) -> dict[str, Any]:
    """A page of tiles. What it shows keeps its proposals while the person works on it."""
    page = grid.tiles(ask.scene, query_of(ask))
    shown.remember(ask.name, ask.actor, [tile["id"] for tile in page["tiles"]])
    return page


def ids(ask: Ask) -> dict[str, Any]:
    """Every id and version that matches."""
    return grid.ids(ask.scene, query_of(ask))


def item(ask: Ask) -> dict[str, Any]:
    """One item."""
    return inspect.item(ask.scene, ask.path["id"])


def neighbours(ask: Ask) -> dict[str, Any]:
    """The nearest items of an item or a text."""
    item_id = ask.number("item", 0)
    limit = min(max(ask.number("limit", 60), 1), 500)
    return inspect.neighbours(ask.scene, item_id=item_id or None, text=ask.query.get("text"), limit=limit)


def clusters(ask: Ask) -> dict[str, Any]:
    """Groups that share a suspected error."""
    return inspect.clusters(ask.scene, min(ask.number("limit", 20), 100))


def duplicates(ask: Ask) -> dict[str, Any]:
    """Near-duplicates."""
    return inspect.duplicates(ask.scene)


def recent(ask: Ask) -> dict[str, Any]:
    """The last decisions of the person who asks."""
    return past.recent(ask.scene, ask.actor, SHOWN)


def ops(ask: Ask) -> dict[str, Any]:
    """Commit operations, acknowledged one by one.

    Raises:
        InputError: there are none, or too many for one request.
    """
    operations = ask.body.get("ops")
    if not isinstance(operations, list) or not operations or len(operations) > MAX_OPERATIONS:
        raise InputError(f"A request carries 1 to {MAX_OPERATIONS} operations. Reload the page and try again.")
    return decide.apply(ask.scene, operations, ask.actor)


def undo(ask: Ask) -> dict[str, Any]:
    """Take back a batch, or the person's newest."""
    batch = ask.body.get("batch")
    return decide.undo(ask.scene, ask.actor, None if batch is None else str(batch))


def accept(ask: Ask) -> dict[str, Any]:
    """A lot that could be accepted in bulk; with `answers` to its spot check it is accepted.

    Raises:
        InputError: no class or no score was given, or an answer is missing.
    """
    category, above, answers = ask.body.get("category"), ask.body.get("above"), ask.body.get("answers")
    if not isinstance(category, int) or not isinstance(above, int | float) or not 0 <= above <= 1:
        raise InputError("Choose a class and a score between 0 and 1, then try again.")
    made = bulk.lot(ask.scene, category, float(above))
    if answers is None:
        listed = bulk.to_check(ask.scene, made)
        shown = ("lot", "held_back", "skipped_human")
        return {**{key: listed[key] for key in shown}, "check": bulk.tiles(ask.scene, made)}
    try:
        decided = {int(number): None if said is None else int(said) for number, said in dict(answers).items()}
    except (TypeError, ValueError) as error:
        raise InputError("The answers cannot be read. Close the box and open it again.") from error
    return bulk.accept(ask.scene, made, decided, ask.actor)
