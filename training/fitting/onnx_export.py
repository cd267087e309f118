"""A head as ONNX, so that any runtime can use it on vectors of the same encoder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import files
from errors import InputError, StoreError
from labeling.scoring.multilabel import sigmoid
from labeling.scoring.zero_shot import Linear, softmax

OPSET = 17
TOLERANCE = 1e-3


def write(path: Path, linear: Linear, card: Mapping[str, object], *, several: bool = False) -> float:
    """Write a head as ONNX: input `vectors` float32 [n, d]; outputs `logits` and `probabilities` float32 [n, k].

    The file is run with onnxruntime before it is kept.

    Args:
        several: any number of labels, by a sigmoid, instead of one class, by a softmax.

    Returns:
        The largest difference between a probability and the head's own.

    Raises:
        InputError: onnx is not installed, or the written head does not agree to 1e-3.
        StoreError: the disk refuses.
    """
    try:
        import onnx
    except ImportError as error:
        raise InputError("ONNX export needs the extra: install it with `pip install 'sceneloop[onnx]'`.") from error
    model = _model(linear, onnx, "Sigmoid" if several else "Softmax")
    entry = model.metadata_props.add()
    entry.key, entry.value = "card", json.dumps(card, ensure_ascii=False, sort_keys=True)
    onnx.checker.check_model(model)
    content = model.SerializeToString()
    vectors = np.random.default_rng(0).normal(size=(256, linear.weights.shape[1])).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    difference = float(np.abs(run(content, vectors) - (sigmoid if several else softmax)(linear.logits(vectors))).max())
    if not difference <= TOLERANCE:
        raise InputError(
            f"The ONNX file differs from the head by {difference:.2g}, so it was not written. Use .safetensors."
        )
    try:
        files.write(path, content)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror or error}). What was there before stays. {files.remedy(error)}, then export again."
        ) from error
    return difference


def run(content: bytes, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Probabilities float32 [n, k] of an ONNX head by onnxruntime, on the CPU."""
    import onnxruntime

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(["probabilities"], {"vectors": vectors})[0], np.float32)


def _model(linear: Linear, onnx: Any, last: str) -> Any:
    make, kinds = onnx.helper, onnx.TensorProto
    k, d = linear.weights.shape
    constants = {"weights": linear.weights, "bias": linear.bias}
    nodes, name = [], "vectors"
    if linear.mean is not None:
        constants |= {"mean": linear.mean, "least": np.array(1e-12, np.float32)}
        nodes = [
            make.make_node("Sub", [name, "mean"], ["shifted"]),
            make.make_node("ReduceL2", ["shifted"], ["length"], axes=[1], keepdims=1),
            make.make_node("Max", ["length", "least"], ["safe"]),
            make.make_node("Div", ["shifted", "safe"], ["centred"]),
        ]
        name = "centred"
    nodes.append(make.make_node("Gemm", [name, "weights", "bias"], ["logits"], transB=1))
    nodes.append(make.make_node(last, ["logits"], ["probabilities"], **({"axis": 1} if last == "Softmax" else {})))
    floats = kinds.FLOAT
    graph = make.make_graph(
        nodes, "head",
        [make.make_tensor_value_info("vectors", floats, ["n", d])],
        [make.make_tensor_value_info(out, floats, ["n", k]) for out in ("logits", "probabilities")],
        [onnx.numpy_helper.from_array(np.ascontiguousarray(a, np.float32), key) for key, a in constants.items()],
    )  # fmt: skip
    return make.make_model(graph, opset_imports=[make.make_opsetid("", OPSET)], ir_version=8)
