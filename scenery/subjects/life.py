"""Living nature from near: flower, animal, underwater."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from scenery.plans import Plan
from scenery.studio import creatures, light, plants, shapes, stage
from scenery.studio.fields import Array, noise
from scenery.studio.ground import Ground, colour, mixed, scatter, water
from scenery.studio.materials import Surface, blend, mottled, plain
from scenery.studio.shapes import part, rod
from scenery.subjects.land import chance, outdoors
from scenery.view import View

Rng = np.random.Generator


def flower(plan: Plan, view: View) -> Image.Image:
    """A flower or three, near, before a soft garden."""
    rng = outdoors(plan, view, 60, clouds=0.2)
    ground = Ground(lambda x, y: noise(x * 0.3, y * 0.3, 4, 3) * 0.15 - 0.4, -4, 40, 1, 80)
    patch = noise(ground.x, ground.y, 3, 3) * 0.5 + 0.5
    ground.lay(mixed(colour("#35601f"), colour("#71963a"), patch), 0.4, 6)
    scatter(ground, [plants.grass(rng, "#5f9436", 0.8)], 240, rng, lambda x, y, z: True, near=1.5, far=12)
    kits = [plants.blossom(rng, hue, 7) for hue in ("#e8506a", "#f2c52e", "#f4f0f8")]
    scatter(ground, kits, 90, rng, lambda x, y, z: True, (1.2, 2.0), near=3, far=10)
    scatter(ground, [plants.bush(rng, "#3f7030")], 25, rng, lambda x, y, z: True, (2, 3.4), near=10, far=22)
    heads = int(rng.choice([1, 1, 2, 3]))
    draw = (rose, daisy, tulip, sunflower)[int(rng.integers(4))]
    hue = str(rng.choice(["#d8243c", "#e85a9a", "#f2b81e", "#f6f1f4", "#8a4fd0", "#f07a2a"]))
    for k in range(heads):
        at = (
            (k - (heads - 1) / 2) * 0.95 + float(rng.normal(0, 0.06)),
            float(rng.normal(0, 0.15)),
            0.75 + float(rng.normal(0, 0.12)),
        )
        _stem(rng, at)
        draw(rng, at, hue)
    stage.camera((0, -2.7, 1.2), (0, 0, 0.72), 40 if heads == 1 else 32, blur=0.35, focus=(0, -0.1, 0.75))
    return stage.shoot()


def _stem(rng: Rng, at: shapes.Point) -> None:
    green = plain("#3f7a2c", 0.6)
    rod((at[0], at[1] + 0.1, -0.6), at, 0.05, green)
    for side in (-1, 1):
        part(
            "ball",
            (at[0] + side * 0.24, at[1], at[2] - 0.55 + 0.1 * side),
            (0.5, 0.2, 0.03),
            green,
            (0.3, side * -0.5, 0),
        )


def _petals(
    at: shapes.Point, count: int, reach: float, size: shapes.Point, lift: float, surface: Surface, offset: float = 0
) -> None:
    """A ring of petals about a heart that faces the camera and a little up."""
    tilt = 1.05
    for k in range(count):
        angle = k / count * 2 * math.pi + offset
        local = (math.cos(angle) * reach, math.sin(angle) * reach, lift * 0.3)
        x, y, z = shapes.turned(local, (tilt, 0, 0))
        thing = part("ball", (at[0] + x, at[1] + y, at[2] + z), size, surface)
        thing.rotation_euler = shapes.turn_after((tilt, 0, 0), (0, -lift, angle))


def daisy(rng: Rng, at: shapes.Point, hue: str) -> None:
    """Narrow petals about a yellow heart."""
    _petals(at, 18, 0.25, (0.34, 0.1, 0.03), 0.15, plain(hue, 0.6, soft=0.2))
    _petals(at, 18, 0.23, (0.3, 0.1, 0.03), 0.3, plain(blend(hue, "#ffffff", 0.25), 0.6, soft=0.2), 0.17)
    part("ball", (at[0], at[1] - 0.03, at[2] + 0.02), (0.22, 0.16, 0.2), mottled("#e8a818", "#f6d24a", 30, bump=0.9))


def sunflower(rng: Rng, at: shapes.Point, hue: str) -> None:
    """Yellow petals about a large brown heart."""
    for turn in (0.0, 0.14):
        _petals(at, 20, 0.36 - turn * 0.3, (0.34, 0.13, 0.03), 0.1 + turn, plain("#f2b41a", 0.6, soft=0.2), turn)
    part("ball", (at[0], at[1] - 0.02, at[2] + 0.01), (0.48, 0.26, 0.46), mottled("#2c1a0e", "#6a4420", 26, bump=1.0))


def rose(rng: Rng, at: shapes.Point, hue: str) -> None:
    """Petals in a spiral, open outside, closed inside."""
    for ring, (count, reach, size, lift) in enumerate(
        ((6, 0.3, 0.42, 0.35), (6, 0.22, 0.38, 0.7), (5, 0.15, 0.32, 1.0), (4, 0.08, 0.24, 1.25), (3, 0.03, 0.16, 1.45))
    ):
        shade = blend(hue, "#300008", 0.08 * ring)
        _petals(at, count, reach, (size, size, 0.045), lift, plain(shade, 0.5, soft=0.2), ring * 0.6)


def tulip(rng: Rng, at: shapes.Point, hue: str) -> None:
    """A cup of upright petals."""
    for k in range(6):
        angle = k / 6 * 6.28
        wide = 0.17 if k % 2 else 0.13
        spot = (at[0] + math.cos(angle) * wide, at[1] + math.sin(angle) * wide, at[2] + 0.2)
        part(
            "ball",
            spot,
            (0.06, 0.34, 0.66),
            plain(blend(hue, "#ffffff", 0.15 * (k % 2)), 0.5, soft=0.2),
            (0, 0.18, angle),
        )


def animal(plan: Plan, view: View) -> Image.Image:
    """An animal where it lives, filling most of the picture."""
    rng = chance(plan)
    name = list(creatures.ANIMALS)[int(rng.integers(len(creatures.ANIMALS)))]
    rng = outdoors(plan, view, 110)
    tone = {"elephant": "#a8904e", "giraffe": "#b09a52", "penguin": "#eaf1f6"}.get(name, "#567f2e")
    seed = int(rng.integers(1000))
    ground = Ground(
        lambda x, y: noise(x * 0.1, y * 0.1, seed, 3) * 0.2 * np.clip(np.hypot(x, y) / 4, 0, 4), -8, 90, 1, 150
    )
    patch = noise(ground.x * 0.4, ground.y * 0.4, seed, 4) * 0.5 + 0.5
    ground.lay(mixed(colour(tone), colour(blend(tone, "#e8e0a0", 0.35)), patch), 0.4, 6)
    kit, high = creatures.animal(name, rng)
    turn = float(rng.choice([-1, 1]) * rng.uniform(0.5, 1.25))
    base = _home(rng, ground, name, high)
    shapes.place(kit, (0, 0, base), 1, turn)
    if name in ("sheep", "cow", "elephant", "penguin", "giraffe") and rng.random() < 0.6:
        for k in range(3):
            at = (float(rng.choice([-1, 1]) * rng.uniform(1.2, 2.8)) * high, float(2 + k * 1.5) * high)
            shapes.place(kit, (*at, ground.at(*at)), float(rng.uniform(0.8, 1)), float(rng.uniform(-1.4, 1.4)))
    away = high * 2.25 + 0.8
    stage.camera((0, -away, base + high * 0.75), (0, 0, base + high * 0.5), 38, blur=2.0 if high < 1.5 else 0)
    return stage.shoot()


def _home(rng: Rng, ground: Ground, name: str, high: float) -> float:
    """What stands about an animal; gives the height that it stands at."""
    if name == "penguin":
        for k in range(7):
            part(
                "rock",
                (float(rng.uniform(-9, 9)), 7.0 + k * 2, 0.2),
                float(rng.uniform(1, 3.4)),
                mottled("#a9cfe6", "#f6fafc", 2),
            )
        return 0.0
    if name == "duck":
        water(0.08, "#28545c", 3, 0.25, 0.08)
        scatter(ground, [plants.grass(rng, "#5a8a38", 1.4)], 50, rng, lambda x, y, z: True, near=4, far=12)
        return 0.03
    if name == "bird":
        rod((-3, 0.1, 0.85), (3, -0.05, 1.05), 0.16, mottled("#4a3826", "#7a6248", 8, bump=0.8))
        scatter(ground, [plants.broadleaf(rng, "#4a8030", 120)], 14, rng, lambda x, y, z: True, near=6, far=24)
        return 1.03
    dry = name in ("elephant", "giraffe")
    tuft = plants.grass(rng, "#b09a50" if dry else "#64943a", 0.22 * max(1.0, high * 0.6))
    scatter(ground, [tuft], 260, rng, lambda x, y, z: True, near=-high * 1.6, far=16)
    kits = [plants.broadleaf(rng, "#6f7f36" if dry else "#417030", 90), plants.bush(rng)]
    scatter(
        ground,
        kits if name != "bear" else [plants.pine(rng)],
        36,
        rng,
        lambda x, y, z: True,
        (1, 2),
        near=high * 4 + 3,
        far=60,
    )
    return 0.0


def underwater(plan: Plan, view: View) -> Image.Image:
    """A reef: corals, weeds and fish in blue light."""
    stage.fresh(view, seed=plan.seed % 1000)
    rng = chance(plan)
    deep = {"day": "#1277a8", "sunset": "#1a5a86", "night": "#0a2c50"}[plan.time]
    light.around(blend(deep, "#000000", 0.25), blend(deep, "#bff4ff", 0.55), 1.0)
    light.lamp((0.2, -0.3, 1), "#c8f4ff", 3.2 if plan.time != "night" else 1.2, 0.2)
    seed = int(rng.integers(1000))

    def floor(x: Array, y: Array) -> Array:
        return np.asarray(noise(x * 0.15, y * 0.15, seed, 4) * 1.1 + np.clip(np.abs(x) - 3, 0, 9) * 0.3)

    ground = Ground(floor, -5, 40, 1, 120)
    ripple = np.sin(ground.x * 4 + noise(ground.x, ground.y, seed, 3) * 4) * 0.5 + 0.5
    ground.lay(mixed(colour("#c2a878"), colour("#ead9b0"), ripple), 0.4, 5)
    scatter(
        ground,
        [_coral(rng) for _ in range(7)],
        70,
        rng,
        lambda x, y, z: abs(x) > 0.8 or y > 5,
        (0.6, 1.4),
        near=0,
        far=18,
    )
    scatter(
        ground, [plants.stone(rng, "#5a5a66", "#8a7f8f")], 25, rng, lambda x, y, z: True, (0.6, 1.8), near=1, far=18
    )
    scatter(ground, [plants.grass(rng, "#3f8a4a", 1.5, 30, 0.14)], 34, rng, lambda x, y, z: True, near=1, far=14)
    kits = [creatures.fish(rng) for _ in range(3)]
    way = float(rng.choice([-1, 1])) * 1.45
    for k in range(int(rng.integers(7, 16))):
        y = float(rng.uniform(0.0, 9))
        at = (float(rng.uniform(-0.55, 0.55)) * (4 + y), y, float(rng.uniform(1.1, 3.4)))
        shapes.place(kits[k % 3], at, float(rng.uniform(0.6, 1.15)), way + float(rng.normal(0, 0.25)))
    stage.haze(deep, 2, 24, 0.95)
    stage.camera((0, -5, 2.1), (0, 6, 1.7), 28)
    return stage.shoot()


def _coral(rng: Rng) -> shapes.Kit:
    hue = str(rng.choice(["#e8506a", "#f08a3a", "#b85ad0", "#f2c84a", "#e87ab0", "#5ac8b0"]))
    surface = plain(hue, 0.7, soft=0.1)
    form = int(rng.integers(3))
    with shapes.kit("coral") as group:
        if form == 0:
            for _ in range(16):
                way = rng.normal(0, 0.5, 2)
                a = (float(way[0]) * 0.3, float(way[1]) * 0.3, float(rng.uniform(0, 0.4)))
                rod(a, (float(way[0]), float(way[1]), float(rng.uniform(0.6, 1.3))), 0.1, surface, end=True)
        elif form == 1:
            part(
                "ball", (0, 0, 0.25), (1.0, 1.0, 0.8), mottled(hue, blend(hue, "#3a1020", 0.5), 9, bump=1.0, wave=True)
            )
        else:
            for k in range(9):
                x = float(rng.normal(0, 0.25))
                rod((x, float(rng.normal(0, 0.2)), -0.1), (x * 1.3, 0, 0.4 + 0.09 * k), 0.17, surface)
                part("ring", (x * 1.3, 0, 0.4 + 0.09 * k), 0.26, surface)
    return group
