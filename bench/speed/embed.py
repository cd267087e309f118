"""JPEGs (720p) to ViT-B-32 vectors with random weights, against the plain open_clip loop at batch 16.

Both sides read the same generated files and turn by turn, so that a busy machine slows them alike. Speed does not
depend on the weights. The plain loop is the one of open_clip's own description: Pillow, its transform, float32.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import embedding  # noqa: F401 - before torch, because it tells OpenMP how to wait; both sides gain by it

# isort: split
import numpy as np
import numpy.typing as npt
import open_clip
import torch
from PIL import Image

from bench.harness import Figures, Options
from bench.speed import gpu_embedding
from embedding.encoders import interface
from embedding.encoders.clip import ClipEncoder

BATCH = 16
PER_TURN = 32

Floats = npt.NDArray[np.float32]


def run(options: Options) -> Figures:
    """Images per second of both, of the model alone (the limit), their ratios, and the lowest cosine between their vectors.

    With `--device cuda` the plain loop is one of many workers, see `bench.speed.gpu_embedding`.
    """
    if options.device == "cuda":
        return gpu_embedding.measure(options)
    turns = 2 if options.quick else 6
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as folder:
        paths = gpu_embedding.photos(Path(folder), PER_TURN)
        model, transform = _plain_model()
        ours = gpu_embedding.saved_and_loaded(model, "ViT-B-32/laion2b_s34b_b79k", Path(folder), "cpu", options.threads)
        return _compare(paths, model, transform, ours, turns)


def _compare(
    paths: list[Path], model: torch.nn.Module, transform: object, ours: interface.Encoder, turns: int
) -> Figures:
    mine, plain, alone = [], [], []
    fitted = [ours.fit(np.asarray(Image.open(path).convert("RGB"))) for path in paths]
    _, vectors = ours.encode_files(paths)
    with _default_precision():
        reference = _plain_loop(paths, model, transform)
    for _ in range(turns):
        start = time.perf_counter()
        ours.encode_files(paths)
        mine.append(time.perf_counter() - start)
        start = time.perf_counter()
        ours.encode_fitted(fitted)
        alone.append(time.perf_counter() - start)
        with _default_precision():
            start = time.perf_counter()
            _plain_loop(paths, model, transform)
            plain.append(time.perf_counter() - start)
    choice = ours.choice if isinstance(ours, ClipEncoder) else None
    return {
        "images_per_s": len(paths) / statistics.median(mine),
        "baseline_images_per_s": len(paths) / statistics.median(plain),
        "ratio": statistics.median(b / a for a, b in zip(mine, plain, strict=True)),
        "model_only_images_per_s": len(paths) / statistics.median(alone),
        "of_limit": statistics.median(a / b for a, b in zip(alone, mine, strict=True)),
        "cosine": float((vectors * reference).sum(axis=1).min()),
        "precision": str(choice.dtype).removeprefix("torch.") if choice else "float32",
        "bf16_speedup": choice.speedup if choice else None,
    }


@contextmanager
def _default_precision() -> Iterator[None]:
    """torch's own setting for float32 products, which a plain loop runs with."""
    torch.set_float32_matmul_precision("highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision("medium")


@torch.inference_mode()
def _plain_loop(paths: list[Path], model: torch.nn.Module, transform: object) -> Floats:
    assert callable(transform)
    rows = []
    for start in range(0, len(paths), BATCH):
        batch = torch.stack([transform(Image.open(path)) for path in paths[start : start + BATCH]])
        features = model.encode_image(batch)  # type: ignore[operator]
        rows.append(torch.nn.functional.normalize(features, dim=-1).numpy())
    return np.concatenate(rows)


def _plain_model() -> tuple[torch.nn.Module, object]:
    torch.manual_seed(0)
    model, _, transform = open_clip.create_model_and_transforms("ViT-B-32")
    return model.eval(), transform
