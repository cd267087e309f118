"""Words of classes of videos, given where the classes are named: `rain | 下雨, wet street, sound: Rain`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from labeling.categories.taxonomy_file import DEFAULT_TEMPLATES
from store.database.connection import Connection
from store.project import prompts
from store.project.prompt_set import Prompt, PromptSet
from store.team import actors

BAR = "|"
COMMAS = re.compile(r"[,，、;；]")


def split(line: str) -> tuple[str, list[str]]:
    """(the name in a line, the words behind its bar)."""
    name, _, words = line.partition(BAR)
    return name.strip(), [" ".join(word.split()) for word in COMMAS.split(words) if word.strip()]


def publish(connection: Connection, words: Mapping[int, Sequence[str]], *, actor: str) -> None:
    """Publish the words of classes by id as their prompts, in place of those that they had; nothing happens without words.

    Raises:
        InputError: a word cannot be stored.
    """
    given = {number: tuple(map(Prompt, some)) for number, some in words.items() if some}
    if not given:
        return
    known = prompts.published(connection).prompts if prompts.is_published(connection) else None
    known = known or PromptSet(templates=DEFAULT_TEMPLATES)
    together = PromptSet({**known.categories, **given}, known.templates, known.background, known.options)
    prompts.publish(connection, together, note="words of videos", actor_id=actors.id_of(connection, actor))
