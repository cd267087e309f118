"""Labels of whole videos in: from CSV, as one batch of imports that can be undone. They stand in facets of videos and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import reading
from errors import InputError
from labeling.exchange import class_words
from labeling.exchange.facet_classes import NEW_FACET, FacetClasses
from labeling.exchange.label_import import read_csv
from naming import class_name, class_parts
from store.database.connection import Connection
from store.items.file_names import Names
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.project import taxonomy
from store.project.category_index import CategoryIndex
from store.project.taxonomy import VIDEO, Category, Facet
from store.team import actors
from store.workspace import Workspace, writing

VIDEOS = ("video",)
MOST_BYTES = 16 * 2**20


@dataclass(frozen=True)
class RowLabel:
    """One label in a file: a class by name or path, yes or no."""

    line: int
    file: str
    name: str
    value: str = "yes"


@dataclass
class VideosLabelled:
    """How labelling went; rows are `line N: file: why`.

    Attributes:
        labelled: labels that stand as the file says. unmatched: no video, or several. unknown_classes: no such class in the facet.
        conflicts: two rows that cannot both hold, or a person has said otherwise.
    """

    labelled: int = 0
    unmatched: list[str] = field(default_factory=list)
    unknown_classes: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    batch: str | None = None


def facet_of(connection: Connection, name: str | None = None) -> Facet:
    """A facet of videos by name, or the only one.

    Raises:
        InputError: there is none of that name, or several and no name.
    """
    known = taxonomy.facets(connection, VIDEO)
    chosen = [facet for facet in known if name in (None, facet.name)]
    if len(chosen) == 1:
        return chosen[0]
    if not known:
        raise InputError(
            "No facet of videos is there yet. Name its classes: `sceneloop videos label WORKSPACE FILE --classes class.txt`."
        )
    listed = ", ".join(facet.name for facet in known)
    raise InputError(f"Name one facet of videos: --facet NAME. There are: {listed}.")


def add_classes(workspace: Workspace, path: Path, facet: str | None = None, *, exclusive: bool = False) -> int:
    """Add the classes of a file, one a line, a tab and an index behind it where there is one; returns how many are new.

    `sport/football` is football below sport; a slash within a name is written twice. The facet is made where it is missing.

    Args:
        exclusive: whether a new facet takes one answer.

    Raises:
        InputError: the file cannot be read, or a name is none for a category; nothing was added.
    """
    try:
        lines = reading.content(path, MOST_BYTES).decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{reading.readable(path)} cannot be read as text in UTF-8. Check the path, or save it as UTF-8."
        ) from error
    return add_named_classes(workspace, lines, facet, exclusive=exclusive, source=f"{path.name}, ")


def add_named_classes(
    workspace: Workspace, lines: Sequence[str], facet: str | None = None, *, exclusive: bool = False, source: str = "",
    actor: str | None = None,
) -> int:  # fmt: skip
    """Add the classes of some lines as `add_classes` reads them; all of them or none.

    Args:
        source: what an error begins with.
        actor: who publishes the words that stand behind a bar, as `class_words` reads them; without one a bar belongs to the name.

    Raises:
        InputError: a name is none for a category; nothing was added.
    """
    with writing(workspace) as connection:
        classes = FacetClasses(connection, facet or _only_or_new(connection), exclusive=exclusive)
        words: dict[int, list[str]] = {}
        for number, line in enumerate(lines, 1):
            name, own = (line, []) if actor is None else class_words.split(line)
            parts = [class_name(part) for part in class_parts(name.partition("\t")[0].strip())]
            if parts == [""]:
                continue
            try:
                words[classes.ensure(parts)] = own
            except InputError as error:
                raise InputError(f"{source}line {number}: {error} No class was added.") from error
        if actor is not None:
            class_words.publish(connection, words, actor=actor)
    return classes.added


def _only_or_new(connection: Connection) -> str:
    """The facet that classes without a facet's name go to."""
    known = taxonomy.facets(connection, VIDEO)
    return known[0].name if len(known) == 1 else NEW_FACET


def read_rows(path: Path) -> list[RowLabel]:
    """The rows of a CSV with columns file and class, and maybe value.

    Raises:
        InputError: it cannot be read, or a value is neither yes nor no.
    """
    rows = []
    for line, row in read_csv(path, ("file", "class")):
        value = row.get("value", "").strip().lower() or "yes"
        if value not in ("yes", "no"):
            raise InputError(
                f"{path.name}, line {line}: a value is yes or no, not {value[:40]!r}. Nothing was labelled."
            )
        rows.append(RowLabel(line, row["file"], row["class"], value))
    return rows


def write(
    workspace: Workspace, rows: Sequence[RowLabel], *, facet: str | None = None, actor: str, note: str
) -> VideosLabelled:
    """Write labels as one batch of imports; what a person has said stays. Whatever does not fit is reported by row.

    Raises:
        InputError: there is no such facet of videos.
    """
    done = VideosLabelled()
    with writing(workspace) as connection:
        of = facet_of(connection, facet)
        chosen = _chosen(connection, rows, of, done)
        _write(connection, chosen, actor, note, done)
    return done


def write_known(
    workspace: Workspace, labels_by_video: Mapping[int, Sequence[int]], *, exclusive: bool, actor: str, note: str
) -> tuple[VideosLabelled, int]:
    """The same for videos and categories that are known by id, each label a yes; returns how many labels were left out beside it.

    Args:
        exclusive: whether the facet takes one answer; the first one of a video holds.
    """
    done, left_out = VideosLabelled(), 0
    chosen: dict[tuple[int, int], RowLabel] = {}
    for video, categories in labels_by_video.items():
        some = list(dict.fromkeys(categories))
        left_out += len(some) - 1 if exclusive and some else 0
        for category in some[:1] if exclusive else some:
            chosen[video, category] = RowLabel(video, "", "")
    with writing(workspace) as connection:
        _write(connection, chosen, actor, note, done)
    return done, left_out + len(done.conflicts)


def _write(
    connection: Connection, chosen: Mapping[tuple[int, int], RowLabel], actor: str, note: str, done: VideosLabelled
) -> None:
    changes = [Change(video, category, row.value) for (video, category), row in chosen.items()]
    batch = Batch(actors.id_of(connection, actor), "import", "import", note=note)
    outcomes = labels.write(connection, batch, changes)
    for row, outcome in zip(chosen.values(), outcomes, strict=True):
        if outcome.status == "skipped":
            done.conflicts.append(f"line {row.line}: {row.file}: a person has labelled it already")
    done.labelled = sum(outcome.status in ("saved", "unchanged") for outcome in outcomes)
    done.batch = batch.id if any(outcome.status == "saved" for outcome in outcomes) else None


def _chosen(
    connection: Connection, rows: Sequence[RowLabel], of: Facet, done: VideosLabelled
) -> dict[tuple[int, int], RowLabel]:
    """The row that counts for each (video, category); the rest is noted in `done`."""
    tree = [one for one in taxonomy.categories(connection, subject=VIDEO) if one.facet_id == of.id]
    index, names = CategoryIndex(tree), Names(connection, VIDEOS)
    chosen: dict[tuple[int, int], RowLabel] = {}
    alone: dict[int, RowLabel] = {}  # the one yes of a video in an exclusive facet
    for row in rows:
        videos, category = names.match(row.file), _category(index, row, done)
        if category is None:
            continue
        if len(videos) != 1:
            why = f" could be {names.choices(videos)}" if videos else ""
            done.unmatched.append(f"line {row.line}: {row.file}{why}")
            continue
        first = chosen.get((videos[0], category.id))
        if of.exclusive and row.value == "yes":
            other = alone.setdefault(videos[0], row)
            first = first or (other if other is not row else None)
        if first is None:
            chosen[videos[0], category.id] = row
        elif (first.name, first.value) != (row.name, row.value):
            done.conflicts.append(f"line {row.line}: {row.file}: labelled in line {first.line} already")
    return chosen


def _category(index: CategoryIndex, row: RowLabel, done: VideosLabelled) -> Category | None:
    try:
        return index.one(row.name)
    except InputError:
        done.unknown_classes.append(f"line {row.line}: {row.file}: {row.name[:200]}")
        return None
