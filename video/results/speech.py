"""The words of a report: English here. Whoever knows the reader's language hands in others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Say(Protocol):
    """A text by its English key, its `{places}` filled in."""

    def __call__(self, text: str, /, **places: object) -> str: ...


@dataclass(frozen=True)
class Speech:
    """A language.

    Attributes:
        tag: of BCP 47.
        count: a number with its word: `("segment", 3)`.
        heard: a text that was worded in English where it was kept.
        moment: a time with a zone, as people write it.
    """

    tag: str
    say: Say
    count: Callable[[int, str], str]
    heard: Callable[[str], str]
    moment: Callable[[dt.datetime], str]


def _say(text: str, /, **places: object) -> str:
    return text.format(**places)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _moment(at: dt.datetime) -> str:
    return f"{at.day} {at:%B %Y, %H:%M %Z}"


ENGLISH = Speech("en", _say, _count, str, _moment)
