"""What is written beside a picture: its facts, its captions and how it was drawn."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image

from pretraining.tones import tone
from pretraining.vocabulary import held_out
from scenery.plans import Plan


@dataclass(frozen=True)
class Settings:
    """How pictures are drawn; part of each card.

    Attributes:
        width, height: pixels. samples: of each pixel. quality: of the JPEG.
    """

    width: int = 480
    height: int = 360
    samples: int = 16
    quality: int = 88


def picture_path(folder: Path, seed: int) -> Path:
    """Where the picture of a seed lies."""
    return folder / f"{seed:07d}.jpg"


def card_path(folder: Path, seed: int) -> Path:
    """Where its card lies."""
    return folder / f"{seed:07d}.json"


def card(plan: Plan, image: Image.Image, settings: Settings) -> dict[str, object]:
    """The card of a picture; its tone is measured on it."""
    facts = plan.facts | tone(image.convert("RGB"))
    english, chinese = plan.captions()
    return {
        "seed": plan.seed,
        "class": plan.category,
        "kind": plan.kind,
        "facts": sorted(facts),
        "captions": {"en": english, "zh": chinese},
        "held_out": held_out(facts),
        "twist": plan.twist,
        "settings": asdict(settings),
    }


def is_drawn(folder: Path, plan: Plan, settings: Settings) -> bool:
    """Whether the picture of a plan is there, drawn with these settings."""
    try:
        kept = json.loads(card_path(folder, plan.seed).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    same = (
        kept.get("settings") == asdict(settings) and kept.get("kind") == plan.kind and plan.facts <= set(kept["facts"])
    )
    return same and kept.get("twist") == plan.twist and picture_path(folder, plan.seed).exists()


def keep(folder: Path, plan: Plan, image: Image.Image, settings: Settings) -> None:
    """Write picture and card; the card last and in one step, so that one without its picture is never there."""
    folder.mkdir(parents=True, exist_ok=True)
    card_path(folder, plan.seed).unlink(missing_ok=True)
    image.convert("RGB").save(picture_path(folder, plan.seed), quality=settings.quality, optimize=True)
    partial = card_path(folder, plan.seed).with_suffix(".part")
    partial.write_text(json.dumps(card(plan, image, settings), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    partial.replace(card_path(folder, plan.seed))


def contact_sheet(folder: Path, seeds: list[int], wide: int = 176, columns: int = 10) -> Image.Image:
    """The pictures of some seeds, small, in rows."""
    with Image.open(picture_path(folder, seeds[0])) as first:
        high = round(wide * first.height / first.width)
    sheet = Image.new("RGB", (columns * wide, -(-len(seeds) // columns) * high), "#ffffff")
    for place, seed in enumerate(seeds):
        with Image.open(picture_path(folder, seed)) as picture:
            small = picture.convert("RGB").resize((wide, high), Image.Resampling.LANCZOS)
        sheet.paste(small, (place % columns * wide, place // columns * high))
    return sheet
