"""Houses, towers, lamps and cars: kits whose front looks along -y."""

from __future__ import annotations

import random

from scenery.studio.materials import Surface, blend, glow, mottled, plain, tiled
from scenery.studio.shapes import Kit, kit, part, rod

WALLS = ("#c9b79c", "#b5654a", "#d8d2c4", "#8f9aa3", "#c98a5a", "#e0c98a", "#9c5a4a", "#a8b5a0")
CARS = ("#b8231f", "#f2f2f0", "#1d2a44", "#2b2c30", "#c9ccd0", "#2f6a9a", "#e0a81e", "#3f6a4a")


def _pane(night: bool, rng: random.Random) -> Surface:
    if night and rng.random() < 0.55:
        return glow(rng.choice(("#ffd98a", "#ffe8b8", "#ffc070")), 2.0)
    return plain("#22303c", 0.08, coat=1)


def block(rng: random.Random, wide: float, high: float, deep: float, night: bool = False, shop: bool = False) -> Kit:
    """A town house with rows of windows and perhaps a shop below."""
    tone = rng.choice(WALLS)
    wall = (
        tiled(tone, blend(tone, "#ffffff", 0.35), 5, bricks=True, rough=0.9)
        if rng.random() < 0.4
        else mottled(tone, blend(tone, "#3a3530", 0.12), 2)
    )
    trim = plain(blend(tone, "#ffffff", 0.55), 0.8)
    with kit("block") as group:
        part("box", (0, 0, high / 2), (wide, deep, high), wall)
        part("box", (0, -deep / 2 - 0.05, high), (wide + 0.1, 0.35, 0.25), trim)
        columns, floors = max(2, round(wide / 1.35)), max(2, round(high / 1.6))
        for floor in range(floors):
            z = 0.9 + floor * (high / floors)
            if floor == 0 and shop:
                part("box", (0, -deep / 2 - 0.02, 0.85), (wide * 0.86, 0.06, 1.3), _pane(night, rng))
                part(
                    "box",
                    (0, -deep / 2 - 0.35, 1.62),
                    (wide * 0.9, 0.8, 0.1),
                    plain(rng.choice(CARS), 0.8),
                    (0.35, 0, 0),
                )
                continue
            for column in range(columns):
                x = (column + 0.5) / columns * wide - wide / 2
                part("box", (x, -deep / 2 - 0.01, z), (0.74, 0.06, 1.0), trim)
                part("box", (x, -deep / 2 - 0.03, z), (0.6, 0.06, 0.86), _pane(night, rng))
                part("box", (x, -deep / 2 - 0.08, z - 0.52), (0.84, 0.18, 0.07), trim)
            for side in (-1, 1):
                for y in (-deep / 4, deep / 4):
                    part("box", (side * (wide / 2 + 0.01), y, z), (0.06, 0.6, 0.86), _pane(night, rng))
    return group


def tower(rng: random.Random, wide: float, high: float, night: bool = False) -> Kit:
    """An office tower of glass and bands."""
    tone = rng.choice(("#54697a", "#3f5260", "#8a949c", "#6a7f8f"))
    with kit("tower") as group:
        part("box", (0, 0, high / 2), (wide, wide, high), plain(tone, 0.12, metal=0.5))
        floors = int(high / 1.0)
        for floor in range(floors):
            part("box", (0, 0, floor + 0.2), (wide + 0.06, wide + 0.06, 0.16), plain(blend(tone, "#f0f0f0", 0.5), 0.7))
            if night:
                for column in range(int(wide / 0.7)):
                    if rng.random() < 0.5:
                        part(
                            "box",
                            (column * 0.7 - wide / 2 + 0.35, -wide / 2 - 0.02, floor + 0.65),
                            (0.5, 0.04, 0.6),
                            _pane(True, rng),
                        )
        for column in range(int(wide / 0.7) + 1):
            part("box", (column * 0.7 - wide / 2, -wide / 2, high / 2), (0.07, 0.1, high), plain("#c9d0d4", 0.5))
    return group


def house(rng: random.Random, night: bool = False) -> Kit:
    """A family house with a pitched roof, door, windows and chimney, 5 units high."""
    tone = rng.choice(("#f0e8d8", "#c8d4d8", "#e8c890", "#c88a6a", "#d8dcc8"))
    wall, white = plain(tone, 0.9), plain("#f6f4ee", 0.7)
    with kit("house") as group:
        part("box", (0, 0, 1.5), (6, 4.4, 3), wall)
        part(
            "roof",
            (0, 0, 2.95),
            (6.8, 5.4, 2.2),
            tiled("#8a3f2c" if rng.random() < 0.6 else "#4a4a52", "#5a2a1e", 14, True),
        )
        part("box", (1.7, 0.4, 4.7), (0.6, 0.6, 1.5), tiled("#94523c", "#c8b8a8", 10, True))
        part("box", (0, -2.22, 1.05), (1.1, 0.1, 2.1), plain(rng.choice(CARS), 0.5))
        part("ball", (0.38, -2.3, 1.0), 0.1, plain("#d8b04a", 0.3, metal=1))
        for x in (-2, 2):
            part("box", (x, -2.2, 1.6), (1.5, 0.1, 1.4), white)
            for dx in (-0.33, 0.33):
                part("box", (x + dx, -2.24, 1.6), (0.56, 0.1, 1.2), _pane(night, rng))
        part("box", (0, -2.9, 0.08), (1.6, 1.4, 0.16), plain("#a8a49c"))
    return group


def street_lamp(night: bool) -> Kit:
    """A lamp 4 units high."""
    with kit("lamp") as group:
        iron = plain("#23262a", 0.5)
        rod((0, 0, 0), (0, 0, 4), 0.11, iron)
        rod((0, 0, 4), (0.8, 0, 4.15), 0.08, iron)
        part("soft", (0.85, 0, 4.1), (0.5, 0.2, 0.12), glow("#ffdf9a", 12) if night else plain("#e8e8e4", 0.3))
    return group


def car(rng: random.Random, colour: str = "", form: str = "") -> Kit:
    """A car about 4 units long that looks along -y: `saloon`, `van`, `bus`, `truck` or `racer`."""
    form = form or rng.choice(("saloon", "saloon", "saloon", "van"))
    paint, glass, rubber = (
        plain(colour or rng.choice(CARS), 0.25, coat=1),
        plain("#10161c", 0.05, coat=1),
        plain("#121212", 0.8),
    )
    long, high, wheel = {
        "saloon": (4.2, 0.7, 0.66),
        "van": (4.6, 1.5, 0.7),
        "bus": (9.0, 2.4, 0.95),
        "truck": (7.0, 1.0, 0.95),
        "racer": (4.4, 0.36, 0.8),
    }[form]
    with kit("car") as group:
        base = wheel * 0.45
        part("soft", (0, 0, base + high / 2), (1.8, long, high + 0.1), paint)
        if form == "saloon":
            part("soft", (0, 0.25, base + high + 0.2), (1.5, long * 0.5, 0.6), glass)
            part("soft", (0, 0.3, base + high + 0.5), (1.42, long * 0.42, 0.14), paint)
        elif form in ("van", "bus"):
            part("soft", (0, -long / 2 + 0.02, base + high * 0.7), (1.6, 0.1, high * 0.42), glass)
            for side in (-1, 1):
                part("soft", (side * 0.9, 0, base + high * 0.72), (0.06, long * 0.9, high * 0.32), glass)
        elif form == "truck":
            part("soft", (0, -2.5, base + 1.6), (1.9, 1.7, 1.9), paint)
            part("soft", (0, -3.36, base + 1.9), (1.6, 0.1, 0.8), glass)
            part("box", (0, 0.9, base + 1.9), (2.1, 4.8, 2.6), plain("#e8e6e0", 0.6))
        else:
            part("soft", (0, -1.9, base + 0.05), (2.1, 0.5, 0.1), plain("#15151a"))
            part("soft", (0, 2.05, base + 0.75), (1.9, 0.4, 0.08), paint)
            part("ball", (0, 0.2, base + 0.5), (0.6, 1.5, 0.6), glass)
        for side in (-1, 1):
            for y in (-long * 0.31, long * 0.31):
                part("tube", (side * 0.82, y, wheel / 2), (wheel, wheel, 0.26), rubber, (0, 1.5708, 0))
                part(
                    "tube",
                    (side * 0.9, y, wheel / 2),
                    (wheel * 0.55, wheel * 0.55, 0.14),
                    plain("#b8bcc0", 0.3, metal=0.9),
                    (0, 1.5708, 0),
                )
            part("ball", (side * 0.62, -long / 2 - 0.0, base + high * 0.5), (0.36, 0.12, 0.2), glow("#fff4d0", 1.6))
            part("ball", (side * 0.66, long / 2 + 0.0, base + high * 0.5), (0.34, 0.1, 0.18), glow("#d8201a", 1.2))
        part("soft", (0, -long / 2 - 0.03, base + high * 0.22), (0.8, 0.05, 0.2), plain("#f0f0f0"))
    return group
