"""An ONNX model on the CPU: its input, the layer before its classifier, the classifier by itself, and its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

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
SOFTMAX = "Softmax"
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
    onnx, onnxruntime = _modules()
    try:
        model = onnx.load(str(path))
        layer = _walk(model.graph).layer
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


@dataclass(frozen=True)
class Classifier:
    """The last layer of a model.

    Attributes:
        weights: float32 [d, k] and bias: float32 [k] of the logits. exclusive: whether the model says that one class holds (softmax).
        given: what the file itself says of its classes, by key.
    """

    weights: Floats
    bias: Floats
    exclusive: bool
    given: Mapping[str, str]

    def logits(self, vectors: Floats) -> Floats:
        """Log-odds float32 [n, k] of the classes for vectors float32 [n, d] of the layer before."""
        raw = np.asarray(vectors @ self.weights + self.bias, np.float32)
        if not self.exclusive:
            return raw
        share = np.asarray(raw - logsumexp(raw, axis=1, keepdims=True), np.float32)
        return np.asarray(share - np.log(np.maximum(-np.expm1(share), 1e-6)), np.float32)


def read_classifier(path: Path, width: int) -> Classifier | None:
    """The classifier behind the layer that `read` takes; None where the model ends with that layer.

    It is linear, so zeros and the axes tell its bias and its weights, however the file keeps them.

    Args:
        width: length of a vector of that layer.

    Raises:
        EncoderError: as in `read`.
    """
    onnx, onnxruntime = _modules()
    try:
        model = onnx.load(str(path))
        walk = _walk(model.graph)
        if walk.scores is None:
            return None
        session = _session(onnxruntime, _last(onnx, model, walk.layer, walk.scores).SerializeToString())
        rows = np.concatenate([np.zeros((1, width), np.float32), np.eye(width, dtype=np.float32)])
        out = np.asarray(session.run(None, {walk.layer: rows})[0], np.float32)
    except Exception as error:
        raise EncoderError(
            f"The classifier of {path.name} cannot be read ({error}). Give a model with a linear last layer."
        ) from error
    given = {entry.key: entry.value for entry in model.metadata_props}
    return Classifier(np.asarray(out[1:] - out[0], np.float32), np.asarray(out[0], np.float32), walk.exclusive, given)


def _session(onnxruntime: Any, content: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _last(onnx: Any, model: Any, layer: str, scores: str) -> Any:
    """The part of a model between two of its tensors, with what its constants go through."""
    makers = {name: node for node in model.graph.node for name in node.output}
    wanted, taken = [scores], []
    while wanted:
        node = makers.get(name) if (name := wanted.pop()) != layer else None
        if node is not None and node not in taken:
            taken.append(node)
            wanted += list(node.input)
    nodes = [node for node in model.graph.node if node in taken]  # in their order
    fed = {name for node in nodes for name in node.input}
    number, make = onnx.TensorProto.FLOAT, onnx.helper
    graph = make.make_graph(
        nodes, "classifier", [make.make_tensor_value_info(layer, number, None)], [make.make_tensor_value_info(scores, number, None)],
        [each for each in model.graph.initializer if each.name in fed],
    )  # fmt: skip
    return make.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)


@dataclass(frozen=True)
class _Walk:
    """What lies at the end of a model: the tensor that its classifier takes, the one that it gives (None without one), and whether a softmax follows."""

    layer: str
    scores: str | None
    exclusive: bool


def _walk(graph: Any) -> _Walk:
    """Go back from the first output over what changes no order; that output itself is the layer where no classifier stands before it."""
    makers = {name: node for node in graph.node for name in node.output}
    name = graph.output[0].name
    node, scores, exclusive = makers.get(name), None, False
    while node is not None and node.op_type in PASSED | {"Add"}:
        exclusive = exclusive or node.op_type == SOFTMAX
        if node.op_type == "Add" and scores is None:
            scores = node.output[0]
        node = makers.get(node.input[0])
    if node is None or node.op_type not in CLASSIFIERS:
        return _Walk(str(name), None, False)
    return _Walk(str(node.input[0]), str(scores or node.output[0]), exclusive)


def _quantised(onnx: Any, graph: Any, name: str) -> Quantised | None:
    """How the input is quantised, None where it is not."""
    constants = {each.name: each for each in graph.initializer}
    for node in graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] == name:
            scale = onnx.numpy_helper.to_array(constants[node.input[1]])
            zero = onnx.numpy_helper.to_array(constants[node.input[2]])
            return Quantised(float(scale), int(zero), zero.dtype)
    return None


def _modules() -> tuple[Any, Any]:
    try:
        import onnx
        import onnxruntime
    except ImportError as error:
        raise EncoderError(
            "An ONNX audio model needs the extra: install it with `pip install 'sceneloop[onnx]'`."
        ) from error
    return onnx, onnxruntime


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
