"""Adding files: found, hashed, checked, embedded and committed in small steps that a kill cannot tear.

Order of each step: hashes; what is new is decoded once for vector, thumbnail and perceptual hash; then, in one
transaction, the shard file (synced and renamed before any row names it), the items, the row map, the thumbnails'
final names. A kill before the commit leaves files that no row knows; running again adds what is missing and
recomputes nothing that was committed. The stages of consecutive steps overlap (`embedding.ingest.stages`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import numpy.typing as npt

import reading
from embedding.encoders.batches import grouped, ordered
from embedding.ingest import new_items, object_walk, places, staging
from embedding.ingest.add_step import AddStep
from embedding.ingest.current_encoder import need_model, open_encoder
from embedding.ingest.new_items import FrameSource, Picture, Workbench
from embedding.ingest.stages import Stage, overlapped, pace
from embedding.pictures.file_walk import FoundFile, Walk
from embedding.pictures.images import BadFile
from errors import CancelledError, InputError
from progress import Progress, silent
from reading import File
from store import workspace
from store.database.connection import Connection
from store.items import items, vectors
from store.items.items import NewItem
from store.workspace import Workspace, writing


@dataclass(frozen=True)
class AddOptions:
    """How files are added.

    Attributes:
        step: files a transaction.
        alike_bits: a still whose perceptual hash differs from the one before in no more bits is left out.
        origin: what the store calls where they come from; `watch` for what a watched folder brought.
    """

    step: int = 128
    alike_bits: int = 4
    origin: str = "files"


@dataclass
class AddReport:
    """What became of the files.

    Attributes:
        added: new images and stills. items: their ids.
        duplicates: files whose bytes were here already, by an earlier run too.
        changed: paths at which other bytes lay when they were added before. What lies there now is an item of its own; the
            item of the old bytes keeps its labels.
        quarantined: files that could not be added, with the reason.
        passed_over: how many files of folders are neither images nor videos by their ending, by ending.
    """

    added: int = 0
    duplicates: int = 0
    changed: list[str] = field(default_factory=list)
    quarantined: list[BadFile] = field(default_factory=list)
    passed_over: dict[str, int] = field(default_factory=dict)
    items: list[int] = field(default_factory=list)

    def as_json(self) -> Mapping[str, object]:
        """The command line's answer."""
        return {
            "added": self.added, "duplicates": self.duplicates, "changed": self.changed, "quarantined": self.refused(),
            "passed_over": self.passed_over,
        }  # fmt: skip

    def refused(self) -> list[dict[str, str]]:
        """Path and reason of each file that could not be added."""
        return [{"path": str(error.path), "reason": error.reason} for error in self.quarantined]


def add(
    target: Workspace,
    paths: Sequence[File],
    *,
    frames: FrameSource | None = None,
    options: AddOptions | None = None,
    progress: Progress = silent,
) -> AddReport:
    """Add files, folders and the stills of videos.

    Args:
        target: the workspace.
        paths: files, folders, objects and beginnings of their keys.
        frames: gives the stills of a video; without it videos are quarantined.
        options: step size and the like.
        progress: called with files done, files found and the last name after each step.

    Raises:
        EncoderError: the workspace's model cannot be used; nothing was written.
        InputError: none of the paths exists.
        StoreError: the disk refuses; what was committed is kept.
        CancelledError: `progress` stopped it; what was committed is kept.
    """
    target.must_write()
    walk = object_walk.find(paths, skip=workspace.exists)
    if paths and not any(map(object_walk.exists, paths)):
        raise InputError(f"{reading.readable(paths[0])} does not exist. Check the path and try again.")
    return add_walk(target, walk, paths, frames=frames, options=options, progress=progress)


def add_walk(
    target: Workspace,
    walk: Walk,
    paths: Sequence[File],
    *,
    frames: FrameSource | None = None,
    options: AddOptions | None = None,
    progress: Progress = silent,
) -> AddReport:
    """Add the files that a walk of `paths` has come upon, as `add` does."""
    target.must_write()
    row, encoder = open_encoder(target)
    need_model(row)
    options = options or AddOptions()
    with staging.folder(target) as folder:
        adding = _Adding(target, row.id, Workbench(encoder, folder, options.alike_bits), frames)
        adding.open_source(options.origin, paths, walk.refused)
        adding.report.passed_over = dict(walk.passed_over.most_common())
        done = 0
        steps = (AddStep(files) for files in _steps(walk.files, options.step))
        try:
            with closing(overlapped(steps, adding.stages)) as ready:
                for step in ready:
                    adding.commit(step)
                    done += len(step.given)
                    name, limit = step.given[-1].name, pace(adding.stages)
                    progress(done, len(walk.files), f"{name} ({limit})" if limit else name)
        except CancelledError as error:
            raise CancelledError(
                f"Stopped after {done} of {len(walk.files)} files. The {adding.report.added} images added so "
                "far are kept; add the same folder again to go on."
            ) from error
    return adding.report


def _steps(files: list[FoundFile], size: int) -> Iterator[list[FoundFile]]:
    """Images many at a time, then each video by itself."""
    yield from grouped((file for file in files if not file.is_video), size)
    yield from ([file] for file in files if file.is_video)


class _Adding:
    """One run of `add`."""

    def __init__(self, target: Workspace, encoder_id: int, bench: Workbench, frames: FrameSource | None) -> None:
        self.target = target
        self.encoder_id = encoder_id
        self.bench = bench
        self.frames = frames
        self.report = AddReport()
        self.source_id = 0
        self.under_way: dict[str, AddStep] = {}  # by digest, the step that brings it and is not committed yet
        encoder = bench.encoder
        # On a processor, decoder and model would only fight for the cores.
        turn = nullcontext() if encoder.on_gpu else threading.Lock()
        decoding = "decoding on the processor" if encoder.on_gpu and encoder.gpu is None else "decoding"
        self.stages = [
            Stage("reading", self._read),
            Stage(decoding, self._decode, turn),
            Stage("the model", self._encode, turn),
        ]

    def open_source(self, origin: str, paths: Sequence[File], refused: list[BadFile]) -> None:
        """Note the run in the store, with what the walk refused."""
        with writing(self.target) as connection:
            given = "\n".join(reading.readable(path) for path in paths)
            self.source_id = items.open_source(connection, origin, given)
            self._quarantine(connection, refused)

    def _read(self, step: AddStep) -> int:
        """Hash the files and see which are new."""
        with self.target.read() as connection:
            unchanged = places.unchanged(connection, step.kind, step.given)
        others = [file for file in step.given if file not in unchanged]
        hashed = ordered(others, partial(new_items.at_hand, folder=self.bench.staging), places.readers(others))
        read = dict(zip(others, hashed, strict=True))
        for file in step.given:
            one = (file, unchanged[file]) if file in unchanged else read[file]
            if isinstance(one, BadFile):
                step.unread.append(one)
            else:
                step.files.append(one)
        digests = [digest for _, digest in step.files]
        # Before the store is asked: a step that is committed in between is either here or there.
        step.elsewhere = {digest: self.under_way[digest] for digest in digests if digest in self.under_way}
        with self.target.read() as connection:
            known = items.known(connection, step.kind, digests)
        there = known.keys() | step.elsewhere.keys()
        step.fresh = {digest: file for file, digest in reversed(step.files) if digest not in there}
        self.under_way.update(dict.fromkeys(step.fresh, step))
        return len(step.given)

    def _decode(self, step: AddStep) -> int:
        if step.is_video:
            self._decode_video(step)
        else:
            for digest, result in zip(step.fresh, self.bench.images(step.fresh), strict=True):
                if isinstance(result, BadFile):
                    step.faults[digest] = result
                else:
                    step.pictures.append(result)
        return len(step.pictures)

    def _decode_video(self, step: AddStep) -> None:
        for digest, file in step.fresh.items():
            try:
                film = new_items.new_item("video", file, digest)
                result = self.bench.stills(file, digest, self.frames)
            except BadFile as error:
                result = error
            if isinstance(result, BadFile):
                step.faults[digest] = result
            else:
                step.pictures, step.video = result, film

    def _encode(self, step: AddStep) -> int:
        step.rows = self.bench.encoder.encode_fitted([picture.fitted for picture in step.pictures])
        return len(step.pictures)

    def commit(self, step: AddStep) -> None:
        """Write some images, or one video: all of it or nothing."""
        with writing(self.target) as connection:
            # Asked again under the lock: a second process may have added the same bytes meanwhile.
            known = items.known(connection, step.kind, [digest for _, digest in step.files])
            before = set(known)
            if step.video is not None and step.video.sha256 not in known:
                [video_id] = items.add(connection, [step.video], source_id=self.source_id)
                known[str(step.video.sha256)] = video_id
                stills = [replace(picture.new, parent_id=video_id) for picture in step.pictures]
                self._insert(connection, stills, step.pictures, step.rows)
            elif step.video is None:
                kept = [k for k, picture in enumerate(step.pictures) if picture.new.sha256 not in known]
                chosen = [step.pictures[k] for k in kept]
                ids = self._insert(connection, [picture.new for picture in chosen], chosen, step.rows[kept])
                known.update({str(picture.new.sha256): k for picture, k in zip(chosen, ids, strict=True)})
            self._settle(connection, step, known, before)
        for digest in step.fresh:
            del self.under_way[digest]
        new_items.let_go(file for file, _ in step.files)

    def _insert(
        self,
        connection: Connection,
        new: list[NewItem],
        pictures: list[Picture],
        rows: npt.NDArray[np.float32],
    ) -> list[int]:
        if not new:
            return []
        shard = vectors.write_shard(self.target.folder("vectors"), rows)
        ids = items.add(connection, new, source_id=self.source_id)
        vectors.record(connection, self.encoder_id, shard, ids)
        for item_id, picture in zip(ids, pictures, strict=True):
            thumb = self.target.thumb(item_id)
            thumb.parent.mkdir(exist_ok=True)
            picture.thumb.replace(thumb)
        self.report.added += len(ids)
        self.report.items += ids
        return ids

    def _settle(self, connection: Connection, step: AddStep, known: dict[str, int], before: set[str]) -> None:
        """Places and further names are noted, what was replaced is marked, bad files get their reasons, good ones leave the
        quarantine."""
        good = [(file, digest) for file, digest in step.files if digest in known]
        self.report.duplicates += len(good) - len(set(known) - before)
        places.note(connection, [(file, known[digest]) for file, digest in good])
        there = [(file, known.get(digest)) for file, digest in step.files]
        self.report.changed += places.replaced(connection, step.kind, there)
        for file, _ in good:
            items.release(connection, str(file.path))
        bad = [
            BadFile(file.path, step.fault(digest).reason, step.fault(digest).way_out)
            for file, digest in step.files
            if digest not in known
        ]
        self._quarantine(connection, [*step.unread, *bad])
        counts = {"added": self.report.added, "duplicates": self.report.duplicates}
        counts["quarantined"] = len(self.report.quarantined)
        items.count_source(connection, self.source_id, found=sum(counts.values()), **counts)

    def _quarantine(self, connection: Connection, errors: list[BadFile]) -> None:
        for error in errors:
            items.quarantine(connection, str(error.path), error.reason, error.way_out, source_id=self.source_id)
        self.report.quarantined.extend(errors)
