"""One normal form for names of files and of classes, and how a path in the category tree is written."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

_JOINERS = "\u200c\u200d"  # some scripts spell with them
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
_BLANK = "\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5"  # letters and marks by category, but nothing is drawn
NONE_OF_THESE = "none of these"  # in files, in place of a class: the item is none of them
_SEPARATOR = re.compile(r"(?<!/)/(?!/)")


def composed(text: str) -> str:
    """Unicode's composed form (NFC): `é` is one letter, whichever way it was typed or a disk keeps it."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def hidden_character(text: str) -> str:
    """The first character that cannot be seen (a control, a zero-width space, one that turns the writing), as `U+200B`, or ""."""
    return next((f"U+{ord(char):04X}" for char in text if _is_hidden(char)), "")


def _is_hidden(char: str) -> bool:
    return (unicodedata.category(char) in _UNSEEN and char not in _JOINERS) or char in _BLANK or char == "\ufffd"


def file_name(text: str) -> str:
    """A file's name or path in the form that names are compared in.

    Composed letters, forward slashes, no `./`, no doubled or trailing slash. Spaces are part of a name and stay.
    `..` is not followed: what it means depends on links.
    """
    text = composed(text).replace("\\", "/")
    root = "//" if text.startswith("//") and not text.startswith("///") else "/" if text.startswith("/") else ""
    return root + "/".join(part for part in text.split("/") if part not in ("", "."))


def without_edges(name: str) -> str:
    """A name in normal form without the spaces at the ends of each of its parts, as spreadsheets and forms drop them."""
    return "/".join(part.strip() for part in name.split("/"))


def distinct_names(names: Sequence[str], paths: Sequence[str]) -> list[str]:
    """A name for each file that no other of them has: its own, else more of its path, at last all of it.

    Args:
        names: relative names, each the end of the path at its place. paths: full ones.
    """
    distinct_names = list(names)
    more = 0
    while again := [k for k, count in enumerate(map(Counter(distinct_names).__getitem__, distinct_names)) if count > 1]:
        more += 1
        before = list(distinct_names)
        for k in again:
            parts = file_name(paths[k]).split("/")
            own = file_name(names[k]).count("/") + 1 + more
            distinct_names[k] = "/".join(parts[-own:]) if own < len(parts) else paths[k]
        if distinct_names == before:
            break
    return distinct_names


def class_name(text: str) -> str:
    """A class name in the form that it is stored and compared in: composed, single spaces, none at the ends.

    A no-break space, a tab or a line break counts as a space.
    """
    return composed(" ".join(text.split()))


def class_path(parts: Iterable[str]) -> str:
    """The path of a category: its names from the top, parted by `/`; a slash within a name is written twice."""
    return "/".join(part.replace("/", "//") for part in parts)


def class_parts(path: str) -> list[str]:
    """The names in a category's path, from the top: the opposite of `class_path`."""
    return [part.replace("//", "/") for part in _SEPARATOR.split(path)]


def class_above(path: str) -> str:
    """The path of the category above, "" at the top."""
    return class_path(class_parts(path)[:-1])
