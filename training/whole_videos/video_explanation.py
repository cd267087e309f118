"""What carries each tag of a video (frames, sound, title), and when it holds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from errors import InputError
from labeling.exchange import video_labels
from labeling.snapshot.snapshot import Snapshot
from store.items.file_names import Names
from store.items.item_rows import ItemRow
from store.project.taxonomy import Category
from training.videos.video_set import FRAMES, SOUND, Bools, Floats, Modality, VideoSet
from training.whole_videos import video_answers, video_material, video_scores, video_zero_shot
from training.whole_videos.kept_heads import KeptHead
from training.whole_videos.video_answers import VideoAnswers
from training.whole_videos.video_scores import Source

Times = npt.NDArray[np.float64]


class ExplainedTag(TypedDict):
    """A tag of a video.

    Attributes:
        category: id of the class.
        score: in [0, 1]. frames, sound, title: what each adds to the logit above how frequent the tag is, None where the model cannot
            tell; 0 where it is missing. By words alone frames give the logit, and sound and title raise it.
        text: what the words of the tag add to what a head learned.
        sounds: the sounds of the project's audio model that the tag stands for.
        when: stretches [start, end] in seconds in which a frame or a window of sound alone reaches the tag's threshold.
    """

    tag: str
    category: int
    score: float
    is_over: bool
    frames: float | None
    sound: float | None
    title: float | None
    text: float | None
    sounds: list[str]
    when: list[list[float]]


class ExplainedVideo(TypedDict):
    """A video explained: its tags, the likeliest first.

    Attributes:
        model: what scored it. unheard: why the names of tags are not compared with the sound; "" where they are, and where a head knows
            all of them.
    """

    video: str
    facet: str
    model: str
    unheard: str
    tags: list[ExplainedTag]


def explain(snapshot: Snapshot, video: str, facet: str | None = None, *, using: str = "auto") -> ExplainedVideo:
    """Explain a video of the workspace, by the name or path of its file.

    Raises:
        InputError: no whole video is called so or several are, or there is no model.
    """
    with snapshot.workspace.read() as connection:
        of = video_labels.facet_of(connection, facet)
        names = Names(connection, video_labels.VIDEOS)
    answers = video_answers.read(snapshot.workspace, of)
    here = {row.id: row for row in answers.rows}
    ids = [number for number in names.match(video) if number in here]
    if len(ids) != 1:
        raise InputError(
            f"{video} could be {names.choices(ids)}. Write which."
            if ids
            else f"No whole video is called {video}. Add it with `sceneloop videos add`."
        )
    return explain_row(snapshot, answers, here[ids[0]], using=using)


def explain_row(snapshot: Snapshot, answers: VideoAnswers, row: ItemRow, *, using: str = "auto") -> ExplainedVideo:
    """Explain one of the videos of a facet.

    Raises:
        InputError: there is no model.
    """
    head = video_scores.choose(snapshot, answers, using)
    wanted = video_material.fingerprints(snapshot.workspace)
    titles = video_scores.titles_of(answers, head)
    videos = video_material.load(snapshot.workspace, [row], wanted, None if titles is None else titles.encoder)
    return {
        "video": row.name,
        "facet": answers.facet.name,
        "model": model_of(head),
        "unheard": _unheard(snapshot, answers, head),
        "tags": tags_of(snapshot, answers, videos, head),
    }


def _unheard(snapshot: Snapshot, answers: VideoAnswers, head: KeptHead | None) -> str:
    if head is not None and {one.id for one in answers.classes} <= set(head.classes):
        return ""
    return video_zero_shot.sounds_of(snapshot, answers.classes)[1]


def model_of(head: KeptHead | None) -> str:
    """What scores, as it is shown."""
    return "zero-shot" if head is None else f"head {head.row.number}, {head.row.card['model']}"


def tags_of(snapshot: Snapshot, answers: VideoAnswers, videos: VideoSet, head: KeptHead | None) -> list[ExplainedTag]:
    """What carries each tag of one video, of the workspace or not, and when; the likeliest first.

    Args:
        videos: the one video, its title encoded as `video_scores.titles_of` says.

    Raises:
        InputError: neither a head nor a text side is there.
    """
    scored = video_scores.score(snapshot, answers, _given(videos), head)
    parts = _contributions(snapshot, answers, head, videos)
    when = _when(snapshot, answers, head, videos, scored.thresholds)
    sounds = video_zero_shot.sounds_of(snapshot, answers.classes)[0]
    return [
        _tag(
            answers.classes[k],
            float(scored.probabilities[0, k]),
            float(scored.thresholds[k]),
            k,
            parts,
            when,
            sounds[k],
        )
        for k in np.argsort(-scored.probabilities[0], kind="stable").tolist()
    ]


def _tag(
    one: Category,
    score: float,
    threshold: float,
    column: int,
    parts: Mapping[str, Floats],
    when: list[list[list[float]]],
    sounds: list[str],
) -> ExplainedTag:
    def part(name: str) -> float | None:
        return round(float(parts[name][column]), 4) if name in parts and np.isfinite(parts[name][column]) else None

    return {
        "tag": one.path, "category": one.id, "score": round(score, 4), "is_over": score >= threshold, "frames": part("frames"),
        "sound": part("sound"), "title": part("title"), "text": part("text"), "sounds": sounds, "when": when[column],
    }  # fmt: skip


def _contributions(
    snapshot: Snapshot, answers: VideoAnswers, head: KeptHead | None, videos: VideoSet
) -> dict[str, Floats]:
    """What each modality adds, float32 [k] in the columns of the answers; by words alone for a class that no head knows, NaN without them."""
    titles = video_scores.titles_of(answers, head)
    plain = video_zero_shot.scores(snapshot, answers.classes, videos, titles)
    by_words = {} if plain is None else {name: part[0] for name, part in plain.parts.items()}
    if head is None:
        return by_words
    fitting = video_material.fitting(videos, head.dims)
    texts = video_scores.words_of_learned(snapshot, answers, fitting, head)
    added = head.trained.head.contributions(fitting, texts)
    column = {number: k for k, number in enumerate(head.classes)}
    nothing, out = np.full(len(answers.classes), np.nan, np.float32), {}
    for name in {**added, **by_words}:
        scaled = added[name][0] * head.trained.platt.slope if name in added else nothing
        rest = by_words.get(name, nothing)
        out[name] = np.array(
            [scaled[column[one.id]] if one.id in column else rest[k] for k, one in enumerate(answers.classes)],
            np.float32,
        )
    return out


def _when(
    snapshot: Snapshot, answers: VideoAnswers, head: KeptHead | None, videos: VideoSet, thresholds: Floats
) -> list[list[list[float]]]:
    """Stretches by class: each frame and each window of sound is scored as if it were all that there is of the video."""
    spans: list[list[list[float]]] = [[] for _ in answers.classes]
    can_hear = any(video_zero_shot.sounds_of(snapshot, answers.classes)[0])
    for name in (FRAMES, SOUND):
        rows = videos.modalities.get(name)
        if rows is None or not len(rows.rows) or (head is None and name == SOUND and not can_hear):
            continue
        alone = VideoSet({name: Modality(rows.rows, np.arange(len(rows.rows) + 1, dtype=np.int64), rows.times)})
        if head is not None and name not in head.dims:
            continue
        scored = video_scores.score(snapshot, answers, _given(alone), head)
        for k in range(len(answers.classes)):
            spans[k] += stretches(rows.times, scored.probabilities[:, k] >= thresholds[k])
    return [_merged(each) for each in spans]


def _given(videos: VideoSet) -> Source:
    """Videos whose titles were encoded before."""
    return lambda _: videos


def stretches(times: Times, holds: Bools) -> list[list[float]]:
    """Stretches [start, end] in seconds of moments at which something holds, each moment as long as it is to the next one.

    Args:
        times: float64 [t], ascending. holds: bool [t].
    """
    step = float(np.median(np.diff(times))) if len(times) > 1 else 1.0
    runs: list[list[float]] = []
    for time_s in times[holds].tolist():
        if runs and time_s - runs[-1][1] <= step / 2:
            runs[-1][1] = time_s + step
        else:
            runs.append([time_s, time_s + step])
    return [[round(start, 3), round(end, 3)] for start, end in runs]


def _merged(spans: list[list[float]]) -> list[list[float]]:
    merged: list[list[float]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return merged
