"""Pages of paper: text, newspaper, table, receipt, form, handwriting, poster."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageFilter

from scenery.flat import phrases
from scenery.flat.sheet import Sheet, broken

PAPERS = ("#ffffff", "#fdfcf7", "#f8f4e8", "#fbfbfd")
INKS = ("#1c1c20", "#26262c", "#101010")


def text(rng: random.Random, w: int, h: int, chinese: bool) -> Sheet:
    """A printed page: heading, paragraphs, a page number."""
    s = Sheet(w, h, rng.choice(PAPERS), chinese)
    style, ink = rng.choice(("serif", "serif", "sans")), rng.choice(INKS)
    size, edge = rng.uniform(3.0, 4.4), 0.1 * w
    y = 0.08 * h
    if rng.random() < 0.75:
        y = s.wrap(edge, y, w - 2 * edge, phrases.heading(rng, s.chinese), size * 2.0, ink, "bold") + 3 * s.u
    columns = 2 if w > 1.1 * h and rng.random() < 0.6 else 1
    wide = (w - 2 * edge - (columns - 1) * 5 * s.u) / columns
    for column in range(columns):
        x, down = edge + column * (wide + 5 * s.u), y
        while down < 0.9 * h:
            down = (
                s.wrap(
                    x, down, wide, phrases.paragraph(rng, rng.randint(3, 6), s.chinese), size, ink, style, most=0.92 * h
                )
                + size * s.u * 0.8
            )
    s.text(w / 2, 0.955 * h, str(rng.randint(2, 380)), 2.8, ink, style, "mm")
    return s


def newspaper(rng: random.Random, w: int, h: int, chinese: bool, picture: Image.Image | None = None) -> Sheet:
    """A front page: name, headline, columns, a picture."""
    s = Sheet(w, h, rng.choice(("#f4f0e4", "#eeebe2", "#f8f6ee")), chinese)
    u, ink = s.u, "#161616"
    name = rng.choice(
        ("晨报", "城市日报", "晚报")
        if s.chinese
        else ("The Daily Herald", "Morning Post", "The Valley Times", "City Gazette")
    )
    s.text(w / 2, 8 * u, name, 10, ink, "bold" if s.chinese else "serif", "mm")
    s.line((4 * u, 15 * u), (w - 4 * u, 15 * u), ink, 0.5)
    s.text(5 * u, 16 * u, "No. 1482", 2.4, ink, "serif")
    s.text(w - 5 * u, 16 * u, "14 May", 2.4, ink, "serif", "ra")
    s.line((4 * u, 20 * u), (w - 4 * u, 20 * u), ink)
    y = (
        s.wrap(5 * u, 22 * u, w - 10 * u, phrases.sentence(rng, s.chinese).rstrip(".。"), 6.6, ink, "bold", 1.15)
        + 2 * u
    )
    columns = max(2, min(4, round(w / (32 * u))))
    wide = (w - 10 * u - (columns - 1) * 3 * u) / columns
    shot = rng.randrange(columns - 1)
    for column in range(columns):
        x, down = 5 * u + column * (wide + 3 * u), y
        if picture is not None and column in (shot, shot + 1):
            if column == shot:
                s.paste(picture.convert("L").convert("RGB"), x, y, wide * 2 + 3 * u, 0.28 * h)
                s.text(x, y + 0.285 * h, phrases.point(rng, s.chinese), 2.2, ink, "slanted")
            down = y + 0.285 * h + 4 * u
        while down < h - 5 * u:
            if rng.random() < 0.3:
                down = s.wrap(x, down, wide, phrases.heading(rng, s.chinese), 3.6, ink, "bold", most=h - 4 * u) + u
            down = s.wrap(x, down, wide, phrases.paragraph(rng, 4, s.chinese), 2.3, ink, "serif", 1.3, h - 3 * u) + u
        if column:
            s.line((x - 1.5 * u, y), (x - 1.5 * u, h - 4 * u), "#8a8a84", 0.15)
    return s


def table(rng: random.Random, w: int, h: int, chinese: bool) -> Sheet:
    """A table of numbers with a title."""
    s = Sheet(w, h, rng.choice(PAPERS), chinese)
    u = s.u
    tone = rng.choice(("#2f5a9a", "#3f7a4a", "#5a5a64", "#9a3a3a", "#ffffff"))
    s.text(w / 2, 9 * u, phrases.heading(rng, s.chinese), 6, "#1c1c22", "bold", "mm")
    columns, rows = rng.choice((4, 5, 6)), rng.choice((8, 10, 12))
    left, top, wide, high = 5 * u, 16 * u, (w - 10 * u), h - 22 * u
    cell, row = wide / columns, high / rows
    heads = (
        ("项目", "一月", "二月", "三月", "四月", "合计") if s.chinese else ("Item", "Jan", "Feb", "Mar", "Apr", "Total")
    )
    size = min(3.8, row / u * 0.52)
    for r in range(rows):
        y = top + r * row
        if r == 0:
            s.box(left, y, wide, row, tone)
        elif r % 2 == 0 and tone != "#ffffff":
            s.box(left, y, wide, row, "#eef1f6")
        for c in range(columns):
            ink = "#1c1c22" if r or tone == "#ffffff" else "#ffffff"
            if r == 0:
                words = heads[c] if c < columns - 1 else heads[-1]
            elif c == 0:
                words = phrases.goods(rng, s.chinese)
            else:
                words = rng.choice((f"{rng.uniform(1, 990):.1f}", f"{rng.randint(1, 4000):,}"))
            s.text(
                left + c * cell + (1.5 * u if c == 0 else cell - 1.5 * u),
                y + row / 2,
                words,
                size,
                ink,
                "bold" if r == 0 else "sans",
                "lm" if c == 0 else "rm",
            )
        s.line((left, y), (left + wide, y), "#9a9aa4", 0.2)
    for c in range(columns + 1):
        s.line((left + c * cell, top), (left + c * cell, top + high), "#9a9aa4", 0.2)
    s.line((left, top + high), (left + wide, top + high), "#9a9aa4", 0.2)
    return s


def receipt(rng: random.Random, w: int, h: int, chinese: bool) -> Sheet:
    """A slip from a till."""
    s = Sheet(w, h, rng.choice(("#fdfdfb", "#f6f4ee")), chinese)
    u, ink = s.u, "#1e1e22"
    shop = rng.choice(
        ("便民超市", "阳光书店", "老街茶馆")
        if s.chinese
        else ("CORNER MARKET", "GREEN GROCER", "CAFE LUNA", "BOOKS & TEA")
    )
    s.text(w / 2, 8 * u, shop, 8, ink, "bold", "mm")
    s.text(w / 2, 16 * u, "收据" if s.chinese else "12 Mill Lane  Tel 555 0142", 3.8, ink, "mono", "mm")
    s.text(w / 2, 21 * u, f"14.05.2026  {rng.randint(8, 20)}:{rng.randint(10, 59)}", 3.8, ink, "mono", "mm")
    total, y, size = 0.0, 28 * u, 4.6
    s.text(w / 2, y - 2 * u, "-" * int(w / u / 3.0), 4, ink, "mono", "mm")
    count = max(4, int((h / u - 62) / 6.6))
    for _ in range(min(count, 14)):
        price = round(rng.uniform(0.5, 19), 2)
        total += price
        s.text(7 * u, y + u, f"{rng.randint(1, 3)} {phrases.goods(rng, s.chinese)}", size, ink, "mono")
        s.text(w - 7 * u, y + u, f"{price:.2f}", size, ink, "mono", "ra")
        y += 6.6 * u
    s.text(w / 2, y + 2 * u, "-" * int(w / u / 3.0), 4, ink, "mono", "mm")
    s.text(7 * u, y + 5 * u, "合计" if s.chinese else "TOTAL", 7, ink, "bold")
    s.text(w - 7 * u, y + 5 * u, f"{total:.2f}", 7, ink, "bold", "ra")
    s.text(w / 2, y + 18 * u, "谢谢惠顾" if s.chinese else "THANK YOU!", 5, ink, "mono", "mm")
    x = 0.2 * w
    while x < 0.8 * w:
        thick = rng.choice((0.5, 0.9, 1.4)) * u
        s.box(x, y + 23 * u, thick, 9 * u, ink)
        x += thick + rng.choice((0.5, 1.0)) * u
    return s


def form(rng: random.Random, w: int, h: int, chinese: bool) -> Sheet:
    """A form with boxes, some filled in by hand."""
    s = Sheet(w, h, rng.choice(PAPERS), chinese)
    u = s.u
    tone = rng.choice(("#2f4a7a", "#3a3a44", "#3f6a4a"))
    s.box(5 * u, 4 * u, w - 10 * u, 11 * u, tone)
    s.text(
        w / 2,
        9.5 * u,
        rng.choice(
            ("申请表", "登记表", "报名表")
            if s.chinese
            else ("Application Form", "Registration Form", "Library Membership")
        ),
        6,
        "#ffffff",
        "bold",
        "mm",
    )
    y, names = 20 * u, list(phrases.fields(s.chinese))
    fill = rng.random() < 0.6
    while y < h - 32 * u and names:
        pair = names[:2] if w > 0.9 * h and rng.random() < 0.7 else names[:1]
        names = names[len(pair):]  # fmt: skip
        wide = (w - 10 * u - (len(pair) - 1) * 4 * u) / len(pair)
        for k, name in enumerate(pair):
            x = 5 * u + k * (wide + 4 * u)
            s.text(x, y, name, 3.1, "#3a3a44")
            s.box(x, y + 4.4 * u, wide, 6.4 * u, "#ffffff", "#6a6a74", 0.25)
            if fill and rng.random() < 0.8:
                words = phrases.name(rng, s.chinese) if k == 0 else str(rng.randint(100, 99999))
                s.text(x + 2 * u, y + 7.6 * u, words, 4.2, "#1f3f9a", "slanted", "lm")
        y += 14 * u
    for k in range(3):
        x = 5 * u + k * (w - 10 * u) / 3
        s.box(x, h - 19 * u, 3.6 * u, 3.6 * u, "#ffffff", "#3a3a44", 0.35)
        if fill and k != 1:
            s.line((x + 0.6 * u, h - 17.4 * u), (x + 1.6 * u, h - 16 * u), "#1f3f9a", 0.6)
            s.line((x + 1.6 * u, h - 16 * u), (x + 3.4 * u, h - 19.4 * u), "#1f3f9a", 0.6)
        s.text(
            x + 5.4 * u,
            h - 18.8 * u,
            (("同意", "首次申请", "学生") if s.chinese else ("I agree", "First time", "Student"))[k],
            3.1,
            "#3a3a44",
        )
    s.line((5 * u, h - 7 * u), (0.42 * w, h - 7 * u), "#3a3a44", 0.3)
    s.text(5 * u, h - 6 * u, "签名" if s.chinese else "Signature", 2.6, "#3a3a44")
    s.text(0.6 * w, h - 10 * u, "日期 14.05.2026" if s.chinese else "Date 14.05.2026", 3, "#3a3a44")
    return s


def handwriting(rng: random.Random, w: int, h: int, chinese: bool) -> Sheet:
    """A note by hand on lined or squared paper; each line sways."""
    s = Sheet(w, h, rng.choice(("#fdfcf4", "#fbf6e2", "#ffffff")), chinese)
    u, ink = s.u, rng.choice(("#1f3f9a", "#22222a", "#5a2a6a"))
    row = 7.4 * u
    for k in range(int(h / row) + 1):
        s.line((0, 10 * u + k * row), (w, 10 * u + k * row), "#b8cce4", 0.2)
    s.line((11 * u, 0), (11 * u, h), "#e8a0a0", 0.3)
    rows = ["亲爱的朋友：" if s.chinese else f"Dear {phrases.name(rng).split()[0]},"]
    face = s.font(5.6, "slanted")
    for _ in range(3):
        rows += [
            ("  " if k == 0 else "") + row_
            for k, row_ in enumerate(broken(s.pen, phrases.paragraph(rng, 2, s.chinese), face, w - 18 * u))
        ]
    for k, words in enumerate([*rows, "", "祝好" if s.chinese else "Yours, " + phrases.name(rng).split()[0]]):
        base = 10 * u + (k + 1) * row
        if base > h - 2 * u:
            break
        x, sway, beat = 13 * u, rng.uniform(-0.5, 0.5), rng.uniform(0.3, 0.7)
        for n, letter in enumerate(words):
            lift = math.sin(n * beat) * 0.45 * u + sway * n * u / 40
            s.pen.text((x, base + lift), letter, fill=ink, font=face, anchor="ls")
            x += s.pen.textlength(letter, font=face) * rng.uniform(0.94, 1.04)
    s.image = s.image.filter(ImageFilter.GaussianBlur(0.35))
    return s


def poster(rng: random.Random, w: int, h: int, chinese: bool, picture: Image.Image | None = None) -> Sheet:
    """A notice, a book cover, a certificate; with a picture that may fill it."""
    ground = rng.choice(("#f2e2b8", "#1f3a5a", "#c8402a", "#f6f4ee", "#2a5a4a", "#f2b82a"))
    s = Sheet(w, h, ground, chinese)
    u = s.u
    ink = "#fff8e8" if ground in ("#1f3a5a", "#c8402a", "#2a5a4a") else "#20242e"
    if picture is not None:
        s.paste(picture, 0, 0, w, 0.74 * h)
        y = 0.76 * h
        s.text(w / 2, y + 5 * u, phrases.heading(rng, s.chinese), 8, ink, "bold", "mm")
        s.text(w / 2, y + 13 * u, "14.05 - 30.06", 5, ink, "sans", "mm")
        s.text(w / 2, h - 5 * u, phrases.point(rng, s.chinese), 3.6, ink, "sans", "mm")
    elif rng.random() < 0.35:
        s.box(4 * u, 4 * u, w - 8 * u, h - 8 * u, line="#b8923a", thick=1.2)
        s.box(7 * u, 7 * u, w - 14 * u, h - 14 * u, line="#b8923a", thick=0.4)
        s.text(w / 2, 0.24 * h, "荣誉证书" if s.chinese else "Certificate", 12, ink, "serif", "mm")
        s.text(w / 2, 0.4 * h, "授予" if s.chinese else "This is to certify that", 4, ink, "slanted", "mm")
        s.text(w / 2, 0.53 * h, phrases.name(rng, s.chinese), 9, ink, "slanted", "mm")
        s.text(w / 2, 0.66 * h, "顺利完成课程" if s.chinese else "has completed the course", 4, ink, "slanted", "mm")
        s.disc(w * 0.5, 0.83 * h, 6 * u, "#c8322a", "#b8923a", 0.8)
    else:
        s.disc(w * rng.uniform(0.3, 0.7), h * 0.36, 24 * u, rng.choice(("#e8402a", "#f8d048", "#3a8ab8")))
        s.box(0, 0.6 * h, w, 2 * u, ink)
        s.wrap(8 * u, 0.1 * h, w - 16 * u, phrases.heading(rng, s.chinese).upper(), 12, ink, "heavy", 1.1)
        s.wrap(8 * u, 0.66 * h, w - 16 * u, phrases.sentence(rng, s.chinese), 5, ink, "bold")
        s.text(8 * u, h - 10 * u, "五月十四日 19:30" if s.chinese else "SAT 14 MAY  19:30  TOWN HALL", 4.6, ink, "bold")
    return s
