"""Heads of whole videos on disk: the head file, its encoder of titles and its held-out answers, and a row in the database."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

import files
from embedding.titles import title_encoder
from embedding.titles.title_encoder import TitleEncoder
from errors import InputError, StoreError
from labeling.snapshot.snapshot import Snapshot
from store.project import heads
from store.project.heads import HeadRow
from store.project.taxonomy import Facet
from store.team import actors
from store.workspace import Workspace
from training.videos import head_file
from training.videos.head_file import TrainedHead
from training.videos.video_set import FRAMES, Floats, Ints
from training.whole_videos.video_material import Fingerprints

TITLES, HELD = ".titles.safetensors", ".held.safetensors"  # `store.restore.BESIDE_A_HEAD` knows them


@dataclass(frozen=True)
class HeldOut:
    """Answers of a head on the videos that it learned from, each by a fit that did not see it.

    Attributes:
        items: int64 [n], of the videos. probabilities, thresholds: float32 [n, k], of each video by the other folds.
    """

    items: Ints
    probabilities: Floats
    thresholds: Floats


@dataclass(frozen=True)
class KeptHead:
    """A head of whole videos as it was kept. classes: ids, in the order of its columns."""

    row: HeadRow
    trained: TrainedHead
    titles: TitleEncoder | None
    held: HeldOut

    @property
    def classes(self) -> tuple[int, ...]:
        """Ids of the classes, in the order of the columns."""
        return tuple(int(one["id"]) for one in self.row.card["classes"])

    @property
    def dims(self) -> Mapping[str, int]:
        """Length of a row of each modality that it knows."""
        return {str(name): int(dim) for name, dim in self.row.card["modalities"].items()}

    @property
    def text_parts(self) -> tuple[str, ...]:
        """What the words of its classes were compared with when it learned; frames alone in a head of an older version."""
        return tuple(str(name) for name in self.row.card.get("words", [FRAMES]))


def keep(
    snapshot: Snapshot, facet: Facet, trained: TrainedHead, titles: TitleEncoder | None, held: HeldOut, *,
    labels: int, reason: str, promoted: bool, actor: str,
) -> HeadRow:  # fmt: skip
    """Write a head and record it.

    Args:
        labels: number of answers that it learned from.

    Raises:
        StoreError: the disk refuses; nothing was recorded.
    """
    workspace = snapshot.workspace
    path = workspace.folder("heads") / f"{time.time_ns():x}.safetensors"
    head_file.write(path, trained)
    if titles is not None:
        title_encoder.write(path.with_suffix(TITLES), titles)
    arrays = {"items": held.items, "probabilities": held.probabilities, "thresholds": held.thresholds}
    try:
        files.write(path.with_suffix(HELD), save({key: np.ascontiguousarray(value) for key, value in arrays.items()}))
    except OSError as error:
        raise StoreError(
            f"{path.parent} cannot be written ({error.strerror or error}). {files.remedy(error)}, then train again."
        ) from error
    with workspace.engine.begin() as connection:
        row = heads.add(
            connection, encoder_id=snapshot.encoder_row.id, facet_id=facet.id, file=path.name, sha256=_digest(path),
            card=trained.card, labels=labels, reason=reason, actor_id=actors.id_of(connection, actor),
        )  # fmt: skip
        return heads.promote(connection, row.id) if promoted else row


def in_use(snapshot: Snapshot, facet: Facet, wanted: Fingerprints) -> KeptHead | None:
    """The promoted head of a facet of videos, None without one.

    Raises:
        InputError: it reads features of other encoders than the workspace's, or its file was changed.
    """
    with snapshot.workspace.read() as connection:
        row = heads.in_use(connection, snapshot.encoder_row.id).get(facet.id)
    if row is None:
        return None
    encoders = row.card["encoders"]
    if (encoders["frames"], encoders["sound"]) != (wanted.frames, wanted.sound):
        raise InputError(
            f"Head {row.number} reads other features than those in use. Let the project read those (`sceneloop videos features`), or train again."
        )
    return read(snapshot.workspace, row)


def read(workspace: Workspace, row: HeadRow) -> KeptHead:
    """A head by its row.

    Raises:
        InputError: a file is missing, was changed, or is none of a head.
    """
    path = workspace.folder("heads") / row.file
    check(path, row)
    titles = title_encoder.read(path.with_suffix(TITLES)) if row.card["encoders"]["title"] is not None else None
    try:
        held = load_file(path.with_suffix(HELD))
        answers = HeldOut(held["items"], held["probabilities"], held["thresholds"])
    except (OSError, SafetensorError, KeyError) as error:
        raise InputError(f"The held-out answers of head {row.number} are missing. Train again.") from error
    return KeptHead(row, head_file.read(path), titles, answers)


def check(path: Path, row: HeadRow) -> None:
    """Refuse a file that is not the one that was recorded.

    Raises:
        InputError: it is missing, or was changed after it was trained.
    """
    try:
        same = _digest(path) == row.sha256
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error.strerror or error}). Train again.") from error
    if not same:
        raise InputError(f"{path.name} was changed after it was trained. Train again.")


def is_of_videos(row: HeadRow) -> bool:
    """Whether a head is one of whole videos."""
    return row.card.get("subject") == "video"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
