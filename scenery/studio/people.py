"""People as a camera sees them from afar, and the rounded figures of animated films."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable

from scenery.studio.materials import Surface, blend, plain
from scenery.studio.shapes import Kit, kit, part, rod

Paint = Callable[[str], Surface]
"""Makes a surface of a colour."""
SKINS = ("#f0c8a4", "#d8a07a", "#a8704a", "#6f4630", "#e8b890")
HAIRS = ("#2a1c14", "#5a3a20", "#0f0d0d", "#b88a4a", "#8a8580", "#7a2c1a")
CLOTHES = ("#b8322f", "#2f5a9a", "#2f2f38", "#e8e4dc", "#3f7a4a", "#d8a03a", "#7a4a8a", "#5a6a7a")


def walker(rng: random.Random) -> Kit:
    """A person 1.75 units high of natural proportions, mid-step, looking along -y."""
    skin, hair = plain(rng.choice(SKINS), 0.6), plain(rng.choice(HAIRS), 0.9)
    top, legs = plain(rng.choice(CLOTHES), 0.9), plain(rng.choice(("#2a3550", "#1f1f24", "#6a5a48", "#8a8a90")), 0.9)
    step, skirt = rng.uniform(0.05, 0.28), rng.random() < 0.3
    with kit("person") as group:
        for side in (-1, 1):
            hip, knee = (side * 0.09, 0, 0.9), (side * 0.1, -side * step * 0.7 - 0.04, 0.48)
            foot = (side * 0.1, -side * step * 1.1 + 0.04, 0.07)
            rod(hip, knee, 0.17, skin if skirt else legs, end=True)
            rod(knee, foot, 0.12, skin if skirt else legs, end=True)
            part("ball", (foot[0], foot[1] - 0.07, 0.05), (0.11, 0.28, 0.11), plain("#1c1816", 0.5))
            shoulder, elbow = (side * 0.21, 0, 1.4), (side * 0.27, side * step * 0.5, 1.12)
            hand = (side * 0.25, side * step * 1.0 - 0.08, 0.88)
            rod(shoulder, elbow, 0.105, top, end=True)
            rod(elbow, hand, 0.085, skin if rng.random() < 0.4 else top, end=True)
            part("ball", hand, 0.1, skin)
        part("pillow", (0, 0, 1.2), (0.44, 0.26, 0.6), top)
        if skirt:
            part("stub", (0, 0, 0.76), (0.52, 0.46, 0.5), top)
        else:
            part("pillow", (0, 0, 0.94), (0.36, 0.25, 0.24), legs)
        rod((0, 0, 1.44), (0, 0, 1.56), 0.11, skin)
        part("ball", (0, -0.01, 1.64), (0.18, 0.21, 0.25), skin)
        part("ball", (0, 0.025, 1.68), (0.2, 0.21, 0.22), hair)
        if rng.random() < 0.4:
            part("ball", (0, 0.08, 1.54), (0.2, 0.12, 0.32), hair)
        if rng.random() < 0.35:
            part("soft", (0, 0.2, 1.22), (0.3, 0.16, 0.42), plain(rng.choice(CLOTHES), 0.8))
    return group


def hero(rng: random.Random, surface: Paint = plain, beast: str = "", mouth: float | None = None) -> Kit:
    """A figure of an animated film, 2 units high, looking along -y: a child with a big head, or a beast.

    Args:
        surface: makes a material of a colour (`plain`, or `banded` for a drawn film).
        beast: `cat`, `bear`, `rabbit`, `monster`; empty for a child.
        mouth: how wide it stands open, 0 to 1; as chance has it where None.
    """
    fur = rng.choice({"cat": ("#e8944a", "#8a8a96", "#f0e0c8"), "bear": ("#8a5a34", "#c89a64"), "rabbit": ("#f4eef0", "#c8b0a0"),
                      "monster": ("#7a5ad0", "#3fb88a", "#e8609a", "#4a9ae8")}.get(beast, SKINS))  # fmt: skip
    skin, cloth = surface(fur), surface(rng.choice(("#e8433a", "#2f7ae0", "#f2b82a", "#3fa85a", "#b05ad0", "#f07aa8")))
    legs, shoe = (
        surface(rng.choice(("#34466e", "#5a4030", "#3a3a44"))),
        surface(rng.choice(("#f4f4f4", "#c83a2a", "#2a2a30"))),
    )
    with kit("hero") as group:
        lift = rng.choice((-0.5, 0.2, 0.9))
        for side in (-1, 1):
            rod((side * 0.14, 0, 0.5), (side * 0.15, 0, 0.12), 0.2, skin if beast else legs, end=True)
            part("ball", (side * 0.16, -0.07, 0.08), (0.24, 0.36, 0.18), skin if beast else shoe)
            up = lift if side > 0 else -0.5
            hand = (side * 0.58, -0.08, 0.82 + up * 0.42)
            rod((side * 0.25, 0, 0.85), hand, 0.15, skin if beast else cloth, end=True)
            part("ball", hand, 0.2, skin)
        part("ball", (0, 0, 0.7), (0.6, 0.5, 0.72), skin if beast == "monster" else cloth)
        head = 1.42
        part("ball", (0, 0, head), (0.98, 0.88, 0.88), skin)
        face(rng, surface, head, fur, mouth)
        if beast:
            _ears(beast, surface, fur, head)
        else:
            _hair(rng, surface, head)
    return group


def face(rng: random.Random, surface: Paint, head: float, skin: str, mouth: float | None = None) -> None:
    """Large eyes, brows, a nose, an open or smiling mouth."""
    iris = surface(rng.choice(("#4a8ad8", "#5a9a3a", "#7a4a20", "#8a5ad0")))
    white, black = surface("#ffffff"), surface("#15101a")
    for side in (-1, 1):
        x, y, z = side * 0.19, -0.37, head + 0.06
        part("ball", (x, y, z), (0.25, 0.16, 0.31), white)
        part("ball", (x - side * 0.015, y - 0.055, z), (0.16, 0.09, 0.2), iris)
        part("ball", (x - side * 0.015, y - 0.085, z), (0.09, 0.06, 0.12), black)
        part("ball", (x + 0.03, y - 0.11, z + 0.05), 0.045, white)
        rod(
            (x - 0.1, -0.415, head + 0.26 - side * 0.01),
            (x + 0.1, -0.415, head + 0.26 + side * 0.01),
            0.035,
            black,
            end=True,
        )
        part("ball", (side * 0.31, -0.33, head - 0.13), (0.16, 0.06, 0.1), surface(blend(skin, "#ff5a5a", 0.35)))
    part("ball", (0, -0.46, head - 0.07), 0.09, surface(blend(skin, "#a03a2a", 0.25)))
    laughs = rng.random() < 0.5
    if mouth:
        part("ball", (0, -0.4, head - 0.23), (0.26, 0.12, 0.06 + 0.16 * mouth), surface("#7a1a24"))
    elif laughs and mouth is None:
        part("ball", (0, -0.4, head - 0.23), (0.26, 0.12, 0.17), surface("#7a1a24"))
        part("ball", (0, -0.43, head - 0.28), (0.15, 0.09, 0.07), surface("#e8707a"))
    else:
        points = [(0.15 * math.sin(t), -0.435, head - 0.16 - 0.07 * math.cos(t)) for t in (-1.3, -0.65, 0, 0.65, 1.3)]
        for a, b in itertools.pairwise(points):
            rod(a, b, 0.03, black, end=True)


def _ears(beast: str, surface: Paint, fur: str, head: float) -> None:
    skin, inner = surface(fur), surface(blend(fur, "#ff9aa8", 0.5))
    for side in (-1, 1):
        if beast == "cat":
            part("cone", (side * 0.3, 0.02, head + 0.5), (0.3, 0.16, 0.4), skin, (0, side * 0.35, 0))
            part("cone", (side * 0.3, -0.04, head + 0.48), (0.18, 0.1, 0.28), inner, (0, side * 0.35, 0))
            for k in (-1, 0, 1):
                rod(
                    (side * 0.25, -0.42, head - 0.12),
                    (side * 0.6, -0.4, head - 0.12 + 0.07 * k),
                    0.012,
                    surface("#2a2020"),
                )
        elif beast == "bear":
            part("ball", (side * 0.36, 0.02, head + 0.36), (0.3, 0.16, 0.3), skin)
            part("ball", (side * 0.36, -0.05, head + 0.36), (0.18, 0.1, 0.18), inner)
        elif beast == "rabbit":
            part("ball", (side * 0.2, 0.05, head + 0.72), (0.2, 0.13, 0.8), skin, (0, side * 0.16, 0))
            part("ball", (side * 0.2, -0.01, head + 0.72), (0.11, 0.08, 0.6), inner, (0, side * 0.16, 0))
        else:
            rod((side * 0.26, 0, head + 0.35), (side * 0.46, 0, head + 0.72), 0.13, surface("#f4e8c0"), "cone")


def _hair(rng: random.Random, surface: Paint, head: float) -> None:
    tone = surface(rng.choice(("#5a3318", "#e8b83a", "#26181a", "#c8502a", "#3a5ac8", "#f08ac0")))
    part("ball", (0, 0.09, head + 0.13), (1.06, 0.92, 0.82), tone)
    for k in range(7):
        x = -0.36 + k * 0.12
        part("ball", (x, -0.3 + abs(x) * 0.35, head + 0.35 - abs(x) * 0.2), (0.24, 0.26, 0.2), tone, (0.5, 0, x))
    style = rng.randrange(3)
    if style == 0:
        for side in (-1, 1):
            part("ball", (side * 0.56, 0.08, head + 0.12), (0.3, 0.3, 0.3), tone)
            part("ball", (side * 0.66, 0.1, head - 0.16), (0.24, 0.24, 0.52), tone)
    elif style == 1:
        for k in range(6):
            part("cone", (-0.3 + 0.12 * k, 0.02, head + 0.55), (0.22, 0.24, 0.36), tone, (0, -0.5 + 0.2 * k, 0))
    else:
        part("ball", (0, 0.3, head - 0.2), (0.95, 0.42, 0.95), tone)
