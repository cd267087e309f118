"""None of the classes, from near: thing, food, clothing."""

from __future__ import annotations

import math
import random

import numpy as np
from PIL import Image

from scenery.plans import Plan
from scenery.studio import light, shapes, stage
from scenery.studio.materials import Surface, blend, glow, mottled, plain, tiled
from scenery.studio.shapes import part, rod
from scenery.subjects.dishes import breakfast, burger, cake, fruit, pasta, pizza, sushi
from scenery.subjects.indoors import FABRICS, wood
from scenery.view import View

BRIGHT = ("#c8322a", "#2f6ab8", "#e8b02a", "#3f8a5a", "#7a4aa0", "#e87a3a", "#f0ece4", "#2a2c32")


def tabletop(plan: Plan, view: View, studio: bool = False) -> random.Random:
    """A table by a window, or the white sweep of a photographer."""
    stage.fresh(view, seed=plan.seed % 1000)
    rng = plan.rng("table")
    if studio:
        tone = rng.choice(("#f2f2f0", "#e4e8ec", "#f0e8dc", "#dce4dc"))
        part("box", (0, 0, -0.05), (30, 30, 0.1), plain(tone, 0.9))
        light.around("#ffffff", strength=0.55)
    else:
        part("box", (0, 0, -0.05), (6, 4, 0.1), wood(rng, 1.4))
        part("box", (0, 6, 0), (24, 0.1, 16), plain(rng.choice(("#a8a090", "#7f8f98", "#b89a7a")), 0.9))
        light.around("#fff2e0", strength=0.4)
    light.panel((-2.4, -0.6, 3.0), (0, 0, 0.3), 1.6, 130, "#fff4e4")
    light.panel((2.6, -1.8, 1.8), (0, 0, 0.3), 1.6, 40, "#e4f0ff")
    return rng


def thing(plan: Plan, view: View) -> Image.Image:
    """Bottles, cups, books, a vase, a clock, a box, a lamp: one to three of them."""
    rng = tabletop(plan, view, plan.rng("place").random() < 0.35)
    makers = rng.sample((bottle, cup, books, vase, clock, parcel, lamp, teapot), rng.choice((1, 2, 3)))
    for k, make in enumerate(makers):
        with shapes.kit("thing") as group:
            make(rng)
        shapes.place(
            group, ((k - (len(makers) - 1) / 2) * 0.85, rng.uniform(-0.15, 0.25), 0), 1, rng.uniform(-0.5, 0.5)
        )
    away = 2.0 + 0.42 * len(makers)
    stage.camera((0, -away, 1.0), (0, 0, 0.38), 38, blur=2.8)
    return stage.shoot()


def bottle(rng: random.Random) -> None:
    glass = plain(rng.choice(("#1f5a34", "#6a3a1a", "#24466a", "#a8c8c0")), 0.05, coat=1)
    part("tube", (0, 0, 0.3), (0.28, 0.28, 0.6), glass)
    part("ball", (0, 0, 0.6), (0.28, 0.28, 0.26), glass)
    part("tube", (0, 0, 0.8), (0.09, 0.09, 0.3), glass)
    part("tube", (0, 0, 0.97), (0.11, 0.11, 0.08), plain("#c8a04a", 0.3, metal=0.8))
    part("tube", (0, 0, 0.3), (0.286, 0.286, 0.28), plain("#f0e8d4", 0.8))
    part("tube", (0, 0, 0.36), (0.288, 0.288, 0.07), plain(rng.choice(BRIGHT), 0.8))


def cup(rng: random.Random) -> None:
    ware = plain(rng.choice(BRIGHT), 0.2, coat=0.6)
    part("stub", (0, 0, 0.02), (0.62, 0.62, 0.04), plain("#f4f2ee", 0.2))
    part("stub", (0, 0, 0.2), (0.44, 0.44, -0.36), ware)
    part("tube", (0, 0, 0.375), (0.38, 0.38, 0.02), plain("#3a2010", 0.1))
    part("ring", (0.25, 0, 0.21), (0.26, 0.26, 0.24), ware, (math.pi / 2, 0, 0))


def teapot(rng: random.Random) -> None:
    ware = plain(rng.choice(BRIGHT), 0.2, coat=0.6)
    part("ball", (0, 0, 0.28), (0.62, 0.62, 0.54), ware)
    part("ball", (0, 0, 0.53), (0.3, 0.3, 0.12), ware)
    part("ball", (0, 0, 0.61), 0.09, ware)
    rod((0.24, 0, 0.24), (0.5, 0, 0.48), 0.12, ware, "stub")
    part("ring", (-0.36, 0, 0.3), (0.36, 0.36, 0.24), ware, (math.pi / 2, 0, 0))


def books(rng: random.Random) -> None:
    z = 0.0
    for _ in range(rng.choice((3, 4, 5))):
        thick, turn = rng.uniform(0.08, 0.15), rng.uniform(-0.2, 0.2)
        part("box", (0, 0, z + thick / 2), (0.7, 0.5, thick), plain(rng.choice(BRIGHT), 0.6), (0, 0, turn))
        part("box", (0.01, -0.01, z + thick / 2), (0.7, 0.5, thick * 0.7), plain("#f2ecdc", 0.9), (0, 0, turn))
        z += thick


def vase(rng: random.Random) -> None:
    ware = plain(rng.choice(BRIGHT), 0.25, coat=0.5)
    for z, wide in ((0.05, 0.24), (0.15, 0.34), (0.27, 0.38), (0.4, 0.3), (0.52, 0.18), (0.6, 0.2)):
        part("ball", (0, 0, z), (wide, wide, 0.22), ware)
    for _ in range(7):
        x, y, z = rng.uniform(-0.28, 0.28), rng.uniform(-0.2, 0.2), rng.uniform(0.9, 1.15)
        rod((0, 0, 0.6), (x, y, z), 0.018, plain("#3f7a34"))
        tone = plain(rng.choice(("#e85a7a", "#f2c83a", "#f6f2f4", "#b06ad8")), 0.6)
        for k in range(6):
            a = k / 6 * 6.28
            part("ball", (x + 0.06 * math.cos(a), y - 0.03, z + 0.06 * math.sin(a)), (0.1, 0.03, 0.1), tone)
        part("ball", (x, y - 0.045, z), 0.05, plain("#e8a82a"))


def clock(rng: random.Random) -> None:
    rim = plain(rng.choice(BRIGHT), 0.3, coat=0.5)
    part("tube", (0, 0, 0.42), (0.72, 0.72, 0.2), rim, (math.pi / 2, 0, 0))
    part("tube", (0, -0.05, 0.42), (0.62, 0.62, 0.12), plain("#faf8f2", 0.5), (math.pi / 2, 0, 0))
    for k in range(12):
        a = k / 12 * 6.28
        part(
            "box",
            (0.26 * math.sin(a), -0.115, 0.42 + 0.26 * math.cos(a)),
            (0.025, 0.01, 0.06),
            plain("#15151a"),
            (0, a, 0),
        )
    for long, a in ((0.15, rng.uniform(0, 6.28)), (0.23, rng.uniform(0, 6.28))):
        rod((0, -0.12, 0.42), (long * math.sin(a), -0.12, 0.42 + long * math.cos(a)), 0.025, plain("#15151a"))
    for side in (-1, 1):
        part("ball", (side * 0.2, 0, 0.83), (0.22, 0.14, 0.16), plain("#d8b04a", 0.25, metal=1), (0, side * 0.5, 0))
        rod((side * 0.2, 0, 0.12), (side * 0.26, 0, 0.0), 0.05, rim)


def parcel(rng: random.Random) -> None:
    if rng.random() < 0.5:
        part("box", (0, 0, 0.25), (0.72, 0.5, 0.5), mottled("#a87c4e", "#b88c5e", 9))
        part("box", (0, 0, 0.25), (0.12, 0.504, 0.504), plain("#d8c49a", 0.3))
    else:
        ribbon = plain("#f0ece0", 0.4)
        part("box", (0, 0, 0.24), (0.6, 0.6, 0.48), plain(rng.choice(BRIGHT[:5]), 0.4))
        part("box", (0, 0, 0.24), (0.1, 0.61, 0.49), ribbon)
        part("box", (0, 0, 0.24), (0.61, 0.1, 0.49), ribbon)
        for side in (-1, 1):
            part("ring", (side * 0.12, 0, 0.56), (0.24, 0.24, 0.3), ribbon, (math.pi / 2, 0, side * 0.5))


def lamp(rng: random.Random) -> None:
    part("tube", (0, 0, 0.02), (0.36, 0.36, 0.04), plain("#2a2a2e", 0.4))
    rod((0, 0, 0), (0, 0, 0.6), 0.05, plain("#c8a04a", 0.3, metal=1))
    part("stub", (0, 0, 0.76), (0.56, 0.56, 0.4), glow("#ffe4b4", 1.5))


def food(plan: Plan, view: View) -> Image.Image:
    """A dish on a plate, fruit in a bowl, a cake."""
    rng = tabletop(plan, view)
    dish = rng.choice((pizza, burger, breakfast, fruit, cake, sushi, pasta))
    part("tube", (0, 0, 0.012), (1.5, 1.5, 0.024), plain("#f6f4f0", 0.15, coat=0.5))
    part("ring", (0, 0, 0.035), (1.6, 1.6, 0.24), plain("#fbfaf6", 0.15, coat=0.5))
    dish(rng, np.random.default_rng(plan.seed))
    steel = plain("#c8ccd0", 0.2, metal=1)
    rod((1.0, -0.5, 0.03), (1.0, 0.1, 0.03), 0.05, steel)
    part("soft", (1.0, 0.35, 0.03), (0.09, 0.5, 0.02), steel)
    rod((-1.0, -0.5, 0.03), (-1.0, 0.15, 0.03), 0.05, steel)
    for k in range(4):
        rod((-1.06 + 0.04 * k, 0.15, 0.03), (-1.06 + 0.04 * k, 0.5, 0.03), 0.02, steel)
    stage.camera((0, -1.75, 1.75), (0, 0, 0.12), 36, blur=4)
    return stage.shoot()


def clothing(plan: Plan, view: View) -> Image.Image:
    """A garment laid out flat, or a hat, or shoes."""
    rng = tabletop(plan, view, True)
    form = rng.choice(("shirt", "shirt", "dress", "trousers", "hat", "shoes"))
    tone = rng.choice((*BRIGHT, *FABRICS))
    cloth = mottled(tone, blend(tone, "#ffffff", 0.1), 40, 0.95, 0.2)
    if rng.random() < 0.35:
        cloth = tiled(tone, blend(tone, "#f8f6f0", 0.75), 9, rough=0.95)
    if form == "hat":
        part("tube", (0, 0, 0.03), (1.5, 1.5, 0.03), cloth)
        part("ball", (0, 0, 0.06), (0.86, 0.86, 0.9), cloth)
        part("tube", (0, 0, 0.12), (0.88, 0.88, 0.14), plain("#20181a", 0.6))
        stage.camera((0, -2.3, 1.3), (0, 0, 0.15), 36)
    elif form == "shoes":
        for k in (-1, 1):
            with shapes.kit("shoe") as group:
                _shoe(cloth)
            shapes.place(group, (k * 0.34, 0, 0), 1, 2.2 + k * 0.1)
        stage.camera((0, -2.0, 0.9), (0, 0, 0.2), 38)
    else:
        _garment(form, cloth, plain(blend(tone, "#000000", 0.3), 0.9))
        stage.camera((0, -0.35, 3.3), (0, 0, 0), 40)
    return stage.shoot()


def _shoe(cloth: Surface) -> None:
    white = plain("#f6f4f0", 0.6)
    part("pillow", (0, 0, 0.07), (0.4, 1.12, 0.14), white)
    part("pillow", (0, -0.3, 0.2), (0.36, 0.56, 0.26), cloth)
    part("pillow", (0, 0.22, 0.26), (0.36, 0.56, 0.36), cloth)
    part("ball", (0, 0.26, 0.42), (0.26, 0.4, 0.1), plain("#1a181a"))
    for k in range(4):
        rod((-0.12, -0.2 + 0.09 * k, 0.31 + 0.055 * k), (0.12, -0.17 + 0.09 * k, 0.31 + 0.055 * k), 0.035, white)


OUTLINES: dict[str, list[tuple[float, float]]] = {
    "shirt": [(-0.13, 0.62), (-0.45, 0.52), (-0.95, 0.12), (-0.76, -0.06), (-0.45, 0.14), (-0.45, -0.72), (0.45, -0.72), (0.45, 0.14),
              (0.76, -0.06), (0.95, 0.12), (0.45, 0.52), (0.13, 0.62), (0.0, 0.5)],
    "dress": [(-0.2, 0.8), (-0.34, 0.78), (-0.3, 0.45), (-0.24, 0.15), (-0.62, -0.85), (0.62, -0.85), (0.24, 0.15), (0.3, 0.45), (0.34, 0.78),
              (0.2, 0.8), (0.12, 0.55), (-0.12, 0.55)],
    "trousers": [(-0.36, 0.82), (-0.46, 0.2), (-0.46, -0.88), (-0.1, -0.88), (0.0, 0.28), (0.1, -0.88), (0.46, -0.88), (0.46, 0.2), (0.36, 0.82)],
}  # fmt: skip


def _garment(form: str, cloth: Surface, seam: Surface) -> None:
    """A garment from its outline, puffed up a little, with seams."""
    outline = OUTLINES[form]
    for level, grow in ((0.015, 1.0), (0.04, 0.97)):
        points = np.array([(x * grow, y * grow, level) for x, y in outline])
        shapes.mesh(points, [tuple(range(len(outline)))], cloth)
    for a, b in zip(outline, [*outline[1:], outline[0]], strict=True):
        rod((*a, 0.02), (*b, 0.02), 0.05, cloth, end=True)
    if form == "shirt":
        for side in (-1, 1):
            rod((side * 0.45, 0.5, 0.045), (side * 0.45, 0.14, 0.045), 0.012, seam)
        part("ring", (0, 0.58, 0.04), (0.3, 0.24, 0.1), seam)
    elif form == "trousers":
        rod((-0.38, 0.72, 0.045), (0.38, 0.72, 0.045), 0.014, seam)
        rod((0, 0.8, 0.045), (0, 0.4, 0.045), 0.012, seam)
        part("tube", (0, 0.77, 0.05), (0.05, 0.05, 0.02), plain("#c8a04a", 0.3, metal=1))
        for side in (-1, 1):
            rod((side * 0.4, 0.6, 0.045), (side * 0.2, 0.7, 0.045), 0.012, seam)
    else:
        rod((-0.24, 0.15, 0.05), (0.24, 0.15, 0.05), 0.05, seam)
        for k in range(5):
            rod((-0.16 + 0.08 * k, 0.1, 0.045), (-0.44 + 0.22 * k, -0.8, 0.045), 0.01, seam)
