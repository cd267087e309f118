"""A saved view as a filter: what its address says, and the items that it lets through now.

A view keeps the parameters of the page's address. `web/ui/review/filters/filter_address.js` reads them in the browser; this module does
for what has no browser, and a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from errors import InputError
from labeling.review import grid
from labeling.review.grid import TileQuery
from labeling.snapshot.snapshot import Snapshot
from store.project import saved_views
from store.workspace import Workspace

# "Label by" of the page: states and sources of the labels that it lets through.
BY: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "open": (("none", "machine"), ()),
    "machine": (("machine",), ()),
    "person": (("person",), ()),
    "import": ((), ("import",)),
    "neighbour": ((), ("neighbour",)),
    "no_class": (("no_class",), ()),
    "unsure": (("unsure",), ()),
    "second": (("person",), ()),
    "all": ((), ()),
}


def names(workspace: Workspace) -> list[str]:
    """Names of the saved views."""
    with workspace.read() as connection:
        return [view.name for view in saved_views.listed(connection)]


def items_of(snapshot: Snapshot, name: str) -> frozenset[int]:
    """Ids of the images and frames that a saved view lets through now.

    Raises:
        InputError: there is no such view, or it cannot be read.
    """
    with snapshot.workspace.read() as connection:
        views = {view.name: view.query for view in saved_views.listed(connection)}
    if name not in views:
        known = f" There are: {', '.join(views)}." if views else " None was saved yet."
        raise InputError(f"There is no saved view {name!r}.{known}")
    seen, rows, _ = grid.select(snapshot, query_of(views[name]))
    return frozenset(seen.board.ids[rows].tolist())


def query_of(address: Mapping[str, str]) -> TileQuery:
    """The filter that an address means.

    The order counts where it leaves something out. *Next batch* deals a few images at a time, so all that it deals from are meant.

    Raises:
        InputError: a parameter cannot be read.
    """
    by = address.get("by", "")
    states, sources = BY.get(by if by in BY else "all" if address.get("ids") else "open", ((), ()))
    order = "likeness" if address.get("text") else address.get("order", "")
    order = order if order in grid.ORDERS and order not in ("clusters", "given", "next") else "margin"
    try:
        return replace(
            TileQuery(order=order),
            states=states, sources=_parts(address.get("source")) or sources,
            classes=_ids(address.get("class")), proposed=_ids(address.get("proposed")), actors=_ids(address.get("actor")),
            ids=_ids(address.get("ids")), video=int(address["video"]) if address.get("video") else None,
            split=address.get("split") or None, low=_number(address.get("low")), high=_number(address.get("high")),
            held=bool(address.get("held")), tags=_tags(address.get("tag")), named=address.get("named", ""),
            text=address.get("text", ""),
        )  # fmt: skip
    except ValueError as error:
        raise InputError(f"The saved view cannot be read ({error}). Open it in Review and save it again.") from error


def _parts(text: str | None) -> tuple[str, ...]:
    return tuple(part for part in (text or "").split(",") if part)


def _ids(text: str | None) -> tuple[int, ...]:
    return tuple(int(part) for part in _parts(text))


def _number(text: str | None) -> float | None:
    return float(text) if text else None


def _tags(text: str | None) -> tuple[tuple[int, str], ...]:
    """`12:yes,13:unknown`."""
    pairs = [part.partition(":") for part in _parts(text)]
    return tuple((int(number), answer) for number, _, answer in pairs)
