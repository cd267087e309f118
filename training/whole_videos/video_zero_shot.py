"""Zero-shot scores of whole videos: the texts of each class against what is seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labeling.scoring import multilabel
from labeling.scoring.random_words import WORDS
from labeling.snapshot.snapshot import Snapshot
from labeling.tags.scores import NEUTRAL
from store.items import feature_sets
from store.project import prompts
from store.project.prompt_set import PromptSet
from store.project.taxonomy import Category
from training.videos.open_words.tag_texts import TagTexts
from training.videos.video_set import FRAMES, Floats, Modality, VideoSet

TEMPLATES = ("a photo of {name}", "a video of {name}", "{name}")  # where none are published


def can_read(snapshot: Snapshot) -> bool:
    """Whether texts can be compared with frames: the workspace's model takes texts, and its own vectors are read."""
    with snapshot.workspace.read() as connection:
        return snapshot.has_text and feature_sets.in_use(connection) is None


def row_logits(snapshot: Snapshot, classes: Sequence[Category], rows: Floats) -> Floats | None:
    """Logits float32 [r, k] of frames float32 [r, d] by the texts of classes; None without a text side.

    Raises:
        EncoderError: a text is new and the encoder cannot be loaded.
    """
    if not classes or not can_read(snapshot):
        return None
    texts, published = _texts(snapshot, classes)
    *yes, background = snapshot.texts.class_vectors([*texts, published.background or NEUTRAL])
    linear = multilabel.contrast(np.stack(yes), background, scale=snapshot.texts.logit_scale)
    return linear.logits(rows)


def scores(snapshot: Snapshot, classes: Sequence[Category], videos: VideoSet) -> Floats | None:
    """Logits float32 [n, k]: of each class the mean of its best quarter of the frames; 0 where nothing is seen.

    Raises:
        EncoderError: a text is new and the encoder cannot be loaded.
    """
    frames = videos.modalities.get(FRAMES)
    if frames is None:
        return None
    logits = row_logits(snapshot, classes, frames.rows)
    if logits is None:
        return None
    return Modality(logits, frames.starts, frames.times).pooled()[:, len(classes) :]


def tag_texts(snapshot: Snapshot, classes: Sequence[Category]) -> TagTexts | None:
    """Texts of classes one by one, as the adapter takes them; None without a text side.

    Raises:
        EncoderError: a text is new and the encoder cannot be loaded.
    """
    if not classes or not can_read(snapshot):
        return None
    each, published = _texts(snapshot, classes)
    [background] = snapshot.texts.class_vectors([published.background or NEUTRAL])
    vectors = tuple(snapshot.texts.encode(own) for own in each)
    return TagTexts(vectors, background, snapshot.texts.encode(WORDS), snapshot.texts.logit_scale)


def _texts(snapshot: Snapshot, classes: Sequence[Category]) -> tuple[list[list[str]], PromptSet]:
    """(the texts in use of each class, the published prompts)."""
    with snapshot.workspace.read() as connection:
        published = prompts.published(connection).prompts if prompts.is_published(connection) else PromptSet()
    templates = published.templates or TEMPLATES
    texts = [
        PromptSet({one.id: published.categories.get(one.id, ())}, templates).texts(one.id, one.name) for one in classes
    ]
    return texts, published
