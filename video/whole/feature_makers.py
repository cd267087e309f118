"""Where features of a video that is added come from: the workspace's encoders, or a folder of files that others computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from embedding.ingest import video_encoders
from embedding.ingest.video_encoders import FrameEncoder
from embedding.pictures.file_walk import FoundFile
from embedding.pictures.images import BadFile
from embedding.sound.sound_encoder import SoundEncoder
from errors import AppError, InputError, StoreError
from reading import File
from store.database.connection import Connection
from store.items import feature_sets, video_features
from store.items.feature_sets import SetKind
from store.items.video_features import FRAMES, HASHES, MOMENTS, SOUND, Features
from store.project import video_runs
from store.workspace import Workspace
from video.decoding import source
from video.exchange.foreign_formats import PADDLE
from video.exchange.foreign_video import ForeignVideo, ImportReport
from video.runs.segmentation import METHOD
from video.segmenting.analysis_file import Analysis
from video.whole import feature_extraction
from video.whole.feature_extraction import HASH_FINGERPRINT, SeenVideo
from video.whole.given_features import FeatureFolder, SetRules

SEEN = frozenset({FRAMES, MOMENTS, HASHES})
Kept = dict[str, Features]  # by modality


@dataclass(frozen=True)
class Looked:
    """What was learned of a file: its size in pixels as shown and its end in seconds, both None where it was not opened."""

    size: tuple[int, int] | None
    duration_s: float | None
    fresh: Kept


class FeatureMaker(Protocol):
    """Where features of a video that is added come from."""

    @property
    def modalities(self) -> frozenset[str]:
        """Which features a video has that needs no more."""

    def kept(self, known: int) -> tuple[Kept, int]:
        """(usable features of a video that is here, how many files of features are damaged)."""

    def computed(self, file: FoundFile, known: int | None, kept: Kept) -> Looked:
        """What is missing of a file's features.

        Raises:
            BadFile: it cannot be used. StoreError, EncoderError, CancelledError: as they say.
        """

    def misfits(self) -> Mapping[str, int]:
        """What did not fit, counted by reason."""

    def finish(self, connection: Connection) -> None:
        """Note what the features belong to."""


@dataclass
class OwnFeatures:
    """Features by the encoders of the workspace."""

    target: Workspace
    frames: FrameEncoder
    sound: SoundEncoder
    modalities = SEEN | {SOUND}

    @classmethod
    def open(cls, target: Workspace, sound: str | None) -> OwnFeatures:
        """With the encoder of sound in use, or another one.

        Raises:
            EncoderError: an encoder cannot be used.
        """
        return cls(target, video_encoders.open_frames(target), video_encoders.open_sound(target, sound))

    def kept(self, known: int) -> tuple[Kept, int]:
        """As `FeatureMaker`."""
        return _loaded(
            self.target,
            {
                FRAMES: self.frames.fingerprint, SOUND: self.sound.fingerprint, MOMENTS: self.frames.moments,
                HASHES: HASH_FINGERPRINT,
            },
            known,
        )  # fmt: skip

    def computed(self, file: FoundFile, known: int | None, kept: Kept) -> Looked:
        """As `FeatureMaker`."""
        with refused(file.path):
            seen = None if kept.keys() >= SEEN else self._seen(file.path, known)
            parts = () if seen is None else (seen.frames, seen.moments, seen.hashes)
            fresh = {part.modality: part for part in parts if part.modality not in kept}
            if SOUND not in kept:
                fresh[SOUND] = feature_extraction.hear(file.path, self.sound)
        if seen is None:
            return Looked(None, None, fresh)
        return Looked((seen.width, seen.height), seen.duration_s, fresh)

    def _seen(self, path: File, known: int | None) -> SeenVideo:
        """What is seen, by the newest analysis that segmenting kept of the same bytes by the same encoder where there is one."""
        runs = []
        if known is not None:
            with self.target.read() as connection:
                runs = [run for run in video_runs.every(connection) if run.item_id == known]
        folder = self.target.folder("runs")
        for run in runs:
            fits = run.encoder_id == self.frames.encoder_id and run.options.get("method") == METHOD
            if fits and (folder / run.file).exists():
                return feature_extraction.seen_before(path, Analysis.load(folder / run.file), self.frames)
        return feature_extraction.see(path, self.frames)

    def misfits(self) -> Mapping[str, int]:
        """As `FeatureMaker`."""
        return {}

    def finish(self, connection: Connection) -> None:
        """As `FeatureMaker`."""


@dataclass(frozen=True)
class GivenFolder:
    """A folder of features for videos that are added.

    Attributes:
        folder: `NAME.pkl` of PaddleVideo or `NAME.npy` for each video. name: of the set; by default the one in use, else `paddle`.
        dequantise: whether whole numbers from 0 to 255 become floats.
    """

    folder: Path
    name: str | None = None
    dequantise: bool = False


class GivenFeatures:
    """Features of a folder, as one named set.

    Raises:
        InputError: it is not a folder, or the set is of another kind.
    """

    modalities = frozenset({FRAMES, SOUND})

    def __init__(self, target: Workspace, given: GivenFolder) -> None:
        self.target = target
        with target.read() as connection:
            name = feature_sets.checked(given.name or feature_sets.in_use(connection) or PADDLE)
            kind = feature_sets.kinds(connection).get(name, SetKind(PADDLE, given.dequantise))
            dims = feature_sets.dims(connection, name)
        self.rules = SetRules(name, kind, ImportReport(), dims)
        self._folder = FeatureFolder(given.folder, self.rules)
        self._row = 0

    def kept(self, known: int) -> tuple[Kept, int]:
        """As `FeatureMaker`."""
        marks = {modality: feature_sets.fingerprint(self.rules.name, modality) for modality in (FRAMES, SOUND)}
        return _loaded(self.target, marks, known)

    def computed(self, file: FoundFile, known: int | None, kept: Kept) -> Looked:
        """As `FeatureMaker`."""
        del known
        self._row += 1
        with refused(file.path):
            info = source.probe(file.path)
        duration_s = info.duration_s or None
        video = self._folder.of(ForeignVideo(self._row, file.name), duration_s)
        fresh = {name: one for name, one in self.rules.features(video).items() if name not in kept}
        if FRAMES not in kept:
            fresh.setdefault(FRAMES, self.rules.waiting())
        return Looked((round(info.width * info.aspect), info.height), duration_s, fresh)

    def misfits(self) -> Mapping[str, int]:
        """As `FeatureMaker`."""
        return self.rules.report.counts()

    def finish(self, connection: Connection) -> None:
        """As `FeatureMaker`."""
        feature_sets.remember(connection, self.rules.name, self.rules.kind)


@contextmanager
def refused(path: File) -> Iterator[None]:
    """Whatever is wrong with a file that is opened within, as the reason for which it is set aside.

    Raises:
        BadFile: the file cannot be used.
    """
    try:
        yield
    except InputError as error:
        reason, _, way_out = str(error).partition(". ")
        raise BadFile(path, reason.removeprefix(f"{path.name} ").rstrip("."), way_out or "Check the file.") from error
    except AppError:
        raise
    except Exception as error:  # whatever a decoder raises, it is this file's fault alone
        what = " ".join(str(error).split())[:160] or type(error).__name__
        raise BadFile(path, f"the video data is damaged ({what})", "Convert it to MP4 and add it again.") from error


def _loaded(target: Workspace, marks: Mapping[str, str], known: int) -> tuple[Kept, int]:
    kept, damaged = {}, 0
    for modality, fingerprint in marks.items():
        try:
            loaded = video_features.load(target, modality, fingerprint, [known])
        except StoreError:
            damaged += 1
            continue
        if known in loaded:
            kept[modality] = loaded[known]
    return kept, damaged
