"""What happened in a workspace, in words: a row for each batch, and one row for a run of single labels by one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from labeling import activity_words
from labeling.activity_words import Past, Words
from store.ledger import event_reader
from store.ledger.event_reader import BatchRow
from store.project import taxonomy
from store.workspace import Workspace

PAUSE = dt.timedelta(minutes=15)  # a longer one ends a run
FIRST_READ, MOST_READ = 200, 12_800  # batches


@dataclass(frozen=True)
class Happening:
    """One row of the activity.

    Attributes:
        id: of its batch; of a run that of its oldest label.
        words: the sentence; every second part is a name.
        kind, source: of its batch.
        labels: images that it labelled.
        first, last: when it began and ended.
        reverted: it was taken back.
        parts: the single labels of a run, the newest first; empty where it is one batch.
    """

    id: str
    words: Words
    kind: str
    source: str
    labels: int
    first: dt.datetime
    last: dt.datetime
    reverted: bool = False
    parts: tuple[Happening, ...] = ()


@dataclass(frozen=True)
class _Lot:
    """Batches of one row, the newest first; those of a run are single labels and their undos."""

    rows: list[BatchRow]
    is_run: bool


def recent(workspace: Workspace, limit: int) -> tuple[list[Happening], bool]:
    """The newest rows of everybody, the newest first, and whether there are older ones."""
    with workspace.read() as connection:
        read = FIRST_READ
        while True:
            rows = event_reader.batches(connection, limit=read)
            lots = _lots(rows)
            is_all = len(rows) < read
            if is_all or read >= MOST_READ or (len(lots) > limit and _are_whole(lots[:limit], rows[-1].at)):
                break
            read *= 4
        past = Past(connection, {c.id: c for c in taxonomy.categories(connection, retired=True, subject=None)})
        return [_happening(lot, past) for lot in lots[:limit]], len(lots) > limit or not is_all


def _are_whole(lots: Sequence[_Lot], oldest: dt.datetime) -> bool:
    """Whether none of these runs could go on before the oldest batch that was read."""
    return all(lot.rows[-1].at - oldest > PAUSE for lot in lots if lot.is_run)


def _lots(rows: Sequence[BatchRow]) -> list[_Lot]:
    """Rows in lots: single labels of one person that follow each other, with their undos, are one."""
    by_id = {row.id: row for row in rows}
    lots: list[_Lot] = []
    running: dict[str, _Lot] = {}
    for row in rows:
        back = by_id.get(row.reverts) if row.reverts is not None else None
        joins = _is_single(row) or (back is not None and _is_single(back) and back.actor == row.actor)
        before = running.pop(row.actor, None)
        if joins and before is not None and before.rows[-1].at - row.at <= PAUSE:
            before.rows.append(row)
            running[row.actor] = before
            continue
        lots.append(_Lot([row], joins))
        if joins:
            running[row.actor] = lots[-1]
    return lots


def _is_single(row: BatchRow) -> bool:
    return row.kind == "label" and row.source == "human" and row.labels == 1


def _happening(lot: _Lot, past: Past) -> Happening:
    newest, oldest = lot.rows[0], lot.rows[-1]
    if len(lot.rows) == 1:
        return _single(newest, past)
    given = [row for row in lot.rows if row.kind == "label"]
    standing = [row for row in given if not row.reverted]
    images = len({row.item_id for row in standing})
    parts = tuple(_single(row, past) for row in lot.rows)
    words = activity_words.joined((f"{newest.actor} ",), _run(given, standing, past))
    return Happening(oldest.id, words, "label", "human", images, oldest.at, newest.at, parts=parts)


def _run(given: Sequence[BatchRow], standing: Sequence[BatchRow], past: Past) -> Words:
    """What a run of single labels did: those that stand, and how many were taken back."""
    back = len(given) - len(standing)
    shown = standing or given
    if not shown:
        return ("took single labels back",)
    classes, values = {row.category_id for row in shown}, {row.value for row in shown}
    words = activity_words.decided(
        len({row.item_id for row in shown}),
        shown[0].category_id if len(classes) == 1 else None,
        shown[0].value if len(values) == 1 else None,
        past,
    )
    tail = "" if not back else f", took {back:,} back" if standing else ", took that back"
    return activity_words.joined(words, (tail,))


def _single(row: BatchRow, past: Past) -> Happening:
    words = activity_words.sentence(row, past)
    return Happening(row.id, words, row.kind, row.source, row.labels, row.at, row.at, row.reverted)
