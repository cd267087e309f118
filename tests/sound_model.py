"""A small audio model in an ONNX file."""

from __future__ import annotations

import numpy as np
import pytest


def model(path, shape=("n", 96, 64), quantised=False, classes=None, softmax=False, given=None):
    """A model whose layer before its classifier is the mean of each band.

    Args:
        classes: float32 [64, k], the classifier. given: what its metadata say, by key.
    """
    onnx = pytest.importorskip("onnx")
    make, numbers = onnx.helper, onnx.TensorProto
    mean = np.tile(np.eye(64, dtype=np.float32), (96, 1)) / 96
    constants = {
        "mean": mean,
        "classes": np.ones((64, 5), np.float32) if classes is None else classes,
        "flat": np.array([-1, 96 * 64], np.int64),
    }
    nodes = [make.make_node("Reshape", ["patches", "flat"], ["rows"])]
    if quantised:
        constants |= {"scale": np.array(0.05, np.float32), "zero": np.array(140, np.uint8)}
        nodes = [
            make.make_node("DequantizeLinear", ["patches", "scale", "zero"], ["real"]),
            make.make_node("Reshape", ["real", "flat"], ["rows"]),
        ]
    nodes += [
        make.make_node("MatMul", ["rows", "mean"], ["embedding"]),
        make.make_node("MatMul", ["embedding", "classes"], ["logits"]),
        make.make_node("Softmax" if softmax else "Sigmoid", ["logits"], ["scores"]),
    ]
    kind = numbers.UINT8 if quantised else numbers.FLOAT
    graph = make.make_graph(
        nodes, "model",
        [make.make_tensor_value_info("patches", kind, shape)],
        [make.make_tensor_value_info("scores", numbers.FLOAT, None)],
        [onnx.numpy_helper.from_array(value, key) for key, value in constants.items()],
    )  # fmt: skip
    whole = make.make_model(graph, opset_imports=[make.make_opsetid("", 17)], ir_version=8)
    onnx.helper.set_model_props(whole, given or {})
    onnx.save(whole, str(path))
    return path
