"""A run as the page draws it, one in progress too."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from typing_extensions import TypedDict

import sample_data
from errors import InputError
from labeling.snapshot.snapshot import Snapshot
from store.project import video_runs
from store.workspace import Workspace
from video.results import plan
from video.results.plan import Step
from video.results.timeline import DrawnSegment, Screen, screen
from video.runs.labelled_run import View, analysis_of, labelled, segmented
from video.runs.run_plans import rules
from video.runs.run_tags import TagBand, bands, tagged
from video.segmenting.aggregation import AGGREGATORS
from video.segmenting.analysis import Analysis

DEMONSTRATION = (
    "The demonstration model knows its rendered world only: on this clip the cuts, keyframes and corrections are worth "
    "looking at, the labels are not. A real model is chosen on the Data page."
)


class Choices(TypedDict):
    """How a run is looked at, and `before`: the segments of another head beside it, where asked."""

    model: str
    using: str
    aggregator: str
    aggregators: list[str]
    switch_cost: float
    before: Before | None


class Before(TypedDict):
    """What another head made of the same run."""

    model: str
    segments: list[DrawnSegment]


class RunScreen(Screen, Choices):
    """A run as the page draws it."""

    name: str
    state: str
    tags: list[TagBand]
    plan: list[Step]


class FinishedRun(RunScreen):
    """A run that is kept. `plan_needs` is a sentence where this computer cannot run its plan."""

    id: int
    video: int
    at: str
    plan_needs: str | None


class RunInProgress(RunScreen):
    """A run that is being made, `read_s` seconds far; `video` is None where the workspace does not know it yet."""

    id: None
    video: int | None
    read_s: float


def look(snapshot: Snapshot, run_id: int, view: View | None = None) -> FinishedRun:
    """A run as the page draws it: segments, shots, keyframes, score curves, the processing plan.

    Raises:
        InputError: no such run, or it was made with another encoder.
    """
    view = view or View()
    shown = labelled(snapshot, run_id, view)
    prefix = f"/keyframe/{quote(snapshot.workspace.name, safe='')}/{run_id}"
    return {
        "id": run_id,
        "video": shown.run.item_id,
        "name": shown.video.name,
        "at": shown.run.at.isoformat(),
        "state": "done",
        **_looked(view, shown.model),
        **screen(
            shown.analysis,
            shown.segmentation,
            shown.classes,
            shown.source,
            lambda k: f"{prefix}/{k}.jpg?b={snapshot.born}",
        ),
        "notes": [*shown.notes, *_honest(snapshot, shown.video.path)],
        "tags": bands(shown.tags),
        "plan": plan.plan(shown.document(), rules(snapshot.workspace)),
        "plan_needs": plan.missing(),
    }


def look_live(snapshot: Snapshot, job_id: int, name: str, view: View | None = None) -> RunInProgress | None:
    """What a run in progress has read so far, as the page draws it, or None before its first part.

    Raises:
        InputError: the part is not usable.
    """
    view = view or View()
    analysis = _live(snapshot, job_id)
    if analysis is None:
        return None
    model, source, classes, segmentation = segmented(snapshot, analysis, view)
    tags, notes = tagged(snapshot, analysis, smooth=view.switch_cost > 0)
    prefix = f"/keyframe/{quote(snapshot.workspace.name, safe='')}/live/{job_id}"
    # Keyframes of the last shot may still change, so the time stands in the address.
    image = lambda k: f"{prefix}/{k}.jpg?t={analysis.keyframes[k].time_s:.3f}"  # noqa: E731
    return {
        "id": None,
        "video": None,
        "name": name,
        "state": "running",
        **_looked(view, model),
        **screen(analysis, segmentation, classes, source, image),
        "notes": [*analysis.notes, *notes],
        "tags": bands(tags),
        "read_s": analysis.duration_s,
        "plan": [],
    }


def keyframe(snapshot: Snapshot, run_id: int, index: int) -> bytes:
    """A keyframe as JPEG.

    Raises:
        InputError: there is none with this number.
    """
    with snapshot.workspace.read() as connection:
        row = video_runs.get(connection, run_id)
    keyframes = analysis_of(snapshot, row.file).keyframes
    if not 0 <= index < len(keyframes):
        raise InputError(f"This run has no keyframe {index}. Reload the page.")
    return keyframes[index].jpeg


def live_keyframe(snapshot: Snapshot, job_id: int, index: int) -> bytes:
    """A keyframe of a run in progress as JPEG.

    Raises:
        InputError: there is none with this number.
    """
    analysis = _live(snapshot, job_id)
    if analysis is None or not 0 <= index < len(analysis.keyframes):
        raise InputError(f"This run has no keyframe {index} any more. Reload the page.")
    return analysis.keyframes[index].jpeg


def live_file(workspace: Workspace, job_id: int) -> Path:
    """Where a run in progress keeps what it has read so far."""
    return workspace.folder("runs") / f"live-{job_id}.npz"


def _live(snapshot: Snapshot, job_id: int) -> Analysis | None:
    path = live_file(snapshot.workspace, job_id)
    if not path.exists():
        return None
    return snapshot.cached(f"live {job_id}", path.stat().st_mtime_ns, lambda: Analysis.load(path))


def _honest(snapshot: Snapshot, path: str) -> list[str]:
    """A plain word where the demonstration model labelled something else than the world it knows."""
    if snapshot.encoder_row.spec != "built-in" or Path(path) == sample_data.video_file().resolve():
        return []
    return [DEMONSTRATION]


def _looked(view: View, model: str) -> Choices:
    return {
        "model": model,
        "using": view.using,
        "aggregator": view.aggregator,
        "aggregators": list(AGGREGATORS),
        "switch_cost": view.switch_cost,
        "before": None,
    }
