"""Zero-shot scores of whole videos: the words of each class against what is seen, what is heard and what the title says.

A class that was named a moment ago is scored at once. Its texts are compared with the frames by the workspace's model; its name and its
prompts with the titles, by the encoder that reads them; and with the names of the sounds that the project's audio model knows. Sound and
title raise a score where they speak for the class, and change nothing where they are missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from embedding.ingest import video_encoders
from embedding.sound import sound_names
from embedding.titles.title_encoder import TitleEncoder
from labeling.scoring import multilabel
from labeling.scoring.random_words import WORDS
from labeling.snapshot.snapshot import Snapshot
from labeling.tags.scores import NEUTRAL
from store.items import feature_sets
from store.project import prompts
from store.project.prompt_set import PromptSet
from store.project.taxonomy import Category
from training.videos.open_words import text_scores
from training.videos.open_words.tag_texts import TagTexts, top_mean
from training.videos.open_words.text_scores import TextScores, TitleWords
from training.videos.video_set import FRAMES, SOUND, TITLE, Floats, VideoSet

TEMPLATES = ("a photo of {name}", "a video of {name}", "{name}")  # where none are published
UNSEEN = -2.0  # logit by frames of a video without any: not proposed unless sound or title speaks for it
PARTS = (FRAMES, SOUND, TITLE)


@dataclass(frozen=True)
class ProjectTitles:
    """What titles are read by, and all titles of the project, with which one of them is compared."""

    encoder: TitleEncoder
    every: tuple[str, ...]


def can_read(snapshot: Snapshot) -> bool:
    """Whether texts can be compared with frames: the workspace's model takes texts, and its own vectors are read."""
    with snapshot.workspace.read() as connection:
        return snapshot.has_text and feature_sets.in_use(connection) is None


def scores(
    snapshot: Snapshot, classes: Sequence[Category], videos: VideoSet, titles: ProjectTitles | None, parts: Sequence[str] = PARTS
) -> TextScores | None:  # fmt: skip
    """Scores of classes on videos by their words; None without a text side, or where no video of the set has a modality to compare with.

    Args:
        titles: None where nothing reads them. parts: what is compared; a head that learned from fewer gets those.

    Raises:
        EncoderError: a text is new and the encoder cannot be loaded.
    """
    if not classes or not can_read(snapshot) or not {FRAMES, SOUND} & videos.modalities.keys():
        return None
    known = _published(snapshot)
    out = {FRAMES: _by_frames(snapshot, classes, videos, known)}
    if SOUND in parts and SOUND in videos.modalities:
        heard = _by_sound(snapshot, classes, videos, known)
        out |= {} if heard is None else {SOUND: heard}
    if TITLE in parts and TITLE in videos.modalities and videos.texts is not None and titles is not None:
        words = tuple(tuple(known.title_words(one.id, one.name)) for one in classes)
        out[TITLE] = _title_words(snapshot, words, titles).raised(videos.modalities[TITLE], videos.texts)
    return TextScores(out)


def sounds_of(snapshot: Snapshot, classes: Sequence[Category]) -> tuple[list[list[str]], str]:
    """(the sounds that each class stands for, by the names of the project's audio model; why no sound can be named, else "")."""
    with snapshot.workspace.read() as connection:
        given = feature_sets.in_use(connection)
    if given is not None:
        return [[] for _ in classes], f"The features {given!r} are those of others, so no sound of them has a name."
    named = video_encoders.named_sounds(snapshot.workspace)
    if named.sounds is None:
        return [[] for _ in classes], named.reason
    names, known = named.sounds.names, _published(snapshot)
    return [[names[k] for k in sound_names.matching(known.sound_words(one.id, one.name), names)] for one in classes], ""


def tag_texts(snapshot: Snapshot, classes: Sequence[Category]) -> TagTexts | None:
    """Texts of classes one by one, as the adapter takes them; None without a text side.

    Raises:
        EncoderError: a text is new and the encoder cannot be loaded.
    """
    if not classes or not can_read(snapshot):
        return None
    known = _published(snapshot)
    [background] = snapshot.texts.class_vectors([known.background or NEUTRAL])
    vectors = tuple(snapshot.texts.encode(known.texts(one.id, one.name)) for one in classes)
    return TagTexts(vectors, background, snapshot.texts.encode(WORDS), snapshot.texts.logit_scale)


def _by_frames(snapshot: Snapshot, classes: Sequence[Category], videos: VideoSet, known: PromptSet) -> Floats:
    """Logits float32 [n, k]: of each class the mean of its best quarter of the frames."""
    frames = videos.modalities.get(FRAMES)
    if frames is None:
        return np.full((len(videos), len(classes)), UNSEEN, np.float32)
    texts = [known.texts(one.id, one.name) for one in classes]
    *yes, background = snapshot.texts.class_vectors([*texts, known.background or NEUTRAL])
    linear = multilabel.contrast(np.stack(yes), background, scale=snapshot.texts.logit_scale)
    pooled = top_mean(np.asarray(linear.logits(frames.rows), np.float32), frames.starts)
    return np.where(frames.present[:, None], pooled, np.float32(UNSEEN))


def _by_sound(snapshot: Snapshot, classes: Sequence[Category], videos: VideoSet, known: PromptSet) -> Floats | None:
    """What is heard adds to the logits, float32 [n, k]: of each class the likeliest of the sounds that it stands for; None without names."""
    sounds, rows = video_encoders.named_sounds(snapshot.workspace).sounds, videos.modalities[SOUND]
    if sounds is None:
        return None
    each = [sound_names.matching(known.sound_words(one.id, one.name), sounds.names) for one in classes]
    logits = np.zeros((len(rows.rows), len(classes)), np.float32)
    for k, columns in enumerate(each):
        if columns and len(rows.rows):
            logits[:, k] = sounds.logits(rows.rows, columns).max(axis=1)
    return text_scores.heard(logits, rows, np.array([bool(columns) for columns in each]))


def _title_words(snapshot: Snapshot, words: tuple[tuple[str, ...], ...], titles: ProjectTitles) -> TitleWords:
    key = (titles.encoder.fingerprint, titles.every, words)
    compare = partial(text_scores.title_words, words, titles.every, titles.encoder)
    return snapshot.cached(f"title words of {len(words)}", key, compare)


def _published(snapshot: Snapshot) -> PromptSet:
    """The published prompts, with templates of videos where none are published."""
    with snapshot.workspace.read() as connection:
        published = prompts.published(connection).prompts if prompts.is_published(connection) else PromptSet()
    return PromptSet(published.categories, published.templates or TEMPLATES, published.background)
