"""What is like a run: labelled images beside its keyframes, and the programme it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np
from typing_extensions import TypedDict

from errors import InputError
from labeling.cleaning.label_table import Board
from labeling.scoring.zero_shot import unit
from labeling.snapshot.snapshot import Snapshot
from store.items import items
from store.project import video_runs
from video.runs.labelled_run import analysis_of
from video.segmenting.programme import References

NEAR_SEARCHED, PEOPLE_SEARCHED = 50, 500


class LikeImage(TypedDict):
    """A labelled image that looks like a keyframe; `similarity` is the cosine, `person` whether a person labelled it."""

    id: int
    category: int
    similarity: float
    person: bool


class Match(TypedDict):
    """The reference that a video comes from, and where in it the video begins, in seconds."""

    programme: str
    video: str
    offset_s: float
    score: float


class Origin(TypedDict):
    """How many reference videos could be compared, and the one that fits."""

    references: int
    match: Match | None


def near(
    snapshot: Snapshot, run_id: int, frames: Sequence[int], limit: int = 2, *, people: bool = False
) -> dict[int, list[LikeImage]]:
    """For each keyframe the labelled images most like it, nearest first; those of the same video are left out.

    Args:
        frames: indices of keyframes. limit: images for each. people: only those that a person labelled.

    Raises:
        InputError: no such run or keyframe.
    """
    with snapshot.workspace.read() as connection:
        row = video_runs.get(connection, run_id)
    analysis = analysis_of(snapshot, row.file)
    if not all(0 <= k < len(analysis.keyframes) for k in frames):
        raise InputError("This run has no such keyframe. Reload the page.")
    if not len(snapshot.ids) or not frames:
        return {}
    rows = analysis.vectors[[analysis.keyframes[k].sample for k in frames]].astype(np.float32)
    searched = PEOPLE_SEARCHED if people else NEAR_SEARCHED
    neighbours, cosines = snapshot.geometry.nearest(unit(rows), searched)
    board = snapshot.labels.board()
    near_ones: dict[int, list[LikeImage]] = {}
    for k, numbers, similar in zip(frames, neighbours, cosines, strict=True):
        images = (
            _image(board, int(number), float(cosine), row.item_id)
            for number, cosine in zip(numbers, similar, strict=True)
        )
        usable = (image for image in images if image is not None and (image["person"] or not people))
        near_ones[k] = list(islice(usable, limit))
    return near_ones


def _image(board: Board, number: int, cosine: float, video: int) -> LikeImage | None:
    """A labelled image as the page shows it; None for one without a label, an audit item, a frame of the same video."""
    at = board.rows([number])
    if not len(at) or not board.category[at[0]] or board.audit[at[0]] or board.video[at[0]] == video:
        return None
    category, person = int(board.category[at[0]]), bool(board.person[at[0]])
    return {"id": number, "category": category, "similarity": round(cosine, 4), "person": person}


def programme(snapshot: Snapshot, run_id: int) -> Origin:
    """Which reference video, one whose metadata names a `programme`, a run's video comes from.

    Raises:
        InputError: no such run.
    """
    with snapshot.workspace.read() as connection:
        row = video_runs.get(connection, run_id)
        named = {video.id: video for video in items.videos(connection) if (video.meta or {}).get("programme")}
        usable = [r for r in video_runs.every(connection) if r.item_id in named and r.encoder_id == row.encoder_id]
    newest = {r.item_id: r for r in reversed(usable) if r.item_id != row.item_id}
    if not newest:
        return {"references": 0, "match": None}
    clip = analysis_of(snapshot, row.file)
    known = {video: analysis_of(snapshot, r.file) for video, r in newest.items()}
    numbers = np.concatenate([np.full(len(a.vectors), video, np.int64) for video, a in known.items()])
    times = np.concatenate([a.sample_times for a in known.values()])
    references = References(numbers, times, np.concatenate([a.vectors for a in known.values()]).astype(np.float32))
    match = references.match(clip.sample_times, clip.vectors.astype(np.float32))
    if match is None:
        return {"references": len(newest), "match": None}
    video = named[match.video]
    return {
        "references": len(newest),
        "match": {
            "programme": str(video.meta["programme"]), "video": video.name,
            "offset_s": round(match.offset_s, 2), "score": round(match.score, 4),
        },
    }  # fmt: skip
