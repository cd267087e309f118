"""Features of whole videos: rows with times by modality and encoder, a safetensors file each, known in the database.

Commit order as for vectors: the file is synced and renamed before any row names it. A file without a row is garbage, never data.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save
from sqlalchemy import Connection, delete, func, insert, select

import files
from errors import StoreError
from store.database import schema
from store.database.bulk import among
from store.workspace import Workspace

FOLDER = "features"
FRAMES, SOUND = "frames", "sound"
MOMENTS, HASHES = "moments", "hashes"  # of the pictures by which fragments are looked up
AGAIN = "Run `sceneloop videos add` on the video again, which reads it anew."


class FeatureState(StrEnum):
    """What is known of one modality of a video."""

    PRESENT = "present"
    SILENT = "silent"
    ABSENT = "no sound"
    UNREADABLE = "unreadable sound"
    NOT_COMPUTED = "not yet computed"


@dataclass(frozen=True)
class Features:
    """What one encoder makes of a video.

    Attributes:
        modality: `frames`, `sound`, `moments` or `hashes`. fingerprint: 64 hex digits over encoder, front end and sampling. name: of the encoder, to show.
        state: NOT_COMPUTED only for a video that came without these features; it is kept as one that waits for them.
        rows: float [t, d] (of hashes uint8), none unless the state is PRESENT. times: float64 [t], seconds on the clock of the video.
    """

    modality: str
    fingerprint: str
    name: str
    state: FeatureState
    rows: npt.NDArray[np.number]
    times: npt.NDArray[np.float64]


def write(workspace: Workspace, features: Features) -> str | None:
    """Write rows and times; returns the file's name, None where there are no rows. Safe on disk when this returns.

    Raises:
        StoreError: the disk refuses; nothing was recorded.
    """
    if not len(features.rows):
        return None
    folder, name = workspace.folder(FOLDER), f"{uuid.uuid4().hex}.safetensors"
    arrays = {"rows": np.ascontiguousarray(features.rows), "times": np.ascontiguousarray(features.times, np.float64)}
    try:
        files.write(folder / name, save(arrays, {"fingerprint": features.fingerprint}), sweep=False)
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be written ({error.strerror or error}). {files.remedy(error)}, then run it again: what was added is kept."
        ) from error
    return name


def record(connection: Connection, item_id: int, features: Features, file: str | None) -> None:
    """Record features whose file is written, in place of what the same encoder gave before."""
    table = schema.feature_set
    same = (
        table.c.item_id == item_id,
        table.c.modality == features.modality,
        table.c.fingerprint == features.fingerprint,
    )
    connection.execute(delete(table).where(*same))
    rows, dim = features.rows.shape
    values = {
        "item_id": item_id, "modality": features.modality, "fingerprint": features.fingerprint, "name": features.name,
        "state": features.state.value, "file": file, "rows": rows, "dim": dim, "created_at": schema.now(),
    }  # fmt: skip
    connection.execute(insert(table).values(**values))


def whole_videos(connection: Connection) -> list[int]:
    """Ids of the videos that were added as whole ones, by any encoder, in order; those whose file was replaced are left out."""
    item = schema.item.c
    query = select(item.id).join(schema.feature_set, schema.feature_set.c.item_id == item.id).distinct()
    return [
        int(number)
        for number in connection.execute(query.where(item.replaced_at.is_(None)).order_by(item.id)).scalars()
    ]


def revision(connection: Connection) -> tuple[int, str]:
    """What changes whenever features are recorded: how many sets there are, and when the newest one came."""
    column = schema.feature_set.c
    count, newest = connection.execute(select(func.count(), func.max(column.created_at))).one()
    return int(count), str(newest)


def is_whole(connection: Connection, item_id: int) -> bool:
    """Whether a video was added as a whole one, by any encoder."""
    query = select(schema.feature_set.c.id).where(schema.feature_set.c.item_id == item_id).limit(1)
    return connection.execute(query).first() is not None


def states(connection: Connection, modality: str, fingerprint: str, ids: Sequence[int]) -> dict[int, FeatureState]:
    """What is known of one modality by one encoder, for each of some videos."""
    column = schema.feature_set.c
    query = select(column.item_id, column.state).where(column.modality == modality, column.fingerprint == fingerprint)
    known = {
        row.item_id: FeatureState(row.state) for row in connection.execute(query.where(among(column.item_id, ids)))
    }
    return {number: known.get(number, FeatureState.NOT_COMPUTED) for number in ids}


def load(workspace: Workspace, modality: str, fingerprint: str, ids: Sequence[int]) -> dict[int, Features]:
    """Features of one modality by one encoder, of those of some videos that have them, silent ones among them.

    Raises:
        StoreError: a file is missing or damaged.
    """
    column = schema.feature_set.c
    query = select(schema.feature_set).where(
        column.modality == modality,
        column.fingerprint == fingerprint,
        column.state != FeatureState.NOT_COMPUTED.value,
        among(column.item_id, ids),
    )
    with workspace.read() as connection:
        records = [dict(row._mapping) for row in connection.execute(query)]
    return {int(record["item_id"]): _read(workspace.folder(FOLDER), record) for record in records}


def file_names(connection: Connection, modality: str, fingerprint: str, ids: Sequence[int]) -> dict[int, str]:
    """The file of one modality by one encoder, for each of some videos that has one; another file holds other features."""
    column = schema.feature_set.c
    query = select(column.item_id, column.file).where(column.modality == modality, column.fingerprint == fingerprint)
    rows = connection.execute(query.where(column.file.is_not(None), among(column.item_id, ids)))
    return {int(row.item_id): str(row.file) for row in rows}


def orphans(workspace: Workspace, connection: Connection) -> list[Path]:
    """Files of features that no row of the database knows: left by a kill, safe to delete."""
    if not workspace.folder(FOLDER).is_dir():  # made by an older version, and opened by who may not write
        return []
    known = set(connection.execute(select(schema.feature_set.c.file)).scalars())
    return sorted(path for path in workspace.folder(FOLDER).iterdir() if path.name not in known)


def _read(folder: Path, record: Mapping[str, object]) -> Features:
    file, dim = record["file"], int(str(record["dim"]))
    rows: npt.NDArray[np.number] = np.empty((0, dim), np.float32)
    times: npt.NDArray[np.float64] = np.empty(0, np.float64)
    if file is not None:
        try:
            arrays = load_file(folder / str(file))
            rows, times = arrays["rows"], np.asarray(arrays["times"], np.float64)
        except (OSError, SafetensorError, ValueError, KeyError) as error:
            raise StoreError(f"The file of features {file} is missing or damaged. {AGAIN}") from error
        if rows.shape != (int(str(record["rows"])), dim) or times.shape != rows.shape[:1]:
            raise StoreError(f"The file of features {file} holds other rows than were written. {AGAIN}")
    return Features(
        str(record["modality"]),
        str(record["fingerprint"]),
        str(record["name"]),
        FeatureState(str(record["state"])),
        rows,
        times,
    )
