"""What the Review and Neighbours pages ask of the server, over HTTP in one process, on clustered vectors.

Half of the labels are the head's own, the rest imported with 5 % errors; a thousand are a person's. Each figure is the median of
repeats in milliseconds, answer in JSON included. `after_` figures come right after a label, when what it touched is stale.
30,000 items; `--long` takes 100,000 (its kNN graph alone takes minutes to build), `--quick` 10,000.
"""

from __future__ import annotations

import hashlib
import itertools
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from starlette.testclient import TestClient
from threadpoolctl import threadpool_limits

from bench.harness import Figures, Options, median_seconds
from bench.speed import app_routes, class_head, large_workspace
from bench.speed.search import CLUSTERS, DIM, clustered
from embedding.encoders.external_vectors import of_vectors
from labeling.proposals import pseudo_labels
from labeling.snapshot.snapshot import Snapshot
from store.items import items, vectors
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.team import actors
from store.workspace import Workspace, create

ITEMS, LONG, QUICK = 30_000, 100_000, 10_000
CLASSES, PEOPLE = 10, 1_000
NAME = "scale"
REPEATS = 7
ORDERS = ("margin", "suspicion", "disagreement", "newest", "next")


def run(options: Options) -> Figures:
    """Build the workspace, then ask. `first_s` is the first page by suspicion, index and graph built on the way.

    With `--rows` see `bench.speed.large_workspace`.
    """
    if options.rows:
        return large_workspace.measure(options)
    count = QUICK if options.quick else LONG if options.long else ITEMS
    with tempfile.TemporaryDirectory() as scratch, threadpool_limits(options.threads):
        root = Path(scratch) / "all"
        build(root / "scale", count)
        with app_routes.client(root) as client:
            return {"items": count, **_ask(client)}


def build(folder: Path, count: int, seed: int = 0) -> Workspace:
    """A workspace of `count` clustered vectors with a promoted head and labels; no image files."""
    rng = np.random.default_rng(seed)
    rows = clustered(count, seed)
    centres = rows[rng.choice(count, CLUSTERS, replace=False)]
    truth = (rows @ centres.T).argmax(axis=1) % CLASSES
    workspace = create(folder)
    with workspace.engine.begin() as connection:
        names = [f"{number:06d}.jpg" for number in range(count)]
        digests = [hashlib.sha256(name.encode()).hexdigest() for name in names]  # its start is the item's group
        new = [items.NewItem("image", f"/x/{n}", n, sha256=digest) for n, digest in zip(names, digests, strict=True)]
        ids = items.add(connection, new)
        encoder = vectors.add_encoder(
            connection, fingerprint=of_vectors(NAME), name=NAME, spec=f"vectors:{NAME}", dim=DIM
        )
        vectors.use_encoder(connection, encoder)
        vectors.record(connection, encoder, vectors.write_shard(workspace.folder("vectors"), rows), ids)
        person = actors.id_of(connection, "ann")
        means = [rows[truth == k].mean(axis=0) for k in range(CLASSES)]
        classes = class_head.put_in_use(workspace, connection, means, person, PEOPLE)
        given = np.where(rng.random(count) < 0.05, rng.integers(0, CLASSES, count), truth)
        imported = [Change(ids[k], classes[given[k]]) for k in range(0, count, 2)]
        labels.write(connection, Batch(person, "import", kind="import"), imported)
        chosen = rng.choice(count, PEOPLE, replace=False)
        labels.write(connection, Batch(person, "human"), [Change(ids[k], classes[truth[k]]) for k in chosen])
    pseudo_labels.pseudo_label(Snapshot(workspace), "head")
    workspace.engine.dispose()
    return workspace


def _ask(client: TestClient) -> Figures:
    base = "/api/scale"

    def get(path: str, **query: Any) -> Any:
        answer = client.get(f"{base}/{path}", params=query)
        answer.raise_for_status()
        return answer.json()

    def ms(call: Callable[[], object]) -> float:
        return 1e3 * median_seconds(call, repeats=REPEATS)

    start = time.perf_counter()
    get("tiles", order="suspicion")
    figures: Figures = {"first_s": time.perf_counter() - start}
    for order in ORDERS:
        figures[f"tiles_{order}_ms"] = ms(lambda order=order: get("tiles", order=order, state="none,machine"))  # type: ignore[misc]
    category = get("meta")["categories"][0]["id"]
    figures["tiles_class_ms"] = ms(lambda: get("tiles", order="margin", **{"class": category}))
    figures["ids_ms"] = ms(lambda: get("ids", state="none,machine"))
    open_tiles = itertools.cycle(get("tiles", order="margin", state="machine", limit=500)["tiles"])
    figures["neighbours_ms"] = ms(lambda: get("neighbours", item=next(open_tiles)["id"], limit=60))
    figures["item_ms"] = ms(lambda: get("item/" + str(next(open_tiles)["id"])))
    figures["recent_ms"] = ms(lambda: get("recent"))

    def label(kind: str = "label") -> None:
        tile = next(open_tiles)
        number = str(uuid.uuid4())
        wish = {"id": number, "batch": number, "kind": kind, "category": tile["category"], "source": "human"}
        wish["items"] = [{"id": tile["id"], "version": None}]
        answer = client.post(f"{base}/ops", json={"ops": [wish]})
        assert answer.json()["acks"][0]["status"] == "saved", answer.text

    figures["ops_ms"] = ms(label)
    figures["ops_reject_ms"] = ms(lambda: label("reject"))
    after = {
        "tiles_margin": lambda: get("tiles", order="margin", state="none,machine"),
        "tiles_suspicion": lambda: get("tiles", order="suspicion", state="none,machine"),
        "tiles_next": lambda: get("tiles", order="next", state="none,machine"),
        "recent": lambda: get("recent"),
        "item": lambda: get("item/1"),
        "neighbours": lambda: get("neighbours", item=1, limit=60),
    }
    for name, call in after.items():
        figures[f"after_{name}_ms"] = 1e3 * float(np.median([_after(label, call) for _ in range(REPEATS)]))
    return figures


def _after(change: Callable[[], None], call: Callable[[], object]) -> float:
    change()
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
