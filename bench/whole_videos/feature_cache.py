"""Features that cost minutes, computed once: kept in the system's temporary folder by everything that decides them."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

import files

Floats = npt.NDArray[np.float32]


def kept(key: str, compute: Callable[[], dict[str, Floats]]) -> dict[str, Floats]:
    """Arrays by name that were kept under a key, or that are computed and kept now."""
    folder = Path(tempfile.gettempdir()) / "sceneloop-bench"
    folder.mkdir(exist_ok=True)
    path = folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.npz"
    if path.exists():
        with np.load(path, allow_pickle=False) as read:
            return {name: read[name] for name in read.files}
    arrays = compute()
    with files.replacing(path, durable=False) as part, part.open("wb") as out:
        np.savez(out, allow_pickle=False, **arrays)
    return arrays
