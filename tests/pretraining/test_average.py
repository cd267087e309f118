"""Weights between two networks."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from pretraining.average import average
from pretraining.network import WEIGHTS, NetworkOptions, build, save

SMALL = NetworkOptions(image_size=64, layers=(1, 1, 1, 1), width=16, embed_dim=64, text_width=64, text_layers=1)


def folder(path: Path, seed: int, options: NetworkOptions = SMALL) -> Path:
    path.mkdir()
    torch.manual_seed(seed)
    save(path, build(options, 50), options, 50)
    return path


def test_the_mean_lies_halfway_in_every_tensor(tmp_path: Path) -> None:
    one, two = folder(tmp_path / "one", 1), folder(tmp_path / "two", 2)
    average(one, two, tmp_path / "mean")
    first, second, mean = (load_file(tmp_path / name / WEIGHTS) for name in ("one", "two", "mean"))
    assert set(mean) == set(first)
    for name, part in mean.items():
        halfway = (first[name].float() + second[name].float()) / 2 if part.is_floating_point() else second[name]
        torch.testing.assert_close(part.float(), halfway.float(), rtol=1e-3, atol=1e-3)
    assert (tmp_path / "mean" / "open_clip_config.json").read_text() == (two / "open_clip_config.json").read_text()
    average(one, two, two, share=0.0)  # in place, and nothing of the second
    torch.testing.assert_close(load_file(two / WEIGHTS), first)


def test_two_architectures_have_no_mean(tmp_path: Path) -> None:
    one = folder(tmp_path / "one", 1)
    wider = folder(tmp_path / "two", 1, NetworkOptions(64, (1, 1, 1, 1), 32, 64, text_width=64, text_layers=1))
    with pytest.raises(ValueError, match="not of one architecture"):
        average(one, wider, tmp_path / "mean")
    assert not (tmp_path / "mean").exists()
