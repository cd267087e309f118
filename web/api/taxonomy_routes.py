"""Changing the category tree: every operation with its preview, over the rooms of `labeling`."""

from __future__ import annotations

from collections.abc import Callable

from typing_extensions import TypedDict

from labeling.categories import split, taxonomy_import, taxonomy_text, tree_edits
from labeling.categories.split import PreviewedChild
from labeling.categories.taxonomy_import import ImportJson
from labeling.categories.taxonomy_text import FileCategory
from labeling.categories.tree_edits import TreeCategory
from labeling.categories.tree_operation import EffectJson
from store.project.taxonomy import DEFAULT_FACET
from web.accounts import record
from web.api import bodies, queries
from web.api.request import Ask


class Tree(TypedDict):
    """The categories in use, depth first."""

    categories: list[TreeCategory]


class SplitPreview(EffectJson):
    """What a split would do: its children, and how many items none of them is suggested for."""

    children: list[PreviewedChild]
    left: int


class Suggested(TypedDict):
    """The child that a split suggests for a person's label, and its probability."""

    item: int
    category: int
    confidence: float


class SplitSuggestions(TypedDict):
    """Suggestions that nobody has confirmed yet, the most certain first."""

    suggestions: list[Suggested]


class Writer(TypedDict):
    """Who changes the tree, and whether it is only a preview."""

    actor: str
    preview: bool


def show(ask: Ask) -> Tree:
    """The categories in use, with the labels and prompts of each."""
    return {"categories": tree_edits.show(ask.workspace)}


def change(ask: Ask) -> SplitPreview | ImportJson | EffectJson:
    """One operation (`action`: add, edit, move, merge, retire, split or import); with `preview` it only says what it would touch.

    Raises:
        InputError: the operation cannot be done, or the request lacks something.
    """
    given = ask.sent(bodies.Change)
    done = ACTIONS[given.action](ask)
    if given.preview is not True:
        record.note("categories changed", ask.actor, ask.name, given.action)
    return done


def suggestions(ask: Ask) -> SplitSuggestions:
    """The children that a split suggested for people's labels and nobody has confirmed yet."""
    routes = split.suggestions(ask.workspace, ask.asked(queries.Suggestions).batch)
    return {
        "suggestions": [
            {"item": r.item_id, "category": r.category_id, "confidence": round(r.confidence, 4)} for r in routes
        ]
    }


def _who(ask: Ask, given: bodies.Change) -> Writer:
    return {"actor": ask.actor, "preview": given.preview is True}


def _add(ask: Ask) -> EffectJson:
    given = ask.sent(bodies.Add)
    edit = tree_edits.add(
        ask.workspace,
        given.name,
        given.parent,
        facet=given.facet or DEFAULT_FACET,
        exclusive=given.exclusive is not False,
        prompts=given.prompts or (),
        **_who(ask, given),
    )
    return edit.as_json()


def _edit(ask: Ask) -> EffectJson:
    given = ask.sent(bodies.Edit)
    changes = given.changes.model_dump(exclude_unset=True)
    was = given.was.model_dump(exclude_unset=True) if given.was is not None else {}
    return tree_edits.edit(ask.workspace, given.id, changes, was=was, **_who(ask, given)).as_json()


def _move(ask: Ask) -> EffectJson:
    given = ask.sent(bodies.Move)
    was = (given.was,) if "was" in given.model_fields_set else None
    return tree_edits.move(ask.workspace, given.id, given.parent, was=was, **_who(ask, given)).as_json()


def _merge(ask: Ask) -> EffectJson:
    given = ask.sent(bodies.Merge)
    return tree_edits.merge(ask.workspace, given.id, given.into, **_who(ask, given)).as_json()


def _retire(ask: Ask) -> EffectJson:
    given = ask.sent(bodies.Retire)
    return tree_edits.retire(ask.workspace, given.id, **_who(ask, given)).as_json()


def _split(ask: Ask) -> SplitPreview | EffectJson:
    given = ask.sent(bodies.Split)
    entries: list[FileCategory] = [{"name": child.name, "prompts": child.prompts or []} for child in given.children]
    if given.preview:
        seen = split.preview(ask.snapshot, given.id, entries, actor=ask.actor)
        return {**seen.effect.as_json(), "children": seen.children, "left": seen.left}
    return split.split(ask.snapshot, given.id, entries, actor=ask.actor, chosen=given.chosen or {}).as_json()


def _import(ask: Ask) -> ImportJson:
    given = ask.sent(bodies.Import)
    name = given.name or "The file"
    content = taxonomy_text.parse_taxonomy(given.text, name)
    return taxonomy_import.import_file(
        ask.workspace, content, renamed=given.renamed, retired=given.retired or (), name=name, **_who(ask, given)
    ).as_json()


ACTIONS: dict[str, Callable[[Ask], SplitPreview | ImportJson | EffectJson]] = {
    "add": _add,
    "edit": _edit,
    "move": _move,
    "merge": _merge,
    "retire": _retire,
    "split": _split,
    "import": _import,
}
