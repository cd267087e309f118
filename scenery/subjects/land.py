"""Nature on land: mountain, glacier, forest, tree, meadow, desert, canyon."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from scenery.plans import Plan
from scenery.studio import light, plants, shapes, stage
from scenery.studio.fields import Array, noise, ridges
from scenery.studio.ground import Ground, colour, mixed, scatter, water
from scenery.studio.materials import mottled
from scenery.view import View

Rng = np.random.Generator
FLOWERS = ("#e8455a", "#f4f0f8", "#f2c52e", "#b06fd8", "#5f86e8", "#ff8a3c")


def chance(plan: Plan) -> Rng:
    """The picture's source of chance for arrays."""
    return np.random.default_rng((plan.seed, 7))


def outdoors(plan: Plan, view: View, depth: float, side: float | None = None, clouds: float | None = None) -> Rng:
    """An empty stage under the plan's sky."""
    stage.fresh(view, seed=plan.seed % 1000)
    light.sky(plan.time, plan.weather, plan.rng("sky"), side, clouds)
    light.fade(plan.time, plan.weather, depth)
    return chance(plan)


def peaks(rng: Rng, start: float, height: float) -> tuple[int, float, float, float]:
    """Chance of a range of mountains: seed, where it starts, how high, how wide."""
    return int(rng.integers(1000)), start, height, float(rng.uniform(0.032, 0.05))


def range_height(x: Array, y: Array, of: tuple[int, float, float, float]) -> Array:
    """The height of a range that rises behind a plain."""
    seed, start, height, scale = of
    rise = np.clip((y - start) / 22, 0, 1)
    rise = rise * rise * (3 - 2 * rise)
    return np.asarray(rise * (ridges(x * scale, y * scale, seed, 5) * height * 1.5) - 0.1)


def mountain_paint(ground: Ground, rng: Rng, snow: float) -> Array:
    """Grass below, rock where it is steep, snow above."""
    patch = noise(ground.x * 0.3, ground.y * 0.3, 5, 4)
    steep = ground.steep()
    paint = mixed(colour("#4d6b2c"), colour("#76803c"), patch * 0.5 + 0.5)
    paint = mixed(paint, colour("#5a524a"), (ground.z - snow * 0.35) / 2.5 + patch * 0.4)
    paint = mixed(paint, mixed(colour("#4a4540"), colour("#857b70"), patch + 0.5), (steep - 0.16) * 9)
    white = (ground.z - snow + patch * 1.4) / 0.9 - np.clip((steep - 0.42) * 4, 0, 1.4)
    return mixed(paint, colour("#f2f6fb"), white)


def mountain(plan: Plan, view: View) -> Image.Image:
    """A range with snow over a valley with trees."""
    rng = outdoors(plan, view, 150)
    height = float(rng.uniform(14, 22))
    of = peaks(rng, 18, height)
    seed = int(rng.integers(1000))
    ground = Ground(
        lambda x, y: range_height(x, y, of) + noise(x * 0.12, y * 0.12, seed, 4) * 0.8 - 0.2, -6, 90, 0.9, 260
    )
    ground.lay(mountain_paint(ground, rng, height * 0.42), 0.35, 3)
    trees = [plants.pine(rng) for _ in range(3)]
    scatter(
        ground,
        trees,
        260,
        rng,
        lambda x, y, z: z < height * 0.24 and (abs(x) > 2.2 or y > 14),
        (0.5, 0.95),
        near=4,
        far=44,
    )
    if rng.random() < 0.5:
        scatter(ground, [plants.stone(rng)], 20, rng, lambda x, y, z: z < 2, (0.3, 0.8), near=2, far=16)
    stage.camera((0, -5, ground.at(0, -5) + 1.9), (0, 30, 5.5), 30)
    return stage.shoot()


def glacier(plan: Plan, view: View) -> Image.Image:
    """Icebergs in cold water before white mountains."""
    rng = outdoors(plan, view, 130)
    of = peaks(rng, 34, float(rng.uniform(6, 9)))
    land = Ground(lambda x, y: range_height(x, y, of) - 0.25, 20, 95, 0.9, 200)
    land.lay(mixed(colour("#f4f8fc"), colour("#8fb4cc"), (land.steep() - 0.3) * 2.4), 0.25, 2, shiny=True)
    water(0, "#0b3d52", 1.6, 0.06)
    seed = int(rng.integers(1000))
    for k in range(11):
        y = 3.5 + k * 2.6 + rng.uniform(-1, 1)
        x = rng.uniform(-1, 1) * (1.6 + y * 0.55)
        wide, tall = rng.uniform(1.2, 3.2) * (0.5 + y / 22), rng.uniform(0.7, 1.8) * (0.5 + y / 22)
        _iceberg(float(x), float(y), float(wide), float(tall), seed + k)
    stage.camera((0, -4, 1.7), (0, 20, 1.9), 32)
    return stage.shoot()


def _iceberg(x: float, y: float, wide: float, tall: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.uniform(-1, 1, (26, 3)) * [wide, wide * 0.7, 1]
    points[:, 2] = tall * (0.25 + 0.75 * rng.random(26)) * (1.25 - np.hypot(points[:, 0] / wide, points[:, 1] / wide))
    low = points * [1.15, 1.15, 0] - [0, 0, 0.3]
    shapes.hull(np.concatenate([points, low]) + np.array([x, y, 0.0]), mottled("#a9d3e8", "#f4f9fc", 1.3, 0.35, 0.25))


def forest(plan: Plan, view: View) -> Image.Image:
    """Among trees, on a path, with light between the stems."""
    rng = outdoors(plan, view, 60)
    seed = int(rng.integers(1000))
    ground = Ground(lambda x, y: noise(x * 0.2, y * 0.2, seed, 4) * 0.35, -6, 46, 0.8, 150)
    path = np.abs(ground.x - np.sin(ground.y * 0.16) * 1.4) < 0.85
    patch = noise(ground.x * 0.8, ground.y * 0.8, seed + 1, 4) * 0.5 + 0.5
    paint = mixed(colour("#2f4a1c"), colour("#56702c"), patch)
    ground.lay(mixed(paint, mixed(colour("#6b5236"), colour("#8f7450"), patch), path.astype(np.float64)), 0.6, 5)

    def off(x: float, y: float) -> float:
        return abs(x - math.sin(y * 0.16) * 1.4)

    conifers = rng.random() < 0.4
    kits = [plants.pine(rng) for _ in range(3)] if conifers else [plants.trunk(rng) for _ in range(4)]
    grown = (2.2, 3.4) if conifers else (0.8, 1.25)
    scatter(
        ground,
        kits,
        120 if conifers else 95,
        rng,
        lambda x, y, z: off(x, y) > 1.9,
        grown,
        near=5 if conifers else 1,
        far=40,
    )
    scatter(ground, [plants.grass(rng, "#4f7d2c", 0.35)], 240, rng, lambda x, y, z: off(x, y) > 1.0, near=-4, far=16)
    scatter(ground, [plants.bush(rng, "#3f6a2a")], 50, rng, lambda x, y, z: off(x, y) > 1.4, near=-1, far=26)
    # Under the crowns little of the evening or the moon arrives, and less below conifers.
    stage.expose({"day": 0.3, "sunset": 1.0, "night": 1.8}[plan.time] + (0.9 if conifers else 0))
    stage.camera((0, -5, 1.6), (0.2, 12, 2.3), 27)
    return stage.shoot()


def tree(plan: Plan, view: View) -> Image.Image:
    """One tree on a hill of grass."""
    rng = outdoors(plan, view, 160)
    seed = int(rng.integers(1000))
    ground = Ground(
        lambda x, y: 1.6 * np.exp(-((x / 9) ** 2 + ((y - 9) / 8) ** 2)) + noise(x * 0.06, y * 0.06, seed, 4) * 0.7,
        -7,
        110,
        1,
        170,
    )
    patch = noise(ground.x * 0.5, ground.y * 0.5, seed + 3, 4) * 0.5 + 0.5
    ground.lay(mixed(colour("#4f7a28"), colour("#8a9c42"), patch), 0.5, 7)
    hue = str(rng.choice(["#3f7a2a", "#4c8a2c", "#c8702a", "#d8a030", "#e58fb0"]))
    x = float(rng.uniform(-1.5, 1.5))
    shapes.place(plants.broadleaf(rng, hue, 460), (x, 8, ground.at(x, 8) - 0.1), 1.75, 1.0)
    scatter(ground, [plants.grass(rng, "#64923a", 0.35)], 330, rng, lambda x, y, z: True, near=-5, far=14)
    scatter(ground, [plants.broadleaf(rng, "#47702c", 60)], 26, rng, lambda x, y, z: True, (0.9, 1.3), near=55, far=95)
    stage.camera((0, -5, 1.5), (x * 0.4, 8, 3.6), 30)
    return stage.shoot()


def meadow(plan: Plan, view: View) -> Image.Image:
    """Grass and flowers before green hills."""
    rng = outdoors(plan, view, 150)
    seed = int(rng.integers(1000))
    ground = Ground(
        lambda x, y: noise(x * 0.045, y * 0.045, seed, 3) * np.clip(y / 14, 0.1, 3.4) + np.clip((y - 30) / 12, 0, 4),
        -6,
        110,
        1,
        180,
    )
    patch = noise(ground.x * 0.25, ground.y * 0.25, seed + 3, 4) * 0.5 + 0.5
    ground.lay(mixed(colour("#4c7f2a"), colour("#9fb04a"), patch), 0.5, 7)
    scatter(
        ground,
        [plants.grass(rng, "#6a9c3c"), plants.grass(rng, "#86ac4a", 0.5)],
        750,
        rng,
        lambda x, y, z: True,
        near=-4.5,
        far=20,
    )
    if rng.random() < 0.75:
        kits = [plants.blossom(rng, str(hue), int(rng.integers(5, 9))) for hue in rng.choice(FLOWERS, 3, replace=False)]
        scatter(ground, kits, 420, rng, lambda x, y, z: True, (0.7, 1.3), near=-4, far=13)
    scatter(ground, [plants.broadleaf(rng, "#3d6a28", 60)], 40, rng, lambda x, y, z: True, (0.8, 1.4), near=30, far=90)
    stage.camera((0, -5.5, ground.at(0, -5.5) + 1.25), (0, 20, 2.0), 28)
    return stage.shoot()


def desert(plan: Plan, view: View) -> Image.Image:
    """Dunes, sometimes with cactuses."""
    rng = outdoors(plan, view, 170, clouds=0.08 if plan.weather != "foggy" else 0)
    seed, turn = int(rng.integers(1000)), float(rng.uniform(-0.6, 0.6))

    def dunes(x: Array, y: Array) -> Array:
        along = x * np.cos(turn) + y * np.sin(turn) + noise(x * 0.05, y * 0.05, seed, 3) * 5
        phase = (along / 11 + noise(x * 0.03, y * 0.03, seed + 1, 2)) % 1
        crest = np.where(phase < 0.68, phase / 0.68, (1 - phase) / 0.32)
        return np.asarray(
            crest**1.25 * (1.0 + np.clip(y / 22, 0, 2.6)) * 1.5 + noise(x * 0.1, y * 0.1, seed + 2, 3) * 0.25
        )

    ground = Ground(dunes, -6, 110, 1, 250)
    patch = noise(ground.x * 0.4, ground.y * 0.4, seed, 3) * 0.5 + 0.5
    ground.lay(mixed(colour("#c98b4a"), colour("#e6b878"), patch), 0.25, 12)
    if rng.random() < 0.45:
        scatter(ground, [plants.cactus(rng)], 9, rng, lambda x, y, z: abs(x) > 1, (0.8, 1.2), near=2, far=24)
        scatter(
            ground, [plants.stone(rng, "#a5764a", "#c79a68")], 14, rng, lambda x, y, z: True, (0.2, 0.6), near=0, far=20
        )
    stage.camera((0, -5, ground.at(0, -5) + 2.2), (0, 26, 2.4), 29)
    return stage.shoot()


def canyon(plan: Plan, view: View) -> Image.Image:
    """Walls of red rock in layers, a river between them."""
    rng = outdoors(plan, view, 150, side=float(rng_side(plan)))
    seed = int(rng.integers(1000))
    step = float(rng.uniform(1.0, 1.5))

    def walls(x: Array, y: Array) -> Array:
        bend = np.sin(y * 0.07 + seed) * 4 * np.clip(y / 25, 0, 1)
        off = np.abs(x - bend) - 2.6 - noise(x * 0.1, y * 0.1, seed, 5) * 2.6 - np.clip(y, 0, 60) * 0.03
        raw = np.clip(off, 0, 9) * 1.5 + np.clip(off, 0, 30) * 0.15
        level = np.floor(raw / step)
        rest = np.clip((raw / step - level) * 3.2, 0, 1)
        return np.asarray((level + rest) * step - 0.35)

    ground = Ground(walls, -6, 95, 0.75, 300)
    stripe = np.sin(ground.z * 3.1 + noise(ground.x * 0.2, ground.y * 0.2, seed, 3)) * 0.5 + 0.5
    paint = mixed(colour("#8f3f22"), colour("#d98a55"), stripe)
    ground.lay(mixed(paint, colour("#c58a58"), 0.7 - ground.steep() * 4), 0.6, 2)
    water(-0.18, "#2a5a58", 2, 0.08)
    scatter(ground, [plants.bush(rng, "#6a7a3a")], 40, rng, lambda x, y, z: -0.1 < z < 1.0, (0.5, 1), near=0, far=30)
    stage.camera((0, -5, 3.2), (float(np.sin(1.4 + seed)) * 1.2, 20, 3.4), 26)
    return stage.shoot()


def rng_side(plan: Plan) -> float:
    """The sun stands to one side, behind the camera, so that one wall is lit."""
    chance_ = plan.rng("side")
    return chance_.choice((-1, 1)) * chance_.uniform(1.2, 2.2)
