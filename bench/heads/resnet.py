"""A ResNet-50 trained from the images: what the origin compared its head with."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import cross_entropy
from torchvision.models import resnet50

from pretraining import world

CLASSES = ("nature", "animation_game", "document")
SIDE, BATCH, RATE = 64, 32, 1e-3
RENDER_SEED = 500_000
Ints = npt.NDArray[np.int64]
Pixels = npt.NDArray[np.uint8]
Weights = dict[str, torch.Tensor]


def small(pixels: Pixels) -> Pixels:
    """An image uint8 [h, w, 3] as uint8 [3, SIDE, SIDE]."""
    tensor = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float()
    shrunk = torch.nn.functional.interpolate(tensor, (SIDE, SIDE), mode="bilinear", antialias=True, align_corners=False)
    return np.asarray(shrunk[0].round().clamp(0, 255).byte().numpy())


def renders(count: int) -> tuple[Pixels, Ints]:
    """Scenes of the built-in CLIP's world in the three classes."""
    pixels, truth = [], []
    for seed in range(RENDER_SEED, RENDER_SEED + 2 * count):
        scene = world.scene(seed)
        if scene.category in CLASSES:
            pixels.append(small(np.asarray(scene.image.convert("RGB"))))
            truth.append(CLASSES.index(scene.category))
        if len(truth) == count:
            break
    return np.stack(pixels), np.array(truth)


def _network(state: Weights | None) -> Any:
    network = resnet50(weights=None, num_classes=len(CLASSES)).to(memory_format=torch.channels_last)
    if state is not None:
        network.load_state_dict(state)
    return network


def train_resnet(pixels: Pixels, labels: Ints, *, budget: float, first: Weights | None = None) -> tuple[Weights, float]:
    """AdamW with a one-cycle cosine, flips and crops, until the budget of wall seconds is spent.

    Returns:
        The weights and the epochs done.
    """
    torch.manual_seed(0)
    network = _network(first).train()
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.05)
    x, y = torch.from_numpy(pixels), torch.from_numpy(labels)
    begun, done = time.perf_counter(), 0
    while (spent := time.perf_counter() - begun) < budget:
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, 10 * (spent / budget + 0.01)) * 0.5 * (1 + np.cos(np.pi * spent / budget))
        rows = torch.randint(len(x), (BATCH,))
        batch = _varied(x[rows].float() / 255)
        optimiser.zero_grad()
        cross_entropy(network(batch.to(memory_format=torch.channels_last)), y[rows], label_smoothing=0.1).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        done += BATCH
    return network.state_dict(), done / len(x)


def _varied(batch: torch.Tensor) -> torch.Tensor:
    """Flipped by chance, and cropped to at least four fifths of each side."""
    if torch.rand(()) < 0.5:
        batch = batch.flip(3)
    side = int(torch.randint(SIDE * 4 // 5, SIDE + 1, ()))
    top, left = (int(torch.randint(0, SIDE - side + 1, ())) for _ in range(2))
    crop = batch[:, :, top : top + side, left : left + side]
    return torch.nn.functional.interpolate(crop, (SIDE, SIDE), mode="bilinear", align_corners=False) * 2 - 1


@torch.inference_mode()
def predict_resnet(state: Weights, pixels: Pixels) -> Ints:
    """Class indices int64 [n]."""
    network = _network(state).eval()
    x = torch.from_numpy(pixels).float() / 255 * 2 - 1
    parts = [
        network(x[start : start + 64].contiguous(memory_format=torch.channels_last)) for start in range(0, len(x), 64)
    ]
    return np.asarray(torch.cat(parts).argmax(dim=1).numpy(), np.int64)
