"""Games of pixels, as painters."""

from __future__ import annotations

from PIL import Image

from scenery.flat import pixel_games
from scenery.plans import Plan
from scenery.view import View


def pixel_game(plan: Plan, view: View) -> Image.Image:
    """The screen of the plan's game."""
    return pixel_games.game(plan.kind, plan.rng("pixels"), view.width, view.height)
