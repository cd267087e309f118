"""Figures of pixels, drawn as rows of letters."""

from __future__ import annotations

from functools import cache

from PIL import Image

INKS = {
    "k": "#181420", "w": "#f8f8f0", "r": "#d83030", "g": "#3fa83a", "G": "#2a6f2a", "b": "#3a6ae0", "B": "#24408a", "y": "#f8d038", "o": "#e88a2a",
    "s": "#f0b890", "n": "#8a5a30", "N": "#5a3a20", "p": "#e070c0", "v": "#8a4ad0", "c": "#5ad0f0", "e": "#9aa0a8", "E": "#5a606c",
}  # fmt: skip
ROWS = {
    "hero": (
        "..oo....oo..", "..ooo..ooo..", ".oooooooooo.", ".owkoooowko.", ".oooooooooo.", "..wwwkkwww..", "...wwwwww...", "..cyyyyyyc..",
        ".ccccyycccc.", ".oc.cccc.co.", ".oo.cccc.oo.", "....cEEc....", "...EE..EE...", "...NN..NN...", "..NNN..NNN..",
    ),
    "knight": (
        "....eeee....", "...eeeeee...", "..eeeeeeee..", "..ekkeekke..", "..eeeeeeee..", "...ssssss...", "..bbbbbbbb..", ".ebbybbbbbe.",
        ".e.bbbbbb.ew", ".s.byyyyb.sw", "...bbbbbb..w", "...NN..NN..w", "...NN..NN...", "..EEE..EEE..",
    ),
    "slime": (
        "............", "....gggg....", "..gggggggg..", ".ggwgggwggg.", ".gwkggwkggg.", "gggggggggggg", "gggkkkkggggg", "gGgggggggGgg", ".GGGGGGGGGG.",
    ),
    "beast": (
        "..v..vv..v..", ".vvvvvvvvvv.", "vvvvvvvvvvvv", "vvwkvvvvwkvv", "vvvvvvvvvvvv", ".vvpkppkpvv.", "..pppppppp..", ".E.E.EE.E.E.",
    ),
    "ghost": (
        "....pppp....", "..pppppppp..", ".pppppppppp.", ".pwwppppwwp.", "pwwbppwwbppp", "pwwbppwwbppp", "pppppppppppp", "pppppppppppp", "pp.ppp.ppp.p", "p...pp..pp..",
    ),
    "ship": (
        ".....ww.....", ".....ww.....", "....wccw....", "....wccw....", "...wwwwww...", "...wewwew...", "..wwewwewww.", ".wwrewwerww.", "wwwrewwerwww", "w..reeeer..w",
        "....o..o....", "....y..y....",
    ),
    "alien": (
        "..g......g..", "...g....g...", "..gggggggg..", ".ggkggggkgg.", "gggggggggggg", "g.gggggggg.g", "g.g......g.g", "...gg..gg...",
    ),
    "saucer": (
        "....cccc....", "...cwcccc...", "..vvvvvvvv..", ".vyvvyvvyvv.", "vvvvvvvvvvvv", "..E..EE..E..",
    ),
    "coin": ("..yyyy..", ".yywwyy.", ".ywyyoy.", ".ywyyoy.", ".ywyyoy.", ".ywyyoy.", ".yyooyy.", "..yyyy.."),
    "tree": (
        "....gggg....", "..gggggggg..", ".ggGggggGgg.", "gggggGgggggg", "gGggggggggGg", "ggggGgggGggg", ".GgggggggGG.", "..GGGGGGGG..", "....NnnN....", "....NnnN....", "...NNnnNN...",
    ),
    "house": (
        ".....rr.....", "....rrrr....", "...rrrrrr...", "..rrrrrrrr..", ".rrrrrrrrrr.", "rrrrrrrrrrrr", ".wwwwwwwwww.", ".wccwwwwccw.", ".wccwNNwccw.", ".wwwwNnwwww.", ".wwwwNNwwww.",
    ),
    "heart": (".rr.rr.", "rwrrrrr", "rrrrrrr", ".rrrrr.", "..rrr..", "...r..."),
    "chest": ("nnnnnnnn", "nNNNNNNn", "nnnyynnn", "NNNyyNNN", "nnnnnnnn", "NNNNNNNN"),
    "torch": ("..y..", ".yoy.", ".ooo.", "..r..", "..n..", "..n.."),
    "skull": (".wwwwww.", "wwwwwwww", "wkkwwkkw", "wkkwwkkw", "wwwkkwww", ".wwwwww.", ".w.ww.w."),
    "jet": ("y...........", "rr..........", "rrr...wwww..", "rrrrrrrrccww", "rrrrrrrrrrrr", "..eeerrrr...", "...ee......."),
    "cloud": ("....wwww....", "..wwwwwwww..", ".wwwwwwwwwww", "wwwwwwwwwwww", ".cwwwcwwwcw."),
}  # fmt: skip


@cache
def sprite(name: str, size: int = 1) -> Image.Image:
    """A figure as RGBA, each of its pixels `size` wide."""
    rows = ROWS[name]
    wide = max(len(row) for row in rows)
    picture = Image.new("RGBA", (wide, len(rows)))
    for y, row in enumerate(rows):
        for x, ink in enumerate(row):
            if ink != ".":
                tone = INKS[ink]
                picture.putpixel((x, y), (*(int(tone[i : i + 2], 16) for i in (1, 3, 5)), 255))
    return picture.resize((wide * size, len(rows) * size), Image.Resampling.NEAREST)
