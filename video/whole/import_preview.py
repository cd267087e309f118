"""What an import of feature files would bring, before anything is written: the files are read whole, by the same rules as the import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from typing_extensions import TypedDict

from errors import InputError
from labeling.exchange import facet_classes
from labeling.exchange.video_labels import VIDEOS
from labeling.exchange.video_titles import DURATION
from naming import class_name, class_path
from progress import Progress, silent
from store.items import feature_sets, items
from store.items.feature_sets import SetKind
from store.items.file_names import Names
from store.items.video_features import FRAMES, SOUND, FeatureState
from store.project import taxonomy
from store.project.taxonomy import VIDEO
from store.workspace import Workspace
from video.exchange import foreign_files, foreign_formats
from video.exchange.foreign_formats import Choices, ForeignSource
from video.exchange.foreign_video import ROW_TEXTS, ForeignVideo, ImportReport, LabelPath, Reason
from video.exchange.paddle.paddle_classes import PaddleClasses
from video.whole.feature_import import ImportOptions
from video.whole.given_features import SetRules

MOST_ROWS, MOST_NAMES = 20, 50


class MisfitRows(TypedDict):
    """What does not fit: why, in how many rows, the first of them counted from 1, and what was said of the first one."""

    file: str
    words: str
    count: int
    rows: list[int]
    detail: str


class ImportPreview(TypedDict):
    """What an import would bring.

    Attributes:
        set: name of the set of features. facet: that its labels go to. videos: that would be taken in. matched: of them here already.
        new: of them without a file here. several: names that could be more than one video. with_frames, with_sound, titled: of the videos.
        labels: that would be given. classes: that are there. new_classes: paths of those that would be made, `MOST_NAMES` at most;
            `more_classes` others. unmatched: first names of videos that are not here.
        misfits: rows that do not fit. ignored: settings that are not acted on. two_levels: the classes may be two levels.
    """

    set: str
    facet: str
    videos: int
    matched: int
    new: int
    several: int
    with_frames: int
    with_sound: int
    titled: int
    labels: int
    classes: int
    new_classes: list[str]
    more_classes: int
    unmatched: list[str]
    misfits: list[MisfitRows]
    ignored: list[str]
    two_levels: bool


def preview(
    target: Workspace,
    form: str,
    paths: Sequence[Path],
    options: ImportOptions | None = None,
    *,
    progress: Progress = silent,
) -> ImportPreview:
    """Read files of another system as `feature_import.take_in` does, and say what it would do. Nothing is written.

    Args:
        progress: called with videos read, 0 and the last name after each.

    Raises:
        InputError: a path or an option cannot be used. CancelledError: `progress` stopped it.
    """
    if form not in foreign_formats.FORMATS:
        raise InputError(f"The format {form!r} is unknown. Choose one of {', '.join(foreign_formats.FORMATS)}.")
    look = _Look(target, form, options or ImportOptions())
    for path, choices in foreign_files.sources(form, paths, look.choices()):
        look.read(path.name, foreign_formats.opened(form, path, choices), progress)
    return look.preview()


class _Look:
    """One run of `preview`."""

    def __init__(self, target: Workspace, form: str, options: ImportOptions) -> None:
        self.options = options
        name = feature_sets.checked(options.name or form)
        kind = SetKind(form, options.choices.dequantise)
        with target.read() as connection:
            self.facet = facet_classes.named(connection, options.facet)
            known = feature_sets.kinds(connection).get(name, kind)
            self.rules = SetRules(name, kind, ImportReport(), feature_sets.dims(connection, name))
            self._names = Names(connection, VIDEOS)
            self._rows = items.videos(connection)
            facets = {each.id for each in taxonomy.facets(connection, VIDEO) if each.name == self.facet}
            tree = taxonomy.categories(connection, subject=VIDEO)
        if known != kind:
            raise InputError(f"The set {name} was made of other files. Give this one another name.")
        self._there = {one.path for one in tree if one.facet_id in facets}
        self._seen: set[str] = set()
        self._paths: dict[LabelPath, None] = {}
        self._foreign: PaddleClasses | None = None
        self._counts: Counter[str] = Counter()
        self._unmatched: list[str] = []
        self._misfits: list[MisfitRows] = []
        self._ignored: dict[str, None] = {}

    def choices(self) -> Choices:
        """The choices with the lengths of the videos that are here."""
        lengths = {row.name: row.meta.get(DURATION) for row in self._rows}
        durations = {name: float(one) for name, one in lengths.items() if isinstance(one, int | float) and one > 0}
        return replace(self.options.choices, durations=durations)

    def read(self, file: str, source: ForeignSource, progress: Progress) -> None:
        """Read the videos of one file."""
        if source.classes is not None and self._foreign is None:
            self._foreign = source.classes
            self._note(f"{file}: classes", source.class_report)
        self._ignored.update(dict.fromkeys(source.ignored))
        self.rules.report = source.report
        for video in source.videos:
            self._look_at(video)
            progress(self._counts["videos"], 0, video.name)
        self._note(file, source.report)

    def _look_at(self, video: ForeignVideo) -> None:
        if video.name in self._seen:
            self.rules.report.note(Reason.SECOND_LINE, video.row)
            return
        self._seen.add(video.name)
        ids = self._names.match(video.name)
        if len(ids) > 1:
            self._counts["several"] += 1
            return
        features = self.rules.features(video)
        present = [
            name for name in (FRAMES, SOUND) if name in features and features[name].state is FeatureState.PRESENT
        ]
        self._counts.update(["videos", "matched" if ids else "new", *present])
        self._counts["titled"] += bool(video.title)
        self._counts["labels"] += len(dict.fromkeys(video.labels))
        self._paths.update(dict.fromkeys(video.labels))
        if not ids and len(self._unmatched) < MOST_NAMES:
            self._unmatched.append(video.name)

    def _note(self, file: str, report: ImportReport) -> None:
        self._misfits += [
            {"file": file, "words": ROW_TEXTS[reason], "count": len(rows), "rows": rows[:MOST_ROWS],
             "detail": report.details.get(reason, "")}
            for reason, rows in report.rows.items()
        ]  # fmt: skip

    def preview(self) -> ImportPreview:
        """What was learned."""
        paths = list(dict.fromkeys(self._class_paths()))
        new = [path for path in paths if path not in self._there]
        counts = self._counts
        return {
            "set": self.rules.name, "facet": self.facet, "videos": counts["videos"], "matched": counts["matched"], "new": counts["new"],
            "several": counts["several"], "with_frames": counts[FRAMES], "with_sound": counts[SOUND], "titled": counts["titled"],
            "labels": counts["labels"], "classes": len(paths) - len(new), "new_classes": new[:MOST_NAMES],
            "more_classes": max(0, len(new) - MOST_NAMES), "unmatched": self._unmatched, "misfits": self._misfits,
            "ignored": list(self._ignored), "two_levels": self._foreign is not None and self._foreign.may_have_two_levels,
        }  # fmt: skip

    def _class_paths(self) -> Iterator[str]:
        """Paths of the classes that the import would look for or make, those above them before them."""
        two_levels = self.options.choices.two_levels
        listed = (
            []
            if self._foreign is None
            else [self._foreign.path(name, two_levels=two_levels) for name in self._foreign.indices]
        )
        for path in [*listed, *self._paths]:
            with suppress(InputError):  # the import counts a name that is none for a category, and makes no class of it
                parts = [taxonomy.check_name(class_name(part)) for part in path]
                yield from (class_path(parts[: depth + 1]) for depth in range(len(parts)))
