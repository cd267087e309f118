"""Prompts: what is published, what a draft would change, publishing."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from errors import InputError
from labeling.board import HUMAN
from labeling.live import LiveScores
from labeling.pipeline import grid
from labeling.pipeline.scene import Scene
from labeling.zero_shot import Linear
from store import prompts as stored
from store import taxonomy
from store import workspace as workspaces
from store.prompts import Prompt, PromptSet
from store.workspace import Workspace

CONTESTED = 0.1  # a margin below this is contested
TOP = 12
MOVES = 5
MOST = 8


def prompts(workspace: Workspace) -> dict[str, Any]:
    """The published prompts with their categories, the draft if there is one, and the list of versions."""
    with workspace.read() as connection:
        tree = taxonomy.categories(connection)
        if not tree:
            return {"version": None, "versions": [], "categories": [], "templates": [], "draft": None}
        version = stored.published(connection)
        every = stored.versions(connection)
        draft = stored.draft(connection)
    return {
        "version": version.number,
        "versions": [{"version": v.number, "at": v.at.isoformat(), "actor": v.actor, "note": v.note} for v in every],
        "categories": _categories(tree, version.prompts),
        "templates": list(version.prompts.templates),
        "background": list(version.prompts.background),
        "centred": version.prompts.centred,
        "draft": None
        if draft is None
        else {
            "base": draft.base,
            "actor": draft.actor,
            "at": draft.at.isoformat(),
            "categories": _categories(tree, draft.prompts),
            "templates": list(draft.prompts.templates),
        },
    }


def prompts_at(workspace: Workspace, number: int) -> list[dict[str, Any]]:
    """The categories with the prompts that they had in a version."""
    with workspace.read() as connection:
        return _categories(taxonomy.categories(connection), stored.published(connection, number).prompts)


def _categories(tree: list[taxonomy.Category], prompt_set: PromptSet) -> list[dict[str, Any]]:
    return [
        {
            **grid.category_json(category),
            "depth": category.depth,
            "prompts": [{"text": p.text, "on": p.on} for p in prompt_set.categories.get(category.id, ())],
        }
        for category in tree
    ]


def from_request(scene: Scene, wish: dict[str, Any]) -> PromptSet:
    """The prompt set that a draft request describes: what it leaves out stays as published."""
    _, published = scene.prompts()
    categories = dict(published.categories)
    for entry in wish.get("categories") or []:
        if entry.get("id") is not None:
            read = stored.from_json({"categories": {str(int(entry["id"])): entry.get("prompts") or []}})
            categories.update(read.categories)
    templates = wish.get("templates")
    made = replace(published, categories=categories)
    return (
        made
        if templates is None
        else replace(made, templates=tuple(str(text).strip() for text in templates if str(text).strip()))
    )


def draft(scene: Scene, wish: dict[str, Any]) -> dict[str, Any]:
    """What a draft would change, without saving it: counts per class, moves with images, accuracy on people's labels.

    Raises:
        InputError: a category would be left without a prompt.
    """
    begin = time.perf_counter()
    before = scene.zero_shot()
    after = scene.zero_shot(from_request(scene, wish))
    live = _live(scene, before)
    now = live.draft(after)
    old, new = live.published.best, now.best
    seen: grid.View = scene.kept("draft view", (scene.revision(), len(scene.ids)), lambda: grid.view(scene))
    focus = int(wish["focus"]) if wish.get("focus") in after.classes else after.classes[0]
    return {
        "counts": _counts(after, old, new, now.margin),
        **_quality(scene, after, old, new),
        "focus": focus,
        "top": _top(seen, after, focus, live.column(now, after.classes.index(focus))),
        "moves": _moves(seen, after, old, new, now.confidence),
        "unknown": _unknown(scene, wish),
        "contested_below": CONTESTED,
        "ms": round(1000 * (time.perf_counter() - begin), 1),
    }


def _live(scene: Scene, before: Linear) -> LiveScores:
    """The published prompts' scores, kept while they and the vectors stay the same."""
    key = (before.classes, float(before.weights.sum()), len(scene.ids), scene.vectors_revision)
    kept: LiveScores = scene.kept("live", key, lambda: LiveScores(scene.vectors, before))
    return kept


def _counts(after: Linear, old: Any, new: Any, margin: Any) -> list[dict[str, Any]]:
    return [
        {
            "category": number,
            "before": int((old == k).sum()),
            "after": int((new == k).sum()),
            "in": int(((new == k) & (old != k)).sum()),
            "out": int(((old == k) & (new != k)).sum()),
            "contested": int(((new == k) & (margin < CONTESTED)).sum()),
        }
        for k, number in enumerate(after.classes)
    ]


def _quality(scene: Scene, after: Linear, old: Any, new: Any) -> dict[str, Any]:
    """Accuracy before and after on what people have labelled: the audit items where there are enough, else all."""
    board = scene.board()
    truth = board.class_index(after.classes)
    verified = (board.source >= HUMAN) & (truth >= 0)
    audit = verified & board.audit
    rows, which = (
        (np.flatnonzero(audit), "audit items") if audit.sum() >= 20 else (np.flatnonzero(verified), "human labels")
    )
    if not len(rows):
        return {"accuracy": None, "macro_f1": None}
    was, now = old[rows] == truth[rows], new[rows] == truth[rows]
    return {
        "accuracy": {"before": float(was.mean()), "after": float(now.mean()), "n": len(rows), "set": which},
        "macro_f1": {
            "before": macro_f1(truth[rows], old[rows]),
            "after": macro_f1(truth[rows], new[rows]),
            "n": len(rows),
        },
    }


def macro_f1(truth: npt.NDArray[np.int64], predicted: npt.NDArray[np.int64]) -> float:
    """Mean F1 over the classes that occur in the truth."""
    found = []
    for k in np.unique(truth):
        hit = int(((truth == k) & (predicted == k)).sum())
        found.append(2 * hit / max(int((truth == k).sum() + (predicted == k).sum()), 1))
    return float(np.mean(found))


def _top(seen: grid.View, after: Linear, focus: int, logits: npt.NDArray[np.float32]) -> list[dict[str, Any]]:
    if not len(logits):
        return []
    rows = np.argpartition(-logits, min(TOP, len(logits)) - 1)[:TOP]
    rows = rows[np.argsort(-logits[rows], kind="stable")]
    length = max(float(np.linalg.norm(after.weights[after.classes.index(focus)])), 1e-9)
    return [grid.tile(seen, int(row), float(logits[row]) / length) for row in rows]


def _moves(seen: grid.View, after: Linear, old: Any, new: Any, confidence: Any) -> list[dict[str, Any]]:
    """The largest moves from one class to another, each with its most certain images."""
    changed = np.flatnonzero(old != new)
    pairs, counts = np.unique(old[changed] * len(after.classes) + new[changed], return_counts=True)
    found: list[dict[str, Any]] = []
    for place in np.argsort(-counts, kind="stable")[:MOST]:
        a, b = divmod(int(pairs[place]), len(after.classes))
        rows = changed[(old[changed] == a) & (new[changed] == b)]
        rows = rows[np.argsort(-confidence[rows], kind="stable")][:MOVES]
        found.append(
            {
                "from": after.classes[a],
                "to": after.classes[b],
                "count": int(counts[place]),
                "tiles": [grid.tile(seen, int(row), float(confidence[row])) for row in rows],
            }
        )
    return found


def _unknown(scene: Scene, wish: dict[str, Any]) -> list[dict[str, Any]]:
    texts = [str(p.get("text", "")) for entry in wish.get("categories") or [] for p in entry.get("prompts") or []]
    found = [
        {"prompt": text, "words": scene.encoder.unknown_words(text)} for text in dict.fromkeys(texts) if text.strip()
    ]
    return [entry for entry in found if entry["words"]]


def publish(scene: Scene, wish: dict[str, Any], note: str, actor: str) -> dict[str, Any]:
    """Publish a draft as a version; entries without an id become new categories.

    Raises:
        InputError: a category would be left without a prompt, or a name is taken.
    """
    with scene.workspace.engine.begin() as connection:
        actor_id = workspaces.actor_id(connection, actor)
        try:
            published = stored.published(connection).prompts
        except InputError:
            published = PromptSet()
        texts = dict(published.categories)
        for entry in wish.get("categories") or []:
            number = entry.get("id")
            if number is None:
                number = taxonomy.add(connection, str(entry.get("name", "")), parent_id=entry.get("parent"))
            read = stored.from_json({"categories": {str(int(number)): entry.get("prompts") or []}})
            texts.update(read.categories or {int(number): tuple[Prompt, ...]()})
        templates = wish.get("templates")
        kept = published.templates if templates is None else tuple(str(t).strip() for t in templates if str(t).strip())
        made = replace(published, categories=texts, templates=kept)
        for category in taxonomy.categories(connection):
            if not made.texts(category.id, category.name):
                raise InputError(f"{category.path} has no prompt that is switched on. Add one before you publish.")
        number = stored.publish(connection, made, note=note.strip()[:500], actor_id=actor_id)
    return {"version": number}


def save_draft(scene: Scene, wish: dict[str, Any], actor: str) -> None:
    """Keep a draft between visits; annotators go on seeing the published version."""
    made = from_request(scene, wish)
    with scene.workspace.engine.begin() as connection:
        base = stored.published(connection).number
        stored.save_draft(connection, made, base=base, actor_id=workspaces.actor_id(connection, actor))


def discard(scene: Scene) -> None:
    """Forget the draft; the published version stays."""
    with scene.workspace.engine.begin() as connection:
        stored.discard_draft(connection)
