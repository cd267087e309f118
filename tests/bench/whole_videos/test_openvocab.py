"""Figures of tags that nobody labelled: which tags are judged in which column."""

from __future__ import annotations

import numpy as np
import pytest

from bench.whole_videos import openvocab
from bench.whole_videos.openvocab import Split


def test_each_tag_is_left_out_once() -> None:
    outs = openvocab._outs(25, 0)
    assert sorted(np.concatenate(outs).tolist()) == list(range(25))
    assert {len(out) for out in outs} == {8, 9}


def test_zero_shot_is_judged_on_the_tags_of_the_column_beside_it() -> None:
    nan = np.nan
    splits = [
        Split(np.array([0.2, 0.4, 0.6]), np.array([0.5, 0.7, nan]), np.array([nan, nan, 0.5])),
        Split(np.array([0.2, 0.4, 0.6]), np.array([nan, 0.6, 0.8]), np.array([0.4, nan, nan])),
    ]
    figures = openvocab._figures("w", splits)
    assert figures["w_seen"] == pytest.approx((0.6 + 0.7) / 2)
    assert figures["w_seen_zero_shot"] == pytest.approx((0.3 + 0.5) / 2)
    assert figures["w_unseen"] == pytest.approx((0.5 + 0.4) / 2)
    assert figures["w_unseen_zero_shot"] == pytest.approx((0.6 + 0.2) / 2)
    assert figures["w_unseen_lead_worst_split"] == pytest.approx(-0.1)
