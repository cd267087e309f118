"""What `sceneloop doctor` checks: versions and the model, and of a workspace the integrity of events against state."""

from __future__ import annotations

import platform
import shutil
from importlib.metadata import version
from typing import TypedDict

import numpy as np

from embedding.encoders import encoder
from errors import AppError
from labeling.scoring import classifier_file
from labeling.snapshot.snapshot import Snapshot
from store.blobs import buckets
from store.copies import table_rows
from store.database import triggers
from store.database.sqlite import JOURNAL, driver
from store.items import item_rows, originals, vectors, video_features
from store.items.item_rows import ItemRow
from store.items.originals import State
from store.ledger import undo
from store.project import heads
from store.project.heads import HeadRow
from store.workspace import Workspace
from training.whole_videos import kept_heads

PACKAGES = ("streamlit", "open_clip_torch", "torch", "torchvision", "faiss-cpu", "av", "sqlalchemy", "pillow", "numpy")


class Installation(TypedDict):
    """What is installed; `problems` are for a person to solve."""

    python: str
    sqlite: str
    versions: dict[str, str]
    ffmpeg: str
    model: str
    problems: list[str]


class Integrity(TypedDict):
    """What is in a workspace, and whether it fits together; `problems` are for a person to solve."""

    workspace: str
    encoder: str
    vectors: int
    labels: int
    events_match_state: bool
    sha256: dict[str, str]
    heads: int
    notes: list[str]
    problems: list[str]


def installation() -> Installation:
    """Versions, and whether the built-in model loads and embeds."""
    problems: list[str] = []
    model = ""
    try:
        loaded = encoder.load("built-in")
        model = (
            f"{loaded.name}, {loaded.dim} dimensions, {loaded.encode_text(['a page of text']).shape[0]} text embedded"
        )
    except AppError as error:
        problems.append(str(error))
    return {
        "python": platform.python_version(),
        "sqlite": f"{driver.sqlite_version}, {JOURNAL}",
        "versions": {name: version(name) for name in PACKAGES},
        "ffmpeg": shutil.which("ffmpeg") or "not found (only needed to run a processing plan)",
        "model": model,
        "problems": problems,
    }


def workspace(opened: Workspace) -> Integrity:
    """Integrity: guards, events against state, vectors against items, heads against their hashes."""
    problems: list[str] = []
    with opened.read() as connection:  # one moment of the database; nobody who labels meanwhile waits
        problems += [f"the guard {name} is missing" for name in triggers.missing(connection)]
        state = undo.standing(connection)
        recorded = undo.recorded(connection)
        encoder = vectors.current_encoder(connection)
        missing = vectors.without_vector(connection, encoder.id)
        orphans = vectors.orphans(opened, connection) + video_features.orphans(opened, connection)
        files = item_rows.files(connection)
        digests = table_rows.digests(connection)
        every = heads.every(connection)
    replayed = undo.fold(*recorded)
    wrong = {key for key in state.keys() | replayed.keys() if state.get(key) != replayed.get(key)}
    if wrong:
        problems.append(f"{len(wrong)} labels do not follow from their events")
    notes = (
        [f"{len(missing)} items have no vector of {encoder.name} yet; `sceneloop embed` or `add` goes on"]
        if missing
        else []
    )
    if opened.sealed:
        notes.append("the workspace is read-only for this account; nothing can be saved in it")
    notes += (
        [f"{len(orphans)} files of vectors and features are left over from a kill and may be deleted"]
        if orphans
        else []
    )
    file_notes, file_problems = _originals(files)
    notes, problems = notes + file_notes, problems + file_problems
    indexed, broken = _geometry(opened)
    problems += [*broken, *_heads(opened, every)]
    return {
        "workspace": str(opened.path),
        "encoder": encoder.name,
        "vectors": indexed,
        "labels": len(state),
        "events_match_state": not wrong,
        "sha256": vars(digests),
        "heads": len(every),
        "notes": notes,
        "problems": problems,
    }


def _geometry(opened: Workspace) -> tuple[int, list[str]]:
    """(vectors in the index, problems) of the workspace in memory."""
    problems: list[str] = []
    indexed = 0
    try:
        snapshot = Snapshot(opened)
        indexed = snapshot.geometry.searcher.count()
        if indexed != len(snapshot.ids):
            problems.append(f"the index holds {indexed} of {len(snapshot.ids)} vectors")
        broken = int((~np.isfinite(snapshot.vectors).all(axis=1)).sum())
        if broken:
            problems.append(
                f"{broken} vectors hold values that are no finite numbers; run `sceneloop embed` with a sound model"
            )
        if snapshot.has_text:
            _ = snapshot.encoder
    except AppError as error:
        problems.append(str(error))
    return indexed, problems


def _heads(opened: Workspace, every: list[HeadRow]) -> list[str]:
    """What is wrong with the files of heads, of other encoders too."""
    problems = []
    for row in every:
        try:
            if kept_heads.is_of_videos(row):
                kept_heads.read(opened, row)
            else:
                classifier_file.read(opened.folder("heads") / row.file, sha256=row.sha256)
        except AppError as error:
            problems.append(f"head {row.number}: {error}")
    return problems


def _originals(rows: list[ItemRow]) -> tuple[list[str], list[str]]:
    """(notes, problems) about the files of images and videos. One that was replaced and added again is known to be old."""
    by_state: dict[State, list[str]] = {}
    there = [row for row in rows if row.replaced_at is None and row.sha256 is not None]
    problems = []
    try:
        states = originals.of_rows(there)
    except AppError as error:
        problems.append(str(error))
        there = [row for row in there if not buckets.is_uri(row.path)]
        states = originals.of_rows(there)
    for row in there:
        by_state.setdefault(states[row.id], []).append(row.path)
    changed, missing = by_state.get(State.CHANGED, []), by_state.get(State.MISSING, [])
    old = sum(row.replaced_at is not None for row in rows)
    notes = [f"{len(missing)} files are no longer where they were: {_some(missing)}"] if missing else []
    notes += [f"{old} items are of files that were replaced; labels and thumbnails are kept"] if old else []
    if changed:
        problems.append(
            f"{len(changed)} files were changed since they were added: {_some(changed)}; add them again, or put the old ones back"
        )
    return notes, problems


def _some(paths: list[str]) -> str:
    return ", ".join(paths[:5]) + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")
