"""PaddleVideo's `class.txt`: a class a line, its number behind a tab or else that of the line, counted from 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import files
from errors import InputError, StoreError
from naming import class_name
from video.exchange import text_lines
from video.exchange.foreign_video import ImportReport, LabelPath, Reason

MAX_CLASSES = 100_000
JOINER = "-"  # two levels stand on both sides of the first one


@dataclass(frozen=True)
class PaddleClasses:
    """The classes of a model.

    Attributes:
        indices: number of each class by its name, in the order of the numbers.
    """

    indices: Mapping[str, int]

    @cached_property
    def names(self) -> list[str]:
        """Names in the order of their numbers."""
        return list(self.indices)

    @cached_property
    def may_have_two_levels(self) -> bool:
        """Whether every name has two parts around a hyphen. Whether they are a tree only people can say."""
        return bool(self.indices) and all(
            all(part.strip() for part in split(name)[:2]) and JOINER in name for name in self.indices
        )

    def path(self, name: str, *, two_levels: bool) -> LabelPath:
        """The path of a class in its tree: parts in front of the first hyphen and behind it where there are two levels."""
        return split(name) if two_levels and JOINER in name else (class_name(name),)


def split(name: str) -> LabelPath:
    """The two levels of a name."""
    above, _, below = name.partition(JOINER)
    return (class_name(above), class_name(below))


def read(path: Path, report: ImportReport) -> PaddleClasses:
    """Read a list of classes; rows of the report are lines, counted from 1.

    Raises:
        InputError: it cannot be read, holds no class or more than a model has.
    """
    by_index: dict[int, str] = {}
    names: set[str] = set()
    for number, line in text_lines.lines(path, report):
        fields = line.strip().split("\t")
        name = fields[0].strip()
        if not name:
            report.note(Reason.NOT_A_ROW, number)
            continue
        index = number - 1 if len(fields) != 2 else _number(fields[1])
        if name in names:
            report.note(Reason.CLASS_TWICE, number, name)
        elif index is None or index in by_index:
            report.note(Reason.CLASS_INDEX, number, name)
        else:
            names.add(name)
            by_index[index] = name
        if len(names) > MAX_CLASSES:
            raise InputError(f"{path.name} has more than {MAX_CLASSES:,} classes, so it is not a list of classes.")
    if not by_index:
        raise InputError(f"{path.name} holds no class. Write one a line.")
    return PaddleClasses({by_index[index]: index for index in sorted(by_index)})


def _number(text: str) -> int | None:
    return int(text) if text.strip().isascii() and text.strip().isdigit() and len(text.strip()) <= 9 else None


def write(path: Path, names: Iterable[str]) -> PaddleClasses:
    """Write classes with their numbers, in the order given.

    Raises:
        InputError: a name cannot stand in the format.
        StoreError: the disk refuses; what was there before stays.
    """
    listed = list(names)
    bad = next((name for name in listed if not name.strip() or set(name) & set("\t\r\n,")), None)
    if bad is not None:
        raise InputError(
            f"The class {bad!r} cannot be written: this format parts classes by commas and tabs. Rename it."
        )
    try:
        files.write(path, "".join(f"{name}\t{index}\n" for index, name in enumerate(listed)))
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror}). {files.remedy(error)}, then try again."
        ) from error
    return PaddleClasses({name: index for index, name in enumerate(listed)})
