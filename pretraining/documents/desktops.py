"""Screens made of other screens: desktops, dashboards, telephones. Each renderer returns a Pillow image."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from pretraining.documents.layouts import chart
from pretraining.documents.paper import accent, picture
from pretraining.documents.screens import code, spreadsheet, terminal, theme, web_page, window
from pretraining.documents.viewers import application
from pretraining.materials.lettering import any_font, fill_line, number, word
from pretraining.materials.textures import any_colour, rgb

Rng = np.random.Generator


def phone(rng: Rng, h: int, w: int) -> Image.Image:
    """A telephone's screen, alone or beside a second one."""
    image = Image.new("RGB", (w, h), rgb(any_colour(rng, (0, 0.5), (0.6, 1))))
    count = 1 if w < h else int(rng.integers(1, 4))
    wide = int(min(w * 0.9 / count, h * 0.55))
    for index in range(count):
        screen = window(rng, int(h * 0.92), wide)
        left = int(w * (index + 0.5) / count - wide / 2)
        image.paste(screen, (left, int(h * 0.04)))
        ImageDraw.Draw(image).rounded_rectangle(
            [left - 2, h * 0.04 - 2, left + wide + 2, h * 0.96 + 2], 6, outline=(25, 25, 28), width=4
        )
    return image


def desktop(rng: Rng, h: int, w: int) -> Image.Image:
    """A wallpaper, icons, a task bar, windows of several kinds."""
    image = (
        picture(rng, h, w)
        if rng.random() < 0.6
        else Image.new("RGB", (w, h), rgb(any_colour(rng, (0, 0.8), (0.1, 0.8))))
    )
    pen = ImageDraw.Draw(image)
    size = h * rng.uniform(0.05, 0.08)
    for row in range(int(rng.integers(0, 7))):
        for column in range(int(rng.integers(1, 3))):
            x, y = w * 0.02 + column * size * 1.8, h * 0.03 + row * size * 1.8
            pen.rounded_rectangle([x, y, x + size, y + size], size * 0.2, fill=accent(rng))
            pen.text((x, y + size), word(rng)[:6], font=any_font(rng, size * 0.4), fill=(255, 255, 255))
    for _ in range(int(rng.integers(1, 4))):
        wide, tall = int(w * rng.uniform(0.35, 0.75)), int(h * rng.uniform(0.4, 0.8))
        makers = (application, web_page, code, terminal, spreadsheet)
        inner = makers[int(rng.integers(len(makers)))](rng, tall, wide)
        x, y = int(rng.uniform(0, w - wide)), int(rng.uniform(0, h * 0.95 - tall))
        pen.rectangle(
            [x - 1, y - int(size * 0.5), x + wide, y + tall], fill=rgb(any_colour(rng, (0, 0.3), (0.2, 0.95)))
        )
        image.paste(inner, (x, y))
    pen.rectangle([0, h * 0.94, w, h], fill=rgb(any_colour(rng, (0, 0.3), (0.05, 0.95))))
    return image


def dashboard(rng: Rng, h: int, w: int) -> Image.Image:
    """Icons, tiles, sliders, switches, charts: a screen with few words."""
    look = theme(rng)
    image = Image.new("RGB", (w, h), look.ground)
    pen = ImageDraw.Draw(image)
    columns, rows = int(rng.integers(2, 6)), int(rng.integers(2, 5))
    wide, tall = w / columns, h / rows
    for row in range(rows):
        for column in range(columns):
            x, y, kind = column * wide, row * tall, rng.integers(5)
            pen.rounded_rectangle([x + 3, y + 3, x + wide - 3, y + tall - 3], 4, fill=look.panel)
            s = min(wide, tall) * 0.25
            if kind == 0:
                image.paste(chart(rng, int(tall * 0.8), int(wide * 0.85)), (int(x + wide * 0.07), int(y + tall * 0.1)))
            elif kind == 1:
                pen.ellipse(
                    [x + wide / 2 - s, y + tall * 0.4 - s, x + wide / 2 + s, y + tall * 0.4 + s], fill=accent(rng)
                )
                pen.text(
                    (x + wide / 2, y + tall * 0.85), word(rng), font=any_font(rng, s * 0.6), fill=look.tone, anchor="mm"
                )
            elif kind == 2:
                for step in range(3):
                    at = y + tall * (0.25 + 0.22 * step)
                    pen.line([x + wide * 0.1, at, x + wide * 0.9, at], fill=(150, 150, 155), width=2)
                    knob = x + wide * rng.uniform(0.15, 0.85)
                    pen.ellipse([knob - 3, at - 3, knob + 3, at + 3], fill=look.accent)
            elif kind == 3:
                pen.text(
                    (x + wide / 2, y + tall * 0.45),
                    number(rng),
                    font=any_font(rng, s * 1.2),
                    fill=look.accent,
                    anchor="mm",
                )
                pen.text(
                    (x + wide / 2, y + tall * 0.8), word(rng), font=any_font(rng, s * 0.6), fill=look.tone, anchor="mm"
                )
            else:
                for step in range(4):
                    fill_line(
                        pen,
                        rng,
                        x + wide * 0.1,
                        y + tall * (0.12 + 0.2 * step),
                        wide * 0.75,
                        any_font(rng, s * 0.5),
                        look.tone,
                    )
    return image


RENDERERS: dict[str, Callable[[Rng, int, int], Image.Image]] = {
    "phone": phone,
    "desktop": desktop,
    "dashboard": dashboard,
}
