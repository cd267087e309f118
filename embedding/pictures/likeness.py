"""Are two pictures the same one? Small copies of them, laid over each other and compared part by part.

A hash or a vector sums a picture up: two receipts, two levels of a game or two slides of one deck can have nearly the same. Here the
structure of each of 64 parts has to agree (the contrast and structure terms of SSIM, Wang et al. 2004, once brightness and contrast
of the whole are taken off), and the colours. A trimmed edge is found by trying some magnifications; a logo spoils few parts.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

SIDE = 64  # pixels of a sketch, whatever the picture's shape
PART = 8  # pixels of a part's side
ZOOMS = (1.02, 1.042, 1.06)  # of a picture that lost 1, 2 or 3 % at each edge
BLOCK = 256  # pairs that are compared at once
CONTRAST = 40.0  # standard deviation of grey values that every sketch is brought to, in levels
CLEAR = 0.95  # structure of pictures that need no magnification
FLAT = 4.0  # a smaller one is not contrast but noise
NOISE = 30.0  # variance of a part that says nothing, in levels squared
MOST = 30.0  # weight of a part at most: one letter in black and white is not the whole picture

Sketches = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
_GREY = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class Likeness:
    """How alike pairs of pictures are.

    Attributes:
        structure: float32 [n], at most 1: 1 where each part of one shows what the other does.
        colour: float32 [n], mean difference of the colours beside grey, in levels of 255.
        grey: float32 [n], difference of the mean grey values, in levels of 255.
        flat: bool [n], both are pictures without contrast, of which structure says nothing.
    """

    structure: Floats
    colour: Floats
    grey: Floats
    flat: npt.NDArray[np.bool_]


def sketch(pixels: npt.NDArray[np.uint8]) -> Sketches:
    """The small copy of a picture: uint8 [h, w, 3] to [64, 64, 3]."""
    return np.asarray(cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def compare(one: Sketches, other: Sketches) -> Likeness:
    """Compare pictures pair by pair.

    Args:
        one, other: uint8 [n, 64, 64, 3].
    """
    blocks = [
        _compared(one[start : start + BLOCK], other[start : start + BLOCK]) for start in range(0, len(one), BLOCK)
    ]
    if not blocks:
        nothing = np.empty(0, np.float32)
        return Likeness(nothing, nothing, nothing, np.empty(0, np.bool_))
    columns = zip(*blocks, strict=True)
    structure, colour, grey, contrast = (np.concatenate(column).astype(np.float32) for column in columns)
    return Likeness(structure, colour, grey, contrast < FLAT)


def _compared(one: Sketches, other: Sketches) -> tuple[Floats, Floats, Floats, Floats]:
    """structure, colour and grey of `Likeness`, and the greater contrast of the two."""
    a, b = one.astype(np.float32), other.astype(np.float32)
    grey_a, grey_b = a @ _GREY, b @ _GREY
    plain = _even(grey_a), _even(grey_b)
    structure = _structure(*plain)
    open_rows = np.flatnonzero(structure < CLEAR)
    some_a, some_b = grey_a[open_rows], grey_b[open_rows]
    for zoom in ZOOMS:
        closer = _window(zoom)
        for left, right in ((closer @ some_a @ closer.T, some_b), (some_a, closer @ some_b @ closer.T)):
            structure[open_rows] = np.maximum(structure[open_rows], _structure(_even(left), _even(right)))
    tints = [_tints(picture) for picture in (a, b)]
    contrast = np.maximum(grey_a.std(axis=(1, 2)), grey_b.std(axis=(1, 2)))
    means = np.abs(grey_a.mean(axis=(1, 2)) - grey_b.mean(axis=(1, 2)))
    return structure, np.abs(tints[0] - tints[1]).mean(axis=(1, 2, 3)), means, contrast


def _window(zoom: float) -> Floats:
    """Weights float32 [64, 64] that stretch the middle of a row over the whole row."""
    places = np.clip((SIDE - SIDE / zoom) / 2 + (np.arange(SIDE) + 0.5) / zoom - 0.5, 0, SIDE - 1)
    left = np.minimum(np.floor(places).astype(np.int64), SIDE - 2)
    weights = np.zeros((SIDE, SIDE), np.float32)
    weights[np.arange(SIDE), left] = 1 - (places - left)
    weights[np.arange(SIDE), left + 1] += (places - left).astype(np.float32)
    return weights


def _even(grey: Floats) -> Floats:
    """Grey values float32 [n, 64, 64] of equal mean and contrast."""
    spread = np.maximum(grey.std(axis=(1, 2), keepdims=True), FLAT)
    return np.asarray((grey - grey.mean(axis=(1, 2), keepdims=True)) * (CONTRAST / spread), np.float32)


def _structure(one: Floats, other: Floats) -> Floats:
    """float32 [n]: the agreement of the parts, each weighed by its contrast."""
    a, b = (_parts(grey) for grey in (one, other))
    a, b = a - a.mean(axis=2, keepdims=True), b - b.mean(axis=2, keepdims=True)
    power = np.einsum("npx,npx->np", a, a) / PART**2 + np.einsum("npx,npx->np", b, b) / PART**2
    agreement = (2 * np.einsum("npx,npx->np", a, b) / PART**2 + NOISE) / (power + NOISE)
    weight = np.minimum(np.sqrt(power + NOISE), MOST)
    return np.asarray((weight * agreement).sum(axis=1) / weight.sum(axis=1), np.float32)


def _parts(grey: Floats) -> Floats:
    """float32 [n, 64 parts, 64 pixels]."""
    count = SIDE // PART
    return grey.reshape(-1, count, PART, count, PART).swapaxes(2, 3).reshape(-1, count * count, PART * PART)


def _tints(picture: Floats) -> Floats:
    """Mean colours of the parts, float32 [n, 8, 8, 3], without their grey."""
    count = SIDE // PART
    means = picture.reshape(-1, count, PART, count, PART, 3).mean(axis=(2, 4))
    return np.asarray(means - means.mean(axis=3, keepdims=True), np.float32)
