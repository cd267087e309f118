"""Facets that a head can be trained for: the exclusive one, or those that take any number of labels."""

from __future__ import annotations

from errors import InputError
from labeling.snapshot.snapshot import Scene
from labeling.tags import answers
from store.project import taxonomy
from store.project.taxonomy import Facet


def trainable(scene: Scene) -> list[Facet]:
    """The facets that a head can be trained for: the exclusive one first, then the open ones that have labels.

    Raises:
        InputError: there are no categories.
    """
    with scene.workspace.read() as connection:
        main = taxonomy.facet(connection, scene.facet_id())
    return [main, *answers.facets(scene)]


def find(scene: Scene, name: str | None = None) -> Facet:
    """A facet by name; the exclusive one without a name.

    Raises:
        InputError: no head can be trained for a facet of that name.
    """
    known = trainable(scene)
    found = next((facet for facet in known if name in (None, facet.name)), None)
    if found is None:
        listed = ", ".join(facet.name for facet in known)
        raise InputError(f"There is no facet {name!r} that a head can be trained for. There are: {listed}.")
    return found
