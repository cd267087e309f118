"""Lance: `images.lance`, a row an image with its bytes, its vector and all its labels, and `classes.lance`, the tree.

Only the package pylance writes and reads it. It is there with the extra alone, and loaded when it is needed.
Lance names its files at random and notes the time, so the same workspace gives the same rows, not the same bytes.
"""

from __future__ import annotations

import datetime as dt
import importlib
import importlib.util
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from errors import InputError, StoreError
from labeling.exchange.formats.label_set import Images, LabelSet, Picture
from labeling.exchange.formats.notices import Carries, Extent
from labeling.exchange.formats.picture_files import picture_bytes

CARRIES = Carries(tree=True, confidence=Extent.ALL, origin=Extent.ALL, none=True)
IMAGES, CLASSES = "images.lance", "classes.lance"
VERSION = "2.2"  # of Lance's files: the first that keeps images beside the columns, to be read one by one
MISSING = "Lance needs the extra: install it with `pip install 'sceneloop[lance]'`."
ROWS = 64  # images in memory at a time

LABEL = pa.struct(
    [
        pa.field("facet", pa.string()), pa.field("class", pa.string()), pa.field("class_id", pa.int64()),
        pa.field("source", pa.string()), pa.field("actor", pa.string()), pa.field("at", pa.timestamp("us", "UTC")),
        pa.field("confidence", pa.float64()), pa.field("model", pa.string()),
    ]
)  # fmt: skip
PLAIN = pa.schema(
    [
        pa.field("id", pa.int64()), pa.field("file", pa.string()), pa.field("sha256", pa.string()), pa.field("split", pa.string()),
        pa.field("width", pa.int32()), pa.field("height", pa.int32()), pa.field("label", pa.string()),
        pa.field("labels", pa.list_(LABEL)),
    ]
)  # fmt: skip
CLASS = pa.schema(
    [
        pa.field("id", pa.int64()), pa.field("name", pa.string()), pa.field("parent", pa.string()),
        pa.field("facet", pa.string()), pa.field("color", pa.string()),
    ]
)  # fmt: skip


def fault() -> str | None:
    """What to do where the package is not there, or None where it is."""
    return None if importlib.util.find_spec("lance") else MISSING


def loaded() -> ModuleType:
    """The module `lance`.

    Raises:
        InputError: it is not installed.
    """
    unfit = fault()
    if unfit is not None:
        raise InputError(unfit)
    return importlib.import_module("lance")


def reason(error: Exception) -> str:
    """What an error of Lance says, without the place in its sources that it ends with."""
    return str(error).partition(", /")[0].partition("\n")[0].rstrip(". ")


def write(given: LabelSet, folder: Path) -> None:
    """Write both datasets.

    Raises:
        InputError: pylance is not installed.
        StoreError: a picture went or was written to since it was looked at.
        OSError: the disk refuses.
    """
    lance = loaded()
    table = _Table(lance, given)
    _put(lance, folder / IMAGES, table.schema, table.batches())
    classes = [
        {"id": one.id, "name": one.name, "parent": one.parent or None, "facet": one.facet, "color": one.color}
        for one in given.classes
    ]
    _put(lance, folder / CLASSES, CLASS, iter([pa.RecordBatch.from_pylist(classes, CLASS)]))


def _put(lance: ModuleType, path: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
    """Write one dataset. Lance words what stops `batches` as an error of its own, so that is kept and raised instead."""
    stopped: list[StoreError | OSError] = []

    def watched() -> Iterator[pa.RecordBatch]:
        try:
            yield from batches
        except (StoreError, OSError) as error:
            stopped.append(error)
            raise

    reader = pa.RecordBatchReader.from_batches(schema, watched())
    try:
        lance.write_dataset(reader, str(path), schema, data_storage_version=VERSION)
    except OSError as error:
        if stopped:
            raise stopped[0] from error
        raise OSError(reason(error)) from error


class _Table:
    """The rows of `images.lance`, some at a time."""

    def __init__(self, lance: ModuleType, given: LabelSet) -> None:
        self._lance, self._given = lance, given
        self._vectors = _Vectors(given) if given.vectors else None
        self._with_images = given.images is not Images.NONE
        fields = list(PLAIN)
        if self._vectors:
            fields.append(pa.field("vector", self._vectors.type))
        if self._with_images:
            fields.append(lance.blob_field("image"))
        self.schema = pa.schema(fields, _about(given))

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All pictures in their order."""
        for start in range(0, len(self._given.pictures), ROWS):
            pictures = self._given.pictures[start : start + ROWS]
            columns = pa.RecordBatch.from_pylist([_row(self._given, one) for one in pictures], PLAIN).columns
            if self._vectors:
                columns.append(self._vectors.of(pictures))
            if self._with_images:
                columns.append(self._lance.blob_array([_content(one) for one in pictures]))
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema)


def _about(given: LabelSet) -> dict[str, str]:
    about = {"sceneloop.title": given.title}
    if given.vectors:
        about |= {"sceneloop.encoder": given.vectors.encoder, "sceneloop.fingerprint": given.vectors.fingerprint}
    return about


def _row(given: LabelSet, picture: Picture) -> dict[str, object]:
    single = given.single(picture)
    labels = [
        {
            "facet": answer.facet, "class": answer.name, "class_id": answer.category.id if answer.category else None,
            "source": answer.source, "actor": answer.actor, "at": dt.datetime.fromisoformat(answer.at),
            "confidence": answer.confidence, "model": answer.model or None,
        }
        for answer in picture.answers
    ]  # fmt: skip
    return {
        "id": picture.id, "file": picture.name, "sha256": picture.sha256, "split": picture.split,
        "width": picture.width, "height": picture.height, "label": single.name if single else None, "labels": labels,
    }  # fmt: skip


def _content(picture: Picture) -> bytes:
    with picture_bytes(picture) as file:
        return file.read()


class _Vectors:
    """Vectors by item: a column of lists of a fixed length, empty where an item has no vector."""

    def __init__(self, given: LabelSet) -> None:
        assert given.vectors is not None
        self._ids, self._rows = given.vectors.read()
        order = np.argsort(self._ids, kind="stable")
        self._ids, self._order = self._ids[order], order
        self.type = pa.list_(pa.float16(), given.vectors.dim)

    def of(self, pictures: Iterable[Picture]) -> pa.Array:
        """The vectors of some pictures."""
        wanted = np.fromiter((picture.id for picture in pictures), np.int64)
        place = np.searchsorted(self._ids, wanted)
        there = place < len(self._ids)
        there[there] = self._ids[place[there]] == wanted[there]
        rows: npt.NDArray[np.float16] = np.zeros((len(wanted), self.type.list_size), np.float16)
        rows[there] = self._rows[self._order[place[there]]]
        return pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel()), type=self.type, mask=pa.array(~there))
