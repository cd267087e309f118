"""The plan of a picture: what a seed decides before anything is drawn, and so what is true of it.

The words are those of `pretraining/vocabulary.yaml`, so captions, held-out combinations and the truth are as for the other world.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from pretraining.captions import caption
from pretraining.vocabulary import ATTRIBUTE_CHINESE, CATEGORIES, DOCUMENT, KINDS, OTHER, held_out

SHARES = {"nature": 0.3, "animation_game": 0.3, "document": 0.28, "other": 0.12}
TIMES = {"day": 0.64, "sunset": 0.24, "night": 0.12}
WEATHERS = {"clear": 0.5, "cloudy": 0.36, "foggy": 0.14}
MANNERS = {"flat": 0.62, "desk": 0.24, "scan": 0.14}
OUTDOORS = {"building", "street", "vehicle"}
LIVING = {"flower", "animal", "underwater"}
PIXEL_KINDS = {"platformer", "rpg", "shooter", "maze", "arcade", "dungeon", "scroller"}
FLAT_KINDS = {"puzzle", "flat_shapes", "comic"}
TWISTS = {
    "world": "film",
    "adventure": "film",
    "racing": "film",
    "fighting": "film",
    "slide": "landscape",
    "poster": "landscape",
    "webpage": "landscape",
    "cartoon": "soft",
    "strategy": "film",
}
"""Kinds that can be drawn so that they look like another class: a game without a score, a slide that is nearly all photograph."""
TWIST_SHARE = 0.3
PIXEL_SHARE = 0.1
"""How often a game that is not made of pixels is shown in large ones."""


@dataclass(frozen=True)
class Options:
    """Which plans a seed may give.

    Attributes:
        categories: in turn by seed; by their shares when empty.
        kinds: only these, or all when empty.
        forced: a `time:`, `weather:` or `style:` fact that every plan shall have, for kinds that can have it.
    """

    categories: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    forced: str = ""


@dataclass(frozen=True)
class Plan:
    """What a picture will show.

    Attributes:
        time: `day`, `sunset` or `night`. weather: `clear`, `cloudy` or `foggy`.
        manner: how a document comes before the eye: `flat`, `desk` or `scan`.
        chinese: whether what is written in it is Chinese.
        twist: in what way it looks like another class; empty for most.
        facts: as in `pretraining.vocabulary`; the tone is measured on the picture.
    """

    seed: int
    kind: str
    time: str
    weather: str
    manner: str
    chinese: bool
    twist: str
    facts: frozenset[str]

    @property
    def category(self) -> str:
        return KINDS[self.kind].category

    @property
    def held_out(self) -> bool:
        return held_out(self.facts)

    def rng(self, part: str = "") -> random.Random:
        """A source of chance for one part of the picture, the same at every call."""
        return random.Random(f"{self.seed} {self.kind} {part}")

    def captions(self) -> tuple[str, str]:
        """A true caption in English and one in Chinese."""
        rng = np.random.default_rng((self.seed, 1))
        english = caption(rng, self.facts)
        while not english.text.isascii():
            english = caption(rng, self.facts)
        chance = self.rng("caption")
        attributes = sorted(self.facts & ATTRIBUTE_CHINESE.keys())
        first = ATTRIBUTE_CHINESE[chance.choice(attributes)] if attributes else ""
        return english.text, first + chance.choice(KINDS[self.kind].chinese)


def plan(seed: int, options: Options | None = None) -> Plan:
    """The plan of a seed: the same on every call and every machine."""
    options = options or Options()
    rng = random.Random(seed)
    kind = _kind(rng, seed, options)
    time, weather, manner = (_pick(rng, table) for table in (TIMES, WEATHERS, MANNERS))
    forced = options.forced.partition(":")[2]
    time = forced if options.forced.startswith("time:") else time
    weather = forced if options.forced.startswith("weather:") else weather
    manner = forced if forced in MANNERS else manner
    chinese = rng.random() < 0.3
    twist = TWISTS.get(kind, "") if rng.random() < TWIST_SHARE else ""
    entry = KINDS[kind]
    if entry.category != DOCUMENT or (entry.group == "screen" and manner == "scan") or twist:
        manner = "flat"
    facts = {f"class:{entry.category}", f"group:{entry.group}", f"kind:{kind}"}
    facts |= _attributes(kind, time, weather, manner)
    large = rng.random() < PIXEL_SHARE or options.forced == "style:pixel"
    if large and entry.group == "game" and not twist and kind not in PIXEL_KINDS:
        facts = facts - {"style:3d"} | {"style:pixel"}
    return Plan(seed, kind, time, weather, manner, chinese, twist, frozenset(facts))


def _kind(rng: random.Random, seed: int, options: Options) -> str:
    if options.kinds:
        return options.kinds[seed % len(options.kinds)]
    if options.categories:
        category = options.categories[seed % len(options.categories)]
        kinds = [name for name, kind in KINDS.items() if kind.category == category]
        return kinds[(seed // len(options.categories)) % len(kinds)]
    category = _pick(rng, {name: SHARES[name] for name in CATEGORIES})
    return rng.choice([name for name, kind in KINDS.items() if kind.category == category])


def _pick(rng: random.Random, shares: dict[str, float]) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]


def _attributes(kind: str, time: str, weather: str, manner: str) -> set[str]:
    entry = KINDS[kind]
    if entry.category == DOCUMENT:
        return {"flat": set(), "desk": {"style:photo", "style:desk"}, "scan": {"style:scan"}}[manner]
    if entry.category in ("nature", OTHER):
        facts = {"style:photo"}
        if entry.category == "nature" or kind in OUTDOORS:
            facts.add(f"time:{time}")
        if entry.category == "nature" and kind not in LIVING:
            facts.add(f"weather:{weather}")
        return facts
    if kind in PIXEL_KINDS:
        return {"style:pixel"}
    if entry.group == "animation":
        return {"style:drawn"}
    return set() if kind in FLAT_KINDS else {"style:3d"}
