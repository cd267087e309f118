"""Vectors: immutable fp16 `.npy` shards with a row map in the database.

Commit order: temporary file, fsync, rename, fsync of the folder, then one database transaction. A file without a row in
the database is garbage, never data.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, func, insert, select, update

import files
from errors import EncoderError, StoreError
from store.database import schema
from store.database.bulk import fetched
from store.workspace import Workspace, milliseconds

NO_ENCODER = "This workspace has no encoder yet. Choose one with `sceneloop embed WORKSPACE --model built-in`."
PIECE = 10_000  # rows of the map read in one transaction


@dataclass(frozen=True)
class EncoderRow:
    """An encoder that the workspace knows. `fingerprint` covers name, weights and preprocessing."""

    id: int
    fingerprint: str
    name: str
    spec: str
    dim: int


def write_shard(folder: Path, vectors: npt.NDArray[np.float32]) -> str:
    """Write unit rows float32 [n, d] as an fp16 file; returns its name. Safe on disk when this returns.

    Raises:
        StoreError: the disk is full or read-only; nothing was recorded.
    """
    name = f"{uuid.uuid4().hex}.npy"
    try:
        with files.replacing(folder / name, sweep=False) as part, part.open("wb") as file:
            np.save(file, vectors.astype(np.float16), allow_pickle=False)
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be written ({error.strerror or error}). {files.remedy(error)}, then run it again: what was added is kept."
        ) from error
    return name


def record(connection: Connection, encoder_id: int, file: str, item_ids: Sequence[int]) -> None:
    """Record a written shard: row k belongs to item_ids[k]."""
    query = insert(schema.shard).values(encoder_id=encoder_id, file=file, rows=len(item_ids), created_at=schema.now())
    shard_id = connection.execute(query.returning(schema.shard.c.id)).scalar_one()
    rows = [{"item_id": i, "encoder_id": encoder_id, "shard_id": shard_id, "row": k} for k, i in enumerate(item_ids)]
    connection.execute(insert(schema.vector_row), rows)


def load(
    workspace: Workspace, encoder_id: int, *, after_shard: int = 0, last_shard: int | None = None
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float16]]:
    """All vectors of an encoder, or those of some of its shards, in the order of the shards.

    Returns:
        item ids int64 [n] and unit rows float16 [n, d].

    Raises:
        StoreError: a shard is missing or damaged.
    """
    chosen, dim = shards(workspace, encoder_id, after_shard, last_shard)
    if not chosen:
        return np.empty(0, np.int64), np.empty((0, dim), np.float16)
    parts = [shard.read(workspace, dim) for shard in chosen]
    table = row_map(workspace, encoder_id, after_shard, chosen[-1].id)
    starts = np.cumsum([0] + [shard.rows for shard in chosen])[:-1]
    position = starts[np.searchsorted([shard.id for shard in chosen], table[:, 1])] + table[:, 2]
    stacked = np.concatenate(parts)
    if np.array_equal(position, np.arange(len(stacked))):
        return table[:, 0].copy(), stacked
    return table[:, 0].copy(), stacked[position]


@dataclass(frozen=True)
class Shard:
    """A file of vectors."""

    id: int
    file: str
    rows: int

    def read(self, workspace: Workspace, dim: int) -> npt.NDArray[np.float16]:
        """Its rows, float16 [n, dim].

        Raises:
            StoreError: the file is missing or damaged.
        """
        try:
            vectors: npt.NDArray[np.float16] = np.load(workspace.folder("vectors") / self.file, allow_pickle=False)
        except (OSError, ValueError) as error:
            raise StoreError(
                f"The vector file {self.file} is missing or damaged. Run `sceneloop embed` to make the vectors again."
            ) from error
        if vectors.shape != (self.rows, dim):
            raise StoreError(
                f"The vector file {self.file} is {vectors.shape}, not {(self.rows, dim)}. Run `sceneloop embed` again."
            )
        return vectors


def shards(workspace: Workspace, encoder_id: int, after: int = 0, last: int | None = None) -> tuple[list[Shard], int]:
    """The shards of an encoder in the order of their ids, and the length of its vectors.

    Args:
        after, last: only those with a greater id, and none with a greater one.
    """
    shard = schema.shard.c
    query = select(shard.id, shard.file, shard.rows).where(shard.encoder_id == encoder_id, shard.id > after)
    if last is not None:
        query = query.where(shard.id <= last)
    with workspace.read() as connection:
        rows = connection.execute(query.order_by(shard.id)).all()
        dim = connection.execute(select(schema.encoder.c.dim).where(schema.encoder.c.id == encoder_id)).scalar_one()
    return [Shard(*row) for row in rows], int(dim)


def row_map(workspace: Workspace, encoder_id: int, after: int, last: int) -> npt.NDArray[np.int64]:
    """int64 [n, 3] of item, shard and row, in the order of shards; read in pieces, so that no decision waits for long.

    Args:
        after, last: only of shards with a greater id than the one, and none with a greater id than the other.
    """
    column = schema.vector_row.c
    # Shards are chosen below: asked of the database, SQLite would sort all their rows again for each piece.
    query = select(column.item_id, column.shard_id, column.row).where(column.encoder_id == encoder_id)
    query = query.order_by(column.item_id).limit(PIECE)
    parts: list[npt.NDArray[np.int64]] = [np.empty((0, 3), np.int64)]
    seen = 0
    while True:
        with workspace.read() as connection:
            rows = fetched(connection, query.where(column.item_id > seen))
        if not rows:
            break
        part = np.array(rows, np.int64)
        seen = int(part[-1, 0])
        parts.append(part[(part[:, 1] > after) & (part[:, 1] <= last)])
    table = np.concatenate(parts)
    return table[np.lexsort((table[:, 2], table[:, 1]))]


def without_vector(connection: Connection, encoder_id: int) -> list[int]:
    """Ids of images and frames that this encoder has not embedded yet."""
    have = select(schema.vector_row.c.item_id).where(schema.vector_row.c.encoder_id == encoder_id)
    query = select(schema.item.c.id).where(schema.item.c.kind.in_(("image", "frame")), schema.item.c.id.not_in(have))
    return [int(number) for number in connection.execute(query.order_by(schema.item.c.id)).scalars()]


def is_embedded(connection: Connection, item_id: int, encoder_id: int) -> bool:
    """Whether an item has a vector of an encoder."""
    have = schema.vector_row.c
    query = select(have.item_id).where(have.item_id == item_id, have.encoder_id == encoder_id)
    return connection.execute(query).first() is not None


def add_encoder(connection: Connection, *, fingerprint: str, name: str, spec: str, dim: int) -> int:
    """The id of an encoder by fingerprint, made at first sight."""
    known = connection.execute(select(schema.encoder.c.id).where(schema.encoder.c.fingerprint == fingerprint)).scalar()
    if known is not None:
        return int(known)
    query = insert(schema.encoder).values(
        fingerprint=fingerprint, name=name, spec=spec, dim=dim, created_at=schema.now()
    )
    return int(connection.execute(query.returning(schema.encoder.c.id)).scalar_one())


def set_dim(connection: Connection, encoder_id: int, dim: int) -> None:
    """Fix the length of an encoder's vectors where it was unknown (0): precomputed vectors tell it when they come."""
    connection.execute(
        update(schema.encoder).where(schema.encoder.c.id == encoder_id, schema.encoder.c.dim == 0).values(dim=dim)
    )


def use_encoder(connection: Connection, encoder_id: int) -> None:
    """Make an encoder the workspace's own; all others stay known, with their vectors."""
    connection.execute(update(schema.project).values(encoder_id=encoder_id))


def encoder_in_use(connection: Connection) -> int | None:
    """Id of the encoder in use, or None where there is none yet."""
    number = connection.execute(select(schema.project.c.encoder_id)).scalar()
    return None if number is None else int(number)


def current_encoder(connection: Connection) -> EncoderRow:
    """The encoder in use.

    Raises:
        EncoderError: the workspace has none yet.
    """
    row = connection.execute(
        select(schema.encoder).join(schema.project, schema.project.c.encoder_id == schema.encoder.c.id)
    ).first()
    if row is None:
        raise EncoderError(NO_ENCODER)
    return EncoderRow(row.id, row.fingerprint, row.name, row.spec, row.dim)


def vectors_in_use(connection: Connection) -> tuple[EncoderRow, int, int]:
    """The encoder in use, the id of its newest shard (0 where there is none), and the workspace's `birth`, by one statement.

    What is read of its vectors is stale once the newest shard's id grows.

    Raises:
        EncoderError: the workspace has no encoder yet.
    """
    newest = select(func.coalesce(func.max(schema.shard.c.id), 0)).where(
        schema.shard.c.encoder_id == schema.encoder.c.id
    )
    query = select(schema.encoder, newest.scalar_subquery().label("newest"), schema.project.c.created_at.label("born"))
    row = connection.execute(query.join(schema.project, schema.project.c.encoder_id == schema.encoder.c.id)).first()
    if row is None:
        raise EncoderError(NO_ENCODER)
    return EncoderRow(row.id, row.fingerprint, row.name, row.spec, row.dim), int(row.newest), milliseconds(row.born)


def get_encoder(connection: Connection, encoder_id: int) -> EncoderRow:
    """An encoder by id."""
    row = connection.execute(select(schema.encoder).where(schema.encoder.c.id == encoder_id)).one()
    return EncoderRow(row.id, row.fingerprint, row.name, row.spec, row.dim)


def count(connection: Connection, encoder_id: int) -> int:
    """How many items this encoder has embedded."""
    query = select(func.count()).select_from(schema.vector_row).where(schema.vector_row.c.encoder_id == encoder_id)
    return int(connection.execute(query).scalar_one())


def orphans(workspace: Workspace, connection: Connection) -> list[Path]:
    """Files in the vector folder that no row of the database knows: left by a kill, safe to delete."""
    known = set(connection.execute(select(schema.shard.c.file)).scalars())
    return sorted(path for path in workspace.folder("vectors").iterdir() if path.name not in known)
