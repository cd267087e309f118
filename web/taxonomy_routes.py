"""Changing the category tree: every operation with its preview, over `labeling.pipeline`."""

from __future__ import annotations

from typing import Any

from errors import InputError
from labeling.pipeline import splitting, taxonomy
from web.asking import Ask


def show(ask: Ask) -> dict[str, Any]:
    """The categories in use, with the labels and prompts of each."""
    return {"categories": taxonomy.show(ask.workspace)}


def change(ask: Ask) -> dict[str, Any]:
    """One operation (`action`: add, edit, move, merge, retire or split); with `preview` it only says what it would touch.

    Raises:
        InputError: the operation cannot be done, or the request lacks something.
    """
    action = str(ask.body.get("action"))
    if action not in ACTIONS:
        raise InputError("There is no such operation on the categories. Reload the page.")
    try:
        return ACTIONS[action](ask)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"The request lacks something ({error}). Reload the page and try again.") from error


def suggestions(ask: Ask) -> dict[str, Any]:
    """The children that a split suggested for people's labels and nobody has confirmed yet."""
    found = splitting.suggestions(ask.workspace, ask.query.get("batch", ""))
    return {
        "suggestions": [
            {"item": r.item_id, "category": r.category_id, "confidence": round(r.confidence, 4)} for r in found
        ]
    }


def _who(ask: Ask) -> dict[str, Any]:
    return {"actor": ask.actor, "preview": bool(ask.body.get("preview"))}


def _number(ask: Ask, name: str) -> int:
    return int(ask.body[name])


def _above(ask: Ask) -> int | None:
    return None if ask.body.get("parent") is None else _number(ask, "parent")


def _add(ask: Ask) -> dict[str, Any]:
    facet = str(ask.body.get("facet") or "scene")
    made = taxonomy.add(
        ask.workspace,
        str(ask.body["name"]),
        _above(ask),
        facet=facet,
        exclusive=bool(ask.body.get("exclusive", True)),
        prompts=[str(text) for text in ask.body.get("prompts") or ()],
        **_who(ask),
    )
    return made.as_json()


def _edit(ask: Ask) -> dict[str, Any]:
    return taxonomy.edit(ask.workspace, _number(ask, "id"), dict(ask.body["changes"]), **_who(ask)).as_json()


def _move(ask: Ask) -> dict[str, Any]:
    return taxonomy.move(ask.workspace, _number(ask, "id"), _above(ask), **_who(ask)).as_json()


def _merge(ask: Ask) -> dict[str, Any]:
    return taxonomy.merge(ask.workspace, _number(ask, "id"), _number(ask, "into"), **_who(ask)).as_json()


def _retire(ask: Ask) -> dict[str, Any]:
    return taxonomy.retire(ask.workspace, _number(ask, "id"), **_who(ask)).as_json()


def _split(ask: Ask) -> dict[str, Any]:
    entries = [dict(entry) for entry in ask.body["children"]]
    if ask.body.get("preview"):
        seen = splitting.preview(ask.scene, _number(ask, "id"), entries, actor=ask.actor)
        return {**seen.effect.as_json(), "children": seen.children, "left": seen.left}
    chosen = {int(item): str(name) for item, name in dict(ask.body.get("chosen") or {}).items()}
    return splitting.split(ask.scene, _number(ask, "id"), entries, actor=ask.actor, chosen=chosen).as_json()


ACTIONS = {"add": _add, "edit": _edit, "move": _move, "merge": _merge, "retire": _retire, "split": _split}
