"""Labels out in any format by its name: the tables of our own, and those of other tools with their choices."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from errors import InputError
from labeling.exchange import image_folders, label_export, view_filter
from labeling.exchange.formats import format_export, picture_files
from labeling.exchange.formats.label_set import Choice
from labeling.exchange.formats.notices import Notice
from labeling.snapshot.snapshot import Snapshot
from store.workspace import Workspace

TABLES = ("csv", "parquet", "folders")


def _unheard(notice: Notice) -> None:
    """The answer lists it too."""


def export(
    workspace: Workspace, kind: str, out: Path, *, negatives: bool = False, choice: Choice | None = None, view: str = "",
    dry_run: bool = False, losing: Callable[[Notice], None] = _unheard,
) -> dict[str, object]:  # fmt: skip
    """Write labels; returns where they are, how many, and what could not come along.

    Args:
        kind: of TABLES, or of `format_export.FORMATS`.
        out: a file for csv and parquet, else a folder.
        negatives: what is not so as well; csv and parquet alone.
        choice: what of the workspace; formats of other tools alone.
        view: name of a saved view; only what it lets through now is written.
        dry_run: say what would be lost, and write nothing; formats of other tools alone.
        losing: told what the format cannot carry, before anything is written.

    Raises:
        InputError: an unknown format, facet or view, options of another kind of format, or `out` cannot take it.
        StoreError: the disk refuses; what was there before stays.
    """
    if kind not in TABLES and kind not in format_export.FORMATS:
        raise InputError(
            f"There is no export format {kind!r}. Use one of {', '.join([*TABLES, *format_export.FORMATS])}."
        )
    check(kind, choice, dry_run=dry_run)
    if negatives and kind not in TABLES:
        raise InputError("--negatives belongs to csv and parquet. Leave it out.")
    items = view_filter.items_of(Snapshot(workspace), view) if view else None
    if kind in TABLES:
        done = label_export.export(workspace, kind, out, negatives=negatives, items=items)
        return {"out": str(out), "labels": done.labels} if kind != "folders" else {"out": str(out), **vars(done)}
    planned = format_export.plan(workspace, kind, replace(choice or Choice(), items=items))
    for notice in planned.lost:
        losing(notice)
    if not dry_run:
        format_export.write(planned, out)
    return {
        "out": str(out), "written": not dry_run, "labels": planned.labels, "pictures": len(planned.given.pictures),
        "not_carried": [{"what": notice.text, "count": notice.count} for notice in planned.lost],
        **vars(planned.given.left_out),
    }  # fmt: skip


def replacing(kind: str, out: Path) -> AbstractContextManager[Path]:
    """A new folder to fill with an export that was written elsewhere; it takes the place of an earlier one at `out` when the block ends.

    Raises:
        InputError: `out` holds something else than an export.
        OSError: the disk refuses; what was there before stays.
    """
    return image_folders.replacing(out) if kind == "folders" else picture_files.replacing_export(out, kind)


def check(kind: str, choice: Choice | None, *, dry_run: bool) -> None:
    """A table takes none of the options of other tools' formats.

    Raises:
        InputError: one was given.
    """
    if kind in TABLES and (dry_run or (choice is not None and choice != Choice())):
        raise InputError(
            "--people, --confidence, --facet, --splits, --images and --dry-run belong to the formats of other tools. Leave them "
            f"out, or use one of {', '.join(format_export.FORMATS)}."
        )
