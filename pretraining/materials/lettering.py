"""Words and fonts for everything that carries text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from PIL import ImageDraw, ImageFont

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/Library/Fonts"), Path("C:/Windows/Fonts"))
SYLLABLES = (
    "ta", "re", "mo", "li", "san", "ver", "di", "con", "pro", "ment", "tion", "al",
    "er", "in", "ous", "ing", "est", "ka", "no", "su", "ri", "an", "de", "la",
    "pen", "dor", "fi", "lo", "mar", "ter", "ex", "ble", "com", "dis", "un", "pre",
    "ful", "ate", "ic", "ity", "ary", "sto", "ban", "gel", "tur", "mis",
)  # fmt: skip
HAN = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"


@cache
def font_files() -> tuple[str, ...]:
    """Every scalable font of the machine, in a stable order; empty when there is none."""
    return tuple(sorted(str(path) for folder in FONT_FOLDERS if folder.exists() for path in folder.rglob("*.tt[fc]")))


@cache
def _font(index: int, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    files = font_files()
    if not files:
        return ImageFont.load_default(size)
    return ImageFont.truetype(files[index % len(files)], size)


@cache
def _mono_indices() -> tuple[int, ...]:
    indices = tuple(i for i, name in enumerate(font_files()) if "Mono" in name and "CJK" not in name)
    return indices or (0,)


Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def any_font(rng: np.random.Generator, size: float) -> Font:
    """A font of that size in pixels."""
    return _font(int(rng.integers(max(1, len(font_files())))), max(4, round(size)))


def mono_font(rng: np.random.Generator, size: float) -> Font:
    """A font with equal widths."""
    return _font(int(rng.choice(_mono_indices())), max(4, round(size)))


def word(rng: np.random.Generator) -> str:
    """A made-up word."""
    return "".join(rng.choice(SYLLABLES, int(rng.integers(1, 4))))


def words(rng: np.random.Generator, count: int) -> str:
    """A line of made-up words."""
    return " ".join(word(rng) for _ in range(count))


def title(rng: np.random.Generator, count: int) -> str:
    """The same, capitalised."""
    line = words(rng, count)
    return line.upper() if rng.random() < 0.4 else line.title()


def number(rng: np.random.Generator) -> str:
    """A price, count or date as it stands on paper."""
    return str(
        rng.choice(
            [
                f"{rng.uniform(0, 300):.2f}",
                f"{rng.integers(10000)}",
                f"{rng.integers(1, 29):02d}/{rng.integers(1, 13):02d}/{rng.integers(1990, 2030)}",
                f"{rng.integers(100)}%",
            ]
        )
    )


def fill_line(
    pen: ImageDraw.ImageDraw,
    rng: np.random.Generator,
    x: float,
    y: float,
    width: float,
    font: Font,
    ink: tuple[int, int, int],
) -> None:
    """Words from x on until the width is used up."""
    text = words(rng, 14)
    share = max(0.05, width / max(1.0, pen.textlength(text, font=font)))
    pen.text((x, y), text[: max(1, int(len(text) * min(1.0, share)))], font=font, fill=ink)
