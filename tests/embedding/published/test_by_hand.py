from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from embedding.published import by_hand, catalogue, model_files
from embedding.published.catalogue import Offer
from errors import InputError, StoreError

WEIGHTS = save({"visual.proj": np.zeros((30, 20), np.float32), "logit_scale": np.zeros((), np.float32)})


@pytest.fixture
def offer(models_folder: Path) -> Offer:
    assert not models_folder.exists()
    return replace(next(one for one in catalogue.OFFERS if one.extra), parameters=601)


def left(offer: Offer) -> set[str]:
    folder = model_files.folder(offer.spec)
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def test_the_instruction_names_files_address_and_folder(offer: Offer) -> None:
    text = by_hand.instruction(offer)
    for part in (*offer.files, f"{offer.repository}/tree/main", str(model_files.folder(offer.spec))):
        assert part in text


def test_files_are_taken_under_the_name_that_they_have_there(offer: Offer) -> None:
    by_hand.take(offer, "open_clip_model (1).safetensors", io.BytesIO(WEIGHTS))
    by_hand.take(offer, "tokenizer.json", io.BytesIO(b"{}"))
    assert not offer.is_here
    by_hand.take(offer, "tokenizer_config.json", io.BytesIO(b"{}"))
    assert offer.is_here
    assert left(offer) == {"open_clip_model.safetensors", "tokenizer.json", "tokenizer_config.json"}


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("open_clip_pytorch_model.bin", WEIGHTS, "may hold code"),
        ("../../evil.json", b"{}", "not a file of"),
        ("weights.safetensors", WEIGHTS[:-100], "not copied whole"),
        ("weights.safetensors", b"<html>not found</html>", "damaged"),
        ("weights.safetensors", save({"a": np.zeros((40, 20), np.float32)}), "belongs to another model"),
        ("tokenizer.json", b"{", "damaged"),
    ],
)
def test_what_is_not_of_the_model_is_refused(offer: Offer, name: str, content: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why):
        by_hand.take(offer, name, io.BytesIO(content))
    assert left(offer) == set()


def test_a_folder_that_cannot_be_written_says_so(offer: Offer) -> None:
    place = model_files.folder(offer.spec)
    place.parent.mkdir(parents=True)
    place.write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="cannot be written"):
        by_hand.take(offer, "tokenizer.json", io.BytesIO(json.dumps({}).encode()))
