"""What each prompt of an ensemble contributes, on labels that people gave, against prompts of random words."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from errors import InputError
from labeling.categories import taxonomy_file
from labeling.cleaning.label_table import HUMAN
from labeling.scoring import random_words, zero_shot
from labeling.scoring.scorecard import ScoreOptions, scorecard
from labeling.snapshot.snapshot import Snapshot
from store.project.prompt_set import PromptSet
from store.project.taxonomy import Category

ENOUGH = 30  # with so many labels outside the audit, the scorecard leaves the audit items alone
Ints = npt.NDArray[np.int64]


class Contribution(TypedDict):
    """What one prompt gains, in logits with an interval, against the class that it serves worst; None without enough labels."""

    category: str
    prompt: str
    gain: float | None
    low: float | None
    high: float | None
    against: str | None
    hurts: bool


class Control(TypedDict):
    """Accuracy of the prompts and of as many with random words, and the gain over those with its interval."""

    accuracy: float
    accuracy_random: float
    gain: float
    low: float
    high: float
    helps: bool


class Contributions(TypedDict):
    """The prompts, worst first, on `n` labels of people, and the control."""

    prompts: list[Contribution]
    n: int
    control: Control


def measure_prompts(snapshot: Snapshot, prompt_set: PromptSet | None = None) -> Contributions:
    """The leave-one-out gain of each prompt on people's labels, worst first, and a control of random words.

    Raises:
        InputError: fewer than two classes have three labels of people each.
    """
    classes = snapshot.categories.classes()
    used = prompt_set if prompt_set is not None else snapshot.prompts.version()[1]
    rows, truth = _labelled(snapshot)
    if (np.bincount(truth, minlength=1) >= ScoreOptions().least).sum() < 2:
        raise InputError("The scorecard needs three labels by people in each of two classes. Label a few more items.")
    texts = [(k, text) for k, c in enumerate(classes) for text in used.texts(c.id, c.name)]
    encoded = snapshot.encoder.encode_text([text for _, text in texts])
    category = np.array([k for k, _ in texts], np.int64)
    vectors = snapshot.vectors[rows]
    scores = scorecard(vectors, truth, encoded, category, scale=snapshot.encoder.logit_scale)
    names = taxonomy_file.short_names(snapshot.categories.tree)
    entries: list[Contribution] = [
        {
            "category": names[classes[k].id],
            "prompt": text,
            "gain": score.gain,
            "low": score.low,
            "high": score.high,
            "against": None if score.against is None else names[classes[score.against].id],
            "hurts": score.hurts,
        }
        for (k, text), score in zip(texts, scores, strict=True)
    ]
    entries.sort(key=lambda entry: (entry["gain"] is None, entry["gain"] or 0.0))
    return {"prompts": entries, "n": len(rows), "control": _control(snapshot, classes, texts, encoded, rows, truth)}


def _labelled(snapshot: Snapshot) -> tuple[Ints, Ints]:
    """(rows, class index) of people's labels; the audit items are left out where enough others are there."""
    board = snapshot.labels.board()
    truth = board.class_index(tuple(c.id for c in snapshot.categories.classes()))
    mine = (board.source >= HUMAN) & (truth >= 0)
    rows = np.flatnonzero(mine & ~board.audit)
    rows = rows if len(rows) >= ENOUGH else np.flatnonzero(mine)
    return rows, truth[rows]


def _control(
    snapshot: Snapshot,
    classes: list[Category],
    texts: list[tuple[int, str]],
    encoded: npt.NDArray[np.float32],
    rows: Ints,
    truth: Ints,
) -> Control:
    """Accuracy of the prompts against as many of the form "{name}, random words" (after Roth et al. 2023, WaffleCLIP)."""
    random = [(k, random_words.random_words(classes[k].name, number)) for number, (k, _) in enumerate(texts)]
    category = np.array([k for k, _ in texts], np.int64)
    other = snapshot.encoder.encode_text([text for _, text in random])
    vectors = np.asarray(snapshot.vectors[rows], np.float32)
    right = []
    for ensemble in (encoded, other):
        class_vectors = zero_shot.class_vectors([ensemble[category == k] for k in range(len(classes))])
        right.append((vectors @ class_vectors.T).argmax(axis=1) == truth)
    gain, low, high = random_words.paired(right[1], right[0])
    return {
        "accuracy": float(right[0].mean()),
        "accuracy_random": float(right[1].mean()),
        "gain": gain,
        "low": low,
        "high": high,
        "helps": low > 0,
    }
