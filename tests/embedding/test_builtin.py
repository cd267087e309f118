"""The model that comes with the project, through the same path as any other."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from embedding.encoders import encoder, interface
from settings import ROOT

CLASSES = {
    "nature": "a photo of nature",
    "document": "a document",
    "animation_game": "a picture of an animation or a game",
}


@pytest.fixture(scope="module")
def built_in() -> interface.Encoder:
    return encoder.load("built-in", device="cpu")


def test_it_says_that_it_is_a_demonstration(built_in: interface.Encoder) -> None:
    assert built_in.demo
    assert built_in.name == "built-in"
    assert built_in.unknown_words("a photo of a qwertz") == ["qwertz"]
    assert built_in.unknown_words("a photo of a page") == []
    assert built_in.unknown_words("海滩的照片") == []
    assert built_in.unknown_words("海滩 xyzzy 龘") == ["xyzzy", "龘"]


def test_it_knows_its_world(built_in: interface.Encoder) -> None:
    folder = ROOT / "sample_data"
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["class"].split("/")[0] in CLASSES]
    names = list(CLASSES)
    truth = np.array([names.index(row["class"].split("/")[0]) for row in rows])
    _, vectors = built_in.encode_files([folder / "images" / row["file"] for row in rows])
    scores = vectors @ built_in.encode_text(list(CLASSES.values())).T
    assert (scores.argmax(axis=1) == truth).mean() > 0.6
