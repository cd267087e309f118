"""What every reader gives: labels as a file states them, each with its row."""

from __future__ import annotations

from typing import NamedTuple

MACHINE = ("head", "zero_shot", "auto", "semi-auto")


class GivenLabel(NamedTuple):
    """One label of a file.

    Attributes:
        row: its place, in words.
        files: names of the image, the one that tells most first.
        sha256: of its bytes, "" where the file does not say.
        facet: the name of the facet that it may belong to, "" where the file does not say.
        names: what the class may be called, in this order.
        proposed: whether a machine proposed it.
        confidence: 0 to 1, or None.
    """

    row: str
    files: tuple[str, ...]
    sha256: str
    facet: str
    names: tuple[str, ...]
    proposed: bool = False
    confidence: float | None = None
