"""YOLO classification (Ultralytics): `SPLIT/CLASS/IMAGE`, one class an image.

Ultralytics numbers classes by their folders in order of names. Each folder therefore begins with the class's place, and all are there
in every split, empty ones too: else the numbers of two splits would differ, or change with a name.
"""

from __future__ import annotations

from pathlib import Path

from labeling.exchange.formats.label_set import ClassEntry, LabelSet
from labeling.exchange.formats.notices import Carries, Extent
from labeling.exchange.formats.picture_files import put, write_json
from labeling.exchange.image_folders import safe_folder

CARRIES = Carries(labels=Extent.MAIN)
CLASSES = "classes.json"


def write(given: LabelSet, folder: Path) -> None:
    """Write the folders, and which class each stands for."""
    classes = given.classes_of(given.main.name) if given.main else []
    folders = {entry.id: folder_name(place, entry) for place, entry in enumerate(classes)}
    for split, pictures in given.splits():
        for name in folders.values():
            (folder / split / name).mkdir(parents=True)
        for entry in classes:
            put(given, [p for p in pictures if given.single(p) == entry], folder / split / folders[entry.id])
    table = [
        {"index": k, "id": c.id, "folder": folders[c.id], "name": c.name, "facet": c.facet}
        for k, c in enumerate(classes)
    ]
    write_json(folder / CLASSES, table)


def folder_name(place: int, entry: ClassEntry) -> str:
    """The folder of a class: its place among the classes of its facet, in four digits, and its name."""
    return f"{place:04d}-{safe_folder(entry.name)}"
