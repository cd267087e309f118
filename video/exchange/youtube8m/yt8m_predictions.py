"""YouTube-8M's prediction file: `VideoId,LabelConfidencePairs`, each video with its likeliest classes and their confidence."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

import files
from errors import InputError, StoreError
from video.exchange.foreign_video import Floats

HEADER = "VideoId,LabelConfidencePairs\n"
MOST = 20  # classes a video, by which GAP@20 judges


def write(path: Path, classes: Sequence[int], scores: Iterable[tuple[str, Floats]], *, most: int = MOST) -> int:
    """Write predictions, the likeliest class first; returns how many videos they are of.

    Args:
        classes: YouTube-8M's number of each class, in the order of the scores. scores: name and probabilities float32 [k] of each video.

    Raises:
        InputError: a score is not a finite number.
        StoreError: the disk refuses; what was there before stays.
    """
    count = -1  # the header is a line too
    try:
        with files.replacing(path) as part, part.open("w", encoding="utf-8", newline="") as out:
            for line in lines(classes, scores, most=most):
                out.write(line)
                count += 1
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror}). {files.remedy(error)}, then try again."
        ) from error
    return count


def lines(classes: Sequence[int], scores: Iterable[tuple[str, Floats]], *, most: int = MOST) -> Iterator[str]:
    """The header and a line for each video; arguments as `write`.

    Raises:
        InputError: a score is not a finite number.
    """
    numbers = np.asarray(classes, np.int64)
    yield HEADER
    for video, row in scores:
        if not np.isfinite(row).all():
            raise InputError(f"The scores of {video!r} hold NaN or infinity, so nothing was written.")
        best = np.argsort(-row, kind="stable")[:most]
        pairs = " ".join(f"{number} {row[place]:g}" for place, number in zip(best, numbers[best], strict=True))
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow([video, pairs])
        yield line.getvalue()
