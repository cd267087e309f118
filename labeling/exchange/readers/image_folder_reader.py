"""Labels of a Hugging Face ImageFolder: a table `metadata` with `file_name` and `label`, `labels` or columns of facets.

The table is Parquet, JSON lines or CSV. Numbers are looked up in the schema of a Parquet table, else in the card beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from errors import InputError
from labeling.exchange.label_import import read_csv
from labeling.exchange.readers import json_entry
from labeling.exchange.readers.given_label import MACHINE, GivenLabel
from labeling.exchange.readers.json_entry import NOTHING, Entry
from written import yaml_text
from written.node import Node

PLAIN = {"label": "", "labels": ""}
Names = dict[str, list[str]]  # of classes, by column


def read(path: Path, columns: Mapping[str, str] = PLAIN) -> Iterator[GivenLabel]:
    """Labels of one table.

    Args:
        columns: those to read, and the name of the facet of each, "" where it is not known.

    Raises:
        InputError: a row is broken.
    """
    numbered = cache(lambda: _schema_names(path) if path.suffix == ".parquet" else _card_names(path))
    for row in _rows(path):
        file = row.text("file_name")
        files = tuple(dict.fromkeys((row.text_or("file", file), file)))
        proposed = row.text_or("source") in MACHINE
        for column, facet in columns.items():
            for value in _values(row, column):
                name = _name(row, column, value, numbered)
                yield GivenLabel(row.place, files, row.text_or("sha256"), facet, (name,), proposed and column in PLAIN)


def _rows(path: Path) -> Iterator[Entry]:
    if path.suffix == ".csv":
        for line, cells in read_csv(path, ("file_name",)):
            yield Entry(f"{path.name}, line {line}", dict(cells))
    elif path.suffix == ".parquet":
        yield from _parquet_rows(path)
    else:
        for line, content in enumerate(json_entry.text(path).split("\n"), start=1):
            if content.strip():
                place = f"{path.name}, line {line}"
                yield json_entry.entry_of(json_entry.parsed(content, place), place)


def _parquet_rows(path: Path) -> Iterator[Entry]:
    try:
        with parquet.ParquetFile(path) as table:
            number = 0
            for batch in table.iter_batches():
                for fields in batch.to_pylist():
                    number += 1
                    yield Entry(f"{path.name}, row {number}", fields)
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{path.name} cannot be read ({error}). {NOTHING}") from error


def _values(row: Entry, column: str) -> list[object]:
    value = row.fields.get(column)
    values = value if isinstance(value, list) else [value]
    return [one for one in values if one is not None and one not in ("", -1)]


def _name(row: Entry, column: str, value: object, numbered: Callable[[], Names]) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        known = numbered().get(column, [])
        if 0 <= value < len(known):
            return known[value]
    raise row.refuse(
        f"`{column}` holds {value!r}, which is neither a name nor the number of a class that the schema or the card names"
    )


def _schema_names(path: Path) -> Names:
    """Of the features that `datasets` keeps in the schema of a table; none where there are none."""
    try:
        features = json.loads((parquet.read_schema(path).metadata or {})[b"huggingface"])["info"]["features"]
        named = {column: kind.get("feature", kind).get("names") for column, kind in features.items()}
    except (KeyError, ValueError, TypeError, AttributeError):
        return {}
    return {column: [str(name) for name in names] for column, names in named.items() if isinstance(names, list)}


def _card_names(path: Path) -> Names:
    """Of the card; none where there is no card, or where it says nothing of them.

    Raises:
        InputError: the head of the card is not YAML.
    """
    for card in (path.parent / "README.md", path.parent.parent / "README.md"):
        head = json_entry.text(card).split("---\n") if card.is_file() else []
        if len(head) > 2:
            features = _inner(_inner(yaml_text.parse(head[1], card.name), "dataset_info"), "features")
            rows = features.value if features is not None and isinstance(features.value, list) else []
            return {str(name.value): _class_names(row) for row in rows if (name := _inner(row, "name")) is not None}
    return {}


def _class_names(feature: Node) -> list[str]:
    kind = next((node for key in ("dtype", "list", "sequence") if (node := _inner(feature, key)) is not None), None)
    names = _inner(_inner(kind, "class_label"), "names")
    return [str(node.value) for node in names.value.values()] if names and isinstance(names.value, dict) else []


def _inner(node: Node | None, key: str) -> Node | None:
    return node.value.get(key) if node is not None and isinstance(node.value, dict) else None
