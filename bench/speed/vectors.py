"""What a step of an import of vectors costs as the workspace grows: a constant, or more each time?"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from bench.harness import Figures, Options
from embedding.ingest import vectors_file
from store.workspace import create

ROWS = 300_000
DIM = 64


def run(options: Options) -> Figures:
    """Seconds of the first and the last steps of an import, and their ratio: 1 where a step does not depend on what is here."""
    rows = ROWS // 5 if options.quick else ROWS
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "v.npz"
        names = np.array([f"cameras/{k // 1000:04d}/{k:08d}.jpg" for k in range(rows)])
        vectors = np.random.default_rng(0).standard_normal((rows, DIM), dtype=np.float32)
        np.savez(file, path=names, vector=vectors, encoder=np.array("bench"))
        workspace = create(Path(scratch) / "workspace")
        times = [time.perf_counter()]
        vectors_file.add_vectors(workspace, file, progress=lambda *_: times.append(time.perf_counter()))
        workspace.engine.dispose()
    steps = np.diff(times)[1:-1]  # the first opens the file, the last is shorter
    tenth = max(1, len(steps) // 10)
    first, last = float(np.median(steps[:tenth])), float(np.median(steps[-tenth:]))
    return {
        "rows": rows,
        "first_steps_s": first,
        "last_steps_s": last,
        "ratio": last / first,
        "rows_per_s": rows / (times[-1] - times[0]),
    }
