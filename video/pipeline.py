"""Video on the store: run, look at a run again with other settings, and correct it so that the next head learns."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from sqlalchemy import Connection, select

from embedding import images
from errors import InputError
from labeling.pipeline.scene import Scene
from labeling.zero_shot import Linear
from store import heads, items, labels, runs, schema, taxonomy, vectors
from store import workspace as workspaces
from store.items import NewItem
from store.ledger import Batch, Change
from store.workspace import MACHINE, Workspace
from video import corrected, formats
from video import plan as planning
from video import segment as segmenting
from video.aggregate import AGGREGATORS, Aggregator
from video.analysis import Analysis, AnalysisOptions, analyse
from video.corrected import Correction
from video.document import SegmentsJson, document
from video.plan import Rules
from video.programme import References
from video.screen import screen
from video.segment import Segmentation, SegmentOptions
from video.shots import ShotOptions
from video.smooth import SmoothOptions
from video.source import probe

Progress = Callable[[float, float], None]
# Counts up when decoding gives other samples or shots, so that earlier runs are not taken for what it gives now.
METHOD = 2
NEAR_SEARCHED = 50
PARTIAL_EVERY_S = 1.0


@dataclass(frozen=True)
class View:
    """How a finished run is looked at; none of it needs decoding again.

    Attributes:
        aggregator: of `video.aggregate`. switch_cost: in nats, 0 switches smoothing off.
        using: `auto` (the promoted head, else zero-shot), `zero-shot`, `head`, or `head:ID`.
    """

    aggregator: Aggregator = "log"
    switch_cost: float = SmoothOptions.switch_cost
    using: str = "auto"


def register(workspace: Workspace, path: Path) -> int:
    """The item of a video file, made at first sight.

    Raises:
        InputError: it is not a video that can be read.
    """
    info = probe(path)
    digest = images.sha256(path)
    with workspace.engine.begin() as connection:
        known = items.known(connection, "video", [digest])
        if known:
            return known[digest]
        made = NewItem(
            "video", str(path.resolve()), path.name, sha256=digest, width=info.width, height=info.height,
            bytes=path.stat().st_size, meta={"duration_s": round(info.duration_s, 3), "fps": round(info.fps, 3)},
        )  # fmt: skip
        return items.add(connection, [made])[0]


def classifier(scene: Scene, using: str) -> tuple[str, Linear, int | None]:
    """(name, classifier, head id) of `auto`, `zero-shot`, `head` or `head:ID`.

    Raises:
        InputError: there is no such head.
    """
    if using.startswith("head:"):
        with scene.workspace.read() as connection:
            row = heads.get(connection, int(using[5:]))
        return f"head {row.number}", scene.head_linear(row), row.id
    found = scene.head() if using in ("head", "auto") else None
    if found is not None:
        return f"head {found[0].number}", found[1], found[0].id
    if using == "head":
        raise InputError("No head is promoted yet. Train one and promote it, or use --with zero-shot.")
    return f"zero-shot, prompts {scene.prompts()[0]}", scene.zero_shot(), None


def run(
    scene: Scene,
    path: Path,
    *,
    using: str = "auto",
    actor: str = MACHINE,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    partial: Callable[[Analysis], None] | None = None,
) -> int:
    """Analyse a video with one decode and keep the result; returns the run's id.

    Raises:
        InputError: the file cannot be used. CancelledError: `cancelled` said so; nothing is kept.
    """
    name, linear, head_id = classifier(scene, using)
    item_id = register(scene.workspace, path)
    detector = _detector(scene)
    options = AnalysisOptions(cutting=ShotOptions(detector=detector), partial_every_s=PARTIAL_EVERY_S)
    begin = time.perf_counter()
    analysis = analyse(path, scene.encoder.encode_frames, options, progress, cancelled, partial)
    file = f"{time.time_ns():x}.npz"
    analysis.save(scene.workspace.folder("runs") / file)
    made = segmenting.label(analysis, linear.probabilities, _names(scene, linear))
    summary = {
        "name": path.name,
        "model": name,
        "duration_s": round(analysis.duration_s, 3),
        "frames": analysis.frames,
        "segments": len(made.segments),
        "shots": len(made.shots),
        "seconds": round(time.perf_counter() - begin, 2),
        "notes": analysis.notes,
    }
    with scene.workspace.engine.begin() as connection:
        run_id = runs.add(
            connection, item_id=item_id, encoder_id=scene.encoder_row.id, head_id=head_id, file=file,
            options={"using": using, "detector": detector, "method": METHOD}, summary=summary, actor_id=workspaces.actor_id(connection, actor),
        )  # fmt: skip
        runs.replace_segments(connection, run_id, _rows(made, analysis, linear, head_id))
    return run_id


def _detector(scene: Scene) -> Any:
    with scene.workspace.read() as connection:
        return workspaces.project_settings(connection).get("detector", ShotOptions.detector)


def kept(scene: Scene, path: Path) -> int | None:
    """The newest run of a video with these bytes, this encoder and this detector, or None.

    Raises:
        InputError: it is not a video that can be read.
    """
    item_id, detector = register(scene.workspace, path), _detector(scene)
    with scene.workspace.read() as connection:
        rows = [row for row in runs.every(connection) if row.item_id == item_id]
    folder = scene.workspace.folder("runs")
    for row in rows:
        same = (row.options.get("detector"), row.options.get("method")) == (detector, METHOD)
        if same and row.encoder_id == scene.encoder_row.id and (folder / row.file).exists():
            return int(row.id)
    return None


def _rows(made: Segmentation, analysis: Analysis, linear: Linear, head_id: int | None) -> list[dict[str, Any]]:
    """Segments and raw shots as the store keeps them."""
    source = "zero_shot" if head_id is None else "head"
    found = []
    spans = [("segment", s.span, s.label, s.scores, s.keyframes) for s in made.segments]
    spans += [("shot", s.span, s.own, s.scores, []) for s in made.shots]
    for position, (kind, span, label, scores, keyframes) in enumerate(spans):
        found.append(
            {
                "kind": kind,
                "position": position,
                "start_s": span.start_s,
                "end_s": span.end_s,
                "start_frame": span.start_frame,
                "end_frame": span.end_frame,
                "category_id": linear.classes[label],
                "source": source,
                "score": float(scores[label]),
                "scores": [round(float(p), 5) for p in scores],
                "keyframes": [round(analysis.keyframes[k].time_s, 4) for k in keyframes],
            }
        )
    return found


def _names(scene: Scene, linear: Linear) -> list[str]:
    return _paths(scene, linear.classes)


def _paths(scene: Scene, categories: Sequence[int]) -> list[str]:
    with scene.workspace.read() as connection:
        by_id = {category.id: category.path for category in taxonomy.categories(connection, retired=True)}
    return [by_id.get(number, str(number)) for number in categories]


@dataclass(frozen=True)
class Labelled:
    """A run as labelled now, people's corrections laid over it.

    Attributes:
        run: its row. video: the row of its video.
        model: what labelled it, in words. source: `head` or `zero_shot`.
        classes: category ids in the order of the segmentation's names.
    """

    run: Any
    video: Any
    model: str
    source: str
    classes: list[int]
    analysis: Analysis
    segmentation: Segmentation

    def document(self) -> SegmentsJson:
        """Plain data, from which every export starts."""
        return document(self.video.name, self.model, self.analysis, self.segmentation)


def labelled(scene: Scene, run_id: int, view: View | None = None) -> Labelled:
    """A run labelled with the asked aggregator, smoothing and head; nothing is decoded.

    Raises:
        InputError: no such run, or it was made with another encoder.
    """
    view = view or View()
    with scene.workspace.read() as connection:
        row = runs.get(connection, run_id)
        video = items.get(connection, row.item_id)
        corrections = _corrections(connection, row.item_id)
    if row.encoder_id != scene.encoder_row.id:
        raise InputError("This run was made with another encoder. Run the video again.")
    analysis = _analysis(scene, row.file)
    model, source, linear, made = _segmented(scene, analysis, view)
    # A class that the classifier does not know may still be what a person said.
    more = sorted({correction.category for correction in corrections} - set(linear.classes))
    classes = [*linear.classes, *more]
    made = corrected.widened(made, _paths(scene, more))
    made = corrected.overlay(made, analysis, classes, corrections)
    return Labelled(row, video, model, source, classes, analysis, made)


def _segmented(scene: Scene, analysis: Analysis, view: View) -> tuple[str, str, Linear, Segmentation]:
    """(model, source, classifier, segments) of an analysis."""
    if view.aggregator not in AGGREGATORS:
        raise InputError(f"There is no aggregator {view.aggregator!r}. Use one of {', '.join(AGGREGATORS)}.")
    model, linear, head_id = classifier(scene, view.using)
    options = SegmentOptions(view.aggregator, replace(SmoothOptions(), switch_cost=view.switch_cost))
    made = segmenting.label(analysis, linear.probabilities, _names(scene, linear), options)
    return model, "zero_shot" if head_id is None else "head", linear, made


def contract(scene: Scene, run_id: int, view: View | None = None) -> SegmentsJson:
    """A run as the command line's contract: video, fps, duration_s, frames, model, segments, shots; end frames exclusive."""
    return labelled(scene, run_id, view).document()


def exported(scene: Scene, run_id: int, form: str, view: View | None = None) -> str:
    """A run as text in a format of `video.formats`."""
    shown = labelled(scene, run_id, view)
    return formats.written(form, shown.document(), shown.analysis, shown.segmentation)


def rules(workspace: Workspace) -> Rules:
    """The rules of a workspace's processing plans: its `rules.yaml`, else the built-in ones.

    Raises:
        InputError: the file is not usable.
    """
    path = workspace.path / "rules.yaml"
    return planning.read_rules(path) if path.exists() else planning.built_in()


def plan_script(scene: Scene, run_id: int, view: View | None = None) -> str:
    """The processing plan of a run as a shell script of ffmpeg commands; it writes beside where it is run."""
    shown = labelled(scene, run_id, view)
    steps = planning.plan(shown.document(), rules(scene.workspace))
    video = Path(shown.video.path)
    return planning.script(steps, video, Path(f"{video.stem}_parts"), Path(f"{video.stem}_planned.mkv"))


def look(scene: Scene, run_id: int, view: View | None = None) -> dict[str, Any]:
    """A run as the page draws it: segments, shots, keyframes, score curves, the processing plan.

    Raises:
        InputError: no such run, or it was made with another encoder.
    """
    view = view or View()
    shown = labelled(scene, run_id, view)
    prefix = f"/keyframe/{scene.workspace.name}/{run_id}"
    return {
        "id": run_id,
        "video": shown.run.item_id,
        "name": shown.video.name,
        "at": shown.run.at.isoformat(),
        "state": "done",
        **_looked(view, shown.model),
        **screen(shown.analysis, shown.segmentation, shown.classes, shown.source, lambda k: f"{prefix}/{k}.jpg"),
        "plan": planning.plan(shown.document(), rules(scene.workspace)),
    }


def look_live(scene: Scene, job_id: int, name: str, view: View | None = None) -> dict[str, Any] | None:
    """What a run in progress has read so far, as the page draws it, or None before its first part.

    Raises:
        InputError: the part is not usable.
    """
    view = view or View()
    analysis = _live(scene, job_id)
    if analysis is None:
        return None
    model, source, linear, made = _segmented(scene, analysis, view)
    prefix = f"/keyframe/{scene.workspace.name}/live/{job_id}"
    # Keyframes of the last shot may still change, so the time stands in the address.
    image = lambda k: f"{prefix}/{k}.jpg?t={analysis.keyframes[k].time_s:.3f}"  # noqa: E731
    return {
        "id": None,
        "video": None,
        "name": name,
        "state": "running",
        **_looked(view, model),
        **screen(analysis, made, linear.classes, source, image),
        "read_s": analysis.duration_s,
        "plan": [],
    }


def live_keyframe(scene: Scene, job_id: int, index: int) -> bytes:
    """A keyframe of a run in progress as JPEG.

    Raises:
        InputError: there is none with this number.
    """
    analysis = _live(scene, job_id)
    if analysis is None or not 0 <= index < len(analysis.keyframes):
        raise InputError(f"This run has no keyframe {index} any more. Reload the page.")
    return analysis.keyframes[index].jpeg


def live_file(workspace: Workspace, job_id: int) -> Path:
    """Where a run in progress keeps what it has read so far."""
    return workspace.folder("runs") / f"live-{job_id}.npz"


def _live(scene: Scene, job_id: int) -> Analysis | None:
    path = live_file(scene.workspace, job_id)
    if not path.exists():
        return None
    found: Analysis = scene.kept(f"live {job_id}", path.stat().st_mtime_ns, lambda: Analysis.load(path))
    return found


def _looked(view: View, model: str) -> dict[str, Any]:
    return {
        "model": model,
        "using": view.using,
        "aggregator": view.aggregator,
        "aggregators": list(AGGREGATORS),
        "switch_cost": view.switch_cost,
        "before": None,
    }


def _analysis(scene: Scene, file: str) -> Analysis:
    loaded: Analysis = scene.kept(f"run {file}", file, lambda: Analysis.load(scene.workspace.folder("runs") / file))
    return loaded


def _corrections(connection: Connection, video_id: int) -> list[Correction]:
    """People's labels of spans of a video, oldest first."""
    item, state = schema.item.c, schema.label_state.c
    query = (
        select(item.time_s, item.end_s, state.category_id, schema.actor.c.name)
        .join(schema.label_state, state.item_id == item.id)
        .join(schema.actor, schema.actor.c.id == state.actor_id)
        .where(item.kind == "segment", item.parent_id == video_id, state.value == "yes")
        .order_by(state.event_id)
    )
    return [Correction(*row) for row in connection.execute(query)]


def near(scene: Scene, run_id: int, frames: Sequence[int], limit: int = 2) -> dict[int, list[dict[str, Any]]]:
    """For each keyframe the labelled images most like it, nearest first; those of the same video are left out.

    Args:
        frames: indices of keyframes. limit: images for each.

    Raises:
        InputError: no such run or keyframe.
    """
    with scene.workspace.read() as connection:
        row = runs.get(connection, run_id)
    analysis = _analysis(scene, row.file)
    if not all(0 <= k < len(analysis.keyframes) for k in frames):
        raise InputError("This run has no such keyframe. Reload the page.")
    if not len(scene.ids) or not frames:
        return {}
    rows = analysis.vectors[[analysis.keyframes[k].sample for k in frames]].astype(np.float32)
    found, cosines = scene.index.search(_unit(rows), min(len(scene.ids), NEAR_SEARCHED))
    board = scene.board()
    near_ones: dict[int, list[dict[str, Any]]] = {}
    for k, numbers, similar in zip(frames, found, cosines, strict=True):
        places = [(board.rows([int(number)]), float(cosine)) for number, cosine in zip(numbers, similar, strict=True)]
        usable = [
            {"id": int(board.ids[at[0]]), "category": int(board.category[at[0]]), "similarity": round(cosine, 4),
             "person": bool(board.person[at[0]])}
            for at, cosine in places
            if len(at) and board.category[at[0]] and not board.audit[at[0]] and board.video[at[0]] != row.item_id
        ]  # fmt: skip
        near_ones[k] = usable[:limit]
    return near_ones


def programme(scene: Scene, run_id: int) -> dict[str, Any]:
    """Which reference video, one whose metadata names a `programme`, a run's video comes from.

    Returns:
        `references`: how many could be compared; `match`: None, or programme, video's name, offset_s and score.

    Raises:
        InputError: no such run.
    """
    with scene.workspace.read() as connection:
        row = runs.get(connection, run_id)
        named = {video.id: video for video in items.videos(connection) if (video.meta or {}).get("programme")}
        usable = [r for r in runs.every(connection) if r.item_id in named and r.encoder_id == row.encoder_id]
    newest = {r.item_id: r for r in reversed(usable) if r.item_id != row.item_id}
    if not newest:
        return {"references": 0, "match": None}
    clip = _analysis(scene, row.file)
    known = {video: _analysis(scene, r.file) for video, r in newest.items()}
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


def correct(scene: Scene, run_id: int, spans: Sequence[dict[str, Any]], actor: str) -> dict[str, Any]:
    """Label spans of a video: the span and its keyframes become items labelled by the person, as one batch that can be undone.

    Args:
        spans: [{"start_s", "end_s", "category"}].

    Returns:
        `batch`, `labels`, `keyframes` (how many became training images).

    Raises:
        InputError: a span is empty or outside the video.
    """
    with scene.workspace.read() as connection:
        row = runs.get(connection, run_id)
    analysis = _analysis(scene, row.file)
    with scene.workspace.engine.begin() as connection:
        batch = Batch(
            workspaces.actor_id(connection, actor), "human", "segments", note=str(row.summary.get("name", ""))
        )
        changes: list[Change] = []
        new: list[tuple[int, int]] = []
        keyframes = 0
        for span in spans:
            start, end = float(span["start_s"]), float(span["end_s"])
            whole = corrected.snapped(analysis, start, end)
            if not (0 <= start < end <= analysis.duration_s + 0.5) or whole.frames < 1:
                raise InputError("That span is not inside the video. Choose a start before its end.")
            # Rounded, so that the same frames are the same item whoever asks.
            start, end = round(whole.start_s, 4), round(whole.end_s, 4)
            category = int(span["category"])
            changes.append(Change(_segment_item(connection, row.item_id, start, end), category))
            for index, keyframe in enumerate(analysis.keyframes):
                if whole.start_frame <= keyframe.frame < whole.end_frame:
                    item_id, fresh = _frame_item(connection, scene, row, keyframe.time_s)
                    changes.append(Change(item_id, category))
                    keyframes += 1
                    if fresh:
                        new.append((item_id, index))
        if new:
            stacked = np.stack([analysis.vectors[analysis.keyframes[index].sample] for _, index in new]).astype(
                np.float32
            )
            file = vectors.write_shard(scene.workspace.folder("vectors"), _unit(stacked))
            vectors.record(connection, scene.encoder_row.id, file, [item_id for item_id, _ in new])
            for item_id, index in new:
                _thumbnail(scene.workspace, item_id, analysis.keyframes[index].jpeg)
        outcomes = labels.write(connection, batch, changes)
    saved = sum(outcome.status == "saved" for outcome in outcomes)
    return {"batch": batch.id if saved else None, "labels": saved, "keyframes": keyframes}


def _unit(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)


def _segment_item(connection: Connection, video_id: int, start_s: float, end_s: float) -> int:
    item = schema.item.c
    where = (item.kind == "segment", item.parent_id == video_id, item.time_s == start_s, item.end_s == end_s)
    known = connection.execute(select(item.id).where(*where)).scalar()
    if known is not None:
        return int(known)
    video = items.get(connection, video_id)
    name = f"{video.name}#t={start_s:g},{end_s:g}"
    return items.add(
        connection, [NewItem("segment", video.path, name, parent_id=video_id, time_s=start_s, end_s=end_s)]
    )[0]


def _frame_item(connection: Connection, scene: Scene, row: Any, time_s: float) -> tuple[int, bool]:
    """(item, whether it is new or has no vector of this encoder yet)."""
    item = schema.item.c
    time_s = round(time_s, 4)
    where = (item.kind == "frame", item.parent_id == row.item_id, item.time_s == time_s)
    known = connection.execute(select(item.id).where(*where)).scalar()
    if known is not None:
        have = schema.vector_row.c
        embedded = select(have.item_id).where(have.item_id == known, have.encoder_id == scene.encoder_row.id)
        return int(known), connection.execute(embedded).first() is None
    video = items.get(connection, row.item_id)
    name = f"{video.name}#t={time_s:g}"
    return items.add(connection, [NewItem("frame", video.path, name, parent_id=row.item_id, time_s=time_s)])[0], True


def _thumbnail(workspace: Workspace, item_id: int, jpeg: bytes) -> None:
    out = workspace.thumb(item_id)
    out.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(jpeg)) as image:
        images.thumbnail(np.asarray(image.convert("RGB")), out)


def keyframe(scene: Scene, run_id: int, index: int) -> bytes:
    """A keyframe as JPEG.

    Raises:
        InputError: there is none with this number.
    """
    with scene.workspace.read() as connection:
        row = runs.get(connection, run_id)
    found = _analysis(scene, row.file).keyframes
    if not 0 <= index < len(found):
        raise InputError(f"This run has no keyframe {index}. Reload the page.")
    return found[index].jpeg


def every(workspace: Workspace) -> list[dict[str, Any]]:
    """All runs, newest first."""
    with workspace.read() as connection:
        rows = runs.every(connection)
    return [
        {
            **row.summary,
            "id": row.id,
            "video": row.item_id,
            "name": row.video_name,
            "at": row.at.isoformat(),
            "state": "done",
        }
        for row in rows
    ]


def videos(workspace: Workspace) -> list[dict[str, Any]]:
    """All videos that the workspace knows, newest first."""
    with workspace.read() as connection:
        rows = items.videos(connection)
    return [
        {"id": row.id, "name": row.name, "path": row.path, "duration_s": row.meta.get("duration_s")} for row in rows
    ]
