"""Labels of 200,000 items out to tables and the formats of other tools, without pictures, and in again: seconds, and labels that were lost.

The items have names and no files. `--quick` takes 2,000.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from bench.harness import Figures, Options
from labeling.exchange import label_export, label_import
from labeling.exchange.formats import format_export
from labeling.exchange.formats.label_set import Choice, Images
from labeling.exchange.readers import format_import
from store import workspace
from store.items import items
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.project import taxonomy
from store.team import actors
from store.workspace import Workspace

ITEMS, QUICK = 200_000, 2_000
CLASSES = 40
FORMATS = ("coco", "labelstudio", "cvat", "datumaro")


def run(options: Options) -> Figures:
    """`FORMAT_out_s`, `FORMAT_in_s`, `FORMAT_in_cpu_s` (of the processor) and `FORMAT_lost` for each format; tables of `imagefolder` (JSON lines, CSV, Parquet) in only."""
    count = QUICK if options.quick else ITEMS
    figures: Figures = {"labels": count}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source = _workspace(folder / "source", count, labelled=True)
        for name in FORMATS:
            start = time.perf_counter()
            format_export.write(format_export.plan(source, name, Choice(images=Images.NONE)), folder / name)
            figures[f"{name}_out_s"] = time.perf_counter() - start
        start = time.perf_counter()
        label_export.export(source, "csv", folder / "csv.csv")
        figures["csv_out_s"] = time.perf_counter() - start
        source.engine.dispose()
        inputs = {name: (name, folder / name) for name in FORMATS}
        inputs |= {
            f"imagefolder_{path.suffix[1:]}": ("imagefolder", path) for path in _tables(folder / "tables", count)
        }
        for name, (form, path) in inputs.items():
            figures |= _taken_in(folder / f"to-{name}", name, count, partial(_imported, form=form, path=path))
        figures |= _taken_in(folder / "to-csv", "csv", count, partial(_labelled, path=folder / "csv.csv"))
    return figures


def _imported(target: Workspace, form: str, path: Path) -> int:
    return format_import.import_labels(target, form, path, actor="ann").labelled


def _labelled(target: Workspace, path: Path) -> int:
    return label_import.label_csv(target, path, source="import", actor="ann").labelled


def _taken_in(path: Path, name: str, count: int, take: Callable[[Workspace], int]) -> Figures:
    """Seconds and lost labels of an import into a workspace that has the items."""
    target = _workspace(path, count, labelled=False)
    start, worked = time.perf_counter(), time.process_time()
    labelled = take(target)
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    target.engine.dispose()
    return {f"{name}_in_s": seconds, f"{name}_in_cpu_s": worked, f"{name}_lost": count - labelled}


def _tables(folder: Path, count: int) -> list[Path]:
    """The same labels as tables of an ImageFolder."""
    folder.mkdir()
    frame = pd.DataFrame(
        {"file_name": [_name(k) for k in range(count)], "label": [f"class {k % CLASSES}" for k in range(count)]}
    )
    lines, cells, columns = (folder / f"metadata.{kind}" for kind in ("jsonl", "csv", "parquet"))
    frame.to_json(lines, orient="records", lines=True)
    frame.to_csv(cells, index=False)
    frame.to_parquet(columns, index=False)
    return [lines, cells, columns]


def _workspace(path: Path, count: int, *, labelled: bool) -> Workspace:
    filled = workspace.create(path)
    with filled.engine.begin() as connection:
        classes = [taxonomy.add(connection, f"class {k}") for k in range(CLASSES)]
        new = [
            items.NewItem("image", f"/x/{_name(k)}", _name(k), sha256=f"{k:064x}", width=640, height=480)
            for k in range(count)
        ]
        ids = items.add(connection, new)
        if labelled:
            changes = [Change(number, classes[k % CLASSES]) for k, number in enumerate(ids)]
            labels.write(connection, Batch(actors.id_of(connection, "ann"), "human"), changes)
    return filled


def _name(number: int) -> str:
    return f"part {number // 1000}/{number:06d}.jpg"
