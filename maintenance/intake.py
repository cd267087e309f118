"""What comes into a workspace at one go: files, vectors that others computed, labels and metadata of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from embedding.ingest import adding, file_list, object_walk, vectors_file
from embedding.ingest.adding import AddReport
from errors import InputError
from labeling.exchange import label_import
from labeling.exchange.label_import import Described, Labelled
from progress import Progress, silent
from reading import File
from store.workspace import Workspace
from video.decoding.sampled_stills import stills


@dataclass(frozen=True)
class Tables:
    """Files that come along with images.

    Attributes:
        labels: CSV with columns file and class. meta: CSV with a column file and any others.
        vectors: `.npz` with path, vector and encoder. images: the folder where its paths start; by default its own.
        listed: a text or Parquet file of paths and URIs to add.
    """

    labels: Path | None = None
    meta: Path | None = None
    vectors: Path | None = None
    images: Path | None = None
    listed: Path | None = None


@dataclass
class Intake:
    """What became of it. `labels` and `meta` are None where none were given."""

    files: AddReport = field(default_factory=AddReport)
    labels: Labelled | None = None
    meta: Described | None = None

    def as_json(self) -> dict[str, object]:
        """The command line's answer."""
        answer = dict(self.files.as_json())
        if self.labels is not None:
            done = self.labels
            answer["labels"] = {
                "labelled": done.labelled, "unmatched": done.unmatched, "ambiguous": done.ambiguous, "conflicts": done.conflicts,
            }  # fmt: skip
        if self.meta is not None:
            answer["meta"] = vars(self.meta)
        return answer


def take_in(
    workspace: Workspace, paths: Sequence[File], tables: Tables | None = None, *, actor: str, progress: Progress = silent
) -> Intake:  # fmt: skip
    """Add files, folders and stills of videos; then labels and metadata of what is there.

    Raises:
        InputError: nothing is named, none of the paths exists, or a table is refused; what was added before it is kept.
        EncoderError: the workspace's model cannot be used.
        StoreError: the disk refuses; what was committed is kept.
    """
    given = tables or Tables()
    if not (paths or given.vectors or given.labels or given.meta or given.listed):
        raise InputError("Nothing to add. Name a folder, an image or a video.")
    done = Intake()
    reports = []
    if given.vectors:
        reports.append(vectors_file.add_vectors(workspace, given.vectors, folder=given.images))
    if paths:
        reports.append(adding.add(workspace, paths, frames=stills, progress=progress))
    if given.listed:
        walk = object_walk.listed(file_list.read(given.listed))
        reports.append(adding.add_walk(workspace, walk, [given.listed], frames=stills, progress=progress))
    for report in reports:
        done.files.added += report.added
        done.files.duplicates += report.duplicates
        done.files.changed += report.changed
        done.files.quarantined += report.quarantined
        done.files.passed_over.update(report.passed_over)
    if given.labels:
        done.labels = label_import.label_csv(workspace, given.labels, source="import", actor=actor)
    if given.meta:
        done.meta = label_import.meta_csv(workspace, given.meta)
    return done
