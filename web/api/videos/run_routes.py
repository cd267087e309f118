"""Segmented videos: read a run as labelled now, one in progress too, correct its segments."""

from __future__ import annotations

from dataclasses import replace
from typing import cast
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from typing_extensions import TypedDict

import jobs
from video.results import html_report
from video.results.export_formats import FORMATS
from video.runs import run_corrections, run_exports, run_list, run_plans, run_view, similar
from video.runs.labelled_run import View
from video.runs.run_corrections import Corrected
from video.runs.run_view import FinishedRun, RunInProgress
from video.runs.similar import LikeImage, Origin
from video.segmenting.aggregation import Aggregator
from web import resources
from web.accounts import record
from web.api import bodies, queries
from web.api.request import Ask, FileText, actor_of, loaded, query_of
from web.language import report_speech

MAX_FRAMES = 32


class Waiting(TypedDict):
    """A run before its first part is read, or after its end."""

    state: str


class FrameImages(TypedDict):
    """The images like a keyframe, nearest first."""

    index: int
    images: list[LikeImage]


class NearFrames(TypedDict):
    """The images like each keyframe that was asked for."""

    frames: list[FrameImages]


def _view(ask: Ask) -> View:
    return _view_of(ask.asked(queries.RunView))


def _view_of(given: queries.RunView) -> View:
    view = View()
    if given.aggregator:
        view = replace(view, aggregator=cast(Aggregator, given.aggregator))
    if given.smoothing is not None:
        view = replace(view, switch_cost=given.smoothing)
    if given.head:
        view = replace(view, using=given.head)
    return view


def run(ask: Ask) -> FinishedRun:
    """A run as labelled now; with `compare` the segments of another head stand beside it as `before`."""
    view = _view(ask)
    screen = run_view.look(ask.snapshot, ask.path["id"], view)
    compare = ask.asked(queries.RunView).compare
    if compare:
        other = run_view.look(ask.snapshot, ask.path["id"], replace(view, using=compare))
        screen["before"] = {"model": other["model"], "segments": other["segments"]}
    return screen


def live(ask: Ask) -> RunInProgress | Waiting:
    """What a run in progress has read so far; state `waiting` before its first part and after its end."""
    job = jobs.get(ask.workspace, ask.path["job"])
    path = str(job["arguments"].get("path", ""))
    screen = run_view.look_live(ask.snapshot, job["id"], path.rpartition("/")[2], _view(ask))
    if screen is None:
        return {"state": "waiting"}
    video = next((known["id"] for known in run_list.videos(ask.workspace) if known["path"] == path), None)
    return {**screen, "video": video, "duration_s": max(screen["duration_s"], job["total"])}


@loaded
async def live_keyframe(request: Request) -> Response:
    """A keyframe of a run in progress."""
    name, job, index = (request.path_params[key] for key in ("ws", "job", "index"))
    picture = await run_in_threadpool(lambda: run_view.live_keyframe(resources.snapshot(name), job, index))
    return Response(picture, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=600"})


async def present(request: Request) -> Response:
    """The presentation view of a run: a page of its own. Who has no name yet is sent to the app, which asks for one."""
    if actor_of(request) is None:
        return RedirectResponse(f"/segments?{urlencode({'workspace': request.path_params['ws']})}", 303)
    return await _presented(request)


@loaded
async def _presented(request: Request) -> Response:
    name, number = request.path_params["ws"], request.path_params["id"]
    view = _view_of(query_of(request, queries.RunView))
    page = await run_in_threadpool(
        lambda: run_exports.presentation(resources.snapshot(name), number, view, report_speech.of_reader())
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": html_report.policy()})


def near(ask: Ask) -> NearFrames:
    """The labelled images most like some keyframes of a run; with `people` only those that a person labelled."""
    given = ask.asked(queries.Near)
    by_frame = similar.near(ask.snapshot, ask.path["id"], given.frames[:MAX_FRAMES], people=given.people == "1")
    return {"frames": [{"index": index, "images": images} for index, images in by_frame.items()]}


def programme(ask: Ask) -> Origin:
    """Which reference video a run's video comes from."""
    return similar.programme(ask.snapshot, ask.path["id"])


def script(ask: Ask) -> FileText:
    """The ffmpeg commands of a run's processing plan."""
    return {
        "name": f"plan-{ask.path['id']}.sh",
        "text": run_plans.plan_script(ask.snapshot, ask.path["id"], _view(ask)),
    }


def export(ask: Ask) -> FileText:
    """A run as a file in a format of `video.results.export_formats`: its name and its text."""
    form = ask.asked(queries.Export).format
    text = run_exports.exported(ask.snapshot, ask.path["id"], form, _view(ask), report_speech.of_reader())
    record.note("video exported", ask.actor, ask.name, f"run {ask.path['id']} as {form}")
    kind = "-activitynet" if form == "activitynet" else ""
    return {"name": f"segments-{ask.path['id']}{kind}{FORMATS[form][0]}", "text": text}


def correct(ask: Ask) -> Corrected:
    """A person's labels for segments; their keyframes become training images.

    Raises:
        InputError: the request carries no run or no segments.
    """
    given = ask.sent(bodies.Segments)
    return run_corrections.correct(ask.snapshot, given.run, [span.model_dump() for span in given.segments], ask.actor)
