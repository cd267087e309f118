"""What every encoder offers, whatever turns images and texts into comparable unit vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from embedding.pictures.images import BadImage
from progress import Progress, silent
from reading import File

if TYPE_CHECKING:
    import torch

    from embedding.encoders.gpu_reader import GpuReader

Vectors = npt.NDArray[np.float32]
Frame = npt.NDArray[np.uint8]


class Encoder(Protocol):
    """What every encoder offers.

    Attributes:
        name: short name to show.
        spec: what it was loaded from.
        fingerprint: 64 hex digits; vectors of another fingerprint are never compared with it.
        dim: length d of a vector; 0 while unknown (precomputed vectors only).
        demo: the demonstration model, which knows the demo world only.
        image_size: (height, width) of the model's input in pixels.
        logit_scale: factor on cosines that the model was trained with; its inverse is the temperature.
        on_gpu: whether the model is on a GPU.
        gpu: reads files on the GPU that the model is on; None on a processor, or where the GPU decodes no JPEG.
    """

    name: str
    spec: str
    fingerprint: str
    dim: int
    demo: bool
    image_size: tuple[int, int]
    logit_scale: float
    on_gpu: bool
    gpu: GpuReader | None

    def fit(self, frame: Frame) -> torch.Tensor:
        """uint8 RGB array [h, w, 3] -> uint8 [3, H, W] of the model's input size."""

    def encode_fitted(self, fitted: Sequence[torch.Tensor]) -> Vectors:
        """Images that went through `fit` -> float32 [n, d], rows of unit length."""

    def encode_frames(self, frames: Sequence[Frame]) -> Vectors:
        """uint8 RGB arrays [h, w, 3], any sizes -> float32 [n, d], rows of unit length."""

    def encode_files(
        self, paths: Sequence[File], on_bad: Callable[[BadImage], None] | None = None
    ) -> tuple[list[int], Vectors]:
        """Image files -> positions of the good ones and their vectors, float32 [m, d].

        Raises:
            BadImage: a file is unusable and no `on_bad` was given.
        """

    def encode_text(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """float32 [n, d], rows of unit length; each text is computed once. `progress` is told of texts that are computed."""

    def unknown_words(self, text: str) -> list[str]:
        """Words that the model never saw in training, where its vocabulary is known; else none."""
