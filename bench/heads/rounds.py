"""Three rounds of 50 labels on real images, judged on whole sources that were added only afterwards.

Needs `scene3` below the data folder. Its sources are held out in three turns, each turn a fresh workspace with the built-in model: the
app's next batch is answered from the truth, a head is trained and proposes, three times. Every image of a held-out
source is judged once, by what never saw its source. Twice: as the app is meant to be used, the source of each image given as a column
`group` and a head promoted where its gain is certain; and with every head promoted and no groups (`newest_`).
"""

from __future__ import annotations

import csv
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.harness import Figures, Options
from bench.heads import loop
from embedding.ingest import adding
from labeling.exchange import label_import
from labeling.proposals import pseudo_labels
from labeling.snapshot.snapshot import Snapshot
from training.heads import head_training, promotion
from training.metrics import accuracy

ROUNDS = 3
TURNS = (
    ("intel150_sea", "sun_sky", "game_pcfx", "slide"),
    ("intel150_forest", "game_atari", "ui_screenshot"),
    ("intel150_glacier", "raylib", "sroie_receipt"),
)
Right = npt.NDArray[np.bool_]


def run(options: Options) -> Figures:
    """Accuracy in [0, 1] on the sources added afterwards, by number of labels, with 95 % intervals; gains are paired.

    `accuracy_0` is zero-shot, `accuracy_N` what proposes after N labels: the promoted head, else zero-shot; `promoted` heads of all.
    `accuracy_N_turnK` the same in one turn. `newest_accuracy_N` and its kin are of the newest head.
    """
    folder = options.need("scene3")
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["class"] != "other_photo"]
    figures: Figures = {}
    for prefix, careful in (("", True), ("newest_", False)):
        turns_by_count: dict[int, list[Right]] = defaultdict(list)
        promoted = 0
        for number, sources in enumerate(TURNS[:1] if options.quick else TURNS, 1):
            by_count, heads = turn(folder, rows, sources, careful=careful)
            promoted += heads
            for labels, right in by_count.items():
                turns_by_count[labels].append(right)
                figures[f"{prefix}accuracy_{labels}_turn{number}"] = float(right.mean())
        figures |= {f"{prefix}{key}": value for key, value in pooled(turns_by_count).items()} | {
            f"{prefix}promoted": promoted
        }
    return figures


def pooled(rounds: dict[int, list[Right]]) -> Figures:
    """Accuracies over all turns with intervals, and paired gains over zero-shot."""
    figures: Figures = {}
    joined = {labels: np.concatenate(parts) for labels, parts in rounds.items()}
    for labels, right in joined.items():
        low, high = accuracy.interval(right.astype(np.float64))
        figures |= {f"accuracy_{labels}": float(right.mean()), f"low_{labels}": low, f"high_{labels}": high}
        gain = accuracy.gain(joined[0], right)
        if labels and gain is not None:
            figures |= {
                f"gain_{labels}": gain["accuracy"],
                f"gain_{labels}_low": gain["low"],
                f"gain_{labels}_high": gain["high"],
            }
    return figures | {"n": len(joined[0])}


def turn(folder: Path, rows: loop.Rows, sources: tuple[str, ...], *, careful: bool) -> tuple[dict[int, Right], int]:
    """Whether each held-out image was classified right, by the number of labels given; and how many heads were promoted."""
    seen = [row for row in rows if row["source"] not in sources]
    later = [row for row in rows if row["source"] in sources]
    promoted = 0
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        workspace = loop.make(root / "rounds", sorted({row["class"] for row in rows}))
        adding.add(workspace, [folder / row["file"] for row in seen])
        if careful:
            label_import.meta_csv(workspace, loop.groups(root / "groups.csv", seen))
        pseudo_labels.pseudo_label(Snapshot(workspace), "zero-shot")
        by_count = {0: loop.correct_rows(Snapshot(workspace), folder, later)[0]}
        for number in range(1, ROUNDS + 1):
            loop.label(workspace, seen, root, number)
            trained = head_training.train(Snapshot(workspace), promote="auto" if careful else "always")
            promoted += bool(trained["promoted"])
            if promoted:
                promotion.propose(Snapshot(workspace))
            by_count[number * loop.LABELS] = loop.correct_rows(Snapshot(workspace), folder, later)[1]
        workspace.engine.dispose()
    return by_count, promoted


def table(figures: Figures) -> str:
    """The curves in words."""
    lines = [f"labels  accuracy on sources added afterwards (n = {figures['n']})"]
    for prefix, words in (("", "in use"), ("newest_", "newest head")):
        for labels in range(0, ROUNDS * loop.LABELS + 1, loop.LABELS):
            now, low, high = (
                100 * float(figures[f"{prefix}{key}_{labels}"] or 0) for key in ("accuracy", "low", "high")
            )
            lines.append(f"{labels:6}  {words:11}  {now:.1f} % ({low:.1f} to {high:.1f}) {'#' * round(now / 2)}")
    return "\n".join(lines)
