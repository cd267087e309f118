"""Effect of fixes on the next head: images that it did not learn from and whose answer changed the same way."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from labeling.cleaning.label_table import Board
from labeling.snapshot.snapshot import Snapshot
from store.project.heads import HeadRow
from training.heads import out_of_fold
from training.heads.comparison import answers_of, baseline

MOST = 500  # items of a group
# Images whose answer changed like a fix: ids of the classes, numbers of fixes and images, the nearest fix, the images nearest first.
ChangedGroup = TypedDict(
    "ChangedGroup", {"from": int, "to": int, "fixed": int, "count": int, "example": int, "items": list[int]}
)  # fmt: skip


class Changes(TypedDict):
    """Effect of the fixes since the head before on items that were not learned from.

    Attributes:
        fixes: labels that corrected the head before. others: items whose answer changed the same way.
        confirmed, rejected: those of them that people have judged since.
    """

    fixes: int
    others: int
    confirmed: int
    rejected: int
    groups: list[ChangedGroup]


def changed(
    snapshot: Snapshot, board: Board, chosen: HeadRow, before: HeadRow | None, previous: HeadRow | None
) -> Changes:
    """Effect of the fixes since the head before on items that the chosen head did not learn from."""
    linear = snapshot.classifiers.head_linear(chosen)
    old_linear = baseline(snapshot) if before is None else snapshot.classifiers.head_linear(before)
    everything = np.arange(len(board))
    old = answers_of(snapshot, old_linear, linear.classes, everything)
    new = linear.logits(snapshot.vectors).argmax(axis=1) if len(board) else np.empty(0, np.int64)
    truth, learned = board.class_index(linear.classes), _learned(snapshot, board, chosen)
    since = 0.0 if previous is None else previous.created_at.timestamp()
    fixes = learned & board.person & (truth >= 0) & (board.at > since) & (truth != old)
    moved = ~learned & (new != old)
    groups: list[ChangedGroup] = []
    followed = np.zeros(len(board), np.bool_)
    for a, b in {(int(x), int(y)) for x, y in zip(old[fixes], truth[fixes], strict=True) if x >= 0}:
        mine = np.flatnonzero(fixes & (old == a) & (truth == b))
        others = np.flatnonzero(moved & (old == a) & (new == b))
        if not len(others):
            continue
        followed[others] = True
        near = np.asarray(snapshot.vectors[others], np.float32) @ np.asarray(snapshot.vectors[mine], np.float32).T
        best = int(near.max(axis=0).argmax())
        order = np.argsort(-near.max(axis=1), kind="stable")
        groups.append(
            {
                "from": linear.classes[a],
                "to": linear.classes[b],
                "fixed": len(mine),
                "count": len(others),
                "example": int(board.ids[mine[best]]),
                "items": board.ids[others[order]].tolist()[:MOST],
            }
        )
    judged = followed & board.person & (truth >= 0)
    confirmed = int((judged & (truth == new)).sum())
    return {
        "fixes": int(fixes.sum()),
        "others": int(followed.sum()),
        "confirmed": confirmed,
        "rejected": int(judged.sum()) - confirmed,
        "groups": sorted(groups, key=lambda group: -group["count"]),
    }


def _learned(snapshot: Snapshot, board: Board, row: HeadRow) -> npt.NDArray[np.bool_]:
    """Items bool [n] that a head learned from; where these were not kept, those that people had labelled by then."""
    kept = out_of_fold.read(snapshot.workspace, row)
    if kept is None:
        return np.asarray(board.person & ~board.audit & (board.at <= row.created_at.timestamp()), np.bool_)
    return np.isin(board.ids, kept.items)
