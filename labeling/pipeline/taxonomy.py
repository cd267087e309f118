"""Changing the category tree: each change previews its effect, is one batch that can be undone, and loses no label."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from errors import InputError
from labeling import zero_shot
from labeling.pipeline.scene import Scene
from store import heads, ledger, relabel, reshaping, schema
from store import taxonomy as trees
from store import workspace as workspaces
from store.ledger import Batch
from store.prompts import Prompt, PromptSet
from store.relabel import Planned, Route
from store.taxonomy import Category
from store.workspace import MACHINE, Workspace

Tree = dict[int, Category]


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

    def as_json(self) -> dict[str, Any]:
        """The contract's object."""
        return asdict(self)


@dataclass
class Work:
    """An open change: the connection, the tree as it is, the prompts, and what is to be written."""

    connection: Connection
    tree: Tree
    prompts: PromptSet
    touched: set[int]
    texts: dict[int, tuple[Prompt, ...]] | None = None  # prompts of the changed tree, or None where they stay
    plan: Callable[[Batch, int | None], Planned] | None = None
    detail: dict[str, Any] | None = None
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
        return [n for n in self.tree if category_id in trees.ancestors(self.tree, n)]


def show(workspace: Workspace) -> list[dict[str, Any]]:
    """The categories in use, depth first: id, name, parent, facet, labels (yes, its own), prompts."""
    with workspace.read() as connection:
        tree = trees.categories(connection)
        names = {facet.id: facet.name for facet in trees.facets(connection)}
        texts = reshaping.newest_prompts(connection)[1].categories
        counts = _yes_counts(connection)
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


def rename(workspace: Workspace, category_id: int, name: str, *, actor: str, preview: bool = False) -> Effect:
    """Give a category another name; its labels do not notice. Templates with `{name}` speak of the new one from then on.

    Raises:
        InputError: the name is empty, too long, or taken by a sibling.
    """

    def work(work: Work) -> str:
        old = work.one(category_id)
        work.touched = {category_id}
        trees.edit(work.connection, category_id, name=trees.check_name(name))
        if any("{name}" in template for template in work.prompts.templates):
            work.texts = dict(work.prompts.categories)
        return f"{old.path} renamed to {trees.check_name(name)}"

    return _operate(workspace, work, actor=actor, preview=preview)


def recolour(workspace: Workspace, category_id: int, color: str, *, actor: str, preview: bool = False) -> Effect:
    """Give a category another colour, `#RRGGBB`; those below a top category wear the top's.

    Raises:
        InputError: it is not such a colour.
    """
    if re.fullmatch(r"#[0-9A-Fa-f]{6}", color) is None:
        raise InputError(f"{color!r} is no colour. Write it as #RRGGBB, for example #00875F.")

    def work(work: Work) -> str:
        old = work.one(category_id)
        work.touched = {category_id}
        trees.edit(work.connection, category_id, color=color.upper())
        return f"{old.path} recoloured"

    return _operate(workspace, work, actor=actor, preview=preview)


def describe(workspace: Workspace, category_id: int, text: str, *, actor: str, preview: bool = False) -> Effect:
    """Say in words what belongs into a category, at most 2,000 characters.

    Raises:
        InputError: it is longer.
    """
    if len(text) > 2000:
        raise InputError("A description has at most 2,000 characters. Shorten it.")

    def work(work: Work) -> str:
        old = work.one(category_id)
        work.touched = {category_id}
        trees.edit(work.connection, category_id, description=text.strip())
        return f"{old.path} described"

    return _operate(workspace, work, actor=actor, preview=preview)


def move(workspace: Workspace, category_id: int, parent_id: int | None, *, actor: str, preview: bool = False) -> Effect:
    """Put a category, with all below it, under another one or (None) at the top of its facet.

    Raises:
        InputError: a cycle, a fourth level, a taken name, or another facet.
    """

    def work(work: Work) -> str:
        mine = work.one(category_id)
        parent = work.one(parent_id) if parent_id is not None else None
        if parent is not None and parent.facet_id != mine.facet_id:
            raise InputError(f"{parent.path} is in another facet. A category moves within its own facet only.")
        work.touched = set(work.below(category_id))
        trees.edit(work.connection, category_id, parent_id=parent_id)
        return f"{mine.path} moved {'under ' + parent.path if parent else 'to the top'}"

    return _operate(workspace, work, actor=actor, preview=preview)


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
            trees.edit(work.connection, child.id, parent_id=into_id)
        trees.edit(work.connection, category_id, retired_at=schema.now(), merged_into=into_id)
        texts = dict(work.prompts.categories)
        united = (*texts.get(into_id, ()), *texts.pop(category_id, ()))
        texts[into_id] = tuple({prompt.text: prompt for prompt in reversed(united)}.values())[::-1]
        work.texts = texts
        work.plan = lambda batch, _: relabel.absorb(work.connection, batch, category_id, into_id)
        return f"{mine.path} merged into {other.path}"

    return _operate(workspace, work, actor=actor, preview=preview)


def retire(workspace: Workspace, category_id: int, *, actor: str, preview: bool = False) -> Effect:
    """Take a category, and all below it, out of use. Its labels stay and are exported; nobody can give it any more.

    Raises:
        InputError: there is no such category in use.
    """

    def work(work: Work) -> str:
        mine = work.one(category_id)
        work.touched = set(work.below(category_id))
        for number in work.touched:
            trees.edit(work.connection, number, retired_at=schema.now())
        work.texts = {n: texts for n, texts in work.prompts.categories.items() if n not in work.touched}
        return f"{mine.path} retired"

    return _operate(workspace, work, actor=actor, preview=preview)


def split(
    scene: Scene, category_id: int, entries: Sequence[dict[str, Any]], *, actor: str, preview: bool = False
) -> Effect:
    """Put children under a category and route its items among them by their prompts.

    What a machine proposed becomes its proposal of a child. A person's or an imported label stays on the parent, with a
    child suggested in the batch's detail (`suggestions`) until somebody confirms it.

    Args:
        entries: `{"name", "prompts"}` of each new child.

    Raises:
        InputError: fewer than two children in all, a child without prompts, a taken name, or a fourth level.
    """

    def work(work: Work) -> str:
        parent = work.one(category_id)
        work.touched = {category_id}
        if any(entry.get("parent") or entry.get("facet") for entry in entries):
            raise InputError(f"The file of a split lists children of {parent.path}: leave parent and facet out.")
        texts = dict(work.prompts.categories)
        for entry in entries:
            number = trees.add(work.connection, str(entry["name"]), parent_id=category_id)
            texts[number] = tuple(Prompt(str(text).strip()) for text in entry.get("prompts") or [] if str(text).strip())
        made = replace(work.prompts, categories=texts)
        children = [c for c in trees.categories(work.connection) if c.parent_id == category_id]
        if len(children) < 2:
            raise InputError(f"A split of {parent.path} needs at least two children. Name another one.")
        work.texts = texts
        routes = _routes(scene, work.connection, made, children, category_id)
        people = {row["item_id"] for row in _rows(work.connection, category_id) if not relabel.machine(row)}
        held = [r for r in routes if r.item_id in people]
        work.to_confirm = len(held)
        work.detail = {"suggestions": [[r.item_id, r.category_id, round(r.confidence, 4)] for r in held]}

        def plan(batch: Batch, version: int | None) -> Planned:
            machine = relabel.as_machine(batch, workspaces.actor_id(work.connection, MACHINE), version)
            return relabel.route(work.connection, machine, category_id, routes)

        work.plan = plan
        return f"{parent.path} split into {', '.join(c.name for c in children)}"

    return _operate(scene.workspace, work, actor=actor, preview=preview)


def suggestions(workspace: Workspace, batch: str) -> list[Route]:
    """The children that a split suggested for people's labels: those still on the parent, most certain first."""
    with workspace.read() as connection:
        detail = connection.execute(select(schema.batch.c.detail).where(schema.batch.c.id == batch)).scalar() or {}
        routes = [Route(int(i), int(c), float(p)) for i, c, p in detail.get("suggestions", ())]
        tree = {c.id: c for c in trees.categories(connection)}
        state = ledger.load(connection, [route.item_id for route in routes])
    parent = {c.id: c.parent_id for c in tree.values()}
    waiting = [r for r in routes if parent.get(r.category_id) in state.get(r.item_id, {})]
    return sorted(waiting, key=lambda route: -route.confidence)


def _routes(
    scene: Scene, connection: Connection, made: PromptSet, children: Sequence[Category], category_id: int
) -> list[Route]:
    """The likeliest child of every item that carries the category; none where the encoder has no text side."""
    rows = _rows(connection, category_id)
    place = {int(number): k for k, number in enumerate(scene.ids)}
    rows = [row for row in rows if row["item_id"] in place]
    texts = [made.texts(child.id, child.name) for child in children]
    bare = next((c for c, own in zip(children, texts, strict=True) if not own), None)
    if bare is not None:
        raise InputError(f"{bare.path} has no prompt. Give each child at least one, then split again.")
    if not rows or not scene.has_text:
        return []
    vectors = zero_shot.class_vectors([scene.encoder.encode_text(own) for own in texts])
    linear = zero_shot.classifier([c.id for c in children], vectors, scale=scene.encoder.logit_scale)
    probabilities = linear.probabilities(scene.vectors[[place[row["item_id"]] for row in rows]])
    best, confidence, _ = zero_shot.top_two(probabilities)
    return [
        Route(row["item_id"], linear.classes[int(k)], float(p))
        for row, k, p in zip(rows, best, confidence, strict=True)
    ]


def _rows(connection: Connection, category_id: int) -> list[ledger.Rows]:
    return relabel.holders(connection, category_id, ("yes",))


def _operate(workspace: Workspace, work: Callable[[Work], str], *, actor: str, preview: bool) -> Effect:
    """Do a change in one transaction, and take it all back where it is only a preview."""
    with workspace.engine.connect() as connection, connection.begin() as transaction:
        effect = _change(connection, work, actor)
        if preview:
            transaction.rollback()
            return replace(effect, batch=None, version=None)
    return effect


def _change(connection: Connection, work: Callable[[Work], str], actor: str) -> Effect:
    actor_id = workspaces.actor_id(connection, actor)
    before = reshaping.rows(connection)
    number, prompts = reshaping.newest_prompts(connection)
    open_work = Work(connection, {c.id: c for c in trees.categories(connection)}, prompts, set())
    counts = _yes_counts(connection)
    note = work(open_work)
    reshaping.check(connection)
    changes = reshaping.difference(before, reshaping.rows(connection))
    if not changes:
        raise InputError("Nothing would change: it is so already.")
    detail: dict[str, Any] = {**(open_work.detail or {}), "categories": changes}
    if open_work.texts is not None and number is not None:
        made = replace(prompts, categories=open_work.texts)
        detail["prompts"] = reshaping.publish(connection, made, note=note[:500], actor_id=actor_id)
    batch = Batch(actor_id, "human", kind="taxonomy", note=note, detail=detail)
    touched = open_work.touched
    effect = Effect(
        batch.id,
        labels=sum(counts.get(n, 0) for n in touched),
        items=_items(connection, touched),
        prompts=sum(len(prompts.categories.get(n, ())) for n in touched),
        heads=_heads(connection, touched),
        to_confirm=open_work.to_confirm,
        version=detail.get("prompts", {}).get("after"),
    )
    ledger.record(connection, batch)
    if open_work.plan is not None:
        relabel.apply(connection, open_work.plan(batch, effect.version))
    return effect


def _yes_counts(connection: Connection) -> dict[int, int]:
    state = schema.label_state.c
    query = select(state.category_id, func.count()).where(state.value == "yes").group_by(state.category_id)
    return {int(row[0]): int(row[1]) for row in connection.execute(query)}


def _items(connection: Connection, touched: set[int]) -> int:
    state = schema.label_state.c
    query = select(func.count(func.distinct(state.item_id))).where(state.category_id.in_(touched), state.value == "yes")
    return int(connection.execute(query).scalar_one())


def _heads(connection: Connection, touched: set[int]) -> tuple[int, ...]:
    """Numbers of the heads that know one of the categories: the card names its classes by id."""
    known = {row.number: {int(c["id"]) for c in row.card.get("classes") or ()} for row in heads.every(connection)}
    return tuple(number for number, ids in known.items() if ids & touched)
