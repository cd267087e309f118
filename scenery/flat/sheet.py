"""A sheet to draw on: text that wraps, boxes, pictures; sizes in shares of its height."""

from __future__ import annotations

from PIL import Image, ImageDraw

from scenery.flat.fonts import Font, font, writes_chinese

CLOSING = "。，！？：、"
"""What no line of Chinese begins with."""


class Sheet:
    """A picture being drawn.

    Attributes:
        w, h: pixels. u: one hundredth of the smaller side, the unit of all sizes.
        chinese: whether its text is Chinese; only where a font can write it.
    """

    def __init__(self, w: int, h: int, ground: str = "#ffffff", chinese: bool = False) -> None:
        self.image = Image.new("RGB", (w, h), ground)
        self.pen = ImageDraw.Draw(self.image)
        self.w, self.h, self.u = w, h, min(w, h) / 100
        self.chinese = chinese and writes_chinese()

    def font(self, size: float, style: str = "sans") -> Font:
        """A font of a size in units."""
        return font(style, round(size * self.u), self.chinese)

    def text(
        self, x: float, y: float, text: str, size: float, ink: str = "#202020", style: str = "sans", anchor: str = "la"
    ) -> float:
        """One line at pixels (x, y); gives its width."""
        face = self.font(size, style)
        self.pen.text((x, y), text, fill=ink, font=face, anchor=anchor)
        return float(self.pen.textlength(text, font=face))

    def wrap(
        self,
        x: float,
        y: float,
        wide: float,
        text: str,
        size: float,
        ink: str = "#202020",
        style: str = "sans",
        gap: float = 1.35,
        most: float = 1e9,
    ) -> float:
        """Text in lines of at most `wide` pixels, down to `most`; gives the y below it."""
        face = self.font(size, style)
        for row in broken(self.pen, text, face, wide):
            if y + size * self.u > most:
                break
            self.pen.text((x, y), row, fill=ink, font=face)
            y += size * self.u * gap
        return y

    def box(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        fill: str | None = None,
        line: str | None = None,
        thick: float = 0.3,
        round_: float = 0,
    ) -> None:
        """A rectangle, its corners rounded by `round_` units."""
        if w <= 0 or h <= 0:
            return
        wide = max(1, round(thick * self.u)) if line else 0
        self.pen.rounded_rectangle((x, y, x + w, y + h), round_ * self.u, fill, line, wide)

    def line(self, a: tuple[float, float], b: tuple[float, float], ink: str = "#808080", thick: float = 0.3) -> None:
        """A straight line."""
        self.pen.line([a, b], fill=ink, width=max(1, round(thick * self.u)))

    def disc(
        self, x: float, y: float, radius: float, fill: str | None, line: str | None = None, thick: float = 0.3
    ) -> None:
        """A disc about pixels (x, y), its radius in pixels."""
        wide = max(1, round(thick * self.u)) if line else 0
        self.pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill, line, wide)

    def paste(self, picture: Image.Image, x: float, y: float, w: float, h: float) -> None:
        """A picture, cropped from its middle to fill the place."""
        scale = max(w / picture.width, h / picture.height)
        big = picture.resize(
            (max(1, round(picture.width * scale)), max(1, round(picture.height * scale))), Image.Resampling.LANCZOS
        )
        left, top = (big.width - round(w)) // 2, (big.height - round(h)) // 2
        self.image.paste(big.crop((left, top, left + round(w), top + round(h))), (round(x), round(y)))


def broken(pen: ImageDraw.ImageDraw, text: str, face: Font, wide: float) -> list[str]:
    """Lines of at most `wide` pixels; Chinese breaks anywhere."""
    parts = text.split(" ") if text.isascii() or " " in text else list(text)
    joint = " " if " " in text or text.isascii() else ""
    rows, row = [], ""
    for part in parts:
        longer = f"{row}{joint}{part}" if row else part
        if row and part not in CLOSING and pen.textlength(longer, font=face) > wide:
            rows.append(row)
            row = part
        else:
            row = longer
    return [*rows, row] if row else rows
