"""Pictures of files that a GPU decodes; only thumbnails come back from there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import torch

from embedding.encoders.gpu_reader import Decoded, GpuReader
from embedding.encoders.preprocess import Preprocessing
from embedding.ingest import new_items
from embedding.ingest.new_items import Picture, PictureMaker
from embedding.pictures import gpu_jpeg
from embedding.pictures.file_walk import FoundFile
from embedding.pictures.images import BadFile
from store.blobs import blob
from store.items.item_rows import ItemRow


def pictures(gpu: GpuReader, maker: PictureMaker, fresh: Mapping[str, FoundFile]) -> Iterator[Picture | BadFile]:
    """The pictures of image files by digest, in their order, or what is wrong with each."""
    apart = replace(maker, fit=gpu.shape.fit_array)  # can be sent to another process

    def picture(pair: tuple[str, FoundFile], decoded: Decoded) -> Picture | BadFile:
        digest, file = pair
        try:
            new = new_items.checked(file, digest, decoded.file.sha256, decoded.file.header)
        except BadFile as error:
            return error
        return maker.picture(new, gpu_jpeg.small(decoded.pixels), digest, gpu.shape.fit(decoded.pixels))

    return gpu.each(list(fresh.items()), [file.path for file in fresh.values()], picture, apart.of_file)


def inputs(gpu: GpuReader, rows: Sequence[ItemRow], side: int) -> list[torch.Tensor | BadFile]:
    """The model's input of image items, uint8 [3, H, W], only where their bytes are those that were added; `side` as `images.read`."""

    def used(row: ItemRow, decoded: Decoded) -> torch.Tensor | BadFile:
        return gpu.shape.fit(decoded.pixels) if decoded.file.sha256 == row.sha256 else new_items.changed(row.path)

    return list(gpu.each(rows, [blob.named(row.path) for row in rows], used, partial(fitted, gpu.shape, side)))


def fitted(shape: Preprocessing, side: int, row: ItemRow) -> torch.Tensor | BadFile:
    """As `inputs`, of one item, on the processor."""
    try:
        return shape.fit_array(new_items.added(row, side).pixels)
    except BadFile as error:
        return error
