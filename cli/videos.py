"""Videos as labelled segments, and how good those are."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import files
from cli.console import Answer, Commands, ProgressLine, command, count, load_snapshot, open_workspace, who
from errors import AppError, InputError
from reading import File
from settings import set_default
from store.blobs import blob

FORMATS = ("json", "csv", "vtt", "activitynet", "otio", "fcp7", "edl", "youtube", "html")
# Spelled out, so that `--help` loads neither PyAV nor torch; a test compares them.
SMOOTHING = ("none", "light", "normal", "strong")
AGGREGATORS = ("log", "mean", "top")
CORES_PER_VIDEO = 4  # where a GPU encodes


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    parser = command(commands, "segment", segment, "videos as labelled segments")
    parser.add_argument("videos", nargs="+", metavar="VIDEO", help="files, or objects as s3://BUCKET/KEY")
    parser.add_argument("--with", choices=("head", "zero-shot"), dest="using")
    parser.add_argument("--smoothing", choices=SMOOTHING, default="normal", help="penalty for a change of label")
    parser.add_argument(
        "--aggregator",
        choices=AGGREGATORS,
        default="log",
        help="score of a shot: mean log-probability, mean, or its best",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="several videos: a folder")
    parser.add_argument("--format", choices=FORMATS, help="default: what the name of --out says, else json")
    parser.add_argument(
        "--jobs", type=count, help="number of videos at a time (default: one; on a GPU one for every four cores)"
    )
    parser.add_argument(
        "--plan", type=Path, metavar="FILE", help="the processing plan, as .json or as .sh with ffmpeg commands"
    )
    parser.add_argument("--rules", type=Path, metavar="FILE.yaml", help="rules of the plan for each label")
    parser = command(commands, "evaluate-video", evaluate_video, "segments against a truth", workspace=False)
    parser.add_argument("segments", type=Path, metavar="SEGMENTS.json")
    parser.add_argument("--truth", type=Path, required=True, metavar="FILE", help="JSON, ActivityNet JSON or CSV")


def segment(given: argparse.Namespace) -> Answer | None:
    """`sceneloop segment`: one video to `--out`, else to stdout; several into the folder `--out`."""
    if given.rules is not None and given.plan is None:
        raise InputError("--rules only says what a plan does. Name the plan's file too: --plan FILE.json or FILE.sh.")
    given.videos = [blob.named(video) for video in given.videos]
    if len(given.videos) > 1 or (given.out is not None and given.out.is_dir()):
        return _several(given)
    return _one(given)


def evaluate_video(given: argparse.Namespace) -> Answer:
    """`sceneloop evaluate-video`: cuts, segments and time against a truth."""
    from video.results import document, truth

    predicted = document.read(given.segments)
    return truth.compare(predicted, truth.read(given.truth, predicted["video"]))


def _one(given: argparse.Namespace) -> Answer | None:
    from video.results import export_formats
    from video.runs import labelled_run, run_exports, segmentation

    form = given.format or "json"
    if given.out is not None:
        form = export_formats.of(given.out, given.format)
    for path in filter(None, (given.out, given.plan)):
        _check_place(path)
    snapshot = load_snapshot(given)
    view = _view(given)
    progress = ProgressLine("seconds of video")
    run_id = segmentation.run_of(snapshot, given.videos[0], using=view.using, actor=who(), progress=progress)
    result = labelled_run.contract(snapshot, run_id, view)
    if given.plan is not None:
        _write(given.plan, _plan(given, result))
    text = run_exports.exported(snapshot, run_id, form, view)
    if given.out is None:
        if form == "json":
            given.json = True
            return {**result}
        print(text)
        return None
    _write(given.out, text)
    return {
        "out": str(given.out),
        "segments": len(result["segments"]),
        "shots": len(result["shots"]),
        "model": result["model"],
    }


def _view(given: argparse.Namespace) -> Any:
    """What the Segments page's choices are as well: who labels, aggregator, smoothing."""
    from video.runs import labelled_run

    return labelled_run.view_of(given.using or "auto", given.smoothing, given.aggregator)


def _plan(given: argparse.Namespace, result: Any) -> str:
    """The text of the plan's file."""
    from video.results import plan
    from video.runs import run_plans

    rules = plan.read_rules(given.rules) if given.rules is not None else run_plans.rules(open_workspace(given))
    steps = plan.plan(result, rules)
    if given.plan.suffix.lower() == ".json":
        return json.dumps({"video": result["video"], "steps": steps}, ensure_ascii=False, indent=2)
    if given.plan.suffix.lower() != ".sh":
        raise InputError(f"{given.plan.name} has no ending that names a format. Use .json, or .sh for ffmpeg commands.")
    video, folder = given.videos[0], given.plan.resolve().parent
    # An object is to be fetched first, to where the script is.
    video = video.resolve() if isinstance(video, Path) else folder / video.name
    if plan.missing():
        print(plan.missing(), file=sys.stderr)
    parts, out = folder / f"{video.stem}_parts", folder / f"{video.stem}_planned.mkv"
    return plan.script(steps, video, parts, out, plan.timing(result))


def _check_place(path: Path) -> None:
    """Said before a video is read for minutes, not after."""
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise InputError(f"{path.parent} is not a folder that can be written. Create it, or choose another place.")


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    try:
        files.write(path, text)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror or error}). The segments are kept in the workspace: choose another "
            "place and run it again, which reads no video."
        ) from error


@dataclass(frozen=True)
class _Task:
    """One video of several; it is done in whichever process is free."""

    workspace: Path
    video: File
    out: Path
    form: str
    view: Any
    actor: str


def _several(given: argparse.Namespace) -> Answer:
    """Every video by itself: one that fails is reported, the rest goes on; one that is known is not decoded again.

    Raises:
        InputError: there is no folder to write into, or not one video could be segmented.
    """
    if given.plan is not None:
        raise InputError("A plan covers one video. Leave out --plan, or name one video.")
    if given.out is None:
        raise InputError("Several videos need a folder to write into: --out FOLDER.")
    snapshot = load_snapshot(given)  # a workspace that cannot be used is told once, not for every video
    try:
        given.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{given.out} cannot be made ({error.strerror}). Choose another place.") from error
    tasks = _tasks(given)
    outcomes: list[dict[str, Any]] = [{} for _ in tasks]
    progress = ProgressLine("videos")
    for done, (index, result) in enumerate(_done(snapshot, tasks, given.jobs or _jobs(snapshot)), start=1):
        outcomes[index] = {"video": str(tasks[index].video), **result}
        if "error" in result:
            print(f"{tasks[index].video.name}: {result['error']}", file=sys.stderr)
        progress(done, len(tasks))
    if all("error" in result for result in outcomes):
        raise InputError(f"None of {len(outcomes)} videos could be segmented. The first: {outcomes[0]['error']}")
    return {"videos": outcomes}


def _tasks(given: argparse.Namespace) -> list[_Task]:
    from video.results import export_formats

    form = given.format or "json"
    videos = list(dict.fromkeys(given.videos))
    taken: set[str] = set()
    tasks = []
    for video in videos:
        stem, number = video.stem, 1
        while stem in taken:
            number += 1
            stem = f"{video.stem}-{number}"
        taken.add(stem)
        out = given.out / f"{stem}{export_formats.FORMATS[form][0]}"
        tasks.append(_Task(given.workspace, video, out, form, _view(given), who()))
    return tasks


def _jobs(snapshot: Any) -> int:
    """Videos at a time: one fills the cores of a processor; a GPU waits for its decoder and for the cuts, so several fill it."""
    return max(1, (os.cpu_count() or 1) // CORES_PER_VIDEO) if snapshot.encoder.on_gpu else 1


def _done(snapshot: Any, tasks: list[_Task], jobs: int) -> Iterable[tuple[int, dict[str, str]]]:
    """(task, its result) as they get done."""
    if jobs == 1 or len(tasks) == 1:
        for index, task in enumerate(tasks):
            yield index, _segmented(snapshot, task)
        return
    from video.runs import segmentation

    threads = max(1, (os.cpu_count() or 1) // jobs)
    # Spawned, since libraries with threads do not survive a fork.
    with ProcessPoolExecutor(
        min(jobs, len(tasks)), mp_context=get_context("spawn"), initializer=_begin, initargs=(threads,)
    ) as pool:
        futures = {}
        for index, task in enumerate(tasks):
            try:
                # Here and not there: two processes that meet the same bytes would both make an item.
                segmentation.register(snapshot.workspace, task.video)
            except AppError as error:
                yield index, {"error": str(error)}
                continue
            futures[pool.submit(_work, task)] = index
        for future in as_completed(futures):
            yield futures[future], future.result()


def _begin(threads: int) -> None:
    """In a new process: compute with a share of the cores."""
    set_default("SCENELOOP_THREADS", str(threads))


_scenes: dict[Path, Any] = {}


def _work(task: _Task) -> dict[str, str]:
    """In a process of its own: the workspace is loaded once."""
    if task.workspace not in _scenes:
        _scenes[task.workspace] = load_snapshot(argparse.Namespace(workspace=task.workspace))
    return _segmented(_scenes[task.workspace], task)


def _segmented(snapshot: Any, task: _Task) -> dict[str, str]:
    """Segment one video and write it."""
    from video.runs import run_exports, segmentation

    try:
        run_id = segmentation.run_of(snapshot, task.video, using=task.view.using, actor=task.actor)
        _write(task.out, run_exports.exported(snapshot, run_id, task.form, task.view))
    except AppError as error:
        return {"error": str(error)}
    return {"out": str(task.out)}
