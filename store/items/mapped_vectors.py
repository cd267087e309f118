"""All vectors of an encoder in one file that is mapped into memory: what is read of it is shared by processes, and given back where memory is short.

A cache beside the index. The file only ever grows: vectors that came later are put behind it, at places that follow from the store
alone, so two processes that do so at once write the same bytes. Where they do not all belong behind it, a new file is made. A
pointer names the file, how many rows of it count, and the shard that was read last.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

import files
from store.items import vectors
from store.items.vectors import EncoderRow, Shard
from store.workspace import Workspace

LEAST = 1  # rows; fewer are read as they are

Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.float16]


@dataclass(frozen=True)
class _Pointer:
    """What counts of a file.

    Attributes:
        name: of the file of vectors; that of their ids has `.ids` behind it. rows: that count. shard: id of the last shard in it.
        shard_file: its name, which no other shard ever has: a restored copy may give the id again.
    """

    name: str
    rows: int
    dim: int
    shard: int
    shard_file: str


def load(workspace: Workspace, encoder: EncoderRow) -> tuple[Ints, Rows]:
    """All vectors of an encoder.

    Returns:
        item ids int64 [n], ascending, and unit rows float16 [n, d]; from `LEAST` rows on both are mapped.

    Raises:
        StoreError: a shard is missing or damaged.
    """
    chosen, _ = vectors.shards(workspace, encoder.id)
    if sum(shard.rows for shard in chosen) >= LEAST and not workspace.sealed:
        for _ in range(2):  # another process may have made a new file between two steps of ours
            with suppress(OSError):  # a cache: where the disk refuses it they are read into memory
                return _mapped(workspace, encoder, chosen)
    return _sorted(*vectors.load(workspace, encoder.id))


def _sorted(ids: Ints, rows: Rows) -> tuple[Ints, Rows]:
    if (ids[1:] > ids[:-1]).all():
        return ids, rows
    order = np.argsort(ids, kind="stable")
    return ids[order], rows[order]


def _mapped(workspace: Workspace, encoder: EncoderRow, chosen: Sequence[Shard]) -> tuple[Ints, Rows]:
    folder, last = workspace.folder("index"), chosen[-1]
    pointer = _read(folder / f"vectors-{encoder.id}.json", encoder, chosen)
    if pointer is not None and pointer.shard == last.id:
        return _opened(folder, pointer)
    if pointer is not None:
        ids, rows = vectors.load(workspace, encoder.id, after_shard=pointer.shard, last_shard=last.id)
        end = _opened(folder, pointer)[0][-1]
        if not len(ids) or (ids[0] > end and (ids[1:] > ids[:-1]).all()):
            _put(folder, pointer, ids, rows)
            grown = replace(pointer, rows=pointer.rows + len(ids), shard=last.id, shard_file=last.file)
            return _pointed(folder, encoder, grown)
    name = f"vectors-{encoder.id}-{uuid.uuid4().hex[:8]}.f16"
    try:
        count = _gathered(workspace, encoder, chosen, folder / name)
        return _pointed(folder, encoder, _Pointer(name, count, encoder.dim, last.id, last.file))
    except BaseException:
        for half in (folder / name, _ids_of(folder / name)):
            half.unlink(missing_ok=True)
        raise


def _read(path: Path, encoder: EncoderRow, chosen: Sequence[Shard]) -> _Pointer | None:
    """The pointer, where its file is whole and the shard that it read last is still that of the store."""
    try:
        pointer = _Pointer(**json.loads(path.read_text(encoding="utf-8")))
        file = path.with_name(pointer.name)
        whole = file.stat().st_size >= 2 * pointer.rows * pointer.dim
        whole &= _ids_of(file).stat().st_size >= 8 * pointer.rows
    except (OSError, ValueError, TypeError):
        return None
    known = (pointer.shard, pointer.shard_file) in {(shard.id, shard.file) for shard in chosen}
    return pointer if whole and known and pointer.dim == encoder.dim and pointer.rows else None


def _opened(folder: Path, pointer: _Pointer) -> tuple[Ints, Rows]:
    # Copied where written, which nothing does: torch refuses memory that is read-only.
    file = folder / pointer.name
    ids = np.memmap(_ids_of(file), np.int64, "c", shape=(pointer.rows,))
    return ids, np.memmap(file, np.float16, "c", shape=(pointer.rows, pointer.dim))


def _put(folder: Path, pointer: _Pointer, ids: Ints, rows: Rows) -> None:
    """Write rows behind those that count."""
    file = folder / pointer.name
    for place, size, content in ((file, 2 * pointer.dim, rows), (_ids_of(file), 8, ids)):
        with place.open("r+b") as out:
            out.seek(size * pointer.rows)
            out.write(np.ascontiguousarray(content).tobytes())


def _gathered(workspace: Workspace, encoder: EncoderRow, chosen: Sequence[Shard], file: Path) -> int:
    """Write some shards into a new file, in the order of their ids; returns how many rows it has."""
    table = vectors.row_map(workspace, encoder.id, 0, chosen[-1].id)
    place = np.empty(len(table), np.int64)
    order = np.argsort(table[:, 0], kind="stable")
    place[order] = np.arange(len(table))
    table[order, 0].tofile(_ids_of(file))
    out = np.memmap(file, np.float16, "w+", shape=(len(table), encoder.dim))
    for shard in chosen:
        start, end = np.searchsorted(table[:, 1], [shard.id, shard.id + 1])
        out[place[start:end]] = shard.read(workspace, encoder.dim)[table[start:end, 2]]
    out.flush()
    return len(table)


def _pointed(folder: Path, encoder: EncoderRow, pointer: _Pointer) -> tuple[Ints, Rows]:
    """Keep a pointer, and drop the files that it does not name; the mapped ids and vectors."""
    files.write(folder / f"vectors-{encoder.id}.json", json.dumps(asdict(pointer)), durable=False)
    for old in folder.glob(f"vectors-{encoder.id}-*.f16*"):
        if not old.name.startswith(pointer.name):
            old.unlink(missing_ok=True)
    return _opened(folder, pointer)


def _ids_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.ids")
