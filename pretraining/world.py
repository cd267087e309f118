"""The rendered world: a seed gives one scene, its picture and its facts."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pretraining.camera import finish
from pretraining.documents import desktops, pages, screens, viewers
from pretraining.documents.paper import handled
from pretraining.everyday import others
from pretraining.everyday.town import passers_by
from pretraining.games import backdrops, cartoons, demos, flat_games
from pretraining.games.sprites import pixelate
from pretraining.materials.landscape import any_light
from pretraining.materials.textures import to_image
from pretraining.nature import places, vistas
from pretraining.tones import tone
from pretraining.vocabulary import CATEGORIES, DOCUMENT, KINDS

DRAWN = {**flat_games.RENDERERS, **cartoons.RENDERERS, **backdrops.RENDERERS, **demos.RENDERERS}
TYPESET = {**pages.RENDERERS, **screens.RENDERERS, **viewers.RENDERERS, **desktops.RENDERERS}
SEEN = {**places.RENDERERS, **others.RENDERERS}
WIDE_KINDS = {"mountain", "glacier", "meadow", "desert", "canyon", "sea", "beach", "lake", "river", "forest"}
PIXEL_KINDS = {"platformer", "rpg", "shooter", "maze", "arcade", "dungeon"}
SOLID_KINDS = {"world", "shapes", "racing", "mesh", "model_view"}
SHAPES = ((4, 3), (4, 3), (1, 1), (16, 9), (3, 4))


@dataclass(frozen=True)
class Scene:
    """One picture and what is true of it."""

    image: Image.Image
    facts: frozenset[str]

    @property
    def kind(self) -> str:
        return next(fact for fact in self.facts if fact.startswith("kind:"))[5:]

    @property
    def category(self) -> str:
        return next(fact for fact in self.facts if fact.startswith("class:"))[6:]


@dataclass(frozen=True)
class WorldOptions:
    """How scenes are drawn.

    Attributes:
        category_share: how often each of `CATEGORIES` comes.
        heights: short sides in pixels that a scene may be rendered at.
        kinds: only these kinds, or all when empty.
        shapes: ratios of width to height.
        worn: whether lens, sensor, watermark and JPEG leave their traces.
        forced: one `time:` or `style:` fact that every scene shall have, for kinds that can have it.
    """

    category_share: tuple[float, ...] = (0.3, 0.3, 0.28, 0.12)
    heights: tuple[int, ...] = (112, 144, 192, 256)
    kinds: tuple[str, ...] = ()
    shapes: tuple[tuple[int, int], ...] = SHAPES
    worn: bool = True
    forced: str = ""


def pick_kind(rng: np.random.Generator, options: WorldOptions) -> str:
    """A category by its share, then one of its kinds."""
    if options.kinds:
        return str(rng.choice(options.kinds))
    category = str(rng.choice(CATEGORIES, p=options.category_share))
    return str(rng.choice([name for name, kind in KINDS.items() if kind.category == category]))


def render(rng: np.random.Generator, kind: str, h: int, w: int, forced: str = "") -> tuple[Image.Image, set[str]]:
    """The bare picture of a kind and the attributes that its renderer decided."""
    if kind in SEEN:
        return _seen(rng, kind, h, w, forced)
    if kind in TYPESET:
        image = TYPESET[kind](rng, h, w)
        if KINDS[kind].group == "paper" or rng.random() < 0.12:
            image, way = handled(rng, image, {"style:scan": "scan", "style:desk": "photo"}.get(forced, ""))
            return image, {"scan": {"style:scan"}, "photo": {"style:photo", "style:desk"}}.get(way, set())
        return image, set()
    image = DRAWN[kind](rng, h, w)
    facts = {"style:pixel"} if kind in PIXEL_KINDS else {"style:3d"} if kind in SOLID_KINDS else set()
    if KINDS[kind].group == "animation":
        facts.add("style:drawn")
    elif not facts and (rng.random() < 0.25 or forced == "style:pixel"):
        image, facts = pixelate(rng, image, int(rng.choice([64, 96]))), {"style:pixel"}
    return image, facts


def _seen(rng: np.random.Generator, kind: str, h: int, w: int, forced: str) -> tuple[Image.Image, set[str]]:
    light = any_light(rng)
    if forced.startswith("time:"):
        light = replace(light, time=forced[5:])
    facts = {"style:photo"}
    if KINDS[kind].category == "nature" or kind in ("building", "street", "vehicle"):
        facts.add(f"time:{light.time}")
        if kind in vistas.RENDERERS:
            facts.add(f"weather:{light.weather}")
    image = to_image(SEEN[kind](rng, h, w, light))
    if kind in WIDE_KINDS and rng.random() < 0.15:
        passers_by(rng, image, on_water=kind in ("sea", "lake", "river"))
    return image, facts


def scene(seed: int, options: WorldOptions | None = None) -> Scene:
    """The scene of a seed: the same picture and facts on every call."""
    options = options or WorldOptions()
    rng = np.random.default_rng(seed)
    kind = pick_kind(rng, options)
    short = int(rng.choice(options.heights))
    a, b = options.shapes[rng.integers(len(options.shapes))]
    if kind == "receipt" and options.shapes == SHAPES and rng.random() < 0.6:
        a, b = 1, 2
    w, h = (short * a // b, short) if a >= b else (short, short * b // a)
    image, facts = render(rng, kind, h, w, options.forced)
    photographic = KINDS[kind].category != DOCUMENT and kind in SEEN
    if options.worn:
        image = finish(rng, image, photographic)
    entry = KINDS[kind]
    return Scene(
        image, frozenset({f"class:{entry.category}", f"group:{entry.group}", f"kind:{kind}", *facts, *tone(image)})
    )


def fitted(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The image at that size, cropped from the middle."""
    w, h = size
    scale = max(w / image.width, h / image.height)
    big = image.resize(
        (max(w, round(image.width * scale)), max(h, round(image.height * scale))), Image.Resampling.BICUBIC
    )
    left, top = (big.width - w) // 2, (big.height - h) // 2
    return big.crop((left, top, left + w, top + h))


def square(image: Image.Image, side: int) -> Image.Image:
    """Shortest side resized, centre cropped: what the model's own preprocessing does."""
    return fitted(image, (side, side))


def _square_scene(seed: int, side: int, options: WorldOptions | None) -> tuple[NDArray[np.uint8], frozenset[str]]:
    drawn = scene(seed, options)
    return np.asarray(square(drawn.image, side), np.uint8), drawn.facts


def _chunk(seeds: list[int], side: int, options: WorldOptions | None) -> list[tuple[NDArray[np.uint8], frozenset[str]]]:
    return [_square_scene(seed, side, options) for seed in seeds]


def render_many(
    seeds: list[int], side: int, options: WorldOptions | None = None, processes: int = 1
) -> tuple[NDArray[np.uint8], list[frozenset[str]]]:
    """Square pictures uint8 [n, side, side, 3] of many seeds with their facts, in the order of the seeds."""
    chunks = [seeds[i : i + 200] for i in range(0, len(seeds), 200)]
    if processes <= 1:
        parts = [_chunk(chunk, side, options) for chunk in chunks]
    else:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            parts = list(pool.map(_chunk, chunks, [side] * len(chunks), [options] * len(chunks)))
    flat = [item for part in parts for item in part]
    return np.stack([pixels for pixels, _ in flat]), [facts for _, facts in flat]
