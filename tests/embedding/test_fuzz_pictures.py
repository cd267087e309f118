"""Damaged pictures of every format, from a seed: each is a picture or a sentence. `python -m bench fuzz` tries many more."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from bench.faults import fuzz_pictures
from bench.harness import Options
from embedding.pictures import image_formats, images, served_image
from embedding.pictures.images import BadFile

TRIED = 2500


@pytest.mark.timeout(120)
def test_damaged_pictures_end_in_a_picture_or_a_sentence(tmp_path: Path) -> None:
    pictures, sentences = 0, []
    for name, data in fuzz_pictures.variants(TRIED, seed=7):
        path = tmp_path / name
        path.write_bytes(data)
        try:
            opened = images.read(path, side=48)
            sent = served_image.picture(path)
        except BadFile as error:
            sentences.append(error)
        else:
            assert (opened.pixels.ndim, opened.pixels.shape[2]) == (3, 3), name
            assert sent.media_type.startswith("image/"), name
            pictures += 1
        path.unlink()
    assert min(pictures, len(sentences)) > TRIED // 10, "the damage is neither nothing nor everything"
    for error in sentences:
        assert error.reason
        assert error.way_out.endswith(".")
        assert "\n" not in str(error)


def test_every_format_that_is_read_is_among_the_originals(tmp_path: Path) -> None:
    result = set()
    for name, data in fuzz_pictures.originals().items():
        (tmp_path / name).write_bytes(data)
        result.add(images.read(tmp_path / name).header.format)
    assert result == set(image_formats.FORMATS)


def test_sound_pictures_beside_damaged_ones_are_all_added() -> None:
    figures = fuzz_pictures.run(120, 11, Options(quick=True))
    assert (figures["tracebacks"], figures["lost"], figures["without_reason"]) == (0, 0, 0), figures
    assert not list(Path(tempfile.gettempdir()).glob("pictures *"))
