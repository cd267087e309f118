"""Published prompts and drafts: read, merge a request, publish, save and discard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from errors import InputError
from labeling.categories import display
from labeling.prompts import drafts
from labeling.snapshot.snapshot import Snapshot
from store import workspace as workspaces
from store.database.connection import Connection
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
            **display.category_json(category),
            "depth": category.depth,
            "prompts": [{"text": p.text, "on": p.on} for p in prompt_set.categories.get(category.id, ())],
        }
        for category in tree
    ]


def from_request(snapshot: Snapshot, wish: dict[str, Any]) -> PromptSet:
    """The prompt set that a draft request describes: what it leaves out stays as published."""
    _, published = snapshot.prompts.version()
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


def publish(snapshot: Snapshot, wish: dict[str, Any], note: str, actor: str) -> dict[str, Any]:
    """Publish a draft as a version; entries without an id become new categories.

    Args:
        wish: the draft; with `base` it is published only while that is the newest version.

    Raises:
        ConflictError: another version was published since; nothing was changed.
        InputError: a category would be left without a prompt, or a name is taken.
    """
    with snapshot.workspace.engine.begin() as connection:
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


def save_draft(snapshot: Snapshot, wish: dict[str, Any], actor: str) -> str | None:
    """Keep a person's draft between visits; annotators go on seeing the published version. See `drafts.save`."""
    made = from_request(snapshot, wish)
    with snapshot.workspace.engine.begin() as connection:
        return drafts.save(connection, made, wish, actor)


def discard(snapshot: Snapshot, wish: dict[str, Any], actor: str) -> None:
    """Forget a person's draft; the published version stays."""
    with snapshot.workspace.engine.begin() as connection:
        drafts.drop(connection, wish, actor)
