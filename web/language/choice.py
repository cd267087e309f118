"""Which language somebody is shown: what they chose, else what their browser asks for, else English."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "zh-CN": "简体中文"}
"""Each language by its tag, under the name that it has for itself."""
COOKIE = "sceneloop_language"


def chosen(cookies: Mapping[str, str], accepted: str) -> str:
    """The language of a request.

    Args:
        cookies: of the request. accepted: its `Accept-Language`.
    """
    kept = cookies.get(COOKIE, "")
    return kept if kept in LANGUAGES else _asked(accepted)


def _asked(accepted: str) -> str:
    """The first of our languages in the browser's order; every kind of Chinese is answered in the one that is here."""
    for tag in sorted(_weighed(accepted), key=lambda pair: -pair[0]):
        main = tag[1].partition("-")[0].lower()
        for language in LANGUAGES:
            if main == language.partition("-")[0]:
                return language
    return ENGLISH


def _weighed(accepted: str) -> list[tuple[float, str]]:
    """Weight and tag, in the order in which they are written; what is refused or cannot be read is left out."""
    pairs = []
    for part in accepted[:1000].split(","):
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest else 1.0
        except ValueError:
            continue
        if weight > 0:
            pairs.append((weight, tag.strip()))
    return pairs
