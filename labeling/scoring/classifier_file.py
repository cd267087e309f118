"""A classifier on disk: a safetensors file with its JSON card inside and beside it. Never a pickle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

import files
import reading
from errors import EncoderError, InputError, StoreError
from labeling.scoring import classifier_card
from labeling.scoring.zero_shot import Linear

FORMAT = 1
MOST_BYTES = 2**30


@dataclass(frozen=True)
class Artifact:
    """A classifier and its card (classes with ids and names, encoder fingerprint, metrics, seed, versions)."""

    linear: Linear
    card: dict[str, Any]
    sha256: str


def write(path: Path, linear: Linear, card: Mapping[str, object]) -> str:
    """Write `path` (.safetensors) and the card beside it (.json), each whole or not at all; returns the file's sha256.

    Raises:
        StoreError: the disk refuses.
    """
    tensors = {"weights": np.ascontiguousarray(linear.weights), "bias": np.ascontiguousarray(linear.bias)}
    if linear.mean is not None:
        tensors["mean"] = np.ascontiguousarray(linear.mean)
    full = {"format": FORMAT, **card, "class_ids": list(linear.classes)}
    full["seal"] = _seal(linear, full)
    text = json.dumps(full, ensure_ascii=False, sort_keys=True)
    content = save(tensors, metadata={"card": text})
    try:
        files.write(path, content)
        files.write(path.with_suffix(".json"), json.dumps(full, ensure_ascii=False, indent=2, sort_keys=True))
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror or error}). {files.remedy(error)}, then train again."
        ) from error
    return hashlib.sha256(content).hexdigest()


def sealed(artifact: Artifact) -> bool:
    """Whether weights, classes, encoder and thresholds are those that the file was written with: it carries their hash."""
    return artifact.card.get("seal") == _seal(artifact.linear, artifact.card)


def _seal(linear: Linear, card: dict[str, Any]) -> str:
    digest = hashlib.sha256()
    for array in (linear.weights, linear.bias, linear.mean):
        digest.update(b"" if array is None else np.ascontiguousarray(array, np.float32).tobytes())
    payload = [list(linear.classes), card.get("classes"), card.get("encoder")]
    if "thresholds" in card:  # of a head that says any number of labels
        payload.append(card["thresholds"])
    digest.update(json.dumps(payload, ensure_ascii=False, sort_keys=True).encode())
    return digest.hexdigest()


def read(path: Path, *, fingerprint: str | None = None, sha256: str | None = None) -> Artifact:
    """Read a classifier back.

    Args:
        fingerprint: the encoder that the vectors come from; another one is refused.
        sha256: the hash that the store recorded; another one is refused.

    Raises:
        InputError: it is not such a file, was changed since it was written, is a pickle, says in its card something of a wrong
            kind, or holds numbers that are not finite.
        EncoderError: it belongs to another encoder.
    """
    if path.suffix != ".safetensors":
        raise InputError(f"{path.name} is not a head. Heads are .safetensors files; pickles are never read.")
    try:
        content = reading.content(path, MOST_BYTES)
        tensors = load(content)
        card = json.loads(_header(content).get("card", "null"))
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(
            f"{path.name} cannot be read as a head ({_short(error)}). Export it again from its workspace."
        ) from error
    checksum = hashlib.sha256(content).hexdigest()
    if sha256 is not None and checksum != sha256:
        raise InputError(f"{path.name} was changed after it was trained. Roll back to another head, or train again.")
    linear = _linear(path, tensors, card)
    return Artifact(linear, _fitting(path, card, fingerprint), checksum)


def _header(content: bytes) -> dict[str, str]:
    """What the head of a safetensors file says beside the tensors: its first 8 bytes tell how long it is."""
    length = int.from_bytes(content[:8], "little")
    metadata: dict[str, str] = json.loads(content[8 : 8 + length]).get("__metadata__") or {}
    return metadata


def _short(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split())[:160] or type(error).__name__


def _fitting(path: Path, card: dict[str, Any], fingerprint: str | None) -> dict[str, Any]:
    if fingerprint is not None and card.get("encoder", {}).get("fingerprint") != fingerprint:
        name = card.get("encoder", {}).get("name", "another encoder")
        raise EncoderError(
            f"{path.name} was trained on vectors of {name}, which is not the encoder in use. Change the encoder or train again."
        )
    return card


def _linear(path: Path, tensors: dict[str, Any], card: Any) -> Linear:
    weights, bias, mean = tensors.get("weights"), tensors.get("bias"), tensors.get("mean")
    if weights is None or bias is None or not isinstance(card, dict) or card.get("format") != FORMAT:
        raise InputError(f"{path.name} is a safetensors file but not a head of this program. Export the head again.")
    wrong = classifier_card.fault(card)
    if wrong:
        raise InputError(f"{path.name} cannot be used: its card {wrong}. Export the head again from its workspace.")
    classes = card["class_ids"]
    fits = weights.ndim == 2 and bias.shape == weights.shape[:1] and len(classes) == len(weights)
    if not fits or (mean is not None and mean.shape != weights.shape[1:]):
        raise InputError(f"{path.name} does not fit together: {len(classes)} classes, weights {weights.shape}.")
    arrays = {"weights": weights, "bias": bias, "mean": mean}
    for name, array in arrays.items():
        if array is not None and (array.dtype.kind not in "fiu" or not np.isfinite(array).all()):
            raise InputError(
                f"{path.name} cannot be used: its {name} holds values that are no finite numbers. Train the head again."
            )
    return Linear(
        tuple(int(number) for number in classes),
        weights.astype(np.float32),
        bias.astype(np.float32),
        None if mean is None else mean.astype(np.float32),
    )
