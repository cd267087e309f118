"""Tokens: 256 random bits that are given away once, of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets


def new() -> str:
    """A token, as 43 letters, digits, - and _."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is kept of it: SHA-256 as hexadecimal digits. So many random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
