"""An image tower and its head as one ONNX file: pixels in, probabilities out, in any runtime, without this project."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

import files
from embedding.encoders.preprocess import Preprocessing
from errors import InputError, StoreError
from labeling.scoring.multilabel import sigmoid
from labeling.scoring.zero_shot import Linear, softmax
from training.fitting.onnx_export import OPSET, TOLERANCE

MOST_BYTES = 2**31 - 2**20  # what one ONNX file can hold
PIXELS = "uint8 values as float32 [n, 3, height, width], RGB, resized as `resize` says"


class _Classifier(torch.nn.Module):
    """Pixels 0..255 float32 [n, 3, H, W] -> unit vectors [n, d], logits [n, k], probabilities [n, k]."""

    pixel_mean: torch.Tensor
    pixel_scale: torch.Tensor
    weights: torch.Tensor
    bias: torch.Tensor
    mean: torch.Tensor

    def __init__(self, tower: torch.nn.Module, shape: Preprocessing, linear: Linear, several: bool) -> None:
        super().__init__()
        self.tower = tower
        self.several = several
        self.register_buffer("pixel_mean", torch.tensor(shape.mean).view(1, 3, 1, 1) * 255.0)
        self.register_buffer("pixel_scale", 1.0 / (torch.tensor(shape.std).view(1, 3, 1, 1) * 255.0))
        self.register_buffer("weights", torch.from_numpy(np.ascontiguousarray(linear.weights)))
        self.register_buffer("bias", torch.from_numpy(np.ascontiguousarray(linear.bias)))
        mean = np.zeros(linear.weights.shape[1], np.float32) if linear.mean is None else linear.mean
        self.register_buffer("mean", torch.from_numpy(np.ascontiguousarray(mean)))
        self.centred = linear.mean is not None

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        features = self.tower((pixels - self.pixel_mean) * self.pixel_scale)
        vectors = torch.nn.functional.normalize(features, dim=-1)
        seen = torch.nn.functional.normalize(vectors - self.mean, dim=-1) if self.centred else vectors
        logits = seen @ self.weights.T + self.bias
        return vectors, logits, torch.sigmoid(logits) if self.several else torch.softmax(logits, dim=-1)


def write(
    path: Path,
    tower: torch.nn.Module,
    shape: Preprocessing,
    linear: Linear,
    card: Mapping[str, object],
    pictures: Sequence[torch.Tensor],
    *,
    several: bool = False,
) -> float:
    """Write tower and head as ONNX: input `pixels`; outputs `vectors`, `logits` and `probabilities`, float32.

    The metadata hold the head's card and, as `preprocessing`, how a picture becomes the input. The file is run with onnxruntime on
    the pictures before it is kept.

    Args:
        tower: image tower in float32, on the CPU, in evaluation mode.
        pictures: uint8 [3, H, W] each, of the input's size.
        several: any number of labels, by a sigmoid, instead of one class, by a softmax.

    Returns:
        The largest difference between a probability and the head's own on the tower's vectors.

    Raises:
        InputError: onnx is not installed, the model is too large for one file or has no ONNX form, or the file does not agree to 1e-3.
        StoreError: the disk refuses.
    """
    classifier = _Classifier(tower, shape, linear, several).eval()
    size = sum(part.numel() * part.element_size() for part in (*classifier.parameters(), *classifier.buffers()))
    if size > MOST_BYTES:
        raise InputError(f"The model has {size / 1e9:.1f} GB, and one ONNX file holds 2. Export the head alone.")
    pixels = torch.stack(list(pictures)).float()
    content = _with_metadata(_exported(classifier, pixels[:2]), shape, card)
    with torch.inference_mode():
        vectors = torch.nn.functional.normalize(tower(shape.normalize(pixels, torch.float32)), dim=-1).numpy()
    own = (sigmoid if several else softmax)(linear.logits(vectors))
    difference = float(np.abs(run(content, pixels.numpy())[1] - own).max())
    if not difference <= TOLERANCE:
        raise InputError(
            f"The ONNX file differs from the head by {difference:.2g}, so it was not written. Export the head alone."
        )
    try:
        files.write(path, content)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror or error}). What was there before stays. {files.remedy(error)}, then export again."
        ) from error
    return difference


def run(content: bytes, pixels: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Unit vectors [n, d] and probabilities [n, k] of such a file by onnxruntime, on the CPU; `pixels` as `PIXELS`."""
    import onnxruntime

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    vectors, probabilities = session.run(["vectors", "probabilities"], {"pixels": pixels})
    return np.asarray(vectors, np.float32), np.asarray(probabilities, np.float32)


def _exported(classifier: _Classifier, example: torch.Tensor) -> bytes:
    names = ["vectors", "logits", "probabilities"]
    try:
        with warnings.catch_warnings(), torch.inference_mode(), tempfile.TemporaryDirectory() as folder:
            warnings.simplefilter("ignore")  # of shapes that are constants, and of the exporter's age
            out = Path(folder) / "classifier.onnx"
            torch.onnx.export(
                classifier, (example,), out, input_names=["pixels"], output_names=names, opset_version=OPSET,
                dynamic_axes={name: {0: "n"} for name in ("pixels", *names)}, dynamo=False,
            )  # fmt: skip
            return out.read_bytes()
    except ImportError as error:
        raise InputError("ONNX export needs the extra: install it with `pip install 'sceneloop[onnx]'`.") from error
    except torch.onnx.errors.OnnxExporterError as error:
        what = " ".join(str(error).split())[:160]
        raise InputError(f"This model has no ONNX form ({what}). Export the head alone.") from error


def _with_metadata(content: bytes, shape: Preprocessing, card: Mapping[str, object]) -> bytes:
    import onnx

    model = onnx.load_from_string(content)
    onnx.checker.check_model(model)
    preprocessing = {
        "pixels": PIXELS, "height": shape.height, "width": shape.width, "resize": shape.resize_mode,
        "interpolation": shape.interpolation, "antialias": True, "fill": shape.fill,
    }  # fmt: skip
    for key, value in (("card", card), ("preprocessing", preprocessing)):
        entry = model.metadata_props.add()
        entry.key, entry.value = key, json.dumps(value, ensure_ascii=False, sort_keys=True)
    written: bytes = model.SerializeToString()
    return written
