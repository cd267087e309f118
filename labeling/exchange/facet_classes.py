"""Classes of a facet of videos that files bring: the facet and its categories are made where they are missing.

A model of others calls a class by a name and a number of its own. Both are kept beside the category, so that what is written for that
system says them again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from errors import InputError
from naming import class_name
from store.database.connection import Connection
from store.project import taxonomy
from store.project.category_index import CategoryIndex
from store.project.taxonomy import VIDEO
from store.workspace import change_settings, project_settings

NEW_FACET = "tags"  # what a facet is called that a file of classes brings
SETTING = "classes_of_others"  # of the project: {facet: {category: [name, number]}}


@dataclass(frozen=True)
class ForeignClass:
    """What another system calls a category."""

    name: str
    number: int


def named(connection: Connection, name: str | None) -> str:
    """The facet that new classes go to: the one of that name, else the only one, else `tags`.

    Raises:
        InputError: several are there and none is named.
    """
    known = taxonomy.facets(connection, VIDEO)
    if name is None and len(known) > 1:
        listed = ", ".join(facet.name for facet in known)
        raise InputError(f"Name one facet of videos: --facet NAME. There are: {listed}.")
    return name or (known[0].name if known else NEW_FACET)


class FacetClasses:
    """The classes of one facet of videos, to which more are added.

    Args:
        name: of the facet; the only one, or a new one called `tags`, unless given. exclusive: whether a new facet takes one answer.

    Raises:
        InputError: several facets are there and none is named, or the name is one of images.
    """

    def __init__(self, connection: Connection, name: str | None, *, exclusive: bool) -> None:
        known = taxonomy.facets(connection, VIDEO)
        self.name = named(connection, name)
        self.exclusive = next((one.exclusive for one in known if one.name == self.name), exclusive)
        self._connection = connection
        self.facet_id = taxonomy.add_facet(connection, self.name, exclusive=self.exclusive, subject=VIDEO)
        self._index = CategoryIndex(taxonomy.categories(connection, retired=True, subject=VIDEO))
        self.added = 0

    def ensure(self, parts: Sequence[str]) -> int:
        """The id of the category at a path of names; `added` counts those that had to be made.

        Raises:
            InputError: a name is none for a category, or the tree would be too deep.
        """
        parent: int | None = None
        for depth, part in enumerate(map(class_name, parts)):
            there = [
                one
                for one in self._index.children(self.facet_id, parent)
                if class_name(one.name) == part and not one.retired
            ]
            if there:
                parent = there[0].id
                continue
            for rest in parts[depth:]:
                taxonomy.check_name(rest)
            parent = taxonomy.add(
                self._connection, part, parent_id=parent, facet=self.name, exclusive=self.exclusive, subject=VIDEO,
                index=self._index,
            )  # fmt: skip
            self.added += 1
        assert parent is not None, "a path has a name"
        return parent


def keep_foreign(connection: Connection, facet_id: int, classes: Mapping[int, ForeignClass]) -> None:
    """Remember what another system calls the categories of a facet, in place of what was known before."""
    kept = project_settings(connection).get(SETTING)
    every = dict(kept) if isinstance(kept, dict) else {}
    every[str(facet_id)] = {str(number): [one.name, one.number] for number, one in classes.items()}
    change_settings(connection, **{SETTING: every})


def foreign(connection: Connection, facet_id: int) -> dict[int, ForeignClass]:
    """What another system calls the categories of a facet, by id and in the order of its numbers; empty where none is known."""
    kept = project_settings(connection).get(SETTING)
    mine = kept.get(str(facet_id)) if isinstance(kept, dict) else None
    known = {
        int(number): ForeignClass(str(one[0]), int(str(one[1])))
        for number, one in (mine if isinstance(mine, dict) else {}).items()
        if isinstance(one, list)
    }
    return dict(sorted(known.items(), key=lambda item: item[1].number))
