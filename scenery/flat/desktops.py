"""Windows of programs and sites, phones, desktops, dashboards."""

from __future__ import annotations

import random

from PIL import Image

from scenery.flat import phrases
from scenery.flat.figures import TONES, plot
from scenery.flat.screens import code, frame, spreadsheet, terminal
from scenery.flat.sheet import Sheet


def window(rng: random.Random, w: int, h: int, chinese: bool) -> Sheet:
    """A program: mail, files, chat or a text editor with its tools."""
    s = Sheet(w, h, "#f2f3f5", chinese)
    form = rng.randrange(3)
    top = frame(s, (("邮件", "文件", "文档") if s.chinese else ("Mail", "Files", "Document"))[form])
    u, tone = s.u, rng.choice(TONES)
    s.box(0, top, 0.24 * w, h, "#eceef2")
    names = (
        ("收件箱", "已发送", "草稿", "垃圾箱", "项目")
        if s.chinese
        else ("Inbox", "Sent", "Drafts", "Trash", "Projects")
    )
    for k, name in enumerate(names):
        if k == 0:
            s.box(u, top + 2 * u, 0.24 * w - 2 * u, 6 * u, tone, round_=1)
        s.text(4 * u, top + (5 + 7 * k) * u, name, 3.2, "#ffffff" if k == 0 else "#3a3e48", anchor="lm")
    x = 0.24 * w
    if form == 0:
        for k in range(int((h - top) / (13 * u)) + 1):
            y = top + k * 13 * u
            s.box(x, y, w - x, 13 * u, "#ffffff" if k else "#e8f0fa", "#dcdfe4", 0.2)
            s.disc(x + 6 * u, y + 6.5 * u, 3.6 * u, TONES[k % 7])
            s.text(x + 12 * u, y + 2 * u, phrases.name(rng, s.chinese), 3.4, "#20242e", "bold")
            s.text(x + 12 * u, y + 7 * u, phrases.sentence(rng, s.chinese)[:58], 2.8, "#5a5e68")
    elif form == 1:
        for k in range(15):
            cx, cy = x + (k % 5 + 0.5) * (w - x) / 5, top + (9 + k // 5 * 26) * u
            s.box(cx - 6 * u, cy - 3 * u, 12 * u, 10 * u, "#f2c04a", round_=1)
            s.box(cx - 6 * u, cy - 5 * u, 6 * u, 4 * u, "#e0aa2a", round_=1)
            s.text(cx, cy + 10.5 * u, phrases.heading(rng, s.chinese)[:9], 2.5, "#20242e", anchor="mm")
    else:
        s.box(x, top, w - x, 7 * u, "#e4e7ec")
        for k, sign in enumerate(["B", "I", "U", "A", "=", "#", "+"]):
            s.text(x + (4 + 6 * k) * u, top + 3.5 * u, sign, 3.6, "#3a3e48", "bold", "mm")
        s.box(x + 5 * u, top + 10 * u, w - x - 10 * u, h, "#ffffff", "#d4d8de", 0.2)
        y = (
            s.wrap(x + 10 * u, top + 15 * u, w - x - 20 * u, phrases.heading(rng, s.chinese), 6, "#20242e", "bold")
            + 2 * u
        )
        while y < h:
            y = (
                s.wrap(x + 10 * u, y, w - x - 20 * u, phrases.paragraph(rng, 3, s.chinese), 3, "#20242e", "serif", 1.45)
                + 2 * u
            )
    return s


def webpage(
    rng: random.Random, w: int, h: int, chinese: bool, picture: Image.Image | None = None, full: bool = False
) -> Sheet:
    """A site in a browser; `full` for one that is nearly all picture."""
    s = Sheet(w, h, "#ffffff", chinese)
    u, tone = s.u, rng.choice(TONES)
    top = frame(s, phrases.heading(rng, s.chinese))
    s.box(0, top, w, 6 * u, "#f2f3f5")
    s.box(12 * u, top + u, w - 18 * u, 4 * u, "#ffffff", "#c4c8ce", 0.2, 2)
    s.text(
        15 * u,
        top + 3 * u,
        "https://www.example.org/" + rng.choice(("news", "shop", "travel", "blog")),
        2.6,
        "#4a4e58",
        anchor="lm",
    )
    s.text(4 * u, top + 3 * u, "<  >", 3.4, "#4a4e58", "bold", "lm")
    y = top + 6 * u
    s.box(0, y, w, 8 * u, tone)
    s.text(
        4 * u,
        y + 4 * u,
        rng.choice(("绿叶", "远方") if s.chinese else ("Greenleaf", "Wayfarer", "Newsroom")),
        4.6,
        "#ffffff",
        "bold",
        "lm",
    )
    for k, name in enumerate(("首页", "新闻", "商店", "联系") if s.chinese else ("Home", "News", "Shop", "Contact")):
        s.text(w - (44 - 11 * k) * u, y + 4 * u, name, 2.9, "#ffffff", anchor="lm")
    y += 8 * u
    if picture is not None:
        high = (h - y) * (0.86 if full else 0.46)
        s.paste(picture, 0, y, w, high)
        s.text(6 * u, y + high * 0.6, phrases.heading(rng, s.chinese), 6.4, "#ffffff", "bold")
        s.box(6 * u, y + high * 0.8, 20 * u, 6 * u, tone, round_=1)
        s.text(16 * u, y + high * 0.8 + 3 * u, "更多" if s.chinese else "Read more", 2.8, "#ffffff", "bold", "mm")
        y += high
    _teasers(s, rng, y, picture is None)
    return s


def _teasers(s: Sheet, rng: random.Random, y: float, bright: bool) -> None:
    """Three columns with a block, a heading and a few lines, from y on."""
    u, w, h = s.u, s.w, s.h
    for k in range(3):
        x, wide = 4 * u + k * (w - 4 * u) / 3, (w - 16 * u) / 3
        s.box(
            x,
            y + 3 * u,
            wide,
            max(8 * u, (h - y) * 0.3),
            TONES[(k + 2) % 7] if bright else "#e8ebf0",
            round_=1,
        )
        below = y + 5 * u + max(8 * u, (h - y) * 0.3)
        below = s.wrap(x, below, wide, phrases.heading(rng, s.chinese), 3.4, "#20242e", "bold", most=h)
        s.wrap(x, below + u, wide, phrases.paragraph(rng, 3, s.chinese), 2.6, "#5a5e68", most=h - 2 * u)


def phone(rng: random.Random, w: int, h: int, chinese: bool) -> Sheet:
    """A phone's screen in its frame: a chat, a list, or icons."""
    s = Sheet(w, h, rng.choice(("#d8dce2", "#c4ccd8", "#e8e4dc", "#3a3e48")), chinese)
    high, wide = 0.94 * h, min(0.94 * w, 0.52 * h)
    x, y, u = (w - wide) / 2, (h - high) / 2, s.u
    s.box(x, y, wide, high, "#101216", round_=6)
    x, y, wide, high = x + 1.6 * u, y + 1.6 * u, wide - 3.2 * u, high - 3.2 * u
    form = rng.randrange(3)
    s.box(x, y, wide, high, ("#ece5dc", "#ffffff", "#2f5a9a")[form], round_=5)
    ink = "#ffffff" if form == 2 else "#20242e"
    s.text(x + 4 * u, y + 3.4 * u, f"{rng.randint(8, 21)}:{rng.randint(10, 59)}", 2.6, ink, "bold", "lm")
    s.box(x + wide - 9 * u, y + 2.2 * u, 5 * u, 2.4 * u, None, ink, 0.3, 0.5)
    if form == 0:
        _chat(s, rng, x, y + 6 * u, wide, high - 6 * u)
    elif form == 1:
        s.text(x + 4 * u, y + 10 * u, "设置" if s.chinese else "Settings", 5, ink, "bold", "lm")
        for k, name in enumerate(
            ("无线网络", "蓝牙", "声音", "显示", "电池", "隐私", "关于")
            if s.chinese
            else ("Wi-Fi", "Bluetooth", "Sound", "Display", "Battery", "Privacy", "About")
        ):
            row = y + (17 + 10.5 * k) * u
            s.box(x + 3.4 * u, row + u, 6 * u, 6 * u, TONES[k], round_=1.4)
            s.text(x + 12 * u, row + 4 * u, name, 3.4, ink, anchor="lm")
            s.box(x + wide - 11 * u, row + 2.2 * u, 7 * u, 3.8 * u, "#4ac05a" if k % 2 == 0 else "#c8ccd2", round_=1.9)
            s.line((x + 12 * u, row + 9 * u), (x + wide, row + 9 * u), "#e4e6ea", 0.2)
    else:
        for k in range(20):
            cx, cy = x + (k % 4 + 0.5) * wide / 4, y + (14 + k // 4 * 15.5) * u
            s.box(
                cx - wide * 0.085,
                cy - wide * 0.085,
                wide * 0.17,
                wide * 0.17,
                rng.choice((*TONES, "#f2f2f4")),
                round_=2,
            )
            s.text(cx, cy, rng.choice("ABCEFMNPST"), 4, "#20242e", "bold", "mm")
            s.text(
                cx,
                cy + wide * 0.125,
                rng.choice(("Mail", "Maps", "Photos", "Notes", "Music", "Clock")),
                1.9,
                "#ffffff",
                anchor="mm",
            )
    return s


def _chat(s: Sheet, rng: random.Random, x: float, y: float, w: float, h: float) -> None:
    u = s.u
    s.box(x, y, w, 8 * u, "#2f7a6a")
    s.disc(x + 6 * u, y + 4 * u, 2.8 * u, "#f2c04a")
    s.text(x + 11 * u, y + 4 * u, phrases.name(rng, s.chinese), 3.4, "#ffffff", "bold", "lm")
    row, mine = y + 11 * u, False
    while row < y + h - 18 * u:
        words = phrases.chat(rng, s.chinese)
        wide = min(w * 0.8, s.pen.textlength(words, font=s.font(3)) + 5 * u)
        left = x + w - wide - 2.4 * u if mine else x + 2.4 * u
        s.box(left, row, wide, 7.4 * u, "#d4f4c0" if mine else "#ffffff", round_=1.6)
        s.text(left + 2.2 * u, row + 3.6 * u, words, 3, "#20242e", anchor="lm")
        row, mine = row + 9.2 * u, rng.random() < 0.5
    s.box(x + 2 * u, y + h - 8 * u, w - 4 * u, 6 * u, "#ffffff", round_=3)
    s.text(x + 5 * u, y + h - 5 * u, "输入消息" if s.chinese else "Message", 2.8, "#8a8e98", anchor="lm")


def desktop(rng: random.Random, w: int, h: int, chinese: bool, picture: Image.Image | None = None) -> Sheet:
    """A desktop with icons, a bar and two windows, over a picture perhaps."""
    s = Sheet(w, h, rng.choice(("#2f6a9a", "#3a3f5a", "#2a7a7a", "#6a4a7a")), chinese)
    u = s.u
    if picture is not None:
        s.paste(picture, 0, 0, w, h)
    for k in range(5):
        s.box(4 * u, (4 + 16 * k) * u, 9 * u, 8 * u, rng.choice(("#f2c04a", "#e8ecf2", "#5a9ae0")), round_=1)
        s.text(
            8.5 * u,
            (14 + 16 * k) * u,
            rng.choice(("Docs", "Trash", "Photos", "Music", "Work")),
            2.4,
            "#ffffff",
            "bold",
            "mm",
        )
    for k, make in enumerate(rng.sample((window, terminal, spreadsheet, code), 2)):
        wide, high = round(w * rng.uniform(0.46, 0.58)), round(h * rng.uniform(0.5, 0.62))
        inner = make(rng, wide, high, chinese)
        x, y = round(w * (0.17 + 0.22 * k)), round(h * (0.06 + 0.2 * k))
        s.box(x + u, y + u, wide, high, "#1a1c22")
        s.image.paste(inner.image, (x, y))
        s.box(x, y, wide, high, line="#5a5e68", thick=0.3)
    s.box(0, h - 7 * u, w, 7 * u, "#1c1f28")
    for k in range(8):
        s.box((3 + 8 * k) * u, h - 6 * u, 5 * u, 5 * u, TONES[k % 7], round_=1)
    s.text(w - 3 * u, h - 3.5 * u, f"{rng.randint(8, 20)}:{rng.randint(10, 59)}", 3.2, "#ffffff", anchor="rm")
    return s


def dashboard(rng: random.Random, w: int, h: int, chinese: bool) -> Sheet:
    """Numbers, charts and switches in tiles."""
    dark = rng.random() < 0.4
    s = Sheet(w, h, "#181b26" if dark else "#eef0f4", chinese)
    u, tile, ink = s.u, "#242938" if dark else "#ffffff", "#f0f2f6" if dark else "#20242e"
    s.box(0, 0, w, 8 * u, "#10131c" if dark else "#2f4a8a")
    s.text(3 * u, 4 * u, "数据总览" if s.chinese else "Overview", 4, "#ffffff", "bold", "lm")
    names = ("用户", "订单", "收入", "访问") if s.chinese else ("Users", "Orders", "Revenue", "Visits")
    for k, name in enumerate(names):
        x, wide = 2 * u + k * (w - 2 * u) / 4, (w - 10 * u) / 4
        s.box(x, 11 * u, wide, 17 * u, tile, round_=1)
        s.text(x + 2 * u, 13 * u, name, 2.8, "#8a90a0")
        s.text(x + 2 * u, 17.5 * u, f"{rng.randint(100, 99999):,}", 5, ink, "bold")
        s.text(x + 2 * u, 24 * u, f"+{rng.uniform(0.2, 20):.1f}%", 2.5, "#3fae5a")
    for k, form in enumerate(("lines", "bars")):
        x, wide = 2 * u + k * (w - 2 * u) / 2, (w - 6 * u) / 2
        s.box(x, 31 * u, wide, h - 34 * u, tile, round_=1)
        s.text(x + 2 * u, 33 * u, phrases.heading(rng, s.chinese), 2.9, ink, "bold")
        plot(s, rng, x + 8 * u, 40 * u, wide - 11 * u, h - 52 * u, form)
    return s
