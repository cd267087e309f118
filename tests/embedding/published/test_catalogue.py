from __future__ import annotations

import json
from pathlib import Path

import open_clip
import pytest

from embedding.encoders import hub
from embedding.published import catalogue, model_files
from embedding.published.catalogue import Offer


@pytest.mark.parametrize("offer", catalogue.OFFERS, ids=lambda offer: offer.title)
def test_what_is_said_of_a_model_is_what_open_clip_says(offer: Offer) -> None:
    name, _, tag = offer.spec.partition("/")
    published = hub.published(name, tag)
    assert published == offer.published
    architecture = json.loads((Path(open_clip.__file__).parent / "model_configs" / f"{name}.json").read_text())
    assert offer.dim == architecture["embed_dim"]
    assert offer.side == architecture["vision_cfg"]["image_size"]


def test_sizes_are_those_of_the_towers() -> None:
    """The smallest alone: the larger ones take seconds to build."""
    smallest = min(catalogue.OFFERS, key=lambda offer: offer.parameters)
    with hub.quiet():
        model = open_clip.create_model(smallest.spec.split("/")[0], load_weights=False, pretrained_text=False)
    assert sum(tensor.numel() for tensor in model.parameters()) == smallest.parameters
    assert smallest.bytes == 4 * smallest.parameters


def test_one_of_them_reads_other_languages() -> None:
    assert [offer for offer in catalogue.OFFERS if "Chinese" in offer.languages]


def test_a_model_is_here_when_all_its_files_are(models_folder: Path) -> None:
    plain = next(offer for offer in catalogue.OFFERS if not offer.extra)
    assert not plain.is_here
    place = model_files.folder(plain.spec)
    assert place.parent == models_folder
    place.mkdir(parents=True)
    (place / plain.files[0]).write_bytes(b"x")
    assert plain.is_here
    many = next(offer for offer in catalogue.OFFERS if offer.extra)
    place = model_files.folder(many.spec)
    place.mkdir()
    for name in many.files:
        assert not many.is_here
        (place / name).write_bytes(b"x")
        if name == many.files[-2]:  # the last file is one that not every tokenizer has
            break
    assert many.is_here
