"""The card of a classifier: what it must hold, and of which kind, before anything is read from it.

A card comes out of a file that somebody sent. Its numbers and names stand on pages and in the store, so a wrong kind is refused
where the file is read.
"""

from __future__ import annotations

import math
from collections.abc import Callable

MOST_NAME = 400
MOST_DEPTH = 12

Check = Callable[[object], bool]


def _text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MOST_NAME and _encodable(value)


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(check(entry) for entry in value)


def _object(needed: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    """A JSON object with these entries; others may stand in it."""

    def check(value: object) -> bool:
        if not isinstance(value, dict):
            return False
        rest = {name: entry_check for name, entry_check in (optional or {}).items() if name in value}
        return all(name in value and entry_check(value[name]) for name, entry_check in {**needed, **rest}.items())

    return check


def _or_nothing(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _plain(value: object, depth: int = 0) -> bool:
    """JSON of bounded depth whose numbers are finite and whose texts can be stored."""
    if depth > MOST_DEPTH:
        return False
    if isinstance(value, dict):
        return all(_encodable(key) and _plain(entry, depth + 1) for key, entry in value.items())
    if isinstance(value, list):
        return all(_plain(entry, depth + 1) for entry in value)
    if isinstance(value, str):
        return _encodable(value)
    return value is None or isinstance(value, bool) or _number(value)


_gain = _object({"low": _number, "high": _number})
_scores = _object({}, {"accuracy": _number, "macro_f1": _number, "micro_f1": _number})
_candidate = _object({"name": _text}, {"accuracy": _number, "log_likelihood": _number, "share": _number})
NEEDED: dict[str, Check] = {
    "class_ids": _list_of(_whole),
    "classes": _list_of(_object({"id": _whole, "name": _text})),
    "encoder": _object({"fingerprint": _text, "name": _text}),
}
OPTIONAL: dict[str, Check] = {
    "facet": _object({"name": _text, "exclusive": lambda value: isinstance(value, bool)}),
    "thresholds": _object({"values": _list_of(_number), "shared": _number}),
    "labels": _whole,
    "metrics": _object({"new": _or_nothing(_scores)}),
    "gain": _or_nothing(_gain),
    "candidates": _list_of(_candidate),
    "losses": _list_of(_number),
    "before": _text,
    "calibration": _object({}),
    "seconds": _number,
    "why": lambda value: isinstance(value, str),
    "options": lambda value: isinstance(value, dict),
    "leaks": _or_nothing(_whole),
}


def fault(card: object) -> str:
    """What is wrong with a card, as the end of "its card ...", or "" for a sound one.

    Args:
        card: as it was read from JSON.
    """
    if not isinstance(card, dict):
        return "is not a JSON object"
    for name, check in NEEDED.items():
        if name not in card:
            return f"lacks {name}"
        if not check(card[name]):
            return f"has something else than it should under {name}"
    for name, check in OPTIONAL.items():
        if name in card and not check(card[name]):
            return f"has something else than it should under {name}"
    if not _plain(card):
        return "holds numbers or texts that cannot be stored"
    if len(card["classes"]) != len(card["class_ids"]) or len(set(card["class_ids"])) != len(card["class_ids"]):
        return "names its classes twice, or not all of them"
    return ""
