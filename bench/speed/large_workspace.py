"""A workspace of many rows: importing, training, proposing, and what the pages ask, with the server's memory.

`python -m bench scale --rows 1000000`. The vectors have 512 numbers and lie in clusters; there are no image files. What the server
does runs in a process of its own, whose largest memory is told.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from starlette.testclient import TestClient
from threadpoolctl import threadpool_limits

from bench.harness import Figures, Options
from bench.speed import class_head
from bench.speed.search import CLUSTERS, DIM, clustered
from embedding.ingest import vectors_file
from labeling.exchange import any_export
from labeling.snapshot.snapshot import Snapshot
from settings import ROOT
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.team import actors
from store.workspace import Workspace, create
from training.heads import head_training, promotion

CLASSES, PEOPLE, BULK, LABELS, ASKED = 10, 1_000, 10_000, 60, 15
NAME = "large"
MANY, FEW = 2_000_000, 64


def measure(options: Options) -> Figures:
    """Import, propose and train in this process; ask in another one."""
    with tempfile.TemporaryDirectory() as scratch, threadpool_limits(options.threads):
        root = Path(scratch) / "all"
        workspace, truth, figures = _imported(root / NAME, Path(scratch) / "vectors.npz", options.rows)
        _labelled(workspace, truth)
        figures["pseudo_label_s"] = _seconds(lambda: promotion.propose(Snapshot(workspace)))
        figures["train_s"] = _seconds(lambda: head_training.train(Snapshot(workspace), promote="never"))
        out = Path(scratch) / "labels.parquet"
        figures["export_s"] = _seconds(lambda: any_export.export(workspace, "parquet", out))
        workspace.engine.dispose()
        command = [sys.executable, "-m", "bench.speed.large_workspace", str(root)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": str(options.threads)}
        answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        return {"rows": options.rows, "dim": _dim(options.rows), **figures, **json.loads(answer.stdout)}


def _dim(rows: int) -> int:
    """Numbers of a vector: fewer where the vectors of so many rows would not leave room on the disk."""
    return DIM if rows <= MANY else FEW


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _imported(folder: Path, file: Path, count: int) -> tuple[Workspace, np.ndarray[Any, Any], Figures]:
    """A workspace by `add --vectors`, the class of each row, and how quick that was."""
    rows = clustered(count, dim=_dim(count))
    centres = rows[np.random.default_rng(0).choice(count, CLUSTERS, replace=False)]
    truth = np.concatenate([(rows[k : k + 65_536] @ centres.T).argmax(axis=1) for k in range(0, count, 65_536)])
    names = np.array([f"{number:07d}.jpg" for number in range(count)])
    np.savez(file, path=names, vector=rows.astype(np.float16), encoder=np.array(NAME))
    del rows
    workspace = create(folder)
    seconds = _seconds(lambda: vectors_file.add_vectors(workspace, file))
    file.unlink()
    return workspace, truth % CLASSES, {"import_rows_per_s": count / seconds}


def _labelled(workspace: Workspace, truth: np.ndarray[Any, Any]) -> None:
    """Classes, a promoted head of their means, and a thousand labels of a person."""
    snapshot = Snapshot(workspace)
    rng = np.random.default_rng(1)
    some = rng.choice(len(truth), min(len(truth), 20_000), replace=False)
    means = [np.asarray(snapshot.vectors[some[truth[some] == k]], np.float32).mean(axis=0) for k in range(CLASSES)]
    with workspace.engine.begin() as connection:
        person = actors.id_of(connection, "ann")
        classes = class_head.put_in_use(workspace, connection, means, person, PEOPLE)
        chosen = rng.choice(len(truth), PEOPLE, replace=False)
        ids = snapshot.ids
        labels.write(connection, Batch(person, "human"), [Change(int(ids[k]), classes[int(truth[k])]) for k in chosen])


class _Pages:
    """What pages ask for, over the routes of a server in this process."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.base = f"/api/{NAME}"

    def get(self, path: str, **query: Any) -> Any:
        answer = self.client.get(f"{self.base}/{path}", params=query)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: Any) -> Any:
        answer = self.client.post(f"{self.base}/{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def decide(self, items: list[int], category: int, **more: Any) -> str:
        """Label some items; the id of the batch."""
        number = str(uuid.uuid4())
        wish = {"id": number, "batch": number, "kind": "label", "category": category, "source": "human", **more}
        done = self.post("ops", {"ops": [wish | {"items": [{"id": k, "version": None} for k in items]}]})
        assert done["acks"][0]["status"] == "saved", done
        return str(done["acks"][0]["batch"])


def ask(root: Path) -> Figures:
    """What the pages ask of a server that has just started."""
    begin = time.perf_counter()
    from bench.speed import app_routes

    with app_routes.client(root) as client:
        pages = _Pages(client)
        categories = [one["id"] for one in pages.get("meta")["categories"]]
        figures: Figures = {"open_s": time.perf_counter() - begin}
        figures["first_grid_s"] = _seconds(lambda: pages.get("tiles", order="suspicion"))
        figures["first_grid_margin_s"] = _seconds(lambda: pages.get("tiles", order="margin"))
        figures |= _one_by_one(pages, categories)
        lot = pages.get("ids", state="machine")["items"][:BULK]
        begin = time.perf_counter()
        batch = pages.decide([item[0] for item in lot], categories[1], bulk=True)
        figures["bulk10k_s"] = time.perf_counter() - begin
        figures["undo10k_s"] = _seconds(lambda: pages.post("undo", {"batch": batch}))
        figures["recent_s"] = _seconds(lambda: pages.get("recent"))
    figures["server_gb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return figures


def _one_by_one(pages: _Pages, categories: list[int]) -> Figures:
    """Filters, neighbours and single labels."""
    some = [tile["id"] for tile in pages.get("tiles", order="margin", state="machine", limit=500)["tiles"]]

    def times(call: Callable[[int], object], n: int) -> list[float]:
        return [_seconds(lambda number=number: call(number)) for number in range(n)]  # type: ignore[misc]

    def label_and_look(n: int) -> None:
        pages.decide([some[LABELS + n]], categories[0])
        pages.get("tiles", order="suspicion")

    filters = times(lambda n: pages.get("tiles", order="margin", **{"class": categories[n % len(categories)]}), ASKED)
    near = times(lambda n: pages.get("neighbours", item=some[n], limit=60), ASKED)
    taken = times(lambda n: pages.decide([some[n]], categories[0]), LABELS)
    return {
        "filter_ms": 1e3 * float(np.median(filters)),
        "neighbours_ms": 1e3 * float(np.median(near)),
        "label_p95_ms": 1e3 * float(np.percentile(taken, 95)),
        "label_and_suspicion_s": float(np.median(times(label_and_look, 5))),
    }


if __name__ == "__main__":
    print(json.dumps(ask(Path(sys.argv[1]))))
