"""Images by how they look: vectors of words, pictures and groups of images, and how similar each image is to them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embedding.half_precision import widen
from errors import InputError
from labeling.snapshot.snapshot import Snapshot

ROWS_AT_ONCE = 16_384  # so that fp16 vectors are never held as float32 whole

Floats = npt.NDArray[np.float32]


def of_words(snapshot: Snapshot, text: str) -> Floats:
    """A unit row float32 [1, d].

    Raises:
        InputError: there are no words, or the encoder has no text side. EncoderError: it cannot be loaded.
    """
    if not text.strip():
        raise InputError("Type some words to compare the images with.")
    needs_a_model(snapshot, "words")
    return snapshot.encoder.encode_text([text.strip()])


def of_picture(snapshot: Snapshot, pixels: npt.NDArray[np.uint8]) -> Floats:
    """A unit row float32 [1, d] of uint8 [h, w, 3], RGB.

    Raises:
        InputError: the workspace has no model. EncoderError: it cannot be loaded.
    """
    needs_a_model(snapshot, "a picture")
    return snapshot.encoder.encode_frames([pixels])


def of_centre(snapshot: Snapshot, rows: npt.NDArray[np.int64]) -> Floats:
    """The middle of some images, rows int64 [k] of the snapshot: a unit row float32 [1, d]."""
    middle = np.asarray(snapshot.vectors[rows], np.float32).mean(axis=0, keepdims=True)
    return np.asarray(middle / max(float(np.linalg.norm(middle)), 1e-9), np.float32)


def to_words(snapshot: Snapshot, text: str) -> Floats:
    """float32 [n]: similarity (cosine) of each image to the words; kept for the next page of the same.

    Raises:
        InputError, EncoderError: as `of_words`.
    """
    key = (text.strip(), snapshot.vectors_revision)
    return snapshot.cached("likeness", key, lambda: similarities(snapshot, of_words(snapshot, text)))


def similarities(snapshot: Snapshot, query: Floats) -> Floats:
    """float32 [n]: similarity (cosine) of each image to a unit row float32 [1, d]."""
    vectors = snapshot.vectors
    parts = [widen(vectors[start : start + ROWS_AT_ONCE]) @ query[0] for start in range(0, len(vectors), ROWS_AT_ONCE)]
    return np.concatenate(parts) if parts else np.empty(0, np.float32)


def needs_a_model(snapshot: Snapshot, what: str) -> None:
    """Refuse to compare `what` with the images where there are only vectors.

    Raises:
        InputError: the workspace has no model.
    """
    if not snapshot.has_text:
        raise InputError(
            f"The vectors of this workspace were computed elsewhere, so {what} cannot be compared with its images. "
            "Search by name, or change the encoder on the Data page."
        )
