"""Programs around a picture: viewers, editors, players, annotation tools. What they show is seldom what they are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from pretraining.documents.paper import picture
from pretraining.documents.screens import Theme, button, theme, window
from pretraining.everyday import others
from pretraining.materials.landscape import any_light
from pretraining.materials.lettering import any_font, fill_line, number, word
from pretraining.materials.textures import any_colour, rgb, to_image

Rng = np.random.Generator
Box = tuple[float, float, float, float]


def _look(rng: Rng) -> Theme:
    """Dark in two of three: programs for pictures mostly are."""
    if rng.random() < 0.35:
        return theme(rng)
    level = float(rng.uniform(0.02, 0.2))
    return Theme(
        rgb(any_colour(rng, (0, 0.3), (level, level + 0.02))), rgb(any_colour(rng, (0, 0.3), (level, level + 0.08))),
        (215, 215, 220), rgb(any_colour(rng, (0.3, 0.9), (0.5, 1))),
    )  # fmt: skip


def _photograph(rng: Rng, h: int, w: int) -> Image.Image:
    """Anything that a camera sees."""
    if rng.random() < 0.7:
        return picture(rng, h, w)
    pixels = others.RENDERERS[str(rng.choice(list(others.RENDERERS)))](rng, max(48, h), max(48, w), any_light(rng))
    return to_image(pixels).resize((max(1, w), max(1, h)))


def _properties(rng: Rng, image: Image.Image, look: Theme, box: Box, size: float) -> None:
    """A side panel: headings, values, tags, sliders, thumbnails."""
    pen, (left, top, right, bottom) = ImageDraw.Draw(image), box
    pen.rectangle(box, fill=look.panel)
    font, small, y = any_font(rng, size), any_font(rng, size * 0.85), top + size
    while y < bottom - size * 2:
        what = rng.integers(5)
        pen.text((left + size, y), word(rng).title(), font=font, fill=look.tone)
        y += size * 1.6
        if what == 0:
            pen.rounded_rectangle([left + size, y, right - size, y + size * 1.6], 1, outline=(120, 120, 125))
            fill_line(pen, rng, left + size * 1.5, y + size * 0.3, (right - left) * 0.5, small, look.tone)
            y += size * 2.4
        elif what == 1:
            pen.line([left + size, y + size * 0.4, right - size, y + size * 0.4], fill=(130, 130, 135), width=2)
            knob = rng.uniform(left + size, right - size)
            pen.ellipse([knob - size * 0.4, y, knob + size * 0.4, y + size * 0.8], fill=look.accent)
            y += size * 1.8
        elif what == 2:
            for _ in range(int(rng.integers(2, 6))):
                pen.text((left + size, y), word(rng), font=small, fill=(140, 140, 145))
                pen.text((right - size, y), number(rng), font=small, fill=look.tone, anchor="ra")
                y += size * 1.3
        elif what == 3:
            button(rng, pen, look, left + size, y, size)
            y += size * 2.8
        else:
            tile = (right - left - size * 2.5) / 2
            for step in range(2):
                at = (int(left + size + step * (tile + size / 2)), int(y))
                image.paste(_photograph(rng, int(tile * 0.7), int(tile)), at)
            y += tile * 0.7 + size


def _bar(rng: Rng, image: Image.Image, look: Theme, box: Box, size: float) -> None:
    """Tools or a menu in a row."""
    pen, (left, top, right, bottom) = ImageDraw.Draw(image), box
    pen.rectangle(box, fill=look.panel)
    font, x, icons = any_font(rng, size), left + size, rng.random() < 0.5
    while x < left + (right - left) * rng.uniform(0.4, 0.98):
        if icons:
            pen.rectangle([x, top + (bottom - top) * 0.3, x + size, top + (bottom - top) * 0.75], outline=look.tone)
            x += size * 2
        else:
            text = word(rng).title()
            pen.text((x, (top + bottom) / 2), text, font=font, fill=look.tone, anchor="lm")
            x += size * (len(text) * 0.6 + 1.5)


def _marks(rng: Rng, pen: ImageDraw.ImageDraw, look: Theme, box: Box, size: float) -> None:
    """Boxes with names over the picture, as annotators draw them."""
    left, top, right, bottom = box
    for _ in range(int(rng.integers(1, 5))):
        x, y = rng.uniform(left, right * 0.9), rng.uniform(top, bottom * 0.9)
        ink = rgb(any_colour(rng, (0.5, 1), (0.6, 1)))
        wide, tall = rng.uniform(0.1, 0.5) * (right - left), rng.uniform(0.1, 0.5) * (bottom - top)
        pen.rectangle([x, y, min(right, x + wide), min(bottom, y + tall)], outline=ink, width=2)
        pen.rectangle([x, y - size, x + size * 4, y], fill=ink)
        pen.text((x + 2, y - size), word(rng), font=any_font(rng, size * 0.8), fill=look.ground)


def viewer(rng: Rng, h: int, w: int) -> Image.Image:
    """A picture among the tools of a program: a bar above, panels beside it, a strip or a time line below."""
    look = _look(rng)
    image = Image.new("RGB", (w, h), look.ground)
    pen, size = ImageDraw.Draw(image), min(w, h) * rng.uniform(0.024, 0.04)
    top = h * rng.uniform(0.05, 0.12)
    left = w * rng.choice([0, 0, 0.05, 0.2])
    right = w * (1 - rng.choice([0.15, 0.2, 0.28, 0]))
    bottom = h * (1 - rng.choice([0, 0.08, 0.18]))
    _bar(rng, image, look, (0, 0, w, top), size)
    if left > w * 0.1:
        _properties(rng, image, look, (0, top, left, h), size)
    if right < w:
        _properties(rng, image, look, (right, top, w, h), size)
    frame_w, frame_h = right - left, bottom - top
    aspect, share = float(rng.choice([0.67, 0.75, 1, 1.33, 1.5, 1.78])), rng.uniform(0.55, 1)
    tall = min(frame_h, frame_w / aspect) * share
    shown = _photograph(rng, max(8, int(tall)), max(8, int(tall * aspect)))
    x, y = int(left + (frame_w - shown.width) / 2), int(top + (frame_h - shown.height) / 2)
    image.paste(shown, (x, y))
    if rng.random() < 0.3:
        _marks(rng, pen, look, (x, y, x + shown.width, y + shown.height), size)
    if bottom < h * 0.9:
        _bar(rng, image, look, (left, bottom, right, h), size)
        pen.line([left + size, bottom + size, right - size, bottom + size], fill=look.accent, width=3)
    return image


def application(rng: Rng, h: int, w: int) -> Image.Image:
    """A program's window: lists, forms and cards, or a picture among tools."""
    return viewer(rng, h, w) if rng.random() < 0.45 else window(rng, h, w)


RENDERERS: dict[str, Callable[[Rng, int, int], Image.Image]] = {"window": application}
