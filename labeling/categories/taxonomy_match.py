"""Which categories of a workspace a taxonomy file names, and which of the others are probably one of its new names."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from labeling.categories import taxonomy_file
from labeling.categories.taxonomy_text import TaxonomyFile
from naming import class_path
from store.ledger import label_rows, tree_changes
from store.project import taxonomy
from store.project.taxonomy import Category
from store.workspace import Workspace


@dataclass(frozen=True)
class Match:
    """How a file meets the categories in use.

    Attributes:
        ids: the category that each entry is, None where there is none yet. facets: the facet of each entry.
        missing: categories in use, of those facets, that no entry is.
        labels, texts: yes labels and prompts in use of categories.
    """

    ids: list[int | None]
    facets: list[int]
    missing: list[Category]
    labels: dict[int, int]
    texts: dict[int, frozenset[str]]


def match(workspace: Workspace, content: TaxonomyFile) -> Match:
    """How a file meets the categories in use: it is laid out as it stands, and that is taken back.

    Raises:
        InputError: it cannot be laid out.
    """
    with workspace.engine.connect() as connection, connection.begin() as transaction:
        tree = taxonomy.categories(connection)
        placed = taxonomy_file.place(connection, content)
        facets = {c.id: c.facet_id for c in taxonomy.categories(connection)}
        labels = label_rows.yes_counts(connection)
        prompts = tree_changes.newest_prompts(connection)[1].categories
        transaction.rollback()
    known = {c.id for c in tree}
    spoken = [facets[number] for number in placed]
    here, asked = set(placed), set(spoken)
    missing = [c for c in tree if c.id not in here and c.facet_id in asked]
    texts = {c.id: frozenset(prompt.text for prompt in prompts.get(c.id, ()) if prompt.on) for c in missing}
    return Match([number if number in known else None for number in placed], spoken, missing, labels, texts)


def suggest(content: TaxonomyFile, match: Match) -> dict[int, int]:
    """Missing categories that are probably an entry under another name or in another place: id -> number of the entry, from 1.

    One name in another place or another spelling, the same prompts, the same children, in that order; each only where it is the one
    such category and the one such entry of the facet.
    """
    entries = content["categories"]
    new = {k: entries[k] for k, known in enumerate(match.ids) if known is None}
    missing = {c.id: c for c in match.missing}
    above = {k: str(entry.get("parent") or "") for k, entry in new.items()}
    lying: dict[str, set[str]] = {}
    for k, entry in new.items():
        lying.setdefault(above[k], set()).add(_plain(entry["name"]))
    inner = {k: lying.get(entry["name"], set()) | lying.get(path_of(content, k + 1), set()) for k, entry in new.items()}
    children = {n: {_plain(c.name) for c in match.missing if c.parent_id == n} for n in missing}
    of_categories: list[Callable[[int], Hashable]] = [
        lambda n: (_leaf(missing[n].path.rpartition("/")[0]), _plain(missing[n].name)),
        lambda n: _plain(missing[n].name),
        lambda n: match.texts[n] or None,
        lambda n: frozenset(children[n]) or None,
    ]
    of_entries: list[Callable[[int], Hashable]] = [
        lambda k: (_leaf(above[k]), _plain(new[k]["name"])),
        lambda k: _plain(new[k]["name"]),
        lambda k: frozenset(new[k].get("prompts") or ()) or None,
        lambda k: frozenset(inner[k]) or None,
    ]
    pairs: dict[int, int] = {}
    for of_category, of_entry in zip(of_categories, of_entries, strict=True):
        here = _alone({n: (c.facet_id, of_category(n)) for n, c in missing.items() if n not in pairs})
        there = _alone({k: (match.facets[k], of_entry(k)) for k in new if k + 1 not in pairs.values()})
        pairs |= {here[key]: there[key] + 1 for key in here.keys() & there.keys()}
    return pairs


def _alone(keys: Mapping[int, tuple[int, Hashable]]) -> dict[tuple[int, Hashable], int]:
    """What has a key that nothing else has, by that key; None is not a key."""
    lots: dict[tuple[int, Hashable], list[int]] = {}
    for number, key in keys.items():
        if key[1] is not None:
            lots.setdefault(key, []).append(number)
    return {key: lot[0] for key, lot in lots.items() if len(lot) == 1}


def _plain(name: str) -> str:
    """A name without case, spaces and punctuation; where nothing is left of it, as it is."""
    return re.sub(r"[\W_]+", "", name.casefold()) or name


def _leaf(path: str) -> str:
    return _plain(path.rpartition("/")[2])


def path_of(content: TaxonomyFile, number: int) -> str:
    """The path of an entry as the file writes it."""
    entry = content["categories"][number - 1]
    own = class_path([str(entry["name"])])
    return f"{entry['parent']}/{own}" if entry.get("parent") else own
