"""The most active region of an image for an open_clip tower, and the two views that are made from it: erased, and zoomed in.

The region is where the gradient of the class score reaches back to in the pixels (Simonyan et al. 2014; averaged over noisy copies,
Smilkov et al. 2017, SmoothGrad), so that it works for any image tower, whatever its layers. What is done with it is attention
dropping and cropping (Hu et al. 2019, WS-DAN), with that paper's thresholds of one half.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torchvision.transforms.functional import gaussian_blur

from embedding import loading

DROP, CROP = 0.5, 0.5  # of the greatest activity
COPIES, NOISE = 4, 0.15  # noisy copies, and their noise in units of a pixel's standard deviation
SPREAD = 0.08  # of the blur over the map, in parts of a side
MARGIN, LEAST = 0.1, 0.4  # around the zoomed region, and its least side, in parts of a side
BATCH = 32
Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


class Attention:
    """An image tower that is asked where it looks."""

    def __init__(self, spec: str) -> None:
        loaded = loading.load(spec)
        self._preprocessing = loaded.preprocessing
        self._tower: torch.nn.Module = loaded.model.visual  # type: ignore[assignment]
        self._scale = float(loaded.model.logit_scale.exp().reshape(-1)[0])  # type: ignore[operator]
        for parameter in loaded.model.parameters():
            parameter.requires_grad_(False)

    def maps(self, squares: Sequence[Pixels], texts: Floats) -> Floats:
        """Activity float32 [n, H, W] in [0, 1], at the size of the model's input, for the class that zero-shot finds in each image.

        Args:
            squares: uint8 [s, s, 3]. texts: float32 [k, d], unit class vectors.
        """
        fitted = [self._preprocessing.fit(torch.from_numpy(square.copy()).permute(2, 0, 1)) for square in squares]
        classes = torch.from_numpy(texts)
        parts = [self._some(torch.stack(fitted[at : at + BATCH]), classes) for at in range(0, len(fitted), BATCH)]
        return np.concatenate(parts)

    def _some(self, batch: torch.Tensor, classes: torch.Tensor) -> Floats:
        pixels = self._preprocessing.normalize(batch, torch.float32)
        chosen = self._logits(pixels, classes).argmax(dim=1)
        random = torch.Generator().manual_seed(0)
        total = torch.zeros_like(pixels[:, 0])
        for _ in range(COPIES):
            noisy = (pixels + NOISE * torch.randn(pixels.shape, generator=random)).requires_grad_(True)
            score = torch.log_softmax(self._logits(noisy, classes), dim=1)[torch.arange(len(chosen)), chosen].sum()
            (gradient,) = torch.autograd.grad(score, noisy)
            total += (gradient * noisy.detach()).sum(dim=1).abs()
        side = total.shape[-1]
        reach = 2 * round(3 * SPREAD * side / 2) + 1
        smooth = gaussian_blur(total[:, None], [reach, reach], [SPREAD * side] * 2)[:, 0]
        top = smooth.flatten(1).amax(dim=1).clamp_min(1e-12)
        return np.asarray(smooth / top[:, None, None], np.float32)

    def _logits(self, pixels: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
        features = torch.nn.functional.normalize(self._tower(pixels).float(), dim=-1)
        return self._scale * features @ classes.T


def square(pixels: Pixels) -> Pixels:
    """The middle of an image, which is what the model is shown: uint8 [s, s, 3]."""
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return pixels[top : top + side, left : left + side]


def dropped(image: Pixels, activity: Floats) -> Pixels:
    """The image with its most active region filled with the mean colour of the rest."""
    active = _enlarged(activity, len(image)) >= DROP
    out = image.copy()
    rest = image[~active] if (~active).any() else image.reshape(-1, 3)
    out[active] = rest.mean(axis=0).astype(np.uint8)
    return out


def cropped(image: Pixels, activity: Floats) -> Pixels:
    """The smallest square around the most active region, with a margin, in full resolution."""
    side = len(image)
    rows, columns = np.nonzero(_enlarged(activity, side) >= CROP)
    middle = (rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2
    extent = max(np.ptp(rows), np.ptp(columns)) + 1 + 2 * MARGIN * side
    size = int(np.clip(extent, LEAST * side, side))
    top, left = (int(np.clip(round(at - size / 2), 0, side - size)) for at in middle)
    return image[top : top + size, left : left + size]


def _enlarged(activity: Floats, side: int) -> Floats:
    """The map at the image's size, by nearest cell: float32 [side, side]."""
    at = np.minimum(np.arange(side) * len(activity) // side, len(activity) - 1)
    return activity[at][:, at]
