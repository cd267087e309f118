"""Which vectors may be compared: one digest over everything that decides a model's output."""

from __future__ import annotations

import hashlib
import json

import torch

from embedding.encoders.loading import Loaded


def fingerprint(loaded: Loaded) -> str:
    """sha256 (64 hex digits) over name, architecture, preprocessing, vocabulary and every weight.

    The number format in which the tower happens to run does not count: it agrees to a cosine above .999.
    """
    digest = hashlib.sha256()
    described = {
        "name": loaded.name,
        "architecture": loaded.architecture,
        "preprocessing": loaded.preprocessing.as_dict(),
        "vocabulary": sorted(getattr(loaded.tokenizer, "encoder", {}).items()),
        "tokens": loaded.tokenizer(["a photo of the sea, 2 pages"]).tolist(),
    }
    digest.update(json.dumps(described, sort_keys=True, default=str).encode())
    for key, tensor in sorted(loaded.model.state_dict().items()):
        digest.update(f"{key}{tuple(tensor.shape)}{tensor.dtype}".encode())
        flat = tensor.detach().contiguous().cpu().reshape(-1)
        digest.update(flat.view(torch.uint8).numpy().data)
    return digest.hexdigest()
