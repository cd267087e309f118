"""The whole loop on real images: zero-shot, the most useful labels, a head, and images that were added only afterwards.

Needs `scene3` below the data folder. A person is played by the truth. Halves of each source, then whole sources, are kept
out of the workspace until the head is trained; with whole sources the workspace is told each image's source as its group, as
the guide advises, and once not (`_untold`).
"""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.harness import SCENE3_PROMPTS, Figures, Options
from embedding.ingest import adding, encoder_change
from labeling.categories import taxonomy_file
from labeling.exchange import label_import
from labeling.proposals import pseudo_labels
from labeling.review import grid
from labeling.snapshot.snapshot import Snapshot
from store.workspace import Workspace, create
from training.heads import evaluation, head_training, promotion
from training.metrics import accuracy

LABELS = 50
HELD_OUT_SOURCES = ("intel150_sea", "sun_sky", "game_pcfx", "slide")
Rows = list[dict[str, str]]


def run(options: Options) -> Figures:
    """Figures in [0, 1]; `_low` is the lower end of a paired 95 % interval of head minus zero-shot."""
    folder = options.need("scene3")
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        everything = list(csv.DictReader(file))
    three = [row for row in everything if row["class"] != "other_photo"]
    figures: Figures = {}
    for name, rows in (("3", three), ("4", everything)):
        first, second = halves(rows)
        figures |= {f"{key}_{name}": value for key, value in loop(folder, first, second).items()}
        if options.quick:
            return figures
    seen = [row for row in three if row["source"] not in HELD_OUT_SOURCES]
    unseen = [row for row in three if row["source"] in HELD_OUT_SOURCES]
    for name, grouped in (("sources", True), ("sources_untold", False)):
        figures |= {f"{key}_{name}": value for key, value in loop(folder, seen, unseen, grouped).items()}
    return figures


def halves(rows: Rows) -> tuple[Rows, Rows]:
    """Each source cut in two at random (seed 0)."""
    random = np.random.default_rng(0)
    side = {}
    for source in sorted({row["source"] for row in rows}):
        mine = [row["file"] for row in rows if row["source"] == source]
        chosen = set(random.permutation(len(mine))[: len(mine) // 2].tolist())
        side.update({file: k in chosen for k, file in enumerate(mine)})
    return [row for row in rows if side[row["file"]]], [row for row in rows if not side[row["file"]]]


def loop(folder: Path, first: Rows, second: Rows, grouped: bool = False) -> Figures:
    """Two rounds on the first rows, their sources given as groups or not; the second are judged after each round."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        workspace = make(root / "loop", sorted({row["class"] for row in first}))
        adding.add(workspace, [folder / row["file"] for row in first])
        if grouped:
            label_import.meta_csv(workspace, groups(root / "groups.csv", first))
        pseudo_labels.pseudo_label(Snapshot(workspace), "zero-shot")
        truth = write(root / "first.csv", first)
        figures: Figures = {"zero_shot": evaluation.evaluate(Snapshot(workspace), truth)["labels"]["accuracy"]}
        for number in (1, 2):
            label(workspace, first, root, number)
            trained = head_training.train(Snapshot(workspace), promote="always")
            figures[f"winner_round{number}"] = trained["reason"]
            promotion.propose(Snapshot(workspace))
            figures[f"labels_round{number}"] = evaluation.evaluate(Snapshot(workspace), truth)["labels"]["accuracy"]
            figures |= {f"{key}_round{number}": value for key, value in judged(workspace, folder, second).items()}
        label(workspace, first, root, 0)
        head_training.train(Snapshot(workspace), promote="always")
        figures |= {f"{key}_all_labels": value for key, value in judged(workspace, folder, second).items()}
        workspace.engine.dispose()
        return figures


def make(path: Path, classes: list[str]) -> Workspace:
    """A workspace with the built-in model and the repository's prompts for these classes."""
    workspace = create(path)
    encoder_change.change_encoder(workspace, "built-in")
    content = taxonomy_file.read_taxonomy(SCENE3_PROMPTS)
    content["categories"] = [entry for entry in content["categories"] if entry["name"] in classes]
    taxonomy_file.set_taxonomy(workspace, content, actor="bench")
    return workspace


def write(path: Path, rows: Rows) -> Path:
    """A truth file by basename."""
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["file", "class"])
        out.writerows([Path(row["file"]).name, row["class"]] for row in rows)
    return path


def groups(path: Path, rows: Rows) -> Path:
    """A metadata file that names each image's source as its group."""
    path.write_text("\n".join(["file,group", *(f"{Path(row['file']).name},{row['source']}" for row in rows)]))
    return path


def label(workspace: Workspace, rows: Rows, root: Path, number: int) -> None:
    """The next batch of the app, answered from the truth; round 0 labels everything."""
    snapshot = Snapshot(workspace)
    truth = {Path(row["file"]).name: row["class"] for row in rows}
    if number == 0:
        chosen = list(truth)
    else:
        page = grid.tiles(snapshot, grid.TileQuery(order="next", limit=LABELS, seed=number))
        chosen = [Path(tile["name"]).name for tile in page["tiles"]]
    answers = [{"file": name, "class": truth[name]} for name in chosen]
    order = "next" if number else None
    label_import.label_csv(workspace, write(root / f"answers{number}.csv", answers), actor="truth", order=order)


def judged(workspace: Workspace, folder: Path, rows: Rows) -> Figures:
    """Zero-shot and head on rows that the workspace has not seen: predictions only, nothing is added to it."""
    zero, head = correct_rows(Snapshot(workspace), folder, rows)
    gain = accuracy.gain(zero, head)
    assert gain is not None
    return {
        "later_zero_shot": float(zero.mean()),
        "later_head": float(head.mean()),
        "gain": gain["accuracy"],
        "gain_low": gain["low"],
        "gain_high": gain["high"],
    }


def correct_rows(snapshot: Snapshot, folder: Path, rows: Rows) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Whether zero-shot and the classifier in use tell each row right, bool [n] each."""
    vectors = held_vectors(snapshot, folder, rows)
    ids = {category.path: category.id for category in snapshot.categories.tree}
    wanted = np.array([ids[row["class"]] for row in rows])
    zero, used = (
        np.array(linear.classes)[linear.logits(vectors).argmax(axis=1)] == wanted
        for linear in (snapshot.prompts.zero_shot(), snapshot.classifiers.in_use().scorer)
    )
    return zero, used


_cache: dict[str, npt.NDArray[np.float32]] = {}


def held_vectors(snapshot: Snapshot, folder: Path, rows: Rows) -> npt.NDArray[np.float32]:
    """Vectors of files, embedded once a process."""
    missing = [row["file"] for row in rows if row["file"] not in _cache]
    if missing:
        good, vectors = snapshot.encoder.encode_files([folder / name for name in missing])
        _cache.update({missing[k]: vector for k, vector in zip(good, vectors, strict=True)})
    return np.stack([_cache[row["file"]] for row in rows])
