"""One change of the category tree as one batch: previewed with its effect, written, and undone as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from typing_extensions import TypedDict

from errors import InputError
from store.database.connection import Connection
from store.ledger import append, label_rows, relabel, tree_changes
from store.ledger.events import Batch, BatchDetail
from store.ledger.relabel import Planned
from store.project import heads, taxonomy
from store.project.prompt_set import Prompt, PromptSet
from store.project.taxonomy import IMAGE, Category
from store.team import actors
from store.workspace import Workspace

Tree = dict[int, Category]


class EffectJson(TypedDict):
    """What a change touches, as `Effect` describes it."""

    batch: str | None
    labels: int
    items: int
    prompts: int
    heads: tuple[int, ...]
    to_confirm: int
    version: int | None


@dataclass(frozen=True)
class Effect:
    """What a change touches.

    Attributes:
        batch: takes it back with `undo`; None for a preview.
        labels: yes labels that stand on the categories changed, those below them included. items: that carry them.
        prompts: of those categories. heads: numbers of the trained heads that know one of them.
        to_confirm: labels of people that a split leaves on the parent, each with a child suggested.
        version: of the prompts, where the change published one.
    """

    batch: str | None
    labels: int
    items: int
    prompts: int
    heads: tuple[int, ...] = ()
    to_confirm: int = 0
    version: int | None = None

    def as_json(self) -> EffectJson:
        """The contract's object."""
        return {
            "batch": self.batch,
            "labels": self.labels,
            "items": self.items,
            "prompts": self.prompts,
            "heads": self.heads,
            "to_confirm": self.to_confirm,
            "version": self.version,
        }


@dataclass
class Work:
    """An open change: the connection, the tree as it is, the prompts, and what is to be written."""

    connection: Connection
    tree: Tree
    prompts: PromptSet
    touched: set[int]
    texts: dict[int, tuple[Prompt, ...]] | None = None  # prompts of the changed tree, or None where they stay
    shared: PromptSet | None = (
        None  # whose templates, background and options are published with them, or None where they stay
    )
    plan: Callable[[Batch, int | None], Sequence[Planned]] | None = None
    detail: BatchDetail | None = None
    to_confirm: int = 0

    def one(self, category_id: int) -> Category:
        """A category in use.

        Raises:
            InputError: there is none with this id.
        """
        if category_id not in self.tree:
            raise InputError(
                f"There is no category with id {category_id} in use. `sceneloop taxonomy W show` lists them."
            )
        return self.tree[category_id]

    def below(self, category_id: int) -> list[int]:
        """A category in use and all below it."""
        return [n for n in self.tree if category_id in taxonomy.ancestors(self.tree, n)]


def operate(
    workspace: Workspace, work: Callable[[Work], str], *, actor: str, preview: bool, subject: str | None = IMAGE
) -> Effect:
    """Do a change in one transaction, and take it all back where it is only a preview.

    Args:
        subject: of the facets whose categories can be changed; None for all.
    """
    with workspace.engine.connect() as connection, connection.begin() as transaction:
        effect = _change(connection, work, actor, subject)
        if preview:
            transaction.rollback()
            return replace(effect, batch=None, version=None)
    return effect


def _change(connection: Connection, work: Callable[[Work], str], actor: str, subject: str | None) -> Effect:
    actor_id = actors.id_of(connection, actor)
    before = tree_changes.rows(connection)
    number, prompts = tree_changes.newest_prompts(connection)
    open_work = Work(connection, {c.id: c for c in taxonomy.categories(connection, subject=subject)}, prompts, set())
    counts = label_rows.yes_counts(connection)
    note = work(open_work)
    tree_changes.check(connection)
    changes = tree_changes.difference(before, tree_changes.rows(connection))
    prompt_set = (
        prompts if open_work.texts is None else replace(open_work.shared or prompts, categories=open_work.texts)
    )
    if not changes and prompt_set == prompts:
        raise InputError("Nothing would change.")
    detail: BatchDetail = {**(open_work.detail or {}), "categories": changes}
    if open_work.texts is not None and (number is not None or any(open_work.texts.values())):
        detail["prompts"] = tree_changes.publish(connection, prompt_set, note=note[:500], actor_id=actor_id)
    batch = Batch(actor_id, "human", kind="taxonomy", note=note, detail=detail)
    touched = open_work.touched
    effect = Effect(
        batch.id,
        labels=sum(counts.get(n, 0) for n in touched),
        items=label_rows.count_items(connection, touched),
        prompts=sum(len(prompts.categories.get(n, ())) for n in touched),
        heads=_heads(connection, touched),
        to_confirm=open_work.to_confirm,
        version=detail["prompts"]["after"] if "prompts" in detail else None,
    )
    append.record(connection, batch)
    if open_work.plan is not None:
        for planned in open_work.plan(batch, effect.version):
            relabel.apply(connection, planned)
    return effect


def _heads(connection: Connection, touched: set[int]) -> tuple[int, ...]:
    """Numbers of the heads that know one of the categories: the card names its classes by id."""
    known = {row.number: {int(c["id"]) for c in row.card.get("classes") or ()} for row in heads.every(connection)}
    return tuple(number for number, ids in known.items() if ids & touched)
