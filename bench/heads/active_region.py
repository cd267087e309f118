"""The most active region of an image for an open_clip tower, and the two views that are made from it: erased, and zoomed in.

The activity of a place is how much the log-probability of the class falls when a window around it is covered (occlusion sensitivity,
Zeiler & Fergus 2014): 64 looks at an image, the same for every image tower. Maps by gradients cost a thirtieth, but they do not hold what
they promise: with these weights erasing what they found hurt no more than erasing as much elsewhere. What is done with it is attention dropping and
cropping (Hu et al. 2019, WS-DAN), with that paper's threshold of one half.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage
from torchvision.transforms.functional import gaussian_blur

from embedding.encoders import loading

LIMIT = 0.5  # of the greatest activity: what is at least so active belongs to the region
CELLS = 8  # places along a side of the map
WINDOW = 2  # cells along a side of what is covered at a place
SPREAD = 0.03  # of the blur over the map, in parts of a side
MARGIN, LEAST = 0.1, 0.4  # around the zoomed region, and its least side, in parts of a side
Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]


class Attention:
    """An image tower that is asked where it looks."""

    def __init__(self, spec: str) -> None:
        loaded = loading.load(spec)
        self._preprocessing = loaded.preprocessing
        self._tower: torch.nn.Module = loaded.model.visual  # type: ignore[assignment]
        self._scale = float(loaded.model.logit_scale.detach().exp().reshape(-1)[0])  # type: ignore[operator]
        for parameter in loaded.model.parameters():
            parameter.requires_grad_(False)

    def maps(self, squares: Sequence[Pixels], texts: Floats) -> Floats:
        """Activity float32 [n, H, W] in [0, 1], at the size of the model's input, for the class that zero-shot finds in each image.

        Where covering any part only makes it surer, all of the image is active.

        Args:
            squares: uint8 [s, s, 3]. texts: float32 [k, d], unit class vectors.
        """
        fitted = [self._preprocessing.fit(torch.from_numpy(square.copy()).permute(2, 0, 1)) for square in squares]
        classes = torch.from_numpy(texts)
        return np.stack([self._one(image, classes) for image in fitted])

    def _one(self, fitted: torch.Tensor, classes: torch.Tensor) -> Floats:
        """float32 [H, W] of one image, uint8 [3, H, W]."""
        covered = torch.cat([fitted[None], covers(fitted)])
        with torch.inference_mode():
            pixels = self._preprocessing.normalize(covered, torch.float32)
            logs = torch.log_softmax(self._logits(pixels, classes), dim=1)
        falls = torch.relu(logs[0].amax() - logs[1:, logs[0].argmax()]).reshape(1, 1, CELLS, CELLS)
        size = list(fitted.shape[-2:])
        large = torch.nn.functional.interpolate(falls, size=size, mode="bilinear", align_corners=False)
        reach = 2 * round(3 * SPREAD * size[0] / 2) + 1
        smooth = gaussian_blur(large, [reach, reach], [SPREAD * size[0]] * 2)[0, 0]
        top = smooth.amax()
        return np.asarray(smooth / top if top > 0 else torch.ones_like(smooth), np.float32)

    def _logits(self, pixels: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
        features = torch.nn.functional.normalize(self._tower(pixels).float(), dim=-1)
        return self._scale * features @ classes.T


def covers(image: torch.Tensor) -> torch.Tensor:
    """The image with a window in its mean colour at each place in turn: uint8 [CELLS * CELLS, 3, H, W] of uint8 [3, H, W]."""
    height, width = image.shape[-2:]
    out = image.expand(CELLS * CELLS, *image.shape).clone()
    mean = image.float().mean(dim=(1, 2), keepdim=True).to(image.dtype)
    for place in range(CELLS * CELLS):
        row, column = (at + 0.5 for at in divmod(place, CELLS))
        top, bottom = (max(0, round((row + side * WINDOW / 2) * height / CELLS)) for side in (-1, 1))
        left, right = (max(0, round((column + side * WINDOW / 2) * width / CELLS)) for side in (-1, 1))
        out[place, :, top:bottom, left:right] = mean
    return out


def square(pixels: Pixels) -> Pixels:
    """The middle of an image, which is what the model is shown: uint8 [s, s, 3]."""
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return pixels[top : top + side, left : left + side]


def region(activity: Floats, side: int) -> Bools:
    """The most active region at the image's size: what hangs together around the greatest activity. bool [side, side]."""
    pieces, _ = ndimage.label(activity >= LIMIT)
    active = pieces == pieces[np.unravel_index(activity.argmax(), activity.shape)]
    at = np.minimum(np.arange(side) * len(active) // side, len(active) - 1)
    return np.asarray(active[at][:, at])


def moved(active: Bools, random: np.random.Generator) -> Bools:
    """A region of the same form and area anywhere else: the control."""
    down, right = random.integers(0, len(active), 2)
    return np.roll(active, (int(down), int(right)), axis=(0, 1))


def dropped(image: Pixels, active: Bools) -> Pixels:
    """The image with a region filled with the mean colour of the rest."""
    out = image.copy()
    rest = image[~active] if (~active).any() else image.reshape(-1, 3)
    out[active] = rest.mean(axis=0).astype(np.uint8)
    return out


def cropped(image: Pixels, active: Bools, random: np.random.Generator | None = None) -> Pixels:
    """The smallest square around a region, with a margin, in full resolution; with `random` a square of that size anywhere."""
    side = len(image)
    rows, columns = np.nonzero(active)
    extent = max(np.ptp(rows), np.ptp(columns)) + 1 + 2 * MARGIN * side
    size = int(np.clip(extent, LEAST * side, side))
    corner = [(rows.min() + rows.max() - size) / 2, (columns.min() + columns.max() - size) / 2]
    if random is not None:
        corner = list(random.uniform(0, side - size, 2))
    top, left = (int(np.clip(round(at), 0, side - size)) for at in corner)
    return image[top : top + size, left : left + size]
