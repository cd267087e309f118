"""Labels and metadata in: from CSV, and from the folders that images lie in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from errors import InputError
from store import items, labels, taxonomy
from store import workspace as workspaces
from store.ledger import Batch, Change
from store.taxonomy import Category
from store.workspace import Workspace
from written import csv_text


@dataclass
class Labelled:
    """How reading labels went; rows are `line N: file: why`."""

    labelled: int = 0
    unmatched: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    batch: str | None = None


def read_csv(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, row) of a CSV with a header.

    Raises:
        InputError: as `written.csv_text.read`.
    """
    yield from csv_text.read(path, needed)


def label_csv(workspace: Workspace, path: Path, *, source: str = "human", actor: str) -> Labelled:
    """Label items from a CSV with columns file and class, as one batch that can be undone.

    A column `value` may say yes (as an empty one does) or no. A row that matches no item is reported. Two rows for one file in an
    exclusive facet are refused by line number, unless one says no; in an open facet each class counts for itself.

    Raises:
        InputError: the file cannot be read, or names an unknown class or value (nothing is written then).
    """
    rows = list(read_csv(path, ("file", "class")))
    done = Labelled()
    with workspace.engine.begin() as connection:
        tree = taxonomy.categories(connection)
        exclusive = {facet.id: facet.exclusive for facet in taxonomy.facets(connection)}
        names = items.Names(connection)
        chosen: dict[tuple[int, int], tuple[int, Category, str]] = {}
        for line, row in rows:
            if not row["class"].strip():
                done.conflicts.append(f"line {line}: {row['file']} has no class")
                continue
            category, value = _said(path.name, line, row, tree)
            item_id = names.find(row["file"])
            if item_id is None:
                done.unmatched.append(f"line {line}: {row['file']}")
                continue
            alone = exclusive[category.facet_id] and value == "yes"
            key = (item_id, category.facet_id if alone else -category.id)
            if key in chosen:
                first = chosen[key]
                if first[1].id != category.id or first[2] != value or exclusive[category.facet_id]:
                    done.conflicts.append(f"line {line}: {row['file']} was labelled in line {first[0]} already")
                continue
            chosen[key] = (line, category, value)
        changes = [Change(item_id, category.id, value) for (item_id, _), (_, category, value) in chosen.items()]
        batch = Batch(
            workspaces.actor_id(connection, actor), source, "import" if source == "import" else "label", note=path.name
        )
        outcomes = labels.write(connection, batch, changes)
    done.labelled = sum(outcome.status in ("saved", "unchanged") for outcome in outcomes)
    done.batch = batch.id if done.labelled else None
    for ((_, _), (line, _, _)), outcome in zip(chosen.items(), outcomes, strict=True):
        if outcome.status == "skipped":
            done.conflicts.append(f"line {line}: a person has labelled it already")
    return done


def _said(file: str, line: int, row: dict[str, str], tree: list[Category]) -> tuple[Category, str]:
    """The category and the value of a row."""
    value = row.get("value", "").strip().lower() or "yes"
    if value not in ("yes", "no"):
        raise InputError(f"{file}, line {line}: a value is yes or no, not {value[:40]!r}. Nothing was labelled.")
    try:
        return taxonomy.by_name(tree, row["class"]), value
    except InputError as error:
        raise InputError(f"{file}, line {line}: {error} Nothing was labelled.") from error


def meta_csv(workspace: Workspace, path: Path) -> tuple[int, list[str]]:
    """Read metadata from a CSV with a column file; returns how many items got some, and the rows that matched nothing.

    A column `group` puts items into one group, so that they stay on one side of every split.
    """
    rows = list(read_csv(path, ("file",)))
    unmatched: list[str] = []
    values: dict[int, dict[str, Any]] = {}
    groups: dict[str, list[int]] = {}
    with workspace.engine.begin() as connection:
        names = items.Names(connection)
        for line, row in rows:
            item_id = names.find(row["file"])
            if item_id is None:
                unmatched.append(f"line {line}: {row['file']}")
                continue
            values[item_id] = {key: value for key, value in row.items() if key != "file" and value}
            if row.get("group"):
                groups.setdefault(row["group"], []).append(item_id)
        items.set_meta(connection, values)
        for name, members in groups.items():
            items.set_group(connection, members, f"meta:{name}"[:64])
    return len(values), unmatched


def label_folders(workspace: Workspace, roots: list[Path], *, actor: str) -> int:
    """Import labels from folder names: an image whose parent folder is called like a category gets it; returns how many."""
    with workspace.engine.begin() as connection:
        tree = {category.name: category.id for category in taxonomy.categories(connection)}
        found = []
        for row in connection.execute(items.labelable()):
            path = Path(row.path)
            if (
                row.kind == "image"
                and path.parent.name in tree
                and any(root.resolve() in path.resolve().parents for root in roots)
            ):
                found.append(Change(row.id, tree[path.parent.name]))
        batch = Batch(workspaces.actor_id(connection, actor), "import", "import", note="folder names")
        outcomes = labels.write(connection, batch, found)
    return sum(outcome.status == "saved" for outcome in outcomes)


def read_answers(workspace: Workspace, path: Path) -> dict[int, int]:
    """A person's answers from a CSV with columns file and class: item id -> category id. Nothing is written.

    Raises:
        InputError: the file cannot be read, names an unknown class, or a file that no item matches.
    """
    answers: dict[int, int] = {}
    with workspace.read() as connection:
        tree = taxonomy.categories(connection)
        names = items.Names(connection)
        for line, row in read_csv(path, ("file", "class")):
            item_id = names.find(row["file"])
            if item_id is None:
                raise InputError(f"{path.name}, line {line}: no item is called {row['file']}. Nothing was accepted.")
            answers[item_id] = taxonomy.by_name(tree, row["class"]).id
    return answers
