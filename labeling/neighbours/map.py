"""The 2-D map of all items: by PCA at once, by t-SNE when that was computed. The layout is a cache on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

import files
from errors import CancelledError, InputError, StoreError
from labeling.cleaning import projection
from labeling.cleaning.label_table import SOURCES
from labeling.review.machine_view import view
from labeling.snapshot import array_files
from labeling.snapshot.snapshot import Snapshot
from progress import Progress

PCA, TSNE = "pca", "t-sne"
FEWEST = 10  # images that a layout makes sense of


class MapPoints(TypedDict):
    """Every item with its place, lists of one length; `way` is `pca` or `t-sne`, a category of 0 none."""

    way: str
    ids: list[int]
    names: list[str]
    x: list[float]
    y: list[float]
    category: list[int]
    source: list[str]
    suspicion: list[float]


class LaidOut(TypedDict):
    """How many items a layout places."""

    items: int


def points(snapshot: Snapshot, way: str = "") -> MapPoints:
    """Every item with its place, class, source and suspicion.

    Args:
        way: `pca` or `t-sne`; empty for the better one that there is. `way` of the answer says which it is.
    """
    seen = view(snapshot, suspicion=True)
    if not len(seen.board):
        return {"way": PCA, "ids": [], "names": [], "x": [], "y": [], "category": [], "source": [], "suspicion": []}
    laid = None if way == PCA else _laid_out(snapshot)
    flat = (
        snapshot.cached("map", snapshot.vectors_revision, lambda: projection.widest(snapshot.vectors))
        if laid is None
        else laid
    )
    score = np.nan_to_num(seen.suspicion) if seen.suspicion is not None else np.zeros(len(seen.board))
    return {
        "way": PCA if laid is None else TSNE,
        "ids": seen.board.ids.tolist(),
        "names": seen.board.names,
        "x": flat[:, 0].round(4).tolist(),
        "y": flat[:, 1].round(4).tolist(),
        "category": seen.board.category.tolist(),
        "source": [SOURCES[code] for code in seen.board.source],
        "suspicion": score.round(3).tolist(),
    }


def lay_out(snapshot: Snapshot, progress: Progress) -> LaidOut:
    """Compute the t-SNE layout and keep it; the one before is used until then.

    Raises:
        InputError: too few images. CancelledError: `progress` stopped it. StoreError: the disk refuses.
    """
    if len(snapshot.ids) < FEWEST:
        raise InputError(f"A map by likeness needs at least {FEWEST} images. Add some on the Data page.")
    try:
        flat = projection.gathered(snapshot.vectors, progress)
    except CancelledError as error:
        raise CancelledError("The map was not computed. The one by PCA stays.") from error
    path = _path(snapshot)
    try:
        array_files.write(path, ids=snapshot.ids, places=flat)
    except OSError as error:
        raise StoreError(
            f"The map cannot be kept in {path.parent}. {files.remedy(error)}, then compute it again."
        ) from error
    return {"items": len(flat)}


def _path(snapshot: Snapshot) -> Path:
    return snapshot.workspace.folder("index") / f"map-{snapshot.encoder_row.id}.npz"


def _laid_out(snapshot: Snapshot) -> npt.NDArray[np.float32] | None:
    """float32 [n, 2] of the kept layout; items that came later are put among their nearest. None without one."""
    path = _path(snapshot)
    try:
        key = (path.stat().st_mtime_ns, snapshot.vectors_revision)
    except OSError:
        return None
    return snapshot.cached("layout", key, lambda: _read(snapshot, path))


def _read(snapshot: Snapshot, path: Path) -> npt.NDArray[np.float32] | None:
    kept = array_files.read(path, "ids", "places")
    if kept is None:
        return None
    ids, places = kept
    at = np.minimum(np.searchsorted(ids, snapshot.ids), max(len(ids) - 1, 0))
    known = ids[at] == snapshot.ids if len(ids) else np.zeros(len(snapshot.ids), np.bool_)
    if not known.any():
        return None
    out = np.empty((len(snapshot.ids), 2), np.float32)
    out[known] = places[at[known]]
    mine = np.flatnonzero(known)
    if len(mine) > projection.TSNE_ROWS:
        mine = np.sort(np.random.default_rng(projection.SEED).choice(mine, projection.TSNE_ROWS, replace=False))
    out[~known] = projection.placed(snapshot.vectors[~known], np.asarray(snapshot.vectors[mine], np.float32), out[mine])
    return out
