"""Labels and metadata in from CSV, labels out as CSV, Parquet or folders; taxonomy and prompts as YAML."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from sqlalchemy import Connection, select

from errors import InputError, StoreError
from store import items, labels, prompts, schema, taxonomy
from store import workspace as workspaces
from store.ledger import Batch, Change
from store.prompts import Options, Prompt, PromptSet
from store.taxonomy import Category
from store.workspace import Workspace

DEFAULT_TEMPLATES = ("{name}", "a photo of {name}", "an image of {name}")
EXPORT_COLUMNS = ("file", "class", "source", "actor", "at", "confidence")


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
        InputError: it cannot be read, is not UTF-8, or lacks a column.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}). Check the path.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path.name} is not UTF-8 (byte {error.start}). Save it as 'CSV UTF-8', then try again."
        ) from error
    if "\0" in text:
        raise InputError(f"{path.name} is not a text file. Save it as 'CSV UTF-8', then try again.")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in needed if column not in (reader.fieldnames or [])]
    if missing:
        there = ", ".join(reader.fieldnames or []) or "nothing"
        raise InputError(
            f"{path.name} has no column {missing[0]!r} (it has {there}). The first line must name the columns."
        )
    for row in reader:
        yield reader.line_num, {key: value or "" for key, value in row.items() if key is not None}


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


def read_taxonomy(path: Path) -> dict[str, Any]:
    """Read a taxonomy or prompt file.

    Raises:
        InputError: it cannot be read or does not have the shape `categories: [{name, ...}]`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}). Check the path.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not valid YAML in UTF-8: {error}. Correct that line.") from error
    return parse_taxonomy(text, path.name)


def parse_taxonomy(text: str, name: str) -> dict[str, Any]:
    """Read the text of a taxonomy or prompt file.

    Raises:
        InputError: it does not have the shape `categories: [{name, ...}]`.
    """
    try:
        content = _parse(text)
    except yaml.YAMLError as error:
        raise InputError(
            f"{name} is not valid YAML in UTF-8: {str(error).splitlines()[0]}. Correct that line."
        ) from error
    if not isinstance(content, dict) or not isinstance(content.get("categories"), list) or not content["categories"]:
        raise InputError(f"{name} needs a list `categories: [{{name: ..., prompts: [...]}}]`.")
    for number, entry in enumerate(content["categories"], 1):
        if not isinstance(entry, dict) or not str(entry.get("name") or "").strip():
            raise InputError(f"{name}: category {number} has no name.")
        if not isinstance(entry.get("prompts", []), list):
            raise InputError(f"{name}: the prompts of {entry['name']} are not a list.")
    return content


def _parse(text: str) -> Any:
    """JSON where it is JSON (its \\u escapes come in pairs that YAML would leave apart), else YAML."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return yaml.safe_load(text)


def set_taxonomy(workspace: Workspace, content: dict[str, Any], *, actor: str, note: str = "") -> int:
    """Add the categories of a file that are missing, and publish its prompts as a version; returns its number.

    Categories that the file does not name keep their prompts.

    Raises:
        InputError: a category would have no prompt at all, a parent is unknown, or the tree would get too deep.
    """
    with workspace.engine.begin() as connection:
        return write_taxonomy(connection, content, actor=actor, note=note)


def write_taxonomy(connection: Connection, content: dict[str, Any], *, actor: str, note: str = "") -> int:
    """`set_taxonomy` in the caller's transaction, so that it can be rolled back."""
    kinds = {str(facet["name"]): bool(facet.get("exclusive", True)) for facet in content.get("facets") or []}
    actor_id = workspaces.actor_id(connection, actor)
    try:
        before = prompts.published(connection).prompts
    except InputError:
        before = PromptSet()
    texts = dict(before.categories)
    for entry in content["categories"]:
        category_id = _ensure(connection, entry, kinds)
        if "prompts" in entry or category_id not in texts:
            own = [str(text).strip() for text in entry.get("prompts") or [] if str(text).strip()]
            texts[category_id] = tuple(Prompt(text) for text in own)
    templates = tuple(str(text) for text in content.get("templates") or before.templates)
    wanting = [entry for entry in content["categories"] if "prompts" not in entry]
    if not templates and wanting:
        templates = DEFAULT_TEMPLATES
    tree = taxonomy.categories(connection)
    background = tuple(str(text) for text in content.get("background") or before.background)
    made = PromptSet(texts, templates, background, options_of(content, before.options, tree))
    for category in tree:
        if not prompts.texts_of(made, category, tree):
            raise InputError(
                f"{category.path} has no prompts. Give it at least one, then set the file again. Nothing was changed."
            )
    return prompts.publish(connection, made, note=note, actor_id=actor_id)


def options_of(content: dict[str, Any], before: Options, tree: list[Category]) -> Options:
    """The options of a file, in which a prior names its categories; what it leaves out stays."""
    given = {**prompts.options_json(before), **dict(content.get("options") or {})}
    if "centred" in content:
        given["centred"] = content["centred"]
    if "prior" in dict(content.get("options") or {}):
        named = dict(content["options"]["prior"] or {})
        given["prior"] = {taxonomy.by_name(tree, str(name)).id: value for name, value in named.items()}
    return prompts.read_options(given)


def _ensure(connection: Any, entry: dict[str, Any], kinds: dict[str, bool]) -> int:
    tree = taxonomy.categories(connection)
    name = taxonomy.check_name(str(entry["name"]))
    parent = taxonomy.by_name(tree, str(entry["parent"])).id if entry.get("parent") else None
    facet = str(entry.get("facet") or taxonomy.DEFAULT_FACET)
    known = [c for c in tree if c.name == name and c.parent_id == parent]
    if known:
        return known[0].id
    return taxonomy.add(connection, name, parent_id=parent, facet=facet, exclusive=kinds.get(facet, True))


def show_prompts(workspace: Workspace, number: int | None = None) -> dict[str, Any]:
    """The published prompts, or those of a version, in the file format; a prompt that is switched off is left out."""
    with workspace.read() as connection:
        tree = taxonomy.categories(connection)
        facets = {facet.id: facet for facet in taxonomy.facets(connection)}
        version = prompts.published(connection, number)
    by_id = {category.id: category for category in tree}
    entries = []
    for category in tree:
        entry: dict[str, Any] = {"name": category.name}
        if category.parent_id in by_id and category.parent_id is not None:
            entry["parent"] = by_id[category.parent_id].path
        if facets[category.facet_id].name != taxonomy.DEFAULT_FACET:
            entry["facet"] = facets[category.facet_id].name
        entry["prompts"] = [prompt.text for prompt in version.prompts.categories.get(category.id, ()) if prompt.on]
        entries.append(entry)
    return {
        "version": version.number,
        "facets": [{"name": facet.name, "exclusive": facet.exclusive} for facet in facets.values()],
        "templates": list(version.prompts.templates),
        "background": list(version.prompts.background),
        "options": _named_options(version.prompts.options, tree),
        "categories": entries,
    }


def _named_options(options: Options, tree: list[Category]) -> dict[str, Any]:
    names = short_names(tree)
    return {
        **prompts.options_json(options),
        "prior": {names[number]: value for number, value in options.prior.items() if number in names},
    }


def export(workspace: Workspace, kind: str, out: Path, *, negatives: bool = False) -> int:
    """Write all labels; returns how many. One row a label.

    Args:
        kind: `csv`, `parquet` or `folders` (the images copied into a folder a class).
        negatives: what is not so as well, with a column `value` that says yes or no; not for folders.

    Raises:
        InputError: an unknown format, or `out` cannot take it.
        StoreError: the disk refuses.
    """
    frame = label_frame(workspace, negatives=negatives and kind != "folders")
    try:
        if kind == "csv":
            out.parent.mkdir(parents=True, exist_ok=True)
            frame.drop(columns="path").to_csv(out, index=False)
        elif kind == "parquet":
            out.parent.mkdir(parents=True, exist_ok=True)
            frame.drop(columns="path").to_parquet(out, index=False)
        elif kind == "folders":
            _folders(frame, out)
        else:
            raise InputError(f"There is no export format {kind!r}. Use csv, parquet or folders.")
    except OSError as error:
        raise StoreError(
            f"{out} cannot be written ({error.strerror}). Choose another place or free the disk."
        ) from error
    return len(frame)


def label_frame(workspace: Workspace, *, negatives: bool = False) -> pd.DataFrame:
    """All labels that stand: file, class, source, actor, at, confidence, path; one row a label, by file.

    Args:
        negatives: also those that say no; a column `value` tells which.
    """
    state, item = schema.label_state.c, schema.item.c
    with workspace.read() as connection:
        tree = taxonomy.categories(connection, retired=True)
        query = (
            select(
                item.name,
                item.path,
                item.kind,
                state.category_id,
                state.source,
                schema.actor.c.name,
                state.at,
                state.confidence,
                state.value,
            )
            .join(schema.label_state, state.item_id == item.id)
            .join(schema.actor, schema.actor.c.id == state.actor_id)
            .where(state.value.in_(("yes", "no") if negatives else ("yes",)))
            .order_by(item.name, state.category_id)
        )
        rows = connection.execute(query).all()
    short = short_names(tree)
    table = [
        (row[0], short[row[3]], row[4], row[5], row[6].isoformat(), row[7], row[8], row[1] if row[2] == "image" else "")
        for row in rows
    ]
    frame = pd.DataFrame(table, columns=[*EXPORT_COLUMNS, "value", "path"])
    return frame if negatives else frame.drop(columns="value")


def short_names(tree: list[Category]) -> dict[int, str]:
    """A category's own name where it is unique, else its path: both are read back."""
    names = [category.name for category in tree]
    return {c.id: c.name if names.count(c.name) == 1 else c.path for c in tree}


def safe_folder(name: str) -> str:
    """A folder name that any file system takes and that leads nowhere else, whatever the category is called."""
    cleaned = re.sub(r"[^\w\- ]+", "_", name, flags=re.UNICODE).strip(" .")[:80]
    return cleaned or "class"


def _folders(frame: pd.DataFrame, out: Path) -> None:
    taken: dict[str, str] = {}
    for name in sorted(set(frame["class"])):
        folder, number = safe_folder(name), 2
        while folder in taken.values():
            folder, number = f"{safe_folder(name)}_{number}", number + 1
        taken[name] = folder
    for row in frame.itertuples(index=False):
        source = Path(str(row.path))
        if not row.path or not source.is_file():
            continue
        target = out / taken[row[1]] / Path(str(row.file)).name
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            target = target.with_name(f"{target.stem}_{abs(hash(row.file)) % 10**6}{target.suffix}")
        shutil.copyfile(source, target)


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
