"""Croissant 1.0: `metadata.json` about `labels.parquet` and the images in `images`, with checksums and relative paths."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from labeling.exchange.formats.label_set import Images, LabelSet, Picture
from labeling.exchange.formats.notices import Carries, Extent
from labeling.exchange.formats.picture_files import put, write_json

CARRIES = Carries(confidence=Extent.ALL, origin=Extent.ALL, none=True)
COLUMNS = {
    "image": ("sc:Text", "Path of the image below the folder images."),
    "file": ("sc:Text", "Name of the image in the workspace."),
    "sha256": ("sc:Text", "Digest of the image."),
    "split": ("sc:Text", "train, val or test."),
    "facet": ("sc:Text", "The question that the class answers."),
    "class": ("sc:Text", "The class; classes within classes as parent/child."),
    "class_id": ("sc:Integer", "The class's id, for life; 0 where none of the classes fits."),
    "source": ("sc:Text", "human, neighbour, import, head or zero_shot."),
    "actor": ("sc:Text", "Who labelled it."),
    "at": ("sc:Text", "When, ISO 8601 in UTC."),
    "confidence": ("sc:Float", "From 0 to 1; absent where there is none."),
}
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases",
    "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isEnumeration": "cr:isEnumeration",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
    "rai": "http://mlcommons.org/croissant/RAI/",
}


TYPES = {"sc:Text": pa.string(), "sc:Integer": pa.int64(), "sc:Float": pa.float64()}


def write(given: LabelSet, folder: Path) -> None:
    """Write table, images and description. The table keeps its types: a class `007` stays a text."""
    rows = [row for picture in given.pictures for row in _rows(picture)]
    schema = pa.schema([(name, TYPES[kind]) for name, (kind, _) in COLUMNS.items()])
    table = folder / "labels.parquet"
    parquet.write_table(pa.Table.from_pylist(rows, schema), table)
    put(given, given.pictures, folder / "images")
    write_json(folder / "metadata.json", _description(given, hashlib.sha256(table.read_bytes()).hexdigest()))


def _rows(picture: Picture) -> list[dict[str, object]]:
    return [
        {
            "image": picture.place, "file": picture.name, "sha256": picture.sha256, "split": picture.split,
            "facet": answer.facet, "class": answer.name, "class_id": 0 if answer.category is None else answer.category.id,
            "source": answer.source, "actor": answer.actor, "at": answer.at, "confidence": answer.confidence,
        }
        for answer in picture.answers
    ]  # fmt: skip


def _description(given: LabelSet, sha256: str) -> dict[str, object]:
    files: list[dict[str, object]] = [
        {
            "@type": "cr:FileObject", "@id": "labels.parquet", "name": "labels.parquet", "contentUrl": "labels.parquet",
            "encodingFormat": "application/x-parquet", "sha256": sha256,
        }
    ]  # fmt: skip
    if given.images is not Images.NONE:
        files.append(
            {
                "@type": "cr:FileSet", "@id": "images", "name": "images", "encodingFormat": "image/*",
                "includes": "images/**",
            }
        )  # fmt: skip
    newest = max((answer.at for answer in given.answers()), default="")
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": given.title,
        "description": f"{len(given.pictures)} labelled images, exported from Sceneloop.",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        **({"datePublished": newest} if newest else {}),
        "distribution": files,
        "recordSet": [{"@type": "cr:RecordSet", "@id": "labels", "name": "labels", "field": _fields()}],
    }


def _fields() -> list[dict[str, object]]:
    return [
        {
            "@type": "cr:Field", "@id": f"labels/{name}", "name": name, "description": text, "dataType": kind,
            "source": {"fileObject": {"@id": "labels.parquet"}, "extract": {"column": name}},
        }
        for name, (kind, text) in COLUMNS.items()
    ]  # fmt: skip
