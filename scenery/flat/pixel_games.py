"""Games of pixels: platformer, role playing, shooter, maze, arcade, dungeon, scroller, falling blocks."""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image

from scenery.flat.grid_games import arcade, dungeon, maze, puzzle
from scenery.flat.pixel_screen import HIGH, WIDE, Screen


def platformer(rng: random.Random) -> Screen:
    """Bricks, a hollow stump, coins and a hero in mid-jump."""
    sky, hill = rng.choice(
        (("#5c94fc", "#3fa84a"), ("#f0a860", "#a86a3a"), ("#202a5a", "#2a5a6a"), ("#88d8f0", "#58b858"))
    )
    screen = Screen(sky)
    for k in range(4):
        x = rng.randint(-20, WIDE)
        screen.pen.ellipse((x - 50, 120 - k * 6, x + 50, 260), hill)
    for _ in range(4):
        screen.put("cloud", rng.randint(0, 230), rng.randint(22, 70), 2)
    gap = rng.randrange(4, 12)
    for k in range(16):
        if k in (gap, gap + 1):
            continue
        for row in (0, 1):
            screen.tile(k * 16, 160 + row * 16, "#c8763a" if row else "#58b03a", "#6a3a1a")
    for row in range(rng.choice((2, 3))):
        start, y = rng.randrange(0, 11), 112 - row * 40
        for k in range(rng.choice((3, 4, 5))):
            if rng.random() < 0.3:
                screen.tile((start + k) * 16, y, "#f8c030", "#8a5a10")
                middle = (start + k) * 16 + 8
                screen.pen.polygon(
                    [(middle, y + 3), (middle + 5, y + 8), (middle, y + 13), (middle - 5, y + 8)], "#8a4a10"
                )
            else:
                screen.tile((start + k) * 16, y, "#b8542a", "#5a2410")
                screen.pen.line(((start + k) * 16, y + 8, (start + k) * 16 + 15, y + 8), "#5a2410")
            if rng.random() < 0.6:
                screen.put("coin", (start + k) * 16 + 4, y - 12)
    x = rng.choice((12, 200))
    screen.pen.rectangle((x, 122, x + 30, 160), "#9a6a3a", "#4a2e14")
    screen.pen.line((x + 9, 128, x + 9, 158), "#7a5028")
    screen.pen.line((x + 21, 128, x + 21, 158), "#7a5028")
    screen.pen.ellipse((x - 3, 116, x + 33, 128), "#c89a5a", "#4a2e14")
    screen.pen.ellipse((x + 5, 119, x + 25, 125), "#3a2412")
    screen.put("hero", rng.randint(60, 140), rng.choice((128, 96, 60)), 2)
    for _ in range(2):
        screen.put(rng.choice(("slime", "beast")), rng.randint(50, 220), 140, 2)
    for x, words in (
        (6, f"SCORE {rng.randrange(0, 99999):05d}"),
        (108, f"x{rng.randint(3, 60):02d}"),
        (152, "1-" + str(rng.randint(1, 4))),
        (196, f"TIME {rng.randint(40, 399)}"),
    ):
        screen.text(x, 4, words)
    screen.put("coin", 96, 5)
    return screen


def rpg(rng: random.Random) -> Screen:
    """A village from above: paths, houses, trees, water, people, talk."""
    screen = Screen("#5ab04a")
    for _ in range(260):
        x, y = rng.randrange(WIDE), rng.randrange(HIGH)
        screen.pen.line((x, y, x + 1, y), "#4a9a3c")
    row, column = rng.randrange(4, 9), rng.randrange(4, 12)
    for k in range(16):
        screen.tile(k * 16, row * 16, "#e0c890", "#e0c890")
    for k in range(12):
        screen.tile(column * 16, k * 16, "#e0c890", "#e0c890")
    x, y = rng.choice((0, 170)), rng.choice((0, 130))
    screen.pen.rounded_rectangle((x, y, x + 86, y + 62), 12, "#3a8ae0", "#c8e8f8", 2)
    for k in range(8):
        screen.pen.line((x + 10 + k * 8, y + 12 + (k * 17) % 40, x + 16 + k * 8, y + 12 + (k * 17) % 40), "#a8d8f8")
    for _ in range(3):
        screen.put("house", rng.randint(20, 200), rng.choice((row * 16 - 44, row * 16 + 20)), 3)
    for _ in range(11):
        screen.put("tree", rng.randint(0, 230), rng.choice((rng.randint(0, 20), rng.randint(140, 165))), 2)
    screen.put("knight", column * 16 - 4, row * 16 - 10, 2)
    screen.put(rng.choice(("hero", "slime", "beast")), column * 16 + 30, row * 16 - 8, 2)
    for k in range(3):
        screen.put("heart", 5 + k * 17, 5, 2)
    if rng.random() < 0.7:
        screen.pen.rounded_rectangle((6, 144, WIDE - 7, HIGH - 6), 4, "#1a2058", "#f8f8f8", 2)
        lines = rng.choice(
            (
                ("Welcome to Oakvale!", "The old well is dry again..."),
                ("You found a silver key.", "It opens the north gate."),
                ("Elder: Take this sword", "and be careful, young one."),
            )
        )
        for k, words in enumerate(lines):
            screen.text(14, 151 + k * 15, words)
    return screen


def shooter(rng: random.Random) -> Screen:
    """A ship among stars, enemies in rows, shots and a burst."""
    screen = Screen(rng.choice(("#050510", "#0a0424", "#04101c")))
    for _ in range(130):
        screen.image.putpixel(
            (rng.randrange(WIDE), rng.randrange(HIGH)), rng.choice(((255, 255, 255), (120, 130, 180), (255, 220, 160)))
        )
    if rng.random() < 0.6:
        x = rng.randint(20, 220)
        screen.pen.ellipse((x - 30, 120, x + 30, 180), rng.choice(("#7a3a2a", "#2a5a8a", "#6a5a8a")))
    foe = rng.choice(("alien", "saucer", "alien"))
    for row in range(rng.choice((2, 3))):
        for k in range(7):
            if rng.random() < 0.8:
                screen.put(foe if row else "saucer", 20 + k * 32 + row * 6, 24 + row * 26, 2)
    x = rng.randint(60, 180)
    screen.put("ship", x, 158, 2 if rng.random() < 0.7 else 3)
    for k in range(4):
        screen.pen.rectangle((x + 11, 146 - k * 28, x + 13, 154 - k * 28), "#f8f060")
    bx, by = rng.randint(40, 220), rng.randint(40, 110)
    for r, tone in ((15, "#f83800"), (10, "#f8b800"), (5, "#ffffff")):
        screen.pen.regular_polygon((bx, by, r), 7, rng.randint(0, 50), tone)
    screen.text(6, 4, f"SCORE {rng.randrange(1000, 99999):06d}", "#60f860")
    screen.text(WIDE - 6, 4, f"HI {rng.randrange(99999, 199999)}", "#f86060", anchor="ra")
    for k in range(3):
        screen.put("ship", WIDE - 18 * (k + 1), HIGH - 16)
    return screen


def scroller(rng: random.Random) -> Screen:
    """A jet over hills, enemies that come from the right, shots."""
    sky, land = rng.choice((("#f0905a", "#5a2a4a"), ("#6ac0f0", "#3a7a4a"), ("#241a4a", "#4a2a6a")))
    screen = Screen(sky)
    for layer in range(3):
        y = 118 + layer * 18
        tone = Image.blend(Image.new("RGB", (1, 1), sky), Image.new("RGB", (1, 1), land), 0.4 + 0.3 * layer).getpixel(
            (0, 0)
        )
        points = [(k * 16, y + rng.randint(-18, 12)) for k in range(18)]
        screen.pen.polygon([(0, HIGH), *points, (WIDE + 20, HIGH)], fill=tone)
    screen.put("jet", rng.randint(14, 60), rng.randint(50, 110), 3)
    for _ in range(6):
        screen.put(rng.choice(("saucer", "alien", "ghost")), rng.randint(120, 225), rng.randint(24, 130), 2)
    for k in range(6):
        y = rng.randint(40, 130)
        screen.pen.rectangle((70 + k * 22, y, 80 + k * 22, y + 2), "#f8f060" if k % 2 else "#ff5050")
    bx, by = rng.randint(120, 220), rng.randint(40, 120)
    for r, fire in ((16, "#f83800"), (11, "#f8b800"), (5, "#ffffff")):
        screen.pen.regular_polygon((bx, by, r), 8, rng.randint(0, 40), fire)
    screen.pen.rectangle((0, 0, WIDE, 15), "#101018")
    screen.text(6, 2, f"SCORE {rng.randrange(0, 999999):06d}")
    screen.text(120, 2, "POWER", "#f8d038")
    for k in range(8):
        screen.pen.rectangle((162 + k * 9, 4, 168 + k * 9, 11), "#e03a3a" if k < rng.randint(3, 8) else "#403848")
    return screen


GAMES: dict[str, Callable[[random.Random], Screen]] = {
    "platformer": platformer, "rpg": rpg, "shooter": shooter, "maze": maze, "arcade": arcade, "dungeon": dungeon, "scroller": scroller, "puzzle": puzzle,
}  # fmt: skip


NEAR = {"dungeon"}


def game(kind: str, rng: random.Random, w: int, h: int) -> Image.Image:
    """A screen of a game at a size."""
    screen = GAMES[kind](rng)
    if kind in NEAR:
        x, y = rng.choice((0, 40, 80)), rng.choice((0, 30, 60))
        near = screen.image.crop((x, y, x + 176, y + 132)).resize((WIDE, HIGH), Image.Resampling.NEAREST)
        screen.image.paste(near)
        overlay(screen, rng)
    return screen.shown(w, h, kind == "puzzle")


def overlay(screen: Screen, rng: random.Random) -> None:
    """Hearts, floor and gold over a view from near."""
    screen.pen.rectangle((0, 0, WIDE, 19), "#100c18")
    for k in range(5):
        screen.put("heart", 6 + k * 17, 4, 2)
    screen.text(WIDE - 6, 4, f"FLOOR {rng.randint(1, 12)}  GOLD {rng.randint(10, 900)}", "#f8d038", anchor="ra")
