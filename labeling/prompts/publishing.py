"""Prompts: what is published, what a draft would change, publishing."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from errors import InputError
from labeling.prompts import drafts
from labeling.review import grid
from labeling.scoring import zero_shot
from labeling.scoring.draft_scores import LiveScores, Standing
from labeling.scoring.tree_classifier import Paths
from labeling.scoring.zero_shot import Linear
from labeling.snapshot.snapshot import Scene
from store import workspace as workspaces
from store.project import prompts as stored
from store.project import taxonomy
from store.project.prompts import PromptSet
from store.workspace import Workspace

CONTESTED = 0.1  # a margin below this is contested
TOP = 12
MOVES = 5
AUDIT_ENOUGH = 20
MOST = 8


def prompts(workspace: Workspace, actor: str | None = None) -> dict[str, Any]:
    """The published prompts with their categories, the person's draft if there is one, and the list of versions."""
    with workspace.read() as connection:
        tree = taxonomy.categories(connection)
        if not tree:
            return {"version": None, "versions": [], **_shown(tree, PromptSet()), "facets": [], "draft": None}
        version = stored.published(connection)
        every = stored.versions(connection)
        actor_id = None if actor is None else workspaces.known_actor(connection, actor)
        draft = None if actor_id is None else stored.draft(connection, actor_id)
        facets = [{"id": f.id, "name": f.name, "exclusive": f.exclusive} for f in taxonomy.facets(connection)]
    return {
        "version": version.number,
        "versions": [{"version": v.number, "at": v.at.isoformat(), "actor": v.actor, "note": v.note} for v in every],
        **_shown(tree, version.prompts),
        "facets": facets,
        "draft": None if draft is None else {**drafts.as_json(draft), **_shown(tree, draft.prompts)},
    }


def prompts_at(workspace: Workspace, number: int) -> dict[str, Any]:
    """The categories in use with the prompts that they had in a version, and what else that version said."""
    with workspace.read() as connection:
        version = stored.published(connection, number)
        tree = taxonomy.categories(connection)
    return {
        "version": number,
        **_shown(tree, version.prompts),
        "note": version.note,
    }


def _shown(tree: list[taxonomy.Category], prompt_set: PromptSet) -> dict[str, Any]:
    """What a version or a draft says: `categories` in use with their prompts, `templates`, `background`, `options`."""
    return {
        "categories": _categories(tree, prompt_set),
        "templates": list(prompt_set.templates),
        "background": list(prompt_set.background),
        "options": stored.options_json(prompt_set.options),
    }


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
    return _merged(published, wish)


def _merged(published: PromptSet, wish: dict[str, Any]) -> PromptSet:
    """What is published with a draft laid over it; entries without an id are left out.

    Raises:
        InputError: a part of the draft cannot be read.
    """
    categories = dict(published.categories)
    for entry in wish.get("categories") or []:
        if entry.get("id") is not None:
            number = int(entry["id"])
            read = stored.from_json({"categories": {str(number): entry.get("prompts") or []}})
            categories[number] = read.categories[number]
    lists = {name: _lines(wish[name]) for name in ("templates", "background") if wish.get(name) is not None}
    options = wish.get("options")
    read_options = published.options if options is None else stored.read_options(dict(options))
    return replace(published, categories=categories, options=read_options, **lists)


def _lines(texts: Iterable[Any]) -> tuple[str, ...]:
    """Texts without the empty ones, each once, at most 300 characters."""
    return tuple(dict.fromkeys(text for text in (" ".join(str(t).split())[:300] for t in texts) if text))


def draft(scene: Scene, wish: dict[str, Any]) -> dict[str, Any]:
    """What a draft would change, without saving it: counts per class, moves with images, accuracy on people's labels.

    Raises:
        InputError: a category would be left without a prompt.
    """
    begin = time.perf_counter()
    made = from_request(scene, wish)
    before, after = scene.prompted(), scene.prompted(made, scene.nodes())
    was, now = standing(scene, before, after)
    seen: grid.View = scene.kept("draft view", (scene.revision(), len(scene.ids)), lambda: grid.view(scene))
    focus = next((c for c in scene.tree if c.id == wish.get("focus")), None) or scene.classes()[0]
    return {
        **effect(scene, seen, after, was, now),
        "focus": focus.id,
        "top": _top(scene, seen, made, focus),
        "unknown": _unknown(scene, wish),
        "contested_below": CONTESTED,
        "ms": round(1000 * (time.perf_counter() - begin), 1),
    }


def effect(scene: Scene, seen: grid.View, after: Linear, was: Standing, now: Standing) -> dict[str, Any]:
    """`counts` per class, the largest `moves` with images, `accuracy` and `macro_f1` on people's labels."""
    return {
        "counts": _counts(after, was.best, now.best, now.margin),
        "moves": _moves(seen, after, was.best, now.best, now.confidence),
        **_quality(scene, after, was.best, now.best),
    }


def both(scene: Scene, before: Linear, after: Linear) -> tuple[Standing, Standing]:
    """What two classifiers say of every item, both scored now."""
    return _scored(scene, before), _scored(scene, after)


def standing(scene: Scene, before: Linear, after: Linear) -> tuple[Standing, Standing]:
    """What two classifiers with the same classes say of every item; where only some class vectors differ, only those are scored."""
    if not isinstance(before, Paths) and not isinstance(after, Paths):
        key = (before.classes, _sum(before), len(scene.ids), scene.vectors_revision)
        live: LiveScores = scene.kept("live", key, lambda: LiveScores(scene.vectors, before))
        if live.fits(after):
            return live.published, live.draft(after)
    stamp = (before.classes, scene.prompts()[0], _sum(before), len(scene.ids), scene.vectors_revision)
    published: Standing = scene.kept("published standing", stamp, lambda: _scored(scene, before))
    return published, _scored(scene, after)


def _sum(linear: Linear) -> tuple[float, float]:
    return float(linear.weights.sum()), float(linear.bias.sum())


def _scored(scene: Scene, linear: Linear) -> Standing:
    best, confidence, margin = zero_shot.top_two(linear.probabilities(scene.vectors))
    return Standing(best, confidence, margin, (), np.empty((len(best), 0), np.float32))


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
    rows, which = board.judges(truth, AUDIT_ENOUGH)
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


def _top(scene: Scene, seen: grid.View, made: PromptSet, focus: taxonomy.Category) -> list[dict[str, Any]]:
    """The images nearest to a category's vector, with their cosines."""
    texts = stored.texts_of(made, focus, scene.tree)
    if not len(scene.ids) or not texts:
        return []
    vector = scene.texts.class_vectors([texts])
    cosines = Linear((focus.id,), vector, np.zeros(1, np.float32)).logits(scene.vectors)[:, 0]
    return [grid.tile(seen, int(row), float(cosines[row])) for row in highest(cosines, TOP)]


def highest(values: npt.NDArray[np.float32], count: int) -> npt.NDArray[np.int64]:
    """Rows of the highest values, the highest first."""
    rows = np.argpartition(-values, min(count, len(values)) - 1)[:count]
    return np.asarray(rows[np.argsort(-values[rows], kind="stable")], np.int64)


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
    encoder = scene.encoder  # asked once: opening it looks into the database
    found = [{"prompt": text, "words": encoder.unknown_words(text)} for text in dict.fromkeys(texts) if text.strip()]
    return [entry for entry in found if entry["words"]]


def publish(scene: Scene, wish: dict[str, Any], note: str, actor: str) -> dict[str, Any]:
    """Publish a draft as a version; entries without an id become new categories.

    Args:
        wish: the draft; with `base` it is published only while that is the newest version.

    Raises:
        ConflictError: another version was published since; nothing was changed.
        InputError: a category would be left without a prompt, or a name is taken.
    """
    with scene.workspace.engine.begin() as connection:
        actor_id = workspaces.actor_id(connection, actor)
        drafts.check_base(connection, wish.get("base"))
        try:
            published = stored.published(connection).prompts
        except InputError:
            published = PromptSet()
        made = _merged(published, {**wish, "categories": _with_ids(connection, wish.get("categories") or [])})
        tree = taxonomy.categories(connection)
        for category in tree:
            if not stored.texts_of(made, category, tree):
                raise InputError(f"{category.path} has no prompt that is switched on. Add one before you publish.")
        number = stored.publish(connection, made, note=note.strip()[:500], actor_id=actor_id)
        drafts.settle(connection, wish, actor_id)
    return {"version": number}


def _with_ids(connection: Connection, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries of a draft, each with the id of its category; those without one are made."""
    found = []
    for entry in entries:
        number = entry.get("id")
        if number is None:
            number = taxonomy.add(connection, str(entry.get("name", "")), parent_id=entry.get("parent"))
        found.append({**entry, "id": number})
    return found


def save_draft(scene: Scene, wish: dict[str, Any], actor: str) -> str | None:
    """Keep a person's draft between visits; annotators go on seeing the published version. See `drafts.save`."""
    made = from_request(scene, wish)
    with scene.workspace.engine.begin() as connection:
        return drafts.save(connection, made, wish, actor)


def discard(scene: Scene, wish: dict[str, Any], actor: str) -> None:
    """Forget a person's draft; the published version stays."""
    with scene.workspace.engine.begin() as connection:
        drafts.drop(connection, wish, actor)
