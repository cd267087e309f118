"""The training loss and its truth; one small run end to end that stops and goes on."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch

from errors import InputError
from pretraining import renders
from pretraining.captions import KIND_NAMES
from pretraining.card import judge
from pretraining.network import NetworkOptions, build, start_from
from pretraining.objective import contrastive, fact_rows, rate_at, truth, which
from pretraining.tokens import tokenizer
from pretraining.train import TrainOptions, load_data, train
from pretraining.vocabulary import CLASS_NAMES
from scenery.__main__ import main

FOREST = frozenset({"class:nature", "group:land", "kind:forest", "time:night"})
RECEIPT = frozenset({"class:document", "group:paper", "kind:receipt"})


def test_a_caption_is_true_of_a_picture_that_has_all_it_claims() -> None:
    captions = [
        frozenset({"class:nature"}),
        frozenset({"kind:forest", "time:night"}),
        frozenset({"kind:forest", "time:day"}),
    ]
    assert truth(fact_rows([FOREST, RECEIPT]), fact_rows(captions)).tolist() == [
        [True, True, False],
        [False, False, False],
    ]


def test_which_kind_and_class_are_found_in_the_order_of_their_names() -> None:
    rows = fact_rows([FOREST, RECEIPT])
    assert [list(KIND_NAMES)[k] for k in which(rows, "kind").tolist()] == ["forest", "receipt"]
    assert [list(CLASS_NAMES)[k] for k in which(rows, "class").tolist()] == ["nature", "document"]


def test_loss_is_least_when_vectors_agree_with_truth() -> None:
    true = torch.eye(3, dtype=torch.bool)
    good, bad = torch.eye(3), torch.eye(3)[[1, 2, 0]]
    scale = torch.tensor(20.0)
    assert contrastive(scale, good, torch.eye(3), true) < 1e-4
    assert contrastive(scale, bad, torch.eye(3), true) > 10


def test_rate_warms_up_and_ends_at_zero() -> None:
    rates = [rate_at(step, 1000, 1.0) for step in range(1000)]
    assert rates[0] == 0
    assert max(rates) == pytest.approx(1.0)
    assert rates[-1] < 1e-4


def cards(folder: Path, count: int) -> None:
    """Some pictures with cards, as `scenery` writes them: games of pixels, which need no Blender."""
    assert (
        main(["--out", str(folder), "--seeds", f"0-{count - 1}", "--kinds", "maze,rpg,puzzle", "--size", "160x120"])
        == 0
    )


def test_pictures_with_cards_are_taken_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renders, "SHARD", 8)
    cards(tmp_path / "drawn", 6)
    options = TrainOptions(scenes=8, side=80, repeat=3)
    bare = load_data(options, 64, tmp_path, 1)
    data = load_data(options, 64, tmp_path, 1, tmp_path / "drawn")
    assert len(data.known) == len(data.pictures) == len(data.rows) == len(bare.known) + 18
    assert data.known[-6:] == data.known[-12:-6]
    assert [[fact for fact in known if fact.startswith("kind:")] for known in data.known[-3:]] == [
        ["kind:maze"], ["kind:rpg"], ["kind:puzzle"],
    ]  # fmt: skip
    assert data.pictures[-6:].float().std(dim=(1, 2, 3)).min() > 10


def test_a_folder_without_cards_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no picture with a card"):
        renders.load_cards(tmp_path, 80)


@pytest.mark.slow
def test_training_stops_and_goes_on_from_its_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renders, "SHARD", 64)
    monkeypatch.setattr(
        "pretraining.train.judge", partial(judge, count=12)
    )  # rendering what is judged takes the longest
    small = NetworkOptions(image_size=64, layers=(1, 1, 1, 1), width=16, embed_dim=64, text_width=64, text_layers=1)
    cards(tmp_path / "drawn", 6)
    out, scratch = tmp_path / "model", tmp_path / "scratch"
    for epochs, resume in ((1, False), (2, True)):
        options = TrainOptions(scenes=1, side=80, epochs=epochs, batch=32)
        train(options, small, scratch, out, resume=resume, pictures=tmp_path / "drawn")
    curve = (out / "curve.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in curve] == ["epoch", "1", "2"]
    assert float(curve[2].split(",")[1]) < float(curve[1].split(",")[1])
    card = (out / "card.md").read_text()
    assert all(f"{line.split(',')[1]}" in card for line in curve[1:])
    assert "seed 0" in card
    assert "no photograph" in card
    assert "and `scenery/`" in card
    larger = build(replace(small, image_size=96), len(tokenizer(out, 24).encoder))
    start_from(larger, out)
    assert torch.isfinite(larger.visual(torch.zeros(2, 3, 96, 96))).all()
