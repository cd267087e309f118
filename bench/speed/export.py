"""All labels of a workspace to CSV and Parquet: rows, processor seconds, and how far the memory of the process grows.

Each export runs in a process of its own. A quarter of the items share their names with others, so that longer ones are looked for.
300,000 items; `--rows N` takes others, `--quick` 3,000. The items have names and no files.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.harness import Figures, Options
from labeling.exchange import label_export
from settings import ROOT
from store import workspace
from store.items import items
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.project import taxonomy
from store.team import actors

ITEMS, QUICK, CLASSES, STEP = 300_000, 3_000, 40, 20_000
KINDS = ("csv", "parquet")


def run(options: Options) -> Figures:
    """`KIND_mb`: how much more memory the process took for the export. `KIND_cpu_s`: processor seconds. `KIND_file_mb`: what was written."""
    count = options.rows or (QUICK if options.quick else ITEMS)
    figures: Figures = {"rows": count}
    with tempfile.TemporaryDirectory() as place:
        _fill(Path(place) / "w", count)
        for kind in KINDS:
            command = [sys.executable, "-m", "bench.speed.export", str(Path(place) / "w"), kind]
            environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": str(options.threads)}
            answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            figures |= {f"{kind}_{name}": value for name, value in json.loads(answer.stdout).items()}
    return figures


def _fill(path: Path, count: int) -> None:
    filled = workspace.create(path)
    with filled.engine.begin() as connection:
        classes = [taxonomy.add(connection, f"class {k}") for k in range(CLASSES)]
    for start in range(0, count, STEP):
        with filled.engine.begin() as connection:
            new = [_item(k) for k in range(start, min(start + STEP, count))]
            changes = [Change(number, classes[number % CLASSES]) for number in items.add(connection, new)]
            labels.write(connection, Batch(actors.id_of(connection, "ann"), "human"), changes)
    filled.engine.dispose()


def _item(number: int) -> items.NewItem:
    shared = number // 8 if number % 4 == 0 else number
    name = f"part {shared // 1000}/{shared:07d}.jpg"
    return items.NewItem("image", f"/set {number % 8}/{name}", name, sha256=f"{number:064x}", width=640, height=480)


def _export(path: Path, kind: str) -> Figures:
    opened = workspace.open_workspace(path)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    done = label_export.export(opened, kind, path / f"labels.{kind}")
    worked = time.process_time() - start
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    size = (path / f"labels.{kind}").stat().st_size
    return {"labels": done.labels, "mb": grown / 2**10, "cpu_s": worked, "file_mb": size / 2**20}


if __name__ == "__main__":
    print(json.dumps(_export(Path(sys.argv[1]), sys.argv[2])))
