"""Nature by the water, and the sky: sea, beach, lake, river, waterfall, sky."""

from __future__ import annotations

import numpy as np
from PIL import Image

from scenery.plans import Plan
from scenery.studio import light, plants, shapes, stage
from scenery.studio.fields import Array, noise
from scenery.studio.ground import Ground, colour, mixed, scatter, sea, water
from scenery.studio.materials import Surface, glow, mottled, painted, plain
from scenery.subjects.land import chance, mountain_paint, outdoors, peaks, range_height
from scenery.view import View


def sea_view(plan: Plan, view: View) -> Image.Image:
    """Waves to the horizon."""
    rng = outdoors(plan, view, 120, side=float(rng_side(plan)))
    sea(-0.6, float(rng.uniform(0.8, 2.6)), int(rng.integers(1000)), str(rng.choice(["#0b4058", "#0e5560", "#123a5c"])))
    water(-1.6, "#0b3550", 1.2, 0.1, 0.1, 1500)
    if rng.random() < 0.4:
        for k in range(3):
            at = (float(rng.uniform(-9, 9)), 24 + k * 4.0, -0.7)
            shapes.part("rock", at, (3.5, 2.6, float(rng.uniform(2, 5))), wet_rock())
    stage.camera((0, -4, 2.0), (0, 24, 1.7), 28)
    return stage.shoot()


def wet_rock() -> Surface:
    """Dark wet rock."""
    return mottled("#2c2a28", "#5a5550", 1.5, 0.5, 0.8)


def rng_side(plan: Plan) -> float:
    """At sunset the sun stands before the camera, low over the water."""
    rng = plan.rng("side")
    return rng.uniform(-0.3, 0.3) if plan.time == "sunset" else rng.uniform(-1.6, 1.6)


def beach(plan: Plan, view: View) -> Image.Image:
    """Sand, surf and palms."""
    rng = outdoors(plan, view, 150, side=float(rng_side(plan)))
    seed, tilt = int(rng.integers(1000)), float(rng.uniform(0.1, 0.28)) * float(rng.choice([-1, 1]))

    def shore(x: Array, y: Array) -> Array:
        off = y * 0.16 + x * tilt * 1.6 + noise(x * 0.12, y * 0.12, seed, 3) * 0.5 - 1.0
        return np.asarray(-off * 0.42 + noise(x * 0.5, y * 0.5, seed + 1, 4) * 0.05)

    ground = Ground(shore, -7, 70, 1.3, 200)
    wet = (0.32 - ground.z) / 0.3
    paint = mixed(colour("#e8cf9c"), colour("#a98a5c"), wet)
    foam = np.exp(-(((ground.z - 0.03 - noise(ground.x * 0.6, ground.y * 0.6, seed, 4) * 0.05) / 0.035) ** 2))
    ground.lay(mixed(paint, colour("#fbfdfd"), foam * 1.1), 0.25, 14)
    water(0.0, str(rng.choice(["#0f7f8c", "#126a94", "#1a93a0"])), 1.0, 0.12, 0.08, 900)
    for k in range(3):
        row = np.linspace(-60, 60, 200)
        edge = (1.0 - row * tilt * 1.6 - noise(row * 0.12, row * 0, seed, 3) * 0.5) / 0.16 + 1.2 + k * 2.4
        wave = np.stack([edge, edge + 0.35 + 0.25 * noise(row * 0.7, row * 0 + k, seed + k, 4)])
        shapes.sheet_of(np.stack([row, row]), wave, np.full((2, 200), 0.015), plain("#f4fafa", 0.5))
    palms = [plants.palm(rng) for _ in range(2)]
    side = -1 if tilt > 0 else 1
    for _ in range(int(rng.integers(2, 6))):
        x, y = side * float(rng.uniform(2.6, 9)), float(rng.uniform(2, 16))
        if ground.at(x, y) > 0.35:
            shapes.place(
                palms[int(rng.integers(2))],
                (x, y, ground.at(x, y)),
                float(rng.uniform(0.9, 1.4)),
                float(rng.uniform(0, 6)),
            )
    stage.camera((0, -6, max(1.2, ground.at(0, -6)) + 1.1), (-tilt * 8, 20, 1.4), 27)
    return stage.shoot()


def lake(plan: Plan, view: View) -> Image.Image:
    """A still lake that mirrors woods and mountains."""
    rng = outdoors(plan, view, 150)
    of = peaks(rng, 26, float(rng.uniform(6, 10)))
    seed = int(rng.integers(1000))

    def land(x: Array, y: Array) -> Array:
        shore = np.hypot(x / 13, (y - 8) / 12) - 1 + noise(x * 0.12, y * 0.12, seed, 4) * 0.28
        return np.asarray(
            np.clip(shore * 2.2, -1, 1.2) + noise(x * 0.2, y * 0.2, seed + 1, 4) * 0.3 + range_height(x, y, of)
        )

    ground = Ground(land, -7, 95, 0.95, 260)
    ground.lay(mountain_paint(ground, rng, 7.0), 0.4, 4)
    water(0.05, "#0a3038", 1.5, 0.025, 0.02)
    trees = [plants.pine(rng), plants.pine(rng), plants.broadleaf(rng, str(rng.choice(["#3d6a28", "#c07a2c"])), 100)]
    scatter(ground, trees, 260, rng, lambda x, y, z: 0.25 < z < 5, (0.6, 1.1), near=2, far=48)
    scatter(ground, [plants.grass(rng, "#6b8a3c", 0.7)], 60, rng, lambda x, y, z: -0.1 < z < 0.4, near=-5, far=6)
    scatter(ground, [plants.stone(rng)], 14, rng, lambda x, y, z: -0.2 < z < 0.3, (0.3, 0.8), near=-4, far=9)
    stage.camera((0, -5, 1.9), (0, 20, 2.4), 27)
    return stage.shoot()


def river(plan: Plan, view: View) -> Image.Image:
    """A river that winds towards the hills, stones in it."""
    rng = outdoors(plan, view, 110)
    seed, swing = int(rng.integers(1000)), float(rng.uniform(2.2, 3.6))

    def middle(y: Array | float) -> Array:
        return np.asarray(np.sin(np.asarray(y) * 0.17 + seed) * swing * np.clip((np.asarray(y) + 6) / 14, 0, 2))

    def land(x: Array, y: Array) -> Array:
        off = np.abs(x - middle(y)) - 1.7 - noise(x * 0.3, y * 0.3, seed, 3) * 0.4
        hills = np.clip((y - 22) / 20, 0, 1) * (noise(x * 0.05, y * 0.05, seed + 4, 4) + 0.9) * 4
        return np.asarray(
            np.clip(off * 0.55, -0.6, 0.7)
            + noise(x * 0.25, y * 0.25, seed + 2, 4) * 0.15
            + np.clip(off, 0, 6) * 0.08
            + hills * (off > 0)
        )

    ground = Ground(land, -7, 80, 0.9, 240)
    patch = noise(ground.x * 0.5, ground.y * 0.5, seed + 3, 4) * 0.5 + 0.5
    paint = mixed(colour("#47702a"), colour("#7f9140"), patch)
    ground.lay(mixed(paint, colour("#8a7d68"), (0.18 - ground.z) * 6), 0.5, 6)
    water(0.0, "#1b5058", 2.2, 0.22, 0.08)
    scatter(
        ground,
        [plants.stone(rng), plants.stone(rng)],
        60,
        rng,
        lambda x, y, z: -0.3 < z < 0.15,
        (0.25, 0.8),
        near=-3,
        far=22,
    )
    trees = [plants.broadleaf(rng, "#41752a", 90), plants.pine(rng), plants.broadleaf(rng, "#5a8a30", 90)]
    scatter(ground, trees, 150, rng, lambda x, y, z: z > 0.45, (0.8, 1.4), near=5, far=52)
    scatter(ground, [plants.grass(rng, "#6d9a40", 0.45)], 280, rng, lambda x, y, z: z > 0.15, near=-5, far=14)
    stage.camera((float(middle(-5.0)), -6, 2.6), (float(middle(10.0)) * 0.5, 14, 1.3), 27)
    return stage.shoot()


def waterfall(plan: Plan, view: View) -> Image.Image:
    """Water that falls over a cliff into a pool."""
    rng = outdoors(plan, view, 90)
    seed, high = int(rng.integers(1000)), float(rng.uniform(6.5, 8.5))

    def land(x: Array, y: Array) -> Array:
        edge = 9 + np.abs(x) * -0.22 + noise(x * 0.2, y * 0, seed, 4) * 1.4 + np.where(np.abs(x) < 1.1, 0.9, 0)
        wall = np.clip((y - edge) * 3.2, 0, high + noise(x * 0.15, y * 0.15, seed + 1, 3))
        banks = np.clip(np.abs(x) - 3.0 + noise(x * 0.3, y * 0.3, seed, 4), -0.8, 2.0) * 0.6
        return np.asarray(
            np.maximum(wall, banks - 0.1)
            + noise(x * 0.5, y * 0.9, seed + 2, 5) * 0.4
            - np.where(np.abs(x) < 1.1, 0.5, 0)
        )

    x, y = np.meshgrid(np.linspace(-16, 16, 240), np.linspace(-6, 26, 300))
    z = land(x, y)
    patch = noise(x * 0.5, z * 0.8, seed + 5, 5) * 0.5 + 0.5
    dy, _ = np.gradient(z)
    paint = mixed(colour("#3f6a26"), mixed(colour("#3c3833"), colour("#7d746a"), patch), np.abs(dy) * 5 + 0.1)
    shapes.sheet_of(x, y, z, painted(0.8, 2.5), paint)
    _fall(rng, high)
    water(-0.05, "#1d5a60", 2.6, 0.25, 0.08)
    for _ in range(16):
        at = (float(rng.uniform(-3, 3)), float(rng.uniform(-2, 8)), -0.1)
        shapes.part("rock", at, float(rng.uniform(0.3, 1.1)), wet_rock(), tuple(rng.uniform(0, 3, 3)))
    kits = [plants.bush(rng, "#3f7a2c"), plants.broadleaf(rng, "#3f752a", 90), plants.pine(rng)]
    for _ in range(70):
        px, py = float(rng.uniform(-9, 9)), float(rng.uniform(-2, 18))
        pz = float(land(np.array([[px]]), np.array([[py]]))[0, 0])
        if abs(px) > 1.7 and (0.4 < pz < 2 or pz > high * 0.9):
            shapes.place(
                kits[int(rng.integers(3))], (px, py, pz - 0.15), float(rng.uniform(0.7, 1.2)), float(rng.uniform(0, 6))
            )
    stage.camera((0.6, -5.5, 2.4), (0, 9, 3.9), 26)
    return stage.shoot()


def _fall(rng: np.random.Generator, high: float) -> None:
    """Strands of white water and the spray below."""
    for _ in range(60):
        x = float(rng.uniform(-0.95, 0.95))
        t = np.linspace(0, 1, 24)
        wide, y0 = float(rng.uniform(0.05, 0.2)), float(rng.uniform(8.6, 9.2))
        z = high + 0.25 - (high + 0.3) * t**1.25
        y = y0 - 1.5 * np.sqrt(t) - 0.2 * t
        drift = x + 0.08 * np.sin(t * 5 + x * 9)
        shade = str(rng.choice(["#ffffff", "#e6f1f5", "#cfe2ea"]))
        surface = plain(shade, 0.6)
        shapes.sheet_of(np.stack([drift - wide, drift + wide]), np.stack([y, y + 0.05]), np.stack([z, z]), surface)
    for _ in range(70):
        at = (float(rng.normal(0, 0.9)), 7.1 + float(rng.normal(0, 0.4)), float(abs(rng.normal(0, 0.28))))
        shapes.part("ball", at, float(rng.uniform(0.2, 0.55)), plain("#ffffff", 0.9, alpha=0.35))


def sky(plan: Plan, view: View) -> Image.Image:
    """Only sky, or nearly so: clouds, evening, stars and moon."""
    rng = chance(plan)
    stage.fresh(view, seed=plan.seed % 1000)
    side = 0.1 if plan.time == "sunset" else 2.4
    light.sky(
        plan.time,
        "cloudy" if plan.weather == "foggy" else plan.weather,
        plan.rng("sky"),
        side,
        float(rng.uniform(0.3, 0.7)),
    )
    if plan.time == "night":
        at = (float(rng.uniform(-14, 14)), 60.0, float(rng.uniform(24, 34)))
        shapes.part("ball", at, 5.5, glow("#f4f0dc", 1.6))
        if rng.random() < 0.5:
            shapes.part("ball", (at[0] + 1.6, at[1] - 3, at[2] + 0.6), 5.2, glow("#1c2e5c", 0.6))
    if rng.random() < 0.6:
        seed = int(rng.integers(1000))
        ground = Ground(lambda x, y: noise(x * 0.05, y * 0.05, seed, 5) * 1.6 + 0.2, 4, 90, 1.2, 120)
        ground.lay(mixed(colour("#182412"), colour("#2c3a1c"), ground.z / 2), 0.3, 4)
    stage.camera((0, -6, 1.5), (0, 20, 9.5), 24)
    return stage.shoot()
