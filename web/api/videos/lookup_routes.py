"""Clips that were looked up: what became of one, its bytes and its pictures. A clip is the file that its job names."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from typing_extensions import TypedDict

import jobs
from errors import InputError
from jobs.showing import JobView
from labeling.exchange.video_titles import title_of
from store.items import items, video_features
from store.project import taxonomy
from store.project.taxonomy import VIDEO
from store.workspace import Workspace
from training.video_review import video_meta
from training.video_review.video_meta import VideoCategory
from training.whole_videos.video_explanation import ExplainedTag
from video.decoding import media_type, still
from video.matching.fragment_matches import LIMIT
from video.whole.clip_lookup import LookedUpClip
from video.whole.fragment_origin import FragmentMatch
from web import resources
from web.api.media_routes import A_DAY, MAX_MS, STILL_SIDE
from web.api.request import Ask, failure, loaded

GONE = "There is no clip of that number that was looked up. Reload the page."


class LookedUpFacet(TypedDict):
    """What one facet says of a clip, with its name and its categories of today."""

    facet: int
    name: str
    categories: list[VideoCategory]
    model: str | None
    reason: str
    tags: list[ExplainedTag]


class MatchedVideo(FragmentMatch):
    """A match with what its video is called."""

    title: str


class ClipView(TypedDict):
    """A clip that was looked up. `known` is the whole video of the workspace that has its bytes; `limit` the least score of a match."""

    job: int
    name: str
    title: str
    duration_s: float
    sound: str
    facets: list[LookedUpFacet]
    matches: list[MatchedVideo]
    programme: str | None
    searched: int
    without_moments: int
    known: int | None
    limit: float


def lookup(ask: Ask) -> ClipView:
    """What became of a clip that was looked up."""
    job = _job(ask.workspace, ask.path["job"])
    if job["state"] != "done" or job["result"] is None:
        raise InputError(GONE)
    looked = cast(LookedUpClip, job["result"])
    with ask.workspace.read() as connection:
        facets = {one.id: one for one in taxonomy.facets(connection, VIDEO)}
        classes = taxonomy.categories(connection, subject=VIDEO)
        rows = items.get_many(connection, sorted({match["item"] for match in looked["matches"]}))
    now = [
        LookedUpFacet(
            facet=one["facet"], name=facets[one["facet"]].name, model=one["model"], reason=one["reason"], tags=one["tags"],
            categories=video_meta.categories(
                facets[one["facet"]], tuple(each for each in classes if each.facet_id == one["facet"])
            ),
        )
        for one in looked["facets"]
        if one["facet"] in facets
    ]  # fmt: skip
    return {
        "job": job["id"], "name": looked["name"], "title": looked["title"], "duration_s": looked["duration_s"],
        "sound": looked["sound"], "facets": now,
        "matches": [MatchedVideo(**match, title=title_of(rows[match["item"]])) for match in looked["matches"] if match["item"] in rows],
        "programme": looked["programme"], "searched": looked["searched"], "without_moments": looked["without_moments"],
        "known": known_as(ask.workspace, looked["sha256"]), "limit": LIMIT,
    }  # fmt: skip


def known_as(workspace: Workspace, digest: str) -> int | None:
    """The whole video of a workspace that has the bytes of a SHA-256, or None."""
    with workspace.read() as connection:
        number = items.known(connection, "video", [digest]).get(digest)
        return number if number is not None and video_features.is_whole(connection, number) else None


@loaded
async def clip(request: Request) -> Response:
    """The bytes of a clip that was looked up, whole or the range asked for."""
    path = await _file(request)
    if path is None:
        return failure(404, GONE)
    return FileResponse(path, media_type=await run_in_threadpool(media_type.of, path), headers=A_DAY)


@loaded
async def still_at(request: Request) -> Response:
    """The picture of such a clip at a time in milliseconds."""
    path = await _file(request)
    milliseconds = int(request.path_params["ms"])
    if path is None or milliseconds > MAX_MS:
        return failure(404, GONE)
    picture = await run_in_threadpool(still.at, path, milliseconds / 1000, STILL_SIDE)
    return Response(picture, media_type="image/jpeg", headers=A_DAY)


async def _file(request: Request) -> Path | None:
    """The file that was looked up, where it still lies there."""
    workspace, number = resources.workspace(request.path_params["ws"]), int(request.path_params["job"])
    job = await run_in_threadpool(_job, workspace, number)
    path = Path(job["arguments"]["path"])
    return path if path.is_file() else None


def _job(workspace: Workspace, number: int) -> JobView:
    """A look-up by its number.

    Raises:
        InputError: there is none.
    """
    job = jobs.get(workspace, number)
    if job["kind"] != "look_up":
        raise InputError(GONE)
    return job
