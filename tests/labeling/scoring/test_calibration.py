"""The calibration error on answers whose error is known."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.scoring.calibration import calibration_error


def test_a_calibration_error_is_the_gap_between_words_and_deeds() -> None:
    assert calibration_error(np.full(100, 0.9, np.float32), np.arange(100) < 60) == pytest.approx(0.3, abs=1e-6)
    assert calibration_error(np.empty(0, np.float32), np.empty(0, np.bool_)) == 0
