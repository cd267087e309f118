"""What a saved label costs: one committed with fsync, a bulk of a thousand, and undoing ten thousand; collected as the server does."""

from __future__ import annotations

import gc
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.harness import Figures, Options, median_seconds
from store.items import items
from store.ledger import labels, undo
from store.ledger.events import Batch, Change
from store.project import taxonomy
from store.team import actors
from store.workspace import change_settings, create

ITEMS = 20_000
SINGLE = 300


def run(options: Options) -> Figures:
    """`p95_ms` and `median_ms` of one label, `bulk1000_ms`, `undo10k_s`; `sqlite_ms` is one bare committed row on the same disk."""
    count = ITEMS // 10 if options.quick else ITEMS
    with tempfile.TemporaryDirectory() as scratch:
        workspace = create(Path(scratch) / "write")
        with workspace.engine.begin() as connection:
            new = [items.NewItem("image", f"/x/{k}.jpg", f"{k}.jpg", sha256=f"{k:064d}") for k in range(count)]
            ids = items.add(connection, new)
            classes = [taxonomy.add(connection, name) for name in ("a", "b", "c")]
            person = actors.id_of(connection, "bench")

        def write(source: str, chosen: list[int], category: int) -> str:
            batch = Batch(person, source)
            with workspace.engine.begin() as connection:
                labels.write(connection, batch, [Change(number, category) for number in chosen])
            return batch.id

        write("zero_shot", ids, classes[0])
        gc.freeze()  # as the server does once it has loaded: what stays is not looked through again
        single = []
        for number in ids[:SINGLE]:
            start = time.perf_counter()
            write("human", [number], classes[1])
            single.append(time.perf_counter() - start)
        turn = iter(range(10_000))
        bulk = median_seconds(lambda: write("human", ids[:1000], classes[next(turn) % 3]))
        large = write("human", ids[: count // 2], classes[2])
        start = time.perf_counter()
        with workspace.engine.begin() as connection:
            undo.reverse_batch(connection, large, person)
        undone = time.perf_counter() - start

        def bare() -> None:
            with workspace.engine.begin() as connection:
                change_settings(connection, tick=next(turn))

        row = median_seconds(bare, repeats=50)
        workspace.engine.dispose()
    gc.unfreeze()
    return {
        "p95_ms": 1000 * float(np.quantile(single, 0.95)),
        "median_ms": 1000 * float(np.median(single)),
        "bulk1000_ms": 1000 * bulk,
        "undo10k_s": undone * 10_000 / (count // 2),
        "sqlite_ms": 1000 * row,
    }
