"""Where items were labelled by two people: their agreement, and the items that they disagree about."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from typing_extensions import TypedDict

from labeling.cleaning.agreement import agree
from store.database.connection import Connection
from store.ledger import opinion_reader
from store.team import actors
from store.workspace import Workspace

SHOWN = 200  # items of one pair that can be opened in the grid


class AgreementFigures(TypedDict):
    """How far two labels of each of `items` items agree, as `labeling.cleaning.agreement`; `ids` of at most 200 that differ."""

    items: int
    share: float
    kappa: float | None
    low: float | None
    high: float | None
    disagreements: int
    ids: list[int]


class PairFigures(AgreementFigures):
    """The same for two people, by their names."""

    people: list[str]


class SecondOpinions(TypedDict):
    """Each item's first label against its second, whoever gave them, and each pair of people."""

    all: AgreementFigures | None
    pairs: list[PairFigures]


def of(workspace: Workspace, facet_id: int | None = None) -> SecondOpinions:
    """The agreement of all labels of two people, and of each pair of people; none of the classes is an answer like a class.

    An item that three people labelled is in three pairs, and once in `all`.

    Args:
        facet_id: an exclusive facet; by default that of images.
    """
    with workspace.read() as connection:
        opinions = opinion_reader.several(connection, facet_id=facet_id)
        names = actors.names(connection)
    by_item: dict[int, list[tuple[int, int]]] = {}
    for word in opinions:
        by_item.setdefault(word.item_id, []).append((word.actor_id, word.category_id))
    twice = {item: labels for item, labels in by_item.items() if len(labels) > 1}
    pairs: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    for item, labels in twice.items():
        for (a, x), (b, y) in itertools.combinations(sorted(labels), 2):
            pairs.setdefault((a, b), []).append((item, x, y))
    return {
        "all": _figures([(item, labels[0][1], labels[1][1]) for item, labels in twice.items()]) if twice else None,
        "pairs": [{"people": [names[a], names[b]], **_figures(rows)} for (a, b), rows in sorted(pairs.items())],
    }


def _figures(rows: list[tuple[int, int, int]]) -> AgreementFigures:
    agreement = agree([x for _, x, _ in rows], [y for _, _, y in rows])
    apart = [item for item, x, y in rows if x != y]
    return {
        "items": agreement.items,
        "share": round(agreement.share, 4),
        "kappa": _rounded(agreement.kappa),
        "low": _rounded(agreement.low),
        "high": _rounded(agreement.high),
        "disagreements": len(apart),
        "ids": apart[:SHOWN],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def agreed(connection: Connection, among: Sequence[int] | None = None, facet_id: int | None = None) -> dict[int, int]:
    """Items to which at least two people gave one and the same class, and nobody another; of `among` only, where given."""
    classes: dict[int, set[int]] = {}
    people: dict[int, int] = {}
    for word in opinion_reader.several(connection, among, facet_id):
        classes.setdefault(word.item_id, set()).add(word.category_id)
        people[word.item_id] = people.get(word.item_id, 0) + 1
    alike = {item: next(iter(one)) for item, one in classes.items() if len(one) == 1 and people[item] > 1}
    return {item: category for item, category in alike.items() if category}
