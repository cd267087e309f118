"""Splitting a category: its items are routed among the new children by their prompts, shown first, and confirmed by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from typing_extensions import TypedDict

from errors import InputError
from labeling.categories.taxonomy_text import FileCategory
from labeling.categories.tree_operation import Effect, Work, operate
from labeling.scoring import zero_shot
from labeling.snapshot.snapshot import Snapshot
from store.database.connection import Connection
from store.ledger import batch_rows, events, relabel
from store.ledger.events import Batch
from store.ledger.relabel import Planned, Route
from store.project import taxonomy
from store.project.category_index import CategoryIndex
from store.project.prompt_set import Prompt, PromptSet
from store.project.taxonomy import Category
from store.team import actors, people
from store.workspace import Workspace

SHOWN = 60  # items of a child that a preview names: the least certain first


class RoutedItem(TypedDict):
    """An item that a split would give to a child, and whether it carries a label of a person."""

    item: int
    confidence: float
    person: bool


class PreviewedChild(TypedDict):
    """A child and the items that it would get; `people` carry a label of a person, which stays until it is confirmed."""

    name: str
    items: int
    people: int
    shown: list[RoutedItem]


@dataclass(frozen=True)
class Preview:
    """What a split would do: its effect, and for each child (old ones too) where its items would come from.

    Attributes:
        left: items of the category that no child is suggested for.
    """

    effect: Effect
    children: list[PreviewedChild]
    left: int


def split(
    snapshot: Snapshot,
    category_id: int,
    entries: Sequence[FileCategory],
    *,
    actor: str,
    preview: bool = False,
    chosen: Mapping[int, str] | None = None,
) -> Effect:
    """Put children under a category and route its items among them by their prompts.

    What a machine proposed becomes its proposal of a child. A person's or an imported label stays on the parent, with a
    child suggested in the batch's detail (`suggestions`) until somebody confirms it.

    Args:
        entries: `{"name", "prompts"}` of each new child.
        chosen: items that the person has looked at, with the name of their child: these become labels of the person.

    Raises:
        InputError: fewer than two children in all, a child without prompts, a taken name, or a fourth level.
    """
    return operate(
        snapshot.workspace, _Split(snapshot, category_id, entries, dict(chosen or {})), actor=actor, preview=preview
    )


def preview(snapshot: Snapshot, category_id: int, entries: Sequence[FileCategory], *, actor: str) -> Preview:
    """What a split would do; nothing is written.

    Raises:
        InputError: it could not be done.
    """
    work = _Split(snapshot, category_id, entries, {})
    effect = operate(snapshot.workspace, work, actor=actor, preview=True)
    children: list[PreviewedChild] = []
    for child in work.children:
        mine = sorted((r for r in work.routes if r.category_id == child.id), key=lambda route: route.confidence)
        shown: list[RoutedItem] = [
            {"item": r.item_id, "confidence": round(r.confidence, 4), "person": r.item_id in work.people}
            for r in mine[:SHOWN]
        ]
        people = sum(r.item_id in work.people for r in mine)
        children.append({"name": child.name, "items": len(mine), "people": people, "shown": shown})
    return Preview(effect, children, effect.items - len(work.routes))


class _Split:
    """The change itself; what it found on its way stays readable afterwards."""

    def __init__(
        self, snapshot: Snapshot, category_id: int, entries: Sequence[FileCategory], chosen: dict[int, str]
    ) -> None:
        self.snapshot, self.category_id, self.entries, self.chosen = snapshot, category_id, entries, chosen
        self.children: list[Category] = []
        self.routes: list[Route] = []
        self.people: set[int] = set()

    def __call__(self, work: Work) -> str:
        parent = work.one(self.category_id)
        work.touched = {parent.id}
        work.texts = self._grow(work, parent)
        self.children = [c for c in taxonomy.categories(work.connection) if c.parent_id == parent.id]
        if len(self.children) < 2:
            raise InputError(f"A split of {parent.path} needs at least two children. Name another one.")
        prompt_set = replace(work.prompts, categories=work.texts)
        self.routes = _routes(self.snapshot, work.connection, prompt_set, self.children, parent.id)
        rows = _rows(work.connection, parent.id)
        self.people = {row["item_id"] for row in rows if not relabel.machine(row)}
        decided = self._decided({row["item_id"] for row in rows})
        held = [r for r in self.routes if r.item_id in self.people and r.item_id not in decided]
        work.to_confirm = len(held)
        work.detail = {"suggestions": [[r.item_id, r.category_id, round(r.confidence, 4)] for r in held]}
        work.plan = lambda batch, version: self._plan(work.connection, batch, version, decided)
        return f"{parent.path} split into {', '.join(c.name for c in self.children)}"

    def _grow(self, work: Work, parent: Category) -> dict[int, tuple[Prompt, ...]]:
        """Add the children; the prompts of the grown tree."""
        if any(entry.get("parent") or entry.get("facet") for entry in self.entries):
            raise InputError(f"The file of a split lists children of {parent.path}: leave parent and facet out.")
        texts = dict(work.prompts.categories)
        index = CategoryIndex(taxonomy.categories(work.connection, retired=True))
        for entry in self.entries:
            number = taxonomy.add(work.connection, str(entry["name"]), parent_id=parent.id, index=index)
            texts[number] = tuple(Prompt(str(text).strip()) for text in entry.get("prompts") or [] if str(text).strip())
        return texts

    def _decided(self, there: set[int]) -> dict[int, int]:
        """Item -> child, as the person chose."""
        ids = {child.name: child.id for child in self.children}
        unknown = next((name for name in self.chosen.values() if taxonomy.check_name(name) not in ids), None)
        if unknown is not None:
            raise InputError(f"{unknown[:80]} is none of the children of this split. Look at the preview again.")
        return {item: ids[taxonomy.check_name(name)] for item, name in self.chosen.items() if item in there}

    def _plan(
        self, connection: Connection, batch: Batch, version: int | None, decided: dict[int, int]
    ) -> list[Planned]:
        machine = relabel.as_machine(batch, actors.id_of(connection, people.MACHINE), version)
        free = [r for r in self.routes if r.item_id not in decided]
        by_hand = [Route(item, child, 1.0) for item, child in decided.items()]
        return [
            relabel.route(connection, machine, self.category_id, free),
            relabel.confirm(connection, batch, self.category_id, by_hand),
        ]


def suggestions(workspace: Workspace, batch: str) -> list[Route]:
    """The children that a split suggested for people's labels: those still on the parent, most certain first."""
    with workspace.read() as connection:
        detail = batch_rows.detail(connection, batch)
        routes = [Route(int(i), int(c), float(p)) for i, c, p in detail.get("suggestions", ())]
        tree = {c.id: c for c in taxonomy.categories(connection)}
        state = events.load(connection, [route.item_id for route in routes])
    parent = {c.id: c.parent_id for c in tree.values()}
    waiting = [r for r in routes if parent.get(r.category_id) in state.get(r.item_id, {})]
    return sorted(waiting, key=lambda route: -route.confidence)


def _routes(
    snapshot: Snapshot, connection: Connection, prompt_set: PromptSet, children: Sequence[Category], category_id: int
) -> list[Route]:
    """The likeliest child of every item that carries the category; none where the encoder has no text side."""
    rows = _rows(connection, category_id)
    place = {int(number): k for k, number in enumerate(snapshot.ids)}
    rows = [row for row in rows if row["item_id"] in place]
    texts = [prompt_set.texts(child.id, child.name) for child in children]
    bare = next((c for c, own in zip(children, texts, strict=True) if not own), None)
    if bare is not None:
        raise InputError(f"{bare.path} has no prompt. Give each child at least one, then split again.")
    if not rows or not snapshot.has_text:
        return []
    vectors = snapshot.texts.class_vectors(texts)
    linear = zero_shot.classifier([c.id for c in children], vectors, scale=snapshot.texts.logit_scale)
    points = np.asarray(snapshot.vectors)[[place[row["item_id"]] for row in rows]]
    best, confidence, _ = zero_shot.top_two(linear.probabilities(points))
    return [
        Route(row["item_id"], linear.classes[int(k)], float(p))
        for row, k, p in zip(rows, best, confidence, strict=True)
    ]


def _rows(connection: Connection, category_id: int) -> list[events.Rows]:
    return relabel.holders(connection, category_id, ("yes",))
