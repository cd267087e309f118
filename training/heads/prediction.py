"""Classes for new images that are not in the workspace: streaming, and resumable after a kill.

Rows go to a journal beside the output, in blocks that are synced; a run that finds a journal of the same model goes on after it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from embedding.pictures.file_walk import FoundFile, find
from embedding.pictures.images import BadImage
from errors import InputError, StoreError
from files import replacing
from labeling.scoring import multilabel
from labeling.scoring.zero_shot import Floats, Linear
from labeling.snapshot.snapshot import Snapshot
from labeling.tags import scores
from naming import told_apart
from store import workspace as workspaces
from training.heads import facets
from written.csv_cells import csv_text

BLOCK = 64  # images between two syncs of the journal
KINDS = (".csv", ".json", ".parquet")
Row = dict[str, Any]


def predict(
    snapshot: Snapshot, paths: Sequence[Path], out: Path, *, using: str = "auto", facet: str | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Predict images and write `file,class,score` and one probability a class; of an open facet `file,labels` and one score a label.

    Args:
        using: `head`, `zero-shot`, or `auto`: the promoted head where there is one.
        facet: by name; the exclusive one without. `labels` are those whose score reaches their threshold, parted by "; ".

    Returns:
        `out`, `model`, `predicted`, `resumed` (rows that an earlier run had done), `bad`: [{"path", "reason"}], and
        `passed_over`: how many files of folders are neither images nor videos, by ending.

    Raises:
        InputError: nothing to predict, an unknown suffix, or a journal that another model began.
        StoreError: the disk refuses; what was predicted so far is kept in the journal, and the output is as it was before.
    """
    try:
        return _predict(snapshot, paths, out, using, facet, progress)
    except OSError as error:
        raise StoreError(
            f"{out} cannot be written ({error.strerror or error}). What was predicted is kept. Free the disk, then run it again."
        ) from error


def _predict(
    snapshot: Snapshot, paths: Sequence[Path], out: Path, using: str, facet: str | None,
    progress: Callable[[int, int, str], None] | None,
) -> dict[str, Any]:  # fmt: skip
    if out.suffix not in KINDS:
        raise InputError(f"Predictions are written as .csv, .json or .parquet, not {out.suffix or out.name!r}.")
    model = _model(snapshot, using, facet)
    found = find(paths, workspaces.exists)
    bad = [{"path": str(refused.path), "reason": refused.reason} for refused in found.refused]
    bad += [{"path": str(f.path), "reason": "a video: use `sceneloop segment`"} for f in found.files if f.is_video]
    files = [file for file in found.files if not file.is_video]
    if not files:
        told = f" ({bad[0]['path']}: {bad[0]['reason']})" if bad else ""
        raise InputError(f"There is no image to predict{told}. Name images, or folders that hold some.")
    out.parent.mkdir(parents=True, exist_ok=True)
    head: Row = {"model": model.name, "weights": float(model.linear.weights.sum()), "encoder": snapshot.encoder_row.fingerprint,
            "classes": snapshot.categories.path_names(model.linear.classes)}  # fmt: skip
    if model.thresholds is not None:
        head["thresholds"] = [round(float(value), 6) for value in model.thresholds]
    journal = out.with_name(f".{out.name}.journal")
    done = _begin(journal, head)
    resumed = len(done & {str(file.path) for file in files})
    _fill(snapshot, model, [file for file in files if str(file.path) not in done], journal, len(files), progress)
    paths_of = [file.path for file in files]
    wanted = set(map(str, paths_of))
    called = dict(zip(map(str, paths_of), told_apart([f.name for f in files], list(map(str, paths_of))), strict=True))
    rows = [{**row, "file": called[row["path"]]} for row in _rows(journal) if row["path"] in wanted]
    bad += [{"path": row["path"], "reason": row["bad"]} for row in rows if "bad" in row]
    good = [row for row in rows if "bad" not in row]
    columns = ["file", "class", "score"] if model.thresholds is None else ["file", "labels"]
    # A class may be called as one of the first columns is: a table names no column twice.
    _write(
        out,
        [*columns, *(f"class:{name}" if name in columns else name for name in head["classes"])],
        [_cells(row, head) for row in good],
    )
    journal.unlink()
    done_with = {"out": str(out), "model": model.name, "predicted": len(good), "resumed": resumed, "bad": bad}
    return {**done_with, "passed_over": dict(found.passed_over.most_common())}


@dataclass(frozen=True)
class Model:
    """What predicts: `thresholds` float32 [k] where each label is said for itself, None where one class is chosen."""

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


def _begin(journal: Path, head: Row) -> set[str]:
    """Paths that the journal has; a new one gets its first line. A line cut short by a kill is cut off."""
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


def _rows(journal: Path) -> Iterator[Row]:
    with journal.open(encoding="utf-8") as file:
        next(file)
        yield from map(json.loads, file)


def _fill(
    snapshot: Snapshot, model: Model, files: Sequence[FoundFile], journal: Path, total: int,
    progress: Callable[[int, int, str], None] | None,
) -> None:  # fmt: skip
    with journal.open("a", encoding="utf-8") as file:
        for start in range(0, len(files), BLOCK):
            _block(snapshot, model, files[start : start + BLOCK], file)
            if progress is not None:
                progress(total - len(files) + min(start + BLOCK, len(files)), total, "")


def _block(snapshot: Snapshot, model: Model, files: Sequence[FoundFile], journal: IO[str]) -> None:
    refused: list[BadImage] = []
    good, vectors = snapshot.encoder.encode_files([file.path for file in files], refused.append)
    rows: list[Row] = [{"path": str(error.path), "bad": error.reason} for error in refused]
    if good:
        for place, row in zip(good, model.scores(vectors), strict=True):
            at, best = files[place], int(row.argmax())
            shares = [round(float(value), 6) for value in row]
            rows.append({"path": str(at.path), "file": at.name, "best": best, "shares": shares})
    journal.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    journal.flush()
    os.fsync(journal.fileno())


def _write(out: Path, columns: list[str], rows: list[list[Any]]) -> None:
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


def _cells(row: Row, head: Row) -> list[Any]:
    """One line of the output: the best class and its score, or the labels that reach their thresholds; then every score."""
    classes, shares = head["classes"], row["shares"]
    if "thresholds" not in head:
        return [row["file"], classes[row["best"]], max(shares), *shares]
    said = [name for name, share, limit in zip(classes, shares, head["thresholds"], strict=True) if share >= limit]
    return [row["file"], "; ".join(said), *shares]
