"""Dishes on a plate of 1.5 units."""

from __future__ import annotations

import math
import random

import numpy as np

from scenery.studio.materials import blend, mottled, plain
from scenery.studio.shapes import part, rod


def pizza(rng: random.Random, noise: np.random.Generator) -> None:
    part("tube", (0, 0, 0.06), (1.34, 1.34, 0.05), mottled("#e0a850", "#f2d08a", 8, bump=0.4))
    part("ring", (0, 0, 0.08), (1.38, 1.38, 0.5), mottled("#b87a34", "#dba860", 6, bump=0.5))
    part("tube", (0, 0, 0.09), (1.14, 1.14, 0.02), mottled("#c83a1a", "#f2c860", 7, 0.4, 0.4))
    for _ in range(13):
        r, a = 0.5 * math.sqrt(rng.random()), rng.uniform(0, 6.28)
        part(
            "tube",
            (r * math.cos(a), r * math.sin(a), 0.105),
            (0.19, 0.19, 0.02),
            mottled("#9a2a1a", "#b8402a", 20, 0.4),
        )
    for _ in range(12):
        r, a = 0.5 * math.sqrt(rng.random()), rng.uniform(0, 6.28)
        part("ball", (r * math.cos(a), r * math.sin(a), 0.12), (0.13, 0.06, 0.015), plain("#3f8a2c"), (0.1, 0.2, a))
        part("ring", (r * math.sin(a), r * math.cos(a), 0.12), (0.09, 0.09, 0.1), plain("#1c1a18"))


def burger(rng: random.Random, noise: np.random.Generator) -> None:
    bun = mottled("#c8832f", "#dca04e", 3, 0.4)
    part("pillow", (0, 0, 0.14), (0.86, 0.86, 0.2), bun)
    for k in range(26):
        a = k / 26 * 6.28
        part(
            "ball",
            (0.4 * math.cos(a), 0.4 * math.sin(a), 0.25 + 0.02 * (k % 2)),
            (0.2, 0.14, 0.04),
            plain("#5fa836", 0.5),
            (0.3, 0.2, a),
        )
    part("tube", (0, 0, 0.31), (0.82, 0.82, 0.12), mottled("#4a2818", "#6f4028", 12, bump=0.8))
    part("box", (0, 0, 0.38), (0.74, 0.74, 0.03), plain("#f2b42a", 0.4), (0, 0, 0.7))
    for x in (-0.18, 0.18):
        part("tube", (x, -0.1, 0.42), (0.4, 0.4, 0.05), plain("#c8281e", 0.3))
    part("ball", (0, 0, 0.46), (0.88, 0.88, 0.52), bun)
    for _ in range(40):
        a, r = rng.uniform(0, 6.28), 0.36 * math.sqrt(rng.random())
        z = 0.46 + 0.26 * math.sqrt(max(0, 1 - (r / 0.44) ** 2))
        part("ball", (r * math.cos(a), r * math.sin(a), z), (0.045, 0.025, 0.02), plain("#f6e8c0"), (0, 0, a))
    for k in range(11):
        x, y = rng.uniform(-0.2, 0.2) + 0.0, -0.5
        part(
            "box",
            (0.55 * math.cos(k * 0.5), y + 0.1 * math.sin(k), 0.08 + 0.02 * (k % 3)),
            (0.07, 0.42, 0.07),
            plain("#f0c24a", 0.5),
            (0, 0, x * 6),
        )


def breakfast(rng: random.Random, noise: np.random.Generator) -> None:
    for x, y in ((-0.25, 0.1), (0.22, 0.22)):
        part("ball", (x, y, 0.05), (0.56, 0.5, 0.05), plain("#fbfaf4", 0.3))
        part("ball", (x + 0.02, y, 0.08), (0.22, 0.22, 0.14), plain("#f2a81a", 0.15, coat=0.6))
    for k in range(2):
        rod(
            (-0.1 + 0.2 * k, -0.42, 0.1),
            (0.42, -0.2 + 0.18 * k, 0.1),
            0.13,
            mottled("#8a3a20", "#a8502c", 6, 0.3),
            end=True,
        )
    part("soft", (-0.45, -0.3, 0.1), (0.4, 0.4, 0.09), mottled("#b87a3a", "#e0b070", 5, bump=0.4), (0.2, 0.1, 0.4))
    for k in range(3):
        part("ball", (0.45 + 0.1 * (k % 2), 0.0 - 0.14 * k, 0.1), 0.16, plain("#d2301e", 0.2, coat=0.5))


def fruit(rng: random.Random, noise: np.random.Generator) -> None:
    part("stub", (0, 0, 0.14), (1.1, 1.1, -0.24), plain(rng.choice(("#f4f2ee", "#4a7a9a", "#8a5a34")), 0.3))
    for k in range(7):
        a, r = k / 6 * 6.28, 0.0 if k == 6 else 0.3
        tone = rng.choice(("#c8281e", "#6fa832", "#f08a1e", "#e8c22a"))
        at = (r * math.cos(a), r * math.sin(a), 0.34 if k < 6 else 0.54)
        part("ball", at, 0.33, mottled(tone, blend(tone, "#f2e080", 0.3), 3, 0.3, 0.02))
        rod((at[0], at[1], at[2] + 0.14), (at[0] + 0.02, at[1], at[2] + 0.23), 0.02, plain("#4a3018"))
    for k in range(3):
        for t in range(6):
            a, b = -0.9 + t * 0.3, -0.9 + (t + 1) * 0.3
            rod(
                (0.55 * math.sin(a), -0.2 - 0.07 * k - 0.2 * math.cos(a), 0.44 + 0.05 * k),
                (0.55 * math.sin(b), -0.2 - 0.07 * k - 0.2 * math.cos(b), 0.44 + 0.05 * k),
                0.12,
                plain("#f2d02a", 0.4),
                end=True,
            )


def cake(rng: random.Random, noise: np.random.Generator) -> None:
    cream, tone = plain("#fbf4ea", 0.4, soft=0.1), rng.choice(("#f08aa8", "#6a3a20", "#f2e2b0"))
    for k in range(2):
        part("tube", (0, 0, 0.16 + 0.22 * k), (1.0, 1.0, 0.2), mottled("#c8935a", "#dcb078", 14, bump=0.3))
        part("tube", (0, 0, 0.27 + 0.22 * k), (1.03, 1.03, 0.05), cream)
    part("tube", (0, 0, 0.53), (1.05, 1.05, 0.06), plain(tone, 0.3))
    for k in range(12):
        a = k / 12 * 6.28
        part("ball", (0.42 * math.cos(a), 0.42 * math.sin(a), 0.6), 0.15, cream)
        part("ball", (0.42 * math.cos(a), 0.42 * math.sin(a), 0.69), 0.1, plain("#c81e2a", 0.2, coat=0.5))
        rod(
            (0.515 * math.cos(a), 0.515 * math.sin(a), 0.55),
            (0.515 * math.cos(a), 0.515 * math.sin(a), 0.55 - rng.uniform(0.1, 0.3)),
            0.08,
            plain(tone, 0.3),
            end=True,
        )


def sushi(rng: random.Random, noise: np.random.Generator) -> None:
    rice = mottled("#f6f4ee", "#e0dcd0", 40, 0.6, 0.8)
    for k in range(4):
        x = -0.42 + 0.28 * k
        part("pillow", (x, 0.25, 0.12), (0.2, 0.44, 0.2), rice)
        tone = rng.choice(("#f07a4a", "#c82a2a", "#f4d8c0"))
        part(
            "pillow",
            (x, 0.25, 0.23),
            (0.23, 0.5, 0.09),
            mottled(tone, blend(tone, "#ffffff", 0.6), 7, 0.3, 0, wave=True),
        )
        part("tube", (x, -0.22, 0.13), (0.24, 0.24, 0.2), plain("#15201a", 0.6))
        part("tube", (x, -0.22, 0.14), (0.21, 0.21, 0.2), rice)
        part("tube", (x, -0.22, 0.145), (0.09, 0.09, 0.2), plain(rng.choice(("#f07a4a", "#6fb03a", "#f2d04a"))))
    part("ball", (0.56, 0, 0.1), (0.15, 0.15, 0.12), plain("#8ab848"))


def pasta(rng: random.Random, noise: np.random.Generator) -> None:
    strand = plain("#eec86a", 0.35, coat=0.3)
    for _ in range(80):
        a, r = noise.uniform(0, 6.28), noise.uniform(0.05, 0.42)
        size = float(noise.uniform(0.25, 0.6))
        at = (float(r * np.cos(a)), float(r * np.sin(a)), float(0.1 + (0.45 - r) * 0.5 * noise.random()))
        part("ring", at, (size, size, 0.22), strand, tuple(noise.normal(0, 0.35, 3)))
    for _ in range(16):
        a, r = noise.uniform(0, 6.28), noise.uniform(0, 0.22)
        part(
            "ball",
            (float(r * np.cos(a)), float(r * np.sin(a)), 0.36 - float(r) * 0.5),
            0.15,
            mottled("#a8281a", "#c8482a", 9, 0.3, 0.5),
        )
    for side in (-1, 1):
        part("ball", (side * 0.05, 0.0, 0.46), (0.16, 0.08, 0.02), plain("#3f9a34"), (0.3, 0.2, side * 0.8))
