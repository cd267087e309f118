"""What is drawn flat, with Pillow alone."""

import random
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from scenery.flat import comics, desktops, figures, fonts, huds, overlays, pages, pixel_games, pixel_screen, screens
from scenery.flat.sheet import Sheet, broken
from scenery.flat.sprites import ROWS, sprite

Maker = Callable[[random.Random, int, int, bool], Sheet]
MAKERS: tuple[Maker, ...] = (
    pages.text, pages.newspaper, pages.table, pages.receipt, pages.form, pages.handwriting, pages.poster, figures.chart, figures.diagram,
    figures.map_, figures.slide, screens.code, screens.terminal, screens.spreadsheet, desktops.window, desktops.webpage, desktops.phone,
    desktops.desktop, desktops.dashboard,
)  # fmt: skip


def busy(image: Image.Image) -> bool:
    """Whether there is something to see all over the picture: each third of it has edges."""
    grey = np.asarray(image.convert("L"), np.float32)
    return all(np.abs(np.diff(part, axis=1)).max() > 40 for part in np.array_split(grey, 3, axis=0))


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_a_document_fills_its_sheet_at_any_shape(make: Maker) -> None:
    for seed, (w, h) in enumerate(((480, 360), (300, 420), (240, 480), (480, 270))):
        image = make(random.Random(seed), w, h, False).image
        assert image.size == (w, h)
        assert busy(image)
    same = [np.asarray(make(random.Random(5), 320, 240, False).image) for _ in range(2)]
    assert np.array_equal(*same)
    assert not np.array_equal(same[0], np.asarray(make(random.Random(6), 320, 240, False).image))


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_it_is_written_in_chinese_where_a_font_can(make: Maker) -> None:
    english, chinese = (np.asarray(make(random.Random(2), 320, 240, han).image) for han in (False, True))
    assert fonts.writes_chinese() or np.array_equal(english, chinese)
    if fonts.writes_chinese() and make not in (screens.code, screens.terminal, desktops.desktop):
        assert not np.array_equal(english, chinese)


def test_lines_break_within_their_width() -> None:
    sheet = Sheet(300, 200)
    face = sheet.font(6)
    rows = broken(sheet.pen, "one two three four five six seven eight nine ten", face, 120)
    assert " ".join(rows) == "one two three four five six seven eight nine ten"
    assert len(rows) > 1
    assert all(sheet.pen.textlength(row, font=face) <= 120 for row in rows)


@pytest.mark.parametrize("kind", sorted(pixel_games.GAMES))
def test_a_game_of_pixels_keeps_its_edges(kind: str) -> None:
    image = pixel_games.game(kind, random.Random(1), 512, 384)
    values = np.asarray(image)
    assert (kind != "puzzle") == np.array_equal(values[::2, ::2], values[1::2, 1::2])
    assert busy(image)


def test_large_pixels_are_few_and_square() -> None:
    image = pixel_screen.enlarged(pixel_games.game("puzzle", random.Random(1), 320, 240), rows=60)
    values = np.asarray(image)
    assert values.shape == (240, 320, 3)
    assert np.array_equal(values[::4, ::4], values[3::4, 3::4])
    assert len(np.unique(values.reshape(-1, 3), axis=0)) <= 40


def test_sprites_are_rows_of_one_width_in_known_inks() -> None:
    for name, rows in ROWS.items():
        assert len({len(row) for row in rows}) == 1, name
        assert np.asarray(sprite(name, 2)).shape == (len(rows) * 2, len(rows[0]) * 2, 4)


@pytest.mark.parametrize(
    "lay", [huds.race, huds.fight, huds.match, huds.strategy, huds.battle, huds.chess, huds.readout, huds.editor]
)
def test_a_score_lies_over_the_picture(lay: Callable[[Image.Image, random.Random], Image.Image]) -> None:
    picture = Image.new("RGB", (480, 360), "#6080a0")
    over = lay(picture.copy(), random.Random(1))
    changed = (np.asarray(over) != np.asarray(picture)).any(axis=2).mean()
    assert over.size == picture.size
    assert 0.005 < changed < 0.6


def test_bars_leave_the_middle() -> None:
    picture = overlays.letterbox(Image.new("RGB", (480, 360), "#6080a0"), 0.1)
    assert picture.getpixel((240, 4)) == picture.getpixel((240, 355)) == (0, 0, 0)
    assert picture.getpixel((240, 180)) == (0x60, 0x80, 0xA0)


def test_a_comic_has_three_panels_with_balloons() -> None:
    panels = [Image.new("RGB", (320, 240), tone) for tone in ("#ff0000", "#00ff00", "#0000ff")]
    page = np.asarray(comics.page(panels, random.Random(4), 480, 360, False), np.int64)
    for channel in range(3):
        own = (page[..., channel] > 180) & (np.delete(page, channel, axis=2).max(axis=2) < 90)
        assert own.mean() > 0.08


def test_no_line_of_chinese_begins_with_a_stop() -> None:
    sheet = Sheet(300, 200)
    text = "冬天的森林安静而美丽。" * 6
    for wide in range(40, 130, 7):
        rows = broken(sheet.pen, text, sheet.font(8), wide)
        assert "".join(rows) == text
        assert not [row for row in rows if row.startswith("。")]
