"""What the words of tags say of videos, apart by what they are compared with: frames, sound, title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embedding.titles.title_encoder import TitleEncoder
from training.videos.open_words import title_match
from training.videos.open_words.tag_texts import top_mean
from training.videos.open_words.title_match import TitleMatch
from training.videos.video_set import FRAMES, Bools, Floats, Ints, Modality

LEAST_Z = 0.5  # how far above the project's titles, in deviations, a title lies before it counts
TITLE_GAIN = 2.0  # logits a deviation from there
HOLD = 3  # titles that hold a word, without which nothing is known of its company
ENOUGH_TITLES = 500  # from which on an encoder that was fitted on them knows which words go together
LEAST_LOGIT = -4.0  # of a class of an audio model; below it is what other sounds get
MOST = 6.0  # logits that sound or title adds at most
NARROW = 0.02  # spread of cosines that is taken for one where titles hardly differ


@dataclass(frozen=True)
class TextScores:
    """Scores of k tags on n videos.

    Attributes:
        parts: float32 [n, k] by modality. Frames give the logit; sound and title raise it, or add 0 where they are missing or say nothing.
    """

    parts: Mapping[str, Floats]

    @property
    def total(self) -> Floats:
        """Logits float32 [n, k] of all parts."""
        return np.asarray(sum(self.parts.values()), np.float32)

    @property
    def raised(self) -> Floats:
        """What sound and title add to the logits, float32 [n, k]."""
        nothing = np.zeros_like(next(iter(self.parts.values())))
        return np.asarray(sum((part for name, part in self.parts.items() if name != FRAMES), nothing), np.float32)

    def take(self, rows: Ints) -> TextScores:
        """Those of some of the videos."""
        return TextScores({name: part[rows] for name, part in self.parts.items()})

    def only(self, names: Sequence[str]) -> TextScores | None:
        """Those by some of the modalities; None where nothing is left."""
        kept = {name: part for name, part in self.parts.items() if name in names}
        return TextScores(kept) if kept else None

    def without(self, name: str) -> TextScores:
        """The same as if one modality were missing in every video."""
        return TextScores({key: part if key != name else np.zeros_like(part) for key, part in self.parts.items()})


@dataclass(frozen=True)
class TitleWords:
    """The words of k tags among a project's titles: letter by letter, and by what the encoder of titles knows of words that go together.

    Attributes:
        match: letter by letter.
        tags: float32 [k, d], of each tag the unit mean of its words that titles hold; zeros without such, for then nothing is known of them.
        middle, spread: float32 [k], of the cosines with all titles of the project. soft: whether there are titles enough for them to count.
    """

    match: TitleMatch
    tags: Floats
    middle: Floats
    spread: Floats
    soft: bool

    def raised(self, titles: Modality, texts: Sequence[str]) -> Floats:
        """Logits float32 [n, k] that titles add: none without a title, none where a title is like most of the project's."""
        out = np.asarray(MOST * self.match.held(texts), np.float32)
        if self.soft:
            above = (titles.rows @ self.tags.T - self.middle) / self.spread
            alike = np.clip(TITLE_GAIN * (above - LEAST_Z), 0, MOST)
            out[titles.present] = np.maximum(out[titles.present], alike)
        return out


def title_words(words: Sequence[Sequence[str]], titles: Sequence[str], encoder: TitleEncoder) -> TitleWords:
    """Compare words with the titles of a project.

    Args:
        words: of each tag, its name among them. titles: those of the project that are not empty.
    """
    match = title_match.fit(words, titles)
    known = [
        [word for word, count in zip(*pair, strict=True) if count >= HOLD]
        for pair in zip(words, match.counts(titles), strict=True)
    ]
    means = np.stack([encoder.encode(some).vectors.sum(axis=0) for some in known])
    tags = np.asarray(means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9), np.float32)
    cosines = encoder.encode(titles).vectors @ tags.T
    return TitleWords(
        match, tags, cosines.mean(axis=0), np.maximum(cosines.std(axis=0), NARROW),
        soft=len(titles) >= ENOUGH_TITLES,
    )  # fmt: skip


def heard(logits: Floats, sound: Modality, named: Bools) -> Floats:
    """Logits float32 [n, k] that sound adds: of each video the mean of its best quarter of windows; 0 where nothing is heard or named.

    Args:
        logits: float32 [t, k], log-odds of the sounds that a tag stands for in each window. named: bool [k], whether it stands for any.
    """
    return top_mean(np.where(named, np.clip(logits - LEAST_LOGIT, 0, MOST), 0).astype(np.float32), sound.starts)
