"""What happens to a picture on its way: lens, sensor, exposure, bars, watermark, JPEG. And the shifts of a held-out world."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from pretraining.materials.lettering import any_font, title
from pretraining.materials.textures import any_colour, noise, rgb, to_image, to_picture

Rng = np.random.Generator
DARK = 0.12  # mean of a picture, in 0..1, below which a camera exposes longer


def expose(rng: Rng, image: Image.Image, strength: float) -> Image.Image:
    """White balance, exposure, contrast, saturation and vignette, scaled by `strength` in 0..1.

    A dark scene is exposed longer, as a camera does: what cannot be made out teaches nothing.
    """
    picture = to_picture(image)
    h, w, _ = picture.shape
    mean = float(picture.mean())
    if mean < DARK:
        seen, mean = mean, 0.32 if rng.random() < 0.6 else 0.22
        picture = picture * min(12.0, mean / max(seen, 1e-3))
    pivot = min(0.5, 2 * mean)  # contrast about the middle would drown a dark scene
    balance = (1 + strength * rng.normal(0, 0.09, 3)) * (1 + strength * rng.normal(0, 0.18))
    curve = np.linspace(0, 1, 512, dtype=np.float32) ** np.exp(strength * rng.normal(0, 0.25))
    picture = curve[(np.clip(picture * balance.astype(np.float32), 0, 1) * 511).astype(np.int32)]
    grey = picture.mean(axis=2, keepdims=True)
    picture = grey + (picture - grey) * np.float32(1 + strength * rng.uniform(-0.7, 0.5))
    picture = (picture - pivot) * np.float32(1 + strength * rng.uniform(-0.3, 0.35))
    picture = picture + np.float32(pivot + strength * rng.normal(0, 0.04))
    if (mean := float(picture.mean())) < DARK:
        picture = picture * np.float32(min(4.0, 0.18 / max(mean, 1e-2)))
    if rng.random() < 0.25 * strength:
        y, x = np.linspace(-1, 1, h, dtype=np.float32)[:, None], np.linspace(-1, 1, w, dtype=np.float32)[None, :]
        picture = picture * (1 - np.float32(rng.uniform(0.1, 0.5)) * (x**2 + y**2) / 2)[..., None]
    return to_image(picture.astype(np.float32))


def grain(rng: Rng, image: Image.Image) -> Image.Image:
    """Sensor noise, some of it coarse."""
    picture = to_picture(image)
    h, w, _ = picture.shape
    strength, channels = rng.uniform(0.005, 0.06), 1 if rng.random() < 0.5 else 3
    picture = picture + rng.standard_normal((h, w, channels), np.float32) * np.float32(strength)
    if rng.random() < 0.3:
        picture = picture + (noise(rng, h, w, 0.7)[..., None] - 0.5) * rng.uniform(0, 0.15)
    return to_image(picture.astype(np.float32))


def jpeg(rng: Rng, image: Image.Image, low: int = 25, high: int = 95) -> Image.Image:
    """Through JPEG and back."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=int(rng.integers(low, high)))
    return Image.open(buffer).convert("RGB")


def bars(rng: Rng, image: Image.Image) -> Image.Image:
    """Letterbox or pillar bars."""
    w, h = image.size
    share = rng.uniform(0.06, 0.16)
    pen = ImageDraw.Draw(image)
    ink = (0, 0, 0) if rng.random() < 0.8 else rgb(any_colour(rng))
    if rng.random() < 0.6:
        pen.rectangle([0, 0, w, h * share], fill=ink)
        pen.rectangle([0, h * (1 - share), w, h], fill=ink)
    else:
        pen.rectangle([0, 0, w * share, h], fill=ink)
        pen.rectangle([w * (1 - share), 0, w, h], fill=ink)
    return image


def watermark(rng: Rng, image: Image.Image) -> Image.Image:
    """A few words over a corner or a band, as broadcasters and image sellers put."""
    w, h = image.size
    pen = ImageDraw.Draw(image, "RGBA")
    tone = (255, 255, 255, int(rng.integers(90, 255)))
    pen.text(
        (rng.uniform(0, 0.7) * w, rng.choice([0.02, 0.88, rng.uniform(0, 0.9)]) * h),
        title(rng, int(rng.integers(1, 4))),
        font=any_font(rng, h * rng.uniform(0.04, 0.09)),
        fill=tone,
    )
    return image


def finish(rng: Rng, image: Image.Image, photographic: bool) -> Image.Image:
    """The way from renderer to file.

    The same accidents happen to every class, so that none of them gives the class away.
    """
    h = image.height
    image = image.convert("RGB")
    if rng.random() < 0.1:
        image = watermark(rng, image)
    image = expose(rng, image, float(rng.uniform(0.3, 1.2)) if photographic else float(rng.choice([0, 0, 0.3, 0.8])))
    if rng.random() < (0.35 if photographic else 0.25):
        image = image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 1.2)) * h / 120))
    elif rng.random() < 0.3:
        image = image.filter(ImageFilter.UnsharpMask(float(rng.uniform(0.5, 2)), int(rng.integers(60, 250)), 0))
    if rng.random() < (0.5 if photographic else 0.35):
        image = grain(rng, image)
    if rng.random() < 0.08:
        image = bars(rng, image)
    return jpeg(rng, image) if rng.random() < 0.5 else image


def on_desk(rng: Rng, image: Image.Image) -> Image.Image:
    """The picture in a window or a frame on a larger ground."""
    w, h = image.size
    picture = np.broadcast_to(any_colour(rng, (0, 0.7), (0.05, 0.9)), (h, w, 3)) * (
        0.8 + 0.4 * noise(rng, h, w, 2.0)[..., None]
    )
    ground = to_image(picture.astype(np.float32))
    share = rng.uniform(0.55, 0.85)
    small = image.resize((int(w * share), int(h * share)))
    x, y = int(rng.uniform(0, w - small.width)), int(rng.uniform(0, h - small.height))
    pen = ImageDraw.Draw(ground)
    pen.rectangle(
        [x - 2, y - max(2, h // 20), x + small.width + 1, y + small.height + 1],
        fill=rgb(any_colour(rng, (0, 0.3), (0.1, 0.9))),
    )
    ground.paste(small, (x, y))
    return ground


def shifted(rng: Rng, image: Image.Image, shift: str) -> Image.Image:
    """One of the shifts of the held-out world.

    Args:
        shift: `grey`, `tint`, `inverted`, `window` or `crop`.
    """
    w, h = image.size
    if shift == "grey":
        return image.convert("L").convert("RGB")
    if shift == "tint":
        return to_image(to_picture(image) * (0.35 + 0.65 * any_colour(rng, (0.5, 1), (0.8, 1))))
    if shift == "inverted":
        return ImageOps.invert(image)
    if shift == "window":
        return on_desk(rng, image)
    side = 0.38**0.5
    x, y = rng.uniform(0, w * (1 - side)), rng.uniform(0, h * (1 - side))
    return image.crop((int(x), int(y), int(x + w * side), int(y + h * side))).resize((w, h), Image.Resampling.BICUBIC)


SHIFTS = ("grey", "tint", "inverted", "window", "crop")
