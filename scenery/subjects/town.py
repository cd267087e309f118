"""None of the classes, out of doors: street, building, vehicle, person."""

from __future__ import annotations

import numpy as np
from PIL import Image

from scenery.plans import Plan
from scenery.studio import buildings, light, people, plants, shapes, stage
from scenery.studio.fields import noise
from scenery.studio.ground import Ground, colour, mixed, scatter, water
from scenery.studio.materials import mottled, plain, tiled
from scenery.studio.shapes import part
from scenery.subjects.land import chance, outdoors
from scenery.view import View


def paved(night: bool, wide: float = 3.2, long: float = 90) -> None:
    """A road along y with kerbs, markings and pavements."""
    part(
        "box",
        (0, long / 2 - 12, -0.06),
        (wide * 2, long, 0.1),
        mottled("#33353a", "#45474c", 8, 0.75 if not night else 0.3),
    )
    for side in (-1, 1):
        part("box", (side * (wide + 1.6), long / 2 - 12, 0.02), (3.2, long, 0.16), tiled("#9a968f", "#8a867f", 40))
        part("box", (side * wide, long / 2 - 12, 0.03), (0.2, long, 0.18), plain("#b8b4ac"))
    for k in range(30):
        part("box", (0, -8 + k * 2.6, 0.0), (0.16, 1.3, 0.012), plain("#f0efe8"))


def street(plan: Plan, view: View) -> Image.Image:
    """A street in a town: houses on both sides, cars, people, lamps."""
    rng, chance_ = outdoors(plan, view, 130), plan.rng("street")
    night = plan.time == "night"
    paved(night)
    for side in (-1, 1):
        y = -7.0
        while y < 62:
            wide = chance_.uniform(4, 7)
            kit = buildings.block(chance_, wide, chance_.uniform(5, 12), 5, night, chance_.random() < 0.6)
            shapes.place(kit, (side * 9.0, y + wide / 2, 0), 1, -side * np.pi / 2)
            y += wide
    cars = [buildings.car(chance_) for _ in range(5)]
    for k in range(9):
        side = chance_.choice((-1, 1))
        at = (side * chance_.choice((1.6, 2.5)), 3.5 + k * 4.2, 0.0)
        shapes.place(cars[k % 5], at, 0.8, 0 if side < 0 else np.pi)
    walkers = [people.walker(chance_) for _ in range(4)]
    for k in range(12):
        at = (chance_.choice((-1, 1)) * chance_.uniform(3.7, 5.8), chance_.uniform(1, 30), 0.1)
        shapes.place(walkers[k % 4], at, 1, chance_.choice((0, np.pi)))
    lamp = buildings.street_lamp(night)
    for k in range(6):
        for side in (-1, 1):
            shapes.place(lamp, (side * 3.6, 2 + k * 7, 0), 1, 0 if side < 0 else np.pi)
    if night:
        for k in range(3):
            light.panel((-2.6, 2 + k * 7, 4), (0, 3 + k * 7, 0), 0.5, 160, "#ffd28a")
    if chance_.random() < 0.4:
        kit = plants.broadleaf(rng, "#4a7a30", 110)
        for k in range(5):
            shapes.place(kit, (chance_.choice((-1, 1)) * 5.0, 5 + k * 6, 0), 1.1, k)
    stage.camera((-1.2 if chance_.random() < 0.5 else 4.6, -7.5, 1.9), (0, 14, 2.4), 24)
    return stage.shoot()


def building(plan: Plan, view: View) -> Image.Image:
    """One house, a row of towers, or a facade."""
    rng, chance_ = outdoors(plan, view, 160), plan.rng("building")
    night, form = plan.time == "night", chance_.randrange(3)
    ground = Ground(lambda x, y: x * 0, -10, 80, 1.4, 60)
    patch = noise(ground.x, ground.y, 3, 4) * 0.5 + 0.5
    lawn = form == 0
    ground.lay(mixed(colour("#4f7a30" if lawn else "#77746e"), colour("#7fa04a" if lawn else "#8a877f"), patch), 0.3, 5)
    if form == 0:
        shapes.place(buildings.house(chance_, night), (0, 4, 0), 1, chance_.uniform(-0.5, 0.5))
        scatter(
            ground,
            [plants.broadleaf(rng, "#4a7a30", 150)],
            10,
            rng,
            lambda x, y, z: abs(x) > 5,
            (1.0, 1.5),
            near=3,
            far=24,
        )
        scatter(
            ground, [plants.bush(rng)], 14, rng, lambda x, y, z: abs(x) > 1.4 and y < 2.4, (0.8, 1.3), near=-1, far=2.4
        )
        part("box", (0, -3, 0.01), (1.3, 9, 0.03), tiled("#b0aaa0", "#98928a", 9))
        stage.camera((chance_.uniform(-4, 4), -9.5, 2.2), (0, 4, 2.3), 29)
    elif form == 1:
        for k in range(11):
            high = chance_.uniform(9, 26)
            kit = buildings.tower(chance_, chance_.uniform(3, 5), high, night)
            shapes.place(kit, (-22 + k * 4.5 + chance_.uniform(-1, 1), 14 + chance_.uniform(0, 14), 0))
        if chance_.random() < 0.5:
            water(0.06, "#15303c", 2, 0.08)
        stage.camera((0, -9.5, 2.0), (0, 16, 9.5), 22)
    else:
        for k in range(3):
            kit = buildings.block(chance_, 7, chance_.uniform(8, 11), 6, night, k == 1)
            shapes.place(kit, (-7 + k * 7, 4, 0))
        shapes.place(buildings.car(chance_), (chance_.uniform(-4, 4), -1.5, 0), 0.8, np.pi / 2)
        stage.camera((chance_.uniform(-5, 5), -10.5, 1.8), (0, 3, 4.6), 23)
    return stage.shoot()


def vehicle(plan: Plan, view: View) -> Image.Image:
    """A car, van, bus or truck from near."""
    outdoors(plan, view, 120)
    chance_ = plan.rng("vehicle")
    night = plan.time == "night"
    part("box", (0, 20, -0.06), (120, 70, 0.1), mottled("#3c3e42", "#505257", 3, 0.8))
    part("box", (0, 5.0, 0.05), (120, 3, 0.2), tiled("#a8a49c", "#98948c", 60))
    for k in range(5):
        kit = buildings.block(chance_, 6, chance_.uniform(5, 9), 5, night, chance_.random() < 0.5)
        shapes.place(kit, (-14 + k * 6.6, 9.5, 0))
    form = chance_.choice(("saloon", "saloon", "van", "bus", "truck"))
    kit = buildings.car(chance_, form=form)
    turn = chance_.choice((-1, 1)) * chance_.uniform(0.6, 1.25)
    shapes.place(kit, (0, 0, 0), 1, turn)
    for k in range(8):
        part("box", (-14 + k * 3.6, -2.2, 0.0), (1.7, 0.14, 0.012), plain("#f0efe8"))
    if night:
        light.panel((-3, -4, 5), (0, 0, 0), 1, 320, "#ffd9a0")
    away = {"saloon": 6.0, "van": 6.8, "bus": 11, "truck": 9.5}[form]
    stage.camera((0, -away, 1.7), (0, 0, 0.85 if form == "saloon" else 1.3), 34)
    return stage.shoot()


def person(plan: Plan, view: View) -> Image.Image:
    """People in a square or a park, on a pier, at some distance."""
    rng = chance(plan)
    chance_ = plan.rng("person")
    stage.fresh(view, seed=plan.seed % 1000)
    light.sky("day", "cloudy" if plan.weather != "clear" else "clear", plan.rng("sky"))
    light.fade("day", "clear", 120)
    park = chance_.random() < 0.5
    ground = Ground(lambda x, y: x * 0, -8, 70, 1.3, 70)
    patch = noise(ground.x, ground.y, 3, 4) * 0.5 + 0.5
    ground.lay(
        mixed(colour("#5a8436" if park else "#a8a298"), colour("#86a552" if park else "#bab4aa"), patch), 0.25, 6
    )
    if park:
        part("box", (0, 20, 0.01), (3.4, 80, 0.03), mottled("#b8a684", "#cdbd9c", 4))
        scatter(
            ground,
            [plants.broadleaf(rng, "#4a7c30", 130)],
            26,
            rng,
            lambda x, y, z: abs(x) > 3.4,
            (1.2, 2.0),
            near=4,
            far=45,
        )
        for k in range(3):
            _bench((2.6, 2.0 + k * 6))
    else:
        for k in range(6):
            kit = buildings.block(chance_, 6, chance_.uniform(7, 10), 5, False, True)
            shapes.place(kit, (-15 + k * 6.1, 16, 0))
    for k in range(chance_.choice((1, 2, 3, 6))):
        x = (k - 1) * 1.1 + chance_.uniform(-0.3, 0.3) if k < 3 else chance_.uniform(-5, 5)
        at = (x, chance_.uniform(0, 2.4) if k < 3 else chance_.uniform(4, 12), 0)
        shapes.place(people.walker(chance_), at, 1, chance_.choice((np.pi, np.pi * 0.85, np.pi * 1.15, np.pi)))
    stage.camera((0, -4.8, 1.55), (0, 2, 1.15), 34)
    return stage.shoot()


def _bench(at: tuple[float, float]) -> None:
    wood, iron = mottled("#7a5230", "#94683f", 4, wave=True), plain("#2a2a2c", 0.5)
    for k in range(3):
        part("box", (at[0] + k * 0.16, at[1], 0.45), (0.13, 1.8, 0.05), wood)
    for k in range(2):
        part("box", (at[0] + 0.46, at[1], 0.65 + k * 0.2), (0.05, 1.8, 0.14), wood)
    for y in (-0.7, 0.7):
        part("box", (at[0] + 0.2, at[1] + y, 0.22), (0.5, 0.08, 0.44), iron)
