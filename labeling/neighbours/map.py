"""The 2-D map of all items: by PCA at once, by t-SNE when that was computed. The layout is a cache on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

import files
from errors import CancelledError, InputError, StoreError
from labeling.cleaning import projection
from labeling.cleaning.label_table import SOURCES, sorted_places
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
    """Every item of the working set with its place, class, source and suspicion.

    Args:
        way: `pca` or `t-sne`; empty for the better one that there is. `way` of the answer says which it is.
    """
    seen = view(snapshot, suspicion=True)
    if not len(seen.board):
        return {"way": PCA, "ids": [], "names": [], "x": [], "y": [], "category": [], "source": [], "suspicion": []}
    laid = None if way == PCA else _laid_out(snapshot)
    key = snapshot.vectors_revision, snapshot.working.key()
    flat = (
        snapshot.cached("map", key, lambda: projection.widest(_of_map(snapshot, snapshot.vectors)))
        if laid is None
        else laid
    )
    score = np.nan_to_num(seen.suspicion) if seen.suspicion is not None else np.zeros(len(seen.board))
    worked = snapshot.working.rows()
    names = seen.board.names if worked is None else [seen.board.names[row] for row in worked.tolist()]
    return {
        "way": PCA if laid is None else TSNE,
        "ids": _of_map(snapshot, seen.board.ids).tolist(),
        "names": names,
        "x": flat[:, 0].round(4).tolist(),
        "y": flat[:, 1].round(4).tolist(),
        "category": _of_map(snapshot, seen.board.category).tolist(),
        "source": [SOURCES[code] for code in _of_map(snapshot, seen.board.source)],
        "suspicion": _of_map(snapshot, score).round(3).tolist(),
    }


def _of_map(snapshot: Snapshot, rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The rows of an array [n, ...] that the map shows: those of the working set."""
    worked = snapshot.working.rows()
    return rows if worked is None else rows[worked]


def lay_out(snapshot: Snapshot, progress: Progress) -> LaidOut:
    """Compute the t-SNE layout and keep it; the one before is used until then.

    Raises:
        InputError: too few images. CancelledError: `progress` stopped it. StoreError: the disk refuses.
    """
    if len(snapshot.ids) < FEWEST:
        raise InputError(f"A map by likeness needs at least {FEWEST} images. Add some on the Data page.")
    try:
        flat = projection.gathered(_of_map(snapshot, snapshot.vectors), progress)
    except CancelledError as error:
        raise CancelledError("The map was not computed. The one by PCA stays.") from error
    path = _path(snapshot)
    try:
        array_files.write(path, ids=_of_map(snapshot, snapshot.ids), places=flat)
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
        key = (path.stat().st_mtime_ns, snapshot.vectors_revision, snapshot.working.key())
    except OSError:
        return None
    return snapshot.cached("layout", key, lambda: _read(snapshot, path))


def _read(snapshot: Snapshot, path: Path) -> npt.NDArray[np.float32] | None:
    kept = array_files.read(path, "ids", "places")
    if kept is None:
        return None
    ids, places = kept
    shown, vectors = _of_map(snapshot, snapshot.ids), _of_map(snapshot, snapshot.vectors)
    at, known = sorted_places(ids, shown)
    if not known.any():
        return None
    out = np.empty((len(shown), 2), np.float32)
    out[known] = places[at[known]]
    mine = np.flatnonzero(known)
    if len(mine) > projection.TSNE_ROWS:
        mine = np.sort(np.random.default_rng(projection.SEED).choice(mine, projection.TSNE_ROWS, replace=False))
    out[~known] = projection.placed(vectors[~known], np.asarray(vectors[mine], np.float32), out[mine])
    return out
