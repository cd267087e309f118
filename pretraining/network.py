"""The small CLIP: open_clip's own architecture at a size that a CPU trains, and its folder on disk."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import torch
from open_clip.model import CLIP
from safetensors.torch import load_file, save_file
from torch.nn import functional as F

MEAN = (0.48, 0.47, 0.46)
STD = (0.28, 0.27, 0.28)
WEIGHTS = "model.safetensors"


@dataclass(frozen=True)
class NetworkOptions:
    """Sizes of the two towers.

    Attributes:
        image_size: pixels of the square input.
        layers: bottleneck blocks in the four stages of the residual network.
        width: channels of its first stage.
        embed_dim: length of the shared vectors.
        context_length: tokens a text can have.
        text_width, text_layers, text_heads: the text transformer.
    """

    image_size: int = 64
    layers: tuple[int, int, int, int] = (1, 2, 2, 1)
    width: int = 24
    embed_dim: int = 256
    context_length: int = 24
    text_width: int = 128
    text_layers: int = 2
    text_heads: int = 4


def model_config(options: NetworkOptions, vocab_size: int) -> dict[str, int | dict[str, int | list[int]]]:
    """open_clip's `model_cfg`."""
    return {
        "embed_dim": options.embed_dim,
        "vision_cfg": {
            "image_size": options.image_size,
            "layers": list(options.layers),
            "width": options.width,
            "head_width": 64,
        },
        "text_cfg": {
            "context_length": options.context_length,
            "vocab_size": vocab_size,
            "width": options.text_width,
            "heads": options.text_heads,
            "layers": options.text_layers,
        },
    }


def build(options: NetworkOptions, vocab_size: int) -> CLIP:
    """An untrained network."""
    return CLIP(**model_config(options, vocab_size), init_logit_scale=math.log(20))


def save(folder: Path, network: torch.nn.Module, options: NetworkOptions, vocab_size: int) -> None:
    """Write weights (fp16) and configuration as open_clip's `local-dir:` reads them."""
    config = {
        "model_cfg": model_config(options, vocab_size),
        "preprocess_cfg": {
            "mean": MEAN,
            "std": STD,
            "size": [options.image_size] * 2,
            "interpolation": "bicubic",
            "resize_mode": "shortest",
        },
    }
    (folder / "open_clip_config.json").write_text(json.dumps(config, indent=2) + "\n")
    state = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in network.state_dict().items()
    }
    save_file(state, folder / WEIGHTS)


def start_from(network: CLIP, folder: Path) -> None:
    """Take the weights of a model folder; the pooling's positions are resized to the network's image size."""
    name = "visual.attnpool.positional_embedding"
    state = {key: value.float() for key, value in load_file(folder / WEIGHTS).items()}
    wanted, positions = network.state_dict()[name].shape[0], state[name]  # [1 + side^2, d], the mean's first
    if len(positions) != wanted:
        old, new = round((len(positions) - 1) ** 0.5), round((wanted - 1) ** 0.5)
        grid = positions[1:].reshape(1, old, old, -1).permute(0, 3, 1, 2)
        grid = F.interpolate(grid, size=(new, new), mode="bicubic", align_corners=False)
        state[name] = torch.cat([positions[:1], grid.permute(0, 2, 3, 1).reshape(new * new, -1)])
    network.load_state_dict(state)
