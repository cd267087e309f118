"""What a head gains over another over all images, what falls where something rises, and which labels teach it nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from labeling.scoring.tree import at_level, levels
from labeling.snapshot.snapshot import Snapshot
from training.heads.comparison import HeldOut, Ints
from training.metrics import population_mean

FEW = 5  # labels of a class or a level below which its fall is not told
DOUBT = 0.05  # a fall that chance brings more rarely than this is certain


def gain(
    snapshot: Snapshot, held: HeldOut, before: Ints, new: Ints, probabilities: npt.NDArray[np.floating] | None
) -> dict[str, Any] | None:
    """The gain in accuracy over all images, or None where too few labels were drawn at random to say.

    Args:
        before, new: answers int64 [n] for all items, index into `held.classes`, none by a head that learned from the item.
        probabilities: float [n, k] of the newer head, of the first k classes: what it foresees of images that nobody has labelled.

    Returns:
        `accuracy` with `low`, `high` (95 %), `sure` and `at_most` (each alone 95 %); `drawn` and `chosen` labels, `of` images.
    """
    guess = None if probabilities is None else _given(probabilities, new) - _given(probabilities, before)
    value = held.right(new) - held.right(before)
    found = population_mean.mean(value, held.draw, snapshot.labels.board().group, guess)
    if found is None:
        return None
    made = asdict(found)
    return {"accuracy": made.pop("value"), **made}


def _given(probabilities: npt.NDArray[np.floating], answers: Ints) -> npt.NDArray[np.float64]:
    """float64 [n]: the probability of each answer; 0 for one that has no column."""
    known = (answers >= 0) & (answers < probabilities.shape[1])
    at = np.where(known, answers, 0)
    return np.where(known, probabilities[np.arange(len(answers)), at].astype(np.float64), 0.0)


def falls(snapshot: Snapshot, held: HeldOut, before: Ints, new: Ints) -> list[dict[str, Any]]:
    """Levels and classes on which the newer answers are right less often, the certain ones first.

    Args:
        before, new: answers int64 [n] for all items, index into `held.classes`.

    Returns:
        [{"what", "n", "before", "after" (shares that are right), "certain"}]: whether the fall is more than chance (exact sign
        test; that of a class is one of many, Bonferroni).
    """
    old, now = before[held.rows], new[held.rows]
    found = _by_level(snapshot, held, old, now)
    right_old, right_new = held.raised(old) == held.truth, held.raised(now) == held.truth
    names = snapshot.categories.path_names(held.classes)
    present = [k for k in np.unique(held.truth).tolist() if int((held.truth == k).sum()) >= FEW]
    for k in present:
        mine = held.truth == k
        found.append(_compared(names[k], right_old[mine], right_new[mine], DOUBT / len(present)))
    fallen = [one for one in found if one["after"] < one["before"]]
    return sorted(fallen, key=lambda one: (not one["certain"], one["after"] - one["before"]))


def _by_level(snapshot: Snapshot, held: HeldOut, old: Ints, now: Ints) -> list[dict[str, Any]]:
    """Each level of a tree but the deepest, over the labels that reach it."""
    if not snapshot.categories.is_tree:
        return []
    parents, place = (
        snapshot.categories.parents(),
        {category.id: k for k, category in enumerate(snapshot.categories.nodes())},
    )
    node = np.array(
        [place.get(number, -1) for number in held.classes] + [-1], np.int64
    )  # the last is that of no answer
    found = []
    for level in range(1, int(levels(parents).max())):
        wanted = at_level(node[held.truth], parents, level)
        rows = wanted >= 0
        if int(rows.sum()) >= FEW:
            was, now_right = (at_level(node[one], parents, level)[rows] == wanted[rows] for one in (old, now))
            found.append(_compared(f"level {level}", was, now_right, DOUBT))
    return found


def _compared(what: str, was: npt.NDArray[np.bool_], now: npt.NDArray[np.bool_], doubt: float) -> dict[str, Any]:
    lost, won = int((was & ~now).sum()), int((now & ~was).sum())
    certain = lost > won and float(stats.binomtest(lost, lost + won, alternative="greater").pvalue) < doubt
    return {"what": what, "n": len(was), "before": float(was.mean()), "after": float(now.mean()), "certain": certain}


def left_out(snapshot: Snapshot, held: HeldOut, learnable: tuple[int, ...]) -> list[dict[str, Any]]:
    """Labels that judge a head but teach it nothing, as they stand on a parent: [{"category", "n", "items"}] by parent."""
    found = []
    for k, number in enumerate(held.classes):
        rows = np.flatnonzero(held.labels == k)
        if number not in learnable and len(rows):
            found.append({"category": number, "n": len(rows), "items": snapshot.ids[rows].tolist()})
    return found


def wanting(held: HeldOut) -> dict[str, int]:
    """How many labels were drawn at random, and how many a claim takes: {"drawn", "least"}."""
    return {"drawn": int((held.draw.drawn & (held.labels >= 0)).sum()), "least": population_mean.LEAST}


def is_certain(gain: dict[str, Any] | None, falls: Sequence[dict[str, Any]]) -> bool:
    """Whether a head gains with 95 % certainty, by labels that can say so, and nothing falls for certain."""
    return gain is not None and gain.get("sure", 0.0) > 0 and not any(one["certain"] for one in falls)


def doubt(held: HeldOut, gain: dict[str, Any] | None) -> str:
    """Why nothing can be said of the gain over all images, or an empty text where it can."""
    if held.is_fair:
        few = f"the labels lie in fewer than {population_mean.LEAST_GROUPS} groups (videos, duplicates), too few to say what it gains"
        return "" if gain is not None else few
    found = wanting(held)
    return (
        f"what it gains is not known: {found['drawn']} random labels, a claim takes {found['least']}, and the {len(held.rows)} "
        "there are say little of other images. Label some in random order, then train again"
    )
