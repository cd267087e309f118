"""Feature files of other systems with their titles and labels into a workspace, as one named set; the video files need not be there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from errors import CancelledError, InputError
from labeling.exchange import facet_classes, video_labels
from labeling.exchange.facet_classes import FacetClasses, ForeignClass
from labeling.exchange.video_labels import VIDEOS
from labeling.exchange.video_titles import DURATION, PROGRAMME, TITLE
from progress import Progress, silent
from store.database.connection import Connection
from store.items import feature_sets, items, video_features
from store.items.feature_sets import SetKind
from store.items.file_names import Names
from store.items.items import NewItem
from store.items.video_features import FRAMES, Features
from store.workspace import Workspace, writing
from video.exchange import foreign_files, foreign_formats
from video.exchange.foreign_formats import WBDC, Choices, ForeignSource
from video.exchange.foreign_video import ForeignVideo, ImportReport, LabelPath, Reason
from video.exchange.paddle.paddle_classes import PaddleClasses
from video.whole.given_features import SetRules

STEP, STEP_NUMBERS = 64, 2**24  # videos a transaction, and numbers in memory from which on it is fewer of them


@dataclass
class FeaturesImported:
    """What became of the videos of others.

    Attributes:
        imported: videos that were taken in; `new` of them were not here before. labelled: labels that stand. classes: that were made.
        name: of the set. reads: whether the project reads it now. two_levels: every class has a hyphen, so they may be two levels.
        ignored: settings that are not acted on. report: what did not fit, counted by reason.
    """

    name: str
    imported: int = 0
    new: int = 0
    labelled: int = 0
    classes: int = 0
    facet: str | None = None
    batch: str | None = None
    reads: bool = False
    two_levels: bool = False
    ignored: list[str] = field(default_factory=list)
    report: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, object]:
        """The command line's answer."""
        return {
            "imported": self.imported, "new": self.new, "labelled": self.labelled, "classes": self.classes, "facet": self.facet,
            "batch": self.batch, "set": self.name, "reads": self.reads, "may_have_two_levels": self.two_levels,
            "ignored": self.ignored, "report": dict(sorted(self.report.items())),
        }  # fmt: skip


@dataclass(frozen=True)
class ImportOptions:
    """How files are taken in.

    Attributes:
        choices: what the files do not say of themselves. name: of the set; by default that of the format.
        facet: of the labels. use: let the project read the set even where it has features of its own.
    """

    choices: Choices = field(default_factory=Choices)
    name: str | None = None
    facet: str | None = None
    use: bool = False


def take_in(
    target: Workspace, form: str, paths: Sequence[Path], options: ImportOptions | None = None, *,
    actor: str, progress: Progress = silent,
) -> FeaturesImported:  # fmt: skip
    """Take in files of another system: features as a set, titles, and labels as one batch that can be undone.

    A video is the one of its name that is here, or becomes a new one without a file. What people labelled stays.

    Args:
        form: one of `foreign_formats.FORMATS`. paths: as `foreign_files.sources`.
        progress: called with videos done, 0 (how many there are is not known) and the last name after each step.

    Raises:
        InputError: a path or an option cannot be used; what was committed before is kept.
        StoreError: the disk refuses; likewise. CancelledError: `progress` stopped it; likewise.
    """
    target.must_write()
    chosen = options or ImportOptions()
    if form not in foreign_formats.FORMATS:
        raise InputError(f"The format {form!r} is unknown. Choose one of {', '.join(foreign_formats.FORMATS)}.")
    work = _Import(target, form, chosen)
    for path, choices in foreign_files.sources(form, paths, work.choices()):
        work.read(foreign_formats.opened(form, path, choices), progress)
    work.close(actor, ", ".join(path.name for path in paths)[:200])
    return work.done


class _Import:
    """One run of `take_in`."""

    def __init__(self, target: Workspace, form: str, options: ImportOptions) -> None:
        self.target, self.form, self.options = target, form, options
        kind = SetKind(form, options.choices.dequantise)
        name = feature_sets.checked(options.name or form)
        self.done = FeaturesImported(name)
        with target.read() as connection:
            self.rules = SetRules(name, kind, ImportReport(), feature_sets.dims(connection, name))
            self._names = Names(connection, VIDEOS)
            facet_classes.named(connection, options.facet)  # a question is better asked before anything is written
            known = feature_sets.kinds(connection).get(name, kind)
        if known != kind:
            with writing(target) as connection:
                feature_sets.remember(connection, name, kind)  # says what is wrong
        self._seen: set[str] = set()
        self._labels: dict[int, list[LabelPath]] = {}
        self._foreign: PaddleClasses | None = None

    def choices(self) -> Choices:
        """The choices with the lengths of the videos that are here."""
        with self.target.read() as connection:
            rows = items.videos(connection)
        lengths = {row.name: row.meta.get(DURATION) for row in rows}
        durations = {name: float(one) for name, one in lengths.items() if isinstance(one, int | float) and one > 0}
        return replace(self.options.choices, durations=durations)

    def read(self, source: ForeignSource, progress: Progress) -> None:
        """Take in the videos of one file."""
        if source.classes is not None and self._foreign is None:
            self._foreign = source.classes
            self.done.two_levels = source.classes.may_have_two_levels
            self.done.report.update(source.class_report.counts())
        self.done.ignored += [name for name in source.ignored if name not in self.done.ignored]
        self.rules.report = source.report
        for step in _steps(source.videos):
            self._take(step)
            try:
                progress(self.done.imported, 0, step[-1].name)
            except CancelledError as error:
                raise CancelledError(
                    f"Stopped. The {self.done.imported} videos taken in so far are kept, without labels; import them again to go on."
                ) from error
        self.done.report.update(source.report.counts())

    def _take(self, videos: Sequence[ForeignVideo]) -> None:
        fresh: list[ForeignVideo] = []
        for video in videos:
            if video.name in self._seen:
                self.done.report[Reason.SECOND_LINE.value] += 1
            else:
                self._seen.add(video.name)
                fresh.append(video)
        features = [self.rules.features(video) for video in fresh]
        for some in features:
            some.setdefault(FRAMES, self.rules.waiting())
        written = [{name: video_features.write(self.target, one) for name, one in some.items()} for some in features]
        with writing(self.target) as connection:
            meta: dict[int, dict[str, object]] = {}
            for video, some, files in zip(fresh, features, written, strict=True):
                number = self._item(connection, video)
                if number is None:
                    continue
                self.done.imported += 1
                for modality, one in some.items():
                    self._record(connection, number, one, files[modality])
                described = {TITLE: video.title, PROGRAMME: video.programme}
                meta[number] = {name: text for name, text in described.items() if text}
                if video.labels:
                    self._labels.setdefault(number, []).extend(video.labels)
            items.set_meta(connection, meta)

    def _record(self, connection: Connection, number: int, features: Features, file: str | None) -> None:
        """Record features; a video that has some of this set already does not lose them to a list without any."""
        mark, state = features.fingerprint, video_features.FeatureState.NOT_COMPUTED
        if features.state is state and (
            video_features.states(connection, features.modality, mark, [number])[number] is not state
        ):
            return
        video_features.record(connection, number, features, file)

    def _item(self, connection: Connection, video: ForeignVideo) -> int | None:
        ids = self._names.match(video.name)
        if len(ids) > 1:
            self.done.report["several_videos"] += 1
            return None
        if ids:
            return ids[0]
        [number] = items.add(connection, [NewItem("video", video.name, video.name)])
        self.done.new += 1
        return number

    def close(self, actor: str, note: str) -> None:
        """Note the set, and write the labels as one batch, with the classes that are missing."""
        with writing(self.target) as connection:
            self.done.reads = feature_sets.remember(connection, self.done.name, self.rules.kind)
            if self.options.use:
                feature_sets.use(connection, self.done.name)
                self.done.reads = True
            if self._foreign is None and not self._labels:
                return
            classes = FacetClasses(connection, self.options.facet, exclusive=self.form == WBDC)
            ids = self._ensured(connection, classes)
        self.done.classes, self.done.facet = classes.added, classes.name
        labels = {video: [ids[path] for path in paths if path in ids] for video, paths in self._labels.items()}
        done, left_out = video_labels.write_known(
            self.target, labels, exclusive=classes.exclusive, actor=actor, note=note
        )
        self.done.labelled, self.done.batch = done.labelled, done.batch
        if left_out:
            self.done.report["conflict"] += left_out

    def _ensured(self, connection: Connection, classes: FacetClasses) -> dict[LabelPath, int]:
        """Ids of the categories by the paths of labels, made where they are missing; a name that is none for a category is counted."""
        ids: dict[LabelPath, int] = {}
        foreign: dict[int, ForeignClass] = {}
        two_levels = self.options.choices.two_levels
        listed = self._foreign.indices if self._foreign is not None else {}
        paths = {self._foreign.path(name, two_levels=two_levels): name for name in listed} if self._foreign else {}
        for path in [*paths, *dict.fromkeys(path for some in self._labels.values() for path in some)]:
            if path in ids:
                continue
            try:
                ids[path] = classes.ensure(path)
            except InputError:
                self.done.report["unfit_class"] += 1
                continue
            if path in paths:
                foreign[ids[path]] = ForeignClass(paths[path], listed[paths[path]])
        if foreign:
            facet_classes.keep_foreign(connection, classes.facet_id, foreign)
        return ids


def _steps(videos: Iterator[ForeignVideo]) -> Iterator[list[ForeignVideo]]:
    """Videos in portions of `STEP`, fewer where they are long."""
    step: list[ForeignVideo] = []
    numbers = 0
    for video in videos:
        step.append(video)
        numbers += sum(part.rows.size for part in (video.frames, video.sound) if part is not None)
        if len(step) == STEP or numbers > STEP_NUMBERS:
            yield step
            step, numbers = [], 0
    if step:
        yield step
