"""The JSON object that a request carries: counted while it is read, and not too deep."""

from __future__ import annotations

import json
import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from errors import InputError
from written.json_values import JsonObject

MAX_BODY = 64 * 2**20
AT_ONCE = 2**18  # bytes of a body that are read without a thread of their own


class TooLargeError(InputError):
    """A body is larger than one request may be."""


async def body_of(request: Request, most: int = MAX_BODY) -> JsonObject:
    """The JSON object that a request carries; who asks has been checked before.

    It is counted while it is read: a body that is sent in chunks says no length.

    Args:
        most: bytes that are read.

    Raises:
        TooLargeError: it has more. InputError: it is not a JSON object, or its values lie too deep inside one another.
    """
    too_large = TooLargeError(f"That is more than the {most:,} bytes that one request may carry. Send it in parts.")
    declared = request.headers.get("content-length", "0")
    if not declared.isascii() or not declared.isdigit() or int(declared[:20]) > most:
        raise too_large
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > most:
            raise too_large
    return await run_in_threadpool(_object, bytes(content)) if len(content) > AT_ONCE else _object(bytes(content))


def _object(content: bytes) -> JsonObject:
    try:
        body = json.loads(content or b"{}", parse_int=_whole)
    except RecursionError as error:
        field = _deep_field(content)
        raise InputError(f"{field} holds lists or objects too deep inside one another. Reload the page.") from error
    except ValueError as error:
        raise InputError("The request is not JSON. Reload the page and try again.") from error
    if not isinstance(body, dict):
        raise InputError("The request is not a JSON object. Reload the page and try again.")
    return body


def _whole(digits: str) -> int | float:
    """A whole number; Python reads none of more than 4,300 digits, and no field takes one of more than 19."""
    return int(digits) if len(digits) < 40 else float("inf")


def _deep_field(content: bytes) -> str:
    """The member of the object that the depth is in: the last name before the braces and brackets pile up."""
    depth, name, last = 0, "The request", b""
    for token in re.finditer(rb'"(?:[^"\\]|\\.)*"|[\[\]{}:]', content):
        sign = token.group()
        if sign == b":":
            name = last[1:-1].decode("utf-8", "replace")[:60] if depth == 1 else name
        elif sign in (b"[", b"{"):
            depth += 1
            if depth > 50:
                break
        elif sign in (b"]", b"}"):
            depth -= 1
        else:
            last = sign
    return name
