"""Software seen on a screen: applications, web pages, code, terminals, spreadsheets. Each renderer returns a Pillow image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from pretraining.documents.layouts import chart
from pretraining.documents.paper import accent, paragraph, picture
from pretraining.materials.lettering import Font, any_font, fill_line, mono_font, number, title, word
from pretraining.materials.textures import any_colour, rgb

Ink = tuple[int, int, int]
Rng = np.random.Generator
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Theme:
    """Colours of a user interface."""

    ground: Ink
    panel: Ink
    tone: Ink
    accent: Ink


def theme(rng: Rng) -> Theme:
    """Light in two of three cases."""
    if rng.random() < 0.66:
        return Theme(
            rgb(any_colour(rng, (0, 0.06), (0.93, 1))),
            rgb(any_colour(rng, (0, 0.12), (0.84, 0.97))),
            (40, 40, 45),
            accent(rng),
        )
    return Theme(
        rgb(any_colour(rng, (0, 0.35), (0.08, 0.2))),
        rgb(any_colour(rng, (0, 0.3), (0.14, 0.28))),
        (215, 215, 220),
        accent(rng),
    )


def window(rng: Rng, h: int, w: int) -> Image.Image:
    """An application: bars, a side panel, lists, cards, buttons, dialogs."""
    look = theme(rng)
    image = Image.new("RGB", (w, h), look.ground)
    pen = ImageDraw.Draw(image)
    size = h * rng.uniform(0.028, 0.045)
    font, bar, side = any_font(rng, size), h * rng.uniform(0.06, 0.11), w * rng.choice([0.0, 0.2, 0.28])
    pen.rectangle([0, 0, w, bar], fill=look.accent if rng.random() < 0.4 else look.panel)
    pen.text((w * 0.02, bar * 0.25), "  ".join(word(rng).title() for _ in range(6)), font=font, fill=look.tone)
    if side:
        pen.rectangle([0, bar, side, h], fill=look.panel)
        for row in range(int((h - bar) / (size * 2))):
            y = bar + size * (0.6 + 2 * row)
            if row == 2:
                pen.rectangle([0, y - size * 0.4, side, y + size * 1.4], fill=look.accent)
            pen.rectangle([w * 0.015, y, w * 0.015 + size, y + size], outline=look.tone)
            pen.text((w * 0.015 + size * 1.6, y), word(rng), font=font, fill=look.tone)
    _body(rng, image, look, (side + w * 0.02, bar + h * 0.03, w * 0.98, h * 0.97), size)
    if rng.random() < 0.2:
        x, y = rng.uniform(0.2, 0.4) * w, rng.uniform(0.25, 0.45) * h
        pen.rounded_rectangle([x, y, x + w * 0.42, y + h * 0.34], 4, fill=look.ground, outline=look.tone)
        paragraph(rng, pen, (x + w * 0.03, y + h * 0.05, x + w * 0.38, y + h * 0.2), font, size * 1.5, look.tone)
        button(rng, pen, look, x + w * 0.26, y + h * 0.24, size)
    return image


def button(rng: Rng, pen: ImageDraw.ImageDraw, look: Theme, x: float, y: float, size: float) -> None:
    """A filled rounded box with a word."""
    pen.rounded_rectangle([x, y, x + size * 5, y + size * 1.9], size * 0.4, fill=look.accent)
    pen.text((x + size * 2.5, y + size * 0.95), word(rng), font=any_font(rng, size), fill=(255, 255, 255), anchor="mm")


def _cards(rng: Rng, image: Image.Image, look: Theme, font: Font, box: Box, _size: float) -> None:
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = box
    columns = int(rng.integers(2, 5))
    wide = max(16.0, (right - left) / columns)
    tall = max(16.0, wide * rng.uniform(0.5, 1.1))
    for row in range(int((bottom - top) / tall) + 1):
        for column in range(columns):
            x, y = left + column * wide, top + row * tall
            pen.rounded_rectangle(
                [x + 2, y + 2, x + wide - 3, y + tall - 3], 3, fill=look.panel, outline=(150, 150, 155)
            )
            if rng.random() < 0.35:
                image.paste(
                    picture(rng, int(tall * 0.55), int(wide * 0.88)), (int(x + wide * 0.06), int(y + tall * 0.06))
                )
            fill_line(pen, rng, x + wide * 0.08, y + tall * 0.7, wide * 0.8, font, look.tone)


def _form(rng: Rng, image: Image.Image, look: Theme, font: Font, box: Box, size: float) -> None:
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = box
    y = top
    while y < bottom - size * 2:
        pen.text((left, y), word(rng).title(), font=font, fill=look.tone)
        pen.rounded_rectangle(
            [
                left + (right - left) * 0.3,
                y - size * 0.2,
                left + (right - left) * rng.uniform(0.6, 0.95),
                y + size * 1.4,
            ],
            2,
            outline=(140, 140, 150),
            fill=look.panel,
        )
        y += size * 2.4
    button(rng, pen, look, left, bottom - size * 2, size)


def _entries(rng: Rng, image: Image.Image, look: Theme, font: Font, box: Box, size: float) -> None:
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = box
    y = top
    while y < bottom - size:
        pen.ellipse([left, y, left + size * 1.6, y + size * 1.6], fill=accent(rng))
        fill_line(pen, rng, left + size * 2.4, y, (right - left) * rng.uniform(0.2, 0.6), font, look.tone)
        fill_line(
            pen,
            rng,
            left + size * 2.4,
            y + size * 1.1,
            (right - left) * rng.uniform(0.4, 0.85),
            any_font(rng, size * 0.8),
            (140, 140, 145),
        )
        y += size * 3
        pen.line([left, y - size * 0.4, right, y - size * 0.4], fill=(170, 170, 175))


def _report(rng: Rng, image: Image.Image, look: Theme, font: Font, box: Box, size: float) -> None:
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = box
    paragraph(rng, pen, (left, top, right, (top + bottom) / 2), font, size * 1.6, look.tone)
    image.paste(chart(rng, int((bottom - top) * 0.46), int((right - left) * 0.8)), (int(left), int((top + bottom) / 2)))


_CONTENTS = (_cards, _form, _entries, _report)


def _body(rng: Rng, image: Image.Image, look: Theme, box: Box, size: float) -> None:
    font = any_font(rng, size)
    _CONTENTS[int(rng.integers(len(_CONTENTS)))](rng, image, look, font, box, size)


def web_page(rng: Rng, h: int, w: int) -> Image.Image:
    """A browser or a bare page: address bar, headline, pictures, columns of text."""
    look = theme(rng)
    image = Image.new("RGB", (w, h), look.ground)
    pen = ImageDraw.Draw(image)
    size, y = h * rng.uniform(0.026, 0.042), 0.0
    if rng.random() < 0.6:
        pen.rectangle([0, 0, w, h * 0.09], fill=look.panel)
        pen.rounded_rectangle([w * 0.15, h * 0.02, w * 0.85, h * 0.07], 4, fill=look.ground, outline=(170, 170, 170))
        for step, tint in enumerate([(235, 90, 80), (240, 190, 60), (90, 190, 90)]):
            pen.ellipse(
                [w * (0.02 + 0.035 * step), h * 0.03, w * (0.02 + 0.035 * step) + h * 0.025, h * 0.055], fill=tint
            )
        y = h * 0.1
    if rng.random() < 0.5:
        tall = int(h * rng.uniform(0.2, 0.4))
        image.paste(
            picture(rng, tall, w) if rng.random() < 0.5 else Image.new("RGB", (w, tall), look.accent), (0, int(y))
        )
        y += tall
    pen.text((w * 0.06, y + size), title(rng, 4), font=any_font(rng, size * 2), fill=look.tone)
    y += size * 4.5
    columns = int(rng.integers(1, 4))
    wide = w * 0.9 / columns
    for column in range(columns):
        top = y
        if rng.random() < 0.4 and columns > 1:
            image.paste(picture(rng, int(wide * 0.5), int(wide * 0.9)), (int(w * 0.06 + column * wide), int(top)))
            top += wide * 0.55
        paragraph(
            rng,
            pen,
            (w * 0.06 + column * wide, top, w * 0.06 + (column + 0.9) * wide, h * 0.96),
            any_font(rng, size),
            size * 1.5,
            look.tone,
        )
    return image


def code(rng: Rng, h: int, w: int) -> Image.Image:
    """An editor: indented coloured words, line numbers."""
    look = theme(rng) if rng.random() < 0.4 else Theme((30, 30, 34), (40, 40, 46), (210, 210, 210), accent(rng))
    image = Image.new("RGB", (w, h), look.ground)
    pen = ImageDraw.Draw(image)
    size = h * rng.uniform(0.026, 0.05)
    font, bright = mono_font(rng, size), sum(look.ground) < 380
    inks = [look.tone, *(rgb(any_colour(rng, (0.3, 0.8), (0.7, 1) if bright else (0.2, 0.6))) for _ in range(4))]
    left, indent = w * rng.choice([0.02, 0.1, 0.25]), 0
    if left > w * 0.2:
        pen.rectangle([0, 0, w * 0.22, h], fill=look.panel)
    for row in range(int(h / (size * 1.35)) + 1):
        y = row * size * 1.35
        pen.text((left - w * 0.015, y), str(row + 1), font=font, fill=(130, 130, 135), anchor="ra")
        if rng.random() < 0.12:
            continue
        indent = int(np.clip(indent + rng.choice([-1, 0, 0, 1]), 0, 6))
        x = left + indent * size * 1.6
        for _ in range(int(rng.integers(1, 8))):
            text = word(rng) + str(rng.choice([" ", "(", ") ", " = ", ".", ": ", "[0] ", ", "]))
            pen.text((x, y), text, font=font, fill=inks[rng.integers(len(inks))])
            x += len(text) * size * 0.6
    return image


def terminal(rng: Rng, h: int, w: int) -> Image.Image:
    """Console output in one or two colours on dark."""
    image = Image.new("RGB", (w, h), rgb(any_colour(rng, (0, 0.6), (0, 0.16))))
    pen = ImageDraw.Draw(image)
    size = h * rng.uniform(0.028, 0.05)
    font, tone = mono_font(rng, size), rgb(any_colour(rng, (0, 0.7), (0.7, 1)))
    for row in range(int(h / (size * 1.3) * rng.uniform(0.5, 1)) + 1):
        prompt = rng.random() < 0.3
        pen.text(
            (w * 0.02, row * size * 1.3),
            ("$ " if prompt else "")
            + " ".join(word(rng) if rng.random() < 0.7 else number(rng) for _ in range(int(rng.integers(1, 12)))),
            font=font,
            fill=(240, 240, 240) if prompt else tone,
        )
    return image


def spreadsheet(rng: Rng, h: int, w: int) -> Image.Image:
    """A grid of cells with headings, some filled."""
    look = theme(rng)
    image = Image.new("RGB", (w, h), look.ground)
    pen = ImageDraw.Draw(image)
    tall, wide, top = h * rng.uniform(0.035, 0.06), w * rng.uniform(0.09, 0.17), h * rng.choice([0.0, 0.08, 0.16])
    font = any_font(rng, tall * 0.65)
    pen.rectangle([0, 0, w, top], fill=look.accent if rng.random() < 0.5 else look.panel)
    pen.rectangle([0, top, w, top + tall], fill=look.panel)
    for row in range(int((h - top) / tall) + 1):
        y = top + row * tall
        pen.line([0, y, w, y], fill=(185, 185, 190))
        for column in range(int(w / wide) + 1):
            x = wide * 0.4 + column * wide
            if rng.random() < 0.04:
                pen.rectangle([x, y, x + wide, y + tall], fill=accent(rng))
            if rng.random() < 0.6:
                pen.text(
                    (x + 2, y + 1),
                    chr(65 + column % 26) if row == 0 else number(rng) if column else word(rng),
                    font=font,
                    fill=look.tone,
                )
    for x in np.arange(wide * 0.4, w, wide):
        pen.line([x, top, x, h], fill=(185, 185, 190))
    return image


RENDERERS: dict[str, Callable[[Rng, int, int], Image.Image]] = {
    "webpage": web_page,
    "code": code,
    "terminal": terminal,
    "spreadsheet": spreadsheet,
}
