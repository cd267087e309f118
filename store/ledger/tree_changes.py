"""Changes of the category tree that can be taken back: what a batch keeps of it, and how an undo restores it.

A batch of kind `taxonomy` keeps, in its detail, each category's columns before and after, and the prompt versions before and
after. An undo puts back every column that nobody has changed since; what was changed later stays.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select, update

from errors import InputError
from store.database import schema
from store.ledger.events import PromptVersions, Rows
from store.project import prompts, taxonomy
from store.project.prompt_set import PromptSet, carry
from store.project.taxonomy import MAX_DEPTH

LOOKED_THROUGH = 200  # changes, to say who changed something
COLUMNS = ("parent_id", "name", "description", "color", "icon", "key", "position", "merged_into", "retired_at")


def rows(connection: Connection) -> dict[int, Rows]:
    """The changeable columns of every category by id, fit for JSON."""
    table = schema.category.c
    records = connection.execute(select(table.id, *(table[name] for name in COLUMNS)))
    return {row.id: {name: _plain(row._mapping[name]) for name in COLUMNS} for row in records}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def difference(before: dict[int, Rows], after: dict[int, Rows]) -> list[Rows]:
    """`{"id", "before", "after"}` of each category that changed; `before` is None where it was made."""
    changes: list[Rows] = []
    for number, row in after.items():
        old = before.get(number)
        if old is None:
            changes.append({"id": number, "before": None, "after": row})
        elif old != row:
            changed = [name for name in COLUMNS if old[name] != row[name]]
            changes.append(
                {"id": number, "before": {n: old[n] for n in changed}, "after": {n: row[n] for n in changed}}
            )
    return changes


def last_changed_by(connection: Connection, category_id: int, column: str) -> str | None:
    """Who changed a column of a category last, among the newest changes; None where that was longer ago."""
    table = schema.batch.c
    joined = select(table.detail, schema.actor.c.name).join(schema.actor, schema.actor.c.id == table.actor_id)
    newest = joined.where(table.kind.in_(("taxonomy", "undo"))).order_by(table.at.desc()).limit(LOOKED_THROUGH)
    for row in connection.execute(newest):
        for change in (row.detail or {}).get("categories", ()):
            if change["id"] == category_id and column in change["after"]:
                return str(row.name)
    return None


def check(connection: Connection) -> None:
    """Refuse a tree that cannot be: to be called before the transaction ends.

    Raises:
        InputError: a cycle, a fourth level, two siblings of one name, two of one key, or a category below a retired one.
    """
    used = {c["id"]: c for c in _used(connection)}
    for number, row in used.items():
        seen, above = {number}, row["parent_id"]
        while above is not None:
            if above in seen:
                raise InputError(f"{row['name']} cannot lie below itself. Choose another place for it.")
            if above not in used:
                raise InputError(f"{row['name']} would lie below a category that is retired. Move it elsewhere first.")
            seen.add(above)
            above = used[above]["parent_id"]
        if len(seen) > MAX_DEPTH:
            raise InputError(
                f"{row['name']} would be at level {len(seen)}; the tree has {MAX_DEPTH}. Put it higher up."
            )
    names = Counter((row["facet_id"], row["parent_id"], row["name"]) for row in used.values())
    twice = next((key for key, count in names.items() if count > 1), None)
    if twice is not None:
        raise InputError(f"{twice[2]} already exists there. Choose another name, or merge the two.")
    keys = Counter(row["key"] for row in used.values() if row["key"] is not None)
    taken = next((key for key, count in keys.items() if count > 1), None)
    if taken is not None:
        names_of = " and ".join(row["name"] for row in used.values() if row["key"] == taken)
        raise InputError(f"{names_of} would share the key {taken}. Give one of them another key first.")


def _used(connection: Connection) -> list[Rows]:
    table = schema.category.c
    query = select(table.id, table.facet_id, table.parent_id, table.name, table.key).where(table.retired_at.is_(None))
    return [dict(row._mapping) for row in connection.execute(query)]


def restore(connection: Connection, changes: Sequence[Rows]) -> None:
    """Put categories back as they were before a batch.

    A column that was changed since stays. A category that the batch made is retired, unless somebody has labelled with it.
    """
    now = rows(connection)
    for change in changes:
        number, old = change["id"], change["before"]
        if old is None:
            if now[number]["retired_at"] is None and not _labelled(connection, number):
                taxonomy.edit(connection, number, retired_at=schema.now())
            continue
        values = {name: old[name] for name in old if now[number][name] == change["after"][name]}
        if values:
            _set(connection, number, values)


def _set(connection: Connection, number: int, values: Rows) -> None:
    if values.get("retired_at") is not None:
        values = {**values, "retired_at": dt.datetime.fromisoformat(values["retired_at"])}
    connection.execute(update(schema.category).where(schema.category.c.id == number).values(**values))


def _labelled(connection: Connection, number: int) -> bool:
    state = schema.label_state.c
    return bool(
        connection.execute(
            select(func.count()).where(state.category_id == number, state.value.in_(("yes", "unsure")))
        ).scalar_one()
    )


def newest_prompts(connection: Connection) -> tuple[int | None, PromptSet]:
    """(number, prompts) of the newest version; (None, empty) before the first."""
    number = connection.execute(select(func.max(schema.prompt_version.c.number))).scalar()
    return (None, PromptSet()) if number is None else (int(number), prompts.published(connection).prompts)


def publish(connection: Connection, prompt_set: PromptSet, *, note: str, actor_id: int) -> PromptVersions:
    """Publish prompts for a changed tree; drafts on the version before are carried over. Returns the numbers `before` and `after`."""
    before, old = newest_prompts(connection)
    after = prompts.publish(connection, prompt_set, note=note, actor_id=actor_id)
    for author, draft in prompts.drafts(connection).items():
        if draft.base == (before or 0):
            carried = carry(draft.prompts, old, prompt_set)
            prompts.save_draft(connection, carried, base=after, actor_id=author, tab=draft.tab, seq=draft.seq)
    return {"before": before, "after": after}


def restore_prompts(
    connection: Connection, numbers: PromptVersions, actor_id: int, *, always: bool
) -> PromptVersions | None:
    """Publish the prompts as they were before a batch, wherever nobody has changed them since.

    Where they are so already, None, unless a version is `always` wanted: templates speak of names, which may have changed.
    """
    before, after = numbers["before"], numbers["after"]
    old = prompts.published(connection, before).prompts if before is not None else PromptSet()
    new = prompts.published(connection, after).prompts
    current = newest_prompts(connection)[1]
    prompt_set = carry(current, new, old)
    standing = {c.id for c in taxonomy.categories(connection, subject=None)}
    kept = {n: texts for n, texts in current.categories.items() if n in standing and n not in prompt_set.categories}
    prompt_set = PromptSet(
        {**prompt_set.categories, **kept}, prompt_set.templates, prompt_set.background, prompt_set.options
    )
    if prompt_set == current and not always:
        return None
    return publish(connection, prompt_set, note=f"undo of version {after}", actor_id=actor_id)
