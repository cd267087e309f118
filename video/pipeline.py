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
from video import segment as segmenting
from video.aggregate import AGGREGATORS, Aggregator
from video.analysis import Analysis, AnalysisOptions, analyse
from video.segment import Segmentation, SegmentOptions
from video.shots import ShotOptions
from video.smooth import SmoothOptions
from video.source import probe

Progress = Callable[[float, float], None]


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
    with scene.workspace.read() as connection:
        detector = workspaces.project_settings(connection).get("detector", ShotOptions.detector)
    options = AnalysisOptions(cutting=ShotOptions(detector=detector))
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
            options={"using": using, "detector": detector}, summary=summary, actor_id=workspaces.actor_id(connection, actor),
        )  # fmt: skip
        runs.replace_segments(connection, run_id, _rows(made, analysis, linear, head_id))
    return run_id


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
    with scene.workspace.read() as connection:
        by_id = {category.id: category.path for category in taxonomy.categories(connection, retired=True)}
    return [by_id.get(number, str(number)) for number in linear.classes]


def contract(scene: Scene, run_id: int, view: View | None = None) -> dict[str, Any]:
    """A run as the command line's contract: video, fps, duration_s, frames, model, segments, shots; end frames exclusive."""
    shown = look(scene, run_id, view)
    keep = ("start_s", "end_s", "start_frame", "end_frame")
    return {
        "video": shown["name"],
        "fps": shown["fps"],
        "duration_s": shown["duration_s"],
        "frames": shown["frames"],
        "model": shown["model"],
        "segments": [
            {
                **{key: s[key] for key in keep},
                "label": s["label"],
                "score": s["score"],
                "scores": s["scores"],
                "keyframes_s": [k["time_s"] for k in s["keyframes"]],
            }
            for s in shown["segments"]
        ],  # fmt: skip
        "shots": [{key: shot[key] for key in keep} for shot in shown["shots"]],
        "notes": shown["notes"],
    }


def look(scene: Scene, run_id: int, view: View | None = None) -> dict[str, Any]:
    """A run labelled with the asked aggregator, smoothing and head, people's corrections laid over it.

    Raises:
        InputError: no such run, or it was made with another encoder.
    """
    view = view or View()
    if view.aggregator not in AGGREGATORS:
        raise InputError(f"There is no aggregator {view.aggregator!r}. Use one of {', '.join(AGGREGATORS)}.")
    with scene.workspace.read() as connection:
        row = runs.get(connection, run_id)
        video = items.get(connection, row.item_id)
        corrections = _corrections(connection, row.item_id)
    if row.encoder_id != scene.encoder_row.id:
        raise InputError("This run was made with another encoder. Run the video again.")
    analysis = _analysis(scene, row.file)
    name, linear, head_id = classifier(scene, view.using)
    names = _names(scene, linear)
    options = SegmentOptions(view.aggregator, replace(SmoothOptions(), switch_cost=view.switch_cost))
    made = segmenting.label(analysis, linear.probabilities, names, options)
    source = "zero_shot" if head_id is None else "head"
    machine = [_segment_json(s, analysis, linear, names, source, scene, run_id) for s in made.segments]
    return {
        "id": run_id,
        "video": row.item_id,
        "name": video.name,
        "at": row.at.isoformat(),
        "fps": round(analysis.fps, 6),
        "duration_s": round(analysis.duration_s, 4),
        "frames": analysis.frames,
        "width": analysis.width,
        "height": analysis.height,
        "model": name,
        "state": "done",
        "notes": analysis.notes,
        "using": view.using,
        "aggregator": view.aggregator,
        "aggregators": list(AGGREGATORS),
        "switch_cost": view.switch_cost,
        "segments": _overlaid(machine, corrections, analysis, names, linear, scene, run_id),
        "shots": [
            {
                **_span(shot.span),
                "category": linear.classes[shot.own],
                "score": round(float(shot.scores[shot.own]), 4),
                "reason": shot.reason,
            }
            for shot in made.shots
        ],
        "keyframes": [_keyframe(scene, run_id, k, kf.time_s) for k, kf in enumerate(analysis.keyframes)],
        "curve": _curve(made, linear),
        "before": None,
    }


def _analysis(scene: Scene, file: str) -> Analysis:
    loaded: Analysis = scene._kept(f"run {file}", file, lambda: Analysis.load(scene.workspace.folder("runs") / file))
    return loaded


def _span(span: Any) -> dict[str, Any]:
    return {
        "start_s": round(span.start_s, 4), "end_s": round(span.end_s, 4),
        "start_frame": int(span.start_frame), "end_frame": int(span.end_frame),
    }  # fmt: skip


def _keyframe(scene: Scene, run_id: int, index: int, time_s: float) -> dict[str, Any]:
    return {
        "index": index,
        "time_s": round(time_s, 4),
        "image": f"/keyframe/{scene.workspace.name}/{run_id}/{index}.jpg",
    }


def _segment_json(
    made: segmenting.Segment,
    analysis: Analysis,
    linear: Linear,
    names: list[str],
    source: str,
    scene: Scene,
    run_id: int,
) -> dict[str, Any]:
    return {
        **_span(made.span),
        "category": linear.classes[made.label],
        "label": names[made.label],
        "score": round(made.score, 4),
        "scores": {name: round(float(p), 4) for name, p in zip(names, made.scores, strict=True)},
        "source": source,
        "keyframes": [_keyframe(scene, run_id, k, analysis.keyframes[k].time_s) for k in made.keyframes],
    }


def _curve(made: Segmentation, linear: Linear, most: int = 2000) -> dict[str, Any]:
    """Score curves, thinned to what a screen can show."""
    step = max(1, len(made.curve_times) // most)
    return {
        "times": [round(float(t), 3) for t in made.curve_times[::step]],
        "scores": {str(number): np.round(made.curve[::step, k], 3).tolist() for k, number in enumerate(linear.classes)},
    }


def _corrections(connection: Connection, video_id: int) -> list[dict[str, Any]]:
    """People's labels of spans of a video, oldest first."""
    item, state = schema.item.c, schema.label_state.c
    query = (
        select(item.time_s, item.end_s, state.category_id, state.at, schema.actor.c.name)
        .join(schema.label_state, state.item_id == item.id)
        .join(schema.actor, schema.actor.c.id == state.actor_id)
        .where(item.kind == "segment", item.parent_id == video_id, state.value == "yes")
        .order_by(state.event_id)
    )
    return [
        {"start_s": row[0], "end_s": row[1], "category": row[2], "at": row[3].isoformat(), "actor": row[4]}
        for row in connection.execute(query)
    ]


def _overlaid(
    machine: list[dict[str, Any]],
    corrections: list[dict[str, Any]],
    analysis: Analysis,
    names: list[str],
    linear: Linear,
    scene: Scene,
    run_id: int,
) -> list[dict[str, Any]]:
    """Machine segments with corrected spans cut out and put in; the newest correction of a moment holds."""
    shown = machine
    for made in corrections:
        span = {
            "start_s": made["start_s"], "end_s": made["end_s"],
            "start_frame": int(np.searchsorted(analysis.times, made["start_s"] - 1e-6)),
            "end_frame": int(np.searchsorted(analysis.times, made["end_s"] - 1e-6)),
        }  # fmt: skip
        kept: list[dict[str, Any]] = []
        for old in shown:
            if old["end_frame"] <= span["start_frame"] or old["start_frame"] >= span["end_frame"]:
                kept.append(old)
                continue
            if old["start_frame"] < span["start_frame"]:
                kept.append({**old, "end_s": span["start_s"], "end_frame": span["start_frame"]})
            if old["end_frame"] > span["end_frame"]:
                kept.append({**old, "start_s": span["end_s"], "start_frame": span["end_frame"]})
        label = names[linear.classes.index(made["category"])] if made["category"] in linear.classes else ""
        kept.append(
            {
                **span,
                "category": made["category"],
                "label": label,
                "score": 1.0,
                "scores": {name: float(name == label) for name in names},
                "source": "human",
                "actor": made["actor"],
                "keyframes": [],
            }
        )
        shown = sorted(kept, key=lambda part: part["start_frame"])
    if corrections:
        for part in shown:
            inside = [
                k for k, kf in enumerate(analysis.keyframes) if part["start_frame"] <= kf.frame < part["end_frame"]
            ]
            part["keyframes"] = [_keyframe(scene, run_id, k, analysis.keyframes[k].time_s) for k in inside]
    return shown


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
            if not (0 <= start < end <= analysis.duration_s + 0.5):
                raise InputError("That span is not inside the video. Choose a start before its end.")
            category = int(span["category"])
            changes.append(Change(_segment_item(connection, row.item_id, start, end), category))
            for index, keyframe in enumerate(analysis.keyframes):
                if start - 1e-6 <= keyframe.time_s < end:
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
