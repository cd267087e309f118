import numpy as np
import pytest
from scenedetect import ContentDetector, FrameTimecode

from video.decoding.frame_change import ChangeMeter
from video.decoding.frames import decode
from video.segmenting.analysis import AnalysisOptions, analyse
from video.segmenting.shots import ShotOptions


def cuts_of(path, films, detector="fused"):
    analysis = analyse(path, films.embed, AnalysisOptions(cutting=ShotOptions(detector=detector)))
    return [shot.start_frame for shot in analysis.shots][1:]


@pytest.mark.parametrize("detector", ["fused", "content", "adaptive"])
def test_cuts_to_the_frame(three_scenes, films, detector):
    assert cuts_of(three_scenes, films, detector) == [30, 55]


def test_pages_are_told_apart(tmp_path, films):
    pictures = [films.page(1)] * 30 + [films.page(2)] * 28 + [films.page(3)] * 31
    path = films.write(tmp_path / "pages.mp4", pictures)
    assert cuts_of(path, films) == [30, 58]
    assert cuts_of(path, films, "content") == []


def test_flashes_and_flicker_are_no_cuts(tmp_path, films):
    pictures = films.moving(films.scene(1), 100)
    for k in (20, 21, 50, 52, 54, 56, 80):
        pictures[k] = 255 - pictures[k] // 3
    path = films.write(tmp_path / "flash.mp4", pictures)
    assert cuts_of(path, films) == []
    assert cuts_of(path, films, "content") != []


def test_fast_motion_is_no_cut(tmp_path, films):
    path = films.write(tmp_path / "pan.mp4", films.moving(films.scene(1), 80, speed=9))
    assert cuts_of(path, films) == []


def test_a_dissolve_is_one_cut_near_its_middle(tmp_path, films):
    a, b = films.scene(1).astype(float), films.scene(2).astype(float)
    blend = [((1 - s) * a + s * b).astype(np.uint8) for s in np.linspace(0, 1, 20)]
    path = films.write(tmp_path / "dissolve.mp4", [films.scene(1)] * 40 + blend + [films.scene(2)] * 40)
    (cut,) = cuts_of(path, films)
    assert 45 <= cut <= 55


def test_a_fade_through_black_is_one_cut(tmp_path, films):
    dim = [(films.scene(1) * s).astype(np.uint8) for s in np.linspace(1, 0, 15)]
    rise = [(films.scene(2) * s).astype(np.uint8) for s in np.linspace(0, 1, 15)]
    black = [np.zeros_like(films.scene(1))] * 10
    path = films.write(tmp_path / "fade.mp4", [films.scene(1)] * 40 + dim + black + rise + [films.scene(2)] * 40)
    (cut,) = cuts_of(path, films)
    assert 45 <= cut <= 75


def faded(picture, levels):
    return [(picture * level).astype(np.uint8) for level in levels]


def test_a_fade_through_black_is_cut_where_the_next_picture_begins(tmp_path, films):
    one, two = films.scene(1), films.scene(2)
    out, rise = faded(one, np.linspace(1, 0, 20)), faded(two, np.linspace(0, 1, 20))
    path = films.write(tmp_path / "a.mp4", [one] * 40 + out + [one * 0] * 25 + rise + [two] * 40)
    (cut,) = cuts_of(path, films)
    assert abs(cut - 85) <= 2


@pytest.mark.parametrize("black", [8, 20, 40])
def test_a_cut_to_black_stays_where_it_is_whatever_comes_out_of_it(tmp_path, films, black):
    one, two = films.scene(1), films.scene(2)
    rise = faded(two, np.linspace(0, 1, 25))
    path = films.write(tmp_path / "a.mp4", [one] * 40 + [one * 0] * black + rise + [two] * 40)
    (cut,) = cuts_of(path, films)
    assert abs(cut - 40) <= 2


@pytest.mark.parametrize("level", [0, 255])
def test_a_fade_to_a_blank_that_ends_in_a_cut_is_cut_there(tmp_path, films, level):
    one, two = films.scene(1).astype(float), films.scene(2)
    out = [(level + (one - level) * share).astype(np.uint8) for share in np.linspace(1, 0, 25)]
    path = films.write(tmp_path / "a.mp4", [films.scene(1)] * 40 + out + [np.full_like(two, level)] * 15 + [two] * 40)
    (cut,) = cuts_of(path, films)
    assert abs(cut - 80) <= 2


def blended(picture, level, shares):
    """The picture between a blank (share 0) and itself (share 1)."""
    return [(level + (picture.astype(float) - level) * share).astype(np.uint8) for share in shares]


@pytest.mark.parametrize("level", [0, 255])
@pytest.mark.parametrize(("frames", "blank"), [(10, 5), (12, 4), (15, 0), (50, 10)])
def test_a_fade_of_any_length_is_one_cut_where_the_next_picture_begins(tmp_path, films, level, frames, blank):
    one, two = films.scene(1), films.scene(2)
    out, rise = blended(one, level, np.linspace(1, 0, frames)), blended(two, level, np.linspace(0, 1, frames))
    path = films.write(tmp_path / "a.mp4", [one] * 40 + out + [np.full_like(one, level)] * blank + rise + [two] * 40)
    (cut,) = cuts_of(path, films)
    assert abs(cut - (40 + frames + blank)) <= 2


@pytest.mark.parametrize("level", [0, 255])
def test_a_fade_while_the_picture_moves_is_one_cut(tmp_path, films, level):
    one, two = (films.moving(films.scene(number), 60) for number in (1, 2))
    out = [blended(picture, level, [share])[0] for picture, share in zip(one[40:], np.linspace(1, 0, 20), strict=True)]
    rise = [blended(picture, level, [share])[0] for picture, share in zip(two[:20], np.linspace(0, 1, 20), strict=True)]
    path = films.write(tmp_path / "a.mp4", one[:40] + out + [np.full_like(one[0], level)] * 15 + rise + two[20:])
    (cut,) = cuts_of(path, films)
    assert abs(cut - 75) <= 2


@pytest.mark.parametrize("level", [0, 255])
def test_a_blink_is_no_fade(tmp_path, films, level):
    one = films.scene(1)
    hard, soft = [np.full_like(one, level)] * 3, blended(one, level, [0.5, 0, 0, 0.5])
    path = films.write(tmp_path / "a.mp4", [one] * 30 + hard + [one] * 30 + soft + [one] * 30)
    assert cuts_of(path, films) == []


@pytest.mark.parametrize("comes", ["cut", "fade"])
def test_a_cut_to_white_stays_where_it_is(tmp_path, films, comes):
    one, two = films.scene(1), films.scene(2)
    rise = blended(two, 255, np.linspace(0, 1, 25)) if comes == "fade" else []
    path = films.write(tmp_path / "a.mp4", [one] * 40 + [np.full_like(one, 255)] * 20 + rise + [two] * 40)
    (cut,) = cuts_of(path, films)
    assert abs(cut - 40) <= 2


def test_cuts_around_black_are_one_where_it_is_cut_to(tmp_path, films):
    one, two = films.scene(1), films.scene(2)
    path = films.write(tmp_path / "a.mp4", [one] * 40 + [one * 0] * 20 + [two] * 40)
    (cut,) = cuts_of(path, films)
    assert abs(cut - 40) <= 2


def test_a_video_that_fades_in_and_out_has_no_cut_there(tmp_path, films):
    one = films.scene(1)
    rise, out = faded(one, np.linspace(0, 1, 20)), faded(one, np.linspace(1, 0, 20))
    path = films.write(tmp_path / "a.mp4", [one * 0] * 15 + rise + [one] * 50 + out + [one * 0] * 15)
    assert cuts_of(path, films) == []


def test_variable_frame_rate_does_not_move_a_cut(tmp_path, films):
    stamps = np.cumsum([0, *([20, 60, 100] * 30)])[:70].tolist()
    pictures = films.moving(films.scene(1), 33) + films.moving(films.scene(2), 37)
    path = films.write(tmp_path / "vfr.mkv", pictures, stamps=stamps)
    analysis = analyse(path, films.embed)
    assert [s.start_frame for s in analysis.shots] == [0, 33]
    assert analysis.shots[1].start_s == pytest.approx(stamps[33] / 1000, abs=2e-3)


def test_content_is_pyscenedetects_score(three_scenes):
    meter, detector = ChangeMeter(25), ContentDetector()
    theirs = []
    for frame in decode(three_scenes).frames:
        meter.add(frame.small)
        detector.process_frame(FrameTimecode(frame.index, 25.0), np.ascontiguousarray(frame.small[:, :, ::-1]))
        theirs.append(detector._frame_score)
    np.testing.assert_allclose(meter.curves().content, theirs, atol=1e-3)


def test_curves_have_an_entry_for_every_frame_at_any_time(films):
    meter = ChangeMeter(25)
    for count, picture in enumerate(films.moving(films.scene(1), 40), start=1):
        meter.add(picture)
        curves = meter.curves()
        assert {len(getattr(curves, name)) for name in ("content", "across", "within", "edges", "mixed", "luma")} == {
            count
        }
