"""What a head learns from, where there are too many images to compare."""

from __future__ import annotations

import numpy as np
import pytest

from training.fitting.working_set import working_rows

N, MOST = 1000, 100


@pytest.mark.parametrize(("people", "imported"), [(0, 0), (30, 0), (30, 20), (30, 970), (150, 500), (0, 1000)])
def test_people_come_first_then_imports_then_a_draw(people: int, imported: int) -> None:
    order = np.random.default_rng(1).permutation(N)
    human, given = np.full(N, -1), np.full(N, -1)
    human[order[:people]] = 1
    given[order[people : people + imported]] = 0
    rows = working_rows(human, given, most=MOST)
    assert rows is not None
    assert np.all(np.diff(rows) > 0)
    assert len(rows) == max(MOST, people)
    assert (human[rows] >= 0).sum() == people
    room = max(MOST - people, 0)
    taken = (given[rows] >= 0).sum()
    assert taken == min(imported, max(room // 2, room - (N - people - imported)))
    assert np.array_equal(rows, working_rows(human, given, most=MOST))


def test_a_small_workspace_is_taken_whole() -> None:
    assert working_rows(np.zeros(MOST, np.int64), np.zeros(MOST, np.int64), most=MOST) is None
