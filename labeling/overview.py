"""Where the loop stands: counts, what is suspected, and the one thing to do next."""

from __future__ import annotations

from typing import NotRequired

import numpy as np
from typing_extensions import TypedDict

from labeling.cleaning.label_table import HUMAN, SOURCES
from labeling.neighbours import suspect_clusters
from labeling.review import grid, machine_view
from labeling.review.tile import Tile
from labeling.snapshot.snapshot import Snapshot
from store.database.connection import Connection
from store.items import arrivals, items, vectors
from store.items.arrivals import Arrivals
from store.ledger import event_reader
from store.project import prompts, taxonomy
from store.project.taxonomy import Category
from store.workspace import Workspace

SUSPECTED = 0.5


# Labels of a class by who gave them.
ClassCounts = TypedDict("ClassCounts", {"category": int, "person": int, "import": int, "machine": int})


class NextStep(TypedDict):
    """What moves the loop most: `add`, `propose`, `cluster`, `review` or `train`, of `count` images; a cluster with its tiles."""

    kind: str
    count: int
    category: int | None
    proposed: int | None
    cluster: NotRequired[str]
    tiles: NotRequired[list[Tile]]


class Summary(TypedDict):
    """Where the loop stands: counts of images, labels by class and by source, the suspects, and the next step."""

    items: int
    reviewed: int
    no_class: int
    labelled: int
    suspected: int
    counts: list[ClassCounts]
    sources: dict[str, int]
    prompt_version: int
    categories: int
    prompts: int
    suspects: list[Tile]
    next: NextStep


class ItemCounts(TypedDict):
    """How many items there are of each kind, with metadata, and without a label."""

    images: int
    frames: int
    videos: int
    with_metadata: int
    without_label: int


class Source(TypedDict):
    """Where items came from, and what became of them; `at` is ISO 8601."""

    source: str
    kind: str
    found: int
    added: int
    duplicates: int
    quarantined: int
    at: str


class Quarantined(TypedDict):
    """A file that could not be added, why, and what to do about it."""

    path: str
    reason: str
    way_out: str


class EncoderDetail(TypedDict):
    """The encoder in use; `bytes` are those of its fp16 vectors, `demonstration` is true for the one that ships."""

    name: str
    spec: str
    fingerprint: str
    dimensions: int
    vectors: int
    bytes: int
    demonstration: bool


class DataSummary(TypedDict):
    """What the Data page lists."""

    items: ItemCounts
    sources: list[Source]
    quarantine: list[Quarantined]
    encoder: EncoderDetail


def summary(snapshot: Snapshot) -> Summary:
    """Counts by class and source, suspects with their tiles, and the next step of the loop."""
    board = snapshot.labels.board()
    number, prompt_set = snapshot.prompts.version()
    counts: list[ClassCounts] = []
    for category in snapshot.categories.classes():
        mine = board.labelled & (board.category == category.id)
        counts.append(
            {
                "category": category.id,
                "person": int((mine & (board.source >= HUMAN)).sum()),
                "import": int((mine & (board.source == SOURCES.index("import"))).sum()),
                "machine": int((mine & (board.source < SOURCES.index("import"))).sum()),
            }
        )
    sources = {name: int((board.labelled & (board.source == code)).sum()) for code, name in enumerate(SOURCES) if name}
    seen = machine_view.view(snapshot, suspicion=True, best_by_neighbours=True) if len(board) else None
    rows = _suspects(seen)
    texts = [
        text for category in snapshot.categories.classes() for text in prompt_set.texts(category.id, category.name)
    ]
    return {
        "items": len(board),
        "reviewed": int((board.person & board.labelled).sum()),
        "no_class": int(board.no_class.sum()),
        "labelled": int(board.labelled.sum()),
        "suspected": len(rows),
        "counts": counts,
        "sources": sources,
        "prompt_version": number,
        "categories": len(counts),
        "prompts": len(texts),
        "suspects": [] if seen is None else [grid.tile(seen, int(row), _score(seen, row)) for row in rows[:4]],
        "next": _next(snapshot, seen, rows),
    }


def _suspects(seen: machine_view.View | None) -> list[int]:
    if seen is None or seen.suspicion is None:
        return []
    score = np.where(seen.board.person, np.nan, seen.suspicion)
    wrong = np.flatnonzero((np.nan_to_num(score) >= SUSPECTED) & (seen.best != seen.board.category))
    return [int(row) for row in wrong[np.argsort(-score[wrong], kind="stable")]]


def _score(seen: machine_view.View, row: int) -> float | None:
    return None if seen.suspicion is None else float(seen.suspicion[row])


def _next(snapshot: Snapshot, seen: machine_view.View | None, rows: list[int]) -> NextStep:
    """add, propose, cluster, review or train, whichever moves the loop most."""
    board = snapshot.labels.board()
    if seen is None or not len(board):
        return {"kind": "add", "count": 0, "category": None, "proposed": None}
    open_items = int((~board.labelled).sum())
    if open_items == len(board):
        return {"kind": "propose", "count": open_items, "category": None, "proposed": None}
    clusters = suspect_clusters.clusters(snapshot, 1)["clusters"]
    if clusters and len(clusters[0]["items"]) >= 4:
        first = clusters[0]
        return {
            "kind": "cluster", "count": len(first["items"]), "category": first["category"], "proposed": first["proposed"],
            "cluster": first["id"], "tiles": first["tiles"],
        }  # fmt: skip
    if rows:
        return {"kind": "review", "count": len(rows), "category": None, "proposed": None}
    return {"kind": "train", "count": int(board.person.sum()), "category": None, "proposed": None}


def data(workspace: Workspace) -> DataSummary:
    """What the Data page lists: items, sources, quarantine and the encoder in use."""
    with workspace.read() as connection:
        kinds = items.count(connection)
        encoder = vectors.current_encoder(connection)
        embedded = vectors.count(connection, encoder.id)
        states = event_reader.mean_state(connection)
        sources = items.sources(connection)
        bad = items.quarantined(connection)
        with_meta = items.with_metadata(connection)
    images, frames = kinds.get("image", 0), kinds.get("frame", 0)
    labelled = sum(count for name, count in states.items() if name != "unsure")
    return {
        "items": {"images": images, "frames": frames, "videos": kinds.get("video", 0), "with_metadata": with_meta, "without_label": max(0, images + frames - labelled)},
        "sources": [
            {"source": row.path, "kind": row.kind, "found": row.found, "added": row.added, "duplicates": row.duplicates,
             "quarantined": row.quarantined, "at": row.at.isoformat()}
            for row in sources
        ],
        "quarantine": [{"path": row.path, "reason": row.reason, "way_out": row.way_out} for row in bad],
        "encoder": {
            "name": encoder.name, "spec": encoder.spec, "fingerprint": encoder.fingerprint[:8], "dimensions": encoder.dim,
            "vectors": embedded, "bytes": embedded * encoder.dim * 2, "demonstration": encoder.spec == "built-in",
        },
    }  # fmt: skip


class Start(TypedDict):
    """How far a new workspace has come: images and frames, categories with prompts, images that a person decided on."""

    items: int
    categories: int
    reviewed: int


def start(workspace: Workspace) -> Start:
    """How far a new workspace has come, asked of the store alone."""
    with workspace.read() as connection:
        kinds = items.count(connection)
        states = event_reader.mean_state(connection)
        categories = _described(connection)
    return {
        "items": kinds.get("image", 0) + kinds.get("frame", 0),
        "categories": len(categories),
        "reviewed": states.get("person", 0) + states.get("none", 0),
    }


def arrivals_of(workspace: Workspace) -> Arrivals | None:
    """What came out of watched folders since a person last labelled; None where nothing did."""
    with workspace.read() as connection:
        return arrivals.unseen(connection)


def has_categories(workspace: Workspace) -> bool:
    """Whether there is anything to label with."""
    with workspace.read() as connection:
        return bool(_described(connection))


def _described(connection: Connection) -> list[Category]:
    """The categories, once prompts are published; before, none can be labelled with."""
    return taxonomy.categories(connection) if prompts.is_published(connection) else []
