"""Paper and typeset pages: each renderer returns a Pillow image; `handled` makes a scan or a photograph of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from sample_data.lettering import Font, any_font, fill_line, mono_font, number, title, word, words
from sample_data.nature import RENDERERS as PLACES
from sample_data.nature import any_light
from sample_data.textures import Field, any_colour, colour, noise, rgb, ridge, to_image, to_picture

Rng = np.random.Generator
Ink = tuple[int, int, int]


def paper(rng: Rng, h: int, w: int) -> Image.Image:
    """White, cream or greyish paper."""
    return Image.new(
        "RGB",
        (w, h),
        rgb(colour(rng, (0.08, 0.17), (0, rng.choice([0.0, 0.03, 0.1, 0.3], p=[0.45, 0.3, 0.18, 0.07])), (0.86, 1))),
    )


def ink(rng: Rng) -> Ink:
    """Mostly black."""
    return (
        rgb(colour(rng, (0, 1), (0, 0.2), (0, 0.3)))
        if rng.random() < 0.8
        else rgb(any_colour(rng, (0.4, 1), (0.2, 0.6)))
    )


def accent(rng: Rng) -> Ink:
    """The second colour of a layout."""
    return rgb(any_colour(rng, (0.2, 0.95), (0.25, 0.95)))


def picture(rng: Rng, h: int, w: int) -> Image.Image:
    """A small photograph, as pages and screens carry them."""
    names = list(PLACES)
    small = PLACES[names[rng.integers(len(names))]](rng, max(24, h), max(24, w), any_light(rng))
    return to_image(small).resize((max(1, w), max(1, h)))


def paragraph(
    rng: Rng, pen: ImageDraw.ImageDraw, box: tuple[float, float, float, float], font: Font, gap: float, tone: Ink
) -> None:
    """Lines of words in a box, the last of each paragraph shorter."""
    left, top, right, bottom = box
    y = top
    while y + gap <= bottom:
        short = rng.random() < 0.15
        fill_line(pen, rng, left, y, (right - left) * (rng.uniform(0.2, 0.8) if short else 1), font, tone)
        y += gap * (1.6 if short else 1)


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
    kind = rng.integers(4)
    if kind < 3:
        for step in range(6):
            y = bottom - (bottom - top) * step / 5
            pen.line([left, y, right, y], fill=(190, 190, 195))
            pen.text((left - 3, y), str(step * rng.integers(1, 50)), font=font, fill=tone, anchor="rm")
        pen.line([left, top, left, bottom, right, bottom], fill=tone, width=2)
    if kind == 0:
        count = int(rng.integers(3, 14))
        inks = [accent(rng) for _ in range(int(rng.integers(1, 4)))]
        for i in range(count):
            x = left + (right - left) * (i + 0.15) / count
            pen.rectangle(
                [x, bottom - (bottom - top) * rng.uniform(0.05, 1), x + (right - left) * 0.7 / count, bottom],
                fill=inks[i % len(inks)],
            )
    elif kind == 1:
        for _ in range(int(rng.integers(1, 5))):
            line = ridge(rng, 48, float(rng.choice([1.2, 2.0])))
            pen.line(
                [(left + (right - left) * i / 47, bottom - (bottom - top) * float(v)) for i, v in enumerate(line)],
                fill=accent(rng),
                width=2,
            )
    elif kind == 2:
        for _ in range(int(rng.integers(1, 4))):
            tint, cx, cy = accent(rng), rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.8)
            for a, b in rng.normal([cx, cy], 0.12, (40, 2)):
                x, y = left + np.clip(a, 0, 1) * (right - left), bottom - np.clip(b, 0, 1) * (bottom - top)
                pen.ellipse([x - 2, y - 2, x + 2, y + 2], fill=tint)
    else:
        cx, cy, r, angle = w * 0.42, h * 0.52, h * 0.32, 0.0
        for share in rng.dirichlet(np.ones(int(rng.integers(3, 8)))):
            pen.pieslice(
                [cx - r, cy - r, cx + r, cy + r], angle, angle + share * 360, fill=accent(rng), outline=(255, 255, 255)
            )
            angle += share * 360
    for row in range(int(rng.integers(0, 5))):
        pen.rectangle([w * 0.8, h * (0.3 + 0.07 * row), w * 0.83, h * (0.33 + 0.07 * row)], fill=accent(rng))
        pen.text((w * 0.84, h * (0.29 + 0.07 * row)), word(rng), font=font, fill=tone)
    return image


def slide(rng: Rng, h: int, w: int) -> Image.Image:
    """A title, points, sometimes a picture or a chart beside them."""
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
        inset = (chart if rng.random() < 0.5 else diagram if rng.random() < 0.5 else picture)(rng, *box)
        image.paste(inset, (int(w * 0.54), int(h * 0.28)))
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


def handled(rng: Rng, image: Image.Image, forced: str = "") -> tuple[Image.Image, str]:
    """What happened to the page: nothing, a scanner, or a camera over a desk. Returns the picture and its way."""
    draw = {"clean": 0.0, "scan": 0.5, "photo": 0.9, "": rng.random()}[forced]
    if draw < 0.35:
        return image, "clean"
    w, h = image.size
    if draw < 0.65:
        turned = image.rotate(
            float(rng.normal(0, 2)),
            fillcolor=(235, 235, 235) if rng.random() < 0.7 else (20, 20, 20),
            resample=Image.Resampling.BILINEAR,
        )
        scan = to_picture(turned if rng.random() < 0.4 else turned.convert("L").convert("RGB"))
        scan = (
            (scan - 0.5) * rng.uniform(0.6, 1.3)
            + rng.uniform(0.42, 0.58)
            + (noise(rng, h, w, 2.6)[..., None] - 0.5) * rng.uniform(0, 0.2)
        )
        return to_image(scan.astype(np.float32)).filter(ImageFilter.GaussianBlur(float(rng.uniform(0, 0.9)))), "scan"
    desk = (
        np.broadcast_to(any_colour(rng, (0, 0.6), (0.05, 0.8)), (h, w, 3))
        * (0.7 + 0.5 * noise(rng, h, w, 1.6, 1, rng.choice([1.0, 8.0])))[..., None]
    )
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * 0.92 + 0.04 + rng.normal(0, 0.06, (4, 2))
    inside = _project(image, corners * [w, h])
    shade = 0.65 + 0.5 * noise(rng, h, w, 3.2, 2)
    fold = 1 - 0.2 * np.exp(-(((np.arange(w) - rng.uniform(0, w)) / (w * 0.02)) ** 2)) * (rng.random() < 0.4)
    lit = np.asarray(inside.convert("RGB"), np.float32) / 255 * shade[..., None] * fold[None, :, None]
    mask = np.asarray(inside.getchannel("A"), np.float32)[..., None] / 255
    return to_image((desk * (1 - mask) + lit * mask).astype(np.float32)), "photo"


def _project(image: Image.Image, corners: Field) -> Image.Image:
    """The image drawn into four corners [4, 2] in pixels, transparent outside."""
    w, h = image.size
    source = np.array([[0, 0], [w, 0], [w, h], [0, h]], float)
    rows = []
    for (x, y), (u, v) in zip(corners, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    solved = np.linalg.solve(np.array(rows), source.reshape(-1))
    return image.convert("RGBA").transform(
        (w, h), Image.Transform.PERSPECTIVE, tuple(solved), Image.Resampling.BILINEAR
    )


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
