"""Does the scorecard find a planted bad prompt, and does following it help?

A hundred times a prompt of another class is planted among the demo's prompts, and a hundred labels of people are drawn. The gain
was defined by looking at the seeds from 0 on (`_chosen_on`); what is reported are seeds that were drawn only afterwards. With
`--data`, also on real images: whoever follows the advice switches off what is said to hurt; accuracy is that on sources
that nobody has labelled.
"""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml
from threadpoolctl import threadpool_limits

import sample_data
from bench.harness import Figures, Options
from bench.heads.loop import HELD_OUT_SOURCES, held_vectors, label, make
from embedding.encoders import encoder
from embedding.ingest import adding
from labeling.categories import taxonomy_file
from labeling.prompts import contributions
from labeling.scoring.scorecard import scorecard
from labeling.snapshot.snapshot import Snapshot
from store.project.prompt_set import Prompt

LABELS, SEEDS = 100, 100
FRESH = 50_000  # the first of the seeds that nothing was chosen on


def run(options: Options) -> Figures:
    """`found_of_100`: the planted prompt is the worst; `false_alarm`: another one is said to hurt."""
    with threadpool_limits(options.threads):
        count = SEEDS // 5 if options.quick else SEEDS
        figures = _planted(range(FRESH, FRESH + count))
        figures |= {f"{name}_chosen_on": value for name, value in _planted(range(count)).items()}
        if options.data is not None:
            figures |= _followed(options.need("scene3"))
    return figures


def _planted(seeds: range) -> Figures:
    model = encoder.load("built-in", threads=1)
    with sample_data.truth_file().open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    tree = yaml.safe_load(sample_data.taxonomy_file().read_text(encoding="utf-8"))["categories"]
    names = [entry["name"] for entry in tree]
    truth = np.array([names.index(row["class"]) for row in rows])
    _, vectors = model.encode_files([sample_data.images_folder() / row["file"] for row in rows])
    category = np.array([k for k, entry in enumerate(tree) for _ in entry["prompts"]])
    prompts = model.encode_text([text for entry in tree for text in entry["prompts"]])
    hits = named = alarms = 0
    for seed in seeds:
        random = np.random.default_rng(seed)
        own = int(random.integers(len(names)))
        stranger = random.choice(np.flatnonzero(category != own))
        chosen = random.permutation(len(rows))[:LABELS]
        scores = scorecard(
            vectors[chosen],
            truth[chosen],
            np.vstack([prompts, prompts[stranger]]),
            np.append(category, own),
            scale=model.logit_scale,
        )
        hits += int(np.argmin([score.gain or 0.0 for score in scores])) == len(prompts)
        named += scores[-1].hurts
        alarms += any(score.hurts for score in scores[:-1])
    share = 100 / len(seeds)
    return {"found_of_100": hits * share, "flagged_of_100": named * share, "false_alarm": alarms * share}


def _followed(folder: Path) -> Figures:
    """Accuracy on unlabelled sources with all prompts, and without those that the scorecard warns of."""
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        everything = [row for row in csv.DictReader(file) if row["class"] != "other_photo"]
    seen = [row for row in everything if row["source"] not in HELD_OUT_SOURCES]
    unseen = [row for row in everything if row["source"] in HELD_OUT_SOURCES]
    figures: Figures = {}
    for planted in (False, True):
        with tempfile.TemporaryDirectory() as scratch:
            root = Path(scratch)
            workspace = make(root / "ws", sorted({row["class"] for row in everything}))
            adding.add(workspace, [folder / row["file"] for row in seen])
            for number in range(1, 3):
                label(workspace, seen, root, number)
            if planted:
                _plant(Snapshot(workspace))
            snapshot = Snapshot(workspace)
            vectors = held_vectors(snapshot, folder, unseen)
            ids = {category.path: category.id for category in snapshot.categories.tree}
            truth = np.array([ids[row["class"]] for row in unseen])
            tail = "_planted" if planted else ""
            figures[f"accuracy_before{tail}"] = _accuracy(snapshot, vectors, truth)
            figures[f"switched_off{tail}"] = _follow(snapshot)
            figures[f"accuracy_after{tail}"] = _accuracy(snapshot, vectors, truth)
            workspace.engine.dispose()
    return figures


def _plant(snapshot: Snapshot) -> None:
    """Someone puts two plausible prompts into the wrong category."""
    texts = taxonomy_file.show_prompts(snapshot.workspace)
    by_name = {entry["name"]: entry["prompts"] for entry in texts["categories"]}
    by_name["nature"] += [by_name["animation_game"][-2], by_name["document"][-1]]
    taxonomy_file.set_taxonomy(snapshot.workspace, texts, actor="bench")


def _follow(snapshot: Snapshot) -> int:
    """Switch off the worst prompt that hurts until none does; returns how many."""
    off = 0
    while True:
        hurting = [entry for entry in contributions.measure_prompts(snapshot)["prompts"] if entry["hurts"]]
        if not hurting:
            return off
        content = taxonomy_file.show_prompts(snapshot.workspace)
        entry = next(e for e in content["categories"] if e["name"] == hurting[0]["category"])
        entry["prompts"] = [text for text in entry["prompts"] if Prompt(text).text != hurting[0]["prompt"]]
        taxonomy_file.set_taxonomy(snapshot.workspace, content, actor="bench", note="as advised")
        off += 1


def _accuracy(snapshot: Snapshot, vectors: npt.NDArray[np.float32], truth: npt.NDArray[np.int64]) -> float:
    linear = snapshot.prompts.zero_shot()
    return float((np.array(linear.classes)[linear.logits(vectors).argmax(axis=1)] == truth).mean())
