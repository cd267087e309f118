"""Tuning prompts: what a draft file would change, publishing it, what each prompt contributes, categories from words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from errors import InputError
from labeling.categories import taxonomy_file
from labeling.cleaning.label_table import HUMAN
from labeling.prompts import publishing
from labeling.proposals import pseudo_labels
from labeling.scoring import random_words, zero_shot
from labeling.scoring import scorecard as cards
from labeling.scoring.zero_shot import Linear
from labeling.snapshot.snapshot import Scene, leaves
from store.project import prompts, taxonomy
from store.project.prompts import PromptSet
from store.project.taxonomy import Category

ENOUGH = 30  # with so many labels outside the audit, the scorecard leaves the audit items alone
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Drafted:
    """A draft file as it would be published: the tree, the classes to choose from, and the prompts."""

    tree: list[Category]
    classes: list[Category]
    prompts: PromptSet

    @property
    def nodes(self) -> list[Category]:
        """All categories of the facet that is chosen from."""
        return [category for category in self.tree if category.facet_id == self.classes[0].facet_id]


def read(scene: Scene, content: dict[str, Any], actor: str) -> Drafted:
    """What a draft file would make of the categories and prompts; nothing is written.

    Raises:
        InputError: it could not be published.
    """
    facet_id = scene.facet_id()
    with scene.workspace.engine.connect() as connection, connection.begin() as transaction:
        taxonomy_file.write_taxonomy(connection, content, actor=actor)
        tree = taxonomy.categories(connection)
        made = prompts.published(connection).prompts
        transaction.rollback()
    return Drafted(tree, leaves(tree, facet_id), made)


def diff(scene: Scene, content: dict[str, Any], actor: str) -> dict[str, Any]:
    """Per class how many images come in, go out and are contested, and the accuracy on people's labels before and after.

    Raises:
        InputError: the draft could not be published.
    """
    drafted = read(scene, content, actor)
    before, after = scene.prompted(), scene.prompted(drafted.prompts, drafted.nodes)
    old = _chosen(before, before.probabilities(scene.vectors))
    probabilities = after.probabilities(scene.vectors)
    new = _chosen(after, probabilities)
    margin = zero_shot.top_two(probabilities)[2] if len(new) else np.empty(0, np.float32)
    names = taxonomy_file.short_names(drafted.tree)
    return {
        "per_class": {
            names[c.id]: {
                "in": int(((new == c.id) & (old != c.id)).sum()),
                "out": int(((old == c.id) & (new != c.id)).sum()),
                "contested": int(((new == c.id) & (margin < publishing.CONTESTED)).sum()),
            }
            for c in drafted.classes
        },
        **_accuracy(scene, old, new, audit=False),
        "audit": _accuracy(scene, old, new, audit=True),
    }


def _chosen(linear: Linear, probabilities: npt.NDArray[np.float32]) -> Ints:
    """The category id chosen for each row, int64 [n]."""
    return np.asarray(np.array(linear.classes, np.int64)[probabilities.argmax(axis=1)])


def _accuracy(scene: Scene, old: Ints, new: Ints, *, audit: bool) -> dict[str, Any]:
    """Accuracy and macro F1 on the rows that people have labelled, or on the audit items among them."""
    board = scene.board()
    rows = np.flatnonzero((board.source >= HUMAN) & board.labelled & (board.audit | (not audit)))
    if not len(rows):
        return {"accuracy_before": None, "accuracy_after": None, "n": 0}
    truth = board.category[rows]
    return {
        "accuracy_before": float((old[rows] == truth).mean()),
        "accuracy_after": float((new[rows] == truth).mean()),
        "macro_f1_before": publishing.macro_f1(truth, old[rows]),
        "macro_f1_after": publishing.macro_f1(truth, new[rows]),
        "n": len(rows),
    }


def publish(scene: Scene, content: dict[str, Any], *, note: str, actor: str, propose: bool = False) -> dict[str, Any]:
    """Publish a draft file as a version, and let it propose where asked, as one batch.

    Raises:
        InputError: the draft could not be published; nothing was changed then.
    """
    version = taxonomy_file.set_taxonomy(scene.workspace, content, actor=actor, note=note.strip()[:500])
    if not propose:
        return {"version": version, "proposed": 0, "batch": None}
    done = pseudo_labels.pseudo_label(scene, "zero-shot")
    return {"version": version, "proposed": done.labelled, "batch": done.batch}


def scorecard(scene: Scene, prompt_set: PromptSet | None = None) -> dict[str, Any]:
    """The leave-one-out gain of each prompt on people's labels, worst first, and a control of random words.

    Raises:
        InputError: fewer than two classes have three labels of people each.
    """
    classes = scene.classes()
    used = prompt_set if prompt_set is not None else scene.prompts()[1]
    rows, truth = _labelled(scene)
    if (np.bincount(truth, minlength=1) >= cards.ScoreOptions().least).sum() < 2:
        raise InputError("The scorecard needs three labels of people in each of two classes. Label a few more items.")
    texts = [(k, text) for k, c in enumerate(classes) for text in used.texts(c.id, c.name)]
    encoded = scene.encoder.encode_text([text for _, text in texts])
    category = np.array([k for k, _ in texts], np.int64)
    vectors = scene.vectors[rows]
    found = cards.scorecard(vectors, truth, encoded, category, scale=scene.encoder.logit_scale)
    names = taxonomy_file.short_names(scene.tree)
    entries = [
        {
            "category": names[classes[k].id],
            "prompt": text,
            "gain": score.gain,
            "low": score.low,
            "high": score.high,
            "against": None if score.against is None else names[classes[score.against].id],
            "hurts": score.hurts,
        }
        for (k, text), score in zip(texts, found, strict=True)
    ]
    entries.sort(key=lambda entry: (entry["gain"] is None, entry["gain"] or 0.0))
    return {"prompts": entries, "n": len(rows), "control": _control(scene, classes, texts, encoded, rows, truth)}


def _labelled(scene: Scene) -> tuple[Ints, Ints]:
    """(rows, class index) of people's labels; the audit items are left out where enough others are there."""
    board = scene.board()
    truth = board.class_index(tuple(c.id for c in scene.classes()))
    mine = (board.source >= HUMAN) & (truth >= 0)
    rows = np.flatnonzero(mine & ~board.audit)
    rows = rows if len(rows) >= ENOUGH else np.flatnonzero(mine)
    return rows, truth[rows]


def _control(
    scene: Scene,
    classes: list[Category],
    texts: list[tuple[int, str]],
    encoded: npt.NDArray[np.float32],
    rows: Ints,
    truth: Ints,
) -> dict[str, Any]:
    """Accuracy of the prompts against as many of the form "{name}, random words" (after Roth et al. 2023, WaffleCLIP)."""
    random = [(k, random_words.random_words(classes[k].name, number)) for number, (k, _) in enumerate(texts)]
    category = np.array([k for k, _ in texts], np.int64)
    other = scene.encoder.encode_text([text for _, text in random])
    vectors = np.asarray(scene.vectors[rows], np.float32)
    right = []
    for ensemble in (encoded, other):
        made = zero_shot.class_vectors([ensemble[category == k] for k in range(len(classes))])
        right.append((vectors @ made.T).argmax(axis=1) == truth)
    gain, low, high = random_words.paired(right[1], right[0])
    return {
        "accuracy": float(right[0].mean()),
        "accuracy_random": float(right[1].mean()),
        "gain": gain,
        "low": low,
        "high": high,
        "helps": low > 0,
    }


def categorize(scene: Scene, text: str) -> list[dict[str, Any]]:
    """The categories that a phrase or a title means, best first: `id`, `name`, `score` (a cosine).

    The score is the mean of the cosines with the category's vector and with its nearest prompt.

    Raises:
        InputError: the text is empty. EncoderError: the encoder has no text side.
    """
    wanted = " ".join(text.split())[:1000]
    if not wanted:
        raise InputError("There are no words to find a category for. Type a phrase or a title.")
    used = scene.prompts()[1]
    tree = [(c, used.texts(c.id, c.name)) for c in scene.tree]
    tree = [(c, texts) for c, texts in tree if texts]
    if not tree:
        raise InputError("There are no categories with prompts yet. Set them with `sceneloop prompts W --set FILE`.")
    query = scene.encoder.encode_text([wanted])[0]
    names = taxonomy_file.short_names([c for c, _ in tree])
    found = []
    for c, texts in tree:
        vectors = scene.encoder.encode_text(texts)
        cosine = (float(zero_shot.class_vectors([vectors])[0] @ query) + float((vectors @ query).max())) / 2
        found.append({"id": c.id, "name": names[c.id], "score": round(cosine, 6)})
    return sorted(found, key=lambda entry: -entry["score"])
