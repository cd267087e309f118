"""Predictions for new images that are not in the workspace: streaming, and resumable after a kill.

Rows go to a journal beside the output, in blocks that are synced. A run that finds a journal of the same model continues it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NotRequired, final

import pyarrow as pa
import pyarrow.parquet as pq
from typing_extensions import TypedDict

from embedding.pictures.file_walk import FoundFile, find
from embedding.pictures.images import BadImage
from errors import InputError, StoreError
from files import remedy, replacing
from labeling.scoring import multilabel
from labeling.scoring.zero_shot import Floats, Linear
from labeling.snapshot.snapshot import Snapshot
from labeling.tags import scores
from naming import distinct_names
from progress import Progress, silent
from store.workspace import exists
from training.heads import facets
from written.csv_cells import csv_text

BLOCK = 64  # images between two syncs of the journal
KINDS = (".csv", ".json", ".parquet")
Cell = str | float


class RefusedFile(TypedDict):
    """A file that cannot be predicted, with the reason."""

    path: str
    reason: str


class Predictions(TypedDict):
    """A run.

    Attributes:
        out: path. predicted: number of images. resumed: those of them that an earlier run had done.
        passed_over: number of files of folders that are neither images nor videos, by ending.
    """

    out: str
    model: str
    predicted: int
    resumed: int
    bad: list[RefusedFile]
    passed_over: dict[str, int]


class _Head(TypedDict):
    """First line of the journal: the model, by which a later run recognizes its own journal."""

    model: str
    weights: float
    encoder: str
    classes: list[str]
    thresholds: NotRequired[list[float]]


@final
class _Row(TypedDict):
    """Prediction of one image: the best class, and every score."""

    path: str
    file: str
    best: int
    shares: list[float]


@final
class _Refused(TypedDict):
    """An image that cannot be read."""

    path: str
    bad: str


def predict(
    snapshot: Snapshot, paths: Sequence[Path], out: Path, *, using: str = "auto", facet: str | None = None,
    progress: Progress = silent,
) -> Predictions:  # fmt: skip
    """Predict images and write `file,class,score` and one probability a class; of an open facet `file,labels` and one score a label.

    Args:
        using: `head`, `zero-shot`, or `auto`: the promoted head where there is one.
        facet: name; the exclusive one by default. `labels` are those whose score reaches their threshold, joined by "; ".

    Raises:
        InputError: nothing to predict, an unknown suffix, or a journal that another model began.
        StoreError: the disk refuses; what was predicted so far is kept in the journal, and the output is as it was before.
    """
    try:
        return _predict(snapshot, paths, out, using, facet, progress)
    except OSError as error:
        raise StoreError(
            f"{out} cannot be written ({error.strerror or error}). What was predicted is kept. {remedy(error)}, then run it again."
        ) from error


def _predict(
    snapshot: Snapshot, paths: Sequence[Path], out: Path, using: str, facet: str | None,
    progress: Progress,
) -> Predictions:  # fmt: skip
    if out.suffix not in KINDS:
        raise InputError(f"Predictions are written as .csv, .json or .parquet, not {out.suffix or out.name!r}.")
    model = _model(snapshot, using, facet)
    walk = find(paths, exists)
    bad: list[RefusedFile] = [{"path": str(refused.path), "reason": refused.reason} for refused in walk.refused]
    bad += [{"path": str(f.path), "reason": "a video: use `sceneloop segment`"} for f in walk.files if f.is_video]
    files = [file for file in walk.files if not file.is_video]
    if not files:
        example = f" ({bad[0]['path']}: {bad[0]['reason']})" if bad else ""
        raise InputError(f"There is no image to predict{example}. Name images, or folders that hold some.")
    out.parent.mkdir(parents=True, exist_ok=True)
    head = _head(snapshot, model)
    journal = out.with_name(f".{out.name}.journal")
    earlier = _begin(journal, head)
    resumed = len(earlier & {str(file.path) for file in files})
    _fill(snapshot, model, [file for file in files if str(file.path) not in earlier], journal, len(files), progress)
    whole = [str(file.path) for file in files]
    names = dict(zip(whole, distinct_names([file.name for file in files], whole), strict=True))
    good: list[_Row] = []
    for row in _rows(journal):
        if row["path"] not in names:
            continue
        if "bad" in row:
            bad.append({"path": row["path"], "reason": row["bad"]})
        else:
            good.append({**row, "file": names[row["path"]]})
    columns = ["file", "class", "score"] if model.thresholds is None else ["file", "labels"]
    # A class may have the name of one of the first columns: a table names no column twice.
    _write(
        out,
        [*columns, *(f"class:{name}" if name in columns else name for name in head["classes"])],
        [_cells(row, head) for row in good],
    )
    journal.unlink()
    return {
        "out": str(out),
        "model": model.name,
        "predicted": len(good),
        "resumed": resumed,
        "bad": bad,
        "passed_over": dict(walk.passed_over.most_common()),
    }


@dataclass(frozen=True)
class Model:
    """A classifier.

    Attributes:
        thresholds: float32 [k], of a classifier that gives any number of labels; None for one that chooses a class.
    """

    name: str
    linear: Linear
    thresholds: Floats | None = None

    def scores(self, vectors: Floats) -> Floats:
        """Probabilities float32 [n, k]."""
        chooses = self.thresholds is None
        return self.linear.probabilities(vectors) if chooses else multilabel.scores(self.linear, vectors)


def _model(snapshot: Snapshot, using: str, facet: str | None) -> Model:
    of = facets.find(snapshot, facet)
    if not of.exclusive:
        scored = scores.scored(snapshot, of, using)
        name = "zero-shot" if scored.head is None else f"head {scored.head.number}"
        return Model(f"{name} of {of.name}", scored.linear, scored.thresholds.values)
    used = snapshot.classifiers.choose(using)
    return Model(used.family, used.scorer)


def _head(snapshot: Snapshot, model: Model) -> _Head:
    head: _Head = {
        "model": model.name,
        "weights": float(model.linear.weights.sum()),
        "encoder": snapshot.encoder_row.fingerprint,
        "classes": snapshot.categories.path_names(model.linear.classes),
    }
    if model.thresholds is not None:
        head["thresholds"] = [round(float(value), 6) for value in model.thresholds]
    return head


def _begin(journal: Path, head: _Head) -> set[str]:
    """Paths in the journal; a new one gets its first line. A line cut short by a kill is removed."""
    line = json.dumps(head, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    content = journal.read_bytes() if journal.exists() else b""
    whole = content[: content.rfind(b"\n") + 1]
    if not whole:
        journal.write_bytes(line)
        return set()
    if not whole.startswith(line):
        raise InputError(f"{journal} was begun with another model or other classes. Delete it, or name another --out.")
    if len(whole) < len(content):
        with journal.open("r+b") as file:
            file.truncate(len(whole))
    return {row["path"] for row in _rows(journal)}


def _rows(journal: Path) -> Iterator[_Row | _Refused]:
    with journal.open(encoding="utf-8") as file:
        next(file)
        yield from map(json.loads, file)


def _fill(
    snapshot: Snapshot, model: Model, files: Sequence[FoundFile], journal: Path, total: int,
    progress: Progress,
) -> None:  # fmt: skip
    with journal.open("a", encoding="utf-8") as file:
        for start in range(0, len(files), BLOCK):
            _block(snapshot, model, files[start : start + BLOCK], file)
            progress(total - len(files) + min(start + BLOCK, len(files)), total)


def _block(snapshot: Snapshot, model: Model, files: Sequence[FoundFile], journal: IO[str]) -> None:
    refused: list[BadImage] = []
    good, vectors = snapshot.encoder.encode_files([file.path for file in files], refused.append)
    rows: list[_Row | _Refused] = [{"path": str(error.path), "bad": error.reason} for error in refused]
    if good:
        for place, row in zip(good, model.scores(vectors), strict=True):
            at, best = files[place], int(row.argmax())
            shares = [round(float(value), 6) for value in row]
            rows.append({"path": str(at.path), "file": at.name, "best": best, "shares": shares})
    journal.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    journal.flush()
    os.fsync(journal.fileno())


def _write(out: Path, columns: list[str], rows: list[list[Cell]]) -> None:
    """The whole output at once, or none of it."""
    with replacing(out) as part:
        if out.suffix == ".csv":
            part.write_text(csv_text(columns, rows), encoding="utf-8", newline="")
        elif out.suffix == ".json":
            lines = [dict(zip(columns, row, strict=True)) for row in rows]
            part.write_text(json.dumps(lines, ensure_ascii=False, indent=1), encoding="utf-8")
        else:
            kinds = [pa.string() if place < 2 else pa.float32() for place in range(len(columns))]
            cells = zip(*rows, strict=True) if rows else [()] * len(columns)
            arrays = [pa.array(cell, kind) for cell, kind in zip(cells, kinds, strict=True)]
            pq.write_table(pa.table(arrays, names=columns), part)


def _cells(row: _Row, head: _Head) -> list[Cell]:
    """One line of the output: the best class and its score, or the labels that reach their thresholds; then every score."""
    classes, shares = head["classes"], row["shares"]
    if "thresholds" not in head:
        return [row["file"], classes[row["best"]], max(shares), *shares]
    labels = [name for name, share, limit in zip(classes, shares, head["thresholds"], strict=True) if share >= limit]
    return [row["file"], "; ".join(labels), *shares]
