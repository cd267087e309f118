"""A screen of few pixels."""

from __future__ import annotations

from PIL import Image, ImageDraw

from scenery.flat.fonts import font
from scenery.flat.sprites import sprite

WIDE, HIGH = 256, 192


class Screen:
    """A screen of 256 x 192 pixels, shown enlarged."""

    def __init__(self, ground: str) -> None:
        self.image = Image.new("RGB", (WIDE, HIGH), ground)
        self.pen = ImageDraw.Draw(self.image)

    def put(self, name: str, x: float, y: float, size: int = 1) -> None:
        """A figure, its upper left corner at (x, y)."""
        figure = sprite(name, size)
        self.image.paste(figure, (round(x), round(y)), figure)

    def tile(self, x: int, y: int, tone: str, edge: str, size: int = 16) -> None:
        """A block with a light and a dark edge."""
        self.pen.rectangle((x, y, x + size - 1, y + size - 1), tone)
        self.pen.line((x, y + size - 1, x + size - 1, y + size - 1, x + size - 1, y), edge)

    def text(self, x: float, y: float, words: str, ink: str = "#ffffff", size: int = 10, anchor: str = "la") -> None:
        """Letters without soft edges."""
        self.pen.fontmode = "1"
        self.pen.text((x, y), words, fill=ink, font=font("heavy", size), anchor=anchor)

    def shown(self, w: int, h: int, smooth: bool = False) -> Image.Image:
        """The screen at a size, pixels kept sharp or smoothed, the sides cropped."""
        scale = max(w / WIDE, h / HIGH)
        big = self.image.resize(
            (round(WIDE * scale), round(HIGH * scale)), Image.Resampling.LANCZOS if smooth else Image.Resampling.NEAREST
        )
        left, top = (big.width - w) // 2, (big.height - h) // 2
        return big.crop((left, top, left + w, top + h))


def enlarged(image: Image.Image, rows: int = 96, colours: int = 40) -> Image.Image:
    """A picture in large pixels of few colours, at its own size."""
    few = image.resize((round(image.width * rows / image.height), rows), Image.Resampling.BOX).quantize(
        colours, dither=Image.Dither.NONE
    )
    return few.convert("RGB").resize(image.size, Image.Resampling.NEAREST)
