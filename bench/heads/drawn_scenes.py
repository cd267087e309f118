"""Pictures of the built-in model's own world that it never saw, some of them grey, tinted, cropped or in a window."""

from __future__ import annotations

import numpy as np
from PIL import Image

from pretraining.camera import shifted
from pretraining.vocabulary import CATEGORIES, KINDS, OTHER
from pretraining.world import Scene, WorldOptions, fitted, scene

FIRST_SEED = 905_400
"""Seeds that training never sees."""
SIZE = (320, 240)
SHIFT_SHARE = {"": 0.62, "grey": 0.1, "tint": 0.1, "crop": 0.1, "window": 0.08}
MIN_BRIGHTNESS, MIN_CONTRAST, MIN_DETAIL = 0.12, 0.08, 0.006
CLASSES = [name for name in CATEGORIES if name != OTHER]


def shifted_scene(seed: int) -> Scene:
    """The picture of a seed: classes and kinds in turn, a shift by chance."""
    rng = np.random.default_rng((900_000, seed))
    category = CLASSES[seed % len(CLASSES)]
    kinds = [name for name, kind in KINDS.items() if kind.category == category]
    drawn = scene(seed, WorldOptions(kinds=(kinds[(seed // len(CLASSES)) % len(kinds)],), heights=(240,)))
    image = fitted(drawn.image, SIZE)
    shift = str(rng.choice(list(SHIFT_SHARE), p=list(SHIFT_SHARE.values())))
    return Scene(shifted(rng, image, shift) if shift else image, drawn.facts)


def legible(image: Image.Image) -> bool:
    """Whether a person can see what it shows: neither nearly black nor without contrast or detail."""
    grey = np.asarray(image.convert("L"), np.float32) / 255
    detail = float(np.abs(np.diff(grey, axis=1)).mean())
    return float(grey.mean()) > MIN_BRIGHTNESS and float(grey.std()) > MIN_CONTRAST and detail > MIN_DETAIL
