"""From a workspace to what every format writes."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

from errors import InputError
from labeling.exchange.formats import picture_files
from labeling.exchange.formats.label_set import (
    PEOPLE,
    Answer,
    Choice,
    ClassEntry,
    FacetEntry,
    Images,
    LabelSet,
    LeftOut,
    Picture,
    VectorSource,
)
from store.database.connection import Connection
from store.items import items, originals, vectors
from store.items.file_names import Names
from store.items.item_rows import ItemRow
from store.items.originals import State
from store.ledger import events, label_rows
from store.ledger.label_rows import StandingLabel
from store.project import heads, taxonomy
from store.project.taxonomy import Category, Facet
from store.workspace import Workspace

VAL_SHARE = 0.1


def gather(workspace: Workspace, choice: Choice) -> LabelSet:
    """All labels that a choice lets through, with their classes and pictures; nothing is written.

    Splits keep groups whole, as training does: audit groups, which no head learns from, are test, and a tenth of the others, fixed
    by a hash of the group, is val.

    Raises:
        InputError: there is no such facet.
    """
    with workspace.read() as connection:
        facets = _facets(connection, choice)
        standing = label_rows.by_item_name(connection, ("yes", "no", "unsure"))
        standing = [label for label in standing if _chosen(label, choice)]
        classes = class_entries(taxonomy.categories(connection, retired=True), taxonomy.facets(connection))
        models = {head.id: f"head {head.number}" for head in heads.every(connection)}
        answers, refused, doubted = _answers(standing, classes, {facet.name for facet in facets}, models)
        rows = items.get_many(connection, sorted(answers))
        names, left_out = Names(connection), LeftOut()
        handles = {number: names.handle(number) for number in rows}
        embedded = _vectors(workspace, connection)
        if choice.images is not Images.NONE:
            left_out = _left_out(connection, rows, handles)
    gone = {*left_out.missing, *left_out.changed, *left_out.frames}
    kept = sorted(
        (number for number in rows if handles[number] not in gone), key=lambda number: (handles[number], number)
    )
    chosen = {facet.name for facet in facets}
    return LabelSet(
        title=workspace.name,
        facets=facets,
        main=next((facet for facet in facets if facet.exclusive), None),
        classes=[entry for entry in classes.values() if entry.facet in chosen],
        pictures=_pictures([rows[number] for number in kept], handles, answers, choice),
        images=choice.images,
        left_out=left_out,
        refusals=sum(refused[number] for number in kept),
        doubts=sum(doubted[number] for number in kept),
        vectors=embedded,
    )


def class_entries(tree: Sequence[Category], facets: Sequence[Facet]) -> dict[int, ClassEntry]:
    """Every category by id, in order of ids, with a name that no other has."""
    title = {facet.id: facet.name for facet in facets}
    used = Counter(category.path for category in tree)
    # Of a retired and a living category of one path, the retired one says its id.
    living = Counter(category.path for category in tree if not category.retired)
    homes: dict[str, set[int]] = {}
    for category in tree:
        homes.setdefault(category.path, set()).add(category.facet_id)

    def name(category: Category) -> str:
        full = f"{title[category.facet_id]}: {category.path}" if len(homes[category.path]) > 1 else category.path
        if used[category.path] > 1 and category.retired and (living[category.path] or len(homes[category.path]) == 1):
            return f"{full} (retired {category.id})"
        return full

    names = {category.id: name(category) for category in tree}
    return {
        category.id: ClassEntry(
            category.id, names[category.id], names[category.parent_id] if category.parent_id else "",
            title[category.facet_id], category.color,
        )
        for category in sorted(tree, key=lambda category: category.id)
    }  # fmt: skip


def _facets(connection: Connection, choice: Choice) -> list[FacetEntry]:
    """The facets to export, the one that the machine chooses a class in first."""
    main = taxonomy.main_facet(connection)
    every = sorted(taxonomy.facets(connection), key=lambda facet: (facet.id != main, facet.id))
    chosen = [FacetEntry(facet.name, facet.exclusive) for facet in every if choice.facet in ("", facet.name)]
    if not chosen:
        known = ", ".join(facet.name for facet in every)
        raise InputError(f"There is no facet {choice.facet!r}. Known: {known}.")
    return chosen


def _vectors(workspace: Workspace, connection: Connection) -> VectorSource | None:
    number = vectors.encoder_in_use(connection)
    if number is None:
        return None
    row = vectors.get_encoder(connection, number)
    return (
        VectorSource(row.name, row.fingerprint, row.dim, partial(vectors.load, workspace, number)) if row.dim else None
    )


def _chosen(label: StandingLabel, choice: Choice) -> bool:
    if choice.items is not None and label.item_id not in choice.items:
        return False
    if choice.people and label.source not in PEOPLE:
        return False
    return label.confidence is None or label.confidence >= choice.confidence


def _answers(
    standing: Sequence[StandingLabel], classes: Mapping[int, ClassEntry], facets: set[str], models: Mapping[int, str]
) -> tuple[dict[int, list[Answer]], Counter[int], Counter[int]]:
    """Labels by item, and how many answers no and unsure each item has."""
    answers: dict[int, list[Answer]] = {}
    refused: Counter[int] = Counter()
    doubted: Counter[int] = Counter()
    for label in standing:
        entry = classes.get(label.category_id)
        if entry is None or entry.facet not in facets:
            continue  # a label of a whole video, or of a facet that was not asked for
        if label.value == "no":
            refused[label.item_id] += 1
        elif label.value == "unsure" and events.answer(label.value, label.reason) == "unsure":
            doubted[label.item_id] += 1
        else:
            model = models.get(label.head_id or 0, "")
            if not model and label.prompt_version is not None:
                model = f"prompts {label.prompt_version}"
            at = label.at if label.at.tzinfo else label.at.replace(tzinfo=dt.UTC)
            answers.setdefault(label.item_id, []).append(
                Answer(
                    None if label.value == "unsure" else entry, entry.facet, label.source, label.actor,
                    at.astimezone(dt.UTC).isoformat(), label.confidence, model,
                )
            )  # fmt: skip
    return answers, refused, doubted


def _left_out(connection: Connection, rows: Mapping[int, ItemRow], handles: Mapping[int, str]) -> LeftOut:
    states = originals.states(connection, [row for row in rows.values() if row.kind == "image"])
    left_out = LeftOut()
    for number, row in rows.items():
        state = states.get(number)
        if row.kind != "image":
            left_out.frames.append(handles[number])
        elif state is State.MISSING:
            left_out.missing.append(handles[number])
        elif state is State.CHANGED:
            left_out.changed.append(handles[number])
    for names in (left_out.missing, left_out.changed, left_out.frames):
        names.sort()
    return left_out


def _pictures(
    rows: Sequence[ItemRow], handles: Mapping[int, str], answers: Mapping[int, list[Answer]], choice: Choice
) -> list[Picture]:
    if choice.images is Images.NONE:
        where = [handles[row.id].lstrip("/") for row in rows]  # no path of an export is absolute
    else:
        where = picture_files.places([(row.name, f"{row.sha256} {row.id}") for row in rows])
    return [
        Picture(
            row.id, handles[row.id], place, _split(row) if choice.splits else "train", row.width, row.height, row.sha256,
            row.path, row.bytes, tuple(answers[row.id]),
        )
        for row, place in zip(rows, where, strict=True)
    ]  # fmt: skip


def _split(row: ItemRow) -> str:
    if row.audit:
        return "test"
    digest = hashlib.sha256(f"val {row.group_key}".encode("utf-8", "surrogatepass")).digest()
    return "val" if int.from_bytes(digest[:8], "big") < VAL_SHARE * 2**64 else "train"
