"""Labels out: as CSV, Parquet, or folders of images."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
from sqlalchemy import select

from errors import InputError, StoreError
from labeling.pipeline import taxonomy_file
from store import schema, taxonomy
from store.workspace import Workspace

COLUMNS = ("file", "class", "source", "actor", "at", "confidence")


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
    short = taxonomy_file.short_names(tree)
    table = [
        (row[0], short[row[3]], row[4], row[5], row[6].isoformat(), row[7], row[8], row[1] if row[2] == "image" else "")
        for row in rows
    ]
    frame = pd.DataFrame(table, columns=[*COLUMNS, "value", "path"])
    return frame if negatives else frame.drop(columns="value")


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
