"""Games in which one races, fights or plays ball."""

from __future__ import annotations

import random

import numpy as np
from PIL import Image

from scenery.flat import huds, overlays
from scenery.plans import Plan
from scenery.studio import buildings, people, shapes, stage
from scenery.studio.materials import glow, plain, tiled
from scenery.studio.shapes import part, rod
from scenery.subjects.films import soft_light
from scenery.subjects.games import low_figure, low_tree
from scenery.view import View


def racing(plan: Plan, view: View) -> Image.Image:
    """Behind a racing car on a bending track."""
    stage.fresh(view, film=True, seed=plan.seed % 1000)
    rng = plan.rng("racing")
    time = rng.choice(("day", "day", "sunset", "night"))
    soft_light(time)
    bend = rng.uniform(-0.02, 0.02)
    part("box", (0, 30, -0.2), (160, 120, 0.1), plain(rng.choice(("#5aa83a", "#d8b86a", "#e8eef2", "#4a8a4a"))))
    for k in range(64):
        y = -6.0 + k
        x, after = bend * y * y * 0.5, bend * (y + 1) ** 2 * 0.5
        turn = float(np.arctan2(x - after, 1))
        part("box", (x, y, -0.1 + 0.0004 * (k % 2)), (7, 1.04, 0.1), plain("#4a4a52"), (0, 0, turn))
        for side in (-1, 1):
            part(
                "box",
                (x + side * 3.7, y, -0.05),
                (0.5, 1.1, 0.16),
                plain("#e8322a" if k % 2 else "#f8f8f8"),
                (0, 0, turn),
            )
            if k % 6 == 3:
                low_tree(rng, x + side * rng.uniform(6, 11), y, 0, rng.uniform(1, 1.8))
        if k % 4 == 0:
            part("box", (x, y, -0.045), (0.2, 1.2, 0.02), plain("#ffffff"))
    for k in range(6):
        part(
            "gem",
            (-50 + k * 20 + rng.uniform(-4, 4), 62, 2),
            (26, 14, rng.uniform(10, 20)),
            plain(rng.choice(("#6a8ac0", "#8a7ab0", "#5a9a8a"))),
        )
    y = 22.0
    shapes.place(_gate(), (bend * y * y * 0.5, y, 0))
    tones = rng.sample(buildings.CARS, 3)
    shapes.place(
        buildings.car(rng, rng.choice(("#e8322a", "#2f6ae0", "#f2b82a")), "racer"),
        (0.3 + view.travel[0], view.travel[2], 0),  # the camera follows it
        0.85,
        np.pi + rng.uniform(-0.12, 0.12),
    )
    for k, tone in enumerate(tones):
        y = 6 + k * 5.5
        shapes.place(buildings.car(rng, tone, "racer"), (bend * y * y * 0.5 + rng.uniform(-2, 2), y, 0), 0.85, np.pi)
    stage.camera((0.3, -6.3, 2.3), (0.2, 4, 0.8), 28)
    picture = stage.shoot()
    return picture if plan.twist else huds.race(picture, rng)


def _gate() -> shapes.Kit:
    """The arch over the finish."""
    with shapes.kit("gate") as gate:
        for side in (-1, 1):
            rod((side * 4.2, 0, 0), (side * 4.2, 0, 4.4), 0.3, plain("#d8d8e0"))
        part("box", (0, 0, 4.3), (8.6, 0.3, 1.1), tiled("#ffffff", "#101014", 14))
    return gate


def fighting(plan: Plan, view: View) -> Image.Image:
    """Two fighters face to face."""
    stage.fresh(view, film=True, seed=plan.seed % 1000)
    rng = plan.rng("fighting")
    soft_light(rng.choice(("sunset", "night", "day")))
    part("box", (0, 3, -0.1), (24, 12, 0.2), tiled(rng.choice(("#8a5a3a", "#5a5a6a", "#7a6a4a")), "#4a3a2c", 14))
    for k in range(7):
        part("tube", (-9 + k * 3, 6, 2), (0.6, 0.6, 4), plain("#c83a2a"))
    part("box", (0, 6, 4), (20, 0.8, 0.5), plain("#7a1f18"))
    part("roof", (0, 6.5, 4.2), (22, 3.4, 1.8), plain("#2a3a4a"))
    for k in range(4):
        part("ball", (-6 + k * 4, 5.6, 3.2), (0.6, 0.6, 0.8), glow("#ff9a3a", 1.6))
    tones = rng.sample(("#e8322a", "#2f6ae0", "#f2f2f2", "#26262c", "#3f9a4a", "#e8a02a"), 2)
    for side, tone in zip((-1, 1), tones, strict=True):
        _fighter(rng, side, tone)
    if rng.random() < 0.5:
        for _ in range(9):
            part(
                "gem", (rng.gauss(0, 0.15), -0.3, 1.35 + rng.gauss(0, 0.15)), rng.uniform(0.1, 0.3), glow("#fff07a", 2)
            )
    stage.camera((0, -5.6, 1.4), (0, 0, 1.45), 32)
    picture = stage.shoot()
    return overlays.letterbox(picture) if plan.twist else huds.fight(picture, rng)


def _fighter(rng: random.Random, side: int, tone: str) -> None:
    """A fighter on one side, ready or striking."""
    cloth, skin, belt = plain(tone), plain(rng.choice(people.SKINS)), plain("#1a1a1c")
    strike, x = rng.random() < 0.6, side * 0.85
    for step in (-1, 1):
        rod((x, 0, 0.95), (x + step * 0.28, 0, 0.5), 0.26, cloth, end=True)
        rod((x + step * 0.28, 0, 0.5), (x + step * 0.36, 0.02, 0.06), 0.2, cloth, end=True)
        part("ball", (x + step * 0.36 - side * 0.08, -0.02, 0.06), (0.34, 0.18, 0.14), skin)
    part("pillow", (x, 0, 1.3), (0.56, 0.36, 0.78), cloth, (0, -side * 0.12, 0))
    part("tube", (x, 0, 1.0), (0.52, 0.36, 0.1), belt)
    part("ball", (x - side * 0.08, 0, 1.9), (0.34, 0.34, 0.4), skin)
    part("ball", (x - side * 0.05, 0.03, 1.99), (0.37, 0.37, 0.3), plain(rng.choice(people.HAIRS)))
    part("tube", (x - side * 0.08, 0, 1.98), (0.38, 0.38, 0.06), plain("#d8202a"))
    reach = 0.95 if strike else 0.5
    rod((x - side * 0.2, -0.15, 1.55), (x - side * reach, -0.15, 1.5), 0.17, skin, end=True)
    part("ball", (x - side * reach, -0.15, 1.5), 0.25, plain("#e8322a") if rng.random() < 0.5 else skin)
    rod((x - side * 0.1, 0.2, 1.5), (x - side * 0.45, 0.1, 1.25), 0.17, skin, end=True)


def sports(plan: Plan, view: View) -> Image.Image:
    """A football match in a stadium, seen from the stand."""
    stage.fresh(view, film=True, seed=plan.seed % 1000)
    rng = plan.rng("sports")
    soft_light(rng.choice(("day", "day", "night")))
    for k in range(14):
        part("box", (-26 + k * 4, 6, -0.1), (4, 34, 0.1), plain("#4aa83a" if k % 2 else "#3f9a34"))
    white = plain("#ffffff")
    for y in (-8.0, 22.0):
        part("box", (0, y, -0.04), (50, 0.25, 0.02), white)
    part("box", (0, 7, -0.04), (0.25, 30, 0.02), white)
    part("ring", (0, 7, -0.05), (9, 9, 0.1), white)
    for side in (-1, 1):
        part("box", (side * 16, 7, -0.04), (0.25, 14, 0.02), white)
        for y in (3.5, 10.5):
            rod((side * 24, y, 0), (side * 24, y, 2.6), 0.2, white)
        rod((side * 24, 3.5, 2.6), (side * 24, 10.5, 2.6), 0.2, white)
    for row in range(6):
        part("box", (0, 26 + row * 1.5, 0.5 + row), (70, 1.5, 1), plain("#5a6478"))
        for k in range(56):
            if rng.random() < 0.8:
                part(
                    "ball",
                    (-28 + k + rng.uniform(-0.2, 0.2), 25.8 + row * 1.5, 1.4 + row),
                    0.7,
                    plain(rng.choice(("#e8322a", "#f2f2f2", "#2f6ae0", "#f2c83a"))),
                )
    part("box", (0, 24.6, 0.6), (60, 0.2, 1.2), tiled("#2f6ae0", "#f2c83a", 16))
    red, blue = low_figure(rng, "#e8322a", False), low_figure(rng, "#2f6ae0", False)
    for k in range(12):
        shapes.place(red if k % 2 else blue, (rng.uniform(-13, 13), rng.uniform(-3, 18), 0), 1.25, rng.uniform(0, 6.28))
    part("ball", (rng.uniform(-3, 3), rng.uniform(0, 6), 0.35), 0.7, white)
    stage.camera((rng.uniform(-6, 6), -15, 9.5), (0, 6, 0.5), 30)
    return huds.match(stage.shoot(), rng)
