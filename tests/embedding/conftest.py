"""A real open_clip model with random weights, small enough for a test, in open_clip's own folder layout."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

MERGES = ["t h", "th e</w>", "s e", "se a</w>", "p a", "pa g", "pag e</w>"]
PREPROCESS = {
    "mean": [0.48, 0.45, 0.40],
    "std": [0.26, 0.26, 0.27],
    "interpolation": "bicubic",
    "resize_mode": "shortest",
}
ModelMaker = Callable[..., Path]


def model_config(**text: Any) -> dict[str, Any]:
    return {
        "embed_dim": 32,
        "vision_cfg": {"image_size": 64, "layers": 2, "width": 64, "head_width": 32, "patch_size": 16},
        "text_cfg": {
            "context_length": 16,
            "vocab_size": 512 + len(MERGES) + 2,
            "width": 64,
            "heads": 2,
            "layers": 2,
            **text,
        },
    }


@pytest.fixture(scope="session")
def make_model(tmp_path_factory: pytest.TempPathFactory) -> ModelMaker:
    """A function that writes a model folder; keyword arguments change its configuration."""

    def make(
        *,
        seed: int = 0,
        preprocess: dict[str, Any] | None = None,
        text: dict[str, Any] | None = None,
        vision: dict[str, Any] | None = None,
        name: str = "tiny",
    ) -> Path:
        folder = tmp_path_factory.mktemp("models") / name
        folder.mkdir()
        architecture = model_config(**(text or {}))
        architecture["vision_cfg"].update(vision or {})
        custom = "no_causal_mask" in (text or {})
        if custom:
            architecture["custom_text"] = True
        with gzip.open(folder / "bpe.txt.gz", "wb") as file:
            file.write("\n".join(["#version: 0.2", *MERGES]).encode())
        config = {"model_cfg": architecture, "preprocess_cfg": {**PREPROCESS, **(preprocess or {})}}
        (folder / "open_clip_config.json").write_text(json.dumps(config))
        (folder / "words.txt").write_text("a\npage\nof\nthe\nsea\n")
        torch.manual_seed(seed)
        model = open_clip.create_model(f"local-dir:{folder}", load_weights=False)
        save_file(model.state_dict(), folder / "open_clip_model.safetensors")
        return folder

    return make


@pytest.fixture(scope="session")
def tiny(make_model: ModelMaker) -> Path:
    """Folder of the default tiny model."""
    return make_model()


def picture(seed: int, width: int = 320, height: int = 180) -> Image.Image:
    """A smooth random picture."""
    cells = np.random.default_rng(seed).integers(0, 255, (9, 16, 3), dtype=np.uint8)
    return Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC)


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Twenty JPEGs of different content."""
    folder = tmp_path / "photos"
    folder.mkdir()
    paths = [folder / f"{number:02}.jpg" for number in range(20)]
    for number, path in enumerate(paths):
        picture(number).save(path, quality=90)
    return paths
