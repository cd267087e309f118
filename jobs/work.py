"""What a child does: each kind of work, and the record of how it ended.

A kind imports what it needs when it runs: a video needs no scikit-learn, training no PyAV.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from errors import AppError, CancelledError
from jobs import hub_pushing
from jobs.niceness import NICE_FIRST, be_nice
from jobs.processes import QUEUED
from jobs.reporter import Reporter, beating
from settings import MAX_NICE, current
from store.blobs import blob
from store.database import schema
from store.team import actors, job_rows, people
from store.team.job_rows import JobArguments, JobColumns
from store.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from video.whole.feature_import import ImportOptions

Result: TypeAlias = Mapping[str, object]


def _add(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from embedding.ingest import adding
    from labeling.exchange import label_import
    from video.decoding.sampled_stills import stills

    paths = [blob.named(path) for path in arguments["paths"]]
    done = adding.add(workspace, paths, frames=stills, progress=report)
    result: dict[str, object] = {**done.as_json(), "changed": len(done.changed), "quarantined": len(done.quarantined)}
    if arguments.get("folders_as") == "import":
        result["labels"] = label_import.label_folders(workspace, paths, actor=actor)
    return result


def _embed(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from training import encoder_comparison
    from video.decoding.sampled_stills import stills

    return {
        **encoder_comparison.change_encoder(workspace, arguments["model"], actor=actor, frames=stills, progress=report)
    }


def _fetch(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from embedding.published import catalogue, fetching

    del workspace, actor
    return {"path": str(fetching.fetch(catalogue.named(arguments["model"]).published, report))}


def _trial(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from embedding.encoders import trial
    from embedding.published import catalogue

    del workspace, actor
    offer = catalogue.named(arguments["model"])
    done = trial.measure(offer.architecture, offer.parameters, threads=current().threads, progress=report)
    return {**vars(done), "host": socket.gethostname()}


def _train(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from labeling.snapshot.snapshot import Snapshot
    from training import one_click

    snapshot = Snapshot(workspace)
    options, promote = arguments.get("options", {}), arguments.get("promote", "auto")
    facet = arguments.get("facet")
    done = one_click.train_facet(snapshot, facet, actor=actor, promote=promote, options=options, progress=report)
    if facet is None:  # the head is there to be looked at meanwhile
        report.then("check", {"head": done["head"]})
    return done


def _check(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from labeling.snapshot.snapshot import Snapshot
    from training.heads import head_checks

    del actor
    return head_checks.check_head(Snapshot(workspace), arguments["head"], report)


def _segment(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from labeling.snapshot.snapshot import Snapshot
    from video.runs import run_view, segmentation
    from video.segmenting.analysis import Analysis

    live = run_view.live_file(workspace, report.job_id)
    seen = False

    def partial(analysis: Analysis) -> None:
        nonlocal seen
        analysis.save(live, durable=False)
        if not seen:  # until then somebody waits for the first segment
            be_nice()
        seen = True

    try:
        run_id = segmentation.run(
            Snapshot(workspace), blob.named(arguments["path"]), using=arguments.get("using", "auto"), actor=actor,
            progress=report, partial=partial,
        )  # fmt: skip
    finally:
        live.unlink(missing_ok=True)
    return {"run": run_id}


def _add_videos(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from video.whole import video_adding

    titles = arguments.get("titles")
    done = video_adding.add(
        workspace, [blob.named(path) for path in arguments["paths"]], titles=None if titles is None else Path(titles),
        titled=arguments.get("titled", ""), actor=actor, progress=report,
    )  # fmt: skip
    return {**done.as_json(), "quarantined": len(done.quarantined)}


def _look_up(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from labeling.snapshot.snapshot import Snapshot
    from video.whole import clip_lookup

    del actor
    title = arguments.get("titled", "")
    return {**clip_lookup.look_up(Snapshot(workspace), Path(arguments["path"]), title, progress=report)}


def _preview_import(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from video.whole import import_preview

    del actor
    form, paths, options = _foreign(arguments)
    return {**import_preview.preview(workspace, form, paths, options, progress=report)}


def _import_features(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from video.whole import feature_import

    form, paths, options = _foreign(arguments)
    return feature_import.take_in(workspace, form, paths, options, actor=actor, progress=report).as_json()


def _foreign(arguments: JobArguments) -> tuple[str, list[Path], ImportOptions]:
    """Format, files and choices of an import of features: `using` is the format, and maybe `two levels` behind it."""
    from video.exchange.foreign_formats import Choices
    from video.whole.feature_import import ImportOptions

    form, _, levels = arguments["using"].partition(" ")
    choices = Choices(two_levels=levels == "two levels")
    return form, [Path(path) for path in arguments["paths"]], ImportOptions(choices, facet=arguments.get("facet"))


def _train_videos(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from labeling.snapshot.snapshot import Snapshot
    from training.whole_videos import video_training

    options = arguments.get("options", {})
    return {
        **video_training.train(
            Snapshot(workspace), arguments.get("facet"), candidates=arguments.get("candidates", "default"),
            promote=arguments.get("promote", "auto"), seed=options.get("seed", 0), actor=actor, progress=report,
        )
    }  # fmt: skip


def _pretrain_videos(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from labeling.snapshot.snapshot import Snapshot
    from training.whole_videos import video_pretraining

    del actor
    return {**video_pretraining.pretrain(Snapshot(workspace), arguments.get("facet"), progress=report)}


def _propose_videos(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from labeling.snapshot.snapshot import Snapshot
    from training.whole_videos import video_proposals

    del report
    return {
        **video_proposals.propose(
            Snapshot(workspace), arguments.get("facet"), using=arguments.get("using", "auto"), actor=actor
        )
    }


def _map(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from labeling.neighbours import map
    from labeling.snapshot.snapshot import Snapshot

    del arguments, actor
    return {**map.lay_out(Snapshot(workspace), report)}


def _propose(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from labeling.snapshot.snapshot import Snapshot
    from training.heads import promotion

    using, facet = arguments.get("using", "auto"), arguments.get("facet")
    return promotion.propose(Snapshot(workspace), actor, using, facet, held=arguments.get("held", ()), progress=report)


def _watch(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Result:
    from jobs import folder_watching

    del actor  # the machine proposes
    return folder_watching.watch(workspace, Path(arguments["path"]), report)


WAITED_FOR = (QUEUED, "look_up")  # short, and somebody looks on
WORK: dict[str, Callable[[Workspace, JobArguments, str, Reporter], Result]] = {
    "add": _add,
    "embed": _embed,
    "fetch": _fetch,
    "trial": _trial,
    "train": _train,
    "check": _check,
    "segment": _segment,
    "propose": _propose,
    "map": _map,
    "add_videos": _add_videos,
    "look_up": _look_up,
    "train_videos": _train_videos,
    "pretrain_videos": _pretrain_videos,
    "propose_videos": _propose_videos,
    "preview_import": _preview_import,
    "import_features": _import_features,
    "watch": _watch,
    "push": hub_pushing.push,
}


def do(path: Path, job_id: int) -> int:
    """Do a job and what follows on it, or the videos that wait; returns the exit status of the last."""
    workspace = open_workspace(path, database_url=current().database_url)
    try:
        return _do(workspace, job_id)
    finally:
        workspace.engine.dispose()


def _do(workspace: Workspace, job_id: int) -> int:
    with workspace.engine.begin() as connection:
        kind = job_rows.get(connection, job_id).kind
        if not job_rows.claim(connection, job_id, os.getpid()):
            return 0  # taken out of the queue before it began
    be_nice(NICE_FIRST if kind in WAITED_FOR else MAX_NICE)
    status = _recorded(workspace, job_id)
    while True:
        with workspace.engine.begin() as connection:
            following = job_rows.claim_next(connection, os.getpid(), QUEUED if kind == QUEUED else None)
        if following is None:
            return status
        status = _recorded(workspace, following)


def _recorded(workspace: Workspace, job_id: int) -> int:
    """Do a job and record how it ended; returns the exit status."""
    with workspace.engine.begin() as connection:
        row = job_rows.get(connection, job_id)
        actor = actors.names(connection).get(job_rows.actor(connection, job_id), people.MACHINE)
    try:
        with beating(workspace):
            result = WORK[row.kind](workspace, row.arguments, actor, Reporter(workspace, job_id))
    except CancelledError as error:
        _finish(workspace, job_id, "cancelled", message=str(error))
        return 0
    except AppError as error:
        _finish(workspace, job_id, "failed", message=str(error))
        return 1
    except BaseException as error:
        _finish(
            workspace,
            job_id,
            "failed",
            message=f"A fault in the program: {type(error).__name__}: {error}. What was committed is kept.",
        )
        raise
    _finish(workspace, job_id, "done", result=result)
    return 0


def _finish(
    workspace: Workspace, job_id: int, state: str, *, message: str | None = None, result: Result | None = None
) -> None:
    with workspace.engine.begin() as connection:
        values: JobColumns = {"state": state, "finished_at": schema.now()}
        if message is not None:
            values["message"] = message
        if result is not None:
            values["result"] = result
        job_rows.change(connection, job_id, **values)
