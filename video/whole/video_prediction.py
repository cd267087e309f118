"""Tags of new videos that are not in the workspace, in the forms that other programs read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embedding.ingest import video_encoders
from embedding.ingest.video_encoders import FrameEncoder
from embedding.pictures import file_walk
from embedding.pictures.images import BadFile
from embedding.sound.sound_encoder import SoundEncoder
from embedding.titles.title_encoder import TitleEncoder
from errors import CancelledError, InputError
from labeling.exchange import video_labels, video_titles
from labeling.snapshot.snapshot import Snapshot
from naming import file_name
from progress import Progress, silent
from store import workspace
from store.items.video_features import Features
from training.videos.video_set import Floats, VideoSet
from training.whole_videos import video_answers, video_material, video_scores
from video.whole import feature_extraction, listed_videos
from written.csv_cells import csv_text

FORMATS = ("json", "csv", "paddle", "yt8m")
THRESHOLD = 0.5
MOST = 20  # tags of a video in YouTube-8M's table


@dataclass(frozen=True)
class Predicted:
    """Tags of new videos.

    Attributes:
        videos: files that could be read. classes: paths, in the order of the columns. probabilities: float32 [n, k].
        sound: what there is to hear in each. quarantined: files that cannot be read, with the reason. model: what scored.
    """

    videos: tuple[Path, ...]
    titled: tuple[bool, ...]
    sound: tuple[str, ...]
    classes: tuple[str, ...]
    probabilities: Floats
    quarantined: tuple[BadFile, ...]
    model: str


def predict(
    snapshot: Snapshot,
    paths: Sequence[Path],
    facet: str | None = None,
    *,
    titles: Path | None = None,
    progress: Progress = silent,
) -> Predicted:
    """Score new videos by the promoted head of a facet, else by the texts of its classes; nothing is written.

    Args:
        titles: as in `video.whole.listed_videos`. progress: called with videos done and in all after each.

    Raises:
        InputError: none of the paths is a usable video, or there is no model. CancelledError: `progress` stopped it.
    """
    with snapshot.workspace.read() as connection:
        of = video_labels.facet_of(connection, facet)
    rows = listed_videos.titles(titles)[0] if titles is not None else []
    answers = video_answers.read(snapshot.workspace, of)
    head = video_scores.choose(snapshot, answers)
    frames, sound = video_encoders.open_frames(snapshot.workspace), video_encoders.open_sound(snapshot.workspace)
    seen, bad = _read(paths, frames, sound, progress)
    named = _titles(list(seen), rows)

    def source(encoder: TitleEncoder | None) -> VideoSet:
        parts = list(seen.values())
        return video_material.assembled([one for one, _ in parts], [two for _, two in parts], named, encoder)

    scored = video_scores.score(snapshot, answers, source, head)
    return Predicted(
        tuple(seen), tuple(bool(title) for title in named), tuple(heard.state.value for _, heard in seen.values()),
        tuple(one.path for one in answers.classes), scored.probabilities, tuple(bad),
        "zero-shot" if head is None else f"head {head.row.number}",
    )  # fmt: skip


def _read(
    paths: Sequence[Path], frames: FrameEncoder, sound: SoundEncoder, progress: Progress
) -> tuple[dict[Path, tuple[Features, Features]], list[BadFile]]:
    """(frames and sound by file, files that cannot be read)."""
    walk = file_walk.find(paths, skip=workspace.exists)
    files = [file.path for file in walk.files if file.is_video or len(walk.files) == len(paths)]
    seen: dict[Path, tuple[Features, Features]] = {}
    bad: list[BadFile] = list(walk.refused)
    for done, path in enumerate(files):
        progress(done, len(files), path.name)
        try:
            seen[path] = feature_extraction.see(path, frames).frames, feature_extraction.hear(path, sound)
        except CancelledError as error:
            raise CancelledError("Stopped. Nothing was written.") from error
        except InputError as error:
            bad.append(BadFile(path, str(error).removeprefix(f"{path.name} ").rstrip("."), "Check the file."))
    progress(len(files), len(files))
    if not seen:
        raise InputError(f"None of the files is a video that can be read{f' ({bad[0].reason})' if bad else ''}.")
    return seen, bad


def _titles(paths: Sequence[Path], rows: Sequence[video_titles.TitleRow]) -> list[str]:
    """The title of each file: of the row that names it by its path, or by the end of it."""
    by_name: dict[str, str] = {}
    for row in rows:
        by_name.setdefault(file_name(row.file), row.described.get(video_titles.TITLE, ""))
    titles = []
    for path in paths:
        parts = file_name(str(path)).split("/")
        ends = ("/".join(parts[k:]) for k in range(len(parts)))
        titles.append(next((by_name[end] for end in ends if end in by_name), ""))
    return titles


def exported(done: Predicted, form: str, threshold: float = THRESHOLD) -> str:
    """Predictions as text.

    Args:
        form: `json`, `csv` (one row a label), `paddle` (PaddleVideo's output.json) or `yt8m` (YouTube-8M's table, the best 20 whatever
            the threshold). threshold: from which probability on a class is said.

    Raises:
        InputError: there is no such form.
    """
    if form == "paddle":
        # As PaddleVideo writes it: an indent of 4, classes in their own order.
        videos = [{"video_id": path.name, "labels": _labels(done, k, threshold)} for k, path in enumerate(done.videos)]
        return json.dumps(videos, ensure_ascii=False, indent=4)
    if form == "yt8m":
        return _youtube(done)
    if form == "csv":
        return _table(done, threshold)
    if form != "json":
        raise InputError(f"There is no form {form!r}. Use one of {', '.join(FORMATS)}.")
    return json.dumps(as_json(done, threshold), ensure_ascii=False, indent=2)


def as_json(done: Predicted, threshold: float = THRESHOLD) -> Mapping[str, object]:
    """Predictions as one JSON object: videos with their labels, the likeliest first."""
    return {
        "model": done.model,
        "threshold": threshold,
        "videos": [
            {
                "video": str(path), "labels": sorted(_labels(done, k, threshold), key=lambda each: -float(each[1])),
                "untitled": not done.titled[k], "sound": done.sound[k],
            }
            for k, path in enumerate(done.videos)
        ],
        "quarantined": [{"path": str(error.path), "reason": error.reason} for error in done.quarantined],
    }  # fmt: skip


def _labels(done: Predicted, row: int, threshold: float) -> list[tuple[str, float]]:
    """(class, probability) of a video from the threshold on, in the order of the classes."""
    values = done.probabilities[row].tolist()
    return [(name, round(value, 6)) for name, value in zip(done.classes, values, strict=True) if value >= threshold]


def _table(done: Predicted, threshold: float) -> str:
    rows = [
        (str(path), name, value) for k, path in enumerate(done.videos) for name, value in _labels(done, k, threshold)
    ]
    return csv_text(("file", "class", "score"), rows)


def _youtube(done: Predicted) -> str:
    """`VideoId,LabelConfidencePairs`: indices of classes with their confidence, the best first."""
    lines = ["VideoId,LabelConfidencePairs"]
    for k, path in enumerate(done.videos):
        best = np.argsort(-done.probabilities[k], kind="stable")[:MOST]
        pairs = " ".join(f"{number} {done.probabilities[k, number]:.6f}" for number in best.tolist())
        lines.append(f"{path.stem.replace(',', '_')},{pairs}")
    return "\n".join(lines) + "\n"
