"""Typed requests: the kinds of values that they hold, and what is wrong with one in a sentence that names the field.

Strict: a text is not a number and a number no text. Every number is bounded by what the database keeps, every text is one that can
be stored (`written.texts`).
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from errors import InputError
from written import texts

LARGEST = 2**63 - 1  # an integer column of SQLite and PostgreSQL
MANY = 2**31 - 1
SHOWN = 40


def _storable(text: str) -> str:
    wrong = texts.fault(text)
    if wrong is not None:
        raise PydanticCustomError("unfit", "{wrong}", {"wrong": wrong})
    return text


Id = Annotated[int, Field(ge=0, le=LARGEST)]
Whole = Annotated[int, Field(ge=-MANY, le=MANY)]
Count = Annotated[int, Field(ge=0, le=MANY)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Text = Annotated[str, AfterValidator(_storable), Field(max_length=20_000)]
Short = Annotated[str, AfterValidator(_storable), Field(max_length=500)]


class Model(BaseModel):
    """A part of a request. What it does not name is left out."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", populate_by_name=True)


M = TypeVar("M", bound=Model)


def read(model: type[M], content: object, within: str = "") -> M:
    """A checked request, or a part of one; `within` is the place of the part, for the message.

    Raises:
        InputError: a field is missing or cannot be used; the message names it.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise InputError(fault(error, within)) from error


def fault(error: ValidationError, within: str = "") -> str:
    """The first thing that is wrong, in a sentence that names the field."""
    first = error.errors(include_url=False)[0]
    place = ".".join([within] * bool(within) + [str(part) for part in first["loc"]]) or "The request"
    return f"{place[:200]} {_words(first)}. Correct it, or reload the page and try again."


def _words(first: ErrorDetails) -> str:
    """What is wrong, as it follows the field's name."""
    kind, context = first["type"], first.get("ctx", {})
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "is nothing that can be set here"
    if kind in ("unfit", "value_error"):
        return str(context.get("wrong") or context.get("error"))
    if kind == "string_unicode":
        return "holds half of a surrogate pair, which cannot be stored"
    bounds = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    wanted = next((f"{word} {context[key]}" for key, word in bounds.items() if key in context), None)
    lengths = {"too_long": "max_length", "too_short": "min_length", "string_too_long": "max_length"}
    if kind in lengths:
        return f"must have at {'least' if kind == 'too_short' else 'most'} {context[lengths[kind]]:,} {_members(kind)}"
    if kind == "string_too_short":
        return "must not be empty"
    if kind in ("literal_error", "enum"):
        wanted = f"one of {context['expected']}"
    return f"must be {wanted or _KINDS.get(kind.partition('_')[0], 'something else')}, not {_shown(first['input'])}"


_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "finite": "a finite number",
    "string": "a text",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "dict": "an object",
    "model": "an object",
}


def _members(kind: str) -> str:
    return "characters" if kind.startswith("string") else "members"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = (
        ascii(value)
        if isinstance(value, int | float)
        else ascii(value[:SHOWN])
        if not value.isprintable()
        else repr(value[:SHOWN])
    )
    return text[: SHOWN + 2]
