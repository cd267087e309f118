"""Prompt versions: what was published, and the drafts of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from errors import InputError
from store.database import schema
from store.project.prompt_set import PromptSet, from_json, to_json
from written import texts

ENDED = "ended"  # in the content of a draft's row: there is none any more, and this is what ended it


@dataclass(frozen=True)
class Version:
    """A published prompt set."""

    number: int
    prompts: PromptSet
    note: str
    actor: str
    at: dt.datetime


@dataclass(frozen=True)
class Draft:
    """An edited prompt set of one person, which nobody else sees.

    Attributes:
        base: the version that it was begun on.
        tab: the page that kept it. seq: which of its saves this is.
    """

    base: int
    prompts: PromptSet
    actor: str
    at: dt.datetime
    tab: str = ""
    seq: int = 0


def published(connection: Connection, number: int | None = None) -> Version:
    """The newest version, or one by number.

    Raises:
        InputError: there is no such version.
    """
    version = version_or_none(connection, number)
    if version is None:
        raise InputError("No prompts are published yet. Add categories and publish prompts for them first.")
    return version


def version_or_none(connection: Connection, number: int | None = None) -> Version | None:
    """The newest version, or one by number; None where there is none."""
    query = select(schema.prompt_version, schema.actor.c.name).join(schema.actor)
    query = query.where(schema.prompt_version.c.number == number) if number is not None else query
    row = connection.execute(query.order_by(schema.prompt_version.c.number.desc()).limit(1)).first()
    return None if row is None else Version(row.number, from_json(row.content), row.note, row.name, row.at)


def is_published(connection: Connection) -> bool:
    """Whether there is a version; none is read for it."""
    return connection.execute(select(schema.prompt_version.c.number).limit(1)).first() is not None


def versions(connection: Connection) -> list[Version]:
    """All versions, newest first."""
    query = select(schema.prompt_version, schema.actor.c.name).join(schema.actor)
    rows = connection.execute(query.order_by(schema.prompt_version.c.number.desc()))
    return [Version(row.number, from_json(row.content), row.note, row.name, row.at) for row in rows]


def _check(prompts: PromptSet) -> None:
    for own in prompts.categories.values():
        for prompt in own:
            texts.check(prompt.text, f"The prompt {prompt.text[:40]!a}")
    for text in (*prompts.templates, *prompts.background):
        texts.check(text, f"The text {text[:40]!a}")


def newest(connection: Connection) -> int:
    """Number of the newest version, or 0 before the first."""
    return int(connection.execute(select(func.coalesce(func.max(schema.prompt_version.c.number), 0))).scalar_one())


def publish(connection: Connection, prompts: PromptSet, *, note: str, actor_id: int) -> int:
    """Make a prompt set the newest version; returns its number. Drafts stay, each with the version that it was begun on.

    Raises:
        InputError: a prompt or the note cannot be stored.
    """
    _check(prompts)
    texts.check(note, "The note")
    number = newest(connection) + 1
    connection.execute(
        insert(schema.prompt_version).values(
            number=number, content=to_json(prompts), note=note, actor_id=actor_id, at=schema.now()
        )
    )
    return number


def drafts(connection: Connection) -> dict[int, Draft]:
    """All drafts by the id of their person."""
    rows = connection.execute(select(schema.prompt_draft, schema.actor.c.name).join(schema.actor))
    return {int(row.actor_id): _draft(row) for row in rows if ENDED not in row.content}


def draft(connection: Connection, actor_id: int) -> Draft | None:
    """A person's draft, or None where nothing waits to be published."""
    return draft_or_end(connection, actor_id)[0]


def draft_or_end(connection: Connection, actor_id: int) -> tuple[Draft | None, tuple[str, int] | None]:
    """A person's draft, or where none stands the page that ended the last one and its count of saves then; None for either
    that there is not."""
    query = select(schema.prompt_draft, schema.actor.c.name).join(schema.actor)
    row = connection.execute(query.where(schema.prompt_draft.c.actor_id == actor_id)).first()
    if row is None:
        return None, None
    return (None, _saved_by(row)) if ENDED in row.content else (_draft(row), None)


def _saved_by(row: Row[Any]) -> tuple[str, int]:
    return str(row.content.get("tab", "")), int(row.content.get("seq", 0))


def _draft(row: Row[Any]) -> Draft:
    tab, seq = _saved_by(row)
    return Draft(row.base_number, from_json(row.content), row.name, row.at, tab, seq)


def save_draft(
    connection: Connection, prompts: PromptSet, *, base: int, actor_id: int, tab: str = "", seq: int = 0
) -> dt.datetime:
    """Keep a person's edit between visits, in place of the one before; when that was.

    Raises:
        InputError: a prompt cannot be stored.
    """
    _check(prompts)
    return _replace_draft(connection, {**to_json(prompts), "tab": tab, "seq": seq}, base=base, actor_id=actor_id)


def end_draft(connection: Connection, actor_id: int, *, tab: str = "", seq: int = 0) -> None:
    """Forget a person's draft; what ended it is kept, so that a save sent before and arriving after is known by it."""
    _replace_draft(connection, {ENDED: True, "tab": tab, "seq": seq}, base=0, actor_id=actor_id)


def _replace_draft(connection: Connection, content: Mapping[str, Any], *, base: int, actor_id: int) -> dt.datetime:
    connection.execute(delete(schema.prompt_draft).where(schema.prompt_draft.c.actor_id == actor_id))
    at = schema.now()
    connection.execute(insert(schema.prompt_draft).values(base_number=base, content=content, actor_id=actor_id, at=at))
    return at
