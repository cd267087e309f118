"""From a file to what the model and the store need of it: input, thumbnail, perceptual hash, an item without an id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

import files
import reading
from embedding.encoders.batches import cores, ordered
from embedding.encoders.interface import Encoder
from embedding.pictures import images
from embedding.pictures.file_walk import FoundFile
from embedding.pictures.images import BadFile, Opened
from errors import AppError, InputError, StoreError
from reading import File
from store.blobs import blob, held_copy
from store.blobs.blob import Blob
from store.blobs.held_copy import HeldCopy
from store.items.item_rows import ItemRow
from store.items.items import FRAMES, NewItem

if TYPE_CHECKING:
    import torch

Frame = npt.NDArray[np.uint8]
FrameSource = Callable[[File], Iterable[tuple[float, Frame]]]
"""Stills of a video: (seconds, uint8 RGB [h, w, 3]) in the order of time; `InputError` for an unusable file."""


@dataclass(frozen=True)
class Picture:
    """A decoded picture: the item to be, the model's input uint8 [3, H, W], and a staged thumbnail."""

    new: NewItem
    fitted: torch.Tensor
    thumb: Path


@dataclass(frozen=True)
class PictureMaker:
    """Makes pictures of decoded pixels.

    Attributes:
        fit: uint8 [h, w, 3] -> the model's input, uint8 [3, H, W].
        side: as `images.read`.
        staging: folder for thumbnails that have no id yet.
    """

    fit: Callable[[Frame], torch.Tensor]
    side: int
    staging: Path

    def of_file(self, pair: tuple[str, FoundFile]) -> Picture | BadFile:
        """The picture of an image file with its digest, or what is wrong with it."""
        digest, file = pair
        try:
            opened = images.read(file.path, self.side)
            return self.picture(checked(file, digest, opened.sha256, opened.header), opened.pixels, digest)
        except BadFile as error:
            return error

    def picture(self, new: NewItem, pixels: Frame, key: str, fitted: torch.Tensor | None = None) -> Picture:
        """A picture of upright pixels uint8 [h, w, 3]; `fitted` where they were brought to the model's size already.

        Raises:
            StoreError: the thumbnail cannot be written.
        """
        thumb = self.staging / f"{key}.webp"
        try:
            phash = images.perceptual_hash(images.thumbnail(pixels, thumb))
        except OSError as error:
            raise StoreError(
                f"{self.staging} cannot be written ({error.strerror}). {files.remedy(error)}, then run it again: what was "
                "added is kept."
            ) from error
        return Picture(replace(new, phash=phash), self.fit(pixels) if fitted is None else fitted, thumb)


@dataclass(frozen=True)
class Workbench:
    """Where pictures are made ready.

    Attributes:
        encoder: for its input size.
        staging: folder for thumbnails that have no id yet.
        alike_bits: a still whose perceptual hash differs from the one before in no more bits is left out.
    """

    encoder: Encoder
    staging: Path
    alike_bits: int

    def images(self, fresh: Mapping[str, FoundFile]) -> Iterator[Picture | BadFile]:
        """The pictures of image files by digest, in their order, or what is wrong with each."""
        maker = PictureMaker(self.encoder.fit, images.decoded_side(self.encoder.image_size), self.staging)
        if self.encoder.gpu is None:
            return ordered(fresh.items(), maker.of_file, cores())
        from embedding.ingest import gpu_pictures  # with torch

        return gpu_pictures.pictures(self.encoder.gpu, maker, fresh)

    def stills(self, file: FoundFile, digest: str, frames: FrameSource | None) -> list[Picture] | BadFile:
        """The stills of a video, without those that look like the one before, or what is wrong with it."""
        if frames is None:
            return BadFile(file.path, "videos are not taken here", "Add it on the Segments page.")
        pictures: list[Picture] = []
        maker = PictureMaker(self.encoder.fit, 0, self.staging)
        try:
            for number, (time_s, pixels) in enumerate(frames(file.path)):
                height, width = pixels.shape[:2]
                name = f"{file.name}#t={time_s:.3f}"
                new = NewItem("frame", str(file.path), name, time_s=time_s, width=width, height=height)
                picture = maker.picture(new, pixels, f"{digest}-{number}")
                if not pictures or self._differs(pictures[-1], picture):
                    pictures.append(picture)
        except InputError as error:
            return error if isinstance(error, BadFile) else _as_bad(file.path, error)
        except AppError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a decoder raises, it is this file's fault alone
            what = " ".join(str(error).split())[:160] or type(error).__name__
            return BadFile(file.path, f"the video data is damaged ({what})", "Convert it to MP4 and add it again.")
        return pictures

    def _differs(self, a: Picture, b: Picture) -> bool:
        bits = int(a.new.phash or "0", 16) ^ int(b.new.phash or "0", 16)
        return bits.bit_count() > self.alike_bits


def at_hand(file: FoundFile, folder: Path) -> tuple[FoundFile, str] | BadFile:
    """A file with the sha256 of its bytes, or what is wrong with it. An object is copied into a folder, so that it is read from there.

    Raises:
        InputError: an object lies in no bucket that may be read. StoreError: its store does not answer.
    """
    try:
        if isinstance(file.path, Blob):
            copy = held_copy.hold(file.path, folder)
            return replace(file, path=copy), copy.sha256
        return file, images.sha256(file.path)
    except OSError as error:
        return _unread(file, error)


def let_go(files: Iterable[FoundFile]) -> None:
    """Delete the copies of objects."""
    for file in files:
        if isinstance(file.path, HeldCopy):
            file.path.copy.unlink(missing_ok=True)


def new_item(kind: str, file: FoundFile, sha256: str) -> NewItem:
    """The item of a file, before it has an id.

    Raises:
        BadFile: it is gone.
    """
    try:
        there = reading.stamp(file.path)
    except OSError as error:
        raise _unread(file, error) from error
    return NewItem(
        kind, str(file.path), file.name, sha256=sha256, bytes=there.size, mtime_ns=there.mtime_ns, etag=there.etag
    )


def checked(file: FoundFile, digest: str, decoded: str, header: images.Header) -> NewItem:
    """The item of an image file; `digest` of the bytes that were hashed, `decoded` of those that were decoded.

    Raises:
        BadFile: they are not the same, or it is gone.
    """
    if decoded != digest:
        raise BadFile(file.path, "it was written to while it was added", "Add it again when that has ended.")
    item = new_item("image", file, digest)
    return replace(item, width=header.width, height=header.height, meta=frames_of(header))


def frames_of(header: images.Header) -> dict[str, int]:
    """What is noted of a picture of which only the first page or moment is used."""
    return {FRAMES: header.frames} if header.frames > 1 else {}


def _unread(file: FoundFile, error: OSError) -> BadFile:
    return BadFile(file.path, f"cannot be read ({error.strerror})", "Check that it exists and may be read.")


def added(row: ItemRow, side: int) -> Opened:
    """The picture of an image item, only if its bytes are those that were added.

    Args:
        side: as `images.read`.

    Raises:
        BadFile: it cannot be read, or other bytes lie at its path now.
    """
    opened = images.read(blob.named(row.path), side)
    if opened.sha256 != row.sha256:
        raise changed(row.path)
    return opened


def changed(path: str) -> BadFile:
    """What is said of a file that holds other bytes than those that were added."""
    return BadFile(path, "the file was changed since it was added", "Put it back, or add the folder again.")


def _as_bad(path: File, error: InputError) -> BadFile:
    """A stage above says its errors in sentences: the first is the reason, the rest the way out."""
    reason, _, way_out = str(error).partition(". ")
    return BadFile(path, reason.removeprefix(f"{path.name} ").rstrip("."), way_out or "Check the file.")
