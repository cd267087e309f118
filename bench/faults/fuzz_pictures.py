"""Damaged pictures of every format that is read, added by the folder: the sound ones beside them must all come in."""

from __future__ import annotations

import io
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, PngImagePlugin

from bench.faults.byte_damage import damaged
from bench.harness import Figures, Options
from embedding.ingest import adding, encoder_change
from embedding.pictures import image_formats, images
from embedding.pictures.images import BadFile
from store.workspace import Workspace, create

FOLDER = 500  # pictures a folder
SOUND = 5  # of them undamaged
EXIF_ORIENTATION = 0x0112


def smooth(seed: int, width: int = 96, height: int = 64) -> Image.Image:
    """A smooth random picture, RGB."""
    cells = np.random.default_rng(seed).integers(0, 255, (9, 16, 3), dtype=np.uint8)
    return Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC)


def originals() -> dict[str, bytes]:
    """Sound pictures by name, the ending says the format: each format in the modes and compressions it is met in."""
    picture = smooth(1)
    turned = Image.Exif()
    turned[EXIF_ORIENTATION] = 6
    text = PngImagePlugin.PngInfo()
    text.add_text("comment", "sound " * 50, zip=True)
    grey = np.asarray(picture.convert("L"))
    several: dict[str, Any] = {"save_all": True, "append_images": [smooth(2), smooth(3)]}
    kinds: dict[str, tuple[Image.Image, dict[str, Any]]] = {
        "plain.jpg": (picture, {"quality": 90}),
        "turned.jpg": (picture, {"exif": turned}),
        "progressive.jpg": (picture, {"progressive": True}),
        "cmyk.jpg": (picture.convert("CMYK"), {}),
        "grey.jpg": (picture.convert("L"), {}),
        "plain.png": (picture, {}),
        "text.png": (picture, {"pnginfo": text, "exif": turned}),
        "palette.png": (picture.convert("P"), {}),
        "clear.png": (picture.convert("RGBA"), {}),
        "bits.png": (picture.convert("1"), {}),
        "deep.png": (Image.fromarray(grey.astype(np.uint16) * 257), {}),
        "moving.png": (picture, several),
        "plain.webp": (picture, {"exif": turned}),
        "lossless.webp": (picture.convert("RGBA"), {"lossless": True}),
        "moving.webp": (picture, several),
        "plain.bmp": (picture, {}),
        "palette.bmp": (picture.convert("P"), {}),
        "plain.gif": (picture.convert("P"), {}),
        "moving.gif": (picture, several),
        "plain.tif": (picture, {}),
        "lzw.tif": (picture, {"compression": "tiff_lzw"}),
        "deflate.tif": (picture, {"compression": "tiff_adobe_deflate"}),
        "jpeg.tif": (picture, {"compression": "jpeg"}),
        "fax.tif": (picture.convert("1"), {"compression": "group4"}),
        "cmyk.tif": (picture.convert("CMYK"), {}),
        "lab.tif": (picture.convert("LAB"), {}),
        "deep.tif": (Image.fromarray(grey.astype(np.uint16) * 16), {}),
        "whole.tif": (Image.fromarray(grey.astype(np.int32) * 1000), {}),
        "float.tif": (Image.fromarray(grey.astype(np.float32) / 255), {}),
        "pages.tif": (picture, several),
        "plain.avif": (picture, {}),
        "moving.avif": (picture, several),
        "plain.jp2": (picture, {}),
        "lossy.jp2": (picture.convert("RGBA"), {"irreversible": True, "quality_layers": [20]}),
        "deep.jp2": (Image.fromarray(grey.astype(np.uint16) * 257), {}),
    }
    kinds |= _extras(picture, turned)
    return {name: _saved(name, image, options) for name, (image, options) in kinds.items()}


def _extras(picture: Image.Image, turned: Image.Exif) -> dict[str, tuple[Image.Image, dict[str, Any]]]:
    """Pictures of the formats that an extra package writes."""
    kinds: dict[str, tuple[Image.Image, dict[str, Any]]] = {}
    if "HEIF" in image_formats.EXTRAS:
        kinds |= {"plain.heic": (picture, {"exif": turned.tobytes()}), "clear.heic": (picture.convert("RGBA"), {})}
    if "JXL" in image_formats.EXTRAS:
        kinds |= {"plain.jxl": (picture, {}), "lossless.jxl": (picture.convert("RGBA"), {"lossless": True})}
    return kinds


def _saved(name: str, image: Image.Image, options: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    image.save(out, Image.registered_extensions()[Path(name).suffix], **options)
    return out.getvalue()


def variants(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Damaged pictures with names that none shares; every original in turn."""
    rng = np.random.default_rng(seed)
    pictures = originals()
    names, whole = list(pictures), list(pictures.values())
    for number in range(count):
        kind = number % len(names)
        yield f"{number:06}_{names[kind]}", damaged(whole[kind], whole, rng)


def run(count: int, seed: int, options: Options) -> Figures:  # noqa: ARG001
    """Add `count` damaged pictures in folders of 500, five of them sound, with the built-in model."""
    faults: Counter[str] = Counter()
    tally: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        target = create(Path(place) / "workspace")
        encoder_change.change_encoder(target, "built-in")
        source = variants(count, seed)
        for number in range(-(-count // FOLDER)):
            folder = Path(place) / f"pictures {number}"
            folder.mkdir()
            _one(target, folder, number, [pair for _, pair in zip(range(FOLDER), source, strict=False)], faults, tally)
        target.engine.dispose()
    figures: Figures = {"tried": count, "tracebacks": 0, "lost": 0}
    return {**figures, **faults, **tally}


def _one(
    target: Workspace,
    folder: Path,
    number: int,
    pictures: list[tuple[str, bytes]],
    faults: Counter[str],
    totals: Counter[str],
) -> None:
    for name, data in pictures:
        (folder / name).write_bytes(data)
    sound = [folder / f"sound_{k}.png" for k in range(SOUND)]
    for k, path in enumerate(sound):
        smooth(1000 + number * SOUND + k).save(path)
    try:
        done = adding.add(target, [folder])
    except Exception:  # noqa: BLE001 - what is not an AppError is what is looked for
        traceback.print_exc()
        faults["tracebacks"] += 1
        return
    bad = {Path(str(error.path)) for error in done.quarantined}
    totals.update(added=done.added, duplicates=done.duplicates, quarantined=len(done.quarantined))
    totals["without_reason"] += sum(not error.reason or not error.way_out for error in done.quarantined)
    faults["lost"] += len(pictures) + SOUND - done.added - done.duplicates - len(done.quarantined)
    faults["lost"] += sum(path in bad for path in sound)
    faults["tracebacks"] += sum(not _read_alone(path) for path in sorted(bad))


def _read_alone(path: Path) -> bool:
    """Whether reading a quarantined picture by itself, as `predict` and a search do, ends in a sentence or a picture."""
    try:
        images.read(path)
    except BadFile:
        return True
    except Exception:  # noqa: BLE001 - what is not an AppError is what is looked for
        traceback.print_exc()
        return False
    return True
