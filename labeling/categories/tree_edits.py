"""Changes of the category tree: add, edit, move, merge, retire. Each previews its effect and loses no label."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from typing_extensions import TypedDict

from errors import ConflictError, InputError
from labeling.categories.tree_operation import Effect, Work, operate
from store.database import schema
from store.ledger import label_rows, relabel, tree_changes
from store.project import taxonomy
from store.project.prompt_set import Prompt
from store.project.taxonomy import IMAGE, Category, CategoryColumns
from store.workspace import Workspace
from written import texts

DONE = {"color": "recoloured", "icon": "given an icon", "key": "given a key", "description": "described"}
SEEN = {"name", "color", "icon", "description"}  # what a writer may say to have seen
SOMEBODY = "Somebody"
WORDS = {"color": "colour", "description": "guideline"}


class TreeCategory(TypedDict):
    """A category in use: the name of its facet, its own yes labels, its prompts in use."""

    id: int
    name: str
    path: str
    parent: int | None
    facet: str
    labels: int
    prompts: int


def show(workspace: Workspace) -> list[TreeCategory]:
    """The categories in use, depth first: id, name, parent, facet, labels (yes, its own), prompts."""
    with workspace.read() as connection:
        tree = taxonomy.categories(connection)
        names = {facet.id: facet.name for facet in taxonomy.facets(connection)}
        texts = tree_changes.newest_prompts(connection)[1].categories
        counts = label_rows.yes_counts(connection)
    return [
        {
            "id": c.id,
            "name": c.name,
            "path": c.path,
            "parent": c.parent_id,
            "facet": names[c.facet_id],
            "labels": counts.get(c.id, 0),
            "prompts": sum(prompt.on for prompt in texts.get(c.id, ())),
        }
        for c in tree
    ]


def add(
    workspace: Workspace,
    name: str,
    parent_id: int | None = None,
    *,
    facet: str = taxonomy.DEFAULT_FACET,
    exclusive: bool = True,
    prompts: Sequence[str] = (),
    actor: str,
    preview: bool = False,
) -> Effect:
    """Add a category, under another one or at the top of a facet, with its prompts published in the same step.

    Raises:
        InputError: the name is taken there, the tree would get a fourth level, or it would have no prompt at all.
    """

    def work(work: Work) -> str:
        if parent_id is not None and len(work.below(work.one(parent_id).id)) == 1:
            work.touched = {parent_id}  # it is no longer a class to choose
        number = taxonomy.add(work.connection, name, parent_id=parent_id, facet=facet, exclusive=exclusive)
        own = tuple(
            Prompt(" ".join(texts.check(str(text), "The prompt").split())) for text in prompts if str(text).strip()
        )
        work.texts = {**work.prompts.categories, number: own}
        if not replace(work.prompts, categories=work.texts).texts(number, name):
            raise InputError(f"{taxonomy.check_name(name)} has no prompt. Give it at least one, in a few words.")
        return f"{taxonomy.check_name(name)} added"

    return operate(workspace, work, actor=actor, preview=preview)


def edit(
    workspace: Workspace, category_id: int, changes: Mapping[str, object], *, actor: str, preview: bool = False,
    was: Mapping[str, object] | None = None, subject: str | None = IMAGE,
) -> Effect:  # fmt: skip
    """Change what a category is called and how it looks, in one step; its labels do not notice.

    Args:
        changes: any of `name`, `color` (`#RRGGBB`; those below a top category wear the top's), `icon`, `key` (1 to 20, or None
            for the next one free) and `description` (at most 2,000 characters). Templates with `{name}` speak of the new name.
        was: what the writer saw of `name`, `color`, `icon` or `description`; what somebody changed since is not overwritten.
        subject: of the facets whose categories can be meant; None for all.

    Raises:
        ConflictError: somebody changed it since.
        InputError: a value cannot be used, a sibling has the name, another category has the key, or nothing would change.
    """
    values = _columns(changes)
    if not values:
        raise InputError("Nothing would change: the request names nothing to change.")

    def work(work: Work) -> str:
        old = work.one(category_id)
        for name in SEEN & values.keys() & (was or {}).keys():
            _unchanged(work, old, name, str((was or {})[name]))
        work.touched = {category_id}
        taxonomy.edit(work.connection, category_id, **values)
        if "name" in values and any("{name}" in template for template in work.prompts.templates):
            work.texts = dict(work.prompts.categories)
        renamed = [f"renamed to {values['name']}"] if "name" in values and values["name"] != old.name else []
        return f"{old.path} {', '.join(renamed + [DONE[name] for name in values if name in DONE])}"

    return operate(workspace, work, actor=actor, preview=preview, subject=subject)


def _unchanged(work: Work, category: Category, name: str, seen: str) -> None:
    standing = str(getattr(category, name))
    if standing.strip() != seen.strip():
        who = tree_changes.last_changed_by(work.connection, category.id, name) or SOMEBODY
        raise ConflictError(
            f"{who} changed the {WORDS.get(name, name)} of {category.path} meanwhile. It is now: {standing[:300] or 'empty'}. "
            "Your change was not saved; it is kept here. Look at theirs, then save again."
        )


def _columns(changes: Mapping[str, object]) -> CategoryColumns:
    """Columns of a category, each checked."""
    columns: CategoryColumns = {}
    for name, value in changes.items():
        text = texts.check(str(value if value is not None else "").strip(), f"The {name[:40]}")
        if name == "name":
            columns["name"] = taxonomy.check_name(text)
        elif name == "color":
            columns["color"] = _color(text)
        elif name == "icon":
            columns["icon"] = _icon(text)
        elif name == "key":
            columns["key"] = _key(text)
        elif name == "description":
            if len(text) > 2000:
                raise InputError("A description has at most 2,000 characters. Shorten it.")
            columns["description"] = text
        else:
            raise InputError(f"A category has no {name[:40]!r} to change.")
    return columns


def _color(text: str) -> str:
    if re.fullmatch(r"#[0-9A-Fa-f]{6}", text) is None:
        raise InputError(f"{text!r} is not a colour. Write it as #RRGGBB, for example #00875F.")
    return text.upper()


def _icon(text: str) -> str:
    if re.fullmatch(r"[a-z0-9_]{1,60}", text) is None:
        raise InputError(f"{text[:60]!r} is not an icon. Choose one of the list.")
    return text


def _key(text: str) -> int | None:
    if text and not (text.isdecimal() and 1 <= int(text) <= taxonomy.MAX_KEY):
        raise InputError(
            f"A key is a number from 1 to {taxonomy.MAX_KEY}, not {text[:40]!r}. Leave it empty for the next free."
        )
    return int(text) if text else None


def move(
    workspace: Workspace,
    category_id: int,
    parent_id: int | None,
    *,
    actor: str,
    was: tuple[int | None] | None = None,
    preview: bool = False,
) -> Effect:
    """Put a category, with all below it, under another one or (None) at the top of its facet.

    Args:
        was: the parent that the writer saw; where somebody moved it since, nothing is written.

    Raises:
        ConflictError: somebody moved it since.
        InputError: a cycle, a fourth level, a taken name, or another facet.
    """

    def work(work: Work) -> str:
        mine = work.one(category_id)
        parent = work.one(parent_id) if parent_id is not None else None
        if parent is not None and parent.facet_id != mine.facet_id:
            raise InputError(f"{parent.path} is in another facet. A category moves within its own facet only.")
        if was is not None and mine.parent_id != was[0]:
            who = tree_changes.last_changed_by(work.connection, category_id, "parent_id") or SOMEBODY
            raise ConflictError(
                f"{who} moved it meanwhile: it is now {mine.path}. Nothing was changed. Look, then move it again."
            )
        work.touched = set(work.below(category_id))
        taxonomy.edit(work.connection, category_id, parent_id=parent_id)
        return f"{mine.path} moved {'under ' + parent.path if parent else 'to the top'}"

    return operate(workspace, work, actor=actor, preview=preview)


def merge(workspace: Workspace, category_id: int, into_id: int, *, actor: str, preview: bool = False) -> Effect:
    """Make one category of two: labels, prompts and children go to the other; each label keeps where it came from.

    Raises:
        InputError: they are the same, in two facets, or the other lies below the first; or two children share a name.
    """

    def work(work: Work) -> str:
        mine, other = work.one(category_id), work.one(into_id)
        if into_id in work.below(category_id):
            raise InputError(f"{mine.path} cannot be merged into itself or into a category below it.")
        if mine.facet_id != other.facet_id:
            raise InputError(f"{other.path} is in another facet. Categories merge within one facet only.")
        work.touched = {category_id}
        for child in (c for c in work.tree.values() if c.parent_id == category_id):
            taxonomy.edit(work.connection, child.id, parent_id=into_id)
        taxonomy.edit(work.connection, category_id, retired_at=schema.now(), merged_into=into_id)
        texts = dict(work.prompts.categories)
        united = (*texts.get(into_id, ()), *texts.pop(category_id, ()))
        texts[into_id] = tuple({prompt.text: prompt for prompt in reversed(united)}.values())[::-1]
        work.texts = texts
        work.plan = lambda batch, _: [relabel.absorb(work.connection, batch, category_id, into_id)]
        return f"{mine.path} merged into {other.path}"

    return operate(workspace, work, actor=actor, preview=preview)


def retire(workspace: Workspace, category_id: int, *, actor: str, preview: bool = False) -> Effect:
    """Take a category, and all below it, out of use. Its labels stay and are exported; it cannot be given any more.

    Raises:
        InputError: there is no such category in use.
    """

    def work(work: Work) -> str:
        mine = work.one(category_id)
        work.touched = set(work.below(category_id))
        for number in work.touched:
            taxonomy.edit(work.connection, number, retired_at=schema.now())
        work.texts = {n: texts for n, texts in work.prompts.categories.items() if n not in work.touched}
        return f"{mine.path} retired"

    return operate(workspace, work, actor=actor, preview=preview)
