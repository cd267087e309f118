"""Pages of lines: text, tables, receipts, forms, handwriting. Each renderer returns a Pillow image."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from pretraining.documents.layouts import chart, diagram, plan, poster, slide
from pretraining.documents.paper import accent, ink, paper, paragraph, picture
from pretraining.materials.lettering import any_font, fill_line, mono_font, number, title, word, words
from pretraining.materials.textures import any_colour, colour, rgb, ridge

Rng = np.random.Generator


def page(rng: Rng, h: int, w: int) -> Image.Image:
    """A page of text in one column: headings, paragraphs, a page number."""
    image = paper(rng, h, w)
    pen = ImageDraw.Draw(image)
    size, tone, margin = h * rng.uniform(0.022, 0.055), ink(rng), w * rng.uniform(0.04, 0.16)
    font, y = any_font(rng, size), h * rng.uniform(-0.05, 0.1)
    if rng.random() < 0.6:
        pen.text((margin, y), title(rng, 3), font=any_font(rng, size * rng.uniform(1.3, 2.2)), fill=tone)
        y += size * 3
    while y < h * 0.93:
        end = min(h * 0.95, y + h * rng.uniform(0.15, 0.6))
        paragraph(rng, pen, (margin, y, w - margin, end), font, size * rng.uniform(1.25, 1.7), tone)
        y = end + size
    pen.text((w / 2, h * 0.97), str(rng.integers(400)), font=font, fill=tone, anchor="mm")
    return image


def newspaper(rng: Rng, h: int, w: int) -> Image.Image:
    """Columns under headlines with grey photographs."""
    image = paper(rng, h, w)
    pen = ImageDraw.Draw(image)
    tone, columns = ink(rng), int(rng.integers(2, 6))
    pen.text((w / 2, h * 0.06), title(rng, 2), font=any_font(rng, h * rng.uniform(0.06, 0.12)), fill=tone, anchor="mm")
    pen.line([w * 0.03, h * 0.13, w * 0.97, h * 0.13], fill=tone)
    size, wide = h * rng.uniform(0.018, 0.035), w * 0.94 / columns
    for column in range(columns):
        left, y = w * 0.03 + column * wide, h * 0.16
        while y < h * 0.95:
            what = rng.random()
            if what < 0.25:
                tall = h * rng.uniform(0.12, 0.3)
                photo = picture(rng, int(tall), int(wide * 0.92))
                image.paste(photo if rng.random() < 0.3 else photo.convert("L").convert("RGB"), (int(left), int(y)))
                y += tall + size
            elif what < 0.45:
                fill_line(pen, rng, left, y, wide * 0.9, any_font(rng, size * 2), tone)
                y += size * 3
            else:
                end = min(h * 0.97, y + h * rng.uniform(0.15, 0.5))
                paragraph(rng, pen, (left, y, left + wide * 0.9, end), any_font(rng, size), size * 1.3, tone)
                y = end + size
    return image


def table(rng: Rng, h: int, w: int) -> Image.Image:
    """Rows and columns of words and numbers with rules or bands."""
    image = paper(rng, h, w)
    pen = ImageDraw.Draw(image)
    tone, columns, rows = ink(rng), int(rng.integers(3, 9)), int(rng.integers(6, 22))
    left, top, wide, tall = w * 0.04, h * rng.uniform(0.04, 0.2), w * 0.92 / columns, h * 0.8 / rows
    if top > h * 0.1:
        pen.text((left, h * 0.03), title(rng, 3), font=any_font(rng, h * 0.05), fill=tone)
    font, band, lines = (
        any_font(rng, min(tall * 0.7, h * 0.045)),
        rgb(any_colour(rng, (0, 0.25), (0.85, 0.97))),
        rng.integers(3),
    )
    head = accent(rng)
    for row in range(rows):
        y = top + row * tall
        if row == 0:
            pen.rectangle([left, y, left + columns * wide, y + tall], fill=head)
        elif row % 2 and rng.random() < 0.9:
            pen.rectangle([left, y, left + columns * wide, y + tall], fill=band)
        for column in range(columns):
            text = word(rng) if column == 0 or row == 0 else number(rng)
            pen.text(
                (left + column * wide + 2, y + tall * 0.12),
                text,
                font=font,
                fill=(255, 255, 255) if row == 0 and sum(head) < 380 else tone,
            )
        if lines:
            pen.line([left, y, left + columns * wide, y], fill=tone)
    if lines == 2:
        for column in range(columns + 1):
            pen.line([left + column * wide, top, left + column * wide, top + rows * tall], fill=tone)
    return image


def receipt(rng: Rng, h: int, w: int) -> Image.Image:
    """A shop's slip: name, address, items with prices, a total."""
    image = paper(rng, h, w)
    pen = ImageDraw.Draw(image)
    size, tone = h * rng.uniform(0.02, 0.042), rgb(colour(rng, (0, 1), (0, 0.1), (0.05, 0.45)))
    font = mono_font(rng, size) if rng.random() < 0.7 else any_font(rng, size)
    y, left, right = h * rng.uniform(0.0, 0.08), w * rng.uniform(0.03, 0.14), w * rng.uniform(0.86, 0.97)
    for _ in range(int(rng.integers(2, 7))):
        pen.text((w / 2, y), title(rng, int(rng.integers(1, 4))), font=font, fill=tone, anchor="mt")
        y += size * 1.4
    while y < h * 0.97:
        what = rng.random()
        if what < 0.12:
            pen.text((left, y), "-" * int((right - left) / size * 1.7), font=font, fill=tone)
        elif what < 0.17:
            pen.text((left, y), f"TOTAL {rng.uniform(1, 300):.2f}", font=any_font(rng, size * 1.6), fill=tone)
            y += size
        elif what < 0.2:
            for x in np.arange(w * 0.25, w * 0.75, max(2.0, w * 0.012)):
                pen.rectangle([x, y, x + rng.uniform(0.5, w * 0.008), y + size * 3], fill=tone)
            y += size * 3
        else:
            pen.text((left, y), words(rng, int(rng.integers(1, 3)))[:16].upper(), font=font, fill=tone)
            pen.text((right, y), f"{rng.uniform(0, 99):.2f}", font=font, fill=tone, anchor="ra")
        y += size * rng.uniform(1.25, 1.5)
    return image


def form(rng: Rng, h: int, w: int) -> Image.Image:
    """Labels with boxes and lines to fill in, ticks, a stamp."""
    image = paper(rng, h, w)
    pen = ImageDraw.Draw(image)
    size, tone = h * rng.uniform(0.028, 0.045), ink(rng)
    font, y = any_font(rng, size), h * 0.14
    pen.text((w * 0.05, h * 0.03), title(rng, 3), font=any_font(rng, size * 1.7), fill=tone)
    while y < h * 0.94:
        for x in (0.05, 0.53):
            pen.text((x * w, y), word(rng).title() + ":", font=font, fill=tone)
            if rng.random() < 0.5:
                pen.rectangle([(x + 0.15) * w, y, (x + 0.42) * w, y + size * 1.3], outline=tone)
            elif rng.random() < 0.6:
                pen.line([(x + 0.15) * w, y + size * 1.2, (x + 0.42) * w, y + size * 1.2], fill=tone)
            else:
                pen.rectangle([(x + 0.16) * w, y, (x + 0.16) * w + size, y + size], outline=tone)
            if rng.random() < 0.4:
                pen.text(((x + 0.17) * w, y), words(rng, 1), font=any_font(rng, size), fill=(30, 50, 150))
        y += size * rng.uniform(1.8, 2.6)
    if rng.random() < 0.4:
        x, y, r = rng.uniform(0.3, 0.8) * w, rng.uniform(0.5, 0.85) * h, h * 0.1
        pen.ellipse([x - r, y - r, x + r, y + r], outline=(190, 40, 60), width=3)
    return image


def letter(rng: Rng, h: int, w: int) -> Image.Image:
    """Handwriting, on ruled or plain paper."""
    image = paper(rng, h, w)
    pen = ImageDraw.Draw(image)
    gap = h * rng.uniform(0.05, 0.1)
    tone = rgb(colour(rng, (0.55, 0.7), (0.1, 0.9), (0.05, 0.5)))
    ruled = rng.random()
    for y in np.arange(gap, h, gap):
        if ruled < 0.5:
            pen.line([0, y, w, y], fill=(170, 190, 220))
        x, end = w * rng.uniform(0.05, 0.12), w * rng.uniform(0.4, 0.95)
        while x < end:
            length = w * rng.uniform(0.03, 0.13)
            steps = np.linspace(0, 1, int(length / gap * 16) + 4)
            wave = (
                np.sin(steps * len(steps) * rng.uniform(0.8, 1.2)) * gap * 0.18
                + (ridge(rng, max(16, len(steps)), 0.7)[: len(steps)] - 0.5) * gap * 0.4
            )
            pen.line(
                [(x + s * length, y - gap * 0.2 + v) for s, v in zip(steps, wave, strict=True)],
                fill=tone,
                width=int(rng.integers(1, 3)),
            )
            x += length + w * 0.02
    return image


RENDERERS: dict[str, Callable[[Rng, int, int], Image.Image]] = {
    "text": page,
    "newspaper": newspaper,
    "table": table,
    "receipt": receipt,
    "form": form,
    "handwriting": letter,
    "chart": chart,
    "slide": slide,
    "diagram": diagram,
    "map": plan,
    "poster": poster,
}
