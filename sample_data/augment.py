"""Augmentation of a whole batch in torch: crops, windows, colours, inversion, blur, noise, bars."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from sample_data.network import MEAN, STD


def normalised(images: torch.Tensor) -> torch.Tensor:
    """Pictures float [n, 3, h, w] in 0..1 as the network takes them."""
    mean, std = (torch.tensor(part).view(1, 3, 1, 1) for part in (MEAN, STD))
    return (images - mean) / std


def _uniform(n: int, low: float, high: float) -> torch.Tensor:
    return torch.empty(n).uniform_(low, high)


def _some(n: int, share: float) -> torch.Tensor:
    """Bool [n, 1, 1, 1], true for that share."""
    return (torch.rand(n) < share).view(n, 1, 1, 1)


def moved(images: torch.Tensor, size: int) -> torch.Tensor:
    """Random crop, shape, small rotation and mirror; some shrunk onto a plain ground. Output [n, 3, size, size]."""
    n = len(images)
    zoom = torch.exp(_uniform(n, -0.9, 0.0))
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


def worn(images: torch.Tensor) -> torch.Tensor:
    """Blur, fewer pixels, noise, bars, a patch of one colour."""
    n, _, h, w = images.shape
    soft = F.avg_pool2d(F.pad(images, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    out = torch.where(_some(n, 0.15), soft, images)
    coarse = F.interpolate(F.avg_pool2d(images, 2), size=(h, w), mode="nearest")
    out = torch.where(_some(n, 0.04), coarse, out)
    out = torch.where(_some(n, 0.25), out + torch.randn_like(out) * _uniform(n, 0, 0.08).view(n, 1, 1, 1), out)
    rows = torch.linspace(-1, 1, h).view(1, 1, h, 1).expand(n, 1, h, w)
    columns = torch.linspace(-1, 1, w).view(1, 1, 1, w).expand(n, 1, h, w)
    edge = _uniform(n, 0.65, 0.95).view(n, 1, 1, 1)
    out = torch.where((rows.abs() > edge) & _some(n, 0.05), torch.zeros(()), out)
    out = torch.where((columns.abs() > edge) & _some(n, 0.05), torch.zeros(()), out)
    at, reach = (torch.rand(n, 2) * 2 - 1), _uniform(n, 0.1, 0.45).view(n, 1, 1, 1)
    patch = ((rows - at[:, :1, None, None]).abs() < reach) & ((columns - at[:, 1:, None, None]).abs() < reach)
    return torch.where(patch & _some(n, 0.12), torch.rand(n, 3, 1, 1), out).clamp(0, 1)


def augmented(images: torch.Tensor, size: int) -> torch.Tensor:
    """A training batch, normalised.

    Args:
        images: uint8 [n, h, w, 3].

    Returns:
        float32 [n, 3, size, size].
    """
    pictures = images.permute(0, 3, 1, 2).float() / 255
    return normalised(worn(coloured(moved(pictures, size))))
