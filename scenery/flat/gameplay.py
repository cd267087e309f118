"""A game of pixels that is being played: figures that move over its screen."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from PIL import Image

from scenery.flat.sprites import sprite

Picture = Image.Image
Way = Callable[[float], tuple[float, float]]
"""Where a figure is after so many seconds, in shares of the screen."""


def _jumping(start: float, speed: float, ground: float, height: float) -> Way:
    return lambda t: ((start + speed * t) % 1.1 - 0.05, ground - height * abs(math.sin(2.2 * t)))


def _crossing(start: float, speed: float, row: float, sway: float = 0.0) -> Way:
    return lambda t: ((start + speed * t) % 1.1 - 0.05, row + sway * math.sin(3 * t + 6 * start))


def _rising(column: float, start: float, speed: float) -> Way:
    return lambda t: (column, 1.05 - (start + speed * t) % 1.1)


def _walking(x: float, y: float, wide: float, high: float) -> Way:
    """Along the sides of a rectangle."""

    def place(t: float) -> tuple[float, float]:
        side, along = divmod(t * 0.8, 1)
        ways = ((along, 0.0), (1.0, along), (1 - along, 1.0), (0.0, 1 - along))
        right, down = ways[int(side) % 4]
        return x + wide * right, y + high * down

    return place


def _players(kind: str, rng: random.Random) -> list[tuple[str, int, Way]]:
    """Figures, how large a pixel of theirs is, and their ways."""
    if kind == "platformer":
        return [
            ("hero", 2, _jumping(0.1, 0.22, 0.66, 0.3)),
            ("slime", 2, _crossing(0.9, -0.1, 0.72)),
            ("coin", 2, _jumping(0.5, 0.0, 0.4, 0.08)),
        ]
    if kind == "shooter":
        foes = [("alien", 2, _crossing(k / 4, 0.07, 0.24 + 0.1 * (k % 2), 0.04)) for k in range(4)]
        return [
            ("ship", 2, _crossing(0.2, 0.18, 0.8)),
            *foes,
            *(("coin", 1, _rising(0.3 + 0.15 * k, k / 3, 0.9)) for k in range(3)),
        ]
    if kind == "scroller":
        foes = [
            (rng.choice(("saucer", "ghost")), 2, _crossing(0.4 + k / 4, -0.3, 0.2 + 0.17 * k, 0.05)) for k in range(4)
        ]
        return [("jet", 2, _crossing(0.2, 0.02, 0.45, 0.15)), *foes]
    if kind == "arcade":
        return [("coin", 1, _jumping(0.2, 0.25, 0.8, 0.5))]
    return [
        (rng.choice(("knight", "hero")), 2, _walking(0.25, 0.25, 0.4, 0.4)),
        (rng.choice(("slime", "ghost")), 2, _walking(0.6, 0.3, 0.2, 0.35)),
    ]


def alive(still: Picture, kind: str, seed: int, seconds: float) -> Picture:
    """A screen of a game some seconds into it."""
    picture = still.copy()
    for name, size, way in _players(kind, random.Random(f"{seed} play")):
        figure = sprite(name, max(1, round(size * still.height / 192)))
        x, y = way(seconds)
        picture.paste(figure, (round(x * still.width), round(y * still.height)), figure)
    return picture
