"""The grid of whole videos: tiles for a filter and an order, and all ids that match it."""

from __future__ import annotations

import numpy as np
from typing_extensions import TypedDict

from errors import InputError
from labeling.cleaning import error_bounds
from labeling.exchange.video_titles import DESCRIBED, DURATION, programme_of, title_of
from labeling.review.grid import Matching
from labeling.review.tile import VideoTile
from labeling.scoring.multilabel import NO, UNKNOWN, YES
from labeling.snapshot.snapshot import Snapshot
from labeling.tags.scores import TileTag
from labeling.team import adjudication
from store.items import video_features
from store.items.item_rows import ItemRow
from store.items.video_features import SOUND, FeatureState
from training.video_review import blind_tiles, video_board, video_clusters, video_meta
from training.video_review.video_board import VideoBoard
from training.video_review.video_query import VideoQuery
from training.videos.video_set import Bools, Floats, Ints
from training.whole_videos import video_material

ORDERS = ("alike", "next", "doubt", "suspicion", "confidence", "newest", "title", "random", adjudication.ORDER)
STATES = ("none", "machine", "person", "unsure", "no_class")
ANSWERS = ("yes", "no", "unknown", "proposed")
PAGE_LIMIT = 500
PLACES = 4


class Counted(TypedDict):
    """What a page says of the whole facet. counts: by class, the videos that carry it by people. answered: by anybody."""

    counts: dict[int, int]
    answered: int
    videos: int


class VideoPage(Counted):
    """A page of tiles out of `total`."""

    total: int
    tiles: list[VideoTile]


def page(snapshot: Snapshot, query: VideoQuery) -> VideoPage:
    """A page of tiles, how many match, and how many videos carry each class by people.

    Raises:
        InputError: there is no such facet or order.
    """
    facet = video_board.facet_of(snapshot, query.facet)
    if facet is None:
        videos = video_meta.how_many(snapshot.workspace)
        return {"total": 0, "tiles": [], "counts": {}, "answered": 0, "videos": videos}
    board = video_board.read(snapshot, facet)
    rows, value = select(snapshot, board, query)
    alike = _sizes(snapshot, board, rows) if query.order == "alike" else {}
    shown = rows[max(query.offset, 0) :][: min(max(query.limit, 1), PAGE_LIMIT)]
    sound = sound_of(snapshot, [board.answers.rows[row].id for row in shown.tolist()])
    return {
        **figures(board, blind=bool(query.blind)),
        "total": len(rows),
        "tiles": [
            {**_tile(board, row, float(value[row]), sound, query), "alike": alike.get(row, 0)} for row in shown.tolist()
        ],
    }


def figures(board: VideoBoard, *, blind: bool = False) -> Counted:
    """What a page says of the whole facet; without counts where it is `blind`: with few videos they would tell what is hidden."""
    carried = {one.id: int((board.answers.truth[:, k] == YES).sum()) for k, one in enumerate(board.answers.classes)}
    return {
        "counts": {} if blind else carried,
        "answered": sum(board.confirmed(row) for row in range(len(board))),
        "videos": len(board),
    }


def ids(snapshot: Snapshot, query: VideoQuery) -> Matching:
    """Every id and version that matches: what Ctrl+A selects.

    Raises:
        InputError: there is no such facet or order.
    """
    facet = video_board.facet_of(snapshot, query.facet)
    if facet is None:
        return {"total": 0, "items": []}
    board = video_board.read(snapshot, facet)
    rows, _ = select(snapshot, board, query)
    pairs = np.stack([board.answers.ids[rows], board.versions[rows]], axis=1).tolist()
    return {"total": len(rows), "items": [(int(number), int(version)) for number, version in pairs]}


def select(snapshot: Snapshot, board: VideoBoard, query: VideoQuery) -> tuple[Ints, Floats]:
    """(rows that match in order int64 [m], the value float32 [n] that each is sorted by).

    Raises:
        InputError: there is no such order.
    """
    if query.order not in ORDERS:
        raise InputError(f"There is no order {query.order!r}. Use one of {', '.join(ORDERS)}.")
    rows = np.flatnonzero(_matches(board, query) & blind_tiles.asked(snapshot, board, query))
    value = np.full(len(board), np.nan, np.float32)
    if query.like:
        rows = _cluster_of(snapshot, board, rows, query.like)
    if query.order == "alike":
        joined = [number for group in video_clusters.read(snapshot, board, rows) for number in group.tolist()]
        return np.array([*joined, *np.setdiff1d(rows, joined).tolist()], np.int64), value
    if query.order == "title":
        names = [(not title_of(row), (title_of(row) or row.name).casefold()) for row in board.answers.rows]
        return np.array(sorted(rows.tolist(), key=names.__getitem__), np.int64), value
    if query.order == "newest":
        return rows[::-1], value
    if query.order == "random":
        rank = np.argsort(np.argsort(error_bounds.ranks(board.answers.ids), kind="stable"))
        return rows[np.argsort(rank[rows], kind="stable")], value
    if query.order == adjudication.ORDER:
        value = blind_tiles.apart(snapshot, board)
        rows = rows[~np.isnan(value[rows])]
        return rows[np.argsort(-value[rows], kind="stable")], value
    value = {
        "doubt": video_board.doubt,
        "next": video_board.doubt,
        "suspicion": video_board.suspicion,
        "confidence": video_board.confidence,
    }[query.order](board)
    falling = query.order not in ("doubt", "next")  # a list in the order in which a batch is dealt has no leases
    sort = np.nan_to_num(-value[rows] if falling else value[rows], nan=np.inf)
    return rows[np.argsort(sort, kind="stable")], value


def _cluster_of(snapshot: Snapshot, board: VideoBoard, rows: Ints, video: int) -> Ints:
    """Rows of the cluster that holds a video; of one that is like no other it alone."""
    [own] = np.flatnonzero(board.answers.ids == video).tolist() or [-1]
    groups = video_clusters.read(snapshot, board, rows)
    return next((group for group in groups if own in group), rows[rows == own])


def _sizes(snapshot: Snapshot, board: VideoBoard, rows: Ints) -> dict[int, int]:
    """How many videos are alike, by row; rows that are in no cluster are left out."""
    return {row: len(group) for group in video_clusters.read(snapshot, board, rows) for row in group.tolist()}


def _matches(board: VideoBoard, query: VideoQuery) -> Bools:
    keep = np.ones(len(board), np.bool_)
    if query.ids:
        keep &= np.isin(board.answers.ids, query.ids)
    if query.states:
        keep &= np.array([_state(board, row) in query.states for row in range(len(board))], np.bool_)
    column = {one.id: k for k, one in enumerate(board.answers.classes)}
    for number, answer in query.tags:
        if number in column:
            keep &= _answered(board, column[number], answer)
    words = query.named.casefold().split()
    if words:
        texts = [" ".join(_texts(row)).casefold() for row in board.answers.rows]
        keep &= np.array([all(word in text for word in words) for text in texts], np.bool_)
    return keep


def _answered(board: VideoBoard, column: int, answer: str) -> Bools:
    truth = board.answers.truth[:, column]
    if answer == "proposed":
        yes = np.zeros(len(board), np.bool_) if board.machine is None else board.machine.yes[:, column]
        return np.asarray(yes & (truth == UNKNOWN))
    if answer == "no":
        return np.asarray((truth == NO) & ~board.answers.assumed[:, column])
    codes = {"yes": YES, "unknown": UNKNOWN}
    return np.asarray(truth == codes[answer]) if answer in codes else np.ones(len(board), np.bool_)


def _state(board: VideoBoard, row: int) -> str:
    """The state of a tile, of STATES."""
    standing = video_board.standing(board, row)
    if standing is not None:
        return video_board.state_of(standing)
    if board.given(row) and not board.answers.facet.exclusive:
        return "person"
    return "machine" if board.machine is not None and board.machine.yes[row].any() else "none"


def _tile(board: VideoBoard, row: int, value: float, sound: dict[int, str], query: VideoQuery) -> VideoTile:
    """The tile of a row as the query shows it; where people disagree the value is a place, no figure."""
    shown = tile(board, row, float("nan") if query.order == adjudication.ORDER else value, sound)
    return blind_tiles.hidden(board, row, shown, query.blind) if query.blind else shown


def tile(board: VideoBoard, row: int, value: float, sound: dict[int, str]) -> VideoTile:
    """One tile; `sound`: states by item."""
    item = board.answers.rows[row]
    standing = video_board.standing(board, row)
    proposed = video_board.proposed(board, row)
    category = None if standing is None or video_board.state_of(standing) == "no_class" else standing.category_id
    shown: VideoTile = {
        "id": item.id, "name": title_of(item) or item.name, "title": title_of(item), "programme": programme_of(item),
        "duration_s": _seconds(item), "sound": sound.get(item.id, FeatureState.NOT_COMPUTED.value),
        "category": category, "source": None if standing is None else standing.source,
        "actor": None if standing is None else standing.actor_id, "version": int(board.versions[row]),
        "proposed": None if proposed == category else proposed, "guess": category or proposed or 0,
        "value": None if np.isnan(value) else round(value, PLACES), "state": _state(board, row),
        "confidence": None, "margin": None, "suspicion": None, "time_s": None, "video": None,
    }  # fmt: skip
    if board.answers.facet.exclusive:
        return shown
    return {**shown, "versions": {str(board.answers.facet.id): int(board.versions[row])}, "tags": tags(board, row)}


def tags(board: VideoBoard, row: int) -> list[TileTag]:
    """Answers of a video in an open facet: those of people and imports, and the machine's yes where there is none."""
    given = {state.category_id: state for state in board.given(row) if state.value in ("yes", "no")}
    column = {one.id: k for k, one in enumerate(board.answers.classes)}
    answers: list[TileTag] = [
        {"id": number, "value": state.value, "person": True, "score": _chance(board, row, column[number])}
        for number, state in given.items()
        if number in column
    ]
    if board.machine is not None:
        open_ones = np.flatnonzero(board.machine.yes[row] & (board.answers.truth[row] == UNKNOWN)).tolist()
        answers += [
            {"id": board.answers.classes[k].id, "value": "yes", "person": False, "score": _chance(board, row, k)}
            for k in open_ones
        ]
    return answers


def _chance(board: VideoBoard, row: int, column: int) -> float | None:
    return None if board.machine is None else round(float(board.machine.probabilities[row, column]), PLACES)


def sound_of(snapshot: Snapshot, numbers: list[int]) -> dict[int, str]:
    """The state of the sound of some videos."""
    wanted = video_material.fingerprints(snapshot.workspace)
    with snapshot.workspace.read() as connection:
        known = video_features.states(connection, SOUND, wanted.sound, numbers)
    return {number: state.value for number, state in known.items()}


def _seconds(item: ItemRow) -> float | None:
    value = item.meta.get(DURATION)
    return float(value) if isinstance(value, int | float) else None


def _texts(item: ItemRow) -> list[str]:
    """What a video can be found by."""
    return [str(item.meta.get(name) or "") for name in DESCRIBED] + [item.name]
