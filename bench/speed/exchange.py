"""Labels of 200,000 items out to the formats of other tools, without pictures, and in again: seconds of each, and labels that were lost.

The items have names and no files. `--quick` takes 2,000.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

from bench.harness import Figures, Options
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
    """`FORMAT_out_s`, `FORMAT_in_s` and `FORMAT_lost` for each format; `imagefolder` from JSON lines, in only."""
    count = QUICK if options.quick else ITEMS
    figures: Figures = {"labels": count}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source = _workspace(folder / "source", count, labelled=True)
        for name in FORMATS:
            start = time.perf_counter()
            format_export.write(format_export.plan(source, name, Choice(images=Images.NONE)), folder / name)
            figures[f"{name}_out_s"] = time.perf_counter() - start
        source.engine.dispose()
        table = folder / "imagefolder" / "metadata.jsonl"
        table.parent.mkdir()
        rows = (json.dumps({"file_name": _name(k), "label": f"class {k % CLASSES}"}) for k in range(count))
        table.write_text("".join(f"{row}\n" for row in rows))
        for name in (*FORMATS, "imagefolder"):
            target = _workspace(folder / f"to-{name}", count, labelled=False)
            start = time.perf_counter()
            done = format_import.import_labels(target, name, folder / name, actor="ann")
            figures[f"{name}_in_s"] = time.perf_counter() - start
            figures[f"{name}_lost"] = count - done.labelled
            target.engine.dispose()
    return figures


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
