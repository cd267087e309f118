"""Vectors that were computed elsewhere: an `.npz` of paths, vectors and the encoder's name."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

import reading
from embedding.encoders.external_vectors import PREFIX, of_vectors
from embedding.ingest import places, vectors_archive
from embedding.ingest.adding import AddReport
from embedding.ingest.new_items import frames_of
from embedding.ingest.vectors_archive import VectorsFile
from embedding.pictures import file_walk, images
from embedding.pictures.file_walk import FoundFile
from embedding.pictures.images import BadFile
from errors import CancelledError, EncoderError
from naming import file_name
from progress import Progress, silent
from store.database.connection import Connection
from store.items import items, vectors
from store.items.items import NewItem
from store.workspace import Workspace, writing
from written import texts

STEP = 2048
UNIT_TOLERANCE = 1e-3

Vectors = npt.NDArray[np.float32]


def add_vectors(
    target: Workspace,
    path: Path,
    *,
    folder: Path | None = None,
    progress: Progress = silent,
) -> AddReport:
    """Add items with vectors that were computed elsewhere.

    A path that leads to an image is hashed, checked and gets a thumbnail; one that leads nowhere is kept by name. The file is read
    in steps, and what a step costs does not grow with what is here already.

    Args:
        target: the workspace; its encoder must be `vectors:NAME` of the same name.
        path: the `.npz`.
        folder: what its paths start from, and must not lead out of; by default the folder that it lies in.
        progress: called with rows done, rows in the file and the last name after each step.

    Raises:
        InputError: the file is not what it should be.
        EncoderError: the workspace holds vectors of another encoder.
        StoreError: the disk refuses; what was committed is kept.
        CancelledError: `progress` stopped it; what was committed is kept.
    """
    target.must_write()
    content = vectors_archive.read(path)
    root = content.folder if folder is None else reading.resolved(file_walk.expanded(folder))
    encoder_id = _encoder(target, content)
    report = AddReport()
    with writing(target) as connection:
        source_id = items.open_source(connection, "vectors", str(path))
    done = 0
    for names, rows in content.steps(STEP):
        _step(target, root, names, rows, encoder_id, source_id, report)
        done += len(names)
        try:
            progress(done, content.rows, names[-1])
        except CancelledError as error:
            raise CancelledError(f"Stopped after {done} of {content.rows} rows. What was added is kept.") from error
    return report


def _encoder(target: Workspace, content: VectorsFile) -> int:
    """The id of the file's encoder, which is or becomes the workspace's."""
    name, dim = content.encoder, content.dim
    fingerprint = of_vectors(name)
    with writing(target) as connection:
        try:
            mine = vectors.current_encoder(connection)
        except EncoderError:
            mine = None
        if mine is None:
            encoder_id = vectors.add_encoder(
                connection, fingerprint=fingerprint, name=name, spec=PREFIX + name, dim=dim
            )
            vectors.use_encoder(connection, encoder_id)
            return encoder_id
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
    target: Workspace, folder: Path, names: list[str], rows: Vectors, encoder_id: int, source_id: int, report: AddReport
) -> None:
    unit = np.empty(rows.shape, dtype=np.float32)
    new: list[NewItem] = []
    pictures: dict[int, images.Pixels] = {}
    bad: list[BadFile] = []
    lengths = np.linalg.norm(rows.astype(np.float64), axis=1)
    for name, row, length in zip(names, rows, lengths, strict=True):
        try:
            item, pixels = _item(folder, name)
            unit[len(new)] = _unit(name, row, float(length))
        except BadFile as error:
            bad.append(error)
            continue
        if pixels is not None:
            pictures[len(new)] = pixels
        new.append(item)
    with writing(target) as connection:
        known = items.known(connection, "image", [item.sha256 for item in new if item.sha256])
        _give_files(target, connection, new, pictures, known)
        fresh = _fresh(connection, new, known)
        report.duplicates += len(new) - len(fresh)
        if fresh:
            shard = vectors.write_shard(target.folder("vectors"), unit[fresh])
            ids = items.add(connection, [new[k] for k in fresh], source_id=source_id)
            vectors.record(connection, encoder_id, shard, ids)
            known.update({str(new[k].sha256): item_id for k, item_id in zip(fresh, ids, strict=True)})
            for item_id, k in zip(ids, fresh, strict=True):
                if k in pictures:
                    images.thumbnail(pictures[k], target.thumb(item_id))
            report.added += len(ids)
        pairs = [(FoundFile(Path(item.path), item.name, False), known[item.sha256]) for item in new if item.sha256]
        places.note(connection, pairs)
        report.changed += places.replaced(connection, "image", pairs)
        for fault in bad:
            items.quarantine(connection, str(fault.path), fault.reason, fault.way_out, source_id=source_id)
        report.quarantined.extend(bad)


def _give_files(
    target: Workspace,
    connection: Connection,
    new: list[NewItem],
    pictures: dict[int, images.Pixels],
    known: dict[str, int],
) -> None:
    """Items that were added without their picture get it where it is here now; they join `known`."""
    waiting = items.without_file(connection, [item.name for item in new if item.sha256 and item.sha256 not in known])
    for k, item in enumerate(new):
        if item.sha256 and item.sha256 not in known and item.name in waiting:
            known[item.sha256] = waiting.pop(item.name)
            items.give_file(connection, known[item.sha256], item)
            images.thumbnail(pictures[k], target.thumb(known[item.sha256]))


def _fresh(connection: Connection, new: list[NewItem], known: dict[str, int]) -> list[int]:
    """Positions of the items whose bytes, or whose whole name where there are no bytes, are not here yet."""
    here = items.named(connection, "image", [item.name for item in new if item.sha256 is None])
    seen: set[str] = set()
    fresh = []
    for position, item in enumerate(new):
        key = item.sha256 or item.name
        if key in seen or key in known or (item.sha256 is None and key in here):
            continue
        seen.add(key)
        fresh.append(position)
    return fresh


def _item(folder: Path, written: str) -> tuple[NewItem, images.Pixels | None]:
    """The item of a row, and a small picture of it where its file is here. Its name is the path in normal form.

    Raises:
        BadFile: the path cannot be stored, or leads to a file that is not a picture.
    """
    wrong = texts.fault(written)
    if wrong is not None or not written.strip():
        raise BadFile(reading.readable(written), f"its path {wrong or 'is empty'}", "Write the file again.")
    name = file_name(written)
    path = _place(folder, written, name)
    if path is None:
        return NewItem("image", name, name), None
    there = path.stat()
    opened = images.read(path, images.THUMBNAIL_SIDE)
    picture = np.array(images.small(opened.pixels))
    new = NewItem(
        "image",
        str(path.resolve()),
        name,
        sha256=opened.sha256,
        width=opened.header.width,
        height=opened.header.height,
        bytes=there.st_size,
        mtime_ns=there.st_mtime_ns,
        phash=images.perceptual_hash(picture),
        meta=frames_of(opened.header),
    )
    return new, picture


def _place(folder: Path, written: str, name: str) -> Path | None:
    """The picture that a row means, None where nothing lies there.

    Paths start from the folder and stay in it, links followed: what is added is given out by the server, and the file may come
    from somebody who must not choose what else of this machine is.

    Raises:
        BadFile: what lies there is outside of the folder, or no regular file.
    """
    tried = dict.fromkeys(os.path.join(folder, part) for part in (written, name))
    place = next((each for each in tried if reading.is_bytes(each) and os.path.lexists(each)), None)
    if place is None:
        return None
    path = Path(place)
    if not reading.resolved(path).is_relative_to(folder):
        way_out = f"Name the folder of the pictures with --images, or move them into {folder}."
        raise BadFile(written, f"it lies outside of {folder}", way_out)
    fault = file_walk.fault_of(path)
    if fault is not None or path.is_dir():
        raise BadFile(written, "it is a folder" if fault is None else fault.reason, "Write the path of an image.")
    return path


def _unit(name: str, vector: npt.NDArray[np.float32], length: float) -> npt.NDArray[np.float64]:
    """The vector, float64 [d], of length 1."""
    if not np.isfinite(length) or length < UNIT_TOLERANCE:
        raise BadFile(name, "its vector is zero or not finite", "Compute it again.")
    return vector / np.float64(length)
