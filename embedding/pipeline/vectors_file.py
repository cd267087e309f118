"""Vectors that were computed elsewhere: an `.npz` of paths, vectors and the encoder's name."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from embedding import images
from embedding.images import BadFile
from embedding.pipeline.current import Cancelled, Progress, never, silent, writing
from embedding.pipeline.ingest import AddReport
from embedding.precomputed import PREFIX, of_vectors
from errors import CancelledError, EncoderError, InputError
from store import items, vectors
from store.items import NewItem
from store.workspace import Workspace

STEP = 2048
UNIT_TOLERANCE = 1e-3


@dataclass(frozen=True)
class VectorsFile:
    """What an `.npz` holds.

    Attributes:
        encoder: the name of the encoder that made the vectors.
        names: n paths, as written in the file.
        vectors: float32 [n, d], not yet of unit length.
        folder: what relative paths start from.
    """

    encoder: str
    names: list[str]
    vectors: npt.NDArray[np.float32]
    folder: Path


def read(path: Path) -> VectorsFile:
    """Read and check a vectors file; pickled content is refused.

    Raises:
        InputError: not an `.npz`, an array is missing, or the shapes do not fit.
    """
    form = "It needs the arrays `path` (text) and `vector` (float32 [n, d]) and the scalar `encoder` (its name)."
    try:
        with np.load(path, allow_pickle=False) as content:
            names, rows, encoder = content["path"], content["vector"], content["encoder"]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError) as error:
        raise InputError(f"{path} cannot be read as vectors ({error}). {form}") from error
    if names.ndim != 1 or names.dtype.kind != "U" or encoder.ndim != 0 or rows.dtype.kind != "f":
        raise InputError(f"{path} has arrays of another kind. {form}")
    if rows.ndim != 2 or len(rows) != len(names):
        raise InputError(f"{path} has {len(names)} paths and vectors of shape {rows.shape}. {form}")
    return VectorsFile(str(encoder), [str(name) for name in names], rows.astype(np.float32), path.resolve().parent)


def add_vectors(
    target: Workspace, path: Path, *, progress: Progress = silent, cancelled: Cancelled = never
) -> AddReport:
    """Add items with vectors that were computed elsewhere.

    A path that leads to an image is hashed, checked and gets a thumbnail; one that leads nowhere is kept by name.

    Args:
        target: the workspace; its encoder must be `vectors:NAME` of the same name.
        path: the `.npz`.
        progress: told (rows done, rows in the file, name) after each step.
        cancelled: asked between steps.

    Raises:
        InputError: the file is not what it should be.
        EncoderError: the workspace holds vectors of another encoder.
        StoreError: the disk refuses; what was committed is kept.
        CancelledError: `cancelled` said so; what was committed is kept.
    """
    content = read(path)
    encoder_id = _encoder(target, content)
    report = AddReport()
    with writing(target) as connection:
        source_id = items.open_source(connection, "vectors", str(path))
    for start in range(0, len(content.names), STEP):
        if cancelled():
            raise CancelledError(f"Stopped after {start} of {len(content.names)} rows. What was added is kept.")
        stop = min(start + STEP, len(content.names))
        _step(target, content, range(start, stop), encoder_id, source_id, report)
        progress(stop, len(content.names), content.names[stop - 1])
    return report


def _encoder(target: Workspace, content: VectorsFile) -> int:
    """The id of the file's encoder, which is or becomes the workspace's."""
    name, dim = content.encoder, content.vectors.shape[1]
    fingerprint = of_vectors(name)
    with writing(target) as connection:
        try:
            mine = vectors.current_encoder(connection)
        except EncoderError:
            mine = None
        if mine is None:
            made = vectors.add_encoder(connection, fingerprint=fingerprint, name=name, spec=PREFIX + name, dim=dim)
            vectors.use_encoder(connection, made)
            return made
        if mine.fingerprint != fingerprint:
            raise EncoderError(
                f"The workspace's encoder is {mine.name}, the file's is {name}; their vectors cannot be compared. "
                f"Make a workspace with `sceneloop init WORKSPACE --model {PREFIX}{name}` for it."
            )
        if mine.dim == 0:
            vectors.set_dim(connection, mine.id, dim)
        elif mine.dim != dim:
            raise EncoderError(
                f"The workspace's vectors have {mine.dim} numbers, the file's {dim}. They are of different encoders."
            )
        return mine.id


def _step(
    target: Workspace, content: VectorsFile, rows: range, encoder_id: int, source_id: int, report: AddReport
) -> None:
    unit = np.empty((len(rows), content.vectors.shape[1]), dtype=np.float32)
    new: list[NewItem] = []
    pictures: dict[int, images.Pixels] = {}
    bad: list[BadFile] = []
    for number in rows:
        try:
            item, pixels = _item(content, number)
            unit[len(new)] = _unit(content, number)
        except BadFile as error:
            bad.append(error)
            continue
        if pixels is not None:
            pictures[len(new)] = pixels
        new.append(item)
    with writing(target) as connection:
        fresh = _fresh(connection, new)
        report.duplicates += len(new) - len(fresh)
        if fresh:
            shard = vectors.write_shard(target.folder("vectors"), unit[fresh])
            ids = items.add(connection, [new[k] for k in fresh], source_id=source_id)
            vectors.record(connection, encoder_id, shard, ids)
            for item_id, k in zip(ids, fresh, strict=True):
                if k in pictures:
                    images.thumbnail(pictures[k], target.thumb(item_id))
            report.added += len(ids)
        for fault in bad:
            items.quarantine(connection, str(fault.path), fault.reason, fault.way_out, source_id=source_id)
        report.quarantined.extend(bad)


def _fresh(connection: Connection, new: list[NewItem]) -> list[int]:
    """Positions of the items whose bytes, or whose name where there are no bytes, are not here yet."""
    known = items.known(connection, "image", [item.sha256 for item in new if item.sha256])
    names = items.Names(connection)
    seen: set[str] = set()
    fresh = []
    for position, item in enumerate(new):
        key = item.sha256 or item.path
        if key in seen or key in known or (item.sha256 is None and names.find(item.path) is not None):
            continue
        seen.add(key)
        fresh.append(position)
    return fresh


def _item(content: VectorsFile, number: int) -> tuple[NewItem, images.Pixels | None]:
    """The item of a row, and a small picture of it where its file is here."""
    name = content.names[number]
    path = next((p for p in (content.folder / name, Path(name)) if p.is_file()), None)
    if path is None:
        return NewItem("image", name, name), None
    opened = images.read(path, images.THUMBNAIL_SIDE)
    picture = np.array(images.small(opened.pixels))
    new = NewItem(
        "image",
        str(path.resolve()),
        name,
        sha256=opened.sha256,
        width=opened.header.width,
        height=opened.header.height,
        bytes=path.stat().st_size,
        phash=images.perceptual_hash(picture),
    )
    return new, picture


def _unit(content: VectorsFile, number: int) -> npt.NDArray[np.float32]:
    row = content.vectors[number].astype(np.float64)
    length = float(np.linalg.norm(row))
    if not np.isfinite(length) or length < UNIT_TOLERANCE:
        raise BadFile(content.names[number], "its vector is zero or not finite", "Compute it again.")
    unit: npt.NDArray[np.float32] = (row / length).astype(np.float32)
    return unit
