"""Labels out: as CSV, Parquet, or folders of images. Each is whole or not there."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

import pandas as pd
import pyarrow
from pyarrow.parquet import ParquetWriter

import files
from errors import InputError
from labeling.categories import taxonomy_file
from labeling.exchange import image_folders
from labeling.exchange.formats.picture_files import explained
from naming import NONE_OF_THESE
from store.items.distinct_names import DistinctNames
from store.ledger import events, label_rows
from store.ledger.label_rows import StandingLabel
from store.project import taxonomy
from store.workspace import Workspace
from written.csv_cells import csv_lines

COLUMNS = ("file", "class", "source", "actor", "at", "confidence")
ROW_GROUP = 50_000  # rows of a Parquet file that are held and written at once
_Row = tuple[str, str, str, str, str, float | None, str, int]  # of COLUMNS, then yes or no, and the item


@dataclass
class Exported:
    """What was written.

    Attributes:
        labels: rows of the file, or pictures copied.
        missing: items without a picture in the folders, for their file is gone.
        changed: likewise, for other bytes lie where their file was.
        frames: likewise, for they are frames of videos and have no file of their own.
    """

    labels: int = 0
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)


def export(
    workspace: Workspace, kind: str, out: Path, *, negatives: bool = False, items: frozenset[int] | None = None
) -> Exported:
    """Write all labels, one row a label; `file` names each item so that it is read back as that very item.

    A table is written in a memory that does not grow with it, of what stood when it began.

    Args:
        kind: `csv`, `parquet` or `folders` (the images copied into a folder a class). A file is replaced; so is a folder that
            an earlier export made, as a whole, and no other.
        negatives: what is not so as well, with a column `value` that says yes or no; not for folders.
        items: ids of the only items whose labels are written, None for all.

    Raises:
        InputError: an unknown format, or `out` cannot take it.
        StoreError: the disk refuses; what was there before stays.
    """
    if kind == "folders":
        frame = label_frame(workspace)
        if items is not None:
            frame = frame[frame["item"].isin(items)]
        with explained(out):
            copied = image_folders.write(workspace, frame, out)
        return Exported(copied.pictures, copied.missing, copied.changed, copied.frames)
    if kind not in _WRITERS:
        raise InputError(f"There is no export format {kind!r}. Use csv, parquet or folders.")
    done = Exported()
    with explained(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        with files.replacing(out) as part, closing(_batches(workspace, negatives=negatives, items=items)) as batches:
            done.labels = _WRITERS[kind](part, COLUMNS if not negatives else (*COLUMNS, "value"), batches)
    return done


def label_frame(workspace: Workspace, *, negatives: bool = False) -> pd.DataFrame:
    """All labels of images that stand: file, class, source, actor, at, confidence, item (its id); one row a label, by file.

    An image that is none of the classes has a row too, whose class is `none of these`.

    Args:
        negatives: also those that say no; a column `value` tells which.
    """
    rows = [row for batch in _batches(workspace, negatives=negatives, items=None) for row in batch]
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "value", "item"])
    return frame if negatives else frame.drop(columns="value")


def _batches(workspace: Workspace, *, negatives: bool, items: frozenset[int] | None) -> Generator[list[_Row]]:
    """The rows of `label_frame` as they stand at one moment, some thousands at a time: none is held that was given."""
    values = ("yes", "no", "unsure") if negatives else ("yes", "unsure")
    with workspace.read() as connection, DistinctNames(connection) as names:
        tree = taxonomy.categories(connection, retired=True)
        short = taxonomy_file.short_names(tree)
        for labels in label_rows.batches_by_item_name(connection, values):
            chosen = [
                label
                for label in labels
                if label.category_id in short
                and (items is None or label.item_id in items)
                and events.answer(label.value, label.reason) != "unsure"
            ]
            handles = names.of([label.item_id for label in chosen])
            yield [_row(label, handles[label.item_id], short[label.category_id]) for label in chosen]


def _row(label: StandingLabel, file: str, category: str) -> _Row:
    none = label.value == "unsure"
    return (
        file, NONE_OF_THESE if none else category, label.source, label.actor, label.at.isoformat(), label.confidence,
        "yes" if none else label.value, label.item_id,
    )  # fmt: skip


def _write_csv(part: Path, columns: Sequence[str], batches: Iterable[list[_Row]]) -> int:
    """Write a batch at a time; returns the number of rows."""
    count = 0
    with part.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines([columns]))
        for batch in batches:
            file.writelines(csv_lines(row[: len(columns)] for row in batch))
            count += len(batch)
    return count


def _write_parquet(part: Path, columns: Sequence[str], batches: Iterable[list[_Row]]) -> int:
    """Write in groups of ROW_GROUP rows, of which one is held at a time; returns the number of rows."""
    sample = pd.DataFrame([[0.0 if name == "confidence" else "" for name in columns]], columns=list(columns))
    schema = pyarrow.Schema.from_pandas(sample, preserve_index=False)
    count = 0
    with ParquetWriter(part, schema) as writer:
        for rows in _groups(batches):
            values = [
                pyarrow.array(column, one.type) for column, one in zip(zip(*rows, strict=True), schema, strict=False)
            ]
            writer.write_table(pyarrow.Table.from_arrays(values, schema=schema), row_group_size=ROW_GROUP)
            count += len(rows)
    return count


def _groups(batches: Iterable[list[_Row]]) -> Iterator[list[_Row]]:
    """The same rows in lists of ROW_GROUP, the last one shorter."""
    rows = chain.from_iterable(batches)
    while group := list(islice(rows, ROW_GROUP)):
        yield group


_WRITERS = {"csv": _write_csv, "parquet": _write_parquet}
