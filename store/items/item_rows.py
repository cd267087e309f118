"""Rows of items, sources and quarantined files, and items looked up by what they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Text, cast, func, select

from store.database import schema
from store.database.bulk import among
from written.json_values import JsonObject

_ITEM = schema.item.c
_HERE = select(_ITEM.id).where(among(_ITEM.id, "ids"))  # built once: every decision asks


class ItemRow(NamedTuple):
    """A row of `item`: an image, a frame or a segment of a video, a video.

    Attributes:
        path: absolute path or URI of the file that holds it. etag: of an object, as it was read. name: path relative to the folder that was added.
        sha256: of the bytes of an image or a video; None for one that was added as a vector.
        replaced_at: since when other bytes are known to lie at its path.
        parent_id: the video of a frame or a segment. time_s, end_s: where it lies in the video, in seconds.
        group_key: what has to stay on one side of every split. audit: whether its group is never trained on.
    """

    id: int
    kind: str
    sha256: str | None
    path: str
    name: str
    width: int | None
    height: int | None
    bytes: int | None
    mtime_ns: int | None
    etag: str | None
    replaced_at: dt.datetime | None
    parent_id: int | None
    time_s: float | None
    end_s: float | None
    phash: str | None
    group_key: str
    audit: bool
    meta: JsonObject
    source_id: int | None
    added_at: dt.datetime


class SourceRow(NamedTuple):
    """A row of `source`: where items came from, and how many of its files were found, added, known before, unusable."""

    id: int
    kind: str
    path: str
    found: int
    added: int
    duplicates: int
    quarantined: int
    at: dt.datetime


class QuarantineRow(NamedTuple):
    """A row of `quarantine`: a file that could not be added."""

    id: int
    source_id: int | None
    path: str
    reason: str
    way_out: str
    at: dt.datetime


class ItemTexts(NamedTuple):
    """What an item can be found by: its name, its path, and its metadata as the JSON that is stored."""

    id: int
    name: str
    path: str
    meta: str


ITEM = select(*(_ITEM[name] for name in ItemRow._fields))
SOURCE = select(*(schema.source.c[name] for name in SourceRow._fields))
QUARANTINE = select(*(schema.quarantine.c[name] for name in QuarantineRow._fields))
WHOLE = func.aggregate_strings(_ITEM.name + "\n" + _ITEM.path + "\n" + func.coalesce(cast(_ITEM.meta, Text), ""), "\n")
TEXTS = select(
    _ITEM.id, _ITEM.name, _ITEM.path, cast(_ITEM.meta, Text)
)  # as text: most of it is read without being parsed


def where(
    connection: Connection, *conditions: ColumnElement[bool], order: ColumnElement[int] | None = None
) -> list[ItemRow]:
    """Items for which all conditions hold; in the order of a column, where one is given."""
    query = ITEM.where(*conditions)
    return list(map(ItemRow._make, connection.execute(query if order is None else query.order_by(order))))


def there(connection: Connection, item_ids: Sequence[int]) -> set[int]:
    """Those of the ids that the workspace has."""
    return set(connection.execute(_HERE, {"ids": item_ids}).scalars())


def files(connection: Connection) -> list[ItemRow]:
    """Images and videos: items with a file of their own."""
    return where(connection, _ITEM.kind.in_(("image", "video")))


def frame_at(connection: Connection, video_id: int, time_s: float) -> int | None:
    """The frame of a video at a time, or None."""
    same = (_ITEM.kind == "frame", _ITEM.parent_id == video_id, _ITEM.time_s == time_s)
    return connection.execute(select(_ITEM.id).where(*same)).scalar()


def segment_at(connection: Connection, video_id: int, start_s: float, end_s: float) -> int | None:
    """The segment of a video from a time to a time, or None."""
    same = (_ITEM.kind == "segment", _ITEM.parent_id == video_id, _ITEM.time_s == start_s, _ITEM.end_s == end_s)
    return connection.execute(select(_ITEM.id).where(*same)).scalar()


def texts(connection: Connection, first: int, last: int) -> list[ItemTexts]:
    """What the items from one id to another, both included, can be found by; in order."""
    query = TEXTS.where(_ITEM.id.between(first, last)).order_by(_ITEM.id)
    return [ItemTexts(row[0], row[1], row[2], row[3] or "") for row in connection.execute(query)]


def texts_digest(connection: Connection, first: int, last: int) -> int:
    """A number that is another one when any of these texts is; it means something in this process alone."""
    return hash(connection.execute(select(WHOLE).where(_ITEM.id.between(first, last))).scalar_one())
