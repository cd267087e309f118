"""In which order items are looked at."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans

AUDIT_SHARE = 0.1
POOL = 8  # lowest margins a place in the batch


def next_batch(
    vectors: npt.NDArray[np.floating],
    margins: npt.NDArray[np.float32],
    open_rows: npt.NDArray[np.bool_],
    checks: npt.NDArray[np.int64],
    *,
    size: int = 60,
    seed: int = 0,
) -> npt.NDArray[np.int64]:
    """The next batch: uncertain and diverse, with a tenth of audit items.

    From the lowest margins (eight for each place) k-means makes as many clusters as there are places; of each the row
    nearest to its centre is taken (after Hacohen et al. 2022, typical and diverse).

    Args:
        vectors: float [n, d] unit rows. margins: float32 [n].
        open_rows: bool [n], rows to teach with: nobody has labelled them, and they are not audit items.
        checks: int64 audit rows in the order in which they are to be verified.

    Returns:
        int64 row numbers, audit rows mixed in at random places.
    """
    random = np.random.default_rng(seed)
    checked = checks[: max(1, round(size * AUDIT_SHARE))]
    teach = np.flatnonzero(open_rows)
    wanted = min(size - len(checked), len(teach))
    if wanted <= 0:
        return np.asarray(checked, np.int64)
    pool = teach[np.argsort(margins[teach], kind="stable")[: POOL * wanted]]
    points = np.asarray(vectors[pool], np.float32)
    means = KMeans(wanted, n_init=1, max_iter=30, random_state=seed).fit(points)
    distance = np.linalg.norm(points - means.cluster_centers_[means.labels_], axis=1)
    chosen = [
        pool[rows[np.argmin(distance[rows])]] for k in range(wanted) if len(rows := np.flatnonzero(means.labels_ == k))
    ]
    return random.permutation(np.concatenate([np.array(chosen, np.int64), checked]))


def effort_left(remaining: int, labels: int, minutes: float) -> float | None:
    """Minutes that the rest will take at the pace so far, or None while there is no pace to speak of."""
    return None if labels < 5 or minutes <= 0 else remaining * minutes / labels
