"""Import from a format of another tool: one batch that can be undone, a report by row, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from errors import InputError
from labeling.exchange.formats import hugging_face, lance_table
from labeling.exchange.formats.gathering import class_entries
from labeling.exchange.readers import (
    class_tree_reader,
    coco_reader,
    cvat_reader,
    datumaro_reader,
    image_folder_reader,
    label_studio_reader,
    lance_reader,
)
from labeling.exchange.readers.given_label import GivenLabel
from labeling.exchange.readers.json_entry import NOTHING
from naming import NONE_OF_THESE, class_name
from store.database.connection import Connection
from store.items.file_names import Names
from store.ledger import labels
from store.ledger.events import NO_CLASS, Batch, Change
from store.project import taxonomy
from store.project.category_index import CategoryIndex
from store.project.taxonomy import Category
from store.team import actors
from store.workspace import Workspace

TITLES = {
    "imagefolder": "Hugging Face ImageFolder",
    "coco": "COCO",
    "labelstudio": "Label Studio",
    "cvat": "CVAT images 1.1",
    "datumaro": "Datumaro",
    "lance": "Lance",
    "tree": "Folders of classes (ImageNet, YOLO classification)",
}
FILES = {
    "imagefolder": tuple(f"{at}metadata.{kind}" for at in ("", "*/") for kind in ("parquet", "jsonl", "csv")),
    "coco": ("annotations/*.json", "*.json"),
    "labelstudio": ("*.json",),
    "cvat": ("*.xml",),
    "datumaro": ("annotations/*.json", "*.json"),
    "lance": (lance_table.IMAGES,),
}
READERS = {
    "coco": coco_reader.read,
    "labelstudio": label_studio_reader.read,
    "cvat": cvat_reader.read,
    "datumaro": datumaro_reader.read,
    "lance": lance_reader.read,
}


@dataclass
class Imported:
    """How an import went; all rows in words.

    Attributes:
        labelled: labels that stand now as the file says.
        unmatched, ambiguous: rows whose image is none here, or could be several.
        conflicts: rows that say another class than an earlier one, or that a person has decided.
        proposals: rows that a machine proposed; they are not imported.
    """

    labelled: int = 0
    unmatched: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    proposals: list[str] = field(default_factory=list)
    batch: str | None = None


def import_labels(workspace: Workspace, form: str, path: Path, *, actor: str) -> Imported:
    """Import all labels of a file, or of a folder as the tool writes it, as one batch with source `import`.

    Raises:
        InputError: an unknown format, no file of it there, a broken row, or a class that the workspace lacks; the message names the
            row, and nothing was imported.
    """
    if form not in TITLES:
        raise InputError(f"There is no import format {form!r}. Use one of {', '.join(TITLES)}.")
    with workspace.read() as connection:
        names = [facet.name for facet in taxonomy.facets(connection)]
    columns = hugging_face.column_names(names, "")
    given = list(_given(form, path, image_folder_reader.PLAIN | {column: facet for facet, column in columns.items()}))
    done = Imported()
    with workspace.engine.begin() as connection:
        changes, rows = _changes(connection, given, done)
        batch = Batch(actors.id_of(connection, actor), "import", "import", note=path.name)
        outcomes = labels.write(connection, batch, changes)
    done.labelled = sum(outcome.status in ("saved", "unchanged") for outcome in outcomes)
    done.batch = batch.id if done.labelled else None
    for row, outcome in zip(rows, outcomes, strict=True):
        if outcome.status == "skipped":
            done.conflicts.append(f"{row}: a person has labelled it already")
    return done


def _given(form: str, path: Path, columns: Mapping[str, str]) -> Iterator[GivenLabel]:
    if form == "tree":
        if not path.is_dir():
            raise InputError(f"{path} is not a folder. {NOTHING}")
        yield from class_tree_reader.read(path)
        return
    files = [path]
    if path.is_dir() and path.suffix != ".lance":
        patterns = ([file for file in sorted(path.glob(p)) if not file.name.startswith(".")] for p in FILES[form])
        files = next((several for several in patterns if several), [])
    if not files:
        raise InputError(f"{path} holds no file of the format {TITLES[form]}: {' or '.join(FILES[form])}. {NOTHING}")
    for file in files:
        if form == "imagefolder":
            yield from image_folder_reader.read(file, columns)
        else:
            yield from READERS[form](file)


class _Classes:
    """Categories by what files call them."""

    def __init__(self, connection: Connection) -> None:
        tree, facets = taxonomy.categories(connection, retired=True), taxonomy.facets(connection)
        living = {category.id: category for category in tree if not category.retired}
        self._index = CategoryIndex(tree)
        self.exclusive = {facet.id: facet.exclusive for facet in facets}
        self._facets = {facet.name: facet.id for facet in facets}
        self._main = taxonomy.main_facet(connection)
        entries = class_entries(tree, facets)
        self._exported = {entry.name: living[number] for number, entry in entries.items() if number in living}
        self._in_facet = {(c.facet_id, name): c for c in living.values() for name in (c.path, c.name)}
        self._first: dict[int, Category] = {}
        for category in living.values():
            self._first.setdefault(category.facet_id, category)
        self._cache: dict[tuple[str, tuple[str, ...]], tuple[Category, bool]] = {}

    def of(self, given: GivenLabel) -> tuple[Category, bool]:
        """The category of a label, and whether it says that none fits, filed under that category.

        Raises:
            InputError: the workspace has none of that name, or several.
        """
        key = (given.facet, given.names)
        if key not in self._cache:
            self._cache[key] = self._looked_up(given)
        return self._cache[key]

    def _looked_up(self, given: GivenLabel) -> tuple[Category, bool]:
        facet = self._facets.get(given.facet, self._main or 0)
        for name in given.names:
            if name in self._exported:
                return self._exported[name], False
            if given.facet in self._facets and (facet, class_name(name)) in self._in_facet:
                return self._in_facet[facet, class_name(name)], False
        for name in given.names[1:]:
            if self._index.called(class_name(name)):
                return self._index.one(name), False
        try:
            return self._index.one(given.names[0]), False
        except InputError as error:
            if class_name(given.names[0]).lower() == NONE_OF_THESE and facet in self._first:
                return self._first[facet], True
            raise InputError(f"{given.row}: {error} {NOTHING}") from error


def _changes(connection: Connection, given: Sequence[GivenLabel], done: Imported) -> tuple[list[Change], list[str]]:
    """What to write, and the row of each; what cannot be written is noted in `done`."""
    classes, names = _Classes(connection), Names(connection)
    ids: dict[tuple[str, tuple[str, ...]], tuple[int, ...]] = {}
    chosen: dict[tuple[int, int], tuple[Change, str]] = {}
    for label in given:
        category, none = classes.of(label)
        if label.proposed:
            done.proposals.append(f"{label.row}: {label.files[0]}")
            continue
        key = (label.sha256, label.files)
        if key not in ids:
            ids[key] = _ids(names, label)
        if len(ids[key]) != 1:
            where = done.ambiguous if ids[key] else done.unmatched
            could = f" could be {names.choices(ids[key])}" if ids[key] else ""
            where.append(f"{label.row}: {label.files[0]}{could}")
            continue
        change = Change(
            ids[key][0], category.id, "unsure" if none else "yes", label.confidence, reason=NO_CLASS if none else None
        )
        alone = classes.exclusive[category.facet_id] or none
        first, row = chosen.setdefault(
            (change.item_id, category.facet_id if alone else -category.id), (change, label.row)
        )
        if (first.category_id, first.value) != (change.category_id, change.value):
            done.conflicts.append(f"{label.row}: {label.files[0]} has another class in {row}")
    return [change for change, _ in chosen.values()], [row for _, row in chosen.values()]


def _ids(names: Names, label: GivenLabel) -> tuple[int, ...]:
    """Ids of the items that a label may mean: by its bytes, else by the first name that means something."""
    by_bytes = names.with_digest(label.sha256.lower()) if label.sha256 else ()
    return by_bytes or next((ids for ids in map(names.match, label.files) if ids), ())
