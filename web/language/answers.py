"""Answers of our routes in the language of who asks: what lower rooms word for them."""

from __future__ import annotations

from collections.abc import Mapping

from web.language import choice, words

WORDED = frozenset({"advice", "labelled_by", "message", "model", "origin", "plan_needs", "unheard", "why"})
"""Fields whose text a lower room words; names, prompts and notes of people have others."""


def in_words(answer: Mapping[str, object]) -> Mapping[str, object]:
    """An answer whose worded fields are translated; the same one in English."""
    if words.spoken() == choice.ENGLISH:
        return answer
    return {key: _value(key, value) for key, value in answer.items()}


def _value(key: str, value: object) -> object:
    if isinstance(value, str):
        return words.translated(value) if key in WORDED else value
    if isinstance(value, Mapping):
        return in_words(value)
    return [_value(key, one) for one in value] if isinstance(value, list | tuple) else value
