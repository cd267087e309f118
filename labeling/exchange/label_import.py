"""Labels and metadata in: from CSV, and from the folders that images lie in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, NamedTuple

import reading
from errors import InputError
from naming import NONE_OF_THESE, class_name, class_parts, composed
from reading import File
from store.blobs import buckets
from store.database.connection import Connection
from store.items import items
from store.items.file_names import Names
from store.items.groups import assign
from store.ledger import labels
from store.ledger.events import NO_CLASS, Batch, Change
from store.project import taxonomy
from store.project.category_index import CategoryIndex
from store.project.taxonomy import Category
from store.team import actors
from store.workspace import Workspace
from written import csv_cells, csv_text

PICTURES = ("image", "frame", "segment")  # whole videos have labels of their own
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass
class Labelled:
    """How reading labels went; rows are `line N: file: why`. An ambiguous row could mean several items, and none was labelled."""

    labelled: int = 0
    unmatched: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    batch: str | None = None


@dataclass
class Described:
    """How reading metadata went: `items` got some; the other rows as in `Labelled`."""

    items: int = 0
    unmatched: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


def _ids_of(names: Names, row: Mapping[str, str]) -> tuple[int, ...]:
    """Ids of the items that a row could mean. A digest in a column `sha256` decides: an exported picture may lie under
    the name that another picture had before."""
    digest = row.get("sha256", "").strip().lower()
    return names.with_digest(digest) if DIGEST.fullmatch(digest) else names.match(row["file"])


def item_of(names: Names, line: int, row: Mapping[str, str], done: Labelled | Described) -> int | None:
    """The item that a row means, or None after noting in `done` that it means none or several."""
    file, ids = row["file"], _ids_of(names, row)
    if len(ids) == 1:
        return ids[0]
    if ids:
        done.ambiguous.append(f"line {line}: {file} could be {names.choices(ids)}")
    else:
        done.unmatched.append(f"line {line}: {file}")
    return None


def read_csv(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, row) of a CSV with a header; what kept a spreadsheet from running a cell is taken off.

    Raises:
        InputError: as `written.csv_text.read`.
    """
    for line, row in csv_text.read(path, needed):
        yield line, {csv_cells.plain(name): csv_cells.plain(cell) for name, cell in row.items()}


def label_csv(
    workspace: Workspace, path: Path, *, source: str = "human", actor: str, order: str | None = None
) -> Labelled:
    """Label items from a CSV with columns file and class, as one batch that can be undone.

    A column `value` may say yes (as an empty one does) or no; the class `none of these` says that no class fits. A column `sha256`
    names a file by its bytes, before its name. A row that matches no item, or several, is reported. Two rows for one file in an
    exclusive facet are refused by line number, unless one says no; in an open facet each class counts for itself.

    Args:
        order: `random` or `next` where a person labelled the files that the command of that name listed; else they count as chosen.

    Raises:
        InputError: the file cannot be read, or names an unknown class or value (nothing is written then).
    """
    rows = list(read_csv(path, ("file", "class")))
    return label_rows(workspace, rows, path.name, source=source, actor=actor, order=order)


def label_rows(
    workspace: Workspace, rows: Sequence[tuple[int, Mapping[str, str]]], name: str, *, source: str = "human", actor: str,
    order: str | None = None,
) -> Labelled:  # fmt: skip
    """The same for rows that are at hand, each with its number; `name` says where they come from, in messages and in the history.

    Raises:
        InputError: an unknown class, value or source (nothing is written then).
    """
    if source not in ("human", "import"):
        raise InputError(f"Labels come from people or from a file: source is human or import, not {source[:40]!r}.")
    done = Labelled()
    with workspace.engine.begin() as connection:
        chosen = _chosen(connection, name, rows, done)
        changes = [
            Change(item_id, given.category.id, given.value, reason=given.reason)
            for (item_id, _), given in chosen.items()
        ]
        batch = Batch(
            actors.id_of(connection, actor), source, "import" if source == "import" else "label", note=name,
            detail={} if order is None else {"order": order},
        )  # fmt: skip
        outcomes = labels.write(connection, batch, changes)
    done.labelled = sum(outcome.status in ("saved", "unchanged") for outcome in outcomes)
    done.batch = batch.id if done.labelled else None
    for given, outcome in zip(chosen.values(), outcomes, strict=True):
        if outcome.status == "skipped":
            done.conflicts.append(f"line {given.line}: a person has labelled it already")
    return done


def _chosen(
    connection: Connection, file: str, rows: Sequence[tuple[int, Mapping[str, str]]], done: Labelled
) -> dict[tuple[int, int], _RowLabel]:
    """What the rows say, by item and, where only one answer can stand, its facet, else minus the category; the rest is noted in `done`."""
    tree, exclusive = taxonomy.categories(connection), {f.id: f.exclusive for f in taxonomy.facets(connection)}
    index = CategoryIndex(tree)
    carrier, names = _carrier(connection, tree), Names(connection, PICTURES)
    chosen: dict[tuple[int, int], _RowLabel] = {}
    for line, row in rows:
        if not row["class"].strip():
            done.conflicts.append(f"line {line}: {row['file']} has no class")
            continue
        given = _label_of(file, line, row, index, carrier)
        item_id = item_of(names, line, row, done)
        if item_id is None:
            continue
        category = given.category
        alone = exclusive[category.facet_id] and given.value != "no"
        first = chosen.setdefault((item_id, category.facet_id if alone else -category.id), given)
        same = (first.category.id, first.value, first.reason) == (category.id, given.value, given.reason)
        if first is not given and (not same or exclusive[category.facet_id]):
            done.conflicts.append(f"line {line}: {row['file']} was labelled in line {first.line} already")
    return chosen


class _RowLabel(NamedTuple):
    """What a row of a label file says: yes or no of a category, or, as an `unsure` with its reason, none of the classes."""

    line: int
    category: Category
    value: str
    reason: str | None = None


def _label_of(
    file: str, line: int, row: Mapping[str, str], index: CategoryIndex, carrier: Category | None
) -> _RowLabel:
    """What a row says. `carrier` is the category that none of the classes is filed under, where no category is called so."""
    value = row.get("value", "").strip().lower() or "yes"
    if value not in ("yes", "no"):
        raise InputError(f"{file}, line {line}: a value is yes or no, not {value[:40]!r}. Nothing was labelled.")
    try:
        return _RowLabel(line, index.one(row["class"]), value)
    except InputError as error:
        if not _says_none(row["class"]) or carrier is None:
            raise InputError(f"{file}, line {line}: {error} Nothing was labelled.") from error
    if value == "no":
        raise InputError(f"{file}, line {line}: {NONE_OF_THESE!r} takes no value `no`. Nothing was labelled.")
    return _RowLabel(line, carrier, "unsure", NO_CLASS)


def _carrier(connection: Connection, tree: list[Category]) -> Category | None:
    """The category that none of the classes is filed under: the first of the exclusive facet; None where there is none."""
    main = taxonomy.main_facet(connection)
    return next((category for category in tree if category.facet_id == main), None)


def _says_none(name: str) -> bool:
    return class_name(name).lower() == NONE_OF_THESE


def meta_csv(workspace: Workspace, path: Path) -> Described:
    """Read metadata from a CSV with a column file.

    A column `group` puts items into one group, so that they stay on one side of every split. Of two rows for one item that say
    different things in a column the first counts, and the second is reported.
    """
    rows = list(read_csv(path, ("file",)))
    done = Described()
    values: dict[int, dict[str, Any]] = {}
    groups: dict[str, list[int]] = {}
    with workspace.engine.begin() as connection:
        names = Names(connection)
        for line, row in rows:
            item_id = item_of(names, line, row, done)
            if item_id is None:
                continue
            metadata = {key: value for key, value in row.items() if key not in ("file", "sha256") and value}
            mine = values.setdefault(item_id, {})
            other = [key for key, value in metadata.items() if mine.get(key, value) != value]
            if other:
                done.conflicts.append(f"line {line}: {row['file']} has another {', '.join(other)} in an earlier line")
            values[item_id] = {**metadata, **mine}
        for item_id, mine in values.items():
            if mine.get("group"):
                groups.setdefault(mine["group"], []).append(item_id)
        items.set_meta(connection, values)
        assign(connection, {items.named_group(name): members for name, members in groups.items()})
    done.items = len(values)
    return done


def label_folders(workspace: Workspace, roots: Sequence[File], *, actor: str) -> int:
    """Import labels from folder names: an image whose parent folder is called like a category gets it; returns how many.

    Where several categories have that name, the folders above tell which: `outside/forest` is the forest in outside. Where they do
    not, the image gets no label. A folder called `none of these`, as exports make it, says that no class fits.
    """
    resolved = [_place(str(root)) for root in roots]
    with workspace.engine.begin() as connection:
        tree = taxonomy.categories(connection)
        carrier = _carrier(connection, tree)
        changes = []
        for row in items.labelable(connection):
            path = PurePath(row.path)
            if row.kind != "image" or row.replaced_at is not None:
                continue
            category = _named_by(path.parent, tree)
            if category is not None:
                change = Change(row.id, category)
            elif carrier is not None and _says_none(path.parent.name):
                change = Change(row.id, carrier.id, "unsure", reason=NO_CLASS)
            else:
                continue
            if any(root in _place(row.path).parents for root in resolved):
                changes.append(change)
        batch = Batch(actors.id_of(connection, actor), "import", "import", note="folder names")
        outcomes = labels.write(connection, batch, changes)
    return sum(outcome.status == "saved" for outcome in outcomes)


def _place(path: str) -> PurePath:
    """A path without symbolic links, or a URI, as parts that can be compared."""
    return PurePath(path) if buckets.is_uri(path) else reading.resolved(Path(path))


def _named_by(folder: PurePath, tree: list[Category]) -> int | None:
    """The category that a folder is called like."""
    parts = [class_name(part) for part in folder.parts]
    called = [category for category in tree if composed(category.name) == parts[-1]] if parts else []
    if len(called) > 1:
        exact = [category for category in called if class_parts(category.path) == parts[-category.depth :]]
        deepest = max((category.depth for category in exact), default=0)
        called = [category for category in exact if category.depth == deepest]
    return called[0].id if len(called) == 1 else None


def read_answers(workspace: Workspace, path: Path) -> dict[int, int]:
    """A person's answers from a CSV with columns file and class: item id -> category id. Nothing is written.

    Raises:
        InputError: the file cannot be read, names an unknown class, or a file that no item or several match, or says two
            classes of one item.
    """
    answers: dict[int, int] = {}
    with workspace.read() as connection:
        index = CategoryIndex(taxonomy.categories(connection))
        names = Names(connection)
        for line, row in read_csv(path, ("file", "class")):
            category_id, ids = index.one(row["class"]).id, _ids_of(names, row)
            if not ids:
                raise InputError(f"{path.name}, line {line}: no item is called {row['file']}. Nothing was accepted.")
            if len(ids) > 1:
                raise InputError(
                    f"{path.name}, line {line}: {row['file']} could be {names.choices(ids)}. Write which. Nothing was accepted."
                )
            if answers.setdefault(ids[0], category_id) != category_id:
                raise InputError(
                    f"{path.name}, line {line}: {row['file']} has another class in an earlier line. Nothing was accepted."
                )
    return answers
