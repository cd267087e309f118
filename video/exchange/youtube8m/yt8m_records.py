"""YouTube-8M's videos by frame: `SequenceExample` records with `id`, `labels`, `rgb` and `audio`, one row a second, in bytes.

The same in pickles as PaddleVideo's converter writes them: one record, or a list of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from errors import InputError
from video.exchange import feature_rows, safe_pickle
from video.exchange.feature_rows import FRAMES, SOUND, Numbers, RowRules
from video.exchange.foreign_video import ForeignVideo, ImportReport, LabelPath, Reason
from video.exchange.safe_pickle import Plain
from video.exchange.youtube8m import tfrecord
from video.exchange.youtube8m.tfrecord import DamagedMessageError
from written import texts

WIDTHS = {FRAMES: 1024, SOUND: 128}
HOP_S = 1.0
CONTEXT, FEATURE_LISTS = 1, 2  # fields of SequenceExample
KEY, VALUE = 1, 2  # of an entry of a map
BYTES_LIST, INT64_LIST = 1, 3  # of Feature
MAX_LABELS = 10_000
MAX_CLASS = 10**6


def rules(report: ImportReport) -> RowRules:
    """What the format says of its rows: bytes, one row a second."""
    return RowRules(report, dict(WIDTHS), quantised=True, dequantise=True, hop_s=HOP_S)


def read_tfrecord(path: Path, report: ImportReport) -> Iterator[ForeignVideo]:
    """Videos of a TFRecord file, one at a time; rows of the report are records, counted from 1.

    Raises:
        InputError: the file cannot be read or is damaged beyond a record.
    """
    expected = rules(report)
    for row, data in tfrecord.records(path, report):
        try:
            name, labels, frames, sound, length = _example(memoryview(data))
        except (DamagedMessageError, InputError, UnicodeDecodeError) as error:
            report.note(Reason.DAMAGED_RECORD, row, str(error))
            continue
        yield _video(row, name, labels, frames, sound, length, expected)


def read_pickle(path: Path, report: ImportReport) -> Iterator[ForeignVideo]:
    """Videos of a pickle; rows of the report are records, counted from 1.

    Raises:
        InputError: the file cannot be read, or is not such a pickle.
    """
    content = safe_pickle.read(path)
    listed = content if isinstance(content, list) else [content]
    expected = rules(report)
    for row, record in enumerate(listed, 1):
        try:
            parts = _record(record)
        except (InputError, UnicodeDecodeError) as error:
            if len(listed) == 1:
                raise InputError(f"{path.name} is not a record of YouTube-8M: {error}") from error
            report.note(Reason.DAMAGED_RECORD, row, str(error))
            continue
        yield _video(row, *parts, expected)


def _video(
    row: int, name: str, labels: list[int], frames: Numbers, sound: Numbers, length: int | None, expected: RowRules
) -> ForeignVideo:
    if length is not None and length != len(frames):
        detail = f"it says {length:,} frames, and {len(frames):,} are there"
        expected.report.note(Reason.LENGTHS_DIFFER, row, detail)
    parts = (expected.rows(FRAMES, frames, row), expected.rows(SOUND, sound, row))
    expected.lengths(*parts, row)
    paths: tuple[LabelPath, ...] = tuple((str(label),) for label in labels)
    return ForeignVideo(row, name, labels=paths, frames=parts[0], sound=parts[1])


def _example(data: memoryview) -> tuple[str, list[int], Numbers, Numbers, int | None]:
    """Name, classes, frames and sound of a `SequenceExample`."""
    name, labels = "", list[int]()
    parts = {"rgb": _no_rows(WIDTHS[FRAMES]), "audio": _no_rows(WIDTHS[SOUND])}
    for number, value in tfrecord.fields(data):
        if isinstance(value, int):
            continue
        for key, content in _map(value):
            if number == CONTEXT and key in ("id", "video_id"):
                name = next((bytes(part).decode("utf-8") for part in _list(content, BYTES_LIST)), "")
            elif number == CONTEXT and key == "labels":
                labels = _numbers(content)
            elif number == FEATURE_LISTS and key in parts:
                parts[key] = _rows(content, key)
    return _name(name), _classes(labels), parts["rgb"], parts["audio"], None


def _map(data: memoryview) -> Iterator[tuple[str, memoryview]]:
    """Entries of `map<string, message>`, which is field 1 of both of its kinds."""
    for number, entry in tfrecord.fields(data):
        if number != 1 or isinstance(entry, int):
            continue
        parts = {number: value for number, value in tfrecord.fields(entry) if not isinstance(value, int)}
        yield bytes(parts.get(KEY, b"")).decode("utf-8"), parts.get(VALUE, memoryview(b""))


def _list(feature: memoryview, kind: int) -> Iterator[memoryview]:
    """The values of a `Feature` that are bytes."""
    for number, values in tfrecord.fields(feature):
        if number == kind and not isinstance(values, int):
            for place, value in tfrecord.fields(values):
                if place == 1 and not isinstance(value, int):
                    yield value


def _numbers(feature: memoryview) -> list[int]:
    """The values of an `Int64List`, packed or not."""
    out: list[int] = []
    for number, values in tfrecord.fields(feature):
        if number != INT64_LIST or isinstance(values, int):
            continue
        for place, value in tfrecord.fields(values):
            if len(out) > MAX_LABELS:
                break
            if place == 1 and isinstance(value, int):
                out.append(value)
            elif place == 1 and not isinstance(value, int):
                at = 0
                while at < len(value) and len(out) <= MAX_LABELS:
                    one, at = tfrecord.varint(value, at)
                    out.append(one)
    return out


def _rows(features: memoryview, key: str) -> Numbers:
    """uint8 [t, d] of a `FeatureList`, one `Feature` with one value a second."""
    rows = []
    for number, feature in tfrecord.fields(features):
        if number == 1 and not isinstance(feature, int):
            rows.append(next((bytes(value) for value in _list(feature, BYTES_LIST)), b""))
            if len(rows) > feature_rows.MAX_ROWS:
                raise InputError(f"`{key}` has more than {feature_rows.MAX_ROWS:,} rows")
    if len({len(row) for row in rows}) > 1:
        raise InputError(f"rows of `{key}` differ in length")
    return feature_rows.checked(
        np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1) if rows and rows[0] else _no_rows(0), key
    )


def _no_rows(width: int) -> Numbers:
    return np.empty((0, width), np.uint8)


def _record(record: Plain) -> tuple[str, list[int], Numbers, Numbers, int | None]:
    """The same of a pickled record, whose keys may be bytes."""
    if not isinstance(record, dict):
        raise InputError("it holds no dictionary with `video`, `feature`, `audio` and `label`.")
    by_name = {key.decode("latin-1") if isinstance(key, bytes) else key: value for key, value in record.items()}
    if "feature" not in by_name or "video" not in by_name:
        raise InputError("it has no `video` and `feature`.")
    video, labels, length = by_name["video"], by_name.get("label", []), by_name.get("nframes")
    if isinstance(labels, np.ndarray):
        labels = labels.ravel().tolist()
    if not isinstance(labels, list) or not all(isinstance(label, int) for label in labels):
        raise InputError("its `label` is not a list of numbers.")
    name = video.decode("utf-8") if isinstance(video, bytes) else video
    if not isinstance(name, str):
        raise InputError("its `video` is not a text.")
    frames = feature_rows.checked(by_name["feature"], "frames")
    sound = feature_rows.checked(by_name.get("audio", _no_rows(WIDTHS[SOUND])), "sound")
    whole = [label for label in labels if isinstance(label, int)]
    return _name(name), _classes(whole), frames, sound, length if isinstance(length, int) else None


def _name(name: str) -> str:
    if not name.strip() or texts.fault(name) is not None:
        raise InputError("it has no name that can be stored.")
    return name


def _classes(labels: list[int]) -> list[int]:
    if len(labels) > MAX_LABELS or any(not 0 <= label < MAX_CLASS for label in labels):
        raise InputError("its labels are no numbers of classes.")
    return list(dict.fromkeys(labels))
