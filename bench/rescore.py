"""From an edited prompt's vector to the new ranking and counts: 20 classes of 4 prompts, 512-d.

Beside it, in the same run, a plain re-score of everything in numpy: class vectors, one matrix product, argmax, counts,
ranking. `text_ms` is what one new prompt costs before that: ViT-B-32's text tower with random weights.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import open_clip
import torch
from threadpoolctl import threadpool_limits

from bench.harness import Figures, Options, median_seconds
from embedding.encoders.text import TextEncoder
from labeling.rescore import ScoreMatrix

CLASSES, PROMPTS, DIM = 20, 4, 512
SIZES = {"6k": 6_000, "100k": 100_000, "1m": 1_000_000}

Floats = npt.NDArray[np.float32]


def run(options: Options) -> Figures:
    """Time edits at three sizes; `--quick` leaves the million out."""
    torch.set_num_threads(options.threads)
    figures: Figures = {"text_ms": _text_ms(options)}
    with threadpool_limits(options.threads):
        for label, n in SIZES.items():
            if options.quick and n > 100_000:
                continue
            edit_ms, plain_ms = _one_size(n)
            figures[f"ms_{label}"] = edit_ms
            figures[f"baseline_ms_{label}"] = plain_ms
            figures[f"ratio_{label}"] = plain_ms / edit_ms
    return figures


def _one_size(n: int) -> tuple[float, float]:
    rng = np.random.default_rng(0)
    prompts = _unit(rng, CLASSES * PROMPTS)
    categories = np.repeat(np.arange(CLASSES), PROMPTS)
    vectors = _items(rng, n, prompts)
    matrix = ScoreMatrix(vectors, prompts, categories, CLASSES)
    edits = iter(_near(rng, prompts) for _ in range(100))
    edit = 1e3 * median_seconds(lambda: matrix.replace(*next(edits)), repeats=5)
    plain = 1e3 * median_seconds(functools.partial(_score_everything, vectors, prompts, categories), repeats=3)
    return edit, plain


def _score_everything(vectors: Floats, prompts: Floats, categories: npt.NDArray[np.int64]) -> object:
    means = np.stack([prompts[categories == k].mean(axis=0) for k in range(CLASSES)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    scores = vectors @ means.T
    return np.bincount(scores.argmax(axis=1), minlength=CLASSES), np.argsort(-scores[:, 0])


def _near(rng: np.random.Generator, prompts: Floats) -> tuple[int, Floats]:
    """An edit as people make them: the new wording stays near the old one."""
    row = int(rng.integers(len(prompts)))
    moved = prompts[row] + 0.02 * rng.standard_normal(DIM, dtype=np.float32)
    return row, moved / np.linalg.norm(moved)


def _items(rng: np.random.Generator, n: int, prompts: Floats) -> Floats:
    """Items of all classes, made in pieces so that a million fit beside their copy."""
    vectors = np.empty((n, DIM), dtype=np.float32)
    for start in range(0, n, 50_000):
        piece = vectors[start : start + 50_000]
        rng.standard_normal(out=piece, dtype=np.float32)
        piece *= 0.04
        piece += prompts[rng.integers(0, len(prompts), len(piece))]
        piece /= np.linalg.norm(piece, axis=1, keepdims=True)
    return vectors


def _unit(rng: np.random.Generator, n: int) -> Floats:
    rows = rng.standard_normal((n, DIM), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def _text_ms(options: Options) -> float:
    torch.manual_seed(0)
    torch.set_float32_matmul_precision("medium")
    model = open_clip.create_model("ViT-B-32").eval()
    encoder = TextEncoder(model, open_clip.get_tokenizer("ViT-B-32"), torch.device("cpu"))
    numbers = iter(range(100))
    new: Callable[[], object] = lambda: encoder.encode([f"a photo of a harbour at dusk, view {next(numbers)}"])  # noqa: E731
    return 1e3 * median_seconds(new, repeats=3 if options.quick else 9)
