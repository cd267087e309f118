"""What a draft would change: accuracy, counts per class, and the images that move most."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score
from typing_extensions import TypedDict

from labeling.prompts.drafts import DraftWish
from labeling.prompts.publishing import AUDIT_ENOUGH, CONTESTED, MOST, MOVES, TOP, from_request
from labeling.review import grid, machine_view
from labeling.review.tile import Tile
from labeling.scoring import zero_shot
from labeling.scoring.draft_scores import LiveScores, Standing
from labeling.scoring.tree_classifier import Paths
from labeling.scoring.zero_shot import Floats, Linear
from labeling.snapshot import cache
from labeling.snapshot.snapshot import Snapshot
from store.project import taxonomy
from store.project.prompt_set import PromptSet, texts_of

Ints = npt.NDArray[np.int64]


# How many images choose a class before and after, come in, go out, and are contested: their margin is small.
ClassMoves = TypedDict(
    "ClassMoves", {"category": int, "before": int, "after": int, "in": int, "out": int, "contested": int}
)
# The images that go from one class to another, with the most certain ones.
MovedImages = TypedDict("MovedImages", {"from": int, "to": int, "count": int, "tiles": list[Tile]})


class MacroF1(TypedDict):
    """Macro F1 before and after on `n` labels of people."""

    before: float
    after: float
    n: int


class Accuracy(MacroF1):
    """Accuracy before and after; `set` says on which labels: `audit` items where there are enough, else all."""

    set: str


class Quality(TypedDict):
    """How right the classes are on labels of people; None where there are none."""

    accuracy: Accuracy | None
    macro_f1: MacroF1 | None


class PromptEffect(Quality):
    """Counts of every class, and the largest moves from one class to another."""

    counts: list[ClassMoves]
    moves: list[MovedImages]


class UnknownWords(TypedDict):
    """The words of a prompt that the tokenizer does not know."""

    prompt: str
    words: list[str]


class DraftEffect(PromptEffect):
    """What a draft would change; `top` are the images nearest to the category in focus, `ms` the time that it took."""

    focus: int
    top: list[Tile]
    unknown: list[UnknownWords]
    contested_below: float
    ms: float


@cache.once()
def draft(snapshot: Snapshot, wish: DraftWish) -> DraftEffect:
    """What a draft would change, without saving it: counts per class, moves with images, accuracy on people's labels.

    Raises:
        InputError: a category would be left without a prompt.
    """
    begin = time.perf_counter()
    prompt_set = from_request(snapshot, wish)
    before, after = (
        snapshot.prompts.down_the_tree(),
        snapshot.prompts.down_the_tree(prompt_set, snapshot.categories.nodes()),
    )
    was, now = standing(snapshot, before, after)
    seen: machine_view.View = snapshot.cached(
        "draft view", (snapshot.revision(), len(snapshot.ids)), lambda: machine_view.view(snapshot)
    )
    focus = (
        next((c for c in snapshot.categories.tree if c.id == wish.get("focus")), None)
        or snapshot.categories.classes()[0]
    )
    return {
        **effect(snapshot, seen, after, was, now),
        "focus": focus.id,
        "top": _top(snapshot, seen, prompt_set, focus),
        "unknown": _unknown(snapshot, wish),
        "contested_below": CONTESTED,
        "ms": round(1000 * (time.perf_counter() - begin), 1),
    }


def effect(snapshot: Snapshot, seen: machine_view.View, after: Linear, was: Standing, now: Standing) -> PromptEffect:
    """`counts` per class, the largest `moves` with images, `accuracy` and `macro_f1` on people's labels."""
    return {
        "counts": _counts(after, was.best, now.best, now.margin),
        "moves": _moves(seen, after, was.best, now.best, now.confidence),
        **_quality(snapshot, after, was.best, now.best),
    }


def both(snapshot: Snapshot, before: Linear, after: Linear) -> tuple[Standing, Standing]:
    """What two classifiers say of every item, both scored now."""
    return _scored(snapshot, before), _scored(snapshot, after)


def standing(snapshot: Snapshot, before: Linear, after: Linear) -> tuple[Standing, Standing]:
    """What two classifiers with the same classes say of every item; where only some class vectors differ, only those are scored."""
    if not isinstance(before, Paths) and not isinstance(after, Paths):
        key = (before.classes, _sum(before), len(snapshot.ids), snapshot.vectors_revision)
        live: LiveScores = snapshot.cached("live", key, lambda: LiveScores(snapshot.vectors, before))
        if live.fits(after):
            return live.published, live.draft(after)
    stamp = (before.classes, snapshot.prompts.version()[0], _sum(before), len(snapshot.ids), snapshot.vectors_revision)
    published: Standing = snapshot.cached("published standing", stamp, lambda: _scored(snapshot, before))
    return published, _scored(snapshot, after)


def _sum(linear: Linear) -> tuple[float, float]:
    return float(linear.weights.sum()), float(linear.bias.sum())


def _scored(snapshot: Snapshot, linear: Linear) -> Standing:
    best, confidence, margin = zero_shot.top_two(linear.probabilities(snapshot.vectors))
    return Standing(best, confidence, margin, (), np.empty((len(best), 0), np.float32))


def _counts(after: Linear, old: Ints, new: Ints, margin: Floats) -> list[ClassMoves]:
    return [
        {
            "category": number,
            "before": int((old == k).sum()),
            "after": int((new == k).sum()),
            "in": int(((new == k) & (old != k)).sum()),
            "out": int(((old == k) & (new != k)).sum()),
            "contested": int(((new == k) & (margin < CONTESTED)).sum()),
        }
        for k, number in enumerate(after.classes)
    ]


def _quality(snapshot: Snapshot, after: Linear, old: Ints, new: Ints) -> Quality:
    """Accuracy before and after on what people have labelled: the audit items where there are enough, else all."""
    board = snapshot.labels.board()
    truth = board.class_index(after.classes)
    rows, which = board.judges(truth, AUDIT_ENOUGH)
    if not len(rows):
        return {"accuracy": None, "macro_f1": None}
    was, now = old[rows] == truth[rows], new[rows] == truth[rows]
    return {
        "accuracy": {"before": float(was.mean()), "after": float(now.mean()), "n": len(rows), "set": which},
        "macro_f1": {
            "before": macro_f1(truth[rows], old[rows]),
            "after": macro_f1(truth[rows], new[rows]),
            "n": len(rows),
        },
    }


def macro_f1(truth: Ints, predicted: Ints) -> float:
    """Mean F1 over the classes that occur in the truth."""
    return float(f1_score(truth, predicted, labels=np.unique(truth), average="macro", zero_division=0.0))


def _top(snapshot: Snapshot, seen: machine_view.View, prompt_set: PromptSet, focus: taxonomy.Category) -> list[Tile]:
    """The images nearest to a category's vector, with their cosines."""
    texts = texts_of(prompt_set, focus, snapshot.categories.tree)
    if not len(snapshot.ids) or not texts:
        return []
    vector = snapshot.texts.class_vectors([texts])
    cosines = Linear((focus.id,), vector, np.zeros(1, np.float32)).logits(snapshot.vectors)[:, 0]
    return [grid.tile(seen, int(row), float(cosines[row])) for row in highest(cosines, TOP)]


def highest(values: npt.NDArray[np.float32], count: int) -> npt.NDArray[np.int64]:
    """Rows of the highest values, the highest first."""
    rows = np.argpartition(-values, min(count, len(values)) - 1)[:count]
    return np.asarray(rows[np.argsort(-values[rows], kind="stable")], np.int64)


def _moves(seen: machine_view.View, after: Linear, old: Ints, new: Ints, confidence: Floats) -> list[MovedImages]:
    """The largest moves from one class to another, each with its most certain images."""
    changed = np.flatnonzero(old != new)
    pairs, counts = np.unique(old[changed] * len(after.classes) + new[changed], return_counts=True)
    moves: list[MovedImages] = []
    for place in np.argsort(-counts, kind="stable")[:MOST]:
        a, b = divmod(int(pairs[place]), len(after.classes))
        rows = changed[(old[changed] == a) & (new[changed] == b)]
        rows = rows[np.argsort(-confidence[rows], kind="stable")][:MOVES]
        moves.append(
            {
                "from": after.classes[a],
                "to": after.classes[b],
                "count": int(counts[place]),
                "tiles": [grid.tile(seen, int(row), float(confidence[row])) for row in rows],
            }
        )
    return moves


def _unknown(snapshot: Snapshot, wish: DraftWish) -> list[UnknownWords]:
    texts = [str(p.get("text", "")) for entry in wish.get("categories") or [] for p in entry.get("prompts") or []]
    encoder = snapshot.encoder  # asked once: opening it looks into the database
    entries: list[UnknownWords] = [
        {"prompt": text, "words": encoder.unknown_words(text)} for text in dict.fromkeys(texts) if text.strip()
    ]
    return [entry for entry in entries if entry["words"]]
