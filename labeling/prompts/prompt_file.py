"""A prompt file as a draft: what it would change, and publishing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NotRequired

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from labeling.categories import taxonomy_file
from labeling.categories.taxonomy_text import TaxonomyFile
from labeling.cleaning.label_table import HUMAN
from labeling.prompts import draft_effect, publishing
from labeling.proposals import pseudo_labels
from labeling.scoring import zero_shot
from labeling.scoring.zero_shot import Linear
from labeling.snapshot.category_tree import leaves
from labeling.snapshot.snapshot import Snapshot
from store.project import prompts, taxonomy
from store.project.prompt_set import PromptSet
from store.project.taxonomy import Category

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


# How many images come into a class, go out of it, and are contested: their margin is small.
ClassDifference = TypedDict("ClassDifference", {"in": int, "out": int, "contested": int})


class BeforeAndAfter(TypedDict):
    """Accuracy and macro F1 on `n` labels of people, None and left out where there are none."""

    accuracy_before: float | None
    accuracy_after: float | None
    macro_f1_before: NotRequired[float]
    macro_f1_after: NotRequired[float]
    n: int


class PromptDiff(BeforeAndAfter):
    """What a draft file would change: by class, and on people's labels, the audit items among them once more alone."""

    per_class: dict[str, ClassDifference]
    audit: BeforeAndAfter


class PublishedFile(TypedDict):
    """The version that a file became, and how many labels it proposed, as a batch."""

    version: int
    proposed: int
    batch: str | None


def read(snapshot: Snapshot, content: TaxonomyFile, actor: str) -> Drafted:
    """What a draft file would make of the categories and prompts; nothing is written.

    Raises:
        InputError: it could not be published.
    """
    facet_id = snapshot.categories.facet_id()
    with snapshot.workspace.engine.connect() as connection, connection.begin() as transaction:
        taxonomy_file.write_taxonomy(connection, content, actor=actor)
        tree = taxonomy.categories(connection)
        prompt_set = prompts.published(connection).prompts
        transaction.rollback()
    return Drafted(tree, leaves(tree, facet_id), prompt_set)


def diff(snapshot: Snapshot, content: TaxonomyFile, actor: str) -> PromptDiff:
    """Per class how many images come in, go out and are contested, and the accuracy on people's labels before and after.

    Raises:
        InputError: the draft could not be published.
    """
    drafted = read(snapshot, content, actor)
    before, after = snapshot.prompts.down_the_tree(), snapshot.prompts.down_the_tree(drafted.prompts, drafted.nodes)
    old = _chosen(before, before.probabilities(snapshot.vectors))
    probabilities = after.probabilities(snapshot.vectors)
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
        **_accuracy(snapshot, old, new, audit=False),
        "audit": _accuracy(snapshot, old, new, audit=True),
    }


def _chosen(linear: Linear, probabilities: npt.NDArray[np.float32]) -> Ints:
    """The category id chosen for each row, int64 [n]."""
    return np.asarray(np.array(linear.classes, np.int64)[probabilities.argmax(axis=1)])


def _accuracy(snapshot: Snapshot, old: Ints, new: Ints, *, audit: bool) -> BeforeAndAfter:
    """Accuracy and macro F1 on the rows that people have labelled, or on the audit items among them."""
    board = snapshot.labels.board()
    rows = np.flatnonzero((board.source >= HUMAN) & board.labelled & (board.audit | (not audit)))
    if not len(rows):
        return {"accuracy_before": None, "accuracy_after": None, "n": 0}
    truth = board.category[rows]
    return {
        "accuracy_before": float((old[rows] == truth).mean()),
        "accuracy_after": float((new[rows] == truth).mean()),
        "macro_f1_before": draft_effect.macro_f1(truth, old[rows]),
        "macro_f1_after": draft_effect.macro_f1(truth, new[rows]),
        "n": len(rows),
    }


def publish(
    snapshot: Snapshot, content: TaxonomyFile, *, note: str, actor: str, propose: bool = False
) -> PublishedFile:
    """Publish a draft file as a version, and let it propose where asked, as one batch.

    Raises:
        InputError: the draft could not be published; nothing was changed then.
    """
    version = taxonomy_file.set_taxonomy(snapshot.workspace, content, actor=actor, note=note.strip()[:500])
    if not propose:
        return {"version": version, "proposed": 0, "batch": None}
    done = pseudo_labels.pseudo_label(snapshot, "zero-shot")
    return {"version": version, "proposed": done.labelled, "batch": done.batch}
