"""WebDataset: shards of `KEY.jpg` and `KEY.json`, keys without dots or folders."""

from __future__ import annotations

import io
import json
import os
import tarfile
from pathlib import Path, PurePosixPath

from labeling.exchange.formats.label_set import LabelSet, Picture
from labeling.exchange.formats.notices import Carries, Extent
from labeling.exchange.formats.picture_files import picture_bytes, write_json

CARRIES = Carries(tree=True, confidence=Extent.ALL, origin=Extent.ALL, none=True)
SHARD = 10_000  # images


def write(given: LabelSet, folder: Path) -> None:
    """Write `SPLIT-000000.tar` and so on, and `classes.json`: the classes by id."""
    for split, pictures in given.splits():
        for number, start in enumerate(range(0, len(pictures), SHARD)):
            with tarfile.open(folder / f"{split}-{number:06d}.tar", "w", format=tarfile.PAX_FORMAT) as shard:
                for picture in pictures[start : start + SHARD]:
                    _add(given, shard, picture)
    table = [
        {"index": place, "id": entry.id, "name": entry.name, "parent": entry.parent, "facet": entry.facet}
        for place, entry in enumerate(given.classes)
    ]
    write_json(folder / "classes.json", table)


def _add(given: LabelSet, shard: tarfile.TarFile, picture: Picture) -> None:
    """Add an image, its labels, and, for whoever wants a number alone, `.cls`: its class in the main facet, by place."""
    key = f"{picture.id:09d}"
    ending = PurePosixPath(picture.place).suffix.lower().lstrip(".") or "img"
    with picture_bytes(picture) as file:
        shard.addfile(_entry(f"{key}.{ending}", os.fstat(file.fileno()).st_size), file)
    content = json.dumps(_labels(given, picture), ensure_ascii=False).encode()
    shard.addfile(_entry(f"{key}.json", len(content)), io.BytesIO(content))
    single = given.single(picture)
    if single is not None:
        number = str(given.index[single.id]).encode()
        shard.addfile(_entry(f"{key}.cls", len(number)), io.BytesIO(number))


def _entry(name: str, size: int) -> tarfile.TarInfo:
    """A head of a tar that says nothing of when and by whom, so that the same content is the same bytes."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o644
    return entry


def _labels(given: LabelSet, picture: Picture) -> dict[str, object]:
    labels = [
        {
            "class": answer.name, "index": None if answer.category is None else given.index[answer.category.id],
            "facet": answer.facet, "source": answer.source, "actor": answer.actor, "at": answer.at,
            "confidence": answer.confidence, "model": answer.model,
        }
        for answer in picture.answers
    ]  # fmt: skip
    return {"file": picture.name, "sha256": picture.sha256, "labels": labels}
