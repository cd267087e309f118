import numpy as np
import pytest

from video.hierarchy import back_off, rolled_up

#        nature, sea, forest, document, receipt, till receipt
PARENTS = [None, 0, 0, None, 3, 4]


def test_rolled_up():
    total = rolled_up(np.array([0.1, 0.3, 0.2, 0.1, 0.1, 0.2], np.float32), PARENTS)
    np.testing.assert_allclose(total, [0.6, 0.3, 0.2, 0.4, 0.3, 0.2], atol=1e-6)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([0.0, 0.45, 0.4, 0.1, 0.05, 0.0], 0),  # sea and forest are close: nature
        ([0.0, 0.8, 0.1, 0.1, 0.0, 0.0], 1),
        ([0.0, 0.1, 0.1, 0.1, 0.1, 0.6], 5),
        ([0.0, 0.1, 0.1, 0.1, 0.3, 0.4], 4),
    ],
)
def test_back_off_to_what_is_supported(scores, expected):
    assert back_off(np.array(scores, np.float32), PARENTS) == expected


def test_with_nothing_sure_the_best_root():
    assert back_off(np.array([0.1, 0.15, 0.1, 0.2, 0.25, 0.2], np.float32), PARENTS, least=0.9) == 3
