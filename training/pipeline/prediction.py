"""Classes for new images that are not in the workspace: streaming, and resumable after a kill.

Rows go to a journal beside the output, in blocks that are synced; a run that finds a journal of the same model goes on after it.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from embedding.images import BadImage
from embedding.walk import FoundFile, find
from errors import InputError
from labeling.pipeline.scene import Scene
from labeling.zero_shot import Linear
from store import workspace as workspaces
from training.pipeline.compare import starting_point

BLOCK = 64  # images between two syncs of the journal
KINDS = (".csv", ".json", ".parquet")
Row = dict[str, Any]


def predict(
    scene: Scene, paths: Sequence[Path], out: Path, *, using: str = "auto",
    progress: Callable[[int, int, str], None] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Predict images and write `file,class,score` and one probability a class.

    Args:
        using: `head`, `zero-shot`, or `auto`: the promoted head where there is one.

    Returns:
        `out`, `model`, `predicted`, `resumed` (rows that an earlier run had done) and `bad`: [{"path", "reason"}].

    Raises:
        InputError: nothing to predict, an unknown suffix, or a journal that another model began.
    """
    if out.suffix not in KINDS:
        raise InputError(f"Predictions are written as .csv, .json or .parquet, not {out.suffix or out.name!r}.")
    name, linear = _model(scene, using)
    found = find(paths, workspaces.exists)
    bad = [{"path": str(refused.path), "reason": refused.reason} for refused in found.refused]
    bad += [{"path": str(f.path), "reason": "a video: use `sceneloop segment`"} for f in found.files if f.is_video]
    files = [file for file in found.files if not file.is_video]
    if not files:
        told = f" ({bad[0]['path']}: {bad[0]['reason']})" if bad else ""
        raise InputError(f"There is no image to predict{told}. Name images, or folders that hold some.")
    out.parent.mkdir(parents=True, exist_ok=True)
    head: Row = {"model": name, "weights": float(linear.weights.sum()), "encoder": scene.encoder_row.fingerprint,
            "classes": scene.path_names(linear.classes)}  # fmt: skip
    journal = out.with_name(f".{out.name}.journal")
    done = _begin(journal, head)
    resumed = len(done & {str(file.path) for file in files})
    _fill(scene, linear, [file for file in files if str(file.path) not in done], journal, len(files), progress)
    wanted = {str(file.path) for file in files}
    rows = [row for row in _rows(journal) if row["path"] in wanted]
    bad += [{"path": row["path"], "reason": row["bad"]} for row in rows if "bad" in row]
    good = [row for row in rows if "bad" not in row]
    _write(out, good, head["classes"])
    journal.unlink()
    return {"out": str(out), "model": name, "predicted": len(good), "resumed": resumed, "bad": bad}


def _model(scene: Scene, using: str) -> tuple[str, Linear]:
    found = scene.head() if using in ("auto", "head") else None
    if found is not None:
        return f"head {found[0].number}", found[1]
    if using == "head":
        raise InputError("No head is promoted. Train one with `sceneloop train`, or predict with --with zero-shot.")
    return "zero-shot", starting_point(scene)


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
    scene: Scene, linear: Linear, files: Sequence[FoundFile], journal: Path, total: int,
    progress: Callable[[int, int, str], None] | None,
) -> None:  # fmt: skip
    with journal.open("a", encoding="utf-8") as file:
        for start in range(0, len(files), BLOCK):
            _block(scene, linear, files[start : start + BLOCK], file)
            if progress is not None:
                progress(total - len(files) + min(start + BLOCK, len(files)), total, "")


def _block(scene: Scene, linear: Linear, files: Sequence[FoundFile], journal: IO[str]) -> None:
    refused: list[BadImage] = []
    good, vectors = scene.encoder.encode_files([file.path for file in files], refused.append)
    rows: list[Row] = [{"path": str(error.path), "bad": error.reason} for error in refused]
    if good:
        for place, row in zip(good, linear.probabilities(vectors), strict=True):
            at, best = files[place], int(row.argmax())
            shares = [round(float(value), 6) for value in row]
            rows.append({"path": str(at.path), "file": at.name, "best": best, "shares": shares})
    journal.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    journal.flush()
    os.fsync(journal.fileno())


def _write(out: Path, rows: list[Row], classes: list[str]) -> None:
    """The whole output at once, or none of it: a temporary file, then a rename."""
    temporary = out.with_name(f".{out.name}.part")
    columns = ["file", "class", "score", *classes]
    if out.suffix == ".csv":
        with temporary.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([_cells(row, classes) for row in rows])
    elif out.suffix == ".json":
        lines = [dict(zip(columns, _cells(row, classes), strict=True)) for row in rows]
        temporary.write_text(json.dumps(lines, ensure_ascii=False, indent=1), encoding="utf-8")
    else:
        shares = np.array([row["shares"] for row in rows], np.float32).reshape(len(rows), len(classes))
        table = pa.table(
            [[row["file"] for row in rows], [classes[row["best"]] for row in rows], shares.max(axis=1), *shares.T]
            if rows
            else [pa.array([], pa.string())] * 2 + [pa.array([], pa.float32())] * (1 + len(classes)),
            names=columns,
        )
        pq.write_table(table, temporary)
    temporary.rename(out)


def _cells(row: Row, classes: list[str]) -> list[Any]:
    return [row["file"], classes[row["best"]], max(row["shares"]), *row["shares"]]
