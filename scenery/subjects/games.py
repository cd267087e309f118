"""Games in three dimensions: world, adventure, racing, fighting, sports, strategy, battle, board, menu."""

from __future__ import annotations

import random

import numpy as np
from PIL import Image

from scenery.flat import huds, overlays
from scenery.plans import Plan
from scenery.studio import buildings, light, people, shapes, stage
from scenery.studio.fields import noise
from scenery.studio.ground import Ground, colour, mixed, water
from scenery.studio.materials import Surface, blend, glow, plain
from scenery.studio.shapes import part
from scenery.subjects.films import hills, soft_light
from scenery.view import View


def low_tree(rng: random.Random, x: float, y: float, z: float = 0, size: float = 1) -> None:
    """A tree of few faces."""
    part("gem", (x, y, z + 0.5 * size), (0.3 * size, 0.3 * size, 1.4 * size), plain("#6a4426"))
    tone = rng.choice(("#3f8a3a", "#5aa83a", "#2f7a4a"))
    for k in range(3):
        part(
            "gem",
            (x, y, z + (1.2 + 0.6 * k) * size),
            ((1.7 - 0.45 * k) * size, (1.7 - 0.45 * k) * size, 1.1 * size),
            plain(blend(tone, "#c8e05a", 0.15 * k)),
            (0, 0, k),
        )


def low_figure(rng: random.Random, tone: str = "", weapon: bool = True) -> shapes.Kit:
    """A hero of few faces, 1.9 units high, looking along -y."""
    cloth, skin, dark = (
        plain(tone or rng.choice(("#c8322a", "#2f5ac8", "#3f8a3a", "#7a3ab0"))),
        plain("#e8b890"),
        plain("#3a2a20"),
    )
    with shapes.kit("figure") as group:
        for side in (-1, 1):
            part("box", (side * 0.15, 0, 0.4), (0.22, 0.26, 0.8), dark)
            part("box", (side * 0.42, -0.05, 1.05), (0.2, 0.24, 0.7), cloth, (0.25 * side, 0, 0))
            part("box", (side * 0.42, -0.08 * side - 0.05, 0.68), 0.18, skin)
        part("box", (0, 0, 1.1), (0.6, 0.36, 0.75), cloth)
        part("box", (0, 0, 0.78), (0.62, 0.38, 0.1), plain("#c8a04a", 0.4, metal=0.6))
        part("box", (0, 0, 1.68), 0.4, skin)
        part("box", (0, 0.04, 1.86), (0.46, 0.44, 0.16), plain(rng.choice(("#5a3318", "#e8b83a", "#26181a"))))
        if weapon:
            part("box", (0.42, -0.5, 0.9), (0.07, 1.1, 0.12), plain("#d8dce4", 0.2, metal=0.9), (0.5, 0, 0))
            part("tube", (-0.5, -0.22, 1.0), (0.66, 0.66, 0.08), plain("#8a5a2c"), (1.57, 0, 0))
    return group


def world(plan: Plan, view: View) -> Image.Image:
    """A world of blocks or of few faces, seen by the one who plays."""
    stage.fresh(view, film=True, seed=plan.seed % 1000)
    rng = plan.rng("world")
    soft_light(rng.choice(("day", "day", "sunset")))
    if plan.twist:
        hills(rng)
        shapes.place(people.hero(rng, plain), (0, 1.5, 0), 1, np.pi)
        stage.camera((0, -4.2, 2.3), (0, 4, 1.4), 28)
        return stage.shoot()
    blocks = rng.random() < 0.5
    if blocks:
        _blocks(rng, plan.seed)
    else:
        _islands(rng, plan.seed)
    first = rng.random() < 0.55
    if first:
        tone = rng.choice(("#d8dce4", "#a8703a", "#5a8ae0"))
        part("box", (0.62, -4.1, 1.55), (0.07, 0.9, 0.14), plain(tone, 0.3, metal=0.4), (0.75, 0, 0.3))
        part("box", (0.66, -4.55, 1.32), (0.13, 0.3, 0.13), plain("#e8b890"), (0.75, 0, 0.3))
    else:
        shapes.place(low_figure(rng), (0, -1.2, 0.0 if not blocks else 0.02), 1, np.pi + rng.uniform(-0.4, 0.4))
    stage.camera((0, -5.4, 2.4), (0, 6, 1.7), 26)
    return huds.explorer(stage.shoot(), rng, first)


def _blocks(rng: random.Random, seed: int) -> None:
    grass, earth, sand = plain("#6ab04a"), plain("#8a5f3c"), plain("#e0d08a")
    for i in range(-13, 14):
        for j in range(26):
            value = float(noise(np.array([i * 0.13]), np.array([j * 0.13]), seed % 1000, 3)[0])
            flat = j < 5 and abs(i) < 3
            high = 0 if flat else int(max(-1, round(value * 3.6 + j * 0.09)))
            if high < 0:
                continue
            tone = sand if high == 0 and value < -0.05 and not flat else grass
            part("box", (i, j - 4, high - 0.1), (0.99, 0.99, 0.2), tone)
            part("box", (i, j - 4, high - 0.6), (0.99, 0.99, 0.8), earth)
            if high > 1:
                part("box", (i, j - 4, high / 2 - 0.8), (0.99, 0.99, high), earth)
            if not flat and rng.random() < 0.045 and j > 3:
                part("box", (i, j - 4, high + 1), (0.5, 0.5, 2.2), plain("#6a4a2a"))
                for dx in (-1, 0, 1):
                    for dy in (-1, 0, 1):
                        part("box", (i + dx, j - 4 + dy, high + 2.5), 0.98, plain(rng.choice(("#3f8a34", "#4a9a3a"))))
                part("box", (i, j - 4, high + 3.5), 0.98, plain("#4a9a3a"))
    water(-0.45, "#2a7ad0", 1, 0.02, 0.1)


def _islands(rng: random.Random, seed: int) -> None:
    ground = Ground(
        lambda x, y: (
            noise(x * 0.08, y * 0.08, seed % 1000, 4) * 1.2 * np.clip(np.hypot(x, y) / 8, 0.02, 4)
            + np.clip((y - 24) / 6, 0, 5) * (noise(x * 0.1, y * 0, 3, 2) + 0.6)
        ),
        -8,
        60,
        1,
        44,
    )
    ground.lay(mixed(colour("#6ab84a"), colour("#b8a06a"), ground.steep() * 4 + ground.z * 0.1), 0.0, 1, smooth=False)
    for _ in range(34):
        x, y = rng.choice((-1, 1)) * rng.uniform(2.4, 14), rng.uniform(0, 26)
        low_tree(rng, x, y, ground.at(x, y), rng.uniform(0.8, 1.4))
    for _ in range(10):
        x, y = rng.uniform(-8, 8), rng.uniform(2, 18)
        part("gem", (x, y, ground.at(x, y)), rng.uniform(0.5, 1.3), plain("#8a8a94"), (rng.uniform(0, 3), 1, 0))
    with shapes.kit("castle") as castle:
        wall = plain("#b8b0a4")
        part("box", (0, 0, 1.5), (5, 3, 3), wall)
        for x in (-2.6, 2.6):
            part("gem", (x, -0.5, 5.6), (2.2, 2.2, 2), plain("#c83a3a"))
            part("tube", (x, -0.5, 2.4), (1.7, 1.7, 4.8), wall)
        part("box", (0, -1.5, 0.9), (1.3, 0.2, 1.8), plain("#4a3020"))
    shapes.place(castle, (rng.uniform(-6, 6), 19, ground.at(0, 19)), 1.2)
    for k in range(5):
        part("ring", (-0.9 + 0.9 * k - 1, 3 + k, 0.7), 0.5, plain("#f2c83a", 0.2, metal=0.9), (1.57, 0, 0.4))


def adventure(plan: Plan, view: View) -> Image.Image:
    """A hero from behind in a village, with tasks and talk."""
    stage.fresh(view, film=True, seed=plan.seed % 1000)
    rng = plan.rng("adventure")
    time = rng.choice(("day", "day", "sunset"))
    soft_light(time)
    hills(rng, plain, rng.choice(("#6a9a4a", "#8aa85a", "#5a8a6a")))
    for k in range(4):
        shapes.place(
            buildings.house(rng, time == "night"),
            ((-1) ** k * rng.uniform(4.4, 6), 3 + k * 3.2, 0),
            0.6,
            (-1) ** k * -0.9,
        )
    shapes.place(low_figure(rng), (-0.6, 0, 0), 0.95, np.pi - 0.3)
    other = people.hero(rng, plain, rng.choice(("", "bear", "cat")))
    shapes.place(other, (1.1, 2.4, 0), 0.9, -0.2)
    if not plan.twist:
        part("cone", (1.1, 2.4, 2.6), (0.3, 0.3, 0.4), glow("#ffd83a", 1.2), (np.pi, 0, 0))
    stage.camera((-0.5, -4.2, 2.2), (0.3, 2, 1.2), 28)
    picture = stage.shoot()
    if plan.twist:
        return picture
    picture = huds.explorer(picture, rng, False)
    return overlays.dialogue(picture, rng, plan.chinese) if rng.random() < 0.45 else picture


def strategy(plan: Plan, view: View) -> Image.Image:
    """A settlement from above, at an angle."""
    stage.fresh(view, film=True, seed=plan.seed % 1000)
    rng = plan.rng("strategy")
    soft_light("day")
    taken = set()
    for i in range(-11, 12):
        for j in range(-11, 12):
            value = float(noise(np.array([i * 0.14]), np.array([j * 0.14]), plan.seed % 1000, 3)[0])
            tone, z = (
                ("#3a8ad8", -0.18)
                if value < -0.34
                else ("#e8d898", -0.1)
                if value < -0.24
                else (("#6ab84a", 0.0) if (i + j) % 2 else ("#72c050", 0.0))
            )
            part("box", (i, j, z - 0.15), (1.0, 1.0, 0.3), plain(tone, 0.2 if z < -0.15 else 0.8))
            if value > -0.2:
                taken.add((i, j))
                if value > 0.22 or rng.random() < 0.06:
                    low_tree(rng, i, j, 0, 0.36)
    for i, j in rng.sample(sorted(taken), min(26, len(taken))):
        roof = plain(rng.choice(("#c83a3a", "#3a5ac8", "#c88a3a")))
        part("box", (i, j, 0.3), (0.8, 0.7, 0.6), plain("#e8d8b8"))
        part("roof", (i, j, 0.58), (0.95, 0.9, 0.5), roof)
    part("box", (0, 0, 0.6), (1.6, 1.6, 1.2), plain("#a8a4a0"))
    for dx in (-0.8, 0.8):
        for dy in (-0.8, 0.8):
            part("tube", (dx, dy, 0.8), (0.5, 0.5, 1.6), plain("#b8b4b0"))
            part("cone", (dx, dy, 1.85), (0.66, 0.66, 0.6), plain("#c83a3a"))
    for _ in range(12):
        x, y = rng.uniform(-5, 5), rng.uniform(-5, 1)
        part("ball", (x, y, 0.25), (0.2, 0.2, 0.45), plain(rng.choice(("#2f5ae0", "#e8322a"))))
        part("ball", (x, y, 0.55), 0.18, plain("#e8b890"))
    stage.camera((12, -12, 11), (0.3, -0.3, 0), 50, ortho=15)
    picture = stage.shoot()
    return picture if plan.twist else huds.strategy(picture, rng)


def battle(plan: Plan, view: View) -> Image.Image:
    """Two monsters face to face, and the menu of the fight."""
    stage.fresh(view, film=True, seed=plan.seed % 1000)
    rng = plan.rng("battle")
    soft_light(rng.choice(("day", "sunset")))
    hills(rng, plain, rng.choice(("#8ad05a", "#d8c86a", "#7ab8d0")))
    for x, y, turn, size in ((1.5, 4.4, -0.2, 1.15), (-1.25, 0.3, np.pi - 0.35, 1.0)):
        part("tube", (x, y, 0.03), (2.6, 2.0, 0.08), plain("#b8e07a"))
        shapes.place(
            people.hero(rng, plain, rng.choice(("monster", "monster", "cat", "bear", "rabbit"))),
            (x, y, 0.05),
            size,
            turn,
        )
    stage.camera((0, -4.0, 2.0), (0.1, 3, 0.75), 29)
    return huds.battle(stage.shoot(), rng)


def menu(plan: Plan, view: View) -> Image.Image:
    """The title of a game before its world, with its entries."""
    stage.fresh(view, film=True, seed=plan.seed % 1000)
    rng = plan.rng("menu")
    soft_light(rng.choice(("day", "sunset", "night")))
    hills(rng)
    shapes.place(people.hero(rng, plain, rng.choice(("", "cat", "monster"))), (1.7, -0.8, 0), 1, 0.3)
    stage.camera((0, -5, 1.7), (0, 3, 1.8), 28, blur=1.8, focus=(1.7, -0.8, 1.2))
    return huds.title(stage.shoot(), rng, plan.chinese)


def board(plan: Plan, view: View) -> Image.Image:
    """A board of chess on a screen, with clocks and moves."""
    stage.fresh(view, film=True, seed=plan.seed % 1000)
    rng = plan.rng("board")
    light.around(rng.choice(("#3a4a6a", "#4a6a4a", "#6a4a5a")), strength=1.0)
    light.lamp((-0.5, -0.4, 1), "#fff4e0", 2.6, 0.2)
    pale, dark = rng.choice((("#f0d9b5", "#b58863"), ("#e8ece0", "#6a9a5a"), ("#dfe6f0", "#5a7ab0")))
    part("soft", (0, 0, -0.2), (9.2, 9.2, 0.36), plain(blend(dark, "#000000", 0.5)))
    for i in range(8):
        for j in range(8):
            part("box", (i - 3.5, j - 3.5, 0), (1, 1, 0.1), plain(pale if (i + j) % 2 else dark, 0.4))
    white, black = plain("#f6ecd8", 0.3, coat=0.5), plain("#22201f", 0.3, coat=0.5)
    order = "rnbqkbnr"
    for k in range(8):
        for row, tone, pawn in ((0, white, False), (1, white, True), (6, black, True), (7, black, False)):
            if pawn and rng.random() < 0.35:
                _piece("p", k, (2 if row == 1 else 5) - rng.choice((0, -1 if row == 1 else 1)) * 1, tone)
            elif rng.random() < 0.88:
                _piece("p" if pawn else order[k], k, row, tone)
    stage.camera((0, -9.5, 8.2), (0, -0.6, 0), 36)
    return huds.chess(stage.shoot(), rng)


def _piece(name: str, column: int, row: int, tone: Surface) -> None:
    x, y = column - 3.5, row - 3.5
    high = {"p": 0.55, "r": 0.65, "n": 0.75, "b": 0.85, "q": 1.0, "k": 1.05}[name]
    part("tube", (x, y, 0.1), (0.66, 0.66, 0.12), tone)
    part("stub", (x, y, 0.1 + high / 2), (0.5, 0.5, high), tone)
    top = 0.1 + high
    if name == "r":
        part("tube", (x, y, top + 0.1), (0.52, 0.52, 0.26), tone)
    elif name == "n":
        part("pillow", (x, y - 0.08, top + 0.1), (0.26, 0.56, 0.3), tone, (0.4, 0, 0))
        part("cone", (x, y + 0.14, top + 0.32), (0.14, 0.14, 0.2), tone)
    else:
        part("ball", (x, y, top + 0.14), {"p": 0.36, "b": 0.36, "q": 0.44, "k": 0.4}[name], tone)
        if name == "k":
            part("box", (x, y, top + 0.46), (0.09, 0.09, 0.34), tone)
            part("box", (x, y, top + 0.5), (0.26, 0.09, 0.09), tone)
        elif name == "q":
            part("ring", (x, y, top + 0.26), 0.44, tone)
            part("ball", (x, y, top + 0.38), 0.16, tone)
