"""What is kept of a video to find fragments of it: two moments a second, each with a vector and a hash of its picture.

The hash is the sign of the lowest frequencies of the cosine transform (pHash, Zauner 2010), without the mean: a mirrored picture changes the
sign of every second column, so the hash of the mirrored picture follows from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from video.decoding.frames import Picture

PER_S = 2.0
SIDE, LOW = 32, 8  # pixels of the picture that is transformed, and frequencies that are kept in each direction
BITS = LOW * LOW
FLAT = 4.0  # standard deviation of grey levels below which there is nothing to see: black, white, a fade
Hashes = npt.NDArray[np.uint8]
Times = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """Moments of a video in the order of time.

    Attributes:
        times: float64 [t], seconds. vectors: float [t, d], unit rows. hashes: uint8 [t, 8]; all zeros where there is nothing to see.
    """

    times: Times
    vectors: npt.NDArray[np.number]
    hashes: Hashes

    def __len__(self) -> int:
        return len(self.times)


def picture_hash(picture: Picture) -> Hashes:
    """uint8 [8] of a picture uint8 [h, w, 3]; its first bit is 1 unless there is nothing to see."""
    grey = cv2.cvtColor(cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    if float(grey.std()) < FLAT:
        return np.zeros(BITS // 8, np.uint8)
    low = cv2.dct(grey.astype(np.float32))[:LOW, :LOW]
    bits = low > 0
    bits[0, 0] = True  # the mean, which says nothing
    return np.packbits(bits.ravel())


def mirrored(hashes: Hashes) -> Hashes:
    """uint8 [n, 8] of the mirrored pictures."""
    odd = np.zeros((LOW, LOW), np.bool_)
    odd[:, 1::2] = True
    turned = hashes ^ np.packbits(odd.ravel())
    return np.where(hashes.any(axis=1, keepdims=True), turned, hashes)


def is_seen(hashes: Hashes) -> npt.NDArray[np.bool_]:
    """bool [n], where there is something to see."""
    return np.asarray(hashes.any(axis=1))
