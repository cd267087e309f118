"""Which painter draws which kind. Painters are named and loaded when asked for: what they build with is Blender."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from PIL import Image

from scenery.plans import Plan
from scenery.view import View

Painter = Callable[[Plan, View], Image.Image]

SUBJECTS: dict[str, tuple[str, ...]] = {
    "land": ("mountain", "glacier", "forest", "tree", "meadow", "desert", "canyon"),
    "waters": ("sea", "beach", "lake", "river", "waterfall", "sky"),
    "life": ("flower", "animal", "underwater"),
    "games": ("world", "adventure", "strategy", "battle", "board", "menu"),
    "contests": ("racing", "fighting", "sports"),
    "graphics": ("shapes", "mesh", "particles", "model_view", "flat_shapes"),
    "films": ("character", "cartoon", "cutscene", "novel", "comic"),
    "pixels": ("platformer", "rpg", "shooter", "maze", "arcade", "dungeon", "scroller", "puzzle"),
    "desks": (
        "text", "newspaper", "table", "receipt", "form", "handwriting", "chart", "slide", "diagram", "map", "poster",
        "window", "webpage", "code", "terminal", "spreadsheet", "phone", "desktop", "dashboard",
    ),
    "town": ("street", "building", "vehicle", "person"),
    "indoors": ("room", "kitchen"),
    "objects": ("thing", "food", "clothing"),
}  # fmt: skip
NAMED = {"sea": "sea_view", "shapes": "render_shapes"}
"""Painters that are not called as their kind is."""
SHARED = {"desks": "document", "pixels": "pixel_game"}
"""Modules with one painter for all their kinds."""


def address(kind: str) -> tuple[str, str]:
    """Module and function that draw a kind.

    Raises:
        KeyError: no painter draws it.
    """
    for module, kinds in SUBJECTS.items():
        if kind in kinds:
            return f"scenery.subjects.{module}", SHARED.get(module, NAMED.get(kind, kind))
    raise KeyError(kind)


def painter(kind: str) -> Painter:
    """What draws a kind. Needs Blender."""
    module, name = address(kind)
    paint: Painter = getattr(import_module(module), name)
    return paint
