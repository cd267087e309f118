"""A part of a file that people wrote: a text, a list or a mapping, with the line where it begins."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from errors import InputError

MAX_TEXT = 10_000  # characters of one scalar
NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True)
class Node:
    """A scalar, a list or a mapping of a file.

    Attributes:
        file: its name, for messages. line: where it begins, from 1; None in JSON.
        value: the text as written, or the nodes inside.
        plain: whether a scalar was written without quotes.
    """

    file: str
    line: int | None
    value: str | list[Node] | dict[str, Node]
    plain: bool = False

    def place(self, what: str) -> str:
        """Where something stands: the file, the line where one is known, and what it is."""
        return f"{self.file}: {what}" if self.line is None else f"{self.file}, line {self.line}: {what}"

    def refuse(self, what: str, advice: str) -> InputError:
        """An error that names the place."""
        return InputError(f"{self.place(what)}. {advice}")

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written: no value, `~` or `null` without quotes."""
        return self.plain and self.value in ("", "~", "null", "Null", "NULL")

    def text(self, what: str, *, most: int = MAX_TEXT) -> str:
        """The text as written.

        Raises:
            InputError: it is a list or a mapping, or too long.
        """
        if isinstance(self.value, dict):
            colon = next(iter(self.value), "")
            raise self.refuse(
                f"{what} is a mapping where a text is wanted", f'A text with a colon needs quotes: "{colon[:40]}: ...".'
            )
        if isinstance(self.value, list):
            raise self.refuse(f"{what} is a list where a text is wanted", "Write a single text.")
        if len(self.value) > most:
            raise self.refuse(f"{what} has {len(self.value):,} characters, at most {most:,} are read", "Shorten it.")
        return self.value

    def items(self, what: str) -> list[Node]:
        """The nodes of a list; nothing written is an empty one.

        Raises:
            InputError: it is a text or a mapping.
        """
        if self.is_empty:
            return []
        if isinstance(self.value, str):
            raise self.refuse(
                f"{what} must be a list, not the text {self.value[:40]!r}", f'Write ["{self.value[:40]}"].'
            )
        if isinstance(self.value, dict):
            raise self.refuse(f"{what} must be a list, not a mapping", "Begin each of its lines with `- `.")
        return self.value

    def fields(self, what: str) -> dict[str, Node]:
        """The nodes of a mapping by key; nothing written is an empty one.

        Raises:
            InputError: it is a text or a list.
        """
        if self.is_empty:
            return {}
        if not isinstance(self.value, dict):
            kind = f"the text {self.value[:40]!r}" if isinstance(self.value, str) else "a list"
            raise self.refuse(f"{what} must be a mapping, not {kind}", "Write `key: value` on each line.")
        return self.value

    def only(self, known: Collection[str], what: str) -> None:
        """Refuse a mapping that has other keys: what is misspelt would be left out without a word.

        Raises:
            InputError: it has one that nothing reads.
        """
        for key, node in self.fields(what).items():
            if key not in known:
                raise node.refuse(f"{what} has a field {key[:40]!r} that nothing reads", f"Known: {', '.join(known)}.")

    def flag(self, what: str) -> bool:
        """True or false.

        Raises:
            InputError: it is neither.
        """
        word = self.text(what).strip().casefold()
        if word not in FLAGS:
            raise self.refuse(f"{what} must be true or false, not {word[:40]!r}", "Write one of the two.")
        return FLAGS[word]

    def number(self, what: str) -> float:
        """A finite number.

        Raises:
            InputError: it is none.
        """
        literal = self.text(what).strip()
        value = float(literal) if NUMBER.fullmatch(literal) else float("inf")
        if value in (float("inf"), float("-inf")):
            raise self.refuse(
                f"{what} must be a number, not {literal[:40]!r}", "Write it with digits, for example 0.5."
            )
        return value

    def plainly(self) -> Any:
        """Texts, lists and dicts, nothing else."""
        if isinstance(self.value, dict):
            return {key: node.plainly() for key, node in self.value.items()}
        return self.value if isinstance(self.value, str) else [node.plainly() for node in self.value]
