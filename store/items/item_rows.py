"""Items looked up by what they are: the files, the parts of a video, those that are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from store.database import schema
from store.database.bulk import among

_ITEM = schema.item.c
_HERE = select(_ITEM.id).where(among(_ITEM.id, "ids"))  # built once: every decision asks


def there(connection: Connection, item_ids: Sequence[int]) -> set[int]:
    """Those of the ids that the workspace has."""
    return set(connection.execute(_HERE, {"ids": item_ids}).scalars())


def files(connection: Connection) -> list[Row[Any]]:
    """Images and videos: items with a file of their own."""
    return list(connection.execute(select(schema.item).where(_ITEM.kind.in_(("image", "video")))))


def frame_at(connection: Connection, video_id: int, time_s: float) -> int | None:
    """The frame of a video at a time, or None."""
    where = (_ITEM.kind == "frame", _ITEM.parent_id == video_id, _ITEM.time_s == time_s)
    return connection.execute(select(_ITEM.id).where(*where)).scalar()


def segment_at(connection: Connection, video_id: int, start_s: float, end_s: float) -> int | None:
    """The segment of a video from a time to a time, or None."""
    where = (_ITEM.kind == "segment", _ITEM.parent_id == video_id, _ITEM.time_s == start_s, _ITEM.end_s == end_s)
    return connection.execute(select(_ITEM.id).where(*where)).scalar()
