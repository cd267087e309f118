"""The demo's film as it is planned: which subject follows which, for how many frames, and how the camera moves.

What is true of the film (segments, cuts, fades) follows from this plan, before a frame is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scenery.plans import Options, Plan, plan

SIZE = (480, 270)
FPS = 30
HELD = 3
"""Frames for which a drawn one stays where the camera moves through the scene: drawing is dear, and films are drawn so."""
FADE = 15
MARGIN = 1.15
"""How much wider a still is than the film that pans over it."""


@dataclass(frozen=True)
class Shot:
    """One take between two cuts.

    Attributes:
        frames: how long it lasts.
        end: where the camera has travelled to at its end, as in `View.travel`; a pan over a still where it is None.
        forced: a fact of the plan, as in `Options`.
        still: nothing moves, as on a page that fills the frame.
    """

    kind: str
    seed: int
    frames: int
    end: tuple[float, float, float] | None = None
    forced: str = ""
    still: bool = False

    @property
    def plan(self) -> Plan:
        return plan(self.seed, Options(kinds=(self.kind,), forced=self.forced))

    @property
    def drawn(self) -> int:
        """Number of pictures that have to be drawn."""
        return 1 if self.end is None else -(-self.frames // HELD)

    def travel(self, picture: int) -> tuple[float, float, float]:
        """Where the camera stands for a drawn picture."""
        share = picture / max(1, self.drawn - 1)
        right, up, ahead = self.end or (0.0, 0.0, 0.0)
        return right * share, up * share, ahead * share


@dataclass(frozen=True)
class Segment:
    """Shots of one class in a row; `faded` where it dissolves out of what was before instead of beginning with a cut."""

    label: str
    shots: tuple[Shot, ...]
    faded: bool = False


def page(kind: str, seed: int, frames: int) -> Shot:
    """A page that fills the frame."""
    return Shot(kind, seed, frames, forced="style:flat", still=True)


FILM: tuple[Segment, ...] = (
    Segment("nature", (Shot("mountain", 1, 150, forced="time:day"),)),
    Segment("document", (page("text", 3, 75), page("text", 5, 75), page("table", 3, 75))),
    Segment("animation_game", (Shot("platformer", 1, 135),)),
    Segment("nature", (Shot("sea", 4, 120, (1.2, 0.35, 1.5), "time:day"),), faded=True),
    Segment("document", (page("slide", 1, 70), page("slide", 3, 70), page("chart", 3, 70))),
    Segment("animation_game", (Shot("character", 1, 75, (0.1, 0.0, 0.45)), Shot("cartoon", 1, 75))),
    Segment("nature", (Shot("lake", 4, 105, forced="time:day"),)),
    Segment("document", (page("receipt", 3, 60), page("receipt", 5, 60))),
)


def picture_path(folder: Path, shot: int, picture: int) -> Path:
    """Where a drawn picture of a shot lies."""
    return folder / f"{shot:02d}-{picture:03d}.png"


def truth(film: tuple[Segment, ...] = FILM) -> dict[str, object]:
    """What is true of the film: segments, cuts and fades in frames; ends are exclusive."""
    at, segments, cuts, fades = 0, [], [], []
    for segment in film:
        start = at
        for place, shot in enumerate(segment.shots):
            if place == 0 and segment.faded:
                fades.append({"start_frame": at, "end_frame": at + FADE})
            elif at:
                cuts.append(at)
            at += shot.frames
        source = ", ".join(shot.kind for shot in segment.shots)
        segments.append(
            {
                "label": segment.label,
                "source": source,
                "start_frame": start,
                "end_frame": at,
                "start_s": start / FPS,
                "end_s": at / FPS,
            }
        )
    return {"fps": FPS, "size": list(SIZE), "frames": at, "segments": segments, "cuts": cuts, "fades": fades}
