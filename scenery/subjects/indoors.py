"""None of the classes, indoors: room and kitchen."""

from __future__ import annotations

import random

from PIL import Image

from scenery.plans import Plan
from scenery.studio import light, materials, plants, shapes, stage
from scenery.studio.materials import Surface, blend, glow, mottled, plain, tiled
from scenery.studio.shapes import part, rod
from scenery.subjects.land import chance
from scenery.view import View

WOODS = (("#8a5a34", "#a87448"), ("#5a3a24", "#6f4a30"), ("#b08a5a", "#caa878"))
FABRICS = ("#5a6f86", "#8a4a3f", "#6f7a5a", "#c8b89a", "#3f4a5a", "#a8763a", "#8a8f96")


def wood(rng: random.Random, scale: float = 2) -> Surface:
    """A kind of wood."""
    a, b = rng.choice(WOODS)
    return mottled(a, b, scale, 0.45, 0.05, wave=True)


def shell(rng: random.Random, wide: float, deep: float, high: float, floor: Surface, wall: Surface) -> None:
    """Floor, back wall, side walls and ceiling; the fourth wall is open towards the camera."""
    part("box", (0, 0, -0.05), (wide, deep * 2, 0.1), floor)
    part("box", (0, deep / 2, high / 2), (wide, 0.1, high), wall)
    for side in (-1, 1):
        part("box", (side * wide / 2, 0, high / 2), (0.1, deep * 2, high), wall)
        part("box", (side * (wide / 2 - 0.06), 0, 0.06), (0.04, deep, 0.12), plain("#f2f0ea"))
    part("box", (0, 0, high), (wide, deep * 2, 0.1), plain("#f4f2ee", 0.9))
    part("box", (0, deep / 2 - 0.06, 0.06), (wide, 0.04, 0.12), plain("#f2f0ea"))


def window(x: float, y: float, z: float, wide: float, high: float, night: bool = False) -> None:
    """A window in the back wall, with sky and hills behind."""
    part("box", (x, y - 0.05, z), (wide + 0.16, 0.06, high + 0.16), plain("#f4f2ec"))
    part("box", (x, y - 0.07, z + high * 0.12), (wide, 0.06, high * 0.76), glow("#1a2a4a" if night else "#cfe6fa", 1.5))
    part("box", (x, y - 0.07, z - high * 0.36), (wide, 0.06, high * 0.28), glow("#0f1a14" if night else "#7fa86a", 1.0))
    part("box", (x, y - 0.11, z), (0.05, 0.04, high), plain("#f4f2ec"))
    part("box", (x, y - 0.11, z), (wide, 0.04, 0.05), plain("#f4f2ec"))
    part("box", (x, y - 0.16, z - high / 2 - 0.06), (wide + 0.3, 0.22, 0.05), plain("#f4f2ec"))


def lit(rng: random.Random, night: bool) -> None:
    """The light of a room."""
    light.around("#fff4e4", strength=0.6 if not night else 0.2)
    light.panel((0.4, -1.0, 2.6), (0, 0.6, 0), 1.8, 90 if not night else 55, "#fff0dc" if not night else "#ffd9a0")
    light.panel((rng.choice((-2, 2)), 1.2, 1.9), (0, -0.5, 0.6), 1.2, 40 if not night else 5, "#e8f2ff")


def room(plan: Plan, view: View) -> Image.Image:
    """A living room, a bedroom or an office."""
    stage.fresh(view, seed=plan.seed % 1000)
    rng = plan.rng("room")
    night = rng.random() < 0.25
    paint = rng.choice(("#e8e2d4", "#c8d4d0", "#d8c8b8", "#b8c4d4", "#e4d8b8"))
    shell(rng, 5.4, 5.0, 2.7, wood(rng, 1.2), plain(paint, 0.9))
    lit(rng, night)
    window(rng.choice((-1.3, 1.3)), 2.45, 1.5, 1.3, 1.2, night)
    form = rng.randrange(3)
    (_living, _bedroom, _office)[form](rng, plan)
    _plant(plan, rng.choice((-2.2, 2.2)), 2.0)
    stage.camera((rng.uniform(-1.0, 1.0), -2.5, 1.45), (0, 1.6, 0.9), 26)
    return stage.shoot()


def _plant(plan: Plan, x: float, y: float) -> None:
    part("stub", (x, y, 0.2), (0.34, 0.34, -0.4), plain("#c87a4a", 0.8))
    shapes.place(plants.bush(chance(plan), "#3f7a3a"), (x, y, 0.4), 1.1)


def sofa(x: float, y: float, tone: str, turn: float = 0) -> None:
    """A sofa that looks along -y."""
    cloth = mottled(tone, blend(tone, "#ffffff", 0.12), 60, 0.95, 0.2)
    with shapes.kit("sofa") as group:
        part("soft", (0, 0, 0.28), (2.2, 0.95, 0.36), cloth)
        part("pillow", (0, 0.4, 0.62), (2.2, 0.34, 0.85), cloth)
        for side in (-1, 1):
            part("pillow", (side * 1.08, 0, 0.45), (0.32, 0.98, 0.66), cloth)
            part("pillow", (side * 0.5, -0.06, 0.5), (0.98, 0.85, 0.24), cloth)
            part(
                "pillow",
                (side * 0.7, 0.16, 0.76),
                (0.46, 0.2, 0.46),
                plain("#e8a83a" if side > 0 else "#f0ece0", 0.9),
                (-0.3, 0, side * 0.1),
            )
            for dy in (-0.4, 0.4):
                rod((side, dy, 0), (side, dy, 0.12), 0.06, plain("#2a1c12"))
    shapes.place(group, (x, y, 0), 1, turn)


def _living(rng: random.Random, plan: Plan) -> None:
    tone = rng.choice(FABRICS)
    sofa(0, 1.75, tone)
    part("tube", (0, 0.3, 0.012), (2.6, 2.0, 0.02), mottled(rng.choice(FABRICS), "#e8dcc4", 4, 1.0))
    brown = wood(rng)
    part("soft", (0, 0.4, 0.4), (1.2, 0.62, 0.06), brown)
    for dx in (-0.5, 0.5):
        for dy in (-0.22, 0.22):
            rod((dx, 0.4 + dy, 0), (dx, 0.4 + dy, 0.4), 0.05, brown)
    part("stub", (0.2, 0.4, 0.5), (0.1, 0.1, -0.14), plain("#f4f4f2", 0.2))
    part("box", (-0.25, 0.42, 0.45), (0.3, 0.22, 0.05), plain(rng.choice(FABRICS)))
    part("box", (0.0, 2.42, 1.75), (0.95, 0.05, 0.66), plain("#2a2622"))
    part("box", (0.0, 2.39, 1.75), (0.85, 0.05, 0.56), mottled("#e0a860", "#4a7a94", 2.5, sharp=0.05))
    side = rng.choice((-1, 1))
    rod((side * 1.7, 1.9, 0), (side * 1.7, 1.9, 1.5), 0.04, plain("#3a3a3a"))
    part("stub", (side * 1.7, 1.9, 1.6), (0.46, 0.46, 0.36), glow("#ffe2b0", 1.6))
    _shelf(rng, -side * 2.3, 1.6)


def _shelf(rng: random.Random, x: float, y: float) -> None:
    brown = wood(rng)
    for k in range(5):
        part("box", (x, y, 0.1 + k * 0.42), (0.42, 1.2, 0.04), brown)
        if k < 4:
            place = y - 0.52
            while place < y + 0.45:
                thick = rng.uniform(0.03, 0.08)
                high = rng.uniform(0.2, 0.34)
                part(
                    "box", (x, place, 0.12 + k * 0.42 + high / 2), (0.26, thick, high), plain(rng.choice(FABRICS), 0.8)
                )
                place += thick + 0.006
    for dy in (-0.6, 0.6):
        part("box", (x, y + dy, 0.95), (0.42, 0.04, 1.9), brown)


def _bedroom(rng: random.Random, plan: Plan) -> None:
    brown, tone = wood(rng), rng.choice(FABRICS)
    part("box", (0, 2.35, 0.65), (1.9, 0.08, 1.0), brown)
    part("soft", (0, 1.25, 0.25), (1.8, 2.1, 0.3), brown)
    part("pillow", (0, 1.25, 0.46), (1.75, 2.1, 0.32), plain("#f4f2ee", 0.9))
    part("pillow", (0, 0.95, 0.52), (1.85, 1.55, 0.34), mottled(tone, blend(tone, "#ffffff", 0.25), 3, 0.95, 0.3))
    for side in (-1, 1):
        part("pillow", (side * 0.45, 2.05, 0.68), (0.72, 0.42, 0.24), plain("#fbfaf6", 0.9), (0.5, 0, 0))
        part("box", (side * 1.35, 2.1, 0.25), (0.5, 0.45, 0.5), brown)
        rod((side * 1.35, 2.1, 0.5), (side * 1.35, 2.1, 0.75), 0.05, plain("#c8a04a", 0.3, metal=1))
        part("stub", (side * 1.35, 2.1, 0.84), (0.3, 0.3, 0.24), glow("#ffdca0", 1.8))
    part("tube", (0, -0.4, 0.012), (2.4, 1.4, 0.02), plain(rng.choice(FABRICS), 1.0))
    _shelf(rng, rng.choice((-2.4, 2.4)), 0.6)


def _office(rng: random.Random, plan: Plan) -> None:
    brown = wood(rng)
    part("soft", (0, 1.9, 0.74), (1.9, 0.8, 0.05), brown)
    for dx in (-0.85, 0.85):
        part("box", (dx, 1.9, 0.37), (0.06, 0.7, 0.74), plain("#2c2e32"))
    part("box", (0, 2.1, 1.12), (0.9, 0.04, 0.52), plain("#141518", 0.3))
    part("box", (0, 2.075, 1.12), (0.85, 0.01, 0.47), glow("#5a8ac8", 0.8))
    part("box", (0, 2.12, 0.83), (0.1, 0.08, 0.2), plain("#26282c"))
    part("soft", (0, 1.72, 0.775), (0.6, 0.2, 0.025), plain("#d8d8d8"))
    part("stub", (0.6, 1.75, 0.84), (0.1, 0.1, -0.14), plain("#e8e4dc", 0.3))
    chair = plain(rng.choice(("#23262c", "#7a2f2a", "#3f5a7a")), 0.8)
    part("pillow", (0.1, 0.95, 0.5), (0.56, 0.52, 0.14), chair)
    part("pillow", (0.1, 0.68, 0.88), (0.52, 0.14, 0.66), chair)
    rod((0.1, 0.95, 0.08), (0.1, 0.95, 0.46), 0.07, plain("#8a8c90", 0.3, metal=1))
    for k in range(5):
        x, y, _ = shapes.turned((0.32, 0, 0), (0, 0, k * 1.257))
        rod((0.1, 0.95, 0.1), (0.1 + x, 0.95 + y, 0.05), 0.05, plain("#1c1c20"))
    _shelf(rng, rng.choice((-2.35, 2.35)), 1.3)


def kitchen(plan: Plan, view: View) -> Image.Image:
    """Cupboards, cooker, sink and refrigerator along the wall."""
    stage.fresh(view, seed=plan.seed % 1000)
    rng = plan.rng("kitchen")
    night = rng.random() < 0.2
    floor = tiled("#c8c2b6", "#8f8a80", 12) if rng.random() < 0.5 else wood(rng, 1.2)
    shell(rng, 5.0, 4.4, 2.6, floor, plain(rng.choice(("#f0ead8", "#d8e0dc", "#e8dcc8")), 0.9))
    lit(rng, night)
    front = plain(rng.choice(("#f4f2ec", "#5a7a86", "#8aa08a", "#b88a5a", "#3f4a56", "#c84a3a")), 0.5)
    top, steel = plain(rng.choice(("#3a3a3c", "#d8d4cc", "#9a7048")), 0.25), plain("#b8bcc0", 0.3, metal=0.9)
    part("box", (0, 2.14, 1.2), (5.0, 0.03, 0.7), tiled("#e8ecec", "#b8c8cc", 7, bricks=True, rough=0.2))
    stove = rng.choice((-0.65, 0.65))
    for k in range(6):
        x = -1.62 + k * 0.65
        if abs(x - stove) > 0.1:
            part("soft", (x, 1.84, 0.45), (0.62, 0.58, 0.84), front)
            rod((x - 0.16, 1.52, 0.76), (x + 0.16, 1.52, 0.76), 0.025, steel)
        if abs(x - stove) > 0.1 and k not in (3, 4):
            part("soft", (x, 1.97, 1.95), (0.62, 0.36, 0.72), front)
            rod((x + 0.2, 1.77, 1.68), (x + 0.2, 1.77, 1.84), 0.025, steel)
    part("box", (0, 1.84, 0.9), (4.0, 0.64, 0.06), top)
    _cooker(stove, steel)
    window(0.68 if stove < 0 else 0.3, 2.14, 1.75, 1.1, 0.85, night)
    sink = 0.98 if stove < 0 else -1.0
    part("soft", (sink, 1.8, 0.93), (0.6, 0.42, 0.03), steel)
    rod((sink, 2.02, 0.93), (sink, 2.02, 1.2), 0.04, steel)
    rod((sink, 2.02, 1.2), (sink, 1.82, 1.18), 0.035, steel)
    side = -1 if stove > 0 else 1
    part("soft", (side * 2.14, 1.78, 0.95), (0.7, 0.68, 1.9), plain("#e4e6e8", 0.25))
    part("box", (side * 2.14, 1.43, 1.2), (0.68, 0.01, 0.015), plain("#5a5c60"))
    for z in (1.45, 0.9):
        rod((side * 2.14 - 0.26, 1.4, z - 0.15), (side * 2.14 - 0.26, 1.4, z + 0.15), 0.03, steel)
    _table(rng)
    stage.camera((rng.uniform(-0.5, 0.5), -2.1, 1.6), (0, 1.6, 0.98), 25)
    return stage.shoot()


def _cooker(x: float, steel: Surface) -> None:
    part("box", (x, 1.83, 0.46), (0.62, 0.6, 0.86), plain("#d8dadc", 0.3))
    part("box", (x, 1.52, 0.42), (0.48, 0.02, 0.4), plain("#15171a", 0.1))
    rod((x - 0.24, 1.5, 0.68), (x + 0.24, 1.5, 0.68), 0.03, steel)
    for k in range(4):
        part("tube", (x - 0.2 + k * 0.13, 1.52, 0.8), (0.06, 0.06, 0.04), plain("#1a1a1c"), (1.57, 0, 0))
        spot = (x + (-0.15 if k % 2 else 0.15), 1.72 + (0.22 if k > 1 else 0), 0.935)
        part("ring", spot, (0.2, 0.2, 0.12), plain("#141416"))
    part("tube", (x - 0.15, 1.94, 1.05), (0.26, 0.26, 0.2), steel)
    rod((x - 0.02, 1.94, 1.1), (x + 0.2, 1.9, 1.12), 0.03, plain("#17171a"))
    part("tube", (x + 0.15, 1.72, 0.97), (0.3, 0.3, 0.05), plain("#1a1a1c", 0.4))
    rod((x + 0.15, 1.58, 0.98), (x + 0.22, 1.3, 1.0), 0.03, plain("#17171a"))
    part("stub", (x, 1.95, 1.72), (0.66, 0.46, 0.26), steel)
    part("box", (x, 2.02, 2.15), (0.24, 0.24, 0.8), steel)


def _table(rng: random.Random) -> None:
    brown = wood(rng)
    part("soft", (0, -0.1, 0.74), (1.5, 0.8, 0.05), brown)
    for dx in (-0.66, 0.66):
        for dy in (-0.34, 0.34):
            rod((dx, -0.1 + dy, 0), (dx, -0.1 + dy, 0.74), 0.06, brown)
    part("stub", (0, -0.1, 0.82), (0.42, 0.42, -0.12), plain("#f0ece4", 0.3))
    for k in range(5):
        x, y, _ = shapes.turned((0.1, 0, 0), (0, 0, k * 1.257))
        part("ball", (x, y - 0.1, 0.89), 0.11, plain(rng.choice(("#c8281e", "#e8a82a", "#6a9a3a")), 0.35))
    rod((-0.5, -0.1, 0.77), (-0.5, -0.1, 0.95), 0.1, materials.plain("#3f7a4a", 0.1, coat=1))
    part("stub", (0.5, -0.2, 0.82), (0.1, 0.1, -0.12), plain("#2f5a9a", 0.3))
