"""Tags of videos that are not in the workspace, from the videos themselves or from files of features."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from embedding.ingest import video_encoders
from embedding.pictures import file_walk
from embedding.pictures.images import BadFile
from embedding.titles.title_encoder import TitleEncoder
from errors import CancelledError, InputError
from labeling.exchange import facet_classes, video_labels, video_titles
from labeling.exchange.facet_classes import ForeignClass
from labeling.snapshot.snapshot import Snapshot
from naming import file_name
from progress import Progress, silent
from store import workspace
from store.items import feature_sets
from store.items.feature_sets import SetKind
from store.items.video_features import FRAMES, SOUND, Features, FeatureState
from training.videos.video_set import Floats, VideoSet
from training.whole_videos import video_answers, video_material, video_scores
from video.exchange.foreign_formats import PADDLE
from video.exchange.foreign_video import ImportReport
from video.exchange.paddle import paddle_features
from video.whole import feature_extraction, given_features, listed_videos
from video.whole.given_features import SetRules


@dataclass(frozen=True)
class Predicted:
    """Tags of new videos.

    Attributes:
        videos: as they are shown: paths, or names for features of a list. names: as other programs call them.
        classes: paths, in the order of the columns. foreign: what another system calls a class, by its column.
        probabilities: float32 [n, k]. sound: what there is to hear in each. quarantined: files that cannot be read, with the reason.
        report: what did not fit in files of features, by reason. model: what scored.
    """

    videos: tuple[str, ...]
    names: tuple[str, ...]
    titled: tuple[bool, ...]
    sound: tuple[str, ...]
    classes: tuple[str, ...]
    foreign: dict[int, ForeignClass]
    probabilities: Floats
    quarantined: tuple[BadFile, ...]
    report: dict[str, int]
    model: str


@dataclass
class _Videos:
    """Videos to score, each with what is there of it."""

    shown: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    frames: list[Features | None] = field(default_factory=list)
    sound: list[Features | None] = field(default_factory=list)
    bad: list[BadFile] = field(default_factory=list)
    report: Counter[str] = field(default_factory=Counter)

    def put(self, shown: str, name: str, title: str, frames: Features | None, sound: Features | None) -> None:
        """One more."""
        self.shown.append(shown)
        self.names.append(name)
        self.titles.append(title)
        self.frames.append(frames)
        self.sound.append(sound)


def predict(
    snapshot: Snapshot, paths: Sequence[Path], facet: str | None = None, *,
    titles: Path | None = None, features: Path | None = None, progress: Progress = silent,
) -> Predicted:  # fmt: skip
    """Score new videos by the promoted head of a facet, else by the texts of its classes; nothing is written.

    Args:
        paths: videos; or files of features of the set that the project reads, and folders of them.
        titles: as in `video.whole.listed_videos`. features: the folder where features of the videos lie, which are read in their place;
            paths are then names of videos, or PaddleVideo's lists.
        progress: called with videos done and in all after each.

    Raises:
        InputError: none of the paths can be used, or there is no model. CancelledError: `progress` stopped it.
    """
    with snapshot.workspace.read() as connection:
        of = video_labels.facet_of(connection, facet)
        foreign = facet_classes.foreign(connection, of.id)
    rows = listed_videos.titles(titles)[0] if titles is not None else []
    answers = video_answers.read(snapshot.workspace, of)
    head = video_scores.choose(snapshot, answers)
    if features is not None or any(map(given_features.is_feature_file, paths)) or _reads(snapshot) is not None:
        videos = _given(snapshot, paths, features)
    else:
        videos = _seen(snapshot, paths, progress)
    _title(videos, rows)

    def source(encoder: TitleEncoder | None) -> VideoSet:
        return video_material.assembled(videos.frames, videos.sound, videos.titles, encoder)

    scored = video_scores.score(snapshot, answers, source, head)
    states = [FeatureState.NOT_COMPUTED if heard is None else heard.state for heard in videos.sound]
    columns = {one.id: k for k, one in enumerate(answers.classes)}
    return Predicted(
        tuple(videos.shown), tuple(videos.names), tuple(map(bool, videos.titles)), tuple(state.value for state in states),
        tuple(one.path for one in answers.classes),
        {columns[number]: one for number, one in foreign.items() if number in columns},
        scored.probabilities, tuple(videos.bad), dict(sorted(videos.report.items())),
        "zero-shot" if head is None else f"head {head.row.number}",
    )  # fmt: skip


def _reads(snapshot: Snapshot) -> str | None:
    with snapshot.workspace.read() as connection:
        return feature_sets.in_use(connection)


def _seen(snapshot: Snapshot, paths: Sequence[Path], progress: Progress) -> _Videos:
    """Videos by the workspace's own encoders."""
    frames, sound = video_encoders.open_frames(snapshot.workspace), video_encoders.open_sound(snapshot.workspace)
    walk = file_walk.find(paths, skip=workspace.exists)
    files = [file.path for file in walk.files if file.is_video or len(walk.files) == len(paths)]
    videos = _Videos(bad=list(walk.refused))
    for done, path in enumerate(files):
        progress(done, len(files), path.name)
        try:
            seen, heard = feature_extraction.see(path, frames).frames, feature_extraction.hear(path, sound)
        except CancelledError as error:
            raise CancelledError("Stopped. Nothing was written.") from error
        except InputError as error:
            reason = str(error).removeprefix(f"{path.name} ").rstrip(".")
            videos.bad.append(BadFile(path, reason, "Check the file."))
        else:
            videos.put(str(path), path.name, "", seen, heard)
    progress(len(files), len(files))
    if not videos.shown:
        reason = f" ({videos.bad[0].reason})" if videos.bad else ""
        raise InputError(f"None of the files is a video that can be read{reason}.")
    return videos


def _given(snapshot: Snapshot, paths: Sequence[Path], folder: Path | None) -> _Videos:
    """Videos by features of the set that the project reads."""
    with snapshot.workspace.read() as connection:
        name = feature_sets.in_use(connection)
        if name is None:
            raise InputError(
                "The project reads its own vectors, and files of features are of others. Let it read theirs: `sceneloop videos features "
                "WORKSPACE --use NAME`."
            )
        kind = feature_sets.kinds(connection).get(name, SetKind(PADDLE))
        rules = SetRules(name, kind, ImportReport(), feature_sets.dims(connection, name))
    if folder is None and not all(path.is_dir() or given_features.is_feature_file(path) for path in paths):
        raise InputError(
            f"The project reads the features {name!r}, which are not computed here. Give --features DIR or files of features, or let it read "
            "its own vectors: `sceneloop videos features WORKSPACE --use own`."
        )
    videos = _Videos()
    for video in given_features.videos(paths, rules, folder):
        some = rules.features(video)
        if not some:
            continue  # the report says why
        videos.put(video.name, video.name, video.title, some.get(FRAMES), some.get(SOUND))
    videos.report.update(rules.report.counts())
    if not videos.shown:
        detail = next(iter(rules.report.details.values()), "none was there")
        raise InputError(f"No features could be read: {detail}.")
    return videos


def _title(videos: _Videos, rows: Sequence[video_titles.TitleRow]) -> None:
    """Give each video the title of the row that names it by its path, by the end of it, or without its ending."""
    by_name: dict[str, str] = {}
    for row in rows:
        title = row.described.get(video_titles.TITLE, "")
        by_name.setdefault(file_name(row.file), title)
    by_stem = {paddle_features.stem(name): title for name, title in reversed(by_name.items())}
    for k, shown in enumerate(videos.shown):
        parts = file_name(shown).split("/")
        ends = ("/".join(parts[j:]) for j in range(len(parts)))
        known = next((by_name[end] for end in ends if end in by_name), "")
        if not known and given_features.is_feature_file(Path(shown)):
            known = by_stem.get(paddle_features.stem(shown), "")
        videos.titles[k] = known or videos.titles[k]
