"""Whole videos as arrays, from what is stored: frames and sound with their times, titles through an encoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from embedding.ingest import video_encoders
from embedding.titles import title_encoder
from embedding.titles.title_encoder import TitleEncoder
from labeling.exchange.video_titles import title_of
from store.items import feature_sets, vectors, video_features
from store.items.item_rows import ItemRow
from store.items.video_features import Features
from store.workspace import Workspace
from training.videos.video_set import FRAMES, SOUND, TITLE, Modality, VideoSet, modality


@dataclass(frozen=True)
class Fingerprints:
    """Which features of videos are read.

    Attributes:
        frames, sound: fingerprints. given: name of the set of others that the project reads; None for the workspace's own encoders.
    """

    frames: str
    sound: str
    given: str | None = None


def fingerprints(workspace: Workspace) -> Fingerprints:
    """Those of the set of features that the project reads, else of the encoders that the workspace uses now.

    Raises:
        EncoderError: the workspace has no encoder, or the fingerprint of that of sound cannot be told.
    """
    with workspace.read() as connection:
        name = feature_sets.in_use(connection)
        if name is not None:
            return Fingerprints(
                feature_sets.fingerprint(name, FRAMES), feature_sets.fingerprint(name, SOUND), given=name
            )
        encoder = vectors.current_encoder(connection).fingerprint
    return Fingerprints(video_encoders.frames_fingerprint(encoder), video_encoders.sound_fingerprint(workspace))


def fit_titles(rows: Sequence[ItemRow]) -> TitleEncoder | None:
    """An encoder of titles fitted on all of them; None where there is no title."""
    titles = all_titles(rows)
    return _fitted(titles) if titles else None


def all_titles(rows: Sequence[ItemRow]) -> tuple[str, ...]:
    """The titles of videos that have one, in the order of the videos."""
    return tuple(title for title in map(title_of, rows) if title)


@lru_cache(maxsize=4)
def _fitted(titles: tuple[str, ...]) -> TitleEncoder:
    return title_encoder.fit(titles)


def load(workspace: Workspace, rows: Sequence[ItemRow], wanted: Fingerprints, titles: TitleEncoder | None) -> VideoSet:
    """Whole videos in the order of their items.

    Raises:
        StoreError: a file of features is missing or damaged.
    """
    ids = [row.id for row in rows]
    seen = video_features.load(workspace, FRAMES, wanted.frames, ids)
    heard = video_features.load(workspace, SOUND, wanted.sound, ids)
    return assembled([seen.get(i) for i in ids], [heard.get(i) for i in ids], list(map(title_of, rows)), titles)


def assembled(
    seen: Sequence[Features | None],
    heard: Sequence[Features | None],
    titles: Sequence[str],
    encoder: TitleEncoder | None,
) -> VideoSet:
    """Videos from their parts, each missing where there is None; a modality that no video has is left out."""
    parts: dict[str, Modality] = {}
    for name, features in ((FRAMES, seen), (SOUND, heard)):
        dim = max((each.rows.shape[1] for each in features if each is not None), default=0)
        if dim:
            rows = [_rows(each, dim) for each in features]
            parts[name] = modality(rows, [_times(each) for each in features], dim=dim)
    if encoder is not None:
        read = encoder.encode(titles)
        parts[TITLE] = modality(
            [read.vectors[k : k + 1] if read.present[k] else read.vectors[:0] for k in range(len(titles))],
            dim=encoder.dim,
        )
    return VideoSet(parts, tuple(titles) if encoder is not None else None)


def fitting(videos: VideoSet, dims: Mapping[str, int]) -> VideoSet:
    """The modalities that a head knows, with no rows where they are not there."""
    empty = np.zeros(len(videos) + 1, np.int64)
    return VideoSet(
        {
            name: videos.modalities.get(name, Modality(np.empty((0, dim), np.float32), empty, np.empty(0, np.float64)))
            for name, dim in dims.items()
        },
        videos.texts,
    )


def _rows(features: Features | None, dim: int) -> npt.NDArray[np.float32]:
    return np.empty((0, dim), np.float32) if features is None else np.asarray(features.rows, np.float32)


def _times(features: Features | None) -> npt.NDArray[np.float64]:
    return np.empty(0, np.float64) if features is None else features.times
