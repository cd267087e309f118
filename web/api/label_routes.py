"""Tiles, labels and what looks alike, over the rooms of `labeling`."""

from __future__ import annotations

import base64

from typing_extensions import TypedDict

from errors import InputError, RoleError
from labeling import workspace_meta
from labeling.neighbours import item_detail, near_duplicates, nearest, suspect_clusters
from labeling.neighbours.item_detail import ItemDetail
from labeling.neighbours.near_duplicates import Duplicates
from labeling.neighbours.nearest import Neighbours
from labeling.neighbours.suspect_clusters import SuspectClusters
from labeling.review import bulk_accept, decisions, grid, history, undo_summary
from labeling.review.bulk_accept import Accepted
from labeling.review.decisions import Undone
from labeling.review.grid import Matching, TilePage, TileQuery
from labeling.review.history import Recent
from labeling.review.operations import Acknowledgements
from labeling.review.tile import Tile
from labeling.review.undo_summary import BatchSummary
from labeling.snapshot.subject import Images, Subject
from labeling.team import adjudication
from labeling.workspace_meta import Meta
from training.video_review import video_subject
from web import open_images
from web.api import bodies, queries
from web.api.body_reader import TooLargeError
from web.api.request import Ask

NEAREST = 500  # images
PICTURE_BYTES = 24 * 2**20  # of a picture to search with
SHOWN = 30  # batches; the page leaves out what was undone and shows ten


class NextUndo(TypedDict):
    """What the person's next undo would take back."""

    next: BatchSummary | None


class LotToCheck(TypedDict):
    """A lot that could be accepted, counts of images, and the tiles of its spot check."""

    lot: int
    held_back: int
    skipped_human: int
    check: list[Tile]


def query_of(ask: Ask) -> TileQuery:
    """The filter and the order that a request's address carries."""
    given = ask.asked(queries.Tiles)
    return TileQuery(**{**given.model_dump(), "video": given.video or None})


def settles(ask: Ask, order: str) -> None:
    """Refuse the order that settles disagreements to whoever may not.

    Raises:
        RoleError: the role does not allow it.
    """
    if order == adjudication.ORDER and not ask.may("adjudicate"):
        raise RoleError("A reviewer settles what people disagree about. Ask an owner of this workspace for that role.")


def subject_of(ask: Ask) -> Subject:
    """Images, or the facet of videos that the request's address names.

    Raises:
        InputError: there is no such facet of videos, or it takes any number of labels.
    """
    facet = ask.asked(queries.OfSubject).facet
    return video_subject.of(ask.snapshot, facet) if facet else Images(ask.snapshot)


def meta(ask: Ask) -> Meta:
    """Categories, facets, encoder, versions, who asks."""
    return workspace_meta.meta(ask.snapshot, ask.actor)


def tiles(ask: Ask) -> TilePage:
    """A page of tiles. What it shows keeps its proposals while the person works on it.

    Raises:
        RoleError: see `settles`.
    """
    query = query_of(ask)
    settles(ask, query.order)
    page = grid.tiles(ask.snapshot, query)
    open_images.remember(ask.name, ask.actor, [tile["id"] for tile in page["tiles"]])
    return page


def ids(ask: Ask) -> Matching:
    """Every id and version that matches.

    Raises:
        RoleError: see `settles`.
    """
    query = query_of(ask)
    settles(ask, query.order)
    return grid.ids(ask.snapshot, query)


def item(ask: Ask) -> ItemDetail:
    """One item."""
    return item_detail.item(ask.snapshot, ask.path["id"])


def neighbours(ask: Ask) -> Neighbours:
    """The nearest items of an item, of the middle of some items, or of a text."""
    given = ask.asked(queries.Neighbours)
    limit = min(max(given.limit, 1), NEAREST)
    if given.ids:
        return nearest.around(ask.snapshot, given.ids[:NEAREST], limit)
    return nearest.neighbours(ask.snapshot, item_id=given.item or None, text=given.text, limit=limit)


def like_picture(ask: Ask) -> Neighbours:
    """The nearest items of a picture that came with the request.

    Raises:
        InputError: it is not a usable image. TooLargeError: it has too many bytes.
    """
    given = ask.sent(bodies.Picture)
    if len(given.image) > PICTURE_BYTES * 4 / 3 + 4:
        raise TooLargeError(
            f"{given.name}: an image to search with has at most {PICTURE_BYTES // 2**20} MB. Save it smaller and choose it again."
        )
    try:
        data = base64.b64decode(given.image, validate=True)
    except ValueError as error:
        raise InputError(f"{given.name}: its bytes did not arrive whole. Choose it again.") from error
    if not data:
        raise InputError(f"{given.name}: the file is empty. Choose another one.")
    return nearest.like_picture(ask.snapshot, data, given.name, min(max(given.limit, 1), NEAREST))


def clusters(ask: Ask) -> SuspectClusters:
    """Groups that share a suspected error."""
    return suspect_clusters.clusters(ask.snapshot, min(max(ask.asked(queries.Clusters).limit, 1), 100))


def duplicates(ask: Ask) -> Duplicates:
    """Near-duplicates."""
    return near_duplicates.duplicates(ask.snapshot)


def recent(ask: Ask) -> Recent:
    """The last decisions of the person who asks, and what is left of the images or of a facet of videos."""
    return history.recent(subject_of(ask), ask.actor, SHOWN)


def ops(ask: Ask) -> Acknowledgements:
    """Commit operations, acknowledged one by one.

    Raises:
        InputError: there are none, or too many for one request. RoleError: see `settles`.
    """
    operations = ask.sent(bodies.Ops).ops
    if any(isinstance(one, dict) and one.get("order") == adjudication.ORDER for one in operations):
        settles(ask, adjudication.ORDER)
    return decisions.apply(ask.snapshot, operations, ask.actor)


def undo(ask: Ask) -> NextUndo | Undone:
    """Take back a batch, or the person's newest; with `preview` only say what the next undo would take back."""
    if ask.body.get("preview") is True:
        return {"next": undo_summary.following(ask.snapshot, ask.actor)}
    own = not ask.may("take back others")
    return decisions.undo(ask.snapshot, ask.actor, ask.sent(bodies.Undo).batch, own=own)


def accept(ask: Ask) -> LotToCheck | Accepted:
    """A lot that could be accepted in bulk; with `answers` to its spot check it is accepted.

    Raises:
        InputError: no class or no score was given, or an answer is missing.
    """
    given = ask.sent(bodies.Accept)
    lot = bulk_accept.lot(ask.snapshot, given.category, given.above)
    if given.answers is None:
        return {
            "lot": len(lot.rows),
            "held_back": len(lot.held_back),
            "skipped_human": lot.skipped_human,
            "check": bulk_accept.tiles(ask.snapshot, lot),
        }
    return bulk_accept.accept(ask.snapshot, lot, given.answers, ask.actor, anyway=given.anyway)
