"""A title as encoders read it: one line without unseen characters, cut behind fifty tokens."""

from __future__ import annotations

import re
import unicodedata

MOST_TOKENS = 50  # of PaddleVideo's MultimodalVideoTag, too (`text_max_len`)
IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# A Chinese or Japanese character, up to 16 letters or digits of another script, or a single sign.
TOKEN = re.compile(rf"[{IDEOGRAPHS}]|[^\W{IDEOGRAPHS}]{{1,16}}|[^\w\s]")
UNSEEN = {"Cc", "Cf", "Co", "Cs"}
LONGEST = 10_000  # characters that are looked at


def plain(title: str) -> str:
    """A title in compatibility form (NFKC) on one line, without control and formatting characters."""
    text = unicodedata.normalize("NFKC", title[:LONGEST])
    shown = "".join(" " if sign.isspace() else sign for sign in text if sign.isspace() or _is_seen(sign))
    return " ".join(shown.split())


def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign) not in UNSEEN


def shortened(title: str) -> tuple[str, bool]:
    """(a plain title of at most fifty tokens, whether something was cut off)."""
    text = plain(title)
    for number, token in enumerate(TOKEN.finditer(text)):
        if number == MOST_TOKENS:
            return text[: token.start()].rstrip(), True
    return text, len(title) > LONGEST
