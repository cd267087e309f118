"""Analyse a video with one decode and keep the result, or find that it was done before."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import reading
from embedding.ingest import staging
from embedding.pictures import images
from errors import InputError
from labeling.snapshot.snapshot import Snapshot
from progress import Progress, silent
from reading import File
from store.blobs.blob import Blob
from store.blobs.held_copy import HeldCopy
from store.items import items, originals
from store.items.items import NewItem
from store.items.originals import State
from store.project import video_runs
from store.project.video_runs import RunOptions, RunSummary
from store.team import actors
from store.team.people import MACHINE
from store.workspace import Workspace, change_settings, project_settings
from video.decoding import still
from video.decoding.source import probe
from video.runs.labelled_run import View, segmented
from video.runs.run_tags import tagged
from video.segmenting.analysis import Analysis, AnalysisOptions, analyse
from video.segmenting.shots import DETECTORS, Detector, ShotOptions

# Counts up when decoding gives other samples or shots, so that earlier runs are not taken for what it gives now.
METHOD = 3
PARTIAL_EVERY_S = 1.0


def register(workspace: Workspace, path: File) -> int:
    """The item of a video file, made at first sight.

    Raises:
        InputError: it is not a video that can be read. StoreError: the store that keeps it does not answer.
    """
    with staging.at_hand(workspace, path) as file:
        return _register(workspace, file)


def _register(workspace: Workspace, path: File) -> int:
    info = probe(path)
    there = reading.stamp(path)
    width, height = still.size(path)
    digest = path.sha256 if isinstance(path, HeldCopy) else images.sha256(path)
    place = str(path.resolve()) if isinstance(path, Path) else str(path)
    with workspace.engine.begin() as connection:
        known = items.known(connection, "video", [digest])
        if known:
            [row] = items.get_many(connection, [known[digest]]).values()
            if row.replaced_at is not None or originals.of_row(row) is not State.INTACT:
                items.relocate(connection, row.id, place, path.name, there)
            return known[digest]
        old = [row.id for row in items.at_paths(connection, "video", [place])]
        items.mark_replaced(connection, old)
        item = NewItem(
            "video", place, path.name, sha256=digest, width=width, height=height,
            bytes=there.size, mtime_ns=there.mtime_ns, etag=there.etag,
            meta={"duration_s": round(info.duration_s, 3), "fps": round(info.fps, 3)},
        )  # fmt: skip
        return items.add(connection, [item])[0]


def run(
    snapshot: Snapshot,
    path: File,
    *,
    using: str = "auto",
    actor: str = MACHINE,
    progress: Progress = silent,
    partial: Callable[[Analysis], None] | None = None,
    item_id: int | None = None,
) -> int:
    """Analyse a video with one decode and keep the result; returns the run's id.

    Args:
        item_id: of the video, where `register` has just been asked: its bytes are then not read once more.

    Raises:
        InputError: the file cannot be used. CancelledError: `progress` stopped it; nothing is kept.
    """
    snapshot.classifiers.choose(using)  # one that is not there is said before the video is read
    cutting = ShotOptions(detector=detector(snapshot.workspace))
    options = AnalysisOptions(cutting=cutting, partial_every_s=PARTIAL_EVERY_S)
    with staging.at_hand(snapshot.workspace, path) as file:
        item_id = register(snapshot.workspace, file) if item_id is None else item_id
        begin = time.perf_counter()
        analysis = analyse(file, snapshot.encoder.encode_frames, options, progress, partial)
    return keep(snapshot, item_id, path.name, analysis, time.perf_counter() - begin, using=using, actor=actor)


def run_of(
    snapshot: Snapshot, path: File, *, using: str = "auto", actor: str = MACHINE, progress: Progress = silent
) -> int:
    """The run of a video: the kept one of the same bytes, encoder and detector, else a new one; returns its id.

    Raises:
        InputError: the file cannot be used. CancelledError: `progress` stopped it; nothing is kept.
    """
    known = _unchanged(snapshot.workspace, path)
    there = None if known is None else kept(snapshot, known)
    if there is not None:
        return there
    with staging.at_hand(snapshot.workspace, path) as file:
        item_id = register(snapshot.workspace, file)
        there = kept(snapshot, item_id)
        if there is not None:
            return there
        return run(snapshot, file, using=using, actor=actor, progress=progress, item_id=item_id)


def _unchanged(workspace: Workspace, path: File) -> int | None:
    """The item of an object that is in the state in which it was read."""
    if not isinstance(path, Blob):
        return None
    try:
        etags = {path.uri: path.head().etag}
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}). Check its address.") from error
    with workspace.read() as connection:
        digests = list(originals.unchanged(connection, "video", etags).values())
        return items.known(connection, "video", digests).get(digests[0]) if digests else None


def keep(
    snapshot: Snapshot, item_id: int, name: str, analysis: Analysis, seconds: float, *, using: str = "auto", actor: str = MACHINE
) -> int:  # fmt: skip
    """Keep an analysis as a run of a video, labelled as now; returns the run's id.

    Args:
        item_id: of the video. name: to show. seconds: what the analysis took.
    """
    view = View(using=using)
    head_id = snapshot.classifiers.choose(using).head_id
    model, _, _, segmentation = segmented(snapshot, analysis, view)
    _, notes = tagged(snapshot, analysis)
    file = f"{time.time_ns():x}.npz"
    analysis.save(snapshot.workspace.folder("runs") / file)
    summary: RunSummary = {
        "name": name,
        "model": model,
        "duration_s": round(analysis.duration_s, 3),
        "frames": analysis.frames,
        "segments": len(segmentation.segments),
        "shots": len(segmentation.shots),
        "seconds": round(seconds, 2),
        "notes": [*analysis.notes, *notes],
    }
    kept_options: RunOptions = {"using": using, "detector": detector(snapshot.workspace), "method": METHOD}
    try:
        with snapshot.workspace.engine.begin() as connection:
            return video_runs.add(
                connection, item_id=item_id, encoder_id=snapshot.encoder_row.id, head_id=head_id, file=file,
                options=kept_options, summary=summary, actor_id=actors.id_of(connection, actor),
            )  # fmt: skip
    except BaseException:
        (snapshot.workspace.folder("runs") / file).unlink(missing_ok=True)
        raise


def kept(snapshot: Snapshot, item_id: int) -> int | None:
    """The newest run of a video, as `register` gives it, with this encoder and this detector, or None."""
    cut_detector = detector(snapshot.workspace)
    with snapshot.workspace.read() as connection:
        rows = [row for row in video_runs.every(connection) if row.item_id == item_id]
    folder = snapshot.workspace.folder("runs")
    for row in rows:
        same = (row.options.get("detector"), row.options.get("method")) == (cut_detector, METHOD)
        if same and row.encoder_id == snapshot.encoder_row.id and (folder / row.file).exists():
            return row.id
    return None


def detector(workspace: Workspace) -> Detector:
    """What finds the cuts of this workspace's videos."""
    with workspace.read() as connection:
        chosen = project_settings(connection).get("detector")
    return next((name for name in DETECTORS if name == chosen), ShotOptions.detector)


def choose_detector(workspace: Workspace, chosen: str) -> None:
    """Let another detector find the cuts from now on; runs that are there stay as they are.

    Raises:
        InputError: there is no such detector.
    """
    if chosen not in DETECTORS:
        raise InputError(f"There is no detector {chosen!r}. Use one of {', '.join(DETECTORS)}.")
    with workspace.engine.begin() as connection:
        change_settings(connection, detector=chosen)
