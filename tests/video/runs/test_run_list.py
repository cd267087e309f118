from __future__ import annotations

import pytest

from video.runs import run_list
from video.runs.run_list import ListedVideo


def video(number: int, seconds: object) -> ListedVideo:
    return {"id": number, "name": f"{number}.mp4", "path": f"/x/{number}.mp4", "duration_s": seconds}  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [([4.5, 40.5, 7.0], 2), ([None, 3.0], 2), ([None, None], 1), (["?", 1], 2), ([2.0], 1), ([5.0, 5.0], 1)],
)
def test_the_longest_video_is_shown_first(lengths: list[object], expected: int) -> None:
    videos = [video(number, seconds) for number, seconds in enumerate(lengths, 1)]
    assert run_list.longest(videos)["id"] == expected
