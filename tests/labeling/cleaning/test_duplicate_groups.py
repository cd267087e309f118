"""Groups have a middle: a chain of pictures, each like the next, is not a group."""

from __future__ import annotations

import numpy as np

from labeling.cleaning.duplicate_groups import groups


def within(reach: int):
    return lambda pairs: np.abs(pairs[:, 0] - pairs[:, 1]) <= reach


def test_pairs_become_groups_the_largest_first() -> None:
    pairs = np.array([[7, 9], [1, 2], [2, 3], [1, 3]])
    assert [group.tolist() for group in groups(pairs, within(100))] == [[1, 2, 3], [7, 9]]
    assert groups(np.empty((0, 2), np.int64), within(100)) == []


def test_what_is_not_like_the_middle_is_left_for_another_group() -> None:
    chain = np.stack([np.arange(30), np.arange(1, 31)], axis=1)
    result = groups(chain, within(3))
    assert all(group[-1] - group[0] <= 6 for group in result)
    members = np.concatenate(result)
    assert len(members) == len(set(members.tolist()))
    assert len(members) >= 25, "nearly all are in a group all the same"


def test_a_pair_needs_no_second_look() -> None:
    assert [group.tolist() for group in groups(np.array([[4, 5]]), within(0))] == [[4, 5]]
