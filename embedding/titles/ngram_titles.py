"""The default title encoder: TF-IDF of 1- to 3-grams of characters, brought to 256 numbers by a truncated SVD (latent semantic analysis).

Each direction counts as much as the singular value that it has: what many titles share says more than what a few do, which is worth nine
points with five labelled titles a class and two with a hundred (`bench titles`). Needs no model and no word boundaries. The same titles
give the same vectors: the draw is seeded, directions fall by strength, and the largest entry of each is positive.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from embedding.titles.title_encoder import NGRAMS, TitleFeatures, prepare
from errors import InputError
from written.json_values import Json

DIM, MOST_TERMS = 256, 30_000
RARE = 2  # titles that a term needs, from 50 titles on
Arrays = Mapping[str, npt.NDArray[np.generic]]
Floats = npt.NDArray[np.float32]


class NgramTitles:
    """N-grams of characters behind the `TitleEncoder` interface.

    Attributes:
        terms: n-grams in the order of the columns.
    """

    def __init__(self, terms: Sequence[str], idf: Floats, directions: npt.NDArray[np.float16]) -> None:
        """Take what was fitted: weights float32 [terms] and directions float16 [terms, d]."""
        self.terms, self._idf, self._directions = tuple(terms), idf, directions
        self.name = "character n-grams"
        self.spec = NGRAMS
        self.dim = directions.shape[1]
        self._vectorizer = _vectorizer(vocabulary={term: k for k, term in enumerate(self.terms)})
        self._vectorizer.idf_ = np.asarray(idf, np.float64)
        digest = hashlib.sha256(json.dumps([NGRAMS, self.terms]).encode())
        digest.update(np.ascontiguousarray(idf).tobytes() + np.ascontiguousarray(directions).tobytes())
        self.fingerprint = digest.hexdigest()

    def encode(self, titles: Sequence[str]) -> TitleFeatures:
        """Titles -> unit rows float32 [n, d] with their masks; a title of unknown characters alone has a zero row."""
        prepared = prepare(titles)
        if not titles:
            return TitleFeatures(np.empty((0, self.dim), np.float32), prepared.present, prepared.cut)
        weights: csr_matrix = self._vectorizer.transform(prepared.texts)
        rows = np.asarray(weights @ self._directions.astype(np.float32), np.float32)
        return TitleFeatures(_unit(rows), prepared.present, prepared.cut)

    def state(self) -> tuple[Mapping[str, Json], Arrays]:
        """(card, arrays) that `restore` takes."""
        return {"kind": NGRAMS, "terms": list(self.terms)}, {"idf": self._idf, "directions": self._directions}


def fit(texts: Sequence[str]) -> NgramTitles:
    """Fit on sorted plain texts without repeats.

    Raises:
        InputError: there is none.
    """
    if not texts:
        raise InputError("No video has a title, so there is nothing to fit a title encoder on. Give titles first.")
    vectorizer = _vectorizer(min_df=RARE if len(texts) >= 50 else 1, max_features=MOST_TERMS)
    weights = vectorizer.fit_transform(texts)
    terms = vectorizer.get_feature_names_out().tolist()
    dim = min(DIM, *weights.shape)
    with np.errstate(invalid="ignore"):  # of a single title there is no variance to explain, and nobody asks for it
        svd = TruncatedSVD(dim, algorithm="randomized", n_iter=5, random_state=0).fit(weights)
    order = np.argsort(-svd.singular_values_, kind="stable")
    directions = svd.components_[order].T  # [terms, d]
    strongest = np.abs(directions).argmax(axis=0)
    strength = svd.singular_values_[order]
    directions = directions * np.sign(directions[strongest, np.arange(dim)]) * (strength / strength[0])
    return NgramTitles(terms, np.asarray(vectorizer.idf_, np.float32), np.asarray(directions, np.float16))


def restore(card: Mapping[str, Json], arrays: Arrays) -> NgramTitles:
    """An encoder from what `state` gave.

    Raises:
        ValueError, KeyError: it does not fit together.
    """
    terms = card["terms"]
    idf, directions = np.asarray(arrays["idf"], np.float32), np.asarray(arrays["directions"], np.float16)
    if not isinstance(terms, list) or directions.ndim != 2 or not len(terms) == len(idf) == len(directions):
        raise ValueError("terms, weights and directions differ in number")
    return NgramTitles([str(term) for term in terms], idf, directions)


def _vectorizer(**options: object) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char", ngram_range=(1, 3), lowercase=True, sublinear_tf=True, dtype=np.float32, **options
    )


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12), np.float32)
