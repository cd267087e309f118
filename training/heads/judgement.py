"""Judgement of a head: its gain over another on all images, levels and classes that fall, and labels that teach it nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats
from typing_extensions import TypedDict

from labeling.scoring.tree import at_level, levels
from labeling.snapshot.snapshot import Snapshot
from training.heads.comparison import HeldOut, Ints
from training.metrics import population_mean
from training.metrics.accuracy import Gain
from training.metrics.multilabel_metrics import MicroF1Gain

FEW = 5  # labels of a class or a level below which its fall is not reported
DOUBT = 0.05  # significance level at which a fall is certain


class PopulationGain(Gain):
    """Gain in accuracy over all images, with its 95 % interval.

    Attributes:
        sure, at_most: one-sided 95 % bounds. drawn: random labels. chosen: labels chosen by people. of: images.
    """

    sure: float
    at_most: float
    drawn: int
    chosen: int
    of: int


class Fall(TypedDict):
    """A level or class on which the newer head is right less often.

    Attributes:
        what: its name. n: labels. before, after: shares of right answers.
        certain: the fall is more than chance (exact sign test; classes with Bonferroni's correction).
    """

    what: str
    n: int
    before: float
    after: float
    certain: bool


class LeftOut(TypedDict):
    """Labels on a parent category, which judge a head but teach it nothing: their number and the ids of the items."""

    category: int
    n: int
    items: list[int]


class RandomLabels(TypedDict):
    """Number of labels drawn at random, and the least number for a claim."""

    drawn: int
    least: int


def gain(
    snapshot: Snapshot, held: HeldOut, before: Ints, new: Ints, probabilities: npt.NDArray[np.floating] | None
) -> PopulationGain | None:
    """The gain in accuracy over all images, or None with too few random labels.

    Args:
        before, new: out-of-fold answers int64 [n] for all items, index into `held.classes`.
        probabilities: float [n, k] of the newer head, for the first k classes: its forecast for unlabelled images.
    """
    guess = None if probabilities is None else _given(probabilities, new) - _given(probabilities, before)
    value = held.right(new) - held.right(before)
    estimate = population_mean.mean(value, held.draw, snapshot.labels.board().group, guess)
    if estimate is None:
        return None
    return {
        "accuracy": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "sure": estimate.sure,
        "at_most": estimate.at_most,
        "drawn": estimate.drawn,
        "chosen": estimate.chosen,
        "of": estimate.of,
    }


def _given(probabilities: npt.NDArray[np.floating], answers: Ints) -> npt.NDArray[np.float64]:
    """Probability float64 [n] of each answer; 0 for one without a column."""
    known = (answers >= 0) & (answers < probabilities.shape[1])
    at = np.where(known, answers, 0)
    return np.where(known, probabilities[np.arange(len(answers)), at].astype(np.float64), 0.0)


def falls(snapshot: Snapshot, held: HeldOut, before: Ints, new: Ints) -> list[Fall]:
    """Levels and classes on which the newer answers are right less often, the certain ones first.

    Args:
        before, new: answers int64 [n] for all items, index into `held.classes`.
    """
    old, now = before[held.rows], new[held.rows]
    compared = _by_level(snapshot, held, old, now)
    right_old, right_new = held.raised(old) == held.truth, held.raised(now) == held.truth
    names = snapshot.categories.path_names(held.classes)
    present = [k for k in np.unique(held.truth).tolist() if int((held.truth == k).sum()) >= FEW]
    for k in present:
        mine = held.truth == k
        compared.append(_compared(names[k], right_old[mine], right_new[mine], DOUBT / len(present)))
    fallen = [one for one in compared if one["after"] < one["before"]]
    return sorted(fallen, key=lambda one: (not one["certain"], one["after"] - one["before"]))


def _by_level(snapshot: Snapshot, held: HeldOut, old: Ints, now: Ints) -> list[Fall]:
    """Comparison on each level of a tree but the deepest, over the labels that reach it."""
    if not snapshot.categories.is_tree:
        return []
    parents = snapshot.categories.parents()
    place = {category.id: k for k, category in enumerate(snapshot.categories.nodes())}
    node = np.array([*(place.get(number, -1) for number in held.classes), -1], np.int64)  # the last: no answer
    compared = []
    for level in range(1, int(levels(parents).max())):
        wanted = at_level(node[held.truth], parents, level)
        rows = wanted >= 0
        if int(rows.sum()) >= FEW:
            was, now_right = (at_level(node[one], parents, level)[rows] == wanted[rows] for one in (old, now))
            compared.append(_compared(f"level {level}", was, now_right, DOUBT))
    return compared


def _compared(what: str, was: npt.NDArray[np.bool_], now: npt.NDArray[np.bool_], doubt: float) -> Fall:
    lost, won = int((was & ~now).sum()), int((now & ~was).sum())
    certain = lost > won and float(stats.binomtest(lost, lost + won, alternative="greater").pvalue) < doubt
    return {"what": what, "n": len(was), "before": float(was.mean()), "after": float(now.mean()), "certain": certain}


def left_out(snapshot: Snapshot, held: HeldOut, learnable: tuple[int, ...]) -> list[LeftOut]:
    """Labels on parent categories, by parent.

    Args:
        learnable: ids of the classes that a head chooses from.
    """
    parents: list[LeftOut] = []
    for k, number in enumerate(held.classes):
        rows = np.flatnonzero(held.labels == k)
        if number not in learnable and len(rows):
            parents.append({"category": number, "n": len(rows), "items": snapshot.ids[rows].tolist()})
    return parents


def wanting(held: HeldOut) -> RandomLabels:
    """The random labels there are, and those that a claim takes."""
    return {"drawn": int((held.draw.drawn & (held.labels >= 0)).sum()), "least": population_mean.LEAST}


def is_certain(gain: PopulationGain | MicroF1Gain | None, falls: Sequence[Fall]) -> bool:
    """Whether the gain is certain at 95 % by labels that support a claim, and no fall is certain."""
    return gain is not None and gain.get("sure", 0.0) > 0 and not any(one["certain"] for one in falls)


def doubt(held: HeldOut, gain: PopulationGain | None) -> str:
    """The reason why the gain over all images is unknown, or an empty text."""
    if held.is_fair:
        few = f"the labels lie in fewer than {population_mean.LEAST_GROUPS} groups (videos, duplicates), too few to measure the gain"
        return "" if gain is not None else few
    random = wanting(held)
    return (
        f"the gain is not known: there are {random['drawn']} of the {random['least']} random labels that a claim takes, and these "
        f"{len(held.rows)} labels say little about other images. Label some in random order, then train again"
    )
