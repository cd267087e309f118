"""Facets that a head can be trained for: the exclusive one, or those that take any number of labels."""

from __future__ import annotations

from errors import InputError
from labeling.snapshot.snapshot import Snapshot
from labeling.tags import answers
from store.project import taxonomy
from store.project.taxonomy import Facet


def trainable(snapshot: Snapshot) -> list[Facet]:
    """The facets that a head can be trained for: the exclusive one first, then the open ones that have labels.

    Raises:
        InputError: there are no categories.
    """
    with snapshot.workspace.read() as connection:
        main = taxonomy.facet(connection, snapshot.categories.facet_id())
    return [main, *answers.facets(snapshot)]


def find(snapshot: Snapshot, name: str | None = None) -> Facet:
    """A facet by name; the exclusive one without a name.

    Raises:
        InputError: no head can be trained for a facet of that name.
    """
    known = trainable(snapshot)
    facet = next((facet for facet in known if name in (None, facet.name)), None)
    if facet is None:
        listed = ", ".join(facet.name for facet in known)
        raise InputError(f"There is no facet {name!r} that a head can be trained for. There are: {listed}.")
    return facet
