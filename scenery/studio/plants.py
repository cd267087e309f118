"""Trees, bushes, grass, flowers, stones: kits to be placed."""

from __future__ import annotations

import itertools
import math

import numpy as np

from scenery.studio.materials import blend, mottled, plain
from scenery.studio.shapes import Kit, kit, leaves, mesh, part, rod

Rng = np.random.Generator


def pine(rng: Rng, snow: bool = False) -> Kit:
    """A conifer, 3 units high: whorls of drooping branches."""
    bark = plain("#4a3524", 0.9)
    green = plain(blend("#1d3a22", "#2f5a2c", rng.random()), 0.9)
    white = plain("#eef3f7", 0.8)
    with kit("pine") as group:
        rod((0, 0, -0.2), (0, 0, 2.7), 0.14, bark, "stub")
        points: list[tuple[float, float, float]] = []
        faces: list[tuple[int, ...]] = []
        pale: list[tuple[int, ...]] = []
        for ring in range(13):
            z, reach = 0.45 + ring * 0.19, 0.95 * (1 - ring / 13.5) + 0.06
            for arm in range(11):
                angle = arm / 11 * 2 * math.pi + ring * 0.7 + rng.uniform(-0.2, 0.2)
                way, side = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
                far = reach * rng.uniform(0.8, 1.1)
                n = len(points)
                wide = 0.17 * reach + 0.05
                points += [
                    (0, 0, z + 0.16), (*(way * far * 0.6 + side * wide), z - 0.02),
                    (*(way * far), z - 0.2 * reach - 0.06), (*(way * far * 0.6 - side * wide), z - 0.02),
                ]  # fmt: skip
                (pale if snow and rng.random() < 0.5 else faces).append((n, n + 1, n + 2, n + 3))
        mesh(np.array(points), faces, green)
        if pale:
            mesh(np.array(points), pale, white)
    return group


def broadleaf(rng: Rng, colour: str = "#3f7a2a", dense: int = 170) -> Kit:
    """A tree with a round crown, 3 units high."""
    bark = mottled("#4b3826", "#6f5a42", 9, bump=0.6)
    with kit("tree") as group:
        rod((0, 0, -0.3), (0.03, 0, 1.2), 0.24, bark, "stub")
        blobs = []
        for _ in range(7):
            angle, out = rng.uniform(0, 6.28), rng.uniform(0.4, 1.0)
            top = (math.cos(angle) * out, math.sin(angle) * out, rng.uniform(1.5, 2.5))
            rod((0.02, 0, 1.0), top, 0.07, bark)
            blobs.append((top, float(rng.uniform(0.55, 0.85))))
        blobs.append(((0, 0, 2.3), 0.95))
        for share in (0.0, 0.5, 1.0):
            shade = blend(blend(colour, "#10240c", 0.35), blend(colour, "#d8e070", 0.25), share)
            leaves(rng, blobs, dense // 2, 0.1, plain(shade, 0.7))
    return group


def trunk(rng: Rng) -> Kit:
    """A tall stem as seen from within a forest, 9 units high, its crown far above."""
    bark = mottled("#3a2c20", "#6a5640", 5, bump=0.9)
    with kit("trunk") as group:
        lean = rng.uniform(-0.25, 0.25)
        rod((0, 0, -0.4), (lean, 0, 9), float(rng.uniform(0.34, 0.6)), bark, "stub")
        for _ in range(5):
            z, angle = rng.uniform(3, 8), rng.uniform(0, 6.28)
            rod((lean * z / 9, 0, z), (math.cos(angle) * 1.5, math.sin(angle) * 1.5, z + 0.6), 0.08, bark, "stub")
        blobs = [
            ((float(rng.normal(0, 1.2)), float(rng.normal(0, 1.2)), float(rng.uniform(4.4, 8.5))), 1.1)
            for _ in range(8)
        ]
        for shade in ("#2c5a20", "#4c8a2c", "#7aa83a"):
            leaves(rng, blobs, 80, 0.17, plain(shade, 0.6))
    return group


def palm(rng: Rng) -> Kit:
    """A palm, 4 units high."""
    bark, green = mottled("#7a6248", "#a58c68", 12, bump=0.6), plain("#3d7a2c", 0.6)
    bend = rng.uniform(0.3, 0.9)
    with kit("palm") as group:
        stem = [(bend * (t / 8) ** 2, 0.0, 3.6 * t / 8 - 0.2) for t in range(9)]
        for a, b in itertools.pairwise(stem):
            rod(a, b, 0.2, bark, "stub")
        top = np.array(stem[-1])
        points: list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]] = []
        faces = []
        for frond in range(12):
            angle = frond / 12 * 6.28 + rng.uniform(-0.2, 0.2)
            way, side = (
                np.array([math.cos(angle), math.sin(angle), 0]),
                np.array([-math.sin(angle), math.cos(angle), 0]),
            )
            lift = rng.uniform(0.2, 0.75)
            for step in range(14):
                t = step / 14
                spine = top + way * 1.7 * t + np.array([0, 0, lift * t - 1.5 * t * t])
                for hand in (-1, 1):
                    n = len(points)
                    tip = spine + side * hand * 0.42 * math.sin(3.0 * t + 0.25) + way * 0.2 - np.array([0, 0, 0.16])
                    points += [spine, spine + way * 0.1, tip]
                    faces.append((n, n + 1, n + 2))
        mesh(np.array(points), faces, green)
        for _ in range(3):
            part("ball", tuple(top + rng.normal(0, 0.1, 3) - [0, 0, 0.12]), 0.2, plain("#5a3d22"))
    return group


def cactus(rng: Rng) -> Kit:
    """A saguaro, 2 units high."""
    green = mottled("#3d6b35", "#5c8a48", 14, bump=0.5)
    with kit("cactus") as group:
        rod((0, 0, -0.2), (0, 0, 1.9), 0.34, green, end=True)
        for side in (-1, 1):
            z = rng.uniform(0.6, 1.0)
            rod((0, 0, z), (side * 0.5, 0, z + 0.05), 0.2, green, end=True)
            rod((side * 0.5, 0, z + 0.05), (side * 0.5, 0, z + rng.uniform(0.4, 0.8)), 0.2, green, end=True)
    return group


def bush(rng: Rng, colour: str = "#4c7a34") -> Kit:
    """A bush, 0.8 units high."""
    with kit("bush") as group:
        blobs = [
            ((float(rng.normal(0, 0.25)), float(rng.normal(0, 0.25)), float(rng.uniform(0.15, 0.5))), 0.3)
            for _ in range(5)
        ]
        for share in (0.0, 0.6):
            leaves(rng, blobs, 70, 0.07, plain(blend(colour, "#e0e890", share * 0.5), 0.7))
    return group


def grass(rng: Rng, colour: str = "#5b8f35", height: float = 0.4, blades: int = 60, wide: float = 0.35) -> Kit:
    """A tuft of grass."""
    points: list[tuple[float, float, float]] = []
    faces: list[tuple[int, ...]] = []
    for _ in range(blades):
        x, y = rng.normal(0, wide, 2)
        angle, lean, tall = rng.uniform(0, 6.28), rng.uniform(0, 0.5), height * rng.uniform(0.6, 1.3)
        dx, dy = math.cos(angle), math.sin(angle)
        n = len(points)
        points += [(x - dy * 0.012, y + dx * 0.012, 0), (x + dy * 0.012, y - dx * 0.012, 0)]
        points += [(x + dx * tall * lean * 0.4, y + dy * tall * lean * 0.4, tall * 0.6)]
        points += [(x + dx * tall * lean, y + dy * tall * lean, tall)]
        faces += [(n, n + 1, n + 2), (n + 1, n + 3, n + 2)]
    with kit("grass") as group:
        mesh(np.array(points), faces, plain(colour, 0.6))
    return group


def blossom(rng: Rng, colour: str, petals: int = 8, heart: str = "#f2c52e", height: float = 0.55) -> Kit:
    """A small flower on its stem."""
    with kit("blossom") as group:
        rod((0, 0, 0), (0, 0, height), 0.015, plain("#4d7d2e"))
        surface = plain(colour, 0.5, soft=0.2)
        for k in range(petals):
            angle = k / petals * 6.28
            at = (math.cos(angle) * 0.075, math.sin(angle) * 0.075, height + 0.01)
            part("ball", at, (0.13, 0.07, 0.02), surface, (0, -0.3, angle))
        part("ball", (0, 0, height + 0.015), (0.07, 0.07, 0.04), plain(heart))
    return group


def stone(rng: Rng, a: str = "#6d6a66", b: str = "#8f8b84") -> Kit:
    """A stone, 1 unit wide."""
    with kit("stone") as group:
        surface = mottled(a, b, float(rng.uniform(2, 5)), bump=0.7)
        turn = tuple(rng.uniform(0, 6, 3))
        part("rock", (0, 0, 0.15), (1, float(rng.uniform(0.6, 0.95)), float(rng.uniform(0.45, 0.8))), surface, turn)
    return group
