"""Arrays kept on disk beside the index: a cache, computed again when it is missing or damaged."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from files import replacing

Array = npt.NDArray[Any]


def read(path: Path, *names: str) -> tuple[Array, ...] | None:
    """The kept arrays in that order, or None where there are none or the file is damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return tuple(kept[name] for name in names)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def write(path: Path, **arrays: Array) -> None:
    """Keep arrays beside the workspace's index; the file is whole or not there.

    Raises:
        OSError: the disk refuses, or the workspace was deleted meanwhile; what was there before stays.
    """
    path.parent.mkdir(exist_ok=True)  # not its parents: what is computed late brings no deleted workspace back
    with replacing(path, durable=False) as part, part.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
