"""Pages that are more than lines: charts, slides, diagrams, maps, posters. Each renderer returns a Pillow image."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw

from pretraining.documents.paper import accent, ink, paper, paragraph, picture
from pretraining.materials.lettering import any_font, fill_line, number, title, word
from pretraining.materials.textures import any_colour, colour, noise, rgb, ridge

Rng = np.random.Generator


def _bars(rng: Rng, pen: ImageDraw.ImageDraw, left: float, top: float, right: float, bottom: float) -> None:
    count = int(rng.integers(3, 14))
    inks = [accent(rng) for _ in range(int(rng.integers(1, 4)))]
    for i in range(count):
        x = left + (right - left) * (i + 0.15) / count
        pen.rectangle(
            [x, bottom - (bottom - top) * rng.uniform(0.05, 1), x + (right - left) * 0.7 / count, bottom],
            fill=inks[i % len(inks)],
        )


def _curves(rng: Rng, pen: ImageDraw.ImageDraw, left: float, top: float, right: float, bottom: float) -> None:
    for _ in range(int(rng.integers(1, 5))):
        line = ridge(rng, 48, float(rng.choice([1.2, 2.0])))
        pen.line(
            [(left + (right - left) * i / 47, bottom - (bottom - top) * float(v)) for i, v in enumerate(line)],
            fill=accent(rng),
            width=2,
        )


def _dots(rng: Rng, pen: ImageDraw.ImageDraw, left: float, top: float, right: float, bottom: float) -> None:
    for _ in range(int(rng.integers(1, 4))):
        tint, cx, cy = accent(rng), rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.8)
        for a, b in rng.normal([cx, cy], 0.12, (40, 2)):
            x, y = left + np.clip(a, 0, 1) * (right - left), bottom - np.clip(b, 0, 1) * (bottom - top)
            pen.ellipse([x - 2, y - 2, x + 2, y + 2], fill=tint)


def _pie(rng: Rng, pen: ImageDraw.ImageDraw, h: int, w: int) -> None:
    cx, cy, r, angle = w * 0.42, h * 0.52, h * 0.32, 0.0
    for share in rng.dirichlet(np.ones(int(rng.integers(3, 8)))):
        pen.pieslice(
            [cx - r, cy - r, cx + r, cy + r], angle, angle + share * 360, fill=accent(rng), outline=(255, 255, 255)
        )
        angle += share * 360


_SERIES = (_bars, _curves, _dots)


def chart(rng: Rng, h: int, w: int) -> Image.Image:
    """Bars, lines, a pie or points with axes and a legend."""
    image = (
        paper(rng, h, w)
        if rng.random() < 0.85
        else Image.new("RGB", (w, h), rgb(any_colour(rng, (0, 0.4), (0.05, 0.2))))
    )
    pen = ImageDraw.Draw(image)
    tone = (30, 30, 30) if image.getpixel((0, 0))[0] > 128 else (220, 220, 220)  # type: ignore[index]
    left, top, right, bottom = w * 0.12, h * 0.16, w * rng.uniform(0.75, 0.96), h * 0.86
    font = any_font(rng, h * 0.04)
    pen.text((w / 2, h * 0.07), title(rng, 4), font=any_font(rng, h * 0.06), fill=tone, anchor="mm")
    kind = int(rng.integers(4))
    if kind < len(_SERIES):
        for step in range(6):
            y = bottom - (bottom - top) * step / 5
            pen.line([left, y, right, y], fill=(190, 190, 195))
            pen.text((left - 3, y), str(step * rng.integers(1, 50)), font=font, fill=tone, anchor="rm")
        pen.line([left, top, left, bottom, right, bottom], fill=tone, width=2)
    if kind < len(_SERIES):
        _SERIES[kind](rng, pen, left, top, right, bottom)
    else:
        _pie(rng, pen, h, w)
    for row in range(int(rng.integers(0, 5))):
        pen.rectangle([w * 0.8, h * (0.3 + 0.07 * row), w * 0.83, h * (0.33 + 0.07 * row)], fill=accent(rng))
        pen.text((w * 0.84, h * (0.29 + 0.07 * row)), word(rng), font=font, fill=tone)
    return image


def _inset(rng: Rng, h: int, w: int) -> Image.Image:
    """What stands on a slide beside its words: a chart, a diagram, a photograph, a table of numbers."""
    draw = rng.random()
    if draw < 0.3:
        return chart(rng, h, w)
    if draw < 0.55:
        return diagram(rng, h, w)
    if draw < 0.85:
        return picture(rng, h, w)
    image = Image.new("RGB", (w, h), rgb(any_colour(rng, (0, 0.1), (0.9, 1))))
    pen, rows, columns = ImageDraw.Draw(image), int(rng.integers(3, 9)), int(rng.integers(2, 6))
    font = any_font(rng, h / rows * 0.55)
    for row in range(rows):
        for column in range(columns):
            text = word(rng) if column == 0 or row == 0 else number(rng)
            pen.text((w * (column + 0.1) / columns, h * row / rows), text, font=font, fill=(40, 40, 50))
        pen.line([0, h * (row + 1) / rows, w, h * (row + 1) / rows], fill=(170, 170, 180))
    return image


def pictured_slide(rng: Rng, h: int, w: int) -> Image.Image:
    """A slide that shows more than it says: a heading over one to four pictures, or a title alone in the middle."""
    light = rng.random() < 0.7
    ground = rgb(any_colour(rng, (0, 0.12), (0.93, 1))) if light else rgb(any_colour(rng, (0.2, 1), (0.05, 0.45)))
    image = Image.new("RGB", (w, h), ground)
    pen = ImageDraw.Draw(image)
    tone = accent(rng) if rng.random() < 0.4 else (25, 25, 35) if light else (245, 245, 245)
    if rng.random() < 0.2:
        for row in range(int(rng.integers(1, 4))):
            font = any_font(rng, h * rng.uniform(0.05, 0.12))
            pen.text((w / 2, h * (0.35 + 0.14 * row)), title(rng, 4), font=font, fill=tone, anchor="mm")
        return image
    pen.text((w * 0.05, h * 0.04), title(rng, 4), font=any_font(rng, h * rng.uniform(0.06, 0.1)), fill=tone)
    columns, rows = (1, 1) if rng.random() < 0.5 else (2, int(rng.integers(1, 3)))
    left, top, right = w * rng.uniform(0.04, 0.2), h * rng.uniform(0.17, 0.25), w * rng.uniform(0.8, 0.96)
    wide, tall = (right - left) / columns, (h * 0.86 - top) / rows
    for place in range(columns * rows):
        inset = _inset(rng, max(24, int(tall * 0.86)), max(24, int(wide * 0.92)))
        image.paste(inset, (int(left + place % columns * wide), int(top + place // columns * tall)))
    if rng.random() < 0.7:
        fill_line(pen, rng, left, h * 0.89, (right - left) * rng.uniform(0.3, 1), any_font(rng, h * 0.045), tone)
    if rng.random() < 0.4:
        pen.text((w * 0.97, h * 0.95), str(rng.integers(2, 80)), font=any_font(rng, h * 0.035), fill=tone, anchor="rm")
    return image


def slide(rng: Rng, h: int, w: int) -> Image.Image:
    """A title, points, sometimes a picture or a chart beside them."""
    if rng.random() < 0.4:
        return pictured_slide(rng, h, w)
    draw = rng.random()
    ground = rgb(any_colour(rng, (0, 0.15), (0.92, 1))) if draw < 0.7 else rgb(any_colour(rng, (0.3, 1), (0.1, 0.5)))
    image = Image.new("RGB", (w, h), ground)
    pen = ImageDraw.Draw(image)
    tone = (25, 25, 35) if sum(ground) > 380 else (245, 245, 245)
    band = accent(rng)
    if rng.random() < 0.5:
        pen.rectangle([0, 0, w, h * rng.uniform(0.12, 0.2)], fill=band)
    heading = tone if rng.random() < 0.5 else band
    pen.text(
        (w * 0.05, h * 0.05),
        title(rng, int(rng.integers(2, 5))),
        font=any_font(rng, h * rng.uniform(0.07, 0.1)),
        fill=heading,
    )
    half = rng.random() < 0.5
    size, y, right = h * rng.uniform(0.04, 0.065), h * 0.26, w * (0.5 if half else 0.93)
    font = any_font(rng, size)
    for _ in range(int(rng.integers(2, 9))):
        if y > h * 0.88:
            break
        indent = rng.choice([0.0, 0.0, 0.05])
        pen.ellipse(
            [w * (0.05 + indent), y + size * 0.35, w * (0.05 + indent) + size * 0.3, y + size * 0.65], fill=heading
        )
        fill_line(pen, rng, w * (0.08 + indent), y, (right - w * (0.08 + indent)) * rng.uniform(0.4, 1), font, tone)
        y += size * rng.uniform(1.4, 2.1)
    if half:
        box = (int(h * 0.5), int(w * 0.42))
        image.paste(_inset(rng, *box), (int(w * 0.54), int(h * 0.28)))
    return image


def diagram(rng: Rng, h: int, w: int) -> Image.Image:
    """Boxes with names and arrows between them."""
    image = paper(rng, h, w)
    pen = ImageDraw.Draw(image)
    tone, font, spots = ink(rng), any_font(rng, h * 0.05), []
    for _ in range(int(rng.integers(3, 10))):
        spots.append((rng.uniform(0.02, 0.75) * w, rng.uniform(0.05, 0.85) * h))
    for a, b in pairwise(spots):
        pen.line([a[0] + w * 0.1, a[1] + h * 0.05, b[0] + w * 0.1, b[1] + h * 0.05], fill=tone, width=1)
    for x, y in spots:
        tint = rgb(any_colour(rng, (0, 0.4), (0.85, 1)))
        box = [x, y, x + w * 0.2, y + h * 0.11]
        (pen.rounded_rectangle if rng.random() < 0.5 else pen.rectangle)(box, fill=tint, outline=tone)
        pen.text((x + w * 0.1, y + h * 0.055), word(rng), font=font, fill=tone, anchor="mm")
    return image


def plan(rng: Rng, h: int, w: int) -> Image.Image:
    """A map of streets: pale blocks, yellow and white roads, water, names."""
    image = Image.new("RGB", (w, h), rgb(colour(rng, (0.08, 0.15), (0.02, 0.12), (0.88, 0.97))))
    field = noise(rng, h, w, 3.2, 1.5)
    arr = np.asarray(image).copy()
    arr[field > rng.uniform(0.6, 0.9)] = rgb(colour(rng, (0.52, 0.6), (0.2, 0.45), (0.8, 0.95)))
    arr[field < rng.uniform(0.1, 0.3)] = rgb(colour(rng, (0.25, 0.35), (0.15, 0.35), (0.8, 0.92)))
    image = Image.fromarray(arr)
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(6, 26))):
        x, y, angle = rng.uniform(0, w), rng.uniform(0, h), rng.choice([0.2, 1.77]) + rng.normal(0, 0.1)
        dx, dy = np.cos(angle) * w, np.sin(angle) * w
        tint = (250, 220, 120) if rng.random() < 0.25 else (255, 255, 255)
        pen.line([x - dx, y - dy, x + dx, y + dy], fill=(180, 180, 175), width=5)
        pen.line([x - dx, y - dy, x + dx, y + dy], fill=tint, width=3)
    for _ in range(int(rng.integers(3, 12))):
        pen.text(
            (rng.uniform(0, 0.9) * w, rng.uniform(0, 0.95) * h),
            title(rng, 1),
            font=any_font(rng, h * 0.045),
            fill=(70, 70, 80),
        )
    return image


def poster(rng: Rng, h: int, w: int) -> Image.Image:
    """A book cover, notice or certificate: large words, a frame."""
    ground = rgb(any_colour(rng, (0, 0.6), (0.3, 1)))
    image = Image.new("RGB", (w, h), ground)
    pen = ImageDraw.Draw(image)
    tone = (20, 20, 30) if sum(ground) > 380 else (250, 245, 230)
    if rng.random() < 0.6:
        pen.rectangle([w * 0.05, h * 0.05, w * 0.95, h * 0.95], outline=tone, width=int(rng.integers(1, 5)))
    y = h * 0.15
    for _ in range(int(rng.integers(2, 6))):
        size = h * rng.uniform(0.05, 0.16)
        pen.text((w / 2, y), title(rng, int(rng.integers(1, 3))), font=any_font(rng, size), fill=tone, anchor="mt")
        y += size * 1.5
    paragraph(rng, pen, (w * 0.2, min(y, h * 0.8), w * 0.8, h * 0.9), any_font(rng, h * 0.035), h * 0.05, tone)
    return image
