"""Real pictures, sounds and titles of the data folder as features, each with its label and the side that it lies on."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.harness import Options
from bench.whole_videos.feature_cache import kept
from embedding.encoders import encoder
from embedding.sound import sound_encoder
from embedding.sound.sound_encoder import SoundEncoder, encode_blocks
from embedding.titles import title_encoder
from errors import EncoderError
from video.decoding import sound_reader

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pool:
    """Pieces of one kind.

    Attributes:
        names: of the labels. label: int64 [n]. side: int64 [n]; pieces of one side are never used on the other.
        rows: float32 [t, d] of each piece. times: float64 [t] in seconds. texts: what people read of each piece, where they read it.
    """

    names: list[str]
    label: Ints
    side: Ints
    rows: list[Floats]
    times: list[npt.NDArray[np.float64]]
    texts: tuple[str, ...] = ()

    def of(self, label: int, sides: tuple[int, ...]) -> Ints:
        """The pieces of a label on some sides."""
        return np.flatnonzero((self.label == label) & np.isin(self.side, sides))


def table(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pictures(options: Options) -> Pool:
    """`scene3` by source; sides 0 and 1 are every other picture of a source."""
    folder = options.need("scene3")
    rows = table(folder / "labels.csv")
    model = encoder.load("built-in", threads=options.threads)
    paths = [folder / row["file"] for row in rows]
    key = f"pictures {model.fingerprint} {_files(paths)}"
    vectors = kept(key, lambda: {"vectors": model.encode_files(paths)[1]})["vectors"]
    names, label = _labels([row["source"] for row in rows])
    order = np.array([int((label[:k] == label[k]).sum()) for k in range(len(label))])
    return Pool(names, label, order % 2, [vector[None] for vector in vectors], [np.zeros(1)] * len(vectors))


def sounds(options: Options, spec: str = sound_encoder.LOG_MEL) -> Pool:
    """ESC-10 by class; the side is the official fold."""
    folder = options.need("sound")
    rows = table(folder / "labels.csv")
    model = sound_encoder.load(spec)
    paths = [folder / row["file"] for row in rows]

    def compute() -> dict[str, Floats]:
        return {f"{k}": _heard(model, path) for k, path in enumerate(paths)}

    arrays = kept(f"sound {model.fingerprint} {_files(paths)}", compute)
    each = [arrays[f"{k}"] for k in range(len(paths))]
    names, label = _labels([row["class"] for row in rows])
    side = np.array([int(row["fold"]) for row in rows], np.int64)
    return Pool(names, label, side, [part[:, 1:] for part in each], [part[:, 0].astype(np.float64) for part in each])


def _heard(model: SoundEncoder, path: Path) -> Floats:
    """Times and vectors float32 [t, 1 + d] of a file."""
    features = encode_blocks(model, sound_reader.read(path, model.rate).blocks)
    return np.concatenate([features.times[:, None].astype(np.float32), features.vectors], axis=1)


def titles(options: Options, spec: str = title_encoder.NGRAMS) -> Pool:
    """Headlines by class; sides 0 and 1 are halves, drawn once. As in a project the encoder is fitted on all titles, without labels."""
    path = options.need("titles/titles.csv")
    rows = table(path)
    texts = [row["title"] for row in rows]
    names, label = _labels([row["class"] for row in rows])
    side = (np.random.default_rng(0).permutation(len(rows)) % 2).astype(np.int64)

    def compute() -> dict[str, Floats]:
        model = title_encoder.fit(texts, spec)
        return {"vectors": model.encode(texts).vectors}

    key = f"titles 2 {spec} (0, 1) {hashlib.sha256(path.read_bytes()).hexdigest()}"
    vectors = kept(key, compute)["vectors"]
    return Pool(names, label, side, [vector[None] for vector in vectors], [np.zeros(1)] * len(vectors), tuple(texts))


def has_sentences() -> bool:
    """Whether the sentence encoder of the extra can be loaded."""
    try:
        title_encoder.fit(["a title"], title_encoder.SENTENCES)
    except EncoderError:
        return False
    return True


def _labels(given: list[str]) -> tuple[list[str], Ints]:
    names = sorted(set(given))
    place = {name: k for k, name in enumerate(names)}
    return names, np.array([place[name] for name in given], np.int64)


def _files(paths: list[Path]) -> str:
    return hashlib.sha256("\n".join(f"{path.name} {path.stat().st_size}" for path in paths).encode()).hexdigest()
