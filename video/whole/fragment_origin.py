"""Which video of the workspace, and which programme, a fragment comes from: from where to where, how sure, or nothing."""

from __future__ import annotations

import os
from pathlib import Path

from typing_extensions import TypedDict

from embedding.ingest import video_encoders
from embedding.pictures import images
from errors import InputError
from labeling.exchange.video_labels import VIDEOS
from labeling.exchange.video_titles import programme_of
from progress import Progress, silent
from reading import Elsewhere, File
from store.blobs import blob, buckets
from store.blobs.blob import Blob
from store.items import items
from store.items.file_names import Names
from store.items.item_rows import ItemRow
from store.workspace import Workspace
from video.matching import fragment_matches
from video.matching.fragment_index import Query
from video.matching.fragment_matches import Match, MatchOptions
from video.whole import feature_extraction, moment_index


class FragmentMatch(TypedDict):
    """A stretch of a video of the workspace that is a stretch of the fragment, in seconds.

    Attributes:
        video: its name. item: its id. programme: None where none is known. start_s, end_s: in the video. from_s, to_s: in the fragment.
        score: how alike they are, at most 1. mirrored: left and right are changed round. speed: seconds of the video a second of the
            fragment. same_file: the fragment is this very file.
    """

    video: str
    item: int
    programme: str | None
    start_s: float
    end_s: float
    from_s: float
    to_s: float
    score: float
    mirrored: bool
    speed: float
    same_file: bool


class FragmentOrigin(TypedDict):
    """Where a fragment comes from.

    Attributes:
        matches: the strongest first. programme: of the strongest match of another file that has one. searched: videos that were looked
            through. without_moments: whole videos that were not, for they were added by another model or as features alone.
    """

    matches: list[FragmentMatch]
    programme: str | None
    searched: int
    without_moments: int


def find(
    workspace: Workspace, video: str, *, options: MatchOptions | None = None, progress: Progress = silent
) -> FragmentOrigin:
    """Look up a fragment; it alone is decoded, and nothing of it is kept.

    Args:
        video: path of a file, or the name of a video of the workspace.
        progress: called once a frame with the seconds behind and the seconds in all.

    Raises:
        InputError: there is no such file, or it is not a video. EncoderError: the workspace's model cannot be used.
        StoreError: a file of features is damaged. CancelledError: `progress` stopped it.
    """
    path = _path(workspace, video)
    encoder = video_encoders.open_frames(workspace)
    query = feature_extraction.query(path, encoder, progress)
    return of_query(workspace, query, encoder.moments, images.sha256(path), options)


def of_query(
    workspace: Workspace, query: Query, fingerprint: str, digest: str, options: MatchOptions | None = None
) -> FragmentOrigin:
    """Look up a fragment that was decoded.

    Args:
        fingerprint: of its moments. digest: SHA-256 of its file.

    Raises:
        StoreError: a file of features is damaged.
    """
    index, missing = moment_index.open_index(workspace, fingerprint)
    if index is None:
        return {"matches": [], "programme": None, "searched": 0, "without_moments": missing}
    matches = fragment_matches.find(
        index, query, lambda number: moment_index.moments_of(workspace, number, fingerprint), options
    )
    with workspace.read() as connection:
        rows = items.get_many(connection, sorted({match.video for match in matches}))
    answers = [_answer(match, rows[match.video], same=rows[match.video].sha256 == digest) for match in matches]
    programmes = [
        each["programme"] for each in sorted(answers, key=lambda each: each["same_file"]) if each["programme"]
    ]
    return {
        "matches": answers, "programme": programmes[0] if programmes else None,
        "searched": len(set(index.videos.tolist())), "without_moments": missing,
    }  # fmt: skip


def _answer(match: Match, row: ItemRow, *, same: bool) -> FragmentMatch:
    laid = match.laid
    return {
        "video": row.name, "item": row.id, "programme": programme_of(row) or None,
        "start_s": round(laid.start_s, 2), "end_s": round(laid.end_s, 2),
        "from_s": round(laid.from_s, 2), "to_s": round(laid.to_s, 2), "score": round(match.score, 4),
        "mirrored": match.is_mirrored, "speed": round(laid.speed, 4), "same_file": same,
    }  # fmt: skip


def _path(workspace: Workspace, video: str) -> File:
    """The file that is meant: one at that path, else that of the workspace's video of that name."""
    path = blob.named(video)
    if isinstance(path, Elsewhere):
        return path
    if os.path.isfile(path):
        return path
    with workspace.read() as connection:
        names = Names(connection, VIDEOS)
        ids = names.match(video)
        if len(ids) > 1:
            raise InputError(f"{video} could be {names.choices(ids)}. Write which.")
        row = items.get(connection, ids[0]) if ids else None
    if row is None:
        raise InputError(f"There is no file {video}, and no video of the workspace is called so. Check the path.")
    if buckets.is_uri(row.path):
        return Blob(row.path)
    if not os.path.isfile(row.path):
        raise InputError(f"The file of {row.name} is not at {row.path}. Give a path where it lies.")
    return Path(row.path)
