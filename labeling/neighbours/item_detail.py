"""One item closely: its scores, why it is suspected, and its history."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pydantic import JsonValue
from typing_extensions import TypedDict

from errors import InputError
from labeling import past_events
from labeling.past_events import PastEvent
from labeling.review.grid import tile
from labeling.review.machine_view import View, view
from labeling.review.tile import Tile
from labeling.snapshot.snapshot import Snapshot
from labeling.snapshot.subject import Images
from labeling.team import adjudication
from labeling.team.adjudication import PersonsLabel
from store.items import items, originals
from store.team import leases

WHY_NEIGHBOURS = 10


class Lease(TypedDict):
    """Who holds an item, and until when."""

    actor: str
    until: str


class ClassChance(TypedDict):
    """The probability of a class."""

    category: int
    p: float


class ItemDetail(Tile):
    """One item closely; `original` is `intact`, `missing`, `changed` or `away`, `scores` the likeliest first, `history` the newest first.

    `apart` is what people answered where they disagree and nobody has settled it, else empty.
    """

    width: int | None
    height: int | None
    path: str
    original: str
    meta: dict[str, JsonValue]
    frames: int
    audit: bool
    lease: Lease | None
    scores: list[ClassChance]
    why: str
    labelled_by: str
    apart: list[PersonsLabel]
    history: list[PastEvent]


def item(snapshot: Snapshot, item_id: int) -> ItemDetail:
    """One item: scores, why it is suspected, and its history."""
    seen = view(snapshot, suspicion=True)
    row = row_of(seen, item_id)
    linear, probabilities = snapshot.classifiers.probabilities()
    with snapshot.workspace.read() as connection:
        stored = items.get(connection, item_id)
        history = past_events.of(connection, item_id)
        lease = leases.of_item(connection, item_id)
        original = originals.seen(connection, stored)
    scores: list[ClassChance] = [
        {"category": int(number), "p": round(float(p), 4)}
        for number, p in zip(linear.classes, probabilities[row], strict=True)
    ]
    return {
        **tile(seen, row, float(seen.margin[row])),
        "width": stored.width,
        "height": stored.height,
        "path": stored.path,
        "original": str(original),
        "meta": {key: value for key, value in stored.meta.items() if key != items.FRAMES},
        "frames": items.frame_count(stored),
        "audit": bool(stored.audit),
        "lease": None if lease is None else {"actor": lease[0], "until": lease[1].isoformat()},
        "scores": sorted(scores, key=lambda score: -score["p"]),
        "why": _why(snapshot, seen, row),
        "labelled_by": past_events.standing(history),
        "apart": adjudication.answers(Images(snapshot), item_id),
        "history": history,
    }


def row_of(seen: View, item_id: int) -> int:
    rows = seen.board.rows([item_id])
    if not len(rows):
        raise InputError(f"Item {item_id} has no vector yet. Wait until it is embedded, then try again.")
    return int(rows[0])


def _why(snapshot: Snapshot, seen: View, row: int) -> str:
    """One sentence on why a label is suspected, or an empty one."""
    if seen.suspicion is None or np.isnan(seen.suspicion[row]) or seen.suspicion[row] < 0.5 or seen.board.person[row]:
        return ""
    suspicion = snapshot.labels.suspicion()
    linear, _ = snapshot.classifiers.probabilities()
    names = {category.id: category.name for category in snapshot.categories.tree}
    favoured = int(linear.classes[int(suspicion.proposed[row])])
    if favoured == int(seen.board.category[row]):
        return f"Suspicion {seen.suspicion[row]:.2f}: its neighbours do not agree on a class."
    near = _linked(snapshot, row)[:WHY_NEIGHBOURS]
    verified = near[seen.board.person[near]]
    pool, word = (verified, "verified") if len(verified) >= 3 else (near, "")
    same = int((seen.board.category[pool] == favoured).sum())
    of = " ".join(part for part in ("nearest", word, "images") if part)
    return f"Suspicion {seen.suspicion[row]:.2f}: {same} of its {len(pool)} {of} are {names.get(favoured, '?')}."


def _linked(snapshot: Snapshot, row: int) -> npt.NDArray[np.int64]:
    """Rows int64 [k] that a row of the working set is linked with, the nearest first."""
    worked = snapshot.working.rows()
    node = row if worked is None else int(np.searchsorted(worked, row))
    links = snapshot.working.graph().affinity[node]
    near: npt.NDArray[np.int64] = links.indices[np.argsort(-links.data)].astype(np.int64)
    return near if worked is None else worked[near]
