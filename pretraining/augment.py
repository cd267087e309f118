"""Augmentation of a whole batch in torch: crops, windows, colours, inversion, blur, noise, bars."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from pretraining.network import MEAN, STD


def normalised(images: torch.Tensor) -> torch.Tensor:
    """Pictures float [n, 3, h, w] in 0..1 as the network takes them."""
    mean, std = (torch.tensor(part).view(1, 3, 1, 1) for part in (MEAN, STD))
    return (images - mean) / std


def _uniform(n: int, low: float, high: float) -> torch.Tensor:
    return torch.empty(n).uniform_(low, high)


def _some(n: int, share: float) -> torch.Tensor:
    """Bool [n, 1, 1, 1], true for that share."""
    return (torch.rand(n) < share).view(n, 1, 1, 1)


def moved(images: torch.Tensor, size: int, closeups: float = 1.0) -> torch.Tensor:
    """Random crop, shape, small rotation and mirror; some shrunk onto a plain ground. Output [n, 3, size, size].

    Args:
        closeups: share of the images that may be cropped to a close-up, down to 0.4 of each side; the others keep 0.8.
    """
    n = len(images)
    deepest = torch.where(torch.rand(n) < closeups, -0.9, -0.2)
    zoom = torch.exp(deepest * torch.rand(n))
    zoom = torch.where(torch.rand(n) < 0.07, _uniform(n, 1.1, 1.8), zoom)
    stretch, angle = torch.exp(_uniform(n, -0.15, 0.15)), torch.randn(n) * 0.05
    flip = torch.where(torch.rand(n) < 0.35, -1.0, 1.0)
    free = (1 - zoom).abs()
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0] = zoom * stretch * flip * torch.cos(angle)
    theta[:, 0, 1] = -zoom * torch.sin(angle)
    theta[:, 1, 0] = zoom * torch.sin(angle)
    theta[:, 1, 1] = zoom / stretch * torch.cos(angle)
    theta[:, :, 2] = (torch.rand(n, 2) * 2 - 1) * free[:, None]
    grid = F.affine_grid(theta, [n, 3, size, size], align_corners=False)
    inside = F.grid_sample(images, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    outside = (grid.abs() > 1.02).any(dim=3).unsqueeze(1) & (zoom > 1).view(n, 1, 1, 1)
    return torch.where(outside, torch.rand(n, 3, 1, 1), inside)


def coloured(images: torch.Tensor) -> torch.Tensor:
    """Gains, contrast, grey, tint, inversion."""
    n = len(images)
    gain = 1 + torch.randn(n, 3, 1, 1) * 0.12
    bright = 1 + torch.randn(n, 1, 1, 1) * 0.2
    level = images.mean(dim=(1, 2, 3), keepdim=True)
    out = (images - level) * (1 + torch.randn(n, 1, 1, 1) * 0.2) + level * bright
    out = (out * gain).clamp(0, 1)
    grey = out.mean(dim=1, keepdim=True)
    out = torch.where(_some(n, 0.15), grey.expand_as(out), out)
    swapped = out[:, torch.randperm(3)]
    out = torch.where(_some(n, 0.06), swapped, out)
    tint = 0.35 + 0.65 * torch.rand(n, 3, 1, 1)
    out = torch.where(_some(n, 0.08), out * tint, out)
    return torch.where(_some(n, 0.06), 1 - out, out)


def _rows(n: int, share: float) -> torch.Tensor:
    """Indices of about that share of a batch."""
    return torch.nonzero(torch.rand(n) < share).flatten()


def worn(images: torch.Tensor) -> torch.Tensor:
    """Blur, sharpening, fewer pixels, noise, bars, a patch of one colour; each on some images only."""
    n, _, h, w = images.shape
    out = images.clone()
    rows = _rows(n, 0.15)
    out[rows] = _softened(out[rows])
    rows = _rows(n, 0.12)
    out[rows] = out[rows] + (out[rows] - _softened(out[rows])) * _uniform(len(rows), 0.3, 2.0).view(-1, 1, 1, 1)
    rows = _rows(n, 0.04)
    out[rows] = F.interpolate(F.avg_pool2d(out[rows], 2), size=(h, w), mode="nearest")
    rows = _rows(n, 0.25)
    out[rows] += torch.randn_like(out[rows]) * _uniform(len(rows), 0, 0.08).view(-1, 1, 1, 1)
    for row in _rows(n, 0.1).tolist():
        edge = int(torch.randint(2, max(3, h // 6), ()))
        part = out[row] if torch.rand(()) < 0.5 else out[row].transpose(1, 2)
        part[:, :edge] = 0
        part[:, -edge:] = 0
    for row in _rows(n, 0.12).tolist():
        top, left, tall = (int(torch.randint(0, h * 2 // 3, ())) for _ in range(3))
        out[row, :, top : top + tall + 4, left : left + tall + 4] = torch.rand(3, 1, 1)
    return out.clamp_(0, 1)


def _softened(images: torch.Tensor) -> torch.Tensor:
    return F.avg_pool2d(F.pad(images, (1, 1, 1, 1), mode="replicate"), 3, stride=1)


def augmented(images: torch.Tensor, size: int, closeups: float = 1.0) -> torch.Tensor:
    """A training batch, normalised.

    Args:
        images: uint8 [n, h, w, 3]. closeups: as in `moved`.

    Returns:
        float32 [n, 3, size, size].
    """
    pictures = images.permute(0, 3, 1, 2).float() / 255
    return normalised(worn(coloured(moved(pictures, size, closeups))))
