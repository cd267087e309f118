"""Heads of a facet of videos as the page shows them: each with its table, and which one is in use."""

from __future__ import annotations

from typing_extensions import TypedDict

from store.project import heads
from store.project.heads import HeadRow
from store.team import actors
from store.workspace import Workspace
from training.metrics.multilabel_metrics import MapGain
from training.videos.open_words.adapter_head import UnseenFigures
from training.whole_videos import kept_heads
from training.whole_videos.comparison_table import TableRow
from training.whole_videos.head_closeup import HeadCloseUp
from written import texts


class VideoHeadSummary(TypedDict):
    """A head of whole videos.

    Attributes:
        at: time of its training, ISO 8601. state: new, promoted or retired. labels: answers that it learned from, about `videos`.
        assumed: answers among them that count as no because nobody ever says no of the class.
        closely: each tag by modality, the learning curve, what is confused; None for a head of an older version.
        unseen: macro mAP on tags that were left out, for a head that scores any tag by its texts. before: what `gain` compares it with. table: models side by side, the chosen one among them.
    """

    id: int
    number: int
    at: str
    state: str
    model: str
    source: str
    reason: str
    labels: int
    videos: int
    assumed: int
    before: str
    gain: MapGain | None
    table: list[TableRow]
    closely: HeadCloseUp | None
    unseen: UnseenFigures | None


def every(workspace: Workspace, facet_id: int) -> list[VideoHeadSummary]:
    """All heads of a facet of videos, the newest first."""
    with workspace.read() as connection:
        rows = heads.every(connection, facet_id=facet_id)
    return [_summary(row) for row in rows if kept_heads.is_of_videos(row)]


def _summary(row: HeadRow) -> VideoHeadSummary:
    card = row.card
    return {
        "id": row.id, "number": row.number, "at": row.created_at.isoformat(), "state": row.state, "model": card["model"],
        "source": card["source"], "reason": row.reason, "labels": row.labels, "videos": card["videos"],
        "assumed": card["assumed"], "before": card.get("before", ""), "gain": card.get("gain"), "table": card["table"],
        "closely": card.get("closely"), "unseen": card.get("unseen"),
    }  # fmt: skip


def promote(workspace: Workspace, head_id: int, actor: str, reason: str = "") -> None:
    """Put a head of videos in use by hand; the reason is kept.

    Raises:
        InputError: the reason cannot be stored, there is no such head, or its file was changed.
    """
    texts.check(reason, "The reason")
    with workspace.engine.begin() as connection:
        actors.id_of(connection, actor)
        row = heads.get(connection, head_id)
        kept_heads.check(workspace.folder("heads") / row.file, row)
        why = f"promoted by {actor}: {reason}" if reason else f"promoted by {actor}"
        heads.promote(connection, head_id, reason=why)
