"""Natural places as a camera sees them, put together from terrain, sky, water and foliage. Every renderer returns [h, w, 3]."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pretraining.materials.landscape import Light, grass_colours, ground, hazed, in_light, sky, stacked, water
from pretraining.materials.textures import Field, colour, mix, noise, relief, ridge
from pretraining.nature.land import canyon, desert, forest, glacier, meadow, mountain, stream_mask, tree


def sea(rng: np.random.Generator, h: int, w: int, light: Light) -> Field:
    """Open water to the horizon, perhaps a rock or a far coast."""
    top = int(h * rng.uniform(0.15, 0.7))
    picture = sky(rng, h, w, light)
    if rng.random() < 0.3:
        far = ground(
            rng, h, w, colour(rng, (0.1, 0.6), (0.1, 0.5), (0.15, 0.5)), colour(rng, (0.1, 0.4), (0.1, 0.5), (0.2, 0.6))
        )
        picture = stacked(
            picture, in_light(far, light, rng), top - rng.uniform(0.03, 0.2) * h * ridge(rng, w, 2.0, 2) + 1
        )
    picture[top:] = in_light(water(rng, h - top, w, picture[:top] if rng.random() < 0.4 else None), light, rng)
    if rng.random() < 0.35:
        picture = stacked(picture, in_light(_stone(rng, h, w, light), light, rng), _hump(rng, h, w))
    return hazed(picture, light, rng, 0.2, 1)


def _stone(rng: np.random.Generator, h: int, w: int, light: Light) -> Field:
    rock = colour(rng, (0.05, 0.12), (0.05, 0.35), (0.3, 0.65))
    return (
        np.broadcast_to(rock, (h, w, 3)) * (0.3 + 1.2 * relief(noise(rng, h, w, 1.6, 1.0), light.angle, 9)[..., None])
    ).astype(np.float32)


def _hump(rng: np.random.Generator, h: int, w: int) -> Field:
    """A skyline that rises only on one side."""
    x = (np.arange(w) - rng.uniform(0, w)) / (w * rng.uniform(0.1, 0.4))
    bump: Field = (h * (1.02 - rng.uniform(0.2, 0.7) * np.exp(-(x**2))) + 0.1 * h * ridge(rng, w, 1.6)).astype(
        np.float32
    )
    return bump


def beach(rng: np.random.Generator, h: int, w: int, light: Light) -> Field:
    """Sky, sea, a line of foam and sand."""
    top = int(h * rng.uniform(0.2, 0.5))
    picture = sea(rng, h, w, light) if rng.random() < 0.5 else sky(rng, h, w, light)
    picture[top:] = in_light(water(rng, h - top, w), light, rng)
    slope = rng.uniform(-0.35, 0.35) * h
    line = top + (h - top) * rng.uniform(0.25, 0.7) + np.linspace(-slope, slope, w) + 0.08 * h * ridge(rng, w, 2.6, 1.5)
    line = np.maximum(line, top + 2).astype(np.float32)
    sand = ground(
        rng,
        h,
        w,
        colour(rng, (0.07, 0.13), (0.1, 0.5), (0.6, 0.95)),
        colour(rng, (0.07, 0.13), (0.1, 0.5), (0.55, 0.9)),
        1.2,
    )
    picture = stacked(
        picture, np.ones_like(picture) * 0.95, line - rng.uniform(1, 0.06 * h) * (0.5 + ridge(rng, w, 1.6))
    )
    return stacked(picture, in_light(sand, light, rng), line)


def lake(rng: np.random.Generator, h: int, w: int, light: Light) -> Field:
    """A still mirror under mountains or woods."""
    top = int(h * rng.uniform(0.4, 0.7))
    scene = mountain if rng.random() < 0.55 else (forest if rng.random() < 0.4 else tree)
    upper = scene(rng, top, w, light)
    lower = (
        in_light(water(rng, h - top, w, upper), light, rng) if light.time != "day" else water(rng, h - top, w, upper)
    )
    picture = np.concatenate([upper, lower])
    if rng.random() < 0.3:
        picture = stacked(
            picture,
            in_light(ground(rng, h, w, *grass_colours(rng), 0.7), light, rng),
            (rng.uniform(0.8, 1.0) - 0.08 * ridge(rng, w, 2.0)) * h,
        )
    return picture.astype(np.float32)


def river(rng: np.random.Generator, h: int, w: int, light: Light) -> Field:
    """Water winding through woods or grass, over stones."""
    back = (forest if rng.random() < 0.5 else meadow if rng.random() < 0.5 else mountain)(rng, h, w, light)
    flow = in_light(water(rng, h, w, back[: h // 2]), light, rng)
    picture = mix(back, flow, stream_mask(rng, h, w, rng.uniform(0.2, 0.5), 0.05, rng.uniform(0.4, 1.3)))
    if rng.random() < 0.5:
        stones = np.clip((noise(rng, h, w, 1.6, 0.5, 1.5) - 0.68) * 20, 0, 1) * np.linspace(0, 1, h)[:, None]
        picture = mix(picture, in_light(_stone(rng, h, w, light), light, rng), stones.astype(np.float32))
    return picture


def waterfall(rng: np.random.Generator, h: int, w: int, light: Light) -> Field:
    """White strands down a rock face."""
    back = in_light(_stone(rng, h, w, light), light, rng) if rng.random() < 0.5 else forest(rng, h, w, light)
    picture = mix(back, forest(rng, h, w, light), np.clip((noise(rng, h, w, 2.0, 1.5) - 0.5) * 6, 0, 1))
    strands = noise(rng, h, w, 1.2, 1.2, rng.uniform(0.04, 0.12))
    fall = np.broadcast_to(np.array([0.88, 0.93, 0.97], np.float32), picture.shape) * (0.55 + 0.5 * strands[..., None])
    y = np.linspace(0, 1, h)[:, None]
    for _ in range(int(rng.integers(1, 4))):
        centre, half = rng.uniform(0.2, 0.8) * w, rng.uniform(0.03, 0.2) * w
        top, end = rng.uniform(0, 0.35), rng.uniform(0.65, 0.95)
        inside = (
            np.clip((half * (0.7 + 0.5 * y) + 6 * (strands - 0.5) - np.abs(np.arange(w)[None, :] - centre)) / 3, 0, 1)
            * (y > top)
            * (y < end)
        )
        picture = mix(picture, fall.astype(np.float32), inside.astype(np.float32))
    if rng.random() < 0.7:
        top = int(h * rng.uniform(0.75, 0.92))
        picture[top:] = in_light(water(rng, h - top, w, picture[:top]), light, rng)
    return hazed(picture, light, rng, 0.5, 1.5)


def open_sky(rng: np.random.Generator, h: int, w: int, light: Light) -> Field:
    """Nothing but sky, or a thin strip of land under it."""
    picture = sky(rng, h, w, light)
    if rng.random() < 0.6:
        dark = ground(
            rng, h, w, colour(rng, (0.1, 0.6), (0, 0.5), (0.02, 0.4)), colour(rng, (0.1, 0.6), (0, 0.5), (0.02, 0.4))
        )
        picture = stacked(picture, in_light(dark, light, rng), (rng.uniform(0.8, 0.98) - 0.12 * ridge(rng, w, 1.6)) * h)
    return picture


RENDERERS: dict[str, Callable[[np.random.Generator, int, int, Light], Field]] = {
    "mountain": mountain,
    "glacier": glacier,
    "forest": forest,
    "tree": tree,
    "meadow": meadow,
    "desert": desert,
    "canyon": canyon,
    "sea": sea,
    "beach": beach,
    "lake": lake,
    "river": river,
    "waterfall": waterfall,
    "sky": open_sky,
}
