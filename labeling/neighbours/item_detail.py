"""Looking closely: one item, its neighbours, clusters to fix, and near-duplicates."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix, csgraph

from embedding.pictures.images import read as read_image
from errors import InputError
from labeling.cleaning import suspicion
from labeling.review.grid import View, tile, view
from labeling.snapshot.snapshot import Scene
from store.items import items, originals
from store.ledger import event_reader
from store.project.taxonomy import Category
from store.team import leases

WHY_NEIGHBOURS = 10
NEAR = 20  # the items found first, which say what a search is about
PERSON_WEIGHT = 3
AGREED = 3  # people's labels among the nearest that together need no other voice
DUPLICATE_COSINE = 0.995
DUPLICATE_BITS = 6


def item(scene: Scene, item_id: int) -> dict[str, Any]:
    """One item: scores, why it is suspected, and its history."""
    seen = view(scene, suspicion=True)
    row = _row(seen, item_id)
    linear, probabilities = scene.probabilities()
    with scene.workspace.read() as connection:
        stored = items.get(connection, item_id)
        events = event_reader.events(connection, item_id)
        lease = leases.of_item(connection, item_id)
        original = originals.states(connection, [stored])[item_id]
    scores = [
        {"category": int(number), "p": round(float(p), 4)}
        for number, p in zip(linear.classes, probabilities[row], strict=True)
    ]
    return {
        **tile(seen, row, float(seen.margin[row])),
        "width": stored.width,
        "height": stored.height,
        "path": stored.path,
        "original": str(original),
        "meta": {key: value for key, value in stored.meta.items() if key != items.FRAMES},
        "frames": int(stored.meta.get(items.FRAMES, 1)),
        "audit": bool(stored.audit),
        "lease": None if lease is None else {"actor": lease[0], "until": lease[1].isoformat()},
        "scores": sorted(scores, key=lambda score: -score["p"]),
        "why": _why(scene, seen, row),
        "labelled_by": _standing(events),
        "history": [
            {
                "category": event.category_id,
                "value": event.value,
                "source": event.source,
                "actor": event.actor,
                "at": event.at.isoformat(),
                "batch": event.batch_id,
                "reason": event.reason,
                "undo": event.undo,
                "reverted": event.reverted,
                "origin": _origin(event.source, event.prompt_version, event.head_id, event.actor),
            }
            for event in events
        ],
    }


def _standing(events: list[event_reader.EventRow]) -> str:
    """Who or what made the label that stands: the newest event that is no undo and was not taken back."""
    made = next((event for event in events if not event.undo and not event.reverted), None)
    return "" if made is None else _origin(made.source, made.prompt_version, made.head_id, made.actor)


def _origin(source: str, version: int | None, head_id: int | None, actor: str) -> str:
    if source == "zero_shot":
        return f"zero-shot, prompts {version}" if version else "zero-shot"
    if source == "head":
        return f"head {head_id}" if head_id else "head"
    return {"import": "import", "neighbour": f"{actor}, through neighbours"}.get(source, actor)


def _row(seen: View, item_id: int) -> int:
    rows = seen.board.rows([item_id])
    if not len(rows):
        raise InputError(f"Item {item_id} has no vector yet. Wait until it is embedded, then try again.")
    return int(rows[0])


def _why(scene: Scene, seen: View, row: int) -> str:
    """One sentence on why a label is suspected, or an empty one."""
    if seen.suspicion is None or np.isnan(seen.suspicion[row]) or seen.suspicion[row] < 0.5 or seen.board.person[row]:
        return ""
    found = scene.suspicion()
    linear, _ = scene.probabilities()
    names = {category.id: category.name for category in scene.tree}
    favoured = int(linear.classes[int(found.proposed[row])])
    if favoured == int(seen.board.category[row]):
        return f"Suspicion {seen.suspicion[row]:.2f}: its neighbours do not agree on a class."
    near = scene.graph.affinity[row].indices
    weight = scene.graph.affinity[row].data
    near = near[np.argsort(-weight)][:WHY_NEIGHBOURS]
    verified = near[seen.board.person[near]]
    pool, word = (verified, "verified") if len(verified) >= 3 else (near, "")
    same = int((seen.board.category[pool] == favoured).sum())
    of = " ".join(part for part in ("nearest", word, "images") if part)
    return f"Suspicion {seen.suspicion[row]:.2f}: {same} of its {len(pool)} {of} are {names.get(favoured, '?')}."


def neighbours(
    scene: Scene, *, item_id: int | None = None, text: str | None = None, path: Path | None = None, limit: int = 60
) -> dict[str, Any]:
    """The nearest items of an item, a text or an image file, nearest first, each with its similarity (cosine).

    `suggest` is the class to fix them with: for an item what the nearest people's labels agree on, else what its neighbours
    favour, as suspicion has it; for words or a file what most of the near ones carry.

    Raises:
        InputError: nothing was asked for, or the item is unknown. EncoderError: the encoder has no text side.
    """
    by_item = item_id is not None
    seen = view(scene, suspicion=by_item, best_by_neighbours=by_item)
    asked = None if item_id is None else _row(seen, item_id)
    if asked is not None:
        query = np.asarray(scene.vectors[asked], np.float32)[None]
    elif path is not None:
        query = scene.encoder.encode_frames([read_image(path).pixels])
    elif text and text.strip():
        query = scene.encoder.encode_text([text.strip()])
    else:
        raise InputError("Type some words, or choose an image, to search with.")
    wanted = min(limit + 1, max(len(scene.ids), 1))
    if not len(scene.ids):
        return {"tiles": [], "suggest": None}
    found, cosines = scene.index.search(query, wanted)
    shown = []
    for number, cosine in zip(found[0], cosines[0], strict=True):
        if number < 0 or number == item_id:
            continue
        row = int(np.searchsorted(seen.board.ids, number))
        made = tile(seen, row, float(cosine))
        shown.append({**made, "similarity": round(float(cosine), 4), "distance": round(1 - float(cosine), 4)})
    suggested = _most(shown) if asked is None else _favoured(shown, int(seen.best[asked]))
    return {"tiles": shown[:limit], "suggest": suggested}


def _favoured(shown: list[dict[str, Any]], best: int) -> int:
    """What the nearest people's labels agree on where there are some, else what all neighbours favour (`best`)."""
    people = [int(made["category"]) for made in shown[:WHY_NEIGHBOURS] if made["state"] == "person"]
    return people[0] if len(people) >= AGREED and len(set(people)) == 1 else best


def _most(shown: list[dict[str, Any]]) -> int | None:
    """The class that most of the near items carry; a person's label counts for several of a machine's."""
    counts: Counter[int] = Counter()
    for made in shown[:NEAR]:
        if made["category"] is not None:
            counts[int(made["category"])] += PERSON_WEIGHT if made["state"] == "person" else 1
    return counts.most_common(1)[0][0] if counts else None


def clusters(scene: Scene, limit: int = 20) -> dict[str, Any]:
    """Groups of connected neighbours that share a suspected error, largest gain first."""
    seen = view(scene, suspicion=True, best_by_neighbours=True)
    linear, _ = scene.probabilities()
    labels = seen.board.class_index(linear.classes)
    found = suspicion.clusters(scene.graph, scene.suspicion(), labels, ~seen.board.person)
    return {
        "total": len(found),
        "clusters": [
            {
                "id": f"{int(seen.board.ids[cluster.rows].min())}-{linear.classes[cluster.proposed]}",
                "category": linear.classes[cluster.label],
                "proposed": linear.classes[cluster.proposed],
                "suspicion": round(cluster.score, 4),
                "items": [[int(seen.board.ids[row]), int(seen.board.version[row])] for row in cluster.rows],
                "similarities": _to_first(scene, cluster.rows),
                "tiles": [tile(seen, int(row), _score(seen, row)) for row in cluster.rows[:4]],
            }
            for cluster in found[:limit]
        ],
    }


def _to_first(scene: Scene, rows: npt.NDArray[np.int64]) -> list[float]:
    """Cosine of each row (int64 [k]) to the first of them."""
    vectors = np.asarray(scene.vectors[rows], np.float32)
    return [round(float(cosine), 4) for cosine in vectors @ vectors[0]]


def _score(seen: View, row: int) -> float | None:
    return None if seen.suspicion is None else float(seen.suspicion[row])


def duplicates(scene: Scene) -> dict[str, Any]:
    """Near-duplicates: linked in the graph, a cosine of at least .995, and perceptual hashes at most 6 bits apart."""
    seen = view(scene)
    with scene.workspace.read() as connection:
        stored = items.get_many(connection, [int(number) for number in seen.board.ids])
    hashes = [stored[int(number)].phash for number in seen.board.ids]
    groups = _linked(scene, hashes)
    return {
        "total": len(groups),
        "groups": [
            {
                "items": [int(seen.board.ids[row]) for row in rows],
                "tiles": [tile(seen, int(row), None) for row in rows[:8]],
            }
            for rows in groups
        ],
    }


def _linked(scene: Scene, hashes: list[str | None]) -> list[npt.NDArray[np.int64]]:
    links = scene.graph.affinity.tocoo()
    upper = links.row < links.col
    a, b = links.row[upper], links.col[upper]
    keep = []
    for start in range(0, len(a), 65_536):
        part = slice(start, start + 65_536)
        cosine = np.einsum(
            "nd,nd->n", np.asarray(scene.vectors[a[part]], np.float32), np.asarray(scene.vectors[b[part]], np.float32)
        )
        keep.append(cosine >= DUPLICATE_COSINE)
    near = np.concatenate(keep) if keep else np.empty(0, np.bool_)
    pairs = [(i, j) for i, j in zip(a[near], b[near], strict=True) if _alike(hashes[i], hashes[j])]
    if not pairs:
        return []
    left, right = np.array(pairs).T
    matrix = coo_matrix((np.ones(len(pairs)), (left, right)), shape=links.shape)
    _, part_of = csgraph.connected_components(matrix, directed=False)
    found = [np.flatnonzero(part_of == number) for number in np.unique(part_of[left])]
    return sorted(found, key=lambda rows: -len(rows))


def _alike(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return True
    return (int(one, 16) ^ int(other, 16)).bit_count() <= DUPLICATE_BITS


def named(tree: list[Category], category_id: int | None) -> str | None:
    """A category's path, or None."""
    return next((category.path for category in tree if category.id == category_id), None)
