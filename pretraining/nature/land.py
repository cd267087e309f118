"""Places on dry land: mountains, woods, grass, sand and rock. Every renderer returns a float picture [h, w, 3]."""

from __future__ import annotations

import numpy as np

from pretraining.materials.landscape import Light, foliage, grass_colours, ground, hazed, in_light, sky, stacked, water
from pretraining.materials.textures import Field, any_colour, colour, mix, noise, relief, ridge


def _range_of(
    rng: np.random.Generator,
    picture: Field,
    light: Light,
    level: float,
    height: float,
    snow: float,
    rock: Field,
    far: float,
) -> Field:
    """One mountain range: relief-shaded rock with snow above a noisy line, paler when far."""
    h, w, _ = picture.shape
    line = (level - height * ridge(rng, w, float(rng.choice([1.6, 2.0])), rng.uniform(0.8, 2.5))) * h
    field = noise(rng, h, w, rng.choice([1.6, 2.0]), rng.uniform(0.8, 2))
    shade = relief(field, light.angle, rng.uniform(5, 16))[..., None]
    body = np.broadcast_to(rock, picture.shape) * (0.35 + 1.1 * shade)
    altitude = (np.arange(h)[:, None] - line[None, :]) / h + (field - 0.5) * 0.35
    white = np.clip((snow - altitude) * 14, 0, 1)
    body = mix(body, (0.55 + 0.45 * shade) * np.array([0.95, 0.97, 1.0], np.float32), white.astype(np.float32))
    body = in_light(body.astype(np.float32), light, rng)
    return stacked(picture, mix(body, picture, far), line)


def mountain(rng: np.random.Generator, h: int, w: int, light: Light) -> Field:
    """Ranges behind each other, a slope or a wood in front."""
    picture = sky(rng, h, w, light)
    level = rng.uniform(0.55, 0.95)
    snow = rng.choice([-0.4, 0.1, 0.25, 0.5])
    for step, far in enumerate(np.linspace(rng.uniform(0.3, 0.7), 0.0, int(rng.integers(1, 4)))):
        rock = colour(rng, (0.03, 0.35) if rng.random() < 0.6 else (0.55, 0.65), (0.05, 0.4), (0.3, 0.75))
        picture = _range_of(
            rng, picture, light, level + 0.12 * step, rng.uniform(0.25, 0.65), snow - 0.1 * step, rock, float(far)
        )
    if rng.random() < 0.6:
        line = (rng.uniform(0.7, 0.95) - 0.1 * ridge(rng, w, 1.6)) * h
        front = foliage(rng, h, w, light) if rng.random() < 0.6 else ground(rng, h, w, *grass_colours(rng))
        picture = stacked(picture, in_light(front, light, rng), line)
    return hazed(picture, light, rng, 0.2, 1.0)


def glacier(rng: np.random.Generator, h: int, w: int, light: Light) -> Field:
    """Ice and snow: cracked blue-white fields, often water in front."""
    picture = sky(rng, h, w, light)
    if rng.random() < 0.7:
        picture = _range_of(
            rng,
            picture,
            light,
            rng.uniform(0.5, 0.7),
            rng.uniform(0.2, 0.5),
            rng.choice([0.1, 0.4]),
            colour(rng, (0.5, 0.7), (0.05, 0.3), (0.25, 0.6)),
            0.2,
        )
    ice = noise(rng, h, w, rng.choice([1.2, 1.6]), rng.uniform(0.7, 1.6), rng.uniform(0.5, 2))
    shade = relief(ice, light.angle, rng.uniform(4, 14))
    tint = colour(rng, (0.5, 0.6), (0.05, 0.5), (0.6, 0.95))
    body = mix(np.broadcast_to(tint, picture.shape), np.ones_like(picture), np.clip(shade * 1.3, 0, 1))
    cracks = np.clip((np.abs(noise(rng, h, w, 1.6, 1.0, rng.uniform(0.3, 1)) - 0.5) < 0.02) * 0.5, 0, 1)
    body = body * (1 - cracks[..., None])
    picture = stacked(
        picture, in_light(body.astype(np.float32), light, rng), (rng.uniform(0.35, 0.65) - 0.2 * ridge(rng, w, 2.0)) * h
    )
    if rng.random() < 0.45:
        top = int(h * rng.uniform(0.6, 0.85))
        picture[top:] = in_light(water(rng, h - top, w, picture[:top]), light, rng)
    return hazed(picture, light, rng, 0.2, 1.0)


def _trunks(rng: np.random.Generator, picture: Field, light: Light, hue: tuple[float, float]) -> Field:
    """The picture with trunks in front, and leaves over their upper parts."""
    h, w, _ = picture.shape
    bark = noise(rng, h, w, 1.2, 1.0, 0.2)
    for x in rng.uniform(0, w, int(rng.integers(2, 22))):
        thick, lean = rng.uniform(1, w * 0.05), rng.uniform(-0.08, 0.08)
        centre = x + lean * np.arange(h)[:, None] + 1.5 * np.sin(np.arange(h)[:, None] / rng.uniform(10, 40))
        across = (np.arange(w)[None, :] - centre) / thick
        body = (
            colour(rng, (0.03, 0.12), (0.05, 0.5), (0.05, 0.6))
            * (0.5 + 0.8 * bark[..., None])
            * (0.75 + 0.4 * across[..., None])
        )
        inside = (np.abs(across) < 0.5) & (np.arange(h)[:, None] < h * rng.uniform(0.7, 1.0))
        picture = np.where(inside[..., None], body, picture)
    over = np.clip((noise(rng, h, w, 1.2, 1.0) - 0.6) * 8, 0, 1) * (np.linspace(1, 0, h)[:, None] ** 0.7)
    return mix(picture.astype(np.float32), foliage(rng, h, w, light, hue), over.astype(np.float32))


def forest(rng: np.random.Generator, h: int, w: int, light: Light, hue: tuple[float, float] | None = None) -> Field:
    """Leaves all over, trunks, sometimes a path and light between the crowns."""
    if hue is None:
        hue = (0.2, 0.4) if rng.random() < 0.75 else (0.02, 0.16)
    picture = foliage(rng, h, w, light, hue)
    if rng.random() < 0.5:
        gaps = (
            np.clip((noise(rng, h, w, 1.2, 1.0) - rng.uniform(0.6, 0.8)) * 6, 0, 1)
            * np.linspace(1, 0, h)[:, None] ** 0.5
        )
        picture = mix(picture, sky(rng, h, w, light), gaps.astype(np.float32))
    if rng.random() < 0.6:
        line = (rng.uniform(0.6, 0.9) - 0.1 * ridge(rng, w, 2.0)) * h
        floor = ground(
            rng,
            h,
            w,
            colour(rng, (0.04, 0.3), (0.2, 0.7), (0.15, 0.5)),
            colour(rng, (0.04, 0.3), (0.2, 0.7), (0.2, 0.6)),
            0.7,
        )
        picture = stacked(picture, floor, line)
    if rng.random() < 0.8:
        picture = _trunks(rng, picture, light, hue)
    if rng.random() < 0.3:
        across = np.arange(w)[None, :] + rng.uniform(-1, 1) * np.arange(h)[:, None]
        shafts = ridge(rng, 2 * w + 2 * h, 1.6, 0.5)[np.clip(across + h, 0, 2 * w + 2 * h - 1).astype(int)]
        picture = picture * (0.6 + rng.uniform(0.5, 1.6) * np.clip(shafts - 0.4, 0, 1))[..., None]
    if rng.random() < 0.25:
        path = stream_mask(rng, h, w, rng.uniform(0.4, 0.7), 0.02, rng.uniform(0.3, 0.9))
        soil = ground(
            rng,
            h,
            w,
            colour(rng, (0.04, 0.14), (0.05, 0.5), (0.3, 0.8)),
            colour(rng, (0.04, 0.2), (0.1, 0.6), (0.2, 0.6)),
            0.7,
        )
        picture = mix(picture.astype(np.float32), soil, path)
    if rng.random() < 0.12:
        snow = np.clip((noise(rng, h, w, 0.7) + np.linspace(0, 1, h)[:, None] - rng.uniform(0.6, 1.0)) * 4, 0, 1)
        picture = mix(picture.astype(np.float32), np.ones_like(picture) * 0.93, snow.astype(np.float32))
    return hazed(in_light(picture.astype(np.float32), light, rng), light, rng, 0.0, 1.2)


def tree(rng: np.random.Generator, h: int, w: int, light: Light) -> Field:
    """One or a few trees in the open."""
    picture = meadow(rng, h, w, light)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    hue = (0.2, 0.38) if rng.random() < 0.7 else (0.0, 0.14)
    leaves = in_light(foliage(rng, h, w, light, hue), light, rng)
    for _ in range(int(rng.integers(1, 4))):
        cx, cy, size = rng.uniform(0.15, 0.85) * w, rng.uniform(0.3, 0.5) * h, rng.uniform(0.12, 0.32) * h
        trunk = (np.abs(x - cx) < size * 0.1) & (y > cy) & (y < cy + size * 1.9)
        picture = np.where(trunk[..., None], colour(rng, (0.05, 0.1), (0.2, 0.6), (0.1, 0.35)), picture)
        edge = np.hypot((x - cx) / rng.uniform(0.8, 1.4), y - cy) / size + (noise(rng, h, w, 1.2, 0.8) - 0.5) * 0.9
        picture = mix(picture.astype(np.float32), leaves, np.clip((1 - edge) * 6, 0, 1).astype(np.float32))
    return picture


def meadow(rng: np.random.Generator, h: int, w: int, light: Light) -> Field:
    """Grass under the sky, sometimes with flowers or hills."""
    picture = sky(rng, h, w, light)
    level = rng.uniform(0.25, 0.7)
    for step in range(int(rng.integers(0, 3))):
        hill = ground(rng, h, w, *grass_colours(rng))
        picture = stacked(
            picture,
            mix(in_light(hill, light, rng), picture, 0.4),
            (level - 0.05 - 0.15 * ridge(rng, w, 2.6, 2)) * h + 3 * step,
        )
    field = ground(rng, h, w, *grass_colours(rng), 0.7)
    if rng.random() < 0.4:
        dots = rng.random((h, w)) > np.linspace(1.0, rng.uniform(0.93, 0.99), h)[:, None]
        field = np.where(dots[..., None], any_colour(rng, (0.2, 1), (0.7, 1)), field).astype(np.float32)
    return hazed(
        stacked(picture, in_light(field, light, rng), (level - 0.06 * ridge(rng, w, 2.6, 3)) * h), light, rng, 0.1, 1
    )


def desert(rng: np.random.Generator, h: int, w: int, light: Light) -> Field:
    """Dunes with a lit and a shaded side, or dry plains."""
    picture = sky(rng, h, w, light)
    level = rng.uniform(0.3, 0.6)
    hue = (0.04, 0.13)
    for step in range(int(rng.integers(1, 4))):
        line = (level + 0.17 * step - rng.uniform(0.05, 0.25) * ridge(rng, w, 3.2, 3)) * h
        sand = ground(
            rng, h, w, colour(rng, hue, (0.25, 0.7), (0.5, 0.95)), colour(rng, hue, (0.25, 0.7), (0.5, 0.95)), 1.6
        )
        shape = noise(rng, h, w, 3.2, 2.0, 2)
        sand = sand * (0.6 + 0.8 * relief(shape, light.angle, 25)[..., None])
        picture = stacked(picture, in_light(sand, light, rng), line)
    return hazed(picture, light, rng, 0.2, 1)


def canyon(rng: np.random.Generator, h: int, w: int, light: Light) -> Field:
    """Layered rock walls."""
    picture = sky(rng, h, w, light)
    for _ in range(int(rng.integers(1, 4))):
        field = noise(rng, h, w, 2.0, 1.5)
        bands = 0.5 + 0.5 * np.sin((np.arange(h)[:, None] / h + 0.12 * field) * rng.uniform(20, 90))
        rock = mix(
            np.broadcast_to(colour(rng, (0.0, 0.1), (0.3, 0.7), (0.3, 0.6)), picture.shape),
            np.broadcast_to(colour(rng, (0.0, 0.12), (0.2, 0.6), (0.5, 0.9)), picture.shape),
            bands.astype(np.float32) * 0.6,
        )
        rock = rock * (0.4 + 1.0 * relief(noise(rng, h, w, 1.6, 1.0, 0.4), light.angle, 9)[..., None])
        skyline = ridge(rng, w, 1.6, 1.2)
        steps = np.round(skyline * 3) / 3 * 0.7 + skyline * 0.3
        picture = stacked(
            picture,
            in_light(rock.astype(np.float32), light, rng),
            (rng.uniform(0.4, 0.9) - rng.uniform(0.2, 0.6) * steps) * h,
        )
    return hazed(picture, light, rng, 0.2, 1)


def stream_mask(rng: np.random.Generator, h: int, w: int, start: float, narrow: float, wide: float) -> Field:
    """Where a stream winds, float [h, w] in [0, 1]: from `start` of the height down, so much of the width above and below."""
    y = np.linspace(0, 1, h, dtype=np.float32)[:, None]
    centre = w * (0.5 + rng.uniform(-0.25, 0.25) + rng.uniform(-0.3, 0.3) * np.sin(y * rng.uniform(2, 7)))
    half = w * (narrow + (wide - narrow) * y) / 2
    edge = half * (1 + 0.3 * (noise(rng, h, w, 1.6) - 0.5))
    inside: Field = np.clip((edge - np.abs(np.arange(w)[None, :] - centre)) / 2, 0, 1) * (y > start)
    return inside
