"""Labels out: as CSV, Parquet, or folders of images. Each is whole or not there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

import files
from errors import InputError
from labeling.categories import taxonomy_file
from labeling.exchange import image_folders
from labeling.exchange.formats.picture_files import explained
from naming import NONE_OF_THESE
from store.items.file_names import Names
from store.ledger import events, label_rows
from store.project import taxonomy
from store.workspace import Workspace
from written.csv_cells import csv_text

COLUMNS = ("file", "class", "source", "actor", "at", "confidence")


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

    Args:
        kind: `csv`, `parquet` or `folders` (the images copied into a folder a class). A file is replaced; so is a folder that
            an earlier export made, as a whole, and no other.
        negatives: what is not so as well, with a column `value` that says yes or no; not for folders.
        items: ids of the only items whose labels are written, None for all.

    Raises:
        InputError: an unknown format, or `out` cannot take it.
        StoreError: the disk refuses; what was there before stays.
    """
    frame = label_frame(workspace, negatives=negatives and kind != "folders")
    if items is not None:
        frame = frame[frame["item"].isin(items)]
    done = Exported(len(frame))
    table = frame.drop(columns="item")
    with explained(out):
        if kind == "csv":
            out.parent.mkdir(parents=True, exist_ok=True)
            files.write(out, csv_text(list(table.columns), table.itertuples(index=False, name=None)))
        elif kind == "parquet":
            out.parent.mkdir(parents=True, exist_ok=True)
            with files.replacing(out) as part:
                table.to_parquet(part, index=False)
        elif kind == "folders":
            written = image_folders.write(workspace, frame, out)
            done = Exported(written.pictures, written.missing, written.changed, written.frames)
        else:
            raise InputError(f"There is no export format {kind!r}. Use csv, parquet or folders.")
    return done


def label_frame(workspace: Workspace, *, negatives: bool = False) -> pd.DataFrame:
    """All labels of images that stand: file, class, source, actor, at, confidence, item (its id); one row a label, by file.

    An image that is none of the classes has a row too, whose class is `none of these`.

    Args:
        negatives: also those that say no; a column `value` tells which.
    """
    with workspace.read() as connection:
        tree = taxonomy.categories(connection, retired=True)
        labels = label_rows.by_item_name(connection, ("yes", "no", "unsure") if negatives else ("yes", "unsure"))
        names = Names(connection)
    of_images = {category.id for category in tree}
    labels = [label for label in labels if label.category_id in of_images]
    labels = [label for label in labels if events.answer(label.value, label.reason) != "unsure"]
    handles = {number: names.handle(number) for number in {label.item_id for label in labels}}
    short = taxonomy_file.short_names(tree)
    table = [
        (
            handles[label.item_id],
            NONE_OF_THESE if label.value == "unsure" else short[label.category_id],
            label.source,
            label.actor,
            label.at.isoformat(),
            label.confidence,
            "yes" if label.value == "unsure" else label.value,
            label.item_id,
        )
        for label in labels
    ]
    frame = pd.DataFrame(table, columns=[*COLUMNS, "value", "item"])
    return frame if negatives else frame.drop(columns="value")
