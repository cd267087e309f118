import av
import av.error
import numpy as np
import pytest
from av.codec.hwaccel import HWAccel

from video.decoding import frames, gpu_decoder, source
from video.decoding.frames import DecodeOptions, decode
from video.decoding.gpu_decoder import RefusedByGpuError

NOWHERE = "99"  # a device that no machine has


def seen(path):
    decoding = decode(path, DecodeOptions(samples_per_s=2.0))
    return list(decoding.frames), decoding


def assert_same(some, others):
    assert [(f.index, f.time_s, f.is_half) for f in some] == [(f.index, f.time_s, f.is_half) for f in others]
    for one, other in zip(some, others, strict=True):
        np.testing.assert_array_equal(one.small, other.small)
        assert (one.sample is None) == (other.sample is None)
        if one.sample is not None:
            np.testing.assert_array_equal(one.sample, other.sample)


@pytest.fixture
def gpu(monkeypatch):
    """A GPU in name: the processor decodes for it. It notes what was opened on it."""
    opened = []
    real = av.open

    def on_processor(*given, hwaccel=None, **more):
        if hwaccel is not None:
            opened.append(given[0])
        return real(*given, **more)

    monkeypatch.setattr(source.av, "open", on_processor)
    monkeypatch.setattr(gpu_decoder, "accelerator", lambda: HWAccel("cuda"))
    return opened


def test_the_probe_tells_a_device_that_decodes():
    assert gpu_decoder.decodes(None)
    assert not gpu_decoder.decodes(HWAccel("cuda", device=NOWHERE))


def test_a_device_that_is_not_there_leaves_the_work_to_the_processor(three_scenes, monkeypatch):
    expected, _ = seen(three_scenes)
    monkeypatch.setattr(gpu_decoder, "accelerator", lambda: HWAccel("cuda", device=NOWHERE))
    with (
        pytest.raises(RefusedByGpuError),
        source.opened(three_scenes, accelerator=HWAccel("cuda", device=NOWHERE)),
    ):
        pass
    frames_seen, decoding = seen(three_scenes)
    assert_same(frames_seen, expected)
    assert decoding.notes == []


def test_a_gpu_decodes_where_there_is_one(three_scenes, gpu):
    frames_seen, _ = seen(three_scenes)
    assert len(gpu) == 1
    assert len(frames_seen) == 90


@pytest.mark.parametrize("before", [0, 1, 37])
def test_the_processor_goes_on_where_a_gpu_gives_up(three_scenes, gpu, monkeypatch, before):
    expected, _ = seen(three_scenes)
    real, asked = frames.pictures, []

    def pictures(*given):
        asked.append(given)
        for number, picture in enumerate(real(*given)):
            if len(asked) == 1 and number == before:
                raise RefusedByGpuError
            yield picture

    monkeypatch.setattr(frames, "pictures", pictures)
    frames_seen, _ = seen(three_scenes)
    assert len(asked) == 2
    assert_same(frames_seen, expected)


def test_breaks_and_notes_of_a_file_come_once_where_a_gpu_gives_up(tmp_path, films, gpu, monkeypatch):
    stamps = [*range(0, 800, 40), *range(20_000, 20_800, 40)]
    path = films.write(tmp_path / "hole.mkv", films.moving(films.scene(1), len(stamps)), stamps=stamps)
    _, expected = seen(path)
    assert len(expected.breaks) == 1
    real, asked = frames.pictures, []

    def pictures(*given):
        asked.append(given)
        for number, picture in enumerate(real(*given)):
            if len(asked) == 1 and number == 30:
                raise RefusedByGpuError
            yield picture

    monkeypatch.setattr(frames, "pictures", pictures)
    _, decoding = seen(path)
    assert (decoding.breaks, decoding.notes) == (expected.breaks, expected.notes)


def test_an_error_of_a_gpu_is_not_counted_as_damage(three_scenes):
    class Context:
        is_hwaccel = True

    class Stream:
        codec_context = Context()

    class Packet:
        def has_sidedata(self, _):
            return False

        def decode(self):
            raise av.error.ExternalError(1, "CUDA_ERROR_OUT_OF_MEMORY")

    class Container:
        def demux(self, _):
            return iter([Packet()])

    class Stamps:
        def settle(self, _):
            pass

    notes = []
    with pytest.raises(RefusedByGpuError, match="OUT_OF_MEMORY"):
        list(frames.pictures(three_scenes, Container(), Stream(), Stamps(), notes))
    assert notes == []
