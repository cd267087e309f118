"""The encoder of a workspace whose vectors were computed elsewhere: a name, and no model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from embedding.pictures.images import BadImage
from errors import EncoderError
from progress import Progress, silent
from reading import File

if TYPE_CHECKING:
    import torch

    from embedding.encoders.gpu_reader import GpuReader

PREFIX = "vectors:"

Vectors = npt.NDArray[np.float32]
Frame = npt.NDArray[np.uint8]


class PrecomputedVectors:
    """No model: a workspace whose vectors come from elsewhere (`add --vectors`)."""

    def __init__(self, spec: str) -> None:
        name = spec.removeprefix(PREFIX)
        if not name:
            raise EncoderError("The encoder of precomputed vectors needs a name. Write vectors:NAME.")
        self.spec = spec
        self.name = name
        self.fingerprint = of_vectors(name)
        self.dim = 0
        self.demo = False
        self.image_size = (0, 0)
        self.logit_scale = 100.0
        self.on_gpu = False
        self.gpu: GpuReader | None = None

    def fit(self, frame: Frame) -> torch.Tensor:  # noqa: ARG002
        """Raises EncoderError."""
        raise self._refusal("images")

    def encode_fitted(self, fitted: Sequence[torch.Tensor]) -> Vectors:  # noqa: ARG002
        """Raises EncoderError."""
        raise self._refusal("images")

    def encode_frames(self, frames: Sequence[Frame]) -> Vectors:  # noqa: ARG002
        """Raises EncoderError."""
        raise self._refusal("images")

    def encode_files(
        self,
        paths: Sequence[File],  # noqa: ARG002
        on_bad: Callable[[BadImage], None] | None = None,  # noqa: ARG002
    ) -> tuple[list[int], Vectors]:
        """Raises EncoderError."""
        raise self._refusal("images")

    def encode_text(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:  # noqa: ARG002
        """Raises EncoderError."""
        raise self._refusal("texts")

    def unknown_words(self, text: str) -> list[str]:  # noqa: ARG002
        """None: nothing is known about its vocabulary."""
        return []

    def _refusal(self, what: str) -> EncoderError:
        return EncoderError(
            f"This workspace holds precomputed vectors of {self.name!r} and no model, so {what} cannot be "
            "embedded. Add items with --vectors, or change the encoder with `sceneloop embed --model`."
        )


def of_vectors(name: str) -> str:
    """Fingerprint of vectors that were computed elsewhere: all that is known is the name they came under."""
    return hashlib.sha256(f"vectors:{name}".encode()).hexdigest()
