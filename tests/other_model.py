"""Another encoder that knows the demo world: the built-in one, its vectors of images shaken."""

from __future__ import annotations

import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from embedding.encoders.checkpoint import weights_file
from embedding.encoders.loading import BUILT_IN_FOLDER

TABLE = "visual.attnpool.c_proj.weight"


def shaken(folder: Path, *, strength: float = 40.0) -> Path:
    """Write it to a folder. The stronger it is shaken, the less it knows."""
    shutil.copytree(BUILT_IN_FOLDER, folder)
    file = weights_file(folder)
    tensors = load_file(file)
    table = tensors[TABLE].float()
    noise = torch.randn(table.shape, generator=torch.Generator().manual_seed(0))
    tensors[TABLE] = (table + strength * table.std() * noise).to(tensors[TABLE].dtype)
    file.unlink()
    save_file(tensors, folder / "open_clip_model.safetensors")
    return folder
