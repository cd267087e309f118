"""What lies over a picture of a game: scores, bars of health, maps, menus, panels."""

from __future__ import annotations

import random

from PIL import Image

from scenery.flat.overlays import glass, outlined, over
from scenery.flat.sheet import Sheet

TITLES = (
    "STAR QUEST",
    "PIXEL KNIGHTS",
    "TURBO CIRCUIT",
    "DRAGON VALE",
    "SKY PIRATES",
    "LOST KINGDOM",
    "ROBO RUSH",
    "MAGIC FARM",
)


def health(sheet: Sheet, x: float, y: float, w: float, share: float, tone: str = "#4ad04a", high: float = 4) -> None:
    """A bar of health from the left."""
    sheet.box(x, y, w, high * sheet.u, "#181820", "#f4f4f4", 0.5, 1)
    sheet.box(x + sheet.u * 0.7, y + sheet.u * 0.7, (w - sheet.u * 1.4) * share, (high - 1.4) * sheet.u, tone)


def hearts(sheet: Sheet, x: float, y: float, size: float, full: int, of: int) -> None:
    """Hearts for lives, in a row."""
    s = size * sheet.u
    for k in range(of):
        tone, a = ("#e8283a" if k < full else "#3a3040"), x + k * s * 1.2
        sheet.pen.polygon([(a, y + s * 0.4), (a + s / 2, y + s), (a + s, y + s * 0.4)], fill=tone)
        sheet.disc(a + s * 0.27, y + s * 0.3, s * 0.28, tone)
        sheet.disc(a + s * 0.73, y + s * 0.3, s * 0.28, tone)


def minimap(sheet: Sheet, rng: random.Random, x: float, y: float, size: float) -> None:
    """A round map with an arrow."""
    r = size * sheet.u / 2
    sheet.disc(x + r, y + r, r, "#3a5a3a", "#f0e8c8", 0.9)
    points = [(x + r + rng.uniform(-0.6, 0.6) * r, y + r + rng.uniform(-0.6, 0.6) * r) for _ in range(5)]
    sheet.pen.line(points, fill="#c8b888", width=max(2, round(sheet.u)))
    for px, py in points[:3]:
        sheet.disc(px, py, sheet.u * 0.9, "#f04a3a")
    sheet.pen.polygon([(x + r, y + r * 0.75), (x + r * 1.16, y + r * 1.2), (x + r * 0.84, y + r * 1.2)], fill="#ffffff")


def explorer(picture: Image.Image, rng: random.Random, aim: bool) -> Image.Image:
    """Hearts, map, task and slots; a cross in the middle where one aims."""
    sheet = over(picture)
    w, h, u = sheet.w, sheet.h, sheet.u
    hearts(sheet, 3 * u, 3 * u, 6, rng.randint(1, 5), 5)
    health(sheet, 3 * u, 11 * u, 32 * u, rng.uniform(0.3, 1), "#3a9af0", 3)
    minimap(sheet, rng, w - 25 * u, 3 * u, 22)
    outlined(
        sheet,
        w - 3 * u,
        29 * u,
        rng.choice(("FIND THE KEY", "REACH THE TOWER", "COINS 12/20", "TALK TO MIRA")),
        4,
        "#ffe066",
        "ra",
    )
    slot = 9 * u
    for k in range(7):
        x = w / 2 + (k - 3.5) * (slot + u * 0.6)
        glass(sheet, x, h - slot - 2 * u, slot, slot, (20, 20, 30), 0.6)
        sheet.box(
            x, h - slot - 2 * u, slot, slot, line="#ffffff" if k == 2 else "#8a8a94", thick=0.6 if k == 2 else 0.3
        )
        if k < 5:
            tone = rng.choice(("#c8ccd4", "#a8703a", "#e84a3a", "#4ac86a", "#f2c83a"))
            sheet.pen.polygon(
                [(x + slot * 0.2, h - 4 * u), (x + slot * 0.5, h - slot), (x + slot * 0.8, h - 4 * u)], fill=tone
            )
    if aim:
        for dx, dy in ((1, 0), (0, 1)):
            sheet.line(
                (w / 2 - 2.5 * u * dx, h / 2 - 2.5 * u * dy),
                (w / 2 + 2.5 * u * dx, h / 2 + 2.5 * u * dy),
                "#ffffff",
                0.7,
            )
    return sheet.image


def race(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Place, lap, time and speed."""
    sheet = over(picture)
    w, h, u = sheet.w, sheet.h, sheet.u
    outlined(sheet, 3 * u, 2 * u, rng.choice(("1ST", "2ND", "3RD", "5TH")), 13, "#ffd83a")
    outlined(sheet, 3 * u, 18 * u, f"LAP {rng.randint(1, 3)}/3", 6)
    outlined(
        sheet, w - 3 * u, 3 * u, f"0{rng.randint(0, 3)}:{rng.randint(10, 59)}.{rng.randint(10, 99)}", 7, "#ffffff", "ra"
    )
    x, y, r = w - 17 * u, h - 16 * u, 13 * u
    sheet.disc(x, y, r, "#15161c", "#e8e8ec", 0.8)
    sheet.pen.arc(
        (x - r * 0.82, y - r * 0.82, x + r * 0.82, y + r * 0.82),
        140,
        rng.randint(240, 390),
        fill="#f04a2a",
        width=max(2, round(2 * u)),
    )
    outlined(sheet, x, y - u, f"{rng.randint(90, 310)}", 8, "#ffffff", "mm")
    sheet.text(x, y + 6 * u, "KM/H", 3.4, "#c8c8d0", "bold", "mm")
    return sheet.image


def fight(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Two bars of health, names and the clock."""
    sheet = over(picture)
    w, u = sheet.w, sheet.u
    one, two = rng.sample(("KIRA", "BRUNO", "ZED", "MIKO", "TANK", "VIPER", "JADE"), 2)
    health(sheet, 3 * u, 4 * u, w / 2 - 14 * u, 1, "#b82a1a", 6)
    share = rng.uniform(0.2, 1)
    sheet.box(3 * u + (w / 2 - 15 * u) * (1 - share), 4.7 * u, (w / 2 - 15 * u) * share, 4.6 * u, "#f2d02a")
    health(sheet, w / 2 + 11 * u, 4 * u, w / 2 - 14 * u, 1, "#b82a1a", 6)
    sheet.box(w / 2 + 11.7 * u, 4.7 * u, (w / 2 - 15.4 * u) * rng.uniform(0.2, 1), 4.6 * u, "#f2d02a")
    sheet.box(w / 2 - 9 * u, 2 * u, 18 * u, 12 * u, "#181824", "#f2d02a", 0.7, 1)
    outlined(sheet, w / 2, 8 * u, f"{rng.randint(9, 99)}", 10, "#ffffff", "mm")
    outlined(sheet, 3 * u, 11 * u, one, 5)
    outlined(sheet, w - 3 * u, 11 * u, two, 5, anchor="ra")
    if rng.random() < 0.6:
        outlined(
            sheet,
            w / 2,
            34 * u,
            rng.choice(("FIGHT!", "ROUND 2", "K.O.!", "3 HIT COMBO")),
            13,
            "#ff5a2a",
            "mm",
            "#fff0a0",
        )
    return sheet.image


def match(picture: Image.Image, rng: random.Random) -> Image.Image:
    """The score and the clock of a match, and a plan of the field."""
    sheet = over(picture)
    w, h, u = sheet.w, sheet.h, sheet.u
    sheet.box(3 * u, 3 * u, 52 * u, 8 * u, "#14182c")
    sheet.box(3 * u, 3 * u, 2 * u, 8 * u, "#e83a3a")
    sheet.box(53 * u, 3 * u, 2 * u, 8 * u, "#3a7ae8")
    sheet.text(29 * u, 7 * u, f"RED {rng.randint(0, 4)} - {rng.randint(0, 4)} BLU", 5.4, "#ffffff", "bold", "mm")
    sheet.box(56 * u, 3 * u, 17 * u, 8 * u, "#f2f2f2")
    sheet.text(64.5 * u, 7 * u, f"{rng.randint(10, 89)}:{rng.randint(10, 59)}", 5.4, "#14182c", "bold", "mm")
    glass(sheet, w / 2 - 16 * u, h - 21 * u, 32 * u, 19 * u, (30, 90, 40), 0.6)
    sheet.box(w / 2 - 16 * u, h - 21 * u, 32 * u, 19 * u, line="#ffffff")
    for k in range(14):
        sheet.disc(
            w / 2 + rng.uniform(-14, 14) * u,
            h - 11.5 * u + rng.uniform(-7, 7) * u,
            0.9 * u,
            "#ff4a4a" if k % 2 else "#4a8aff",
        )
    return sheet.image


def strategy(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Supplies above, commands and a map below."""
    sheet = over(picture)
    w, h, u = sheet.w, sheet.h, sheet.u
    sheet.box(0, 0, w, 8 * u, "#3a2c1c")
    for k, (tone, name) in enumerate(
        (("#f2c83a", "GOLD"), ("#8a5a2c", "WOOD"), ("#9a9aa4", "STONE"), ("#5ab84a", "FOOD"))
    ):
        x = 3 * u + k * w / 4.2
        sheet.disc(x + 2.4 * u, 4 * u, 2.2 * u, tone)
        sheet.text(x + 6 * u, 4 * u, f"{name} {rng.randint(40, 990)}", 4, "#f4ecd8", "bold", "lm")
    sheet.box(0, h - 20 * u, w, 20 * u, "#2c2218", "#a8843a", 0.8)
    sheet.box(2 * u, h - 18 * u, 24 * u, 16 * u, "#4a7a3a", "#a8843a")
    for _ in range(9):
        sheet.disc(
            2 * u + rng.uniform(2, 22) * u,
            h - 18 * u + rng.uniform(2, 14) * u,
            u,
            rng.choice(("#e83a2a", "#3a6ae8", "#f2e8c0")),
        )
    for k in range(8):
        x, y = w - 44 * u + (k % 4) * 10.4 * u, h - 18 * u + (k // 4) * 8.4 * u
        sheet.box(x, y, 9.4 * u, 7.4 * u, rng.choice(("#6a4a2a", "#4a5a6a", "#5a3a3a")), "#c8a85a")
        sheet.pen.polygon(
            [(x + 2 * u, y + 6 * u), (x + 4.7 * u, y + 1.4 * u), (x + 7.4 * u, y + 6 * u)],
            fill=rng.choice(("#e8d8a8", "#c85a3a", "#7ab85a")),
        )
    return sheet.image


def battle(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Names and health of the monsters, and the menu of a fight in turns."""
    sheet = over(picture)
    w, h, u = sheet.w, sheet.h, sheet.u
    foe, mine = rng.sample(("EMBERFANG", "SLIMOR", "FROSTBAT", "GOLEMITE", "SPROUTLE", "VOLTFOX"), 2)
    for x, y, name in ((4 * u, 5 * u, foe), (w - 58 * u, h * 0.52, mine)):
        sheet.box(x, y, 54 * u, 15 * u, "#f8f4e4", "#3a3a44", 0.8, 2)
        sheet.text(x + 3 * u, y + 2 * u, f"{name}  LV {rng.randint(3, 40)}", 4.6, "#24242c", "bold")
        health(sheet, x + 3 * u, y + 9 * u, 48 * u, rng.uniform(0.25, 1), rng.choice(("#4ad04a", "#f2c02a")), 3.6)
    sheet.box(0, h - 26 * u, w, 26 * u, "#f8f4e4", "#3a3a54", 1.2, 2)
    sheet.wrap(5 * u, h - 21 * u, w - 66 * u, f"What will {mine} do?", 5.6, "#24242c", "bold")
    sheet.box(w - 58 * u, h - 24 * u, 56 * u, 22 * u, "#ffffff", "#5a5ad0", 0.9, 2)
    for k, word in enumerate(("FIGHT", "BAG", "MAGIC", "RUN")):
        sheet.text(
            w - 50 * u + (k % 2) * 27 * u,
            h - 20.5 * u + (k // 2) * 9.5 * u,
            ("> " if k == 0 else "  ") + word,
            5.6,
            "#24242c",
            "heavy",
        )
    return sheet.image


def title(picture: Image.Image, rng: random.Random, chinese: bool) -> Image.Image:
    """The name of a game and its entries, one of them chosen."""
    sheet = over(picture, chinese)
    w, h, u = sheet.w, sheet.h, sheet.u
    name = rng.choice(TITLES)
    outlined(sheet, w / 2 + u, 17 * u + u, name, 13, "#1a1030", "mm", "#1a1030")
    outlined(
        sheet,
        w / 2,
        17 * u,
        name,
        13,
        rng.choice(("#ffd83a", "#ff6a3a", "#6ad8ff")),
        "mm",
        "#ffffff" if rng.random() < 0.3 else "#2a1450",
    )
    entries = ("开始游戏", "继续", "设置", "退出") if sheet.chinese else ("NEW GAME", "CONTINUE", "OPTIONS", "QUIT")
    for k, entry in enumerate(entries):
        y = h * 0.44 + k * 11 * u
        glass(
            sheet,
            8 * u,
            y - 4.4 * u,
            46 * u,
            8.8 * u,
            (240, 170, 30) if k == 0 else (16, 16, 40),
            0.85 if k == 0 else 0.6,
        )
        sheet.text(31 * u, y, entry, 5.6, "#ffffff", "bold", "mm")
    sheet.text(w - 2 * u, h - 2 * u, f"v1.{rng.randint(0, 9)}  PRESS START", 3, "#ffffff", "bold", "rs")
    return sheet.image


def chess(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Players, clocks and moves beside a board."""
    sheet = over(picture)
    w, h, u = sheet.w, sheet.h, sheet.u
    for y, name in ((2 * u, "COMPUTER  Lv 5"), (h - 11 * u, "PLAYER ONE")):
        sheet.box(2 * u, y, 44 * u, 9 * u, "#20242e", "#c8a85a", 0.5, 1.5)
        sheet.text(5 * u, y + 4.5 * u, name, 4, "#ffffff", "bold", "lm")
        sheet.text(w - 3 * u, y + 4.5 * u, f"0{rng.randint(1, 9)}:{rng.randint(10, 59)}", 6.5, "#ffe08a", "mono", "rm")
    if rng.random() < 0.5:
        outlined(sheet, w / 2, h / 2, rng.choice(("YOUR TURN", "CHECK!", "CHECKMATE")), 9, "#ffe066", "mm")
    return sheet.image


def readout(picture: Image.Image, rng: random.Random) -> Image.Image:
    """What a demo reports in its corner."""
    sheet = over(picture)
    for k, row in enumerate((f"FPS {rng.randint(30, 144)}", f"vertices {rng.randint(900, 90000)}", "demo 0.3")):
        sheet.text(2 * sheet.u, (2 + 5 * k) * sheet.u, row, 3.8, "#8affc0", "mono")
    return sheet.image


def editor(picture: Image.Image, rng: random.Random) -> Image.Image:
    """The panels of an editor for scenes."""
    sheet = over(picture)
    w, h, u = sheet.w, sheet.h, sheet.u
    sheet.box(0, 0, w, 6 * u, "#2a2c32")
    x = 2 * u
    for word in ("File", "Edit", "Scene", "Object", "Render"):
        x += sheet.text(x, 3 * u, word, 3.2, "#d8d8dc", anchor="lm") + 4 * u
    sheet.box(w - 30 * u, 6 * u, 30 * u, h, "#33363d")
    for k, word in enumerate(("Scene", "  Camera", "  Light", "  Cube", "  Figure", "  Floor")):
        if k == 3:
            sheet.box(w - 30 * u, (8 + 4.6 * k) * u, 30 * u, 4.6 * u, "#3f5f9a")
        sheet.text(w - 28 * u, (10.3 + 4.6 * k) * u, word, 3, "#e0e0e4", anchor="lm")
    for k, word in enumerate(("Location", "Rotation", "Scale")):
        y = (44 + 12 * k) * u
        sheet.text(w - 28 * u, y, word, 2.8, "#a8acb4")
        for j in range(3):
            sheet.box(w - 28 * u + j * 9 * u, y + 4 * u, 8.4 * u, 4.6 * u, "#1f2126", round_=0.6)
            sheet.text(w - 27.4 * u + j * 9 * u, y + 6.3 * u, f"{rng.uniform(-9, 9):.2f}", 2.5, "#f0f0f0", anchor="lm")
    for k in range(6):
        sheet.box(u, (9 + 7 * k) * u, 6 * u, 6 * u, "#3f5f9a" if k == 1 else "#3a3d44", round_=1)
    return sheet.image
