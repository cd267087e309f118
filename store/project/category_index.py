"""Categories by id, by place and by all that they can be called, for whoever looks many up or adds many."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from errors import InputError
from naming import class_name, class_path, composed

if TYPE_CHECKING:
    from store.project.taxonomy import Category

SHOWN = 20  # names that a message lists
LONGEST = 200  # characters of a name that a message repeats


class CategoryIndex:
    """The tree, retired categories too; what is asked by name is in use.

    Attributes:
        by_id: all categories, depth first.
    """

    def __init__(self, tree: Iterable[Category]) -> None:
        self.by_id: dict[int, Category] = {}
        self._children: dict[tuple[int, int | None], list[Category]] = {}
        self._paths: dict[str, list[Category]] = {}
        self._names: dict[str, list[Category]] = {}
        self.fill(tree)

    def fill(self, tree: Iterable[Category]) -> None:
        """Hold this tree, and nothing else."""
        for known in (self.by_id, self._children, self._paths, self._names):
            known.clear()
        for category in tree:
            self.put(category)

    def put(self, category: Category) -> None:
        """Take in a category that is not there yet."""
        self.by_id[category.id] = category
        self._children.setdefault((category.facet_id, category.parent_id), []).append(category)
        if not category.retired:
            self._paths.setdefault(composed(category.path), []).append(category)
            for name in set(names_of(category)):
                self._names.setdefault(name, []).append(category)

    def children(self, facet_id: int, parent_id: int | None) -> list[Category]:
        """Categories of a facet below a parent, or at the top, retired ones too."""
        return self._children.get((facet_id, parent_id), [])

    def tops(self) -> int:
        """Number of categories without a parent, retired ones too."""
        return sum(len(there) for (_, parent), there in self._children.items() if parent is None)

    def called(self, name: str) -> list[Category]:
        """Categories in use that a path or a name in normal form can mean; of a whole path only those."""
        return self._paths.get(name) or self._names.get(name, [])

    def below(self, parent_id: int | None, name: str) -> list[Category]:
        """Categories in use of that name, in normal form, below a parent, or at the top of any facet."""
        return [c for c in self._names.get(name, []) if composed(c.name) == name and c.parent_id == parent_id]

    def one(self, name: str) -> Category:
        """The category that a path or a name means; as `taxonomy.by_name`.

        Raises:
            InputError: none, or more than one.
        """
        name = class_name(name)
        matches = self.called(name)
        if not matches:
            used = [c.path for c in self.by_id.values() if not c.retired]
            known = ", ".join(used[:SHOWN]) or "none yet"
            more = f" and {len(used) - SHOWN} more" if len(used) > SHOWN else ""
            raise InputError(f"There is no category {name[:LONGEST]!r}. Known: {known}{more}.")
        if len(matches) > 1:
            raise InputError(f"{name!r} could be {' or '.join(c.path for c in matches)}. Write the whole path.")
        return matches[0]


def names_of(category: Category) -> tuple[str, str, str]:
    """All that a category can be called, in normal form: its path, its name, its name as paths are written."""
    name = composed(category.name)
    return composed(category.path), name, class_path([name])
