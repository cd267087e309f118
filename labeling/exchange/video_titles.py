"""Titles of whole videos in: from CSV, with programme, uploader and labels where there are such columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labeling.exchange import video_labels
from labeling.exchange.label_import import read_csv
from labeling.exchange.video_labels import VIDEOS, RowLabel
from store.items import items
from store.items.file_names import Names
from store.items.item_rows import ItemRow
from store.project import taxonomy
from store.project.taxonomy import VIDEO
from store.workspace import Workspace, writing

TITLE, PROGRAMME, UPLOADER, DURATION = "title", "programme", "uploader", "duration_s"  # among the metadata of a video
DESCRIBED = (TITLE, PROGRAMME, UPLOADER)


@dataclass(frozen=True)
class TitleRow:
    """What one row says of a video. labels: names or paths of classes."""

    line: int
    file: str
    described: dict[str, str]
    labels: tuple[str, ...]


def read(path: Path) -> list[TitleRow]:
    """The rows of a CSV with columns file and title; `labels` are parted by commas, semicolons or bars within their cell.

    Raises:
        InputError: it cannot be read.
    """
    rows = []
    for line, row in read_csv(path, ("file", "title")):
        described = {name: " ".join(row[name].split()) for name in DESCRIBED if row.get(name, "").strip()}
        cell = row.get("labels", "").replace(";", ",").replace("|", ",")
        labels = tuple(label.strip() for label in cell.split(",") if label.strip())
        rows.append(TitleRow(line, row["file"], described, labels))
    return rows


def give(workspace: Workspace, rows: Sequence[TitleRow], actor: str) -> Counter[str]:
    """Give videos their titles and labels; returns what did not fit, counted by reason. The first row of a video counts.

    Raises:
        StoreError: the disk refuses; nothing of the rows was written.
    """
    report: Counter[str] = Counter()
    described: dict[int, dict[str, str]] = {}
    labels: list[RowLabel] = []
    if not rows:
        return report
    with writing(workspace) as connection:
        names = Names(connection, VIDEOS)
        for row in rows:
            ids = names.match(row.file)
            if len(ids) != 1:
                report["several_videos" if ids else "unmatched"] += 1
            elif ids[0] in described:
                report["second_line"] += 1
            else:
                described[ids[0]] = row.described
                labels += [RowLabel(row.line, row.file, label) for label in row.labels]
        items.set_meta(connection, described)
    if not labels:
        return report
    with workspace.read() as connection:
        several = len(taxonomy.facets(connection, VIDEO)) != 1
    if several:
        report["label_without_facet"] += len(labels)
    else:
        done = video_labels.write(workspace, labels, actor=actor, note="titles")
        report.update({"unknown_label": len(done.unknown_classes), "conflict": len(done.conflicts)})
    return +report


def entitle(workspace: Workspace, video: int, title: str) -> None:
    """Give one video a title.

    Raises:
        StoreError: the disk refuses; nothing was written.
    """
    with writing(workspace) as connection:
        items.set_meta(connection, {video: {TITLE: " ".join(title.split())}})


def title_of(row: ItemRow) -> str:
    """The title of a video, "" for an untitled one."""
    return str(row.meta.get(TITLE) or "")


def programme_of(row: ItemRow) -> str:
    """The programme of a video, "" where none is known."""
    return str(row.meta.get(PROGRAMME) or "")
