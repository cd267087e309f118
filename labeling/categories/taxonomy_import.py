"""A taxonomy file into a workspace that has categories: what is new, renamed and missing, seen first and then done as one batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from typing_extensions import TypedDict

from errors import InputError
from labeling.categories import taxonomy_file, taxonomy_match
from labeling.categories.taxonomy_match import Match
from labeling.categories.taxonomy_text import TaxonomyFile
from labeling.categories.tree_operation import Effect, EffectJson, Work, operate
from store.database import schema
from store.project import taxonomy
from store.project.prompt_set import PromptSet
from store.project.taxonomy import Category
from store.workspace import Workspace

SETTINGS = ("templates", "background", "options")


class NewEntry(TypedDict):
    """An entry of a file that no category in use is called by; `number` counts the entries from 1."""

    number: int
    path: str


class MissingCategory(TypedDict):
    """A category in use that the file does not name: the entry that it becomes, or None, and whether it is retired."""

    id: int
    path: str
    labels: int
    becomes: int | None
    retired: bool


class ImportJson(EffectJson):
    """What an import does: `changed` are the paths of categories with other prompts, `settings` what else of the prompts changes."""

    new: list[NewEntry]
    missing: list[MissingCategory]
    changed: list[str]
    settings: list[str]
    same: int


@dataclass(frozen=True)
class Imported:
    """What an import does, as `ImportJson` says it."""

    effect: Effect
    new: list[NewEntry]
    missing: list[MissingCategory]
    changed: list[str]
    settings: list[str]
    same: int

    def as_json(self) -> ImportJson:
        """The contract's object."""
        return {
            **self.effect.as_json(),
            "new": self.new,
            "missing": self.missing,
            "changed": self.changed,
            "settings": self.settings,
            "same": self.same,
        }


@dataclass(frozen=True)
class _Choices:
    """What becomes of missing categories: the number of an entry, from 1, or out of use."""

    becoming: dict[int, int]
    gone: set[int]


def import_file(
    workspace: Workspace,
    content: TaxonomyFile,
    *,
    renamed: Mapping[int, int] | None = None,
    retired: Sequence[int] = (),
    name: str,
    actor: str,
    preview: bool = False,
) -> Imported:
    """Bring categories and prompts in line with a file, as one batch that an undo takes back.

    New categories are added, the prompts of the others are those of the file, and no label is touched. A category that the file does
    not name stays as it is, unless it is said to be an entry under another name or place, or to be retired.

    Args:
        name: of the file, for the history.
        renamed: number of the entry, from 1, that a missing category becomes; None for what is suggested (`suggest`).
        retired: ids of missing categories that go out of use.

    Raises:
        InputError: the file cannot be laid out, a choice is about a category that is not missing, or nothing would change.
    """
    matched = taxonomy_match.match(workspace, content)
    if renamed is not None:
        return _import(workspace, content, matched, _checked(matched, renamed, retired), name, actor, preview=preview)
    choices = _checked(matched, taxonomy_match.suggest(content, matched), retired)
    try:
        return _import(workspace, content, matched, choices, name, actor, preview=preview)
    except InputError:  # what is suggested cannot be done
        if not choices.becoming:
            raise
        return _import(workspace, content, matched, _checked(matched, {}, retired), name, actor, preview=preview)


def _import(
    workspace: Workspace,
    content: TaxonomyFile,
    matched: Match,
    choices: _Choices,
    name: str,
    actor: str,
    *,
    preview: bool,
) -> Imported:
    becoming, gone = choices.becoming, choices.gone
    changed: dict[int, str] = {}
    settings: list[str] = []

    def work(work: Work) -> str:
        entries = {number - 1: category for category, number in becoming.items()}
        prompt_set, placed = taxonomy_file.lay_out(work.connection, content, work.prompts, entries)
        for number in gone:
            taxonomy.edit(work.connection, number, retired_at=schema.now())
        prompt_set = _with_switched_off(_without(prompt_set, gone), work.prompts, placed)
        tree = {c.id: c for c in taxonomy.categories(work.connection)}
        taxonomy_file.check_prompts(prompt_set, list(tree.values()))
        changed.update({n: tree[n].path for n in placed if n in work.tree and _differs(prompt_set, work.prompts, n)})
        settings.extend(kind for kind in SETTINGS if getattr(prompt_set, kind) != getattr(work.prompts, kind))
        work.touched = gone | set(becoming) | _first_children(work.tree, tree)
        if prompt_set != work.prompts or becoming:
            work.texts, work.shared = prompt_set.categories, prompt_set
        work.detail = {"file": name}
        return _note(name, len(placed) - sum(n in work.tree for n in placed), len(becoming), len(gone))

    effect = operate(workspace, work, actor=actor, preview=preview)
    new = [
        NewEntry(number=k, path=taxonomy_match.path_of(content, k))
        for k, known in enumerate(matched.ids, 1)
        if known is None
    ]
    missing = [
        MissingCategory(id=c.id, path=c.path, labels=matched.labels.get(c.id, 0), becomes=becoming.get(c.id), retired=c.id in gone)
        for c in matched.missing
    ]  # fmt: skip
    same = sum(known is not None and known not in changed for known in matched.ids)
    return Imported(effect, new, missing, list(changed.values()), settings, same)


def _checked(matched: Match, renamed: Mapping[int, int], retired: Sequence[int]) -> _Choices:
    missing = {c.id for c in matched.missing}
    if stray := (renamed.keys() | set(retired)) - missing:
        raise InputError(
            f"The category with id {min(stray)} is not missing from the file. Reload the page, then choose again."
        )
    for number in renamed.values():
        if not 1 <= number <= len(matched.ids) or matched.ids[number - 1] is not None:
            raise InputError(f"Entry {number} of the file is not a new category. Choose one that is.")
    if len(set(renamed.values())) < len(renamed):
        raise InputError(
            "Two categories cannot become the same entry of the file. Merge them first, or leave one as it is."
        )
    return _Choices({n: number for n, number in renamed.items() if n not in set(retired)}, set(retired))


def _without(prompt_set: PromptSet, gone: set[int]) -> PromptSet:
    texts = {number: own for number, own in prompt_set.categories.items() if number not in gone}
    return replace(prompt_set, categories=texts)


def _with_switched_off(prompt_set: PromptSet, before: PromptSet, placed: Sequence[int]) -> PromptSet:
    """The prompts with those that are switched off now and that a file, which holds none of these, does not name."""
    texts = dict(prompt_set.categories)
    for number in placed:
        old, new = before.categories.get(number, ()), texts.get(number, ())
        if [prompt.text for prompt in old if prompt.on] == [prompt.text for prompt in new]:
            texts[number] = old
        else:
            there = {prompt.text for prompt in new}
            texts[number] = (*new, *(prompt for prompt in old if not prompt.on and prompt.text not in there))
    return replace(prompt_set, categories=texts)


def _differs(one: PromptSet, other: PromptSet, number: int) -> bool:
    return one.categories.get(number, ()) != other.categories.get(number, ())


def _first_children(before: Mapping[int, Category], after: Mapping[int, Category]) -> set[int]:
    """Categories that get their first sub-categories: nobody chooses them any more."""
    inner = {c.parent_id for c in before.values()}
    return {c.parent_id for c in after.values() if c.parent_id in before and c.parent_id not in inner and c.parent_id}


def _note(name: str, new: int, renamed: int, retired: int) -> str:
    counts = [f"{n:,} {what}" for n, what in ((new, "new"), (renamed, "renamed"), (retired, "retired")) if n]
    return f"{name} imported: {', '.join(counts) or 'prompts alone'}"
