"""Segments as chapters of a YouTube description: the first at 0:00, at least three, each at least ten seconds."""

from __future__ import annotations

from errors import InputError
from video.results.document import SegmentsJson

SHORTEST_S = 10
FEWEST = 3
_BRACKETS = str.maketrans("<>", "‹›")  # a description holds no angle brackets


def to_chapters(segments_json: SegmentsJson) -> str:
    """One line a chapter, `0:00 Title`. A segment that is too short joins the longer one of its neighbours.

    Raises:
        InputError: fewer than three chapters are left.
    """
    stretches = [(int(segment["start_s"]), segment["label"]) for segment in segments_json["segments"]]
    end = int(segments_json["duration_s"])
    chapters = _merged([(0, label) if k == 0 else (start, label) for k, (start, label) in enumerate(stretches)], end)
    if len(chapters) < FEWEST:
        raise InputError(
            f"YouTube shows chapters from {FEWEST} on, each at least {SHORTEST_S} seconds; this video has {len(chapters)}. Export "
            "another format."
        )
    return "".join(f"{_clock(start)} {_title(label)}\n" for start, label in chapters)


def _merged(chapters: list[tuple[int, str]], end: int) -> list[tuple[int, str]]:
    """Chapters (start in whole seconds, label) of the least length, neighbours of different labels."""
    while True:
        chapters = [one for k, one in enumerate(chapters) if k == 0 or one[1] != chapters[k - 1][1]]
        starts = [start for start, _ in chapters]
        lengths = [after - start for start, after in zip(starts, [*starts[1:], end], strict=True)]
        short = [k for k, length in enumerate(lengths) if length < SHORTEST_S]
        if not short or len(chapters) == 1:
            return chapters
        k = min(short, key=lengths.__getitem__)
        before = lengths[k - 1] if k > 0 else -1
        after = lengths[k + 1] if k + 1 < len(lengths) else -1
        if before >= after:
            chapters = chapters[:k] + chapters[k + 1 :]
        else:
            chapters = [*chapters[:k], (chapters[k][0], chapters[k + 1][1]), *chapters[k + 2 :]]


def _clock(second: int) -> str:
    minutes, seconds = divmod(second, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def _title(label: str) -> str:
    return " ".join(label.translate(_BRACKETS).split()) or "-"
