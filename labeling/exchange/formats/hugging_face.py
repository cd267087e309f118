"""Hugging Face ImageFolder: a folder a split with `metadata.parquet`, whose schema names the classes in order of their ids.

The column `label` is the main facet as a ClassLabel; each other facet has a column of its name, an open one a list. Parquet, not
JSON: where a split has no tag at all, `datasets` would guess another type for it than for the others, and refuse the whole.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from labeling.exchange.formats.label_set import FacetEntry, LabelSet, Picture
from labeling.exchange.formats.notices import Carries, Extent
from labeling.exchange.formats.picture_files import put

CARRIES = Carries(confidence=Extent.MAIN, origin=Extent.MAIN)
SPLITS = {"train": "train", "val": "validation", "test": "test"}
ORIGIN = ("source", "actor", "at")
RESERVED = {"image", "label", "file", "file_name", "sha256", "confidence", "id", *ORIGIN}
TABLE = "metadata.parquet"


def write(given: LabelSet, folder: Path) -> None:
    """Write all splits, and a card."""
    columns = column_names([facet.name for facet in given.facets], given.main.name if given.main else "")
    facets = {columns[facet.name]: facet for facet in given.facets}
    schema = _schema(given, facets)
    places = {entry.id: place for facet in given.facets for place, entry in enumerate(given.classes_of(facet.name))}
    for split, pictures in given.splits():
        part = folder / SPLITS[split]
        part.mkdir()
        put(given, pictures, part)
        rows = [_row(given, picture, facets, places) for picture in pictures]
        parquet.write_table(pa.Table.from_pylist(rows, schema), part / TABLE)
    text = f"# {given.title}\n\n{len(given.pictures)} labelled images, exported from Sceneloop.\n"
    (folder / "README.md").write_text(text, encoding="utf-8")


def column_names(facets: list[str], main: str) -> dict[str, str]:
    """A column for each facet by its name; no two alike, and none that means something else."""
    taken = set(RESERVED)
    columns = {}
    for facet in facets:
        name = "label" if facet == main else re.sub(r"\W+", "_", facet).strip("_") or "facet"
        while name in taken and facet != main:
            name += "_"
        taken.add(name)
        columns[facet] = name
    return columns


def _schema(given: LabelSet, facets: dict[str, FacetEntry]) -> pa.Schema:
    """Columns for Arrow, and beside them what `datasets` calls features."""
    fields = [pa.field(name, pa.string()) for name in ("file_name", "file", "sha256")]
    features: dict[str, object] = {field.name: {"dtype": "string", "_type": "Value"} for field in fields}
    for name, facet in facets.items():
        label = {"names": [entry.name for entry in given.classes_of(facet.name)], "_type": "ClassLabel"}
        fields.append(pa.field(name, pa.int64() if facet.exclusive else pa.list_(pa.int64())))
        features[name] = label if facet.exclusive else {"feature": label, "_type": "Sequence"}
    fields.append(pa.field("confidence", pa.float64()))
    features["confidence"] = {"dtype": "float64", "_type": "Value"}
    fields += [pa.field(name, pa.string()) for name in ORIGIN]
    features |= {name: {"dtype": "string", "_type": "Value"} for name in ORIGIN}
    return pa.schema(fields, {"huggingface": json.dumps({"info": {"features": features}}, ensure_ascii=False)})


def _row(given: LabelSet, picture: Picture, facets: dict[str, FacetEntry], places: dict[int, int]) -> dict[str, object]:
    row: dict[str, object] = {"file_name": picture.place, "file": picture.name, "sha256": picture.sha256}
    for name, facet in facets.items():
        labels = [places[answer.category.id] for answer in picture.of(facet.name) if answer.category is not None]
        row[name] = (labels[0] if labels else None) if facet.exclusive else labels
    main = next((a for a in picture.of(given.main.name) if a.category is not None), None) if given.main else None
    row["confidence"] = main.confidence if main else None
    return row | {key: getattr(main, key) if main else None for key in ORIGIN}
