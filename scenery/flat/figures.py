"""Charts, diagrams, maps and slides."""

from __future__ import annotations

import itertools
import math
import random

from PIL import Image

from scenery.flat import phrases
from scenery.flat.sheet import Sheet

TONES = ("#2f6ab8", "#e8832a", "#3f9a4a", "#c83a3a", "#8a5ab8", "#d8a82a", "#2aa8a8")


def chart(rng: random.Random, w: int, h: int, chinese: bool) -> Sheet:
    """Bars, lines, a pie or points, with axes and a title."""
    s = Sheet(w, h, "#ffffff", chinese)
    s.text(w / 2, 8 * s.u, phrases.heading(rng, s.chinese), 6, "#20242e", "bold", "mm")
    plot(s, rng, 12 * s.u, 17 * s.u, w - 18 * s.u, h - 30 * s.u, rng.choice(("bars", "lines", "pie", "points")))
    return s


def plot(s: Sheet, rng: random.Random, x: float, y: float, w: float, h: float, form: str) -> None:
    """A chart in a place of a sheet: `bars`, `lines`, `pie` or `points`."""
    u, tones = s.u, rng.sample(TONES, 4)
    if form == "pie":
        _pie(s, rng, x, y, w, h, tones)
        return
    for k in range(6):
        level = y + h - k * h / 5.2
        s.line((x, level), (x + w, level), "#d4d8de", 0.2)
        s.text(x - 1.5 * u, level, str(k * 20), 2.8, "#5a5e68", anchor="rm")
    s.line((x, y), (x, y + h), "#3a3e48", 0.4)
    s.line((x, y + h), (x + w, y + h), "#3a3e48", 0.4)
    n = rng.choice((5, 6, 8))
    for k in range(n):
        name = f"{k + 1}月" if s.chinese else ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug")[k]
        s.text(x + (k + 0.5) * w / n, y + h + 3.5 * u, name, 2.8, "#5a5e68", anchor="mm")
    if form == "bars":
        series = rng.choice((1, 2, 3))
        for k in range(n):
            for j in range(series):
                high, wide = rng.uniform(0.15, 0.95) * h, w / n * 0.72 / series
                s.box(x + (k + 0.14) * w / n + j * wide, y + h - high, wide * 0.94, high, tones[j])
    elif form == "lines":
        for j in range(rng.choice((1, 2, 3))):
            value, points = rng.uniform(0.3, 0.7), []
            for k in range(n):
                value = min(0.96, max(0.05, value + rng.uniform(-0.2, 0.22)))
                points.append((x + (k + 0.5) * w / n, y + h - value * h))
            s.pen.line(points, fill=tones[j], width=max(2, round(u)), joint="curve")
            for px, py in points:
                s.disc(px, py, 1.2 * u, "#ffffff", tones[j], 0.6)
    else:
        for _ in range(60):
            t = rng.random()
            s.disc(
                x + t * w,
                y + h - min(0.97, max(0.03, 0.15 + 0.65 * t + rng.gauss(0, 0.09))) * h,
                1.1 * u,
                rng.choice(tones[:2]),
            )


def _pie(s: Sheet, rng: random.Random, x: float, y: float, w: float, h: float, tones: list[str]) -> None:
    r, start = min(w * 0.6, h) / 2, -90.0
    shares = [rng.uniform(1, 4) for _ in range(4)]
    box = (x + r * 0.15, y + h / 2 - r, x + r * 2.15, y + h / 2 + r)
    for k, share in enumerate(shares):
        end = start + 360 * share / sum(shares)
        s.pen.pieslice(box, start, end, fill=tones[k], outline="#ffffff", width=max(1, round(0.5 * s.u)))
        s.box(x + r * 2.5, y + h * (0.2 + 0.17 * k), 4 * s.u, 4 * s.u, tones[k])
        s.text(
            x + r * 2.5 + 6 * s.u,
            y + h * (0.2 + 0.17 * k) + 2 * s.u,
            f"{phrases.goods(rng, s.chinese)} {100 * share / sum(shares):.0f}%",
            3.2,
            "#2a2e38",
            anchor="lm",
        )
        start = end


def diagram(rng: random.Random, w: int, h: int, chinese: bool) -> Sheet:
    """Boxes and arrows: steps, a choice, an end."""
    s = Sheet(w, h, rng.choice(("#ffffff", "#fafaf4")), chinese)
    u, tones = s.u, rng.sample(("#dce8f8", "#f8e4d0", "#dcf0dc", "#f4dcec", "#f8f0c8"), 3)
    steps = (
        ("开始", "收集数据", "检查", "合格？", "保存", "结束")
        if s.chinese
        else ("Start", "Collect data", "Check", "Valid?", "Save", "End")
    )
    columns, rows = (3, 2) if w > h else (2, 3)
    cell_w, cell_h = w / columns, (h - 14 * u) / rows
    s.text(w / 2, 7 * u, phrases.heading(rng, s.chinese), 5, "#20242e", "bold", "mm")
    centres = []
    for k, step in enumerate(steps):
        row = k // columns
        column = k % columns if row % 2 == 0 else columns - 1 - k % columns
        cx, cy = (column + 0.5) * cell_w, 13 * u + (row + 0.5) * cell_h
        centres.append((cx, cy))
        bw, bh = cell_w * 0.34, min(cell_h * 0.26, 9 * u)
        if k == 3:
            s.pen.polygon(
                [(cx, cy - bh * 1.5), (cx + bw, cy), (cx, cy + bh * 1.5), (cx - bw, cy)],
                fill=tones[2],
                outline="#3a3e48",
            )
        else:
            s.box(
                cx - bw,
                cy - bh,
                bw * 2,
                bh * 2,
                tones[0 if k in (0, 5) else 1],
                "#3a3e48",
                0.5,
                5 if k in (0, 5) else 1,
            )
        s.text(cx, cy, step, 3.9, "#20242e", anchor="mm")
    for a, b in itertools.pairwise(centres):
        _arrow(s, a, b, cell_w * 0.36, min(cell_h * 0.4, 13 * u))
    return s


def _arrow(s: Sheet, start: tuple[float, float], end: tuple[float, float], wide: float, high: float) -> None:
    """An arrow between the middles of two boxes, clear of them by `wide` across and `high` down."""
    u, (ax, ay), (bx, by) = s.u, start, end
    along = math.hypot(bx - ax, by - ay)
    dx, dy = (bx - ax) / along, (by - ay) / along
    gap_x, gap_y = wide * abs(dx), high * abs(dy)
    a, b = (ax + dx * gap_x, ay + dy * gap_y), (bx - dx * gap_x, by - dy * gap_y)
    s.line(a, b, "#3a3e48", 0.6)
    s.pen.polygon(
        [
            b,
            (b[0] - dx * 3 * u + dy * 1.6 * u, b[1] - dy * 3 * u + dx * 1.6 * u),
            (b[0] - dx * 3 * u - dy * 1.6 * u, b[1] - dy * 3 * u - dx * 1.6 * u),
        ],
        fill="#3a3e48",
    )


def map_(rng: random.Random, w: int, h: int, chinese: bool) -> Sheet:
    """A map of a town: blocks, streets with names, a river, parks, a pin."""
    s = Sheet(w, h, "#eeeae0", chinese)
    u = s.u
    for _ in range(4):
        x, y = rng.uniform(0, w), rng.uniform(0, h)
        s.box(x, y, rng.uniform(12, 30) * u, rng.uniform(12, 26) * u, "#c4e4b4", round_=2)
    y0 = rng.uniform(0.2, 0.8) * h
    river = [(t / 12 * w, y0 + math.sin(t * 0.7 + y0) * 9 * u) for t in range(-1, 14)]
    s.pen.line(river, fill="#9accf0", width=round(8 * u), joint="curve")
    ways: list[tuple[tuple[float, float], tuple[float, float]]] = []
    for k in range(6):
        x = (k + 0.5) / 6 * w + rng.uniform(-4, 4) * u
        ways.append(((x, 0), (x + rng.uniform(-9, 9) * u, h)))
        y = (k + 0.5) / 6 * h + rng.uniform(-4, 4) * u
        ways.append(((0, y), (w, y + rng.uniform(-9, 9) * u)))
    for wide, tone in ((3.4, "#c8c2b4"), (2.6, "#ffffff")):
        for a, b in ways:
            s.line(a, b, tone, wide)
    s.line((0, rng.uniform(0.2, 0.8) * h), (w, rng.uniform(0.2, 0.8) * h), "#f2b83a", 3.4)
    names = (
        ("中山路", "人民路", "和平街", "公园", "火车站", "图书馆")
        if s.chinese
        else ("Mill Street", "Park Road", "High Street", "City Park", "Station", "Library")
    )
    for k, name in enumerate(names):
        x, y = rng.uniform(0.08, 0.75) * w, (k + 0.6) / 6.6 * h
        s.text(x, y, name, 3.4, "#4a4640", "bold" if k > 2 else "sans")
        if k > 3:
            s.disc(x - 2.4 * u, y + 2 * u, 1.6 * u, "#3a6ab8")
    x, y = rng.uniform(0.3, 0.7) * w, rng.uniform(0.3, 0.7) * h
    s.pen.polygon([(x - 3.6 * u, y - 6 * u), (x + 3.6 * u, y - 6 * u), (x, y)], fill="#e02a2a")
    s.disc(x, y - 7.5 * u, 4.4 * u, "#e02a2a")
    s.disc(x, y - 7.5 * u, 1.7 * u, "#ffffff")
    s.line((w - 22 * u, h - 5 * u), (w - 5 * u, h - 5 * u), "#20242e", 0.6)
    s.text(w - 13.5 * u, h - 7 * u, "500 m", 2.8, "#20242e", anchor="mm")
    return s


def slide(
    rng: random.Random, w: int, h: int, chinese: bool, picture: Image.Image | None = None, full: bool = False
) -> Sheet:
    """A slide: title and points, perhaps a chart or a picture; `full` for a picture nearly all over."""
    theme, ink, back = rng.choice(
        (
            ("#1f4a8a", "#ffffff", "#ffffff"),
            ("#c8502a", "#ffffff", "#fff8f0"),
            ("#20242e", "#ffffff", "#f4f4f6"),
            ("#2f7a5a", "#ffffff", "#f4faf6"),
        )
    )
    dark = rng.random() < 0.25
    s = Sheet(w, h, theme if dark else back, chinese)
    u, words = s.u, "#f4f4f8" if dark else "#24283a"
    if full and picture is not None:
        s.paste(picture, 0, 0, w, h)
        s.box(0, 0.78 * h, w, 0.14 * h, theme)
        s.text(5 * u, 0.85 * h, phrases.heading(rng, s.chinese), 7, "#ffffff", "bold", "lm")
        s.text(w - 3 * u, h - 3 * u, str(rng.randint(2, 40)), 3, "#ffffff", anchor="rm")
        return s
    style = rng.randrange(3)
    if style == 0:
        s.box(0, 0, w, 18 * u, theme)
    elif style == 1:
        s.box(0, 0, 3 * u, h, "#f2b82a" if dark else theme)
    else:
        s.box(6 * u, 18 * u, 30 * u, 1 * u, "#f2b82a" if dark else theme)
    s.text(7 * u, 9.5 * u, phrases.heading(rng, s.chinese), 8, ink if style == 0 else words, "bold", "lm")
    half = picture is not None or rng.random() < 0.35
    wide = (0.5 if half else 0.86) * w
    y = 27 * u
    for _ in range(rng.choice((3, 4, 5))):
        s.disc(9 * u, y + 2.6 * u, 1.2 * u, "#f2b82a" if dark else theme)
        y = s.wrap(13 * u, y, wide - 14 * u, phrases.point(rng, s.chinese), 5, words, most=h - 8 * u) + 4.5 * u
    if picture is not None:
        s.paste(picture, 0.56 * w, 26 * u, 0.4 * w, h - 38 * u)
    elif half:
        plot(s, rng, 0.62 * w, 28 * u, 0.33 * w, h - 44 * u, rng.choice(("bars", "pie", "lines")))
    s.text(w - 3 * u, h - 3.5 * u, str(rng.randint(2, 40)), 3, words, anchor="rm")
    return s
