"""Prompt versions and the draft. Only a published version changes what annotators see."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from errors import InputError
from store import schema


@dataclass(frozen=True)
class Prompt:
    """One prompt of a category; a switched-off one is kept but not used."""

    text: str
    on: bool = True


@dataclass(frozen=True)
class PromptSet:
    """All prompts of a project.

    Attributes:
        categories: prompts by category id.
        templates: shared by all; `{name}` is the category's name with its underscores as spaces.
        background: prompts of what belongs to none of the categories.
        centred: subtract each side's mean before the cosine (the modality gap).
    """

    categories: dict[int, tuple[Prompt, ...]] = field(default_factory=dict)
    templates: tuple[str, ...] = ()
    background: tuple[str, ...] = ()
    centred: bool = False

    def texts(self, category_id: int, name: str) -> list[str]:
        """The texts in use for one category: its own, then the templates; no text twice."""
        own = [prompt.text for prompt in self.categories.get(category_id, ()) if prompt.on]
        shared = [template.replace("{name}", name.replace("_", " ")) for template in self.templates]
        return list(dict.fromkeys(own + shared))


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
    """An edited prompt set that annotators do not see yet."""

    base: int
    prompts: PromptSet
    actor: str
    at: dt.datetime


def to_json(prompts: PromptSet) -> dict[str, Any]:
    """A JSON object that `from_json` reads back."""
    return {
        "categories": {
            str(key): [{"text": p.text, "on": p.on} for p in value] for key, value in prompts.categories.items()
        },
        "templates": list(prompts.templates),
        "background": list(prompts.background),
        "centred": prompts.centred,
    }


def from_json(content: dict[str, Any]) -> PromptSet:
    """Read a prompt set.

    Raises:
        InputError: it does not have that shape.
    """
    try:
        categories = {
            int(key): tuple(
                Prompt(" ".join(str(p["text"]).split()), bool(p.get("on", True)))
                for p in value
                if str(p["text"]).strip()
            )
            for key, value in content.get("categories", {}).items()
        }
        templates = tuple(str(text).strip() for text in content.get("templates", ()) if str(text).strip())
        background = tuple(str(text).strip() for text in content.get("background", ()) if str(text).strip())
        return PromptSet(categories, templates, background, bool(content.get("centred", False)))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"These prompts cannot be read ({error}). Reload the page and edit again.") from error


def carry(current: PromptSet, old: PromptSet, new: PromptSet) -> PromptSet:
    """`current` with the step from `old` to `new` taken for each category that `current` still has as in `old`."""
    texts = dict(current.categories)
    for number in old.categories.keys() | new.categories.keys():
        if texts.get(number) == old.categories.get(number):
            texts.pop(number, None)
            if number in new.categories:
                texts[number] = new.categories[number]
    return replace(current, categories=dict(sorted(texts.items())))


def published(connection: Connection, number: int | None = None) -> Version:
    """The newest version, or one by number.

    Raises:
        InputError: there is no such version.
    """
    query = select(schema.prompt_version, schema.actor.c.name).join(schema.actor)
    query = query.where(schema.prompt_version.c.number == number) if number is not None else query
    row = connection.execute(query.order_by(schema.prompt_version.c.number.desc()).limit(1)).first()
    if row is None:
        raise InputError("No prompts are published yet. Add categories and publish prompts for them first.")
    return Version(row.number, from_json(row.content), row.note, row.name, row.at)


def versions(connection: Connection) -> list[Version]:
    """All versions, newest first."""
    query = select(schema.prompt_version, schema.actor.c.name).join(schema.actor)
    rows = connection.execute(query.order_by(schema.prompt_version.c.number.desc()))
    return [Version(row.number, from_json(row.content), row.note, row.name, row.at) for row in rows]


def publish(connection: Connection, prompts: PromptSet, *, note: str, actor_id: int) -> int:
    """Make a prompt set the newest version and drop the draft; returns its number."""
    newest = connection.execute(select(func.coalesce(func.max(schema.prompt_version.c.number), 0))).scalar_one()
    connection.execute(
        insert(schema.prompt_version).values(
            number=newest + 1, content=to_json(prompts), note=note, actor_id=actor_id, at=schema.now()
        )
    )
    discard_draft(connection)
    return int(newest) + 1


def draft(connection: Connection) -> Draft | None:
    """The draft, or None where nothing waits to be published."""
    row = connection.execute(select(schema.prompt_draft, schema.actor.c.name).join(schema.actor)).first()
    return None if row is None else Draft(row.base_number, from_json(row.content), row.name, row.at)


def save_draft(connection: Connection, prompts: PromptSet, *, base: int, actor_id: int) -> None:
    """Keep an edit between visits."""
    discard_draft(connection)
    connection.execute(
        insert(schema.prompt_draft).values(
            base_number=base, content=to_json(prompts), actor_id=actor_id, at=schema.now()
        )
    )


def discard_draft(connection: Connection) -> None:
    """Forget the draft."""
    connection.execute(delete(schema.prompt_draft))
