"""One whole video closely: what carries each of its tags and when, its history, and the videos most like it."""

from __future__ import annotations

import numpy as np
from typing_extensions import TypedDict

from errors import AppError, InputError
from labeling import past_events
from labeling.exchange.video_titles import UPLOADER, title_of
from labeling.past_events import PastEvent
from labeling.review.tile import VideoTile
from labeling.snapshot.snapshot import Snapshot
from labeling.team import adjudication
from labeling.team.adjudication import PersonsLabel
from store.items import originals, video_features
from store.items.video_features import FRAMES, SOUND
from training.video_review import video_board, video_tiles
from training.video_review.video_board import VideoBoard
from training.video_review.video_subject import Videos
from training.whole_videos import video_explanation, video_material
from training.whole_videos.video_explanation import ExplainedTag, ExplainedVideo

NEAREST = 8


class NearVideo(TypedDict):
    """A video and the cosine of the mean vectors of its frames and those of another one."""

    id: int
    name: str
    similarity: float


class VideoDetail(TypedDict):
    """A video closely.

    `file` says whether its file is `intact`, `changed`, `missing` or `away`; `frames` and `sound` are states of its features. `tags` are explained by
    `model`; without a model both say nothing, and `reason` says why. `unheard` says why no name is compared with the sound, else "". `history`: events in this facet, newest first.
    `apart` is what people answered where they disagree and nobody has settled it, else empty.
    """

    tile: VideoTile
    file_name: str
    uploader: str
    file: str
    frames: str
    sound: str
    model: str | None
    reason: str
    unheard: str
    tags: list[ExplainedTag]
    history: list[PastEvent]
    apart: list[PersonsLabel]
    near: list[NearVideo]


def detail(snapshot: Snapshot, video: int, facet_id: int = 0) -> VideoDetail:
    """A video of a facet closely.

    Raises:
        InputError: there is no such whole video, or no facet.
    """
    facet = video_board.facet_of(snapshot, facet_id)
    if facet is None:
        raise InputError("No facet of videos is there yet. Name its classes on this page first.")
    board = video_board.read(snapshot, facet)
    row = int(np.searchsorted(board.answers.ids, video))
    if row >= len(board) or board.answers.rows[row].id != video:
        raise InputError(f"There is no whole video {video} in this workspace. Reload the page.")
    item = board.answers.rows[row]
    wanted = video_material.fingerprints(snapshot.workspace)
    with snapshot.workspace.read() as connection:
        state = originals.seen(connection, item)
        sound = video_features.states(connection, SOUND, wanted.sound, [video])[video]
        frames = video_features.states(connection, FRAMES, wanted.frames, [video])[video]
        history = past_events.of(connection, video, facet.id)
    apart = adjudication.answers(Videos(snapshot, board), video) if facet.exclusive else []
    explained, reason = _explained(snapshot, board, row)
    return {
        "tile": video_tiles.tile(board, row, float("nan"), {video: sound.value}),
        "file_name": item.name, "uploader": str(item.meta.get(UPLOADER) or ""),
        "file": state.value,
        "frames": frames.value, "sound": sound.value, "reason": reason,
        "model": None if explained is None else explained["model"],
        "unheard": "" if explained is None else explained["unheard"],
        "tags": [] if explained is None else explained["tags"],
        "history": history, "apart": apart, "near": _near(snapshot, board, row),
    }  # fmt: skip


def _explained(snapshot: Snapshot, board: VideoBoard, row: int) -> tuple[ExplainedVideo | None, str]:
    """(what carries its tags, why nothing does)."""
    if board.machine is None:
        return None, board.reason
    try:
        return video_explanation.explain_row(snapshot, board.answers, board.answers.rows[row]), ""
    except AppError as error:
        return None, str(error)


def _near(snapshot: Snapshot, board: VideoBoard, row: int) -> list[NearVideo]:
    """The videos most like one by the mean of their frames, nearest first; none where it has no frames."""
    means, present = video_board.unit_means(snapshot, board.answers)
    if not present[row]:
        return []
    likeness = np.where(present, means @ means[row], -np.inf)
    likeness[row] = -np.inf
    best = [k for k in np.argsort(-likeness, kind="stable")[:NEAREST].tolist() if np.isfinite(likeness[k])]
    rows = board.answers.rows
    return [
        {"id": rows[k].id, "name": title_of(rows[k]) or rows[k].name, "similarity": round(float(likeness[k]), 4)}
        for k in best
    ]
