import numpy as np
import pytest

from errors import InputError
from video.decoding.sampled_stills import EVERY_S, stills


def test_one_every_two_seconds_and_the_same_ones_every_time(tmp_path, films):
    pictures = [picture for seed in range(9) for picture in films.moving(films.scene(seed), 10)]
    path = films.write(tmp_path / "nine.mp4", pictures, fps=10)
    result = list(stills(path))
    times = [time_s for time_s, _ in result]
    np.testing.assert_allclose(times, np.arange(0, 9, EVERY_S), atol=0.06)
    assert all(pixels.shape == (180, 320, 3) for _, pixels in result)
    expected = pictures[round(times[2] * 10)].astype(int)
    assert np.abs(result[2][1].astype(int) - expected).mean() < 12
    assert [time_s for time_s, _ in stills(path)] == times


def test_one_frame_and_none(tmp_path, films):
    [(time_s, _)] = stills(films.write(tmp_path / "one.mp4", [films.scene(1)]))
    assert time_s == 0
    (tmp_path / "page.mp4").write_text("<html>")
    with pytest.raises(InputError):
        list(stills(tmp_path / "page.mp4"))
