"""The benchmark of a training at size, small."""

from bench.harness import Options
from bench.whole_videos import thousand


def test_it_trains_on_every_video_and_learns_what_was_put_there() -> None:
    figures = thousand.run(Options(quick=True, threads=1))
    assert figures["tags"] == thousand.SMALL[1]
    assert isinstance(figures["videos"], int)
    assert 2 * thousand.SMALL[1] <= figures["videos"] <= thousand.SMALL[0], "those that have a tag"
    assert isinstance(figures["map"], float)
    assert figures["map"] > 3 * thousand.SHARE
    assert isinstance(figures["processor_seconds"], float)
    assert figures["processor_seconds"] > 0
