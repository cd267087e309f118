"""Facts about the colours of a whole picture."""

from __future__ import annotations

import numpy as np
from PIL import Image


def tone(image: Image.Image) -> set[str]:
    """`tone:dark`, `tone:bright`, `tone:grey`, as far as they are true."""
    small = np.asarray(image.resize((32, 32), Image.Resampling.BOX), np.float32) / 255
    facts = set()
    if small.mean() < 0.22:
        facts.add("tone:dark")
    if small.mean() > 0.72:
        facts.add("tone:bright")
    if float((small.max(axis=2) - small.min(axis=2)).mean()) < 0.03:
        facts.add("tone:grey")
    return facts
