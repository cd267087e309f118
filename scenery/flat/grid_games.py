"""Games of pixels on a grid: maze, bricks, dungeon, falling blocks."""

from __future__ import annotations

import random

from scenery.flat.pixel_screen import HIGH, WIDE, Screen


def walls_of(rng: random.Random, wide: int, high: int) -> list[list[bool]]:
    """A maze, True for walls (depth-first search)."""
    wall = [[True] * wide for _ in range(high)]
    stack = [(1, 1)]
    wall[1][1] = False
    while stack:
        x, y = stack[-1]
        ways = [
            (dx, dy)
            for dx, dy in ((2, 0), (-2, 0), (0, 2), (0, -2))
            if 0 < x + dx < wide and 0 < y + dy < high and wall[y + dy][x + dx]
        ]
        if not ways:
            stack.pop()
            continue
        dx, dy = rng.choice(ways)
        wall[y + dy // 2][x + dx // 2] = wall[y + dy][x + dx] = False
        stack.append((x + dx, y + dy))
    return wall


def maze(rng: random.Random) -> Screen:
    """A maze with dots, ghosts and the one who eats."""
    screen = Screen("#000000")
    wall = walls_of(rng, 21, 15)
    for y in range(1, 14):
        for x in range(1, 20):
            if rng.random() < 0.16 and 0 < x < 20 and 0 < y < 14:
                wall[y][x] = False
    tone, edge = rng.choice((("#101a9a", "#4a6aff"), ("#7a1a5a", "#ff6ad0"), ("#0a5a3a", "#3aff9a")))
    open_ = [(x, y) for y in range(15) for x in range(21) if not wall[y][x]]
    for y in range(15):
        for x in range(21):
            left, top = 2 + x * 12, 12 + y * 12
            if wall[y][x]:
                screen.pen.rectangle((left, top, left + 11, top + 11), tone, edge)
            elif rng.random() < 0.85:
                screen.pen.rectangle((left + 5, top + 5, left + 6, top + 6), "#f8d8a0")
    for x, y in rng.sample(open_, 4):
        screen.put("ghost", 2 + x * 12, 12 + y * 12)
    x, y = rng.choice(open_)
    screen.pen.pieslice((x * 12 + 1, y * 12 + 11, x * 12 + 14, y * 12 + 24), 35, 325, "#f8e000")
    screen.text(6, 0, f"1UP {rng.randrange(100, 9999)}", "#ffffff", 9)
    screen.text(WIDE - 6, 0, f"HIGH {rng.randrange(9999, 99999)}", "#ffffff", 9, "ra")
    return screen


def arcade(rng: random.Random) -> Screen:
    """A wall of bricks, a ball and a bat; or two bats."""
    screen = Screen("#080818")
    tones = ("#e03a3a", "#e88a2a", "#f0d038", "#48b848", "#3a7ae8", "#a050e0")
    if rng.random() < 0.7:
        for row in range(6):
            for k in range(13):
                if rng.random() < 0.82:
                    screen.pen.rectangle((5 + k * 19, 30 + row * 10, 21 + k * 19, 37 + row * 10), tones[row])
        x = rng.randint(50, 190)
        screen.pen.rounded_rectangle((x, 176, x + 44, 183), 3, "#e8e8f0")
        bx, by = rng.randint(30, 220), rng.randint(105, 165)
        screen.pen.ellipse((bx, by, bx + 7, by + 7), "#ffffff")
    else:
        for k in range(12):
            screen.pen.rectangle((126, k * 17, 129, k * 17 + 8), "#ffffff")
        for x in (12, 238):
            y = rng.randint(30, 130)
            screen.pen.rectangle((x, y, x + 6, y + 36), "#ffffff")
        bx, by = rng.randint(60, 190), rng.randint(50, 150)
        screen.pen.rectangle((bx, by, bx + 6, by + 6), "#ffffff")
        screen.text(84, 12, str(rng.randint(0, 9)), size=32)
        screen.text(152, 12, str(rng.randint(0, 9)), size=32)
        return screen
    screen.pen.rectangle((0, 0, WIDE - 1, HIGH - 1), None, "#8a8aa0", 3)
    screen.text(8, 8, f"SCORE {rng.randrange(0, 9999):05d}")
    screen.text(WIDE - 8, 8, f"LIVES {rng.randint(1, 3)}", anchor="ra")
    return screen


def dungeon(rng: random.Random) -> Screen:
    """Rooms of stone with torches, chests, bones and monsters."""
    screen = Screen("#0a0810")
    rooms = [(1, 1, 6, 5), (8, 1, 15, 6), (2, 7, 9, 11), (11, 7, 15, 11)]
    floor: set[tuple[int, int]] = set()
    for x0, y0, x1, y1 in rooms:
        floor |= {(x, y) for x in range(x0, x1) for y in range(y0, y1)}
    floor |= (
        {(x, 3) for x in range(4, 10)}
        | {(4, y) for y in range(3, 9)}
        | {(12, y) for y in range(3, 9)}
        | {(x, 9) for x in range(8, 12)}
    )
    tone = rng.choice(("#5a5468", "#4a5a5a", "#6a5648"))
    for x in range(16):
        for y in range(12):
            if (x, y) in floor:
                screen.tile(x * 16, y * 16, tone, "#302c3a")
                if rng.random() < 0.2:
                    screen.pen.line((x * 16 + 4, y * 16 + 6, x * 16 + 9, y * 16 + 9), "#3a3644")
            elif any((x + dx, y + dy) in floor for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
                screen.tile(x * 16, y * 16, "#8a7a6a", "#4a3a30")
                screen.pen.line((x * 16, y * 16 + 8, x * 16 + 15, y * 16 + 8), "#4a3a30")
    spots = rng.sample(sorted(floor), 12)
    names = ("knight", "slime", "ghost", "skull", "chest", "chest", "skull", "slime", "coin", "coin", "beast", "heart")
    for (x, y), name in zip(spots, names, strict=True):
        screen.put(name, x * 16 + 2, y * 16 + 1)
    for x, y in rng.sample(sorted(floor), 4):
        screen.put("torch", x * 16 + 5, y * 16 - 8, 2)
    return screen


PIECES = (
    ((0, 0), (1, 0), (2, 0), (3, 0)),
    ((0, 0), (1, 0), (0, 1), (1, 1)),
    ((0, 0), (1, 0), (2, 0), (1, 1)),
    ((0, 0), (1, 0), (2, 0), (2, 1)),
    ((1, 0), (2, 0), (0, 1), (1, 1)),
)


def puzzle(rng: random.Random) -> Screen:
    """Falling blocks; or rows of gems to be matched."""
    tones = ("#38c8e8", "#f0d038", "#a850d8", "#e88a2a", "#48c048", "#e03a48")
    screen = Screen(rng.choice(("#141430", "#2a1440", "#0c2a38")))
    if rng.random() < 0.55:
        left, top, size = 74, 4, 9
        screen.pen.rectangle((left - 3, top - 3, left + 10 * size + 2, top + 20 * size + 2), "#000000", "#c8c8d8", 2)
        for x in range(10):
            for y in range(20 - rng.randint(3, 8), 20):
                if rng.random() < 0.86:
                    screen.tile(left + x * size, top + y * size, rng.choice(tones), "#202028", size)
        piece, tone, px = rng.choice(PIECES), rng.choice(tones), rng.randint(1, 6)
        for x, y in piece:
            screen.tile(left + (px + x) * size, top + (4 + y) * size, tone, "#202028", size)
        screen.text(182, 8, "NEXT")
        for x, y in rng.choice(PIECES):
            screen.tile(184 + x * size, 26 + y * size, rng.choice(tones[:1]), "#202028", size)
        for k, (name, value) in enumerate(
            (("SCORE", rng.randrange(100, 99999)), ("LINES", rng.randrange(3, 120)), ("LEVEL", rng.randint(1, 12)))
        ):
            screen.text(182, 70 + k * 36, name, "#a8a8c0")
            screen.text(182, 84 + k * 36, str(value), size=13)
        screen.text(8, 8, "HOLD")
    else:
        for x in range(9):
            for y in range(8):
                cx, cy, tone = 26 + x * 22, 26 + y * 21, rng.choice(tones)
                screen.pen.rectangle((cx - 10, cy - 10, cx + 10, cy + 10), "#20244a" if (x + y) % 2 else "#2a2f5a")
                sides = {tones[0]: 4, tones[1]: 6, tones[2]: 3, tones[3]: 5, tones[4]: 8, tones[5]: 30}[tone]
                screen.pen.regular_polygon((cx, cy, 9), sides, 0, tone, "#ffffff")
        screen.text(222, 22, "MOVES", "#f8d038", 8)
        screen.text(222, 34, str(rng.randint(3, 30)), size=18)
        screen.text(222, 74, "GOAL", "#f8d038", 8)
        screen.text(222, 86, str(rng.randint(1, 9) * 1000), size=11)
    return screen
