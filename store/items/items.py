"""Items: images, frames, segments and videos, where they came from, and what could not be added."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from errors import InputError
from reading import Stamp
from store.database import bulk, schema
from store.database.bulk import among, unindexed
from store.items import item_rows
from store.items.item_rows import ITEM, QUARANTINE, SOURCE, ItemRow, QuarantineRow, SourceRow

AUDIT_SHARE = 0.1
FRAMES = "_frames"  # among the metadata: of how many pages or moments the first is used; not a person's
GROUP_LENGTH = 64


@dataclass(frozen=True)
class NewItem:
    """An item before it has an id.

    Attributes:
        kind: `image`, `frame`, `segment` or `video`.
        name: path relative to the folder that was added; it is what `file` in a CSV is matched with.
        mtime_ns: when the file was last written, taken before its bytes were read. etag: of an object, likewise.
        group: items of one group (a video's frames, near-duplicates) stay on one side of every split; by default the item alone.
    """

    kind: str
    path: str
    name: str
    sha256: str | None = None
    width: int | None = None
    height: int | None = None
    bytes: int | None = None
    mtime_ns: int | None = None
    etag: str | None = None
    parent_id: int | None = None
    time_s: float | None = None
    end_s: float | None = None
    phash: str | None = None
    group: str | None = None
    meta: Mapping[str, object] = field(default_factory=dict)


GIVEN = (
    "kind", "path", "name", "sha256", "width", "height", "bytes", "mtime_ns", "etag", "parent_id", "time_s", "end_s", "phash", "meta",
)  # fmt: skip


def in_audit(group: str) -> bool:
    """Whether a group belongs to the audit tenth: fixed by its key, so that nothing ever moves between the sides."""
    if group.startswith("video:"):
        return False  # a corrected video has to teach; its frames are held out in folds instead
    digest = hashlib.sha256(f"audit {group}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < AUDIT_SHARE


def group_of(new: NewItem) -> str:
    """The group key of an item: its own, its video's, or its bytes'."""
    if new.group:
        return new.group
    if new.parent_id is not None:
        return f"video:{new.parent_id}"
    return (new.sha256 or hashlib.sha256(f"{new.path}@{new.time_s}".encode()).hexdigest())[:32]


def add(connection: Connection, new: Sequence[NewItem], *, source_id: int | None = None) -> list[int]:
    """Insert items; returns their ids in order. The caller has asked `known` before."""
    if not new:
        return []
    ids = bulk.reserve_ids(connection, schema.item, len(new))
    groups = [group_of(one) for one in new]
    columns: dict[str, Sequence[object]] = {name: [getattr(one, name) for one in new] for name in GIVEN}
    columns |= {"id": ids, "group_key": groups, "audit": [in_audit(group) for group in groups]}
    columns |= {"source_id": [source_id] * len(new), "added_at": [schema.now()] * len(new)}
    bulk.insert_columns(connection, schema.item, columns)
    return list(ids)


def known(connection: Connection, kind: str, digests: Sequence[str]) -> dict[str, int]:
    """Ids of the items whose bytes are already here, by sha256."""
    ids_by_digest: dict[str, int] = {}
    for start in range(0, len(digests), 900):
        part = digests[start : start + 900]
        query = select(schema.item.c.sha256, schema.item.c.id).where(
            schema.item.c.kind == kind, schema.item.c.sha256.in_(part)
        )
        ids_by_digest.update({row.sha256: row.id for row in connection.execute(query)})
    return ids_by_digest


def named(connection: Connection, kind: str, names: Sequence[str]) -> set[str]:
    """Those of the names that an item of a kind has."""
    query = select(schema.item.c.name).where(unindexed(schema.item.c.kind) == kind, among(schema.item.c.name, names))
    return set(connection.execute(query).scalars())


def without_file(connection: Connection, names: Sequence[str], kind: str = "image") -> dict[str, int]:
    """Items of these names that were added as vectors or features without their file: name -> id."""
    item = schema.item.c
    query = select(item.name, item.id, item.sha256).where(unindexed(item.kind) == kind, among(item.name, names))
    return {row.name: row.id for row in connection.execute(query) if row.sha256 is None}


def give_file(connection: Connection, item_id: int, new: NewItem) -> None:
    """The file of an item that was added without it; its name, group and metadata stay."""
    values = {
        key: getattr(new, key) for key in ("path", "sha256", "width", "height", "bytes", "mtime_ns", "etag", "phash")
    }
    connection.execute(update(schema.item).where(schema.item.c.id == item_id).values(**values))


def get(connection: Connection, item_id: int) -> ItemRow:
    """One item.

    Raises:
        InputError: there is none with this id.
    """
    row = connection.execute(ITEM.where(schema.item.c.id == item_id)).first()
    if row is None:
        raise InputError(f"There is no item {item_id} in this workspace. Reload the page.")
    return ItemRow._make(row)


def get_many(connection: Connection, ids: Sequence[int]) -> dict[int, ItemRow]:
    """Items by id."""
    return {row.id: row for row in item_rows.where(connection, among(schema.item.c.id, ids))}


def hashes(connection: Connection, ids: Sequence[int] | None = None) -> dict[int, str]:
    """Perceptual hashes, 16 hex digits, by id of the items that have a picture; of some items, or of all."""
    item = schema.item.c
    query = select(item.id, item.phash).where(item.phash.is_not(None))
    rows = connection.execute(query if ids is None else query.where(among(item.id, ids)))
    return {int(row.id): str(row.phash) for row in rows}


def frame_count(row: ItemRow) -> int:
    """How many pages or moments the file of an item has, of which the first is used."""
    count = row.meta.get(FRAMES)
    return count if isinstance(count, int) else 1


def origins(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Where items come from, by id: their `source` column, else their video, else the folder they lay in, else ""."""
    rows = get_many(connection, ids)
    films = get_many(connection, sorted({row.parent_id for row in rows.values() if row.parent_id}))
    source_by_item = {}
    for number, row in rows.items():
        folder = PurePosixPath(row.name).parts[:-1]
        film = PurePosixPath(films[row.parent_id].name).name if row.parent_id in films else ""
        source_by_item[number] = str((row.meta or {}).get("source") or film or (folder[0] if folder else ""))
    return source_by_item


def count(connection: Connection) -> dict[str, int]:
    """How many items there are of each kind."""
    query = select(schema.item.c.kind, func.count()).group_by(schema.item.c.kind)
    return {str(row[0]): int(row[1]) for row in connection.execute(query)}


def videos(connection: Connection) -> list[ItemRow]:
    """All videos, newest first."""
    return item_rows.where(connection, schema.item.c.kind == "video", order=schema.item.c.id.desc())


def labelable(connection: Connection) -> list[ItemRow]:
    """All items that carry a vector and can stand in a grid: images and frames."""
    return item_rows.where(connection, schema.item.c.kind.in_(("image", "frame")), order=schema.item.c.id)


def add_aliases(connection: Connection, names: Iterable[tuple[int, str]]) -> None:
    """Remember further names and paths of an item: the same bytes lie in a second place."""
    wanted = list(dict.fromkeys(names))
    query = select(schema.alias).where(among(schema.alias.c.item_id, sorted({item_id for item_id, _ in wanted})))
    taken = {(row.item_id, row.name) for row in connection.execute(query)} if wanted else set()
    rows = [{"item_id": item_id, "name": name} for item_id, name in wanted if (item_id, name) not in taken]
    if rows:
        connection.execute(insert(schema.alias), rows)


def aliases(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Further names and paths of items, by id."""
    names_by_item: dict[int, list[str]] = {}
    query = select(schema.alias).where(among(schema.alias.c.item_id, ids)).order_by(schema.alias.c.name)
    for row in connection.execute(query):
        names_by_item.setdefault(row.item_id, []).append(row.name)
    return names_by_item


def at_paths(connection: Connection, kind: str, paths: Sequence[str]) -> list[ItemRow]:
    """Items of a kind whose file lies at one of these paths, as far as is known; what was replaced is not among them."""
    item = schema.item.c
    return item_rows.where(
        connection, unindexed(item.kind) == kind, item.replaced_at.is_(None), among(item.path, paths)
    )


def aliases_at(connection: Connection, paths: Sequence[str]) -> list[tuple[int, str]]:
    """(item, path) where one of these paths is a second place of an item."""
    query = select(schema.alias.c.item_id, schema.alias.c.name).where(among(schema.alias.c.name, paths))
    return [(int(row.item_id), str(row.name)) for row in connection.execute(query)]


def forget_aliases(connection: Connection, names: Iterable[tuple[int, str]]) -> None:
    """Other bytes lie there now."""
    for item_id, name in names:
        connection.execute(delete(schema.alias).where(schema.alias.c.item_id == item_id, schema.alias.c.name == name))


def relocate(connection: Connection, item_id: int, path: str, name: str, stamp: Stamp) -> None:
    """The file of an item was found at another place, in this state: note it, for its stills too."""
    values = {"path": path, "mtime_ns": stamp.mtime_ns, "etag": stamp.etag, "replaced_at": None}
    mine = update(schema.item).where(schema.item.c.id == item_id)
    connection.execute(mine.values(name=name, **values))
    stills = update(schema.item).where(schema.item.c.parent_id == item_id)
    connection.execute(stills.values(path=path, replaced_at=None))


def touch(connection: Connection, item_id: int, stamp: Stamp) -> None:
    """The file of an item holds the same bytes in another state."""
    values = {"mtime_ns": stamp.mtime_ns, "etag": stamp.etag}
    connection.execute(update(schema.item).where(schema.item.c.id == item_id).values(**values))


def mark_replaced(connection: Connection, item_ids: Sequence[int]) -> None:
    """Other bytes lie where the files of these items lay. Labels stay; the name now means what lies there."""
    mine = among(schema.item.c.id, item_ids) | among(schema.item.c.parent_id, item_ids)
    connection.execute(update(schema.item).where(mine).values(replaced_at=schema.now()))


def set_meta(connection: Connection, values: Mapping[int, Mapping[str, object]]) -> None:
    """Merge metadata into items."""
    rows = get_many(connection, list(values))
    merged = [{"i": i, "m": {**rows[i].meta, **values[i]}} for i in values]
    if merged:
        connection.execute(
            update(schema.item).where(schema.item.c.id == bindparam("i")).values(meta=bindparam("m")), merged
        )


def named_group(name: str) -> str:
    """The key of a group that somebody named. A name too long for the column keeps its beginning and the hash of all of it."""
    key = f"meta:{name}"
    if len(key) <= GROUP_LENGTH:
        return key
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    return f"{key[: GROUP_LENGTH - len(digest) - 1]}#{digest}"


def open_source(connection: Connection, kind: str, path: str) -> int:
    """Note where items are about to come from; returns the source's id."""
    query = insert(schema.source).values(kind=kind, path=path, at=schema.now()).returning(schema.source.c.id)
    return int(connection.execute(query).scalar_one())


def count_source(connection: Connection, source_id: int, **counts: int) -> None:
    """Set found, added, duplicates and quarantined of a source."""
    connection.execute(update(schema.source).where(schema.source.c.id == source_id).values(**counts))


def sources(connection: Connection) -> list[SourceRow]:
    """All sources, newest first."""
    return list(map(SourceRow._make, connection.execute(SOURCE.order_by(schema.source.c.id.desc()))))


def quarantine(connection: Connection, path: str, reason: str, way_out: str, *, source_id: int | None = None) -> None:
    """Keep a file that could not be added, with its reason; a newer reason replaces the older."""
    release(connection, path)
    connection.execute(
        insert(schema.quarantine).values(
            path=path, reason=reason, way_out=way_out, source_id=source_id, at=schema.now()
        )
    )


def release(connection: Connection, path: str) -> None:
    """Forget that a file was quarantined."""
    connection.execute(delete(schema.quarantine).where(schema.quarantine.c.path == path))


def quarantined(connection: Connection) -> list[QuarantineRow]:
    """All files that could not be added, newest first."""
    return list(map(QuarantineRow._make, connection.execute(QUARANTINE.order_by(schema.quarantine.c.id.desc()))))


def with_metadata(connection: Connection) -> int:
    """How many images and frames carry metadata."""
    rows = connection.execute(select(schema.item.c.meta).where(schema.item.c.kind.in_(("image", "frame")))).scalars()
    return sum(bool(meta.keys() - {FRAMES}) for meta in rows)
