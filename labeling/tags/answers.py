"""What stands in open facets: any number of labels an item, each yes, no or unknown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from errors import InputError
from labeling.cleaning.label_table import sorted_places
from labeling.scoring.multilabel import NO, UNKNOWN, YES, Tri
from labeling.snapshot import cache
from labeling.snapshot.snapshot import Snapshot
from store.ledger import board_columns, label_rows
from store.ledger.events import PERSON
from store.project import taxonomy
from store.project.taxonomy import Category

CODES = {"yes": YES, "no": NO}
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Tags:
    """What stands for an open facet, one row an item of the snapshot and one column a category.

    Attributes:
        categories: ids, in the order of the columns. value: int8 [n, k] of YES, NO, UNKNOWN. person: bool [n, k], a person or an
            import said so. version: int64 [n], of (item, facet).
    """

    facet: taxonomy.Facet
    categories: tuple[int, ...]
    value: Tri
    person: npt.NDArray[np.bool_]
    version: Ints

    @property
    def verified(self) -> Tri:
        """int8 [n, k]: what people said, UNKNOWN elsewhere."""
        return np.asarray(np.where(self.person, self.value, UNKNOWN), np.int8)


def facets(snapshot: Snapshot) -> list[taxonomy.Facet]:
    """The open facets that have categories in use."""
    used = {category.facet_id for category in snapshot.categories.tree}

    def read() -> list[taxonomy.Facet]:
        with snapshot.workspace.read() as connection:
            return taxonomy.facets(connection)

    every = cache.ask((snapshot.workspace.path, "facets"), read)
    return [facet for facet in every if not facet.exclusive and facet.id in used]


def find(snapshot: Snapshot, name: str | None = None) -> taxonomy.Facet:
    """An open facet by name, or the only one.

    Raises:
        InputError: there is none of that name, or several and no name.
    """
    known = facets(snapshot)
    candidates = [facet for facet in known if name in (None, facet.name)]
    if len(candidates) == 1:
        return candidates[0]
    listed = ", ".join(facet.name for facet in known) or "none"
    raise InputError(f"Name one facet that takes any number of labels. There are: {listed}.")


def columns(snapshot: Snapshot, facet: taxonomy.Facet) -> list[Category]:
    """The categories of a facet in use, inner ones too: each may hold for itself."""
    return [category for category in snapshot.categories.tree if category.facet_id == facet.id]


def tags(snapshot: Snapshot, facet: taxonomy.Facet) -> Tags:
    """What stands, kept until a label or the tree changes."""
    ids = tuple(category.id for category in columns(snapshot, facet))
    with snapshot.workspace.read() as connection:
        key = (label_rows.newest_event(connection), ids, len(snapshot.ids))
    return snapshot.cached(f"tags {facet.id}", key, lambda: _load(snapshot, facet, ids))


def _load(snapshot: Snapshot, facet: taxonomy.Facet, ids: tuple[int, ...]) -> Tags:
    n = len(snapshot.ids)
    value = np.full((n, len(ids)), UNKNOWN, np.int8)
    person = np.zeros(value.shape, np.bool_)
    version = np.zeros(n, np.int64)
    column = {number: k for k, number in enumerate(ids)}
    for span in label_rows.spans(snapshot.ids):
        with snapshot.workspace.read() as connection:
            states = board_columns.states(connection, facet.id, span)
            versions = board_columns.versions(connection, facet.id, span)
        place, here = sorted_places(snapshot.ids, states.item)
        for k in np.flatnonzero(here):
            at = (int(place[k]), column.get(int(states.category[k]), -1))
            if at[1] >= 0 and states.value[k] in CODES:
                value[at], person[at] = CODES[states.value[k]], states.source[k] in (*PERSON, "import")
        place, here = sorted_places(snapshot.ids, versions.item)
        version[place[here]] = versions.version[here]
    return Tags(facet, ids, value, person, version)


def matches(snapshot: Snapshot, wanted: dict[int, str]) -> npt.NDArray[np.bool_]:
    """bool [n]: items whose tags are as wanted: category id -> `yes`, `no`, `unknown` or `proposed` (a machine's yes)."""
    keep = np.ones(len(snapshot.ids), np.bool_)
    for facet in facets(snapshot):
        standing = tags(snapshot, facet)
        for k, number in enumerate(standing.categories):
            value, person = standing.value[:, k], standing.person[:, k]
            tests = {
                "yes": value == YES,
                "no": value == NO,
                "unknown": value == UNKNOWN,
                "proposed": (value == YES) & ~person,
            }
            if number in wanted:
                keep &= tests.get(wanted[number], keep)
    return keep
