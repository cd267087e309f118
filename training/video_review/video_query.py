"""A filter and an order of whole videos."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class VideoQuery:
    """A filter and an order. Empty means no restriction.

    Attributes:
        facet: id, 0 for the first one. states: of STATES. ids: exactly these videos.
        tags: category id and one of ANSWERS each; all have to hold. named: words that all occur in title, file name, programme or uploader.
        blind: `opinion` for what others have labelled, `practice` for what `actor` can practise on; either hides what stands.
        like: id of a video whose cluster alone is wanted, 0 for all; clusters are made among what the rest of the filter lets through.
        actor: name of who asks, None where nobody is known.
    """

    facet: int = 0
    order: str = "doubt"
    states: tuple[str, ...] = ()
    tags: tuple[tuple[int, str], ...] = ()
    named: str = ""
    ids: tuple[int, ...] = ()
    blind: str = ""
    like: int = 0
    actor: str | None = None
    offset: int = 0
    limit: int = 60
