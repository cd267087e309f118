"""Screens: code, terminal, spreadsheet, window, web page, phone, desktop, dashboard."""

from __future__ import annotations

import random

from scenery.flat import phrases
from scenery.flat.sheet import Sheet

CODE = (
    "import math", "", "def mean(values):", "    total = 0", "    for value in values:", "        total += value", "    return total / len(values)", "",
    "class Station:", "    def __init__(self, name):", "        self.name = name", "        self.trains = []", "", "    def arrive(self, train):",
    "        if train in self.trains:", '            raise ValueError("twice")', "        self.trains.append(train)", "        return len(self.trains)", "",
    "def load(path):", "    with open(path) as file:", "        rows = file.read().split()", "    return [float(row) for row in rows]", "",
    'if __name__ == "__main__":', '    data = load("rain.txt")', "    print(mean(data))", "    print(max(data), min(data))",
)  # fmt: skip
WORDS = {"import", "def", "for", "in", "return", "class", "if", "raise", "with", "as", "open"}
SHELL = (
    "$ ls", "data  notes.txt  report.pdf  src  tests", "$ cd src && make", "cc -O2 -c main.c", "cc -O2 -c table.c", "cc -o app main.o table.o",
    "$ ./app --input ../data/rain.csv", "reading 4211 rows", "mean 12.41  max 88.20", "wrote out.csv", "$ git status", "On branch main", "nothing to commit",
    "$ ping -c 2 server", "64 bytes from server: time=1.2 ms", "64 bytes from server: time=1.1 ms", "$ df -h", "disk   120G   48G   72G  40%", "$ python run.py",
    "epoch 1  loss 0.812", "epoch 2  loss 0.534", "epoch 3  loss 0.401", "done in 14.2 s", "$ _",
)  # fmt: skip


def frame(s: Sheet, title: str, dark: bool = False, x: float = 0, y: float = 0, w: float = 0, h: float = 0) -> float:
    """The bar of a window over a place (all of the sheet by default); gives its height."""
    u, w, h = s.u, w or s.w, h or s.h
    high = 6 * u
    s.box(x, y, w, h, "#1e2028" if dark else "#ffffff", "#8a8e98", 0.2)
    s.box(x, y, w, high, "#2c2f3a" if dark else "#e4e6ea")
    for k, tone in enumerate(("#f05a4a", "#f2bd3a", "#5ac04a")):
        s.disc(x + (3 + 3.6 * k) * u, y + high / 2, 1.2 * u, tone)
    s.text(x + w / 2, y + high / 2, title, 2.9, "#d8dae0" if dark else "#3a3e48", anchor="mm")
    return high


def code(rng: random.Random, w: int, h: int, chinese: bool) -> Sheet:
    """An editor with coloured lines of a program."""
    dark = rng.random() < 0.7
    s = Sheet(w, h, "#1e2028", chinese)
    u = s.u
    top = frame(s, rng.choice(("station.py", "rain.py", "main.py")), dark)
    side = 0.2 * w if rng.random() < 0.6 else 0
    if side:
        s.box(0, top, side, h, "#252833" if dark else "#f2f3f5")
        for k, name in enumerate(("src", "  main.py", "  rain.py", "  table.py", "tests", "README", "setup.cfg")):
            s.text(2 * u, top + (3 + 5 * k) * u, name, 2.9, "#a8acb8" if dark else "#4a4e58")
    size, start = rng.uniform(3.0, 4.2), rng.randrange(0, 10)
    plainly, key, text, note = (
        ("#d4d8e0", "#d78aff", "#9fd07a", "#5a6070") if dark else ("#24283a", "#8a2ac0", "#2f8a3a", "#a0a4b0")
    )
    y, number = top + 2 * u, 0
    face = s.font(size, "mono")
    while y < h - 5 * u:
        row = CODE[(start + number) % len(CODE)]
        s.pen.text((side + 6 * u, y), str(number + 1), fill=note, font=face, anchor="ra")
        x = side + 8 * u
        for part in _tokens(row):
            ink = key if part.strip() in WORDS else text if part.startswith('"') else plainly
            s.pen.text((x, y), part, fill=ink, font=face)
            x += s.pen.textlength(part, font=face)
        y += size * u * 1.5
        number += 1
    s.box(0, h - 4 * u, w, 4 * u, "#2f6ab8")
    s.text(2 * u, h - 2 * u, "main   Ln 12, Col 8   UTF-8   Python", 2.4, "#ffffff", anchor="lm")
    return s


def _tokens(row: str) -> list[str]:
    """Words and what lies between them, in order."""
    parts, word, quoted = [], "", False
    for letter in row:
        if letter == '"':
            if quoted:
                parts.append(word + letter)
                word, quoted = "", False
                continue
            parts.append(word)
            word, quoted = letter, True
        elif quoted or letter.isalnum() or letter == "_":
            word += letter
        else:
            parts += [word, letter]
            word = ""
    return [part for part in [*parts, word] if part]


def terminal(rng: random.Random, w: int, h: int, chinese: bool) -> Sheet:
    """White or green lines on black."""
    ground, ink = rng.choice(
        (("#0c0e12", "#d8dce0"), ("#000000", "#4af06a"), ("#2a0a24", "#f0e8f0"), ("#0a1628", "#c8e0f8"))
    )
    s = Sheet(w, h, ground, chinese)
    u = s.u
    y = (frame(s, "terminal", True) if rng.random() < 0.7 else 0) + 2 * u
    if y > 3 * u:
        s.box(0, y - 2 * u, w, h, ground)
    size, start = rng.uniform(3.2, 4.4), rng.randrange(0, 12)
    k = 0
    while y < h - 4 * u:
        row = SHELL[(start + k) % len(SHELL)]
        if row.startswith("$"):
            wide = s.text(2 * u, y, "user@host ~ ", size, "#5ad06a" if ink != "#4af06a" else ink, "mono")
            s.text(2 * u + wide, y, row, size, ink, "mono")
        else:
            s.text(2 * u, y, row, size, ink, "mono")
        y += size * u * 1.45
        k += 1
    return s


def spreadsheet(rng: random.Random, w: int, h: int, chinese: bool) -> Sheet:
    """Cells with letters above and numbers at the left."""
    s = Sheet(w, h, "#ffffff", chinese)
    u, tone = s.u, rng.choice(("#1f7a4a", "#2f6ab8"))
    s.box(0, 0, w, 7 * u, tone)
    s.text(3 * u, 3.5 * u, "预算.xlsx" if s.chinese else "Budget 2026", 3.4, "#ffffff", "bold", "lm")
    s.box(0, 7 * u, w, 6 * u, "#eef0f2")
    s.text(3 * u, 10 * u, f"fx  =SUM(B2:B{rng.randint(8, 20)})", 3, "#3a3e48", "mono", "lm")
    left, top, wide, row = 7 * u, 13 * u, rng.uniform(15, 20) * u, 5 * u
    columns, rows = int((w - left) / wide) + 1, int((h - top) / row) + 1
    for c in range(columns):
        s.box(left + c * wide, top, wide, row, "#e4e7ea", "#c4c8ce", 0.2)
        s.text(left + (c + 0.5) * wide, top + row / 2, "ABCDEFGHIJKL"[c % 12], 2.8, "#4a4e58", anchor="mm")
    for r in range(1, rows):
        y = top + r * row
        s.box(0, y, left, row, "#e4e7ea", "#c4c8ce", 0.2)
        s.text(left / 2, y + row / 2, str(r), 2.8, "#4a4e58", anchor="mm")
        for c in range(columns):
            head = r == 1
            s.box(left + c * wide, y, wide, row, "#dcecdf" if head else "#ffffff", "#d4d8de", 0.2)
            words = (
                phrases.goods(rng, s.chinese)
                if c == 0
                else (("Q1", "Q2", "Q3", "Q4")[c % 4] if head else f"{rng.uniform(2, 4000):,.2f}")
            )
            if head or rng.random() < 0.9:
                s.text(
                    left + c * wide + (1.2 * u if c == 0 else wide - 1.2 * u),
                    y + row / 2,
                    words,
                    2.7,
                    "#20242e",
                    "bold" if head else "sans",
                    "lm" if c == 0 else "rm",
                )
    x, y = left + rng.randrange(1, 3) * wide, top + rng.randrange(3, 8) * row
    s.box(x, y, wide, row, line=tone, thick=0.7)
    return s
