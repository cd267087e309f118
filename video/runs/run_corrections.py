"""Correct a run so that the next head learns: spans and their keyframes become labelled items."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image
from typing_extensions import TypedDict

from embedding.pictures import images
from errors import InputError
from labeling.scoring.zero_shot import unit
from labeling.snapshot.snapshot import Snapshot
from store.database.connection import Connection
from store.items import item_rows, items, vectors
from store.items.items import NewItem
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.project import video_runs
from store.project.video_runs import RunRow
from store.team import actors
from store.workspace import Workspace
from video.runs.labelled_run import analysis_of
from video.segmenting import corrections
from video.segmenting.analysis import Analysis, Keyframe
from video.segmenting.span import Span


class Corrected(TypedDict):
    """What a correction wrote: its batch, None where nothing changed; labels; keyframes that became training images."""

    batch: str | None
    labels: int
    keyframes: int


def correct(snapshot: Snapshot, run_id: int, spans: Sequence[Mapping[str, float]], actor: str) -> Corrected:
    """Label spans of a video: the span and its keyframes become items labelled by the person, as one batch that can be undone.

    Args:
        spans: [{"start_s", "end_s", "category"}].

    Raises:
        InputError: a span is empty or outside the video.
    """
    with snapshot.workspace.read() as connection:
        row = video_runs.get(connection, run_id)
    analysis = analysis_of(snapshot, row.file)
    with snapshot.workspace.engine.begin() as connection:
        batch = Batch(actors.id_of(connection, actor), "human", "segments", note=str(row.summary.get("name", "")))
        changes: list[Change] = []
        new: dict[int, Keyframe] = {}
        keyframes = 0
        for asked in spans:
            span, category = _checked(analysis, asked), int(asked["category"])
            # Rounded, so that the same frames are the same item whoever asks.
            item_id = _segment_item(connection, row.item_id, round(span.start_s, 4), round(span.end_s, 4))
            changes.append(Change(item_id, category))
            for keyframe in analysis.keyframes:
                if span.start_frame <= keyframe.frame < span.end_frame:
                    item_id, fresh = _frame_item(connection, snapshot, row, keyframe.time_s)
                    changes.append(Change(item_id, category))
                    keyframes += 1
                    if fresh:
                        new[item_id] = keyframe
        _embed(connection, snapshot, analysis, new)
        outcomes = labels.write(connection, batch, changes)
    saved = sum(outcome.status == "saved" for outcome in outcomes)
    return {"batch": batch.id if saved else None, "labels": saved, "keyframes": keyframes}


def _checked(analysis: Analysis, asked: Mapping[str, float]) -> Span:
    start, end = float(asked["start_s"]), float(asked["end_s"])
    span = corrections.snapped(analysis, start, end)
    if not (0 <= start < end <= analysis.duration_s + 0.5) or span.frames < 1:
        raise InputError("That span is not inside the video. Choose a start before its end.")
    return span


def _embed(connection: Connection, snapshot: Snapshot, analysis: Analysis, new: dict[int, Keyframe]) -> None:
    """Vectors and thumbnails of new items; the vectors are those of the analysis."""
    if not new:
        return
    rows = np.stack([analysis.vectors[keyframe.sample] for keyframe in new.values()]).astype(np.float32)
    file = vectors.write_shard(snapshot.workspace.folder("vectors"), unit(rows))
    vectors.record(connection, snapshot.encoder_row.id, file, list(new))
    for item_id, keyframe in new.items():
        _thumbnail(snapshot.workspace, item_id, keyframe.jpeg)


def _segment_item(connection: Connection, video_id: int, start_s: float, end_s: float) -> int:
    known = item_rows.segment_at(connection, video_id, start_s, end_s)
    if known is not None:
        return known
    video = items.get(connection, video_id)
    name = f"{video.name}#t={start_s:g},{end_s:g}"
    return items.add(
        connection, [NewItem("segment", video.path, name, parent_id=video_id, time_s=start_s, end_s=end_s)]
    )[0]


def _frame_item(connection: Connection, snapshot: Snapshot, row: RunRow, time_s: float) -> tuple[int, bool]:
    """(item, whether it is new or has no vector of this encoder yet)."""
    time_s = round(time_s, 4)
    known = item_rows.frame_at(connection, row.item_id, time_s)
    if known is not None:
        return known, not vectors.is_embedded(connection, known, snapshot.encoder_row.id)
    video = items.get(connection, row.item_id)
    name = f"{video.name}#t={time_s:g}"
    return items.add(connection, [NewItem("frame", video.path, name, parent_id=row.item_id, time_s=time_s)])[0], True


def _thumbnail(workspace: Workspace, item_id: int, jpeg: bytes) -> None:
    out = workspace.thumb(item_id)
    out.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(jpeg)) as image:
        images.thumbnail(np.asarray(image.convert("RGB")), out)
