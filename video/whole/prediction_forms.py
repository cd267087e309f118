"""Predictions of whole videos as text, in the forms that other programs read."""

from __future__ import annotations

import json
from collections.abc import Mapping

from errors import InputError
from training.videos.video_set import Floats
from video.exchange.paddle import paddle_output
from video.exchange.youtube8m import yt8m_predictions
from video.whole.video_prediction import Predicted
from written.csv_cells import csv_text

FORMATS = ("json", "csv", "paddle", "yt8m")
THRESHOLD = 0.5


def exported(done: Predicted, form: str, threshold: float = THRESHOLD) -> str:
    """Predictions as text.

    Where the classes came from another system, `paddle` and `yt8m` have its names and numbers, in their order.

    Args:
        form: `json`, `csv` (one row a label), `paddle` (PaddleVideo's output.json) or `yt8m` (YouTube-8M's table, the best 20 whatever
            the threshold). threshold: from which probability on a class is said.

    Raises:
        InputError: there is no such form.
    """
    if form == "paddle":
        columns, names, _ = _foreign(done)
        scores = zip(done.names, done.probabilities[:, columns], strict=True)
        return "".join(paddle_output.pieces(names, scores, threshold=threshold))
    if form == "yt8m":
        columns, _, numbers = _foreign(done)
        scores = zip(map(_identifier, done.names), done.probabilities[:, columns], strict=True)
        return "".join(yt8m_predictions.lines(numbers, scores))
    if form == "csv":
        rows = [(video, *pair) for k, video in enumerate(done.videos) for pair in _labels(done, k, threshold)]
        return csv_text(("file", "class", "score"), rows)
    if form != "json":
        raise InputError(f"There is no form {form!r}. Use one of {', '.join(FORMATS)}.")
    return json.dumps(as_json(done, threshold), ensure_ascii=False, indent=2)


def as_json(done: Predicted, threshold: float = THRESHOLD) -> Mapping[str, object]:
    """Predictions as one JSON object: videos with their labels, the likeliest first."""
    return {
        "model": done.model,
        "threshold": threshold,
        "videos": [
            {
                "video": video, "labels": sorted(_labels(done, k, threshold), key=lambda each: -float(each[1])),
                "untitled": not done.titled[k], "sound": done.sound[k],
            }
            for k, video in enumerate(done.videos)
        ],
        "quarantined": [{"path": str(error.path), "reason": error.reason} for error in done.quarantined],
        "report": done.report,
    }  # fmt: skip


def _labels(done: Predicted, row: int, threshold: float) -> list[tuple[str, float]]:
    """(class, probability) of a video from the threshold on, in the order of the classes."""
    values: Floats = done.probabilities[row]
    pairs = zip(done.classes, values.tolist(), strict=True)
    return [(name, round(value, 6)) for name, value in pairs if value >= threshold]


def _foreign(done: Predicted) -> tuple[list[int], list[str], list[int]]:
    """(columns, names, numbers) of the classes as another system has them; those of the facet where it has none."""
    if done.foreign:
        some = sorted(done.foreign.items(), key=lambda item: item[1].number)
        return [column for column, _ in some], [one.name for _, one in some], [one.number for _, one in some]
    columns = list(range(len(done.classes)))
    numbered = [int(name) if name.isascii() and name.isdigit() else None for name in done.classes]
    numbers = [number for number in numbered if number is not None]
    return columns, list(done.classes), numbers if len(numbers) == len(columns) else columns


def _identifier(name: str) -> str:
    """A video's identifier in YouTube-8M: its name without folder and ending."""
    stem = name.rsplit("/", 1)[-1]
    return stem.rpartition(".")[0] or stem
