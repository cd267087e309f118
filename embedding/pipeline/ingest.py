"""Adding files: found, hashed, checked, embedded and committed in small steps that a kill cannot tear.

Order of each step: hashes; what is new is decoded once for vector, thumbnail and perceptual hash; then, in one
transaction, the shard file (synced and renamed before any row names it), the items, the row map, the thumbnails'
final names. A kill before the commit leaves files that no row knows; running again adds what is missing and
recomputes nothing that was committed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sqlalchemy import Connection

from embedding import images, walk
from embedding.batches import grouped, ordered
from embedding.encoder import DECODE_MARGIN, Encoder
from embedding.images import BadFile
from embedding.pipeline.current import Cancelled, Progress, need_model, never, open_encoder, silent, writing
from embedding.walk import FoundFile
from errors import CancelledError, InputError, StoreError
from store import items, vectors, workspace
from store.items import NewItem
from store.workspace import Workspace

Frame = npt.NDArray[np.uint8]
FrameSource = Callable[[Path], Iterable[tuple[float, Frame]]]
"""Stills of a video: (seconds, uint8 RGB [h, w, 3]) in the order of time; `InputError` for an unusable file."""

STAGING = ".new-"
STAGING_KEPT_S = 3600.0


@dataclass(frozen=True)
class AddOptions:
    """How files are added.

    Attributes:
        step: files a transaction.
        alike_bits: a still whose perceptual hash differs from the one before in no more bits is left out.
    """

    step: int = 128
    alike_bits: int = 4


@dataclass
class AddReport:
    """What became of the files.

    Attributes:
        added: new images and stills.
        duplicates: files whose bytes were here already, by an earlier run too.
        quarantined: files that could not be added, with the reason.
    """

    added: int = 0
    duplicates: int = 0
    quarantined: list[BadFile] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The command line's answer."""
        bad = [{"path": str(error.path), "reason": error.reason} for error in self.quarantined]
        return {"added": self.added, "duplicates": self.duplicates, "quarantined": bad}


def add(
    target: Workspace,
    paths: Sequence[Path],
    *,
    frames: FrameSource | None = None,
    options: AddOptions | None = None,
    progress: Progress = silent,
    cancelled: Cancelled = never,
) -> AddReport:
    """Add files, folders and the stills of videos.

    Args:
        target: the workspace.
        paths: files and folders.
        frames: gives the stills of a video; without it videos are quarantined.
        options: step size and the like.
        progress: told (files done, files found, name) after each step.
        cancelled: asked between steps.

    Raises:
        EncoderError: the workspace's model cannot be used; nothing was written.
        InputError: none of the paths exists.
        StoreError: the disk refuses; what was committed is kept.
        CancelledError: `cancelled` said so; what was committed is kept.
    """
    row, encoder = open_encoder(target)
    need_model(row)
    found = walk.find(paths, skip=workspace.exists)
    if paths and not any(path.expanduser().exists() for path in paths):
        raise InputError(f"{paths[0]} does not exist. Check the path and try again.")
    with _staging(target) as folder:
        adding = _Adding(target, encoder, row.id, frames, options or AddOptions(), folder)
        adding.open_source(paths, found.refused)
        done = 0
        for step in _steps(found.files, adding.options.step):
            if cancelled():
                raise CancelledError(
                    f"Stopped after {done} of {len(found.files)} files. The {adding.report.added} images added so "
                    "far are kept; add the same folder again to go on."
                )
            adding.take(step)
            done += len(step)
            progress(done, len(found.files), step[-1].name)
    return adding.report


def _steps(files: list[FoundFile], size: int) -> Iterator[list[FoundFile]]:
    """Images many at a time, then each video by itself."""
    yield from grouped((file for file in files if not file.is_video), size)
    yield from ([file] for file in files if file.is_video)


@contextmanager
def _staging(target: Workspace) -> Iterator[Path]:
    """A folder for thumbnails without an id yet; what a killed run left behind is swept up later."""
    thumbs = target.folder("thumbs")
    try:
        for left in thumbs.glob(f"{STAGING}*"):
            if time.time() - left.stat().st_mtime > STAGING_KEPT_S:
                shutil.rmtree(left)
        folder = Path(tempfile.mkdtemp(dir=thumbs, prefix=STAGING))
    except OSError as error:
        raise StoreError(f"{thumbs} cannot be written ({error.strerror}). Free the disk and run it again.") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class _Picture:
    """A decoded picture: what the model and the store need of it."""

    new: NewItem
    fitted: torch.Tensor
    thumb: Path


@dataclass
class _Step:
    """One step on its way: its files with their digests, its pictures, and what is wrong with the others.

    Attributes:
        files: each file with the sha256 of its bytes.
        pictures: the new ones, each digest once.
        faults: by digest, why the bytes are unusable.
        unread: files that could not even be read.
        video: the video that the pictures are stills of.
    """

    files: list[tuple[FoundFile, str]]
    unread: list[BadFile]
    pictures: list[_Picture] = field(default_factory=list)
    faults: dict[str, BadFile] = field(default_factory=dict)
    video: NewItem | None = None


class _Adding:
    """One run of `add`."""

    def __init__(
        self,
        target: Workspace,
        encoder: Encoder,
        encoder_id: int,
        frames: FrameSource | None,
        options: AddOptions,
        staging: Path,
    ) -> None:
        self.target = target
        self.encoder = encoder
        self.encoder_id = encoder_id
        self.frames = frames
        self.options = options
        self.staging = staging
        self.report = AddReport()
        self.source_id = 0
        # Enough for a sharp thumbnail too.
        self.side = max(DECODE_MARGIN * max(encoder.image_size), images.THUMBNAIL_SIDE)

    def open_source(self, paths: Sequence[Path], refused: list[BadFile]) -> None:
        """Note the run in the store, with what the walk refused."""
        with writing(self.target) as connection:
            given = "\n".join(str(path) for path in paths)
            self.source_id = items.open_source(connection, "files", given)
            self._quarantine(connection, refused)

    def take(self, files: list[FoundFile]) -> None:
        """Add some images, or one video: all of it or nothing."""
        digests = list(ordered(files, _digest, _workers()))
        pairs = list(zip(files, digests, strict=True))
        step = _Step(
            [(file, digest) for file, digest in pairs if isinstance(digest, str)],
            [digest for digest in digests if isinstance(digest, BadFile)],
        )
        with self.target.read() as connection:
            known = items.known(connection, _kind(files), [digest for _, digest in step.files])
        fresh = {digest: file for file, digest in reversed(step.files) if digest not in known}
        if files[0].is_video:
            for digest, file in fresh.items():
                self._stills(step, file, digest)
        else:
            for digest, result in zip(fresh, ordered(fresh.items(), self._image, _workers()), strict=True):
                if isinstance(result, BadFile):
                    step.faults[digest] = result
                else:
                    step.pictures.append(result)
        rows = self.encoder.encode_fitted([picture.fitted for picture in step.pictures])
        self._commit(step, rows, _kind(files))

    def _image(self, digest_and_file: tuple[str, FoundFile]) -> _Picture | BadFile:
        digest, file = digest_and_file
        try:
            opened = images.read(file.path, self.side)
        except BadFile as error:
            return error
        header = opened.header
        new = replace(_new("image", file, digest), width=header.width, height=header.height)
        return self._picture(new, opened.pixels, digest)

    def _stills(self, step: _Step, file: FoundFile, digest: str) -> None:
        """The stills of a video, without those that look like the one before."""
        last: str | None = None
        try:
            for number, (time_s, pixels) in enumerate(_need(self.frames, file)(file.path)):
                name = f"{file.name}#t={time_s:.3f}"
                new = NewItem(
                    "frame", str(file.path), name, time_s=time_s, width=pixels.shape[1], height=pixels.shape[0]
                )
                picture = self._picture(new, pixels, f"{digest}-{number}")
                if last is None or _bits(last, picture.new.phash or "0") > self.options.alike_bits:
                    step.pictures.append(picture)
                    last = picture.new.phash
        except InputError as error:
            step.pictures.clear()
            step.faults[digest] = error if isinstance(error, BadFile) else _as_bad(file.path, error)
            return
        step.video = _new("video", file, digest)

    def _picture(self, new: NewItem, pixels: Frame, key: str) -> _Picture:
        thumb = self.staging / f"{key}.webp"
        try:
            phash = images.perceptual_hash(images.thumbnail(pixels, thumb))
        except OSError as error:
            raise StoreError(
                f"{self.staging} cannot be written ({error.strerror}). Free the disk, then run it again: what was "
                "added is kept."
            ) from error
        return _Picture(replace(new, phash=phash), self.encoder.fit(pixels), thumb)

    def _commit(self, step: _Step, rows: npt.NDArray[np.float32], kind: str) -> None:
        with writing(self.target) as connection:
            # Asked again under the lock: a second process may have added the same bytes meanwhile.
            known = items.known(connection, kind, [digest for _, digest in step.files])
            before = set(known)
            if step.video is not None and step.video.sha256 not in known:
                [video_id] = items.add(connection, [step.video], source_id=self.source_id)
                known[str(step.video.sha256)] = video_id
                stills = [replace(picture.new, parent_id=video_id) for picture in step.pictures]
                self._insert(connection, stills, step.pictures, rows)
            elif step.video is None:
                kept = [k for k, picture in enumerate(step.pictures) if picture.new.sha256 not in known]
                pictures = [step.pictures[k] for k in kept]
                ids = self._insert(connection, [picture.new for picture in pictures], pictures, rows[kept])
                known.update({str(picture.new.sha256): k for picture, k in zip(pictures, ids, strict=True)})
            self._settle(connection, step, known, before)

    def _insert(
        self,
        connection: Connection,
        new: list[NewItem],
        pictures: list[_Picture],
        rows: npt.NDArray[np.float32],
    ) -> list[int]:
        if not new:
            return []
        shard = vectors.write_shard(self.target.folder("vectors"), rows)
        ids = items.add(connection, new, source_id=self.source_id)
        vectors.record(connection, self.encoder_id, shard, ids)
        for item_id, picture in zip(ids, pictures, strict=True):
            thumb = self.target.thumb(item_id)
            thumb.parent.mkdir(exist_ok=True)
            picture.thumb.replace(thumb)
        self.report.added += len(ids)
        return ids

    def _settle(self, connection: Connection, step: _Step, known: dict[str, int], before: set[str]) -> None:
        """Duplicates get their further names, bad files their reasons, good ones leave the quarantine."""
        good = [(file, digest) for file, digest in step.files if digest in known]
        self.report.duplicates += len(good) - len(set(known) - before)
        names = {row.id: row.name for row in items.get_many(connection, list(known.values())).values()}
        aliases = [(known[digest], file.name) for file, digest in good if names[known[digest]] != file.name]
        items.add_aliases(connection, aliases)
        for file, _ in good:
            items.release(connection, str(file.path))
        bad = [
            BadFile(file.path, step.faults[digest].reason, step.faults[digest].way_out)
            for file, digest in step.files
            if digest not in known
        ]
        self._quarantine(connection, [*step.unread, *bad])
        counts = {"added": self.report.added, "duplicates": self.report.duplicates}
        counts["quarantined"] = len(self.report.quarantined)
        items.count_source(connection, self.source_id, found=sum(counts.values()), **counts)

    def _quarantine(self, connection: Connection, errors: list[BadFile]) -> None:
        for error in errors:
            items.quarantine(connection, str(error.path), error.reason, error.way_out, source_id=self.source_id)
        self.report.quarantined.extend(errors)


def _new(kind: str, file: FoundFile, digest: str) -> NewItem:
    return NewItem(kind, str(file.path), file.name, sha256=digest, bytes=file.path.stat().st_size)


def _kind(files: list[FoundFile]) -> str:
    return "video" if files[0].is_video else "image"


def _workers() -> int:
    return min(8, os.cpu_count() or 1)


def _digest(file: FoundFile) -> str | BadFile:
    try:
        return images.sha256(file.path)
    except OSError as error:
        return BadFile(file.path, f"cannot be read ({error.strerror})", "Check that it exists and may be read.")


def _need(frames: FrameSource | None, file: FoundFile) -> FrameSource:
    if frames is None:
        raise BadFile(file.path, "videos are not taken here", "Add it on the Segments page.")
    return frames


def _as_bad(path: Path, error: InputError) -> BadFile:
    """A stage above says its errors in sentences: the first is the reason, the rest the way out."""
    reason, _, way_out = str(error).partition(". ")
    return BadFile(path, reason.removeprefix(f"{path.name} ").rstrip("."), way_out or "Check the file.")


def _bits(a: str, b: str) -> int:
    return (int(a, 16) ^ int(b, 16)).bit_count()
