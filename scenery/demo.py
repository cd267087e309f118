"""`python -m scenery.demo FOLDER OUT`: pictures with cards as a demo: files whose names say nothing, and their truth."""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections import Counter
from pathlib import Path

from scenery.plans import Options, Plan, plan

SEED = 900_000
COUNT = 300
CLASSES = ("nature", "animation_game", "document")


def planned() -> list[Plan]:
    """What the demo's images show, in the order of their names.

    They are drawn by `python -m scenery --seeds 900000-900299 --classes nature,animation_game,document --size 480x360 --samples 12`.
    """
    plans = [plan(seed, Options(categories=CLASSES)) for seed in range(SEED, SEED + COUNT)]
    random.Random(SEED).shuffle(plans)
    return plans


def commented(jpeg: bytes, text: str) -> bytes:
    """A JPEG file with a comment (marker COM, ITU-T T.81 B.2.4.5); the picture is not encoded anew."""
    comment = text.encode("ascii")
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]


def write_demo(folder: Path, out: Path) -> Counter[str]:
    """Copy the pictures of a folder in an order by chance and write `truth.csv`; gives their number by class.

    Each file says in a comment where it comes from.

    Args:
        out: gets `images/000.jpg` and so on, and `truth.csv` with columns file, class, subclass.

    Raises:
        ValueError: the folder holds no card.
    """
    cards = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    if not cards:
        raise ValueError(f"{folder} holds no picture with a card")
    random.Random(SEED).shuffle(cards)
    images = out / "images"
    images.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, card in enumerate(cards):
        name = f"{number:03d}.jpg"
        picture = (folder / f"{card['seed']:07d}.jpg").read_bytes()
        (images / name).write_bytes(
            commented(picture, f"Sceneloop, a rendered world: {card['kind']}, seed {card['seed']}")
        )
        rows.append((name, card["class"], card["kind"]))
    with (out / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([("file", "class", "subclass"), *rows])
    return Counter(row[1] for row in rows)


def main(given: list[str] | None = None) -> int:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(prog="python -m scenery.demo", description=(__doc__ or "").strip())
    parser.add_argument("folder", type=Path, help="pictures with cards")
    parser.add_argument("out", type=Path, help="gets images/ and truth.csv")
    options = parser.parse_args(given)
    for name, count in sorted(write_demo(options.folder, options.out).items()):
        print(f"{name}: {count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
