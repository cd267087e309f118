"""Pictures of files that a GPU decodes; only thumbnails come back from there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

from embedding.encoders.batches import cores, ordered
from embedding.encoders.gpu_reader import Decoded, GpuReader, in_processes
from embedding.encoders.preprocess import Preprocessing
from embedding.ingest import new_items
from embedding.ingest.new_items import Picture, PictureMaker
from embedding.pictures import gpu_jpeg
from embedding.pictures.file_walk import FoundFile
from embedding.pictures.images import BadFile
from store.items.item_rows import ItemRow


def pictures(gpu: GpuReader, maker: PictureMaker, fresh: Mapping[str, FoundFile]) -> Iterator[Picture | BadFile]:
    """The pictures of image files by digest, in their order, or what is wrong with each."""
    pairs = list(zip(fresh.items(), gpu.read([file.path for file in fresh.values()]), strict=True))
    apart = replace(maker, fit=gpu.shape.fit_array)  # can be sent to another process
    rest = in_processes([pair for pair, decoded in pairs if decoded is None], apart.of_file)
    ready = ordered(pairs, lambda one: _picture(gpu, maker, *one), cores())
    yield from (next(rest) if result is None else result for result in ready)


def _picture(
    gpu: GpuReader, maker: PictureMaker, pair: tuple[str, FoundFile], decoded: Decoded | BadFile | None
) -> Picture | BadFile | None:
    if not isinstance(decoded, Decoded):
        return decoded
    digest, file = pair
    try:
        new = new_items.checked(file, digest, decoded.file.sha256, decoded.file.header)
    except BadFile as error:
        return error
    return maker.picture(new, gpu_jpeg.small(decoded.pixels), digest, gpu.shape.fit(decoded.pixels))


def inputs(gpu: GpuReader, rows: Sequence[ItemRow], side: int) -> list[torch.Tensor | BadFile]:
    """The model's input of image items, uint8 [3, H, W], only where their bytes are those that were added; `side` as `images.read`."""
    decoded = gpu.read([Path(row.path) for row in rows])
    others = [row for row, result in zip(rows, decoded, strict=True) if result is None]
    rest = in_processes(others, partial(fitted, gpu.shape, side))
    return [
        next(rest) if result is None else _input(gpu, row, result) for row, result in zip(rows, decoded, strict=True)
    ]


def _input(gpu: GpuReader, row: ItemRow, decoded: Decoded | BadFile) -> torch.Tensor | BadFile:
    if not isinstance(decoded, Decoded):
        return decoded
    return gpu.shape.fit(decoded.pixels) if decoded.file.sha256 == row.sha256 else new_items.changed(row.path)


def fitted(shape: Preprocessing, side: int, row: ItemRow) -> torch.Tensor | BadFile:
    """As `inputs`, of one item, on the processor."""
    try:
        return shape.fit_array(new_items.added(row, side).pixels)
    except BadFile as error:
        return error
