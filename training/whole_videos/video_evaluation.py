"""Zero-shot and the promoted head of whole videos against a truth from a file, tag by tag and level by level."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from typing_extensions import TypedDict

from embedding.titles.title_encoder import TitleEncoder
from errors import InputError
from labeling.exchange import video_labels
from labeling.exchange.video_labels import RowLabel
from labeling.scoring.multilabel import NO, UNKNOWN, YES, Tri
from labeling.snapshot.snapshot import Snapshot
from store.items.file_names import Names
from store.project.category_index import CategoryIndex
from training.metrics import multilabel_metrics
from training.metrics.multilabel_metrics import LabelScores
from training.videos.video_set import VideoSet
from training.whole_videos import comparison_table, video_answers, video_material, video_scores, video_zero_shot
from training.whole_videos.comparison_table import VideoFigures, rounded
from training.whole_videos.video_answers import VideoAnswers
from training.whole_videos.video_scores import Scored


class LevelFigures(TypedDict):
    """Figures of the classes of one level; `mean` of micro and macro F1."""

    classes: int
    micro_f1: float
    macro_f1: float
    mean: float


class TagFigures(TypedDict):
    """Figures of one class by both models, None for the one that is not there."""

    zero_shot: LabelScores | None
    head: LabelScores | None


class Judged(TypedDict):
    """Models against a truth.

    Attributes:
        by_tag: by path of the class. by_level: of the head, else of zero-shot, by number of the level. mean: of the levels' means, the
            measure of WBDC-2022.
    """

    zero_shot: VideoFigures | None
    head: VideoFigures | None
    by_tag: dict[str, TagFigures]
    by_level: dict[str, LevelFigures]
    mean: float | None


class VideoEvaluation(Judged):
    """Models against a truth from a file.

    Attributes:
        learned: videos of the truth that the head learned from; it is judged by fits that did not see them.
        unmatched, unknown_classes: rows of the file that did not fit.
    """

    learned: int
    unmatched: list[str]
    unknown_classes: list[str]


def evaluate(
    snapshot: Snapshot, path: Path, facet: str | None = None, *, without: str | None = None
) -> VideoEvaluation:
    """Judge both models by a CSV with columns file and class, and maybe value; nothing is written.

    Where no row says no, the labels of a video in the file are meant to be whole.

    Args:
        without: `title` or `sound`, which the models do not get to see. What the head learned from is then left out.

    Raises:
        InputError: the file cannot be read, names no video, or there is no model to judge.
    """
    rows = video_labels.read_rows(path)
    with snapshot.workspace.read() as connection:
        of = video_labels.facet_of(connection, facet)
        names = Names(connection, video_labels.VIDEOS)
    answers = video_answers.read(snapshot.workspace, of)
    head = video_scores.choose(snapshot, answers)
    unmatched: list[str] = []
    unknown: list[str] = []
    truth = _truth(rows, answers, names, unmatched, unknown)
    known = set() if head is None else set(head.held.items.tolist())
    chosen = [k for k in range(len(truth)) if (truth[k] != UNKNOWN).any()]
    if without is not None:
        chosen = [k for k in chosen if answers.rows[k].id not in known]
    if not chosen:
        raise InputError(
            f"{path.name} names no whole video of this workspace with a class of {of.name}"
            f"{' that the head did not learn from' if without else ''}. Add the videos, or give another file."
        )
    items, judged = [answers.rows[k] for k in chosen], truth[chosen]
    wanted = video_material.fingerprints(snapshot.workspace)

    def source(titles: TitleEncoder | None) -> VideoSet:
        videos = video_material.load(snapshot.workspace, items, wanted, titles)
        return videos if without is None else videos.without(without)

    by_texts = video_scores.score(snapshot, answers, source, None) if video_zero_shot.can_read(snapshot) else None
    by_head = None if head is None else video_scores.score(snapshot, answers, source, head)
    if by_head is not None and head is not None and without is None:
        own = video_scores.with_held_out(by_head.probabilities, answers, chosen, head)
        by_head = replace(by_head, probabilities=own)
    return {
        **_judged(by_texts, by_head, judged, answers),
        "learned": sum(row.id in known for row in items), "unmatched": unmatched, "unknown_classes": unknown,
    }  # fmt: skip


def _judged(by_texts: Scored | None, by_head: Scored | None, truth: Tri, answers: VideoAnswers) -> Judged:
    best = by_head or by_texts
    if best is None:
        raise InputError("There is no model to judge: no head is promoted, and the workspace's model takes no texts.")
    levels = _levels(best, truth, answers)
    means = [level["mean"] for level in levels.values()]
    return {
        "zero_shot": None if by_texts is None else _figures(by_texts, truth),
        "head": None if by_head is None else _figures(by_head, truth),
        "by_tag": _by_tag(by_texts, by_head, truth, answers),
        "by_level": levels,
        "mean": rounded(float(np.mean(means))) if means else None,
    }


def _figures(scored: Scored, truth: Tri) -> VideoFigures:
    return comparison_table.figures(scored.probabilities, truth, scored.thresholds)


def _truth(rows: list[RowLabel], answers: VideoAnswers, names: Names, unmatched: list[str], unknown: list[str]) -> Tri:
    """int8 [n, k] of all whole videos; UNKNOWN in every class of those that the file does not name."""
    place = {row.id: k for k, row in enumerate(answers.rows)}
    column = {one.id: k for k, one in enumerate(answers.classes)}
    index = CategoryIndex(answers.classes)
    truth = np.full((len(place), len(column)), UNKNOWN, np.int8)
    for row in rows:
        ids = [number for number in names.match(row.file) if number in place]
        if len(ids) != 1:
            unmatched.append(f"line {row.line}: {row.file}")
            continue
        try:
            category = index.one(row.name)
        except InputError:
            unknown.append(f"line {row.line}: {row.file}: {row.name[:200]}")
            continue
        truth[place[ids[0]], column[category.id]] = YES if row.value == "yes" else NO
    truth = video_answers.followed(truth, answers.parents, exclusive=answers.facet.exclusive)
    if not any(row.value == "no" for row in rows):
        whole = (truth == YES).any(axis=1)[:, None]
        truth = np.asarray(np.where(whole & (truth == UNKNOWN), NO, truth), np.int8)
    return truth


def _by_tag(texts: Scored | None, head: Scored | None, truth: Tri, answers: VideoAnswers) -> dict[str, TagFigures]:
    def each(scored: Scored | None) -> list[LabelScores | None]:
        if scored is None:
            return [None] * len(answers.classes)
        return list(multilabel_metrics.per_label(scored.probabilities, truth, scored.thresholds))

    return {
        one.path: {"zero_shot": by_texts, "head": by_head}
        for one, by_texts, by_head in zip(answers.classes, each(texts), each(head), strict=True)
    }


def _levels(scored: Scored, truth: Tri, answers: VideoAnswers) -> dict[str, LevelFigures]:
    levels: dict[str, LevelFigures] = {}
    for depth in sorted({one.depth for one in answers.classes}):
        columns = [k for k, one in enumerate(answers.classes) if one.depth == depth]
        if not (truth[:, columns] == YES).any():
            continue
        scores = multilabel_metrics.measure(
            scored.probabilities[:, columns], truth[:, columns], scored.thresholds[columns]
        )
        micro, macro = round(scores["micro_f1"], 4), round(scores["macro_f1"], 4)
        levels[str(depth)] = {
            "classes": len(columns), "micro_f1": micro, "macro_f1": macro, "mean": round((micro + macro) / 2, 4),
        }  # fmt: skip
    return levels
