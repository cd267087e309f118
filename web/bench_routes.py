"""What helps people label together: the next batch with its leases, guidelines, practice, agreement, saved views."""

from __future__ import annotations

from typing import Any

from errors import InputError
from labeling.pipeline import agreement, dealing, guidelines, smoothing
from store import views
from store import workspace as workspaces
from web.asking import Ask
from web.label_routes import query_of


def deal(ask: Ask) -> dict[str, Any]:
    """The next batch for the person who asks; with `fresh` what they held is given back."""
    return dealing.deal(ask.scene, query_of(ask), ask.actor, fresh=ask.body.get("fresh") is True)


def listed(ask: Ask) -> dict[str, Any]:
    """The guidelines of all categories."""
    return guidelines.listed(ask.scene)


def change(ask: Ask) -> dict[str, Any]:
    """Change one guideline: its `text`, or an `item` as example, counter-example or practice image (`on` or off).

    Raises:
        InputError: no category was given, or what is to be changed cannot be read.
    """
    category, text, item = ask.body.get("category"), ask.body.get("text"), ask.body.get("item")
    if not isinstance(category, int):
        raise InputError("Choose a category, then try again.")
    if isinstance(text, str):
        guidelines.write(ask.scene, category, text, ask.actor)
    elif isinstance(item, int):
        on = ask.body.get("on") is not False
        guidelines.show(ask.scene, category, item, str(ask.body.get("kind")), ask.actor, on=on)
    else:
        raise InputError("Type a text or choose an image, then try again.")
    return guidelines.listed(ask.scene)


def agree(ask: Ask) -> dict[str, Any]:
    """Cohen's kappa where items were labelled twice."""
    return agreement.of(ask.workspace)


def follow(ask: Ask) -> dict[str, Any]:
    """The machine's labels follow their neighbours, as a batch of the person who asks."""
    return smoothing.follow(ask.scene, ask.actor)


def saved(ask: Ask) -> dict[str, Any]:
    """The saved views."""
    with ask.workspace.read() as connection:
        found = views.listed(connection)
    return {"views": [{"name": v.name, "query": v.query, "actor": v.actor, "at": v.at.isoformat()} for v in found]}


def save(ask: Ask) -> dict[str, Any]:
    """Keep a view under a name, or forget it (`remove`).

    Raises:
        InputError: the name or the filter cannot be read.
    """
    name, query = ask.body.get("name"), ask.body.get("query")
    if not isinstance(name, str) or not isinstance(query, dict | None):
        raise InputError("Type a name for the view, then save it.")
    with ask.workspace.engine.begin() as connection:
        if ask.body.get("remove") is True:
            views.remove(connection, name)
        else:
            kept = {str(key): str(value) for key, value in (query or {}).items()}
            views.save(connection, name, kept, workspaces.actor_id(connection, ask.actor))
    return saved(ask)
