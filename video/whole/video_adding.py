"""Adding whole videos: found, hashed, each decoded once and committed by itself, so that a kill loses at most one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import reading
from embedding.ingest import new_items, object_walk, places, staging, video_encoders
from embedding.pictures import file_walk
from embedding.pictures.file_walk import FoundFile
from embedding.pictures.images import BadFile
from errors import CancelledError, InputError
from labeling.exchange import video_titles
from progress import Progress, silent
from reading import File
from store import workspace
from store.database.connection import Connection
from store.items import items, video_features
from store.items.item_rows import ItemRow
from store.items.items import NewItem
from store.items.video_features import SOUND, Features, FeatureState
from store.workspace import Workspace, writing
from video.whole import listed_videos
from video.whole.feature_makers import FeatureMaker, GivenFeatures, GivenFolder, Kept, OwnFeatures


@dataclass
class VideosAdded:
    """What became of the videos.

    Attributes:
        added: new whole videos. duplicates: files whose bytes were here as a whole video already.
        videos: ids of all videos that were given and can be used.
        untitled, silent, without_sound: how many of those have no title, no sound that can be heard, no sound stream.
        quarantined: files that could not be added, with the reason.
        report: whatever else did not fit, counted by reason.
    """

    added: int = 0
    duplicates: int = 0
    videos: set[int] = field(default_factory=set)
    untitled: int = 0
    silent: int = 0
    without_sound: int = 0
    quarantined: list[BadFile] = field(default_factory=list)
    report: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, object]:
        """The command line's answer."""
        refused = [{"path": str(error.path), "reason": error.reason} for error in self.quarantined]
        return {
            "added": self.added, "duplicates": self.duplicates, "untitled": self.untitled, "silent": self.silent,
            "without_sound": self.without_sound, "quarantined": refused, "report": dict(sorted(self.report.items())),
        }  # fmt: skip


def add(
    target: Workspace,
    paths: Sequence[File],
    *,
    titles: Path | None = None,
    titled: str = "",
    sound: str | None = None,
    given: GivenFolder | None = None,
    actor: str,
    progress: Progress = silent,
) -> VideosAdded:
    """Add videos and folders of videos with the features of their frames and their sound; what is there is not computed again.

    Args:
        titles: CSV with columns file and title, and maybe programme, uploader and labels; or PaddleVideo's list.
        titled: the title of the one video that is given.
        sound: which encoder the project uses for sound from now on, as `embedding.sound.sound_encoder.load`.
        given: features of the videos that others computed; nothing is computed here then.
        progress: called with videos done, videos in all and the last name after each.

    Raises:
        EncoderError: the workspace's model or the sound encoder cannot be used; nothing was written.
        InputError: no path exists, or the file of titles cannot be read; nothing was written.
        StoreError: the disk refuses; what was committed is kept. CancelledError: `progress` stopped it; likewise.
    """
    target.must_write()
    rows, misfits = listed_videos.titles(titles) if titles is not None else ([], Counter[str]())
    if given is not None and sound is not None:
        raise InputError("--sound computes features and --features takes those that are there. Give one of them.")
    adding = _Adding(target, OwnFeatures.open(target, sound) if given is None else GivenFeatures(target, given))
    if sound is not None:
        video_encoders.use_sound(target, sound)
    files = adding.open_source(paths)
    try:
        for done, file in enumerate(files, 1):
            adding.take(file)
            progress(done, len(files), file.name)
    except CancelledError as error:
        raise CancelledError(
            f"Stopped. The {adding.report.added} videos added so far are kept; add the same folder again to go on."
        ) from error
    if titled and len(adding.report.videos) == 1:
        video_titles.entitle(target, adding.report.videos.copy().pop(), titled)
    adding.report.report.update(misfits + video_titles.give(target, rows, actor))
    adding.close()
    return adding.report


class _Adding:
    """One run of `add`."""

    def __init__(self, target: Workspace, features: FeatureMaker) -> None:
        self.target, self.features = target, features
        self.report = VideosAdded()
        self.source_id = 0

    def open_source(self, paths: Sequence[File]) -> list[FoundFile]:
        """The videos that are meant; the run is noted in the store with what the walk refused."""
        walk = object_walk.find(paths, skip=workspace.exists)
        if paths and not any(map(object_walk.exists, paths)):
            raise InputError(f"{reading.readable(paths[0])} does not exist. Check the path and try again.")
        named = {reading.resolved(file_walk.expanded(path)) if isinstance(path, Path) else path for path in paths}
        videos = [file for file in walk.files if file.is_video or file.path in named]
        others = len(walk.files) - len(videos) + sum(walk.passed_over.values())
        if others:
            self.report.report["not_a_video"] += others
        with writing(self.target) as connection:
            self.source_id = items.open_source(connection, "videos", "\n".join(map(reading.readable, paths)))
        for error in walk.refused:
            self._quarantine(error)
        return videos

    def take(self, file: FoundFile) -> None:
        """Add one video: all of it or nothing."""
        with self.target.read() as connection:
            digest = places.unchanged(connection, "video", [file]).get(file)
            known = None if digest is None else items.known(connection, "video", [digest]).get(digest)
        if known is not None and self.features.kept(known)[0].keys() >= self.features.modalities:
            self._commit(file, known, None, self.features.kept(known)[0], {})
            return
        with staging.folder(self.target) as folder:
            read = new_items.at_hand(file, folder)
            if isinstance(read, BadFile):
                self._quarantine(read)
            else:
                self._take(*read)

    def _take(self, file: FoundFile, digest: str) -> None:
        with self.target.read() as connection:
            known = items.known(connection, "video", [digest]).get(digest)
        kept, damaged = ({}, 0) if known is None else self.features.kept(known)
        if damaged:
            self.report.report["damaged_features"] += damaged
        if kept.keys() >= self.features.modalities:
            self._commit(file, known, None, kept, {})
            return
        try:
            new = new_items.new_item("video", file, digest)
            looked = self.features.computed(file, known, kept)
        except BadFile as error:
            self._quarantine(error)
            return
        if looked.size is not None:
            meta = {} if looked.duration_s is None else {"duration_s": round(looked.duration_s, 3)}
            new = replace(new, width=looked.size[0], height=looked.size[1], meta=meta)
        self._commit(file, known, new, kept, looked.fresh)

    def _commit(self, file: FoundFile, known: int | None, new: NewItem | None, kept: Kept, fresh: Kept) -> None:
        written = {each.modality: video_features.write(self.target, each) for each in fresh.values()}
        with writing(self.target) as connection:
            if new is not None and new.sha256 is not None:
                # Asked again under the lock: a second process may have added the same bytes meanwhile.
                known = items.known(connection, "video", [new.sha256]).get(new.sha256, known)
            whole = known is not None and video_features.is_whole(connection, known)
            if known is None:
                assert new is not None, "a video without an id is new"
                known = self._item(connection, new)
            elif new is not None and new.meta:
                items.set_meta(connection, {known: new.meta})
            for each in fresh.values():
                video_features.record(connection, known, each, written[each.modality])
            places.note(connection, [(file, known)])
            if places.replaced(connection, "video", [(file, known)]):
                self.report.report["changed"] += 1
            items.release(connection, str(file.path))
        self._count(known, {**kept, **fresh}.get(SOUND), is_new=not whole)

    def _item(self, connection: Connection, new: NewItem) -> int:
        """The id of a new video: that of one that came as features alone and is called so, else a new one."""
        waiting = items.without_file(connection, [new.name], kind="video")
        if new.name not in waiting:
            return items.add(connection, [new], source_id=self.source_id)[0]
        items.give_file(connection, waiting[new.name], new)
        items.set_meta(connection, {waiting[new.name]: new.meta})
        return waiting[new.name]

    def _count(self, number: int, sound: Features | None, *, is_new: bool) -> None:
        self.report.added += is_new
        self.report.duplicates += not is_new
        if number in self.report.videos:
            return
        self.report.videos.add(number)
        if sound is None:
            return
        self.report.silent += sound.state is FeatureState.SILENT
        self.report.without_sound += sound.state is FeatureState.ABSENT
        if sound.state is FeatureState.UNREADABLE:
            self.report.report["unreadable_sound"] += 1

    def _quarantine(self, error: BadFile) -> None:
        with writing(self.target) as connection:
            items.quarantine(connection, str(error.path), error.reason, error.way_out, source_id=self.source_id)
        self.report.quarantined.append(error)

    def close(self) -> None:
        """Count the run in the store, and the videos without a title."""
        report = self.report
        report.report.update(self.features.misfits())
        counts = {"added": report.added, "duplicates": report.duplicates, "quarantined": len(report.quarantined)}
        with writing(self.target) as connection:
            items.count_source(connection, self.source_id, found=sum(counts.values()), **counts)
            self.features.finish(connection)
            rows: list[ItemRow] = list(items.get_many(connection, sorted(report.videos)).values())
        report.untitled = sum(not video_titles.title_of(row) for row in rows)
