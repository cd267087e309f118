"""What each clip shows and sounds like, read from `clips.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from scenery.plans import Options, Plan, plan

FPS = 12
SIZE = (256, 144)
WIDER = 1.25
"""How much wider a still is than the clip that pans over it or nears it."""
HELD = 2
"""Frames for which a drawn one stays where the camera moves through the scene."""
OPENING_S = 1.2
FADE_S = 0.5
FILE = Path(__file__).with_name("clips.yaml")
MOUTHS = (0.0, 1.0, 0.45)
"""How wide the mouth of a talking figure stands open in its pictures."""
MOVING = ("pan", "zoom")


@dataclass(frozen=True)
class Take:
    """One take of a clip.

    Attributes:
        kind: of the vocabulary; `clip` for an excerpt of another one.
        seed: of the scene. motion: as in `clips.yaml`. way: where the camera has travelled to at the end, as in `View.travel`.
        forced: a fact of the plan, as in `Options`. fade: whether it dissolves out of what was before.
        clip, start: what is taken from which clip, and from when on, in seconds.
    """

    kind: str
    seconds: float
    motion: str = "still"
    seed: int = 0
    way: tuple[float, float, float] = (0.0, 0.0, 0.0)
    forced: str = ""
    fade: bool = False
    clip: str = ""
    start: float = 0.0

    @property
    def plan(self) -> Plan:
        return plan(self.seed, Options(kinds=(self.kind,), forced=self.forced or "style:flat"))

    @property
    def frames(self) -> int:
        return round(self.seconds * FPS)

    @property
    def drawn(self) -> int:
        """Number of pictures that have to be drawn."""
        if self.clip:
            return 0
        if self.motion == "talk":
            return len(MOUTHS)
        return -(-self.frames // HELD) if self.motion == "dolly" else 1

    def travel(self, picture: int) -> tuple[float, float, float]:
        """Where the camera stands for a drawn picture."""
        share = picture / max(1, self.drawn - 1)
        right, up, ahead = self.way
        return right * share, up * share, ahead * share


@dataclass(frozen=True)
class Programme:
    """The opening of a programme: names, colours `#rrggbb`, and the mark in the corner of its clips."""

    name: str
    chinese: str
    ground: str
    ink: str
    mark: str


@dataclass(frozen=True)
class Clip:
    """One clip.

    Attributes:
        category: two levels with a slash between. tags: true of it. sound: names of `sounds.SOUNDS`; `none` or `silent` alone.
        look: `letterbox`, `logo`, or empty.
    """

    name: str
    category: str
    title: str
    tags: tuple[str, ...]
    takes: tuple[Take, ...]
    sound: tuple[str, ...]
    programme: Programme | None
    look: str

    @property
    def seconds(self) -> float:
        return (sum(take.frames for take in self.takes) + (round(OPENING_S * FPS) if self.programme else 0)) / FPS


def take(text: str) -> Take:
    """A take as `clips.yaml` writes it.

    Raises:
        ValueError: it is none.
    """
    what, *words = text.split()
    kind, _, rest = what.partition(":")
    if kind == "clip":
        return Take(kind, float(words[1]), clip=rest, start=float(words[0]))
    seconds, motion, *others = words
    way = (float(others[0]), float(others[1]), float(others[2])) if motion == "dolly" else (0.0, 0.0, 0.0)
    forced = next((word for word in others if ":" in word), "")
    return Take(kind, float(seconds), motion, int(rest), way, forced, "fade" in others)


def read(path: Path = FILE) -> tuple[Clip, ...]:
    """All clips, in their order."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    programmes = {name: Programme(name, **cast(dict[str, str], each)) for name, each in content["programmes"].items()}
    return tuple(
        Clip(
            each["name"],
            each["category"],
            each["title"],
            tuple(each["tags"]),
            tuple(map(take, each["takes"])),
            tuple(each["sound"].split("+")),
            programmes[each["programme"]] if "programme" in each else None,
            each.get("look", ""),
        )
        for each in content["clips"]
    )
