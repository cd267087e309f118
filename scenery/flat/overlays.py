"""What lies over a picture of a film: bars, subtitles, dialogue; and the means for it."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw

from scenery.flat import phrases
from scenery.flat.sheet import Sheet


def over(picture: Image.Image, chinese: bool = False) -> Sheet:
    """A sheet that holds a picture already."""
    sheet = Sheet(picture.width, picture.height, chinese=chinese)
    sheet.image.paste(picture)
    return sheet


def glass(
    sheet: Sheet, x: float, y: float, w: float, h: float, tone: tuple[int, int, int] = (12, 14, 28), share: float = 0.7
) -> None:
    """A dark pane that lets the picture through."""
    box = (round(x), round(y), round(x + w), round(y + h))
    below = sheet.image.crop(box)
    sheet.image.paste(Image.blend(below, Image.new("RGB", below.size, tone), share), box[:2])


def letterbox(picture: Image.Image, share: float = 0.12) -> Image.Image:
    """Black bars above and below, as in the cinema."""
    pen = ImageDraw.Draw(picture)
    bar = round(picture.height * share)
    pen.rectangle((0, 0, picture.width, bar), fill="#000000")
    pen.rectangle((0, picture.height - bar, picture.width, picture.height), fill="#000000")
    return picture


def subtitle(picture: Image.Image, rng: random.Random, chinese: bool) -> Image.Image:
    """A line of dialogue at the foot."""
    sheet = over(picture, chinese)
    text = phrases.line(rng, sheet.chinese)
    for dx, dy, ink in ((1, 1, "#000000"), (-1, -1, "#000000"), (0, 0, "#ffffff")):
        sheet.text(sheet.w / 2 + dx, sheet.h * 0.94 + dy, text, 4.6, ink, anchor="mm")
    return sheet.image


def dialogue(picture: Image.Image, rng: random.Random, chinese: bool) -> Image.Image:
    """The box of a visual novel: a name and what is said."""
    sheet = over(picture, chinese)
    w, h, u = sheet.w, sheet.h, sheet.u
    tone = rng.choice(((24, 28, 64), (64, 20, 48), (16, 48, 56), (250, 246, 236)))
    ink = "#2a2430" if tone[0] > 200 else "#ffffff"
    glass(sheet, 0.03 * w, 0.7 * h, 0.94 * w, 0.26 * h, tone, 0.82)
    sheet.box(0.03 * w, 0.7 * h, 0.94 * w, 0.26 * h, line="#f4e8c0", thick=0.6, round_=2)
    sheet.box(
        0.06 * w, 0.645 * h, 0.28 * w, 0.085 * h, rng.choice(("#e0507a", "#3a7ad8", "#e8a030")), "#ffffff", 0.5, 2
    )
    sheet.text(0.2 * w, 0.688 * h, phrases.name(rng, sheet.chinese).split()[0], 5, "#ffffff", "bold", "mm")
    sheet.wrap(
        0.07 * w,
        0.765 * h,
        0.84 * w,
        phrases.line(rng, sheet.chinese) + " " + phrases.line(rng, sheet.chinese),
        5,
        ink,
        most=0.95 * h,
    )
    sheet.pen.polygon([(0.92 * w, 0.92 * h), (0.945 * w, 0.92 * h), (0.9325 * w, 0.945 * h)], fill=ink)
    for k, word in enumerate(("SAVE", "LOAD", "AUTO", "LOG")):
        sheet.text(w - (4 - k) * 9.5 * u, 2 * u, word, 3, "#ffffff", "bold")
    return sheet.image


def outlined(
    sheet: Sheet,
    x: float,
    y: float,
    text: str,
    size: float,
    ink: str = "#ffffff",
    anchor: str = "la",
    edge: str = "#101018",
) -> None:
    """Heavy letters with an edge, as games write."""
    face = sheet.font(size, "heavy")
    sheet.pen.text(
        (x, y),
        text,
        fill=ink,
        font=face,
        anchor=anchor,
        stroke_width=max(1, round(size * sheet.u / 9)),
        stroke_fill=edge,
    )
