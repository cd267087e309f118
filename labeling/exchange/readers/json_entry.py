"""JSON files of other tools: objects that know their place, so that what is wrong is named by its row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import reading
from errors import InputError

MAX_BYTES = 2 * 2**30
NOTHING = "Nothing was imported."


@dataclass(frozen=True)
class Entry:
    """A JSON object and where it stands, in words: `labels.json, annotation 3`."""

    place: str
    fields: dict[str, object]

    def refuse(self, reason: str) -> InputError:
        """The error that names this row."""
        return InputError(f"{self.place}: {reason}. {NOTHING}")

    def text(self, key: str) -> str:
        """A text that has to be there.

        Raises:
            InputError: it is missing, or something else.
        """
        value = self.fields.get(key)
        if not isinstance(value, str) or not value:
            raise self.refuse(f"`{key}` has to be a text" if key in self.fields else f"`{key}` is missing")
        return value

    def text_or(self, key: str, other: str = "") -> str:
        """A text where there is one."""
        value = self.fields.get(key)
        return value if isinstance(value, str) and value else other

    def number(self, key: str) -> int:
        """A whole number that has to be there.

        Raises:
            InputError: it is missing, or something else.
        """
        value = self.fields.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refuse(f"`{key}` has to be a whole number" if key in self.fields else f"`{key}` is missing")
        return value

    def entry(self, key: str) -> Entry:
        """An object that has to be there.

        Raises:
            InputError: it is missing, or something else.
        """
        return entry_of(self.fields.get(key), f"{self.place}, `{key}`")

    def entries(self, key: str, word: str, *, needed: bool = True) -> list[Entry]:
        """A list of objects, each called by a word and its number from 1.

        Raises:
            InputError: it is missing though needed, no list, or one of them is not an object.
        """
        if key not in self.fields and not needed:
            return []
        return entries_of(self.fields.get(key), self.place, word, what=f"`{key}`")


def read(path: Path) -> object:
    """The content of a JSON file.

    Raises:
        InputError: it cannot be read, or is not JSON; the message says where it breaks.
    """
    return parsed(text(path), path.name)


def text(path: Path) -> str:
    """A file's text.

    Raises:
        InputError: it cannot be read, or is not UTF-8.
    """
    try:
        return reading.content(path, MAX_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error.strerror or error}). {NOTHING}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not UTF-8: byte {error.start + 1}. {NOTHING}") from error


def parsed(content: str, place: str) -> object:
    """JSON out of a text.

    Raises:
        InputError: it is none.
    """
    try:
        value: object = json.loads(content)
    except json.JSONDecodeError as error:
        raise InputError(f"{place}, line {error.lineno}: no JSON ({error.msg}). {NOTHING}") from error
    except RecursionError as error:
        raise InputError(f"{place} is nested too deeply. {NOTHING}") from error
    return value


def entry_of(value: object, place: str) -> Entry:
    """An object with its place.

    Raises:
        InputError: it is none.
    """
    if not isinstance(value, dict):
        raise InputError(f"{place}: an object was expected. {NOTHING}")
    return Entry(place, value)


def entries_of(value: object, place: str, word: str, *, what: str = "it") -> list[Entry]:
    """The objects of a list, each with its place.

    Raises:
        InputError: it is not a list, or one of them is not an object.
    """
    if not isinstance(value, list):
        raise InputError(f"{place}: {what} has to be a list. {NOTHING}")
    return [entry_of(one, f"{place}, {word} {number}") for number, one in enumerate(value, start=1)]
