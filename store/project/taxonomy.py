"""Facets and the category tree. A category keeps its id for life; names may change, labels do not care."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from sqlalchemy import Connection, func, insert, select, update

from errors import InputError
from naming import class_name, class_path, composed, hidden_character
from store.database import schema
from store.project.category_index import CategoryIndex
from written import texts

MAX_NAME = 200
MAX_DEPTH = 3
MAX_KEY = 20
DEFAULT_FACET = "scene"
IMAGE, VIDEO = "image", "video"  # what a facet is asked about
PALETTE = ("#00875F", "#D98300", "#0072B2", "#B5518F", "#4FA8DC", "#A63C06", "#6B5B95", "#7A7100")
ICONS = (
    "landscape",
    "sports_esports",
    "description",
    "photo_camera",
    "category",
    "label",
    "star",
    "bookmark",
)
KNOWN_ICONS = {"nature": "landscape", "animation_game": "sports_esports", "document": "description"}


class CategoryColumns(TypedDict, total=False):
    """The columns of a category that can be changed."""

    name: str
    color: str
    icon: str
    key: int | None
    description: str
    parent_id: int | None
    retired_at: dt.datetime | None
    merged_into: int | None


@dataclass(frozen=True)
class Category:
    """One node of the tree. `path` is `parent/child`, a slash within a name written twice; `key` is the digit (1 to 20) that assigns it, or empty."""

    id: int
    facet_id: int
    parent_id: int | None
    name: str
    path: str
    color: str
    icon: str
    key: str
    description: str
    depth: int
    retired: bool


@dataclass(frozen=True)
class Facet:
    """A question asked of every image, or of every whole video (`subject`): one answer (`exclusive`) or any number."""

    id: int
    name: str
    exclusive: bool
    subject: str = IMAGE


def facets(connection: Connection, subject: str | None = IMAGE) -> list[Facet]:
    """The facets of images, or of another subject, or with None all; oldest first."""
    query = select(schema.facet).order_by(schema.facet.c.id)
    query = query if subject is None else query.where(schema.facet.c.subject == subject)
    return [Facet(row.id, row.name, bool(row.exclusive), row.subject) for row in connection.execute(query)]


def facet(connection: Connection, facet_id: int) -> Facet:
    """A facet by id, whatever its subject.

    Raises:
        InputError: there is none.
    """
    chosen_facet = next((one for one in facets(connection, None) if one.id == facet_id), None)
    if chosen_facet is None:
        raise InputError(f"There is no facet {facet_id} in this workspace.")
    return chosen_facet


def main_facet(connection: Connection) -> int | None:
    """Id of the exclusive facet of images that the machine chooses a class in: the first that has categories; None without any."""
    facet, category = schema.facet, schema.category
    query = select(func.min(facet.c.id)).join(category, category.c.facet_id == facet.c.id)
    query = query.where(facet.c.exclusive, facet.c.subject == IMAGE, category.c.retired_at.is_(None))
    facet_id = connection.execute(query).scalar()
    return None if facet_id is None else int(facet_id)


def facet_of_videos(connection: Connection, category_id: int) -> int | None:
    """The facet of a category of videos; None for one of images, or where there is no such category."""
    of = select(schema.facet.c.id).join(schema.category, schema.category.c.facet_id == schema.facet.c.id)
    return connection.execute(of.where(schema.category.c.id == category_id, schema.facet.c.subject == VIDEO)).scalar()


def categories(connection: Connection, *, retired: bool = False, subject: str | None = IMAGE) -> list[Category]:
    """The tree of images, depth first, siblings by position. A key that nobody chose for a category goes to the next one in use.

    Args:
        subject: of the facets whose categories are wanted; None for all.
    """
    query = select(schema.category).order_by(schema.category.c.position, schema.category.c.id)
    if subject is not None:
        query = query.join(schema.facet, schema.facet.c.id == schema.category.c.facet_id)
        query = query.where(schema.facet.c.subject == subject)
    rows = list(connection.execute(query))
    children: dict[int | None, list[Any]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)
    tree: list[Category] = []
    chosen = {row.key for row in rows if row.retired_at is None}
    free = (number for number in itertools.count(1) if number not in chosen)

    def walk(parent: int | None, prefix: str, depth: int, color: str) -> None:
        for row in children.get(parent, []):
            shade = color or row.color
            path = f"{prefix}{class_path([row.name])}"
            gone = row.retired_at is not None
            if retired or not gone:
                key = "" if gone else str(row.key or next(free))
                tree.append(
                    Category(
                        row.id,
                        row.facet_id,
                        parent,
                        row.name,
                        path,
                        shade,
                        row.icon,
                        key,
                        row.description,
                        depth,
                        gone,
                    )
                )
            walk(row.id, f"{path}/", depth + 1, shade)

    walk(None, "", 1, "")
    return tree


def created(connection: Connection) -> dict[int, dt.datetime]:
    """When each category was made, by id."""
    rows = connection.execute(select(schema.category.c.id, schema.category.c.created_at))
    return {int(row.id): row.created_at for row in rows}


def add_facet(connection: Connection, name: str, *, exclusive: bool, subject: str = IMAGE) -> int:
    """The id of a facet, made where it is missing.

    Raises:
        InputError: it exists with the other kind of answer, or for another subject.
    """
    known = connection.execute(select(schema.facet).where(schema.facet.c.name == name)).first()
    if known is None:
        cursor = connection.execute(
            insert(schema.facet).values(name=name, exclusive=exclusive, subject=subject).returning(schema.facet.c.id)
        )
        return int(cursor.scalar_one())
    if known.subject != subject:
        raise InputError(f"The facet {name} is one of {known.subject}s. Use another name for that of {subject}s.")
    if bool(known.exclusive) != exclusive:
        kind = "one answer" if known.exclusive else "any number of answers"
        raise InputError(f"The facet {name} already takes {kind}. Use another name for the new one.")
    return int(known.id)


def check_name(name: str) -> str:
    """A name fit for a category: one line of composed letters (NFC), trimmed.

    Raises:
        InputError: it is empty or too long, or a slash begins or ends it, so that a path with it could be read in two ways.
    """
    name = class_name(texts.check(name, "The name of the category"))
    if not name or len(name) > MAX_NAME:
        raise InputError(f"A category needs a name of 1 to {MAX_NAME} characters. Shorten it or type one.")
    hidden = hidden_character(name)
    if hidden:
        raise InputError(
            f"The name {name!r} holds a character that cannot be seen ({hidden}). Type it again without it."
        )
    if name.startswith("/") or name.endswith("/"):
        raise InputError(f"{name} begins or ends with a slash, which parts the levels of a path. Leave it out.")
    return name


def add(
    connection: Connection,
    name: str,
    *,
    parent_id: int | None = None,
    facet: str = DEFAULT_FACET,
    exclusive: bool = True,
    subject: str = IMAGE,
    index: CategoryIndex | None = None,
) -> int:
    """Add a category under a parent (whose facet it takes), or at the top of a facet.

    Args:
        index: of all categories, for who adds many: the tree is not read again, and the new one is put in.

    Raises:
        InputError: the name is taken among its siblings, or the tree would get a fourth level.
    """
    name = check_name(name)
    index = CategoryIndex(categories(connection, retired=True, subject=None)) if index is None else index
    if parent_id is not None and parent_id not in index.by_id:
        raise InputError(f"There is no category with id {parent_id} to put {name} under.")
    parent = index.by_id[parent_id] if parent_id is not None else None
    if parent is not None and parent.retired:
        raise InputError(f"{parent.path} is no longer in use. Put {name} under another category.")
    if parent is not None and parent.depth >= MAX_DEPTH:
        raise InputError(
            f"{parent.path} is already at level {MAX_DEPTH}; the tree has no fourth. Put {name} higher up."
        )
    facet_id = parent.facet_id if parent else add_facet(connection, facet, exclusive=exclusive, subject=subject)
    siblings = index.children(facet_id, parent_id)
    if any(composed(c.name) == name and not c.retired for c in siblings):
        raise InputError(f"{name} already exists there. Choose another name, or use the one that exists.")
    position = connection.execute(select(func.coalesce(func.max(schema.category.c.position), 0) + 1)).scalar_one()
    color = parent.color if parent else PALETTE[index.tops() % len(PALETTE)]
    icon = parent.icon if parent else KNOWN_ICONS.get(name, _free_icon(siblings))
    values = {"facet_id": facet_id, "parent_id": parent_id, "name": name, "color": color, "icon": icon}
    row = {**values, "description": "", "position": position, "created_at": schema.now()}
    number = int(connection.execute(insert(schema.category).values(**row).returning(schema.category.c.id)).scalar_one())
    path, depth = (f"{parent.path}/{class_path([name])}", parent.depth + 1) if parent else (class_path([name]), 1)
    index.put(
        Category(
            number, facet_id, parent_id, name, path, color, icon, key="", description="", depth=depth, retired=False
        )
    )
    return number


def _free_icon(siblings: Sequence[Category]) -> str:
    taken = {c.icon for c in siblings} | set(KNOWN_ICONS.values())
    return next((icon for icon in ICONS if icon not in taken), "label")


def edit(connection: Connection, category_id: int, **values: Unpack[CategoryColumns]) -> None:
    """Set columns of a category."""
    connection.execute(update(schema.category).where(schema.category.c.id == category_id).values(**values))


def by_name(tree: Iterable[Category], name: str) -> Category:
    """The category that a path or a name means, in whatever form its letters and spaces are written.

    `/` parts the levels of a path, and a slash within a name is written twice: `and//or`. The bare name `and/or` will do where no
    path is called so.

    Raises:
        InputError: none, or more than one.
    """
    return CategoryIndex(tree).one(name)


def ancestors(tree: dict[int, Category], category_id: int) -> list[int]:
    """Ids from a category up to its top, itself first."""
    chain = []
    current: int | None = category_id
    while current is not None:
        chain.append(current)
        current = tree[current].parent_id
    return chain
