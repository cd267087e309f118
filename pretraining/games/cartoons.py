"""Drawn animation: cel-shaded places, characters, talking heads of a visual novel. Each renderer returns a Pillow image."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from pretraining.games.films import film
from pretraining.games.sprites import dialogue, figure, vivid
from pretraining.materials.landscape import any_light
from pretraining.materials.textures import any_colour, colour, ramp, rgb, ridge, to_image
from pretraining.nature import places

Rng = np.random.Generator
Ink = tuple[int, int, int]


def cel(rng: Rng, image: Image.Image) -> Image.Image:
    """A photograph-like picture as a cartoonist would paint it: flat areas, few tones, perhaps lines."""
    w, h = image.size
    flat = image.resize((w // 2, h // 2)).filter(ImageFilter.ModeFilter(int(rng.choice([5, 7]))))
    flat = flat.filter(ImageFilter.MedianFilter(5)).quantize(int(rng.integers(6, 18))).convert("RGB").resize((w, h))
    flat = Image.eval(flat, lambda v: min(255, int(v * 1.2 + 15)))
    if rng.random() < 0.5:
        lines = flat.convert("L").filter(ImageFilter.FIND_EDGES).point(lambda v: 255 if v > 28 else 0)
        flat.paste((20, 18, 25), (0, 0), lines)
    return flat


def drawn_place(rng: Rng, h: int, w: int) -> Image.Image:
    """Hills, sky, clouds, trees, houses in flat colours."""
    if rng.random() < 0.3:
        place = places.RENDERERS[str(rng.choice(["mountain", "meadow", "tree", "beach", "desert", "lake"]))]
        return cel(rng, to_image(place(rng, h, w, any_light(rng))))
    image = to_image(ramp(h, w, any_colour(rng, (0.2, 0.9), (0.3, 1)), any_colour(rng, (0.1, 0.7), (0.6, 1))))
    pen = ImageDraw.Draw(image)
    edge = (25, 20, 30) if rng.random() < 0.5 else None
    if rng.random() < 0.5:
        x, y, r = rng.uniform(0.1, 0.9) * w, rng.uniform(0.1, 0.35) * h, h * rng.uniform(0.06, 0.14)
        pen.ellipse([x - r, y - r, x + r, y + r], fill=(255, 235, 120), outline=edge)
    for _ in range(int(rng.integers(0, 5))):
        x, y, r = rng.uniform(0, w), rng.uniform(0.05, 0.4) * h, h * rng.uniform(0.04, 0.09)
        for step in range(4):
            pen.ellipse(
                [x + step * r - r, y - r * (1.2 if step in (1, 2) else 0.7), x + step * r + r, y + r],
                fill=(255, 255, 255),
            )
    for step in range(int(rng.integers(1, 5))):
        line = h * (0.5 + 0.12 * step - rng.uniform(0.1, 0.35) * ridge(rng, w, 3.2 if rng.random() < 0.7 else 1.6, 2))
        pen.polygon(
            [(0, h), *[(x, float(line[x])) for x in range(0, w, 3)], (w, float(line[-1])), (w, h)],
            fill=vivid(rng),
            outline=edge,
        )
    for _ in range(int(rng.integers(0, 7))):
        x, y, s = rng.uniform(0, w), rng.uniform(0.55, 0.95) * h, h * rng.uniform(0.08, 0.25)
        if rng.random() < 0.65:
            pen.rectangle([x - s * 0.08, y - s * 0.5, x + s * 0.08, y], fill=(110, 70, 40), outline=edge)
            pen.ellipse([x - s * 0.4, y - s * 1.2, x + s * 0.4, y - s * 0.35], fill=vivid(rng), outline=edge)
        else:
            pen.rectangle([x - s * 0.5, y - s * 0.7, x + s * 0.5, y], fill=vivid(rng), outline=edge)
            pen.polygon(
                [(x - s * 0.6, y - s * 0.7), (x, y - s * 1.2), (x + s * 0.6, y - s * 0.7)],
                fill=vivid(rng),
                outline=edge,
            )
    for _ in range(int(rng.integers(0, 3))):
        figure(
            rng, pen, rng.uniform(0.1, 0.9) * w, rng.uniform(0.7, 1.0) * h, h * rng.uniform(0.2, 0.5), edge is not None
        )
    return image


def _ears(
    rng: Rng, pen: ImageDraw.ImageDraw, x: float, y: float, r: float, skin: Ink, edge: Ink | None, wide: int
) -> None:
    for side in (-1.0, 1.0):
        if rng.random() < 0.5:
            pen.ellipse(
                [x + side * r * 0.8 - r * 0.4, y - r * 1.3, x + side * r * 0.8 + r * 0.4, y - r * 0.5],
                fill=skin,
                outline=edge,
                width=wide,
            )
        else:
            pen.polygon(
                [(x + side * r * 0.3, y - r * 0.8), (x + side * r * 0.9, y - r * 1.8), (x + side * r, y - r * 0.3)],
                fill=skin,
                outline=edge,
            )


def _eyes(rng: Rng, pen: ImageDraw.ImageDraw, x: float, y: float, r: float) -> None:
    eye, iris = r * rng.uniform(0.15, 0.3), vivid(rng)
    for side in (-0.4, 0.4):
        pen.ellipse(
            [x + side * r - eye, y - eye * 1.2, x + side * r + eye, y + eye * 1.2],
            fill=(255, 255, 255),
            outline=(20, 20, 20),
        )
        pen.ellipse([x + side * r - eye * 0.6, y - eye * 0.7, x + side * r + eye * 0.6, y + eye * 0.9], fill=iris)
        pen.ellipse(
            [x + side * r - eye * 0.3, y - eye * 0.3, x + side * r + eye * 0.3, y + eye * 0.5], fill=(10, 10, 15)
        )


def face(rng: Rng, pen: ImageDraw.ImageDraw, x: float, y: float, r: float) -> None:
    """A large drawn head: hair, big eyes, mouth; or a furry creature with ears."""
    creature = rng.random() < 0.4
    skin = vivid(rng) if creature else rgb(colour(rng, (0.03, 0.1), (0.1, 0.5), (0.75, 1)))
    hair, edge = vivid(rng), (25, 20, 30) if rng.random() < 0.7 else None
    wide = int(max(1, r * 0.04))
    pen.polygon(
        [
            (x - r * 1.3, y + r * 2.6),
            (x - r * 0.7, y + r * 0.9),
            (x + r * 0.7, y + r * 0.9),
            (x + r * 1.3, y + r * 2.6),
        ],
        fill=vivid(rng),
        outline=edge,
    )
    if creature:
        _ears(rng, pen, x, y, r, skin, edge, wide)
    else:
        pen.ellipse(
            [x - r * 1.2, y - r * 1.3, x + r * 1.2, y + r * rng.uniform(0.4, 1.4)], fill=hair, outline=edge, width=wide
        )
    pen.ellipse([x - r * 0.95, y - r * 0.95, x + r * 0.95, y + r], fill=skin, outline=edge, width=wide)
    if not creature:
        for step in np.linspace(-0.8, 0.6, int(rng.integers(2, 6))):
            pen.polygon(
                [
                    (x + step * r, y - r),
                    (x + (step + 0.5) * r, y - r),
                    (x + (step + 0.2) * r, y - r * rng.uniform(0.1, 0.5)),
                ],
                fill=hair,
            )
    _eyes(rng, pen, x, y, r)
    pen.arc([x - r * 0.3, y + r * 0.2, x + r * 0.3, y + r * 0.7], 10, 170, fill=(120, 30, 40), width=max(1, wide))


def cartoon(rng: Rng, h: int, w: int) -> Image.Image:
    """A drawn place, or one of a computer-animated film in which at most a small figure stands."""
    return film(rng, h, w, heads=(0.04, 0.12), empty=0.7) if rng.random() < 0.4 else drawn_place(rng, h, w)


def _back(rng: Rng, h: int, w: int) -> Image.Image:
    draw = rng.random()
    if draw < 0.4:
        return drawn_place(rng, h, w)
    if draw < 0.7:
        return to_image(ramp(h, w, any_colour(rng), any_colour(rng)))
    return Image.new("RGB", (w, h), vivid(rng))


def character(rng: Rng, h: int, w: int) -> Image.Image:
    """One or two heads or whole figures, near; a third as in a computer-animated film."""
    if rng.random() < 0.33:
        return film(rng, h, w, heads=(0.12, 0.45), empty=0)
    image = _back(rng, h, w)
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.choice([1, 1, 2]))):
        if rng.random() < 0.7:
            face(rng, pen, rng.uniform(0.3, 0.7) * w, rng.uniform(0.4, 0.55) * h, h * rng.uniform(0.18, 0.33))
        else:
            figure(rng, pen, rng.uniform(0.25, 0.75) * w, h * 0.98, h * rng.uniform(0.7, 0.95), True)
    return soft_shading(rng, image) if rng.random() < 0.4 else image


def soft_shading(rng: Rng, image: Image.Image) -> Image.Image:
    """Light from one side over a blurred relief of the drawing, as in computer animation."""
    blurred = (
        np.asarray(image.convert("L").filter(ImageFilter.GaussianBlur(float(rng.uniform(2, 6)))), np.float32) / 255
    )
    dy, dx = np.gradient(blurred)
    lit = 1 + rng.uniform(3, 9) * (dx + dy)
    picture = np.asarray(image.filter(ImageFilter.GaussianBlur(0.8)), np.float32) / 255
    return to_image((picture * np.clip(lit, 0.4, 1.6)[..., None]).astype(np.float32))


def novel(rng: Rng, h: int, w: int) -> Image.Image:
    """A talking head over a box of dialogue."""
    image = _back(rng, h, w)
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.choice([1, 2]))):
        face(rng, pen, rng.uniform(0.2, 0.8) * w, h * rng.uniform(0.35, 0.45), h * rng.uniform(0.14, 0.22))
    dialogue(rng, image)
    return image


def comic(rng: Rng, h: int, w: int) -> Image.Image:
    """Panels with figures and balloons."""
    image = Image.new("RGB", (w, h), (250, 250, 245))
    columns, rows = int(rng.integers(1, 4)), int(rng.integers(1, 3))
    gap = max(2, h // 40)
    pw, ph = (w - gap * (columns + 1)) // columns, (h - gap * (rows + 1)) // rows
    grey = rng.random() < 0.3
    for row in range(rows):
        for column in range(columns):
            panel = (character if rng.random() < 0.6 else drawn_place)(rng, max(40, ph), max(40, pw))
            pen = ImageDraw.Draw(panel)
            if rng.random() < 0.6:
                x, y = rng.uniform(0.25, 0.6) * pw, rng.uniform(0.1, 0.25) * ph
                pen.ellipse(
                    [x - pw * 0.22, y - ph * 0.1, x + pw * 0.3, y + ph * 0.12], fill=(255, 255, 255), outline=(0, 0, 0)
                )
                for line in range(2):
                    pen.line(
                        [
                            x - pw * 0.12,
                            y - ph * 0.02 + line * ph * 0.05,
                            x + pw * 0.2,
                            y - ph * 0.02 + line * ph * 0.05,
                        ],
                        fill=(40, 40, 40),
                    )
            panel = panel.convert("L").convert("RGB") if grey else panel
            left, top = gap + column * (pw + gap), gap + row * (ph + gap)
            image.paste(panel.crop((0, 0, pw, ph)), (left, top))
            ImageDraw.Draw(image).rectangle([left, top, left + pw, top + ph], outline=(0, 0, 0), width=2)
    return image


RENDERERS: dict[str, Callable[[Rng, int, int], Image.Image]] = {
    "cartoon": cartoon,
    "character": character,
    "novel": novel,
    "comic": comic,
}
