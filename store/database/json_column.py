"""Reading JSON columns."""

from __future__ import annotations

import json
import re

from written.json_values import Json

# An escaped backslash, a whole pair, or the half of one.
_ESCAPES = re.compile(r"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<half>\\u[dD][89a-fA-F]..)")


def read_json(stored: str | bytes) -> Json:
    """A JSON column. Half of a surrogate pair, stored before that was refused, comes back as U+FFFD: it would break every page."""
    text = stored.decode() if isinstance(stored, bytes) else stored
    if "\\ud" in text or "\\uD" in text:
        text = _ESCAPES.sub(lambda match: "\\ufffd" if match.group("half") else match.group(), text)
    value: Json = json.loads(text)
    return value
