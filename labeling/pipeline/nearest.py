"""Each row's nearest rows, kept on disk beside the index: a cache that is computed again when it is missing or damaged."""

from __future__ import annotations

from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

Neighbours = tuple[
    npt.NDArray[np.int32], npt.NDArray[np.float16]
]  # rows [n, k], -1 where there is none; cosines [n, k]


def read(path: Path) -> Neighbours | None:
    """The kept neighbours, or None where there are none or the file is damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return kept["neighbours"], kept["cosines"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def write(path: Path, neighbours: npt.NDArray[np.int32], cosines: npt.NDArray[np.float16]) -> None:
    """Keep the neighbours; those of earlier vectors go."""
    temporary = path.with_name(f".{path.name}")
    with temporary.open("wb") as file:
        np.savez(file, neighbours=neighbours, cosines=cosines)
    for old in path.parent.glob(f"{path.name.split('-', 1)[0]}-*.npz"):
        old.unlink(missing_ok=True)
    temporary.rename(path)
