"""Watching a folder: what is new there is added, gets a proposal, and is counted, until somebody stops it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from typing_extensions import TypedDict

from embedding.ingest import adding
from embedding.ingest.adding import AddOptions
from errors import EncoderError, InputError
from labeling import overview
from labeling.proposals import pseudo_labels
from labeling.snapshot.snapshot import Snapshot
from labeling.tags import answers, scores
from maintenance.folder_watch import FolderWatch, Look
from progress import Progress, silent
from store.items import arrivals, item_rows, items
from store.workspace import Workspace
from video.decoding.sampled_stills import stills

EVERY_S = 2.0
REST = (
    4.0  # between two looks passes at least so many times what a look takes: a large folder is not read without a pause
)


class Refused(TypedDict):
    """A file that could not be added, with the reason."""

    path: str
    reason: str


class Round(TypedDict):
    """What one look brought.

    Attributes:
        at: ISO 8601, UTC.
        added: new images and stills. duplicates: files whose bytes were here already, such as renamed ones. changed: paths that hold
            other bytes now.
        proposed: how many of the new ones got a class; `batch` takes that back, None where none did.
        tagged: how many labels they got in facets of several; `tag_batches` take those back.
        growing: files that are still being written. gone: items whose file was removed; they keep their labels.
        note: why nothing was proposed, or why the folder cannot be looked at; "" otherwise.
    """

    at: str
    added: int
    duplicates: int
    changed: list[str]
    quarantined: list[Refused]
    proposed: int
    batch: str | None
    tagged: int
    tag_batches: list[str]
    growing: list[str]
    gone: list[str]
    note: str


def watch(
    workspace: Workspace, folder: Path, *, once: bool = False, every_s: float = EVERY_S, progress: Progress = silent,
    rest: Callable[[float], None] = time.sleep,
) -> Iterator[Round]:  # fmt: skip
    """Look at a folder again and again; yields what each look brought, of looks that brought something.

    Files that are there from the beginning count as new unless the workspace has them, of this name, size and time.

    Args:
        once: look until every file was seen twice, which is two looks, and yield one round.
        every_s: seconds between two looks; a file has to stand still for so long.

    Raises:
        InputError: there is no such folder. EncoderError: the workspace's model cannot be used.
        StoreError: the disk refuses; what was committed is kept.
    """
    workspace.must_write()
    watched = FolderWatch(folder, _taken(workspace))
    news_before: object = ([], "")
    looks = 0
    while True:
        begin = time.monotonic()
        seen = watched.look()
        pause = max(every_s, REST * (time.monotonic() - begin))
        looks += 1
        if not once or looks > 1:
            done = take(workspace, watched.folder, seen, progress)
            news = (done["growing"], done["note"])
            if once or _brought(done) or news != news_before:
                yield done
            news_before = news
        if once and looks > 1:
            return
        rest(pause)


def take(workspace: Workspace, folder: Path, seen: Look, progress: Progress = silent) -> Round:
    """Add what a look shows, and propose a class for what is new."""
    done: Round = {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "added": 0, "duplicates": 0, "changed": [], "quarantined": [],
        "proposed": 0, "batch": None, "tagged": 0, "tag_batches": [], "growing": seen.growing, "gone": [], "note": seen.away,
    }  # fmt: skip
    if _has_files(seen):
        options = AddOptions(origin=arrivals.WATCHED)
        report = adding.add_walk(workspace, seen.settled, [folder], frames=stills, options=options, progress=progress)
        done["added"], done["duplicates"], done["changed"] = report.added, report.duplicates, report.changed
        done["quarantined"] = [{"path": str(fault.path), "reason": fault.reason} for fault in report.quarantined]
        if report.items:
            _propose(workspace, report.items, done)
    if seen.gone:  # a renamed file has moved its item meanwhile
        done["gone"] = _without_file(workspace, seen.gone)
    return done


def _has_files(seen: Look) -> bool:
    return bool(seen.settled.files or seen.settled.refused)


def _brought(done: Round) -> bool:
    return bool(done["added"] or done["duplicates"] or done["changed"] or done["quarantined"] or done["gone"])


def _taken(workspace: Workspace) -> dict[Path, tuple[int, int]]:
    """Files that the workspace has, as they were when it took them."""
    with workspace.read() as connection:
        rows = item_rows.files(connection)
    return {
        Path(row.path): (row.bytes, row.mtime_ns)
        for row in rows
        if row.bytes is not None and row.mtime_ns is not None and row.replaced_at is None
    }


def _propose(workspace: Workspace, ids: Sequence[int], done: Round) -> None:
    """Propose for new items alone, a class and labels of open facets: what people look at stays as it is."""
    if not overview.has_categories(workspace):
        done["note"] = "Nothing is proposed: the workspace has no categories with prompts yet."
        return
    snapshot = Snapshot(workspace)
    try:
        if snapshot.categories.classes():
            snapshot.classifiers.prepare("auto", silent)
            proposal = pseudo_labels.pseudo_label(snapshot, "auto", ids=ids)
            done["proposed"], done["batch"] = proposal.labelled, proposal.batch
        for facet in answers.facets(snapshot):
            tagged = scores.propose(snapshot, facet, ids=ids)
            done["tagged"] += tagged["labelled"]
            done["tag_batches"] += [tagged["batch"]] if tagged["batch"] else []
    except (InputError, EncoderError) as error:
        done["note"] = f"Nothing is proposed: {error}"


def _without_file(workspace: Workspace, paths: Sequence[Path]) -> list[str]:
    with workspace.read() as connection:
        rows = [
            row
            for kind in ("image", "video")
            for row in items.at_paths(connection, kind, [str(path) for path in paths])
        ]
    return sorted(row.name for row in rows if row.replaced_at is None)
