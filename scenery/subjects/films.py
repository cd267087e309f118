"""Animated film: character, cartoon, cutscene, and the pictures of a visual novel and a comic."""

from __future__ import annotations

import random

import numpy as np
from PIL import Image

from scenery.flat import comics, overlays
from scenery.plans import Plan
from scenery.studio import buildings, light, materials, people, shapes, stage
from scenery.studio.materials import banded, blend, glow, plain
from scenery.studio.shapes import part, rod
from scenery.view import View

BEASTS = ("", "", "cat", "bear", "rabbit", "monster")
SKIES = {"day": ("#cdefff", "#4aa8f0"), "sunset": ("#ffc98a", "#b86ac0"), "night": ("#3a4a9a", "#141a4a")}


def soft_light(time: str) -> None:
    """The kind light of an animated film."""
    low, high = SKIES[time]
    light.around(low, high, 0.75 if time != "night" else 0.55)
    tone, power = {"day": ("#fff2d8", 2.6), "sunset": ("#ffb070", 2.4), "night": ("#b8c8ff", 1.1)}[time]
    light.lamp((-0.6, -0.7, 0.8 if time != "sunset" else 0.35), tone, power, 0.15)


def hills(rng: random.Random, surface: people.Paint = plain, tone: str = "") -> None:
    """Rounded hills, round trees, a path and puffed clouds: the world of a film for children."""
    tone = tone or rng.choice(("#6fc84a", "#8ad05a", "#5ab86a", "#b8d85a"))
    for k in range(7):
        y = 9 + k * 3.0
        x = rng.uniform(-1, 1) * (7 + k * 1.6)
        part(
            "ball",
            (x, y, -1.2),
            (rng.uniform(9, 15), 6, rng.uniform(4.4, 7) + k * 0.6),
            surface(blend(tone, "#3a8ac0", 0.06 * k)),
        )
    part("box", (0, 10, -0.06), (80, 40, 0.1), surface(tone))
    for k in range(9):
        y = -3 + k * 1.3
        part("ball", (0.6 * np.sin(k * 0.7), y, 0), (1.5 - 0.06 * k, 1.8, 0.06), surface("#f0d8a0"))
    for _ in range(15):
        x, y = rng.choice((-1, 1)) * rng.uniform(2.2, 9), rng.uniform(2, 14)
        _round_tree(rng, x, y, surface)
    for _ in range(26):
        x, y = rng.choice((-1, 1)) * rng.uniform(1.0, 5), rng.uniform(-2.4, 4)
        part("ball", (x, y, 0.13), 0.13, surface(rng.choice(("#ff6a8a", "#ffd84a", "#ffffff", "#b88aff"))))
        rod((x, y, 0), (x, y, 0.1), 0.03, surface("#3f9a3a"))
    for _ in range(5):
        _cloud(rng, rng.uniform(-15, 15), 32, rng.uniform(9, 14))


def _round_tree(rng: random.Random, x: float, y: float, surface: people.Paint) -> None:
    rod((x, y, 0), (x, y, 1.1), 0.24, surface("#8a5a34"))
    tone = rng.choice(("#3fa84a", "#5ac04a", "#2f9a6a", "#f0a83a", "#f08ab0"))
    if rng.random() < 0.35:
        for k in range(3):
            part("cone", (x, y, 1.1 + 0.5 * k), (1.5 - 0.35 * k, 1.5 - 0.35 * k, 0.9), surface(tone))
    else:
        for dx, dz, size in ((0, 1.75, 1.5), (-0.45, 1.4, 1.0), (0.45, 1.45, 1.05)):
            part("ball", (x + dx, y, dz), size, surface(tone))


def _cloud(rng: random.Random, x: float, y: float, z: float) -> None:
    for k in range(5):
        part("ball", (x + (k - 2) * 1.1, y, z + 0.5 * (2 - abs(k - 2))), 2.1, glow("#ffffff", 0.95))


def character(plan: Plan, view: View) -> Image.Image:
    """One or two figures of a film, near."""
    stage.fresh(view, film=True, seed=plan.seed % 1000)
    rng = plan.rng("character")
    drawn = rng.random() < 0.4
    surface = banded if drawn else soft
    soft_light(rng.choice(("day", "day", "sunset")))
    if rng.random() < 0.65:
        hills(rng, banded if drawn else plain)
    else:
        _room(rng)
    count = rng.choice((1, 1, 2))
    for k in range(count):
        figure = people.hero(rng, surface, rng.choice(BEASTS), view.mouth)
        if drawn:
            with_outline(figure)
        shapes.place(figure, ((k - (count - 1) / 2) * 1.25, 0, 0), 1, rng.uniform(-0.35, 0.35))
    stage.camera(
        (rng.uniform(-0.5, 0.5), -4.1 if count == 1 else -4.6, 1.35), (0, 0, 1.05), 36, blur=0 if drawn else 1.6
    )
    return overlays.letterbox(stage.shoot()) if rng.random() < 0.25 else stage.shoot()


def soft(tone: str) -> materials.Surface:
    """Skin and cloth of a film's figure: light goes a little below the surface."""
    return plain(tone, 0.45, soft=0.12)


def with_outline(figure: shapes.Kit, thick: float = 0.016) -> None:
    """Ink the outlines of a kit."""
    things = list(figure.objects)
    shapes.within(figure, lambda: shapes.outlined(things, thick, materials.outline()))


def _room(rng: random.Random) -> None:
    wall = rng.choice(("#f2c8a8", "#a8d0e0", "#d8c0e8", "#f0dc9a"))
    part("box", (0, 3, 2.5), (14, 0.1, 6), plain(wall))
    part("box", (0, 0, -0.05), (14, 8, 0.1), plain("#c8905a", 0.5))
    part("soft", (-1.9, 2.9, 1.9), (1.7, 0.1, 1.5), plain("#ffffff"))
    part("box", (-1.9, 2.84, 1.9), (1.45, 0.05, 1.25), glow("#9ad8ff", 1.1))
    part("box", (-1.9, 2.8, 1.9), (0.07, 0.05, 1.25), plain("#ffffff"))
    part("soft", (2.0, 2.4, 0.9), (1.5, 0.6, 1.8), plain("#b8683a"))
    for k in range(8):
        part(
            "soft",
            (1.45 + 0.15 * k, 2.05, 1.35),
            (0.12, 0.2, 0.5),
            plain(rng.choice(("#e8503a", "#3a8ae0", "#f2c03a", "#5ab85a"))),
        )
    part("tube", (0, 0.2, 0.01), (3.4, 2.6, 0.02), plain("#e87a7a"))


def cartoon(plan: Plan, view: View) -> Image.Image:
    """A landscape of a film: hills and cottages, drawn or soft."""
    stage.fresh(view, film=plan.twist != "soft", seed=plan.seed % 1000)
    rng = plan.rng("cartoon")
    time = rng.choice(("day", "day", "sunset", "night"))
    soft_light(time)
    drawn = rng.random() < 0.5 and plan.twist != "soft"
    surface = banded if drawn else plain
    hills(rng, surface)
    if rng.random() < 0.7 and plan.twist != "soft":
        for _ in range(rng.choice((1, 2, 3))):
            _cottage(rng, rng.choice((-1, 1)) * rng.uniform(2.2, 4.5), rng.uniform(3, 9), surface, time == "night")
    if time == "day":
        part("ball", (rng.uniform(-9, 9), 34, 11), 3, glow("#ffe86a", 1.2))
    elif time == "night":
        part("ball", (rng.uniform(-9, 9), 34, 11), 2.6, glow("#fff8d0", 1.1))
        for _ in range(60):
            part("ball", (rng.uniform(-24, 24), 36, rng.uniform(5, 20)), 0.14, glow("#ffffff", 1.2))
    stage.camera((0, -6, 2.1), (0, 8, 2.6), 28)
    return overlays.letterbox(stage.shoot()) if rng.random() < 0.3 else stage.shoot()


def _cottage(rng: random.Random, x: float, y: float, surface: people.Paint, night: bool) -> None:
    with shapes.kit("cottage") as group:
        part("soft", (0, 0, 0.75), (1.9, 1.6, 1.5), surface(rng.choice(("#fff2d8", "#ffd8c0", "#d8f0ff"))))
        part("cone", (0, 0, 2.0), (2.9, 2.9, 1.5), surface(rng.choice(("#e8503a", "#4a6ae0", "#b8503a", "#8a5ad0"))))
        part("soft", (0, -0.8, 0.5), (0.5, 0.1, 0.95), surface("#8a4a2a"))
        for side in (-1, 1):
            part(
                "tube",
                (side * 0.6, -0.82, 0.9),
                (0.4, 0.4, 0.08),
                glow("#ffd86a", 1.6) if night else surface("#8ad0ff"),
                (1.57, 0, 0),
            )
        part("soft", (0.6, 0.2, 2.1), (0.3, 0.3, 0.9), surface("#c86a4a"))
        for k in range(3):
            part("ball", (0.65 + 0.15 * k, 0.2, 2.75 + 0.35 * k), 0.3 + 0.1 * k, glow("#ffffff", 0.8))
    shapes.place(group, (x, y, 0), 1.1, rng.uniform(-0.4, 0.4))


def cutscene(plan: Plan, view: View) -> Image.Image:
    """A still of a film, with bars above and below and mostly a subtitle."""
    stage.fresh(view, film=True, seed=plan.seed % 1000)
    rng = plan.rng("cutscene")
    time = rng.choice(("sunset", "night", "day"))
    soft_light(time)
    if rng.random() < 0.5:
        hills(rng, plain, rng.choice(("#4a9a6a", "#7a8ad0", "#d89a5a")))
        part("ball", (rng.uniform(-6, 6), 40, 8), 7, glow("#ffd88a" if time != "night" else "#f4f4e0", 1.3))
    else:
        part("box", (0, 20, -0.06), (30, 80, 0.1), plain("#8a8494"))
        for k in range(12):
            with_height = rng.uniform(4, 8)
            kit = buildings.block(rng, 4, with_height, 4, time == "night", True)
            side = -1 if k % 2 else 1
            shapes.place(kit, (side * 6.0, 1 + k // 2 * 4.2, 0), 1, -side * np.pi / 2)
    for k in range(rng.choice((1, 2, 3))):
        figure = people.hero(rng, soft, rng.choice(BEASTS))
        turn = rng.choice((rng.uniform(-0.9, 0.9), np.pi))
        shapes.place(figure, ((k - 0.8) * 1.5 + rng.uniform(-0.2, 0.2), rng.uniform(0, 1.6), 0), 1, turn)
    stage.camera((rng.uniform(-1, 1), -5.2, rng.uniform(0.8, 1.8)), (0, 1, 1.3), 30)
    picture = overlays.letterbox(stage.shoot(), 0.11)
    return overlays.subtitle(picture, rng, plan.chinese) if rng.random() < 0.75 else picture


def novel(plan: Plan, view: View) -> Image.Image:
    """A figure before a scene, with a box of what it says."""
    stage.fresh(view, film=True, seed=plan.seed % 1000)
    rng = plan.rng("novel")
    soft_light(rng.choice(("day", "sunset")))
    if rng.random() < 0.5:
        _room(rng)
    else:
        hills(rng, banded)
    for k in range(rng.choice((1, 1, 2))):
        figure = people.hero(rng, banded, rng.choice(("", "", "", "cat")))
        with_outline(figure)
        shapes.place(figure, (-0.5 + 1.5 * k, -0.4, -0.1), 1.15, rng.uniform(-0.2, 0.2))
    stage.camera((0, -3.9, 1.35), (0, 0, 0.98), 36)
    return overlays.dialogue(stage.shoot(), rng, plan.chinese)


def comic(plan: Plan, view: View) -> Image.Image:
    """A page of panels with speech balloons."""
    rng = plan.rng("comic")
    panels = []
    small = View(view.width * 2 // 3, view.height * 2 // 3, max(6, view.samples // 2))
    for _ in range(3):
        stage.fresh(small, film=True, seed=plan.seed % 1000)
        soft_light(rng.choice(("day", "sunset", "day")))
        if rng.random() < 0.6:
            hills(rng, banded)
        else:
            _room(rng)
        figure = people.hero(rng, banded, rng.choice(BEASTS))
        with_outline(figure, 0.022)
        shapes.place(figure, (rng.uniform(-0.5, 0.5), 0, 0), 1, rng.uniform(-0.5, 0.5))
        stage.camera((0, rng.uniform(-4.6, -2.6), 1.3), (0, 0, 1.2), 34)
        panels.append(stage.shoot())
    return comics.page(panels, rng, view.width, view.height, plan.chinese)
