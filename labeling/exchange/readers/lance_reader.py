"""Labels of Lance as Sceneloop writes it: rows with the name of an image and a list of its labels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from errors import InputError
from labeling.exchange.formats import lance_table
from labeling.exchange.readers import json_entry
from labeling.exchange.readers.given_label import MACHINE, GivenLabel
from labeling.exchange.readers.json_entry import NOTHING, Entry

WANTED = ("file", "labels")


def read(path: Path) -> Iterator[GivenLabel]:
    """Labels of one dataset; no image is read.

    Raises:
        InputError: pylance is not installed, `path` is no dataset with these columns, or a row is broken.
    """
    lance = lance_table.loaded()
    if not path.is_dir():
        raise InputError(f"{path.name} is no folder, as a Lance dataset is. {NOTHING}")
    number = 0
    try:
        dataset = lance.dataset(str(path))
        names = dataset.schema.names
        missing = [f"`{name}`" for name in WANTED if name not in names]
        if missing:
            raise InputError(f"{path.name} has no column {' and no column '.join(missing)}. {NOTHING}")
        batches = dataset.to_batches(columns=[*WANTED, *(["sha256"] if "sha256" in names else [])])
        for batch in batches:
            for fields in batch.to_pylist():
                number += 1
                yield from _labels(Entry(f"{path.name}, row {number}", fields))
    except (OSError, ValueError, pa.ArrowException) as error:
        raise InputError(f"{path.name} cannot be read ({lance_table.reason(error)}). {NOTHING}") from error


def _labels(row: Entry) -> Iterator[GivenLabel]:
    file, digest = row.text("file"), row.text_or("sha256")
    for one in json_entry.entries_of(row.fields.get("labels"), row.place, "label", what="`labels`"):
        score = one.fields.get("confidence")
        confidence = float(score) if isinstance(score, int | float) and 0 <= score <= 1 else None
        proposed = one.text_or("source") in MACHINE
        yield GivenLabel(one.place, (file,), digest, one.text_or("facet"), (one.text("class"),), proposed, confidence)
