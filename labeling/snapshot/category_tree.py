"""Categories of a workspace as the machine sees them: the tree, and the leaves of the exclusive facet."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from errors import InputError
from labeling.scoring import tree_classifier
from labeling.snapshot.loaded_vectors import LoadedVectors
from store.project import taxonomy
from store.project.taxonomy import Category

Floats = npt.NDArray[np.float32]


class CategoryTree:
    """The categories in use, read anew for each request."""

    def __init__(self, loaded: LoadedVectors) -> None:
        self._loaded = loaded

    @property
    def tree(self) -> list[Category]:
        """The categories in use, depth first."""
        return self._read()[1]

    def _read(self) -> tuple[int | None, list[Category]]:
        """The main facet and the tree, of one moment."""

        def read() -> tuple[int | None, list[Category]]:
            with self._loaded.workspace.read() as connection:
                return taxonomy.main_facet(connection), taxonomy.categories(connection)

        return self._loaded.ask("tree", read)

    def path_names(self, categories: Iterable[int]) -> list[str]:
        """Paths of some categories, in their order; retired ones have one too, and what is unknown is its number."""
        with self._loaded.workspace.read() as connection:
            every = taxonomy.categories(connection, retired=True, subject=None)
            known = {category.id: category.path for category in every}
        return [known.get(number, str(number)) for number in categories]

    def facet_id(self) -> int:
        """The exclusive facet that the machine proposes in: the first that has categories.

        Raises:
            InputError: there are no categories yet.
        """
        return self._main()[0]

    def _main(self) -> tuple[int, list[Category]]:
        """The exclusive facet and the tree.

        Raises:
            InputError: there are no categories yet.
        """
        facet_id, tree = self._read()
        if facet_id is None:
            raise InputError(
                "There are no categories yet. Add them on the Prompts page, or with `sceneloop prompts --set FILE`."
            )
        return facet_id, tree

    def classes(self) -> list[Category]:
        """The machine's choices: the leaves of the exclusive facet."""
        facet_id, tree = self._main()
        return leaves(tree, facet_id)

    def nodes(self) -> list[Category]:
        """All categories of the exclusive facet, inner ones too, depth first."""
        facet_id, tree = self._main()
        return [category for category in tree if category.facet_id == facet_id]

    def parents(self) -> list[int | None]:
        """For each of `nodes` the index of its parent, or None at the top."""
        return parents(self.nodes())

    @property
    def is_tree(self) -> bool:
        """Whether the facet has a second level."""
        return any(category.parent_id is not None for category in self.nodes())

    def stop(
        self, classes: tuple[int, ...], probabilities: Floats, least: float
    ) -> tuple[npt.NDArray[np.int64], Floats]:
        """(category id int64 [n], its probability float32 [n]): down the tree as long as the best child is certain.

        Args:
            classes: of the columns of `probabilities` float32 [n, k], some or all of the leaves.
            least: the margin that a child needs over its next sibling, in [0, 1]; 0 always ends at a leaf.
        """
        tree = self.nodes()
        above = parents(tree)
        column = {number: k for k, number in enumerate(classes)}
        table = np.zeros((len(probabilities), len(tree)), np.float32)
        for k, category in enumerate(tree):
            if category.id in column:
                table[:, k] = probabilities[:, column[category.id]]
        chosen, certain = tree_classifier.stop(table[:, tree_classifier.leaves(above)], above, least)
        return np.array([category.id for category in tree], np.int64)[chosen], certain


def leaves(tree: list[Category], facet_id: int) -> list[Category]:
    """The categories of a facet that have none below them."""
    inner = {category.parent_id for category in tree}
    return [category for category in tree if category.facet_id == facet_id and category.id not in inner]


def parents(tree: list[Category]) -> list[int | None]:
    """For each category of a tree the index of its parent in the list, or None at the top."""
    place = {category.id: k for k, category in enumerate(tree)}
    return [None if category.parent_id is None else place[category.parent_id] for category in tree]
