"""Animals of rounded parts: each looks along -y, its feet on the ground, about as high as in life."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import bpy
import numpy as np

from scenery.studio.materials import Surface, blend, mottled, plain
from scenery.studio.shapes import Kit, Thing, kit, link, part, rod

Rng = np.random.Generator
Ball = tuple[float, float, float, float]


def body(balls: Sequence[Ball], surface: Surface) -> Thing:
    """A skin over balls (x, y, z, radius) that run into each other; chains of balls make limbs."""
    blob = bpy.data.metaballs.new("body")
    blob.resolution = blob.render_resolution = 0.07
    blob.threshold = 0.4
    for x, y, z, radius in balls:
        element = blob.elements.new()
        element.co, element.radius = (x, y, z), radius * 1.55
    thing = bpy.data.objects.new("body", blob)
    bpy.context.scene.collection.objects.link(thing)
    shaped = bpy.data.meshes.new_from_object(thing.evaluated_get(bpy.context.evaluated_depsgraph_get()))
    bpy.data.objects.remove(thing)
    for face in shaped.polygons:
        face.use_smooth = True
    shaped.materials.clear()
    shaped.materials.append(surface)
    return link(bpy.data.objects.new("body", shaped))


def chain(a: Sequence[float], b: Sequence[float], first: float, last: float, n: int = 7) -> list[Ball]:
    """Balls from one point to another, their radius from `first` to `last`."""
    parts = []
    for k in range(n):
        t = k / (n - 1)
        x, y, z = (p + (q - p) * t for p, q in zip(a, b, strict=True))
        parts.append((x, y, z, first + (last - first) * t))
    return parts


def eyes(x: float, y: float, z: float, size: float) -> None:
    """Two dark eyes with a light in them."""
    for side in (-1, 1):
        part("ball", (side * x, y, z), size, plain("#0c0a0a", 0.1))


def four_legs(wide: float, front: float, back: float, high: float, thick: float) -> list[Ball]:
    """Four legs down to the ground."""
    legs: list[Ball] = []
    for x in (-wide, wide):
        for y in (front, back):
            legs += chain((x, y, high), (x, y, 0.06), thick * 1.25, thick * 0.75, 8)
    return legs


def sheep(rng: Rng) -> None:
    wool, face = plain("#efe9dc", 1.0), plain("#2a2624", 0.8)
    for _ in range(150):
        way = rng.normal(size=3)
        way /= np.linalg.norm(way)
        at = way * [0.34, 0.55, 0.36] + [0, 0, 0.75]
        part("ball", tuple(at), float(rng.uniform(0.17, 0.26)), wool)
    part("ball", (0, 0, 0.75), (0.75, 1.15, 0.75), wool)
    part("ball", (0, -0.72, 0.92), (0.3, 0.42, 0.34), face, (0.5, 0, 0))
    part("ball", (0, -0.6, 1.1), (0.34, 0.3, 0.22), wool)
    for side in (-1, 1):
        part("ball", (side * 0.22, -0.62, 1.0), (0.24, 0.09, 0.12), face, (0, side * 0.5, 0))
        part("ball", (side * 0.12, -0.86, 0.98), 0.06, plain("#f2e6b0", 0.2))
        for y in (-0.35, 0.35):
            rod((side * 0.2, y, 0.5), (side * 0.2, y, 0.02), 0.1, face)


def cow(rng: Rng) -> None:
    hide = mottled("#f3efe8", "#201a18", 1.7, 0.8, 0.05, sharp=0.01)
    brown = mottled("#8a5a34", "#f0e6da", 1.2, 0.8, 0.05, sharp=0.02)
    surface = hide if rng.random() < 0.7 else brown
    trunk = chain((0, -0.6, 1.15), (0, 0.7, 1.15), 0.44, 0.46, 9)
    neck = chain((0, -0.75, 1.25), (0, -1.2, 1.5), 0.3, 0.24, 5)
    body(
        [*trunk, *neck, *four_legs(0.26, -0.6, 0.7, 0.9, 0.12), *chain((0, -1.3, 1.5), (0, -1.6, 1.3), 0.22, 0.17, 5)],
        surface,
    )
    part("ball", (0, -1.68, 1.26), (0.32, 0.24, 0.26), plain("#e0a8a0", 0.6))
    eyes(0.18, -1.42, 1.56, 0.08)
    for side in (-1, 1):
        part("ball", (side * 0.34, -1.22, 1.6), (0.34, 0.1, 0.18), surface, (0, side * 0.3, 0))
        rod((side * 0.14, -1.22, 1.72), (side * 0.26, -1.24, 1.95), 0.07, plain("#e8dcc0"), "stub")
    part("ball", (0, 0.5, 0.68), (0.4, 0.44, 0.3), plain("#e8b0a8", 0.6))
    rod((0, 1.1, 1.35), (0, 1.2, 0.6), 0.05, surface, end=True)


def elephant(rng: Rng) -> None:
    skin = mottled("#6f6a68", "#8d8783", 5, 0.9, 0.5)
    trunk = chain((0, -0.5, 1.75), (0, 0.8, 1.75), 0.78, 0.8, 8)
    head = chain((0, -1.35, 2.1), (0, -1.6, 1.95), 0.5, 0.42, 3)
    nose = [
        *chain((0, -1.9, 1.75), (0, -2.15, 0.9), 0.22, 0.14, 8),
        *chain((0, -2.15, 0.9), (0, -2.4, 0.55), 0.13, 0.1, 5),
    ]
    body([*trunk, *head, *nose, *four_legs(0.45, -0.55, 0.85, 1.3, 0.27)], skin)
    for side in (-1, 1):
        part("ball", (side * 0.72, -1.15, 2.0), (0.95, 0.1, 1.15), skin, (0.1, 0, side * 0.5))
        rod((side * 0.24, -1.85, 1.6), (side * 0.32, -2.35, 1.35), 0.11, plain("#f2ead2", 0.4), "stub")
    eyes(0.38, -1.78, 2.15, 0.09)
    rod((0, 1.55, 1.9), (0, 1.7, 1.1), 0.06, skin, end=True)


def giraffe(rng: Rng) -> None:
    coat = mottled("#f0d9a0", "#a8652c", 2.6, 0.8, 0.05, sharp=0.02)
    trunk = chain((0, -0.45, 1.75), (0, 0.55, 1.6), 0.42, 0.38, 7)
    neck = chain((0, -0.6, 1.95), (0, -1.25, 3.6), 0.27, 0.15, 12)
    body(
        [
            *trunk,
            *neck,
            *four_legs(0.22, -0.45, 0.55, 1.5, 0.11),
            *chain((0, -1.3, 3.7), (0, -1.7, 3.5), 0.18, 0.12, 5),
        ],
        coat,
    )
    eyes(0.15, -1.42, 3.75, 0.08)
    for side in (-1, 1):
        rod((side * 0.08, -1.25, 3.8), (side * 0.1, -1.22, 4.05), 0.05, plain("#5a3a20"), end=True)
        part("ball", (side * 0.25, -1.2, 3.75), (0.26, 0.06, 0.12), coat)


def penguin(rng: Rng) -> None:
    dark, white, beak = plain("#17191f", 0.5), plain("#f4f2ec", 0.7), plain("#e8952a", 0.4)
    part("ball", (0, 0, 0.5), (0.52, 0.48, 0.98), dark)
    part("ball", (0, -0.06, 0.46), (0.42, 0.44, 0.84), white)
    part("ball", (0, -0.02, 1.02), (0.36, 0.36, 0.36), dark)
    for side in (-1, 1):
        part("ball", (side * 0.09, -0.11, 1.02), (0.15, 0.16, 0.2), white)
        part("ball", (side * 0.1, -0.185, 1.05), 0.05, plain("#0a0a0a", 0.1))
        part("ball", (side * 0.29, 0, 0.55), (0.1, 0.26, 0.62), dark, (0, side * -0.25, 0))
        part("ball", (side * 0.12, -0.12, 0.03), (0.18, 0.3, 0.07), beak)
    part("cone", (0, -0.24, 0.98), (0.1, 0.08, 0.2), beak, (math.pi / 2, 0, 0))


def rabbit(rng: Rng) -> None:
    fur = plain(str(rng.choice(["#a88a6a", "#e8e2d8", "#8a7a6e"])), 1.0)
    body(
        [
            *chain((0, -0.1, 0.3), (0, 0.25, 0.3), 0.22, 0.3, 5),
            *chain((0, -0.25, 0.5), (0, -0.38, 0.55), 0.18, 0.16, 3),
        ],
        fur,
    )
    for side in (-1, 1):
        part("ball", (side * 0.1, -0.24, 0.92), (0.12, 0.08, 0.56), fur, (-0.2, side * 0.16, 0))
        part("ball", (side * 0.1, -0.275, 0.92), (0.06, 0.05, 0.42), plain("#e8b4b0"), (-0.2, side * 0.16, 0))
        part("ball", (side * 0.2, 0.25, 0.14), (0.2, 0.44, 0.24), fur)
        part("ball", (side * 0.12, -0.3, 0.1), (0.12, 0.2, 0.22), fur)
    eyes(0.15, -0.46, 0.62, 0.08)
    part("ball", (0, -0.55, 0.53), 0.06, plain("#d88080"))
    part("ball", (0, 0.55, 0.34), 0.2, plain("#f6f4ee", 1.0))


def duck(rng: Rng) -> None:
    white = bool(rng.random() < 0.4)
    coat, head = (
        (plain("#f4f1e8", 0.8), plain("#f4f1e8", 0.8)) if white else (plain("#8a7a66", 0.9), plain("#1d5a38", 0.35))
    )
    part("ball", (0, 0, 0.24), (0.46, 0.82, 0.42), coat)
    part("ball", (0, 0.38, 0.36), (0.26, 0.36, 0.16), coat, (0.6, 0, 0))
    rod((0, -0.3, 0.35), (0, -0.36, 0.68), 0.16, head)
    part("ball", (0, -0.4, 0.74), (0.25, 0.3, 0.25), head)
    if not white:
        part("ring", (0, -0.33, 0.48), 0.17, plain("#f2f0ea"))
    part("ball", (0, -0.6, 0.71), (0.15, 0.26, 0.06), plain("#e89a28", 0.4))
    eyes(0.1, -0.5, 0.79, 0.05)
    for side in (-1, 1):
        part("ball", (side * 0.21, 0.06, 0.3), (0.12, 0.6, 0.3), coat, (0.15, 0, 0))


def bear(rng: Rng) -> None:
    fur = mottled("#4a3020", "#6b4a30", 16, 1.0, 0.6)
    trunk = chain((0, -0.4, 0.85), (0, 0.6, 0.8), 0.44, 0.46, 7)
    body(
        [
            *trunk,
            *four_legs(0.3, -0.45, 0.6, 0.7, 0.18),
            *chain((0, -0.7, 0.98), (0, -0.95, 0.98), 0.34, 0.3, 4),
            *chain((0, -1.1, 0.88), (0, -1.3, 0.84), 0.18, 0.13, 3),
        ],
        fur,
    )
    for side in (-1, 1):
        part("ball", (side * 0.24, -0.85, 1.27), (0.2, 0.1, 0.2), fur)
    eyes(0.14, -1.2, 1.06, 0.07)
    part("ball", (0, -1.42, 0.9), (0.16, 0.1, 0.11), plain("#0e0b0a", 0.2))


def fox(rng: Rng) -> None:
    red, white = plain("#c8622a", 0.95), plain("#f4eee2", 0.95)
    body(
        [
            *chain((0, -0.3, 0.52), (0, 0.35, 0.5), 0.2, 0.2, 6),
            *four_legs(0.13, -0.3, 0.36, 0.4, 0.06),
            *chain((0, -0.42, 0.66), (0, -0.52, 0.74), 0.17, 0.17, 3),
        ],
        red,
    )
    part("cone", (0, -0.74, 0.7), (0.22, 0.18, 0.36), white, (math.pi / 2, 0, 0))
    part("ball", (0, -0.92, 0.7), 0.06, plain("#100c0a", 0.2))
    for side in (-1, 1):
        part("cone", (side * 0.13, -0.48, 0.98), (0.15, 0.08, 0.26), red)
    eyes(0.1, -0.68, 0.8, 0.05)
    part("ball", (0, 0.75, 0.48), (0.26, 0.7, 0.26), red, (-0.35, 0, 0))
    part("ball", (0, 1.02, 0.58), (0.2, 0.26, 0.2), white, (-0.35, 0, 0))


def cat(rng: Rng) -> None:
    tone = str(rng.choice(["#d8903a", "#8a8580", "#2a2726", "#e8e0d4"]))
    fur = mottled(tone, blend(tone, "#5a3010" if tone == "#d8903a" else "#ffffff", 0.3), 5, 1.0, 0.1)
    body(
        [
            *chain((0, 0.1, 0.25), (0, -0.05, 0.55), 0.26, 0.17, 5),
            *chain((0, -0.1, 0.72), (0, -0.14, 0.76), 0.19, 0.19, 2),
        ],
        fur,
    )
    for side in (-1, 1):
        part("cone", (side * 0.14, -0.1, 0.98), (0.15, 0.08, 0.2), fur)
        rod((side * 0.09, -0.2, 0.4), (side * 0.09, -0.24, 0.05), 0.1, fur, end=True)
        part("ball", (side * 0.09, -0.31, 0.8), (0.09, 0.05, 0.1), plain("#a8c850", 0.1))
        part("ball", (side * 0.09, -0.335, 0.8), (0.03, 0.02, 0.08), plain("#000000", 0.1))
        for k in (-1, 0, 1):
            rod((side * 0.05, -0.32, 0.7), (side * 0.28, -0.34, 0.7 + 0.04 * k), 0.006, plain("#ffffff"))
    part("ball", (0, -0.33, 0.72), (0.06, 0.05, 0.04), plain("#d88a88"))
    for k in range(8):
        angle = k / 7 * 2.4
        part("ball", (0.34 * math.sin(angle) + 0.15, 0.3 - 0.2 * math.sin(angle), 0.1 + 0.06 * k), 0.12, fur)


def bird(rng: Rng) -> None:
    hue, breast = [("#b8322a", "#d8584a"), ("#2f68b8", "#e8a060"), ("#e0b428", "#f0d868"), ("#5a4a3c", "#c85a30")][
        int(rng.integers(4))
    ]
    coat = plain(hue, 0.8)
    part("ball", (0, 0, 0.3), (0.34, 0.5, 0.36), coat, (-0.5, 0, 0))
    part("ball", (0, -0.08, 0.27), (0.28, 0.36, 0.3), plain(breast, 0.9), (-0.5, 0, 0))
    part("ball", (0, -0.2, 0.55), 0.27, coat)
    part("cone", (0, -0.37, 0.54), (0.07, 0.06, 0.14), plain("#e8a030", 0.4), (math.pi / 2, 0, 0))
    eyes(0.1, -0.28, 0.59, 0.05)
    part("soft", (0, 0.38, 0.2), (0.12, 0.44, 0.04), coat, (-0.4, 0, 0))
    for side in (-1, 1):
        part("ball", (side * 0.16, 0.06, 0.31), (0.08, 0.42, 0.22), plain("#3a3430", 0.8), (-0.5, 0, 0))
        rod((side * 0.06, 0, 0.14), (side * 0.06, -0.02, 0.0), 0.02, plain("#6a4a30"))


ANIMALS: dict[str, tuple[Callable[[Rng], None], float]] = {
    "sheep": (sheep, 1.2), "cow": (cow, 1.9), "elephant": (elephant, 2.8), "giraffe": (giraffe, 4.0), "penguin": (penguin, 1.2),
    "rabbit": (rabbit, 1.2), "duck": (duck, 0.9), "bear": (bear, 1.4), "fox": (fox, 1.1), "cat": (cat, 1.1), "bird": (bird, 0.75),
}  # fmt: skip
"""What draws an animal, and its height."""


def animal(name: str, rng: Rng) -> tuple[Kit, float]:
    """A kit of an animal and its height."""
    with kit(name) as group:
        ANIMALS[name][0](rng)
    return group, ANIMALS[name][1]


def fish(rng: Rng) -> Kit:
    """A fish 1 unit long that swims along -y."""
    base, band = [("#f07a1a", "#ffffff"), ("#f2c21e", "#1c1c24"), ("#2a7de0", "#f2d21e"), ("#d8dde0", "#6a8a9a")][
        int(rng.integers(4))
    ]
    coat, stripe = plain(base, 0.35, coat=0.5), plain(band, 0.35)
    with kit("fish") as group:
        part("ball", (0, 0, 0), (0.26, 0.85, 0.5), coat)
        for y in (-0.2, 0.12):
            part("ball", (0, y, 0), (0.262 - abs(y) * 0.06, 0.1, 0.485 - abs(y) * 0.2), stripe)
        part("cone", (0, 0.5, 0), (0.04, 0.44, 0.3), coat, (math.pi / 2, 0, 0))
        part("cone", (0, 0.05, 0.27), (0.03, 0.36, 0.2), coat)
        for side in (-1, 1):
            part("ball", (side * 0.15, 0.0, -0.05), (0.16, 0.16, 0.03), coat, (0, side * 0.7, 0))
            part("ball", (side * 0.1, -0.28, 0.07), 0.09, plain("#ffffff", 0.2))
            part("ball", (side * 0.13, -0.3, 0.07), 0.055, plain("#050505", 0.1))
    return group
