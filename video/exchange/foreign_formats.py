"""The formats of other video systems by name: what a path means in each, and its videos as one stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import reading
from errors import InputError
from video.exchange import videotag_list, wbdc_list
from video.exchange.feature_rows import FRAMES, SOUND, RowRules
from video.exchange.foreign_video import ForeignVideo, ImportReport, Reason
from video.exchange.paddle import paddle_classes, paddle_config, paddle_list
from video.exchange.paddle.paddle_classes import PaddleClasses
from video.exchange.paddle.paddle_features import PaddleFeatures
from video.exchange.youtube8m import yt8m_records

PADDLE, YT8M, VIDEOTAG, WBDC = "paddle", "yt8m", "videotag", "wbdc"
FORMATS = (PADDLE, YT8M, VIDEOTAG, WBDC)


@dataclass(frozen=True)
class Choices:
    """What a file does not say of itself.

    Attributes:
        features: folder of the feature files. classes: PaddleVideo's `class.txt`.
        listed: PaddleVideo's list of videos, in place of the one that `conf.txt` names.
        two_levels: whether names of classes are two levels around their first hyphen.
        dequantise: whether rows of whole numbers from 0 to 255 become floats by YouTube-8M's rule.
        durations: length of videos in seconds by name; it gives PaddleVideo's rows their times.
    """

    features: Path | None = None
    classes: Path | None = None
    listed: Path | None = None
    two_levels: bool = False
    dequantise: bool = False
    durations: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class ForeignSource:
    """A file of another system, opened.

    Attributes:
        videos: one at a time, to be gone through once. report: what did not fit; whole when `videos` has ended.
        classes: those of `class.txt`, if there is one. class_report: which of its lines did not fit.
        ignored: settings of `conf.txt` that are not acted on, as `SECTION.name`.
    """

    videos: Iterator[ForeignVideo]
    report: ImportReport
    classes: PaddleClasses | None = None
    class_report: ImportReport = field(default_factory=ImportReport)
    ignored: tuple[str, ...] = ()


def opened(form: str, path: Path, choices: Choices | None = None) -> ForeignSource:
    """Open a file in one of `FORMATS`.

    Args:
        path: `paddle`: a list, or a `conf.txt` that names one. `yt8m`: a TFRecord file, a pickle, or a folder of either, whose
            rows count on. `videotag`: a list. `wbdc`: a list in JSON.

    Raises:
        InputError: the format is unknown, or a file cannot be read; for the videos' own file, when they are gone through.
    """
    chosen, report = choices or Choices(), ImportReport()
    if form == PADDLE:
        return _paddle(path, report, chosen)
    if form == YT8M:
        return ForeignSource(_yt8m(path, report), report)
    if form == VIDEOTAG:
        return ForeignSource(videotag_list.read(path, report, features=chosen.features), report)
    if form == WBDC:
        return ForeignSource(wbdc_list.read(path, report, features=chosen.features), report)
    raise InputError(f"The format {form!r} is unknown. Choose one of {', '.join(FORMATS)}.")


def _paddle(path: Path, report: ImportReport, chosen: Choices) -> ForeignSource:
    listed, classes, features = path, chosen.classes, chosen.features
    rules = RowRules(report, dequantise=chosen.dequantise)
    ignored: tuple[str, ...] = ()
    if is_config(path):
        config = paddle_config.read(path)
        ignored = config.ignored
        named = chosen.listed or _place(config, "url_title_label_file")
        if named is None:
            raise InputError(f"{path.name} names no list of videos (url_title_label_file). Give the list itself.")
        listed = named
        features = features or _place(config, "filelist")
        classes = classes or config.place("MODEL", "class_name_file")
        rules.widths.update(zip((FRAMES, SOUND), config.widths or (), strict=False))
    class_report = ImportReport()
    known = paddle_classes.read(classes, class_report) if classes is not None else None
    videos = paddle_list.read(listed, known, report, two_levels=chosen.two_levels)
    if features is not None:
        if not features.is_dir():
            raise InputError(f"{reading.readable(features)} is not a folder of features. Check the path.")
        videos = PaddleFeatures(features, rules, chosen.durations).joined(videos)
    return ForeignSource(videos, report, known, class_report, ignored)


def is_config(path: Path) -> bool:
    """Whether a file begins with a section, as settings do and no list of videos.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with reading.opened(path) as file:
            return file.read(100).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")
    except OSError as error:
        raise InputError(f"{reading.readable(path)} cannot be read ({error.strerror}). Check the path.") from error


def _place(config: paddle_config.PaddleConfig, name: str) -> Path | None:
    """What a training reads, else what a prediction does."""
    return config.place("TRAIN", name) or config.place("INFER", name)


def _yt8m(path: Path, report: ImportReport) -> Iterator[ForeignVideo]:
    if not path.is_dir():
        yield from _yt8m_file(path, report)
        return
    files = sorted(each for each in path.iterdir() if each.suffix in (".pkl", ".tfrecord") and not each.is_dir())
    if not files:
        raise InputError(f"{reading.readable(path)} holds no .tfrecord and no .pkl file. Check the path.")
    before = 0
    for each in files:
        own = ImportReport()
        last = 0
        try:
            for video in _yt8m_file(each, own):
                last = video.row
                yield replace(video, row=before + video.row)
        except InputError as error:
            own.note(Reason.DAMAGED_RECORD, last + 1, str(error))
        last = max([last, *(row for rows in own.rows.values() for row in rows)])
        for reason, rows in own.rows.items():
            for row in rows:
                report.note(reason, before + row, own.details.get(reason, ""))
        before += last


def _yt8m_file(path: Path, report: ImportReport) -> Iterator[ForeignVideo]:
    is_pickle = path.suffix == ".pkl"
    return yt8m_records.read_pickle(path, report) if is_pickle else yt8m_records.read_tfrecord(path, report)
