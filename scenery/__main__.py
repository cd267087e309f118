"""`python -m scenery --out FOLDER`: draw pictures by seed, each with its card. What is there already is not drawn again.

Runs in an environment of its own with Blender as a module: `python3.11 -m venv E && E/bin/pip install "bpy==4.5.*" pillow pyyaml`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from pretraining.vocabulary import CATEGORIES, KINDS
from scenery.cards import Settings, contact_sheet, is_drawn, keep
from scenery.catalogue import Painter, painter
from scenery.flat.pixel_screen import enlarged
from scenery.plans import PIXEL_KINDS, Options, Plan, plan
from scenery.view import View


def seeds_of(text: str) -> list[int]:
    """Seeds of `7`, `0-59` or `3,5,10-12`, in that order.

    Raises:
        ValueError: no such list.
    """
    seeds: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        seeds += range(int(first), int(last) + 1) if dash else [int(first)]
    if not seeds:
        raise ValueError(text)
    return seeds


def missing(folder: Path, plans: Iterable[Plan], settings: Settings) -> list[Plan]:
    """Plans whose picture is not there yet."""
    return [each for each in plans if not is_drawn(folder, each, settings)]


def draw(folder: Path, each: Plan, settings: Settings, paint: Painter) -> None:
    """Draw one picture and keep it."""
    image = paint(each, View(settings.width, settings.height, settings.samples))
    if "style:pixel" in each.facts and each.kind not in PIXEL_KINDS:
        image = enlarged(image)
    keep(folder, each, image, settings)


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m scenery", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder of pictures and cards")
    parser.add_argument("--seeds", type=seeds_of, default=seeds_of("0-59"), help="such as 0-59 or 3,5,10-12")
    parser.add_argument("--size", default="480x360", help="pixels, width x height")
    parser.add_argument("--samples", type=int, default=16, help="samples a pixel")
    parser.add_argument("--kinds", default="", help="only these, with commas between")
    parser.add_argument("--classes", default="", help="these in turn, with commas between; else by their shares")
    parser.add_argument("--forced", default="", help="a fact such as time:night for all that can have it")
    parser.add_argument(
        "--without-held-out", action="store_true", help="leave out combinations that are kept from training"
    )
    parser.add_argument("--sheet", type=Path, help="write a contact sheet of all seeds there")
    options = parser.parse_args(given)
    for name in filter(None, options.kinds.split(",")):
        if name not in KINDS:
            parser.error(f"no kind is called {name}")
    for name in filter(None, options.classes.split(",")):
        if name not in CATEGORIES:
            parser.error(f"no class is called {name}")
    return options


def main(given: list[str] | None = None) -> int:
    """Draw what is missing."""
    options = arguments(given)
    wide, _, high = options.size.partition("x")
    settings = Settings(int(wide), int(high), options.samples)
    which = Options(
        tuple(filter(None, options.classes.split(","))), tuple(filter(None, options.kinds.split(","))), options.forced
    )
    plans = [plan(seed, which) for seed in options.seeds]
    if options.without_held_out:
        plans = [each for each in plans if not each.held_out]
    todo = missing(options.out, plans, settings)
    print(f"{len(plans) - len(todo)} of {len(plans)} are there", flush=True)
    for number, each in enumerate(todo, 1):
        start = time.perf_counter()
        draw(options.out, each, settings, painter(each.kind))
        print(f"{number}/{len(todo)}  {each.seed}  {each.kind}  {time.perf_counter() - start:.1f} s", flush=True)
    if options.sheet:
        contact_sheet(options.out, [each.seed for each in plans]).save(options.sheet, quality=85)
    return 0


if __name__ == "__main__":
    sys.exit(main())
