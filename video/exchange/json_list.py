"""A list of objects in JSON, one at a time, in bounded memory."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import reading
from errors import InputError
from written.json_values import Json

STEP = 2**16  # bytes
MAX_ENTRY = 2**23  # characters of one object
_DECODER = json.JSONDecoder()
_SPACE = " \t\r\n"


def entries(path: Path) -> Iterator[tuple[int, dict[str, Json]]]:
    """(place from 1, object) of each entry.

    Raises:
        InputError: it cannot be read, is not a list of objects, or an object is damaged or too large; what came before was given.
    """
    name = reading.readable(path.name)
    try:
        with reading.opened(path) as file:
            yield from _Entries(name, file).all()
    except OSError as error:
        raise InputError(f"{name} cannot be read ({error.strerror}). Check the path.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8. Save it so, then try again.") from error


class _Entries:
    """The text that is read and not used yet."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self._name, self._file = name, file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text, self._place, self._ended = "", 0, False

    def all(self) -> Iterator[tuple[int, dict[str, Json]]]:
        if self._next() != "[":
            raise InputError(f"{self._name} is not a list in JSON. It must begin with `[`.")
        self._place += 1
        number = 0
        while self._next() != "]":
            if number:
                if self._next() != ",":
                    raise self._fault(number + 1)
                self._place += 1
            number += 1
            yield number, self._entry(number)

    def _next(self) -> str:
        """The next letter that is not a space, without taking it; empty at the end."""
        while True:
            while self._place < len(self._text) and self._text[self._place] in _SPACE:
                self._place += 1
            if self._place < len(self._text):
                return self._text[self._place]
            if not self._more(STEP):
                return ""

    def _more(self, count: int) -> bool:
        """Read on; whether something came. What was used is let go."""
        if self._ended:
            return False
        data = self._file.read(count)
        self._ended = not data
        self._text = self._text[self._place :] + self._decoder.decode(data, final=self._ended)
        self._place = 0
        return True

    def _entry(self, number: int) -> dict[str, Json]:
        if self._next() != "{":
            raise self._fault(number)
        step = STEP
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._place)
            except (ValueError, RecursionError) as error:
                waiting = len(self._text) - self._place
                if isinstance(error, RecursionError) or waiting > MAX_ENTRY or not self._more(step):
                    raise self._fault(number) from error
                step *= 2  # so that a long entry is tried a few times only
                continue
            self._place = end
            return dict(value)

    def _fault(self, number: int) -> InputError:
        return InputError(
            f"{self._name}: entry {number:,} is not an object in JSON, or too large. Correct it; what stands behind it was not read."
        )
