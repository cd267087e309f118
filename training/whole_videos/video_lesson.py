"""The labelled videos of a facet as what a head learns from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from embedding.titles.title_encoder import TitleEncoder
from errors import InputError
from labeling.scoring.multilabel import NO, YES
from labeling.snapshot.snapshot import Snapshot
from store.items import video_features
from store.items.video_features import FeatureState
from store.project.taxonomy import Facet
from training.videos.video_head import VideoMaterial
from training.videos.video_set import FRAMES
from training.whole_videos import video_answers, video_material, video_zero_shot
from training.whole_videos.video_answers import VideoAnswers
from training.whole_videos.video_material import Fingerprints
from training.whole_videos.video_zero_shot import ProjectTitles

LEAST = 2  # yes and no answers of one class, without which nothing can be held out


@dataclass(frozen=True)
class Lesson:
    """Labelled videos to learn from. rows: of the answers. left_out: labelled videos without features."""

    answers: VideoAnswers
    rows: list[int]
    material: VideoMaterial
    titles: TitleEncoder | None
    left_out: int


def read(snapshot: Snapshot, facet: Facet, wanted: Fingerprints, seed: int) -> Lesson:
    """The labelled videos of a facet that have features of the encoders in use.

    Raises:
        InputError: there are too few labels.
    """
    answers = video_answers.read(snapshot.workspace, facet)
    with snapshot.workspace.read() as connection:
        states = video_features.states(connection, FRAMES, wanted.frames, answers.ids.tolist())
    labelled = np.flatnonzero(answers.labelled).tolist()
    rows = [k for k in labelled if states[answers.rows[k].id] is not FeatureState.NOT_COMPUTED]
    truth = answers.truth[rows]
    learnable = ((truth == YES).sum(axis=0) >= LEAST) & ((truth == NO).sum(axis=0) >= LEAST)
    if not learnable.any():
        raise InputError(
            f"A head of {facet.name} needs a class with {LEAST} yes and {LEAST} no answers; {len(rows)} labelled videos are there"
            f"{_missing(len(labelled) - len(rows))}. Label more: `sceneloop videos label`."
        )
    titles = video_material.fit_titles(answers.rows)
    videos = video_material.load(snapshot.workspace, [answers.rows[k] for k in rows], wanted, titles)
    read_by = None if titles is None else ProjectTitles(titles, video_material.all_titles(answers.rows))
    zero_shot = video_zero_shot.scores(snapshot, answers.classes, videos, read_by)
    material = VideoMaterial(videos, truth, answers.group[rows], zero_shot, seed)
    return Lesson(answers, rows, material, titles, len(labelled) - len(rows))


def _missing(count: int) -> str:
    return (
        f", and {count} more without features of the encoders in use (`sceneloop videos add` computes them)"
        if count
        else ""
    )
