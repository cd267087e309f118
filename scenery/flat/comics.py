"""Comic pages: panels, balloons, captions."""

from __future__ import annotations

import random

from PIL import Image, ImageOps

from scenery.flat import phrases
from scenery.flat.sheet import Sheet, broken


def page(panels: list[Image.Image], rng: random.Random, w: int, h: int, chinese: bool) -> Image.Image:
    """A page of three panels, each with a balloon."""
    sheet = Sheet(w, h, "#fffdf4", chinese)
    u = sheet.u
    cut = rng.uniform(0.42, 0.58)
    places = [(0.02, 0.02, cut - 0.03, 0.47), (cut, 0.02, 0.98 - cut, 0.47), (0.02, 0.51, 0.96, 0.47)]
    if rng.random() < 0.5:
        places = [(0.02, 0.02, 0.96, 0.47), (0.02, 0.51, cut - 0.03, 0.47), (cut, 0.51, 0.98 - cut, 0.47)]
    grey = rng.random() < 0.2
    for picture, (x, y, wide, high) in zip(panels, places, strict=True):
        few = ImageOps.posterize(picture, 3)
        sheet.paste(ImageOps.grayscale(few).convert("RGB") if grey else few, x * w, y * h, wide * w, high * h)
        sheet.box(x * w, y * h, wide * w, high * h, line="#101010", thick=0.9)
        side = rng.choice((0, 1))
        balloon(
            sheet,
            (x + (0.02 if side == 0 else wide * 0.5)) * w,
            (y + 0.02) * h,
            wide * w * 0.46,
            phrases.line(rng, sheet.chinese),
            side,
        )
    if rng.random() < 0.6:
        word = rng.choice(("BOOM!", "WHOOSH!", "POW!", "ZAP!", "CRASH!"))
        x, y, wide, high = places[rng.randrange(3)]
        spot = ((x + wide * 0.5) * w, (y + high * 0.82) * h)
        sheet.pen.text(
            spot,
            word,
            fill="#f2d02a",
            font=sheet.font(10, "heavy"),
            anchor="mm",
            stroke_width=max(2, round(u)),
            stroke_fill="#c81e1e",
        )
    return sheet.image


def balloon(sheet: Sheet, x: float, y: float, wide: float, text: str, side: int) -> None:
    """A speech balloon with its tail."""
    u = sheet.u
    rows = broken(sheet.pen, text, sheet.font(4, "bold"), wide - 5 * u)
    high = (len(rows) * 5 + 4.5) * u
    foot = x + wide * (0.7 if side == 0 else 0.3)
    sheet.box(x, y, wide, high, "#ffffff", "#101010", 0.6, 5)
    sheet.pen.polygon(
        [
            (foot - 2.5 * u, y + high - u),
            (foot + 2.5 * u, y + high - u),
            (foot + (4 if side == 0 else -4) * u, y + high + 6 * u),
        ],
        fill="#ffffff",
        outline="#101010",
    )
    sheet.box(foot - 2.4 * u, y + high - 1.6 * u, 4.8 * u, 1.2 * u, "#ffffff")
    for k, row in enumerate(rows):
        sheet.text(x + wide / 2, y + (4.6 + k * 5) * u, row, 4, "#101010", "bold", "mm")
