"""PaddleVideo's predictions, `output.json`: for each video the classes at and above a threshold, in the order of the classes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import files
from errors import StoreError
from video.exchange import json_list
from video.exchange.foreign_video import Floats, ImportReport, Reason
from written import texts

THRESHOLD = 0.5
INDENT = 4


@dataclass(frozen=True)
class Prediction:
    """What a model says of a video.

    Attributes:
        row: where it stands in its file, from 1. video: its name. labels: names of classes with their probabilities.
    """

    row: int
    video: str
    labels: tuple[tuple[str, float], ...]


def write(
    path: Path, names: Sequence[str], scores: Iterable[tuple[str, Floats]], *, threshold: float = THRESHOLD
) -> int:
    """Write predictions as PaddleVideo's inference does; returns how many videos they are of.

    Args:
        names: of the classes, in their order. scores: name and probabilities float32 [k] of each video.

    Raises:
        StoreError: the disk refuses; what was there before stays.
    """
    count = -1  # the end of the list is a piece too
    try:
        with files.replacing(path) as part, part.open("w", encoding="utf-8", newline="") as out:
            for piece in pieces(names, scores, threshold=threshold):
                out.write(piece)
                count += 1
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror}). {files.remedy(error)}, then try again."
        ) from error
    return count


def pieces(
    names: Sequence[str], scores: Iterable[tuple[str, Floats]], *, threshold: float = THRESHOLD
) -> Iterator[str]:
    """The text of `output.json` in one piece a video, and one for its end; arguments as `write`."""
    count = 0
    for video, row in scores:
        chosen = [[name, float(p)] for name, p in zip(names, row.tolist(), strict=True) if p >= threshold]
        entry = json.dumps({"video_id": video, "labels": chosen}, ensure_ascii=False, indent=INDENT)
        lines = "\n".join(" " * INDENT + line for line in entry.split("\n"))
        yield ("[\n" if not count else ",\n") + lines
        count += 1
    yield "\n]" if count else "[]"


def read(path: Path, report: ImportReport) -> Iterator[Prediction]:
    """Read predictions, one at a time; what is none is noted by its place in the list, from 1.

    Raises:
        InputError: the file cannot be read or is not a list in JSON.
    """
    for row, entry in json_list.entries(path):
        labels = entry.get("labels")
        video = entry.get("video_id")
        pairs = [_pair(each) for each in labels] if isinstance(labels, list) else [None]
        if not isinstance(video, str) or texts.fault(video) is not None or None in pairs:
            report.note(Reason.NOT_A_ROW, row)
            continue
        yield Prediction(row, video, tuple(pair for pair in pairs if pair is not None))


def _pair(value: object) -> tuple[str, float] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    name, number = value
    if not isinstance(name, str) or texts.fault(name) is not None:
        return None
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= 1:  # false for NaN too
        return None
    return name, float(number)
