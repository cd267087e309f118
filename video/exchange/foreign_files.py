"""Which of several paths is which in a format: lists, classes, settings and features, by what they hold and not by their names alone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import reading
from errors import InputError
from video.exchange.foreign_formats import PADDLE, WBDC, YT8M, Choices, is_config
from video.exchange.paddle.paddle_features import ENDING

FIRST_LINES, FIRST_BYTES = 50, 2**16  # by which a list is told from a list of classes
MOST_FILES, DEEPEST = 100_000, 4  # of a folder that is looked through
LISTS = (".txt", ".lst", ".list", ".tsv")


@dataclass
class _Sorted:
    lists: list[Path] = field(default_factory=list)
    classes: list[Path] = field(default_factory=list)
    configs: list[Path] = field(default_factory=list)
    features: list[Path] = field(default_factory=list)  # folders


def sources(form: str, paths: Sequence[Path], choices: Choices) -> list[tuple[Path, Choices]]:
    """What `foreign_formats.opened` takes for some paths, each with its choices.

    Args:
        paths: files, and folders that are looked through. `paddle`: lists, `class.txt`, `conf.txt`, the folder of pickles. `videotag`:
            lists. `wbdc`: lists in JSON, the folder of `.npy` files. `yt8m`: as they are.

    Raises:
        InputError: a path is missing, nothing in them is of the format, or two of them could be meant.
    """
    for path in paths:
        if not reading.is_bytes(path) or not os.path.lexists(path):
            raise InputError(f"{reading.readable(path)} does not exist. Check the path and try again.")
    if form == YT8M:
        return [(path, choices) for path in paths]
    parts = _Sorted()
    for path in paths:
        if path.is_dir():
            for each in _walked(path):
                _sort(form, each, parts, is_named=False)
        else:
            _sort(form, path, parts, is_named=True)
    return _joined(form, parts, choices)


def _joined(form: str, parts: _Sorted, choices: Choices) -> list[tuple[Path, Choices]]:
    chosen = replace(
        choices,
        features=choices.features or _only(parts.features, "folders of features", "--features"),
        classes=choices.classes or _only(parts.classes, "lists of classes", "--classes"),
    )
    config = _only(parts.configs, "settings (conf.txt)", "the list of videos itself")
    if config is not None:
        # With a list beside it the settings say what a row is; without one they name the list too.
        return [(config, replace(chosen, listed=path)) for path in parts.lists] or [(config, chosen)]
    if not parts.lists:
        raise InputError(f"None of the files is a list of videos in the format {form}. Give the list.")
    return [(path, chosen) for path in parts.lists]


def _only(paths: list[Path], what: str, option: str) -> Path | None:
    unique = list(dict.fromkeys(paths))
    if len(unique) > 1:
        shown = ", ".join(reading.readable(path) for path in unique[:3])
        raise InputError(f"There are {len(unique)} {what} ({shown}). Say which by {option}.")
    return unique[0] if unique else None


def _sort(form: str, path: Path, parts: _Sorted, *, is_named: bool) -> None:
    ending = path.suffix.lower()
    if ending in (ENDING, ".npy"):
        if form == (PADDLE if ending == ENDING else WBDC):
            parts.features.append(path.parent)
            parts.features[:] = dict.fromkeys(parts.features)
        return
    if form == WBDC:
        if is_named or ending == ".json":
            parts.lists.append(path)
        return
    if not is_named and ending not in LISTS:
        return
    if form == PADDLE and is_config(path):
        parts.configs.append(path)
    elif form == PADDLE and is_class_list(path):
        parts.classes.append(path)
    else:
        parts.lists.append(path)


def is_class_list(path: Path) -> bool:
    """Whether the first lines of a text are names, with a number behind a tab at most, as in `class.txt`.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with reading.opened(path) as file:
            text = file.read(FIRST_BYTES).decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise InputError(f"{reading.readable(path)} cannot be read ({error.strerror}). Check the path.") from error
    rows = [line.split("\t") for line in text.splitlines()[:FIRST_LINES] if line.strip()]
    return bool(rows) and all(len(row) == 1 or (len(row) == 2 and row[1].strip().isdigit()) for row in rows)


def _walked(folder: Path, depth: int = 0) -> Iterator[Path]:
    """Files below a folder in the order of their names; hidden ones, links to folders and what lies too deep are left alone.

    Raises:
        InputError: it cannot be looked through, or holds too many files.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise InputError(f"{reading.readable(folder)} cannot be looked through ({error.strerror}).") from error
    if len(entries) > MOST_FILES:
        raise InputError(f"{reading.readable(folder)} holds more than {MOST_FILES:,} files. Give the list itself.")
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth < DEEPEST:
                yield from _walked(folder / entry.name, depth + 1)
        elif entry.is_file():
            yield folder / entry.name
