"""An ONNX model on the CPU: its input, the layer before its classifier, and its digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from errors import EncoderError

Floats = npt.NDArray[np.float32]
PASSED = {
    "Sigmoid",
    "Softmax",
    "QuantizeLinear",
    "DequantizeLinear",
    "Identity",
    "Cast",
}  # between classifier and output
CLASSIFIERS = {"Gemm", "MatMul"}
PIECE = 2**22


@dataclass(frozen=True)
class Quantised:
    """How whole numbers stand for real ones: `scale * (whole - zero)`. dtype: of the whole numbers."""

    scale: float
    zero: int
    dtype: np.dtype[np.generic]

    def quantise(self, values: Floats) -> npt.NDArray[np.generic]:
        """Whole numbers of real ones, cut at the ends."""
        ends = np.iinfo(self.dtype.name)
        return np.asarray(np.clip(np.round(values / self.scale) + self.zero, ends.min, ends.max)).astype(self.dtype)


@dataclass(frozen=True)
class Graph:
    """A loaded model.

    Attributes:
        layer: name of the tensor that is taken. input_shape: sizes, each a number or None where any will do.
        digest: sha256 over the file and the files of its weights.
    """

    layer: str
    input_name: str
    input_shape: tuple[int | None, ...]
    quantised: Quantised | None
    digest: str
    session: Any

    def run(self, values: Floats) -> Floats:
        """Output float32 of the layer for an input of the model's shape."""
        fed = values if self.quantised is None else self.quantised.quantise(values)
        return np.asarray(self.session.run([self.layer], {self.input_name: fed})[0], np.float32)


def read(path: Path) -> Graph:
    """Read a model and let it give the layer before its classifier.

    Raises:
        EncoderError: the extra `onnx` is not installed, or the file is not an ONNX model with one input of numbers.
    """
    try:
        import onnx
        import onnxruntime
    except ImportError as error:
        raise EncoderError(
            "An ONNX audio model needs the extra: install it with `pip install 'sceneloop[onnx]'`."
        ) from error
    try:
        model = onnx.load(str(path))
        layer = _layer(model.graph)
        if layer not in [value.name for value in model.graph.output]:
            model.graph.output.append(onnx.ValueInfoProto(name=layer))
        session = _session(onnxruntime, model.SerializeToString())
    except Exception as error:
        raise EncoderError(
            f"{path.name} cannot be read as an ONNX model. Give a whole file, with its .data beside it."
        ) from error
    wanted = session.get_inputs()
    if len(wanted) != 1:
        raise EncoderError(f"{path.name} takes {len(wanted)} inputs; an audio model takes one. Give another model.")
    shape = tuple(size if isinstance(size, int) else None for size in wanted[0].shape)
    return Graph(
        layer, wanted[0].name, shape, _quantised(onnx, model.graph, wanted[0].name), _digest(onnx, path), session
    )


def _session(onnxruntime: Any, content: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _layer(graph: Any) -> str:
    """The tensor that the classifier of the first output takes; that output itself where no classifier stands before it."""
    makers = {name: node for node in graph.node for name in node.output}
    name = graph.output[0].name
    node = makers.get(name)
    while node is not None and node.op_type in PASSED | {"Add"}:
        node = makers.get(node.input[0])
    return str(node.input[0]) if node is not None and node.op_type in CLASSIFIERS else str(name)


def _quantised(onnx: Any, graph: Any, name: str) -> Quantised | None:
    """How the input is quantised, None where it is not."""
    constants = {each.name: each for each in graph.initializer}
    for node in graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] == name:
            scale = onnx.numpy_helper.to_array(constants[node.input[1]])
            zero = onnx.numpy_helper.to_array(constants[node.input[2]])
            return Quantised(float(scale), int(zero), zero.dtype)
    return None


def _digest(onnx: Any, path: Path) -> str:
    digest = hashlib.sha256()
    light = onnx.load(str(path), load_external_data=False)
    places = {
        entry.value for each in light.graph.initializer for entry in each.external_data if entry.key == "location"
    }
    for file in [path, *(path.parent / place for place in sorted(places))]:
        with file.open("rb") as opened:
            while piece := opened.read(PIECE):
                digest.update(piece)
    return digest.hexdigest()
