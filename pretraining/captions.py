"""Captions that claim facts: class, group or kind, with or without attributes, in English and Chinese."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from pretraining.materials.lettering import word
from pretraining.vocabulary import (
    ATTRIBUTE_CHINESE,
    ATTRIBUTES,
    CLASS_CHINESE,
    CLASS_NAMES,
    GROUP_CHINESE,
    GROUP_NAMES,
    KINDS,
)

TEMPLATES = (
    "{}", "{}", "{}", "a photo of {}", "a picture of {}", "an image of {}", "an image showing {}", "this is {}", "a view of {}", "a scene with {}",
    "a frame showing {}", "a close up of {}", "{} in the picture", "there is {}", "a screenshot of {}", "a small picture of {}", "a blurry photo of {}",
    "the picture shows {}", "a video frame of {}", "a good photo of {}", "one photo of {}", "a typical image of {}", "a low resolution image of {}",
)  # fmt: skip
CHINESE_TEMPLATES = (
    "{}",
    "{}",
    "{}",
    "一张{}的照片",
    "{}的图片",
    "{}图像",
    "这是{}",
    "一张{}的图片",
    "{}照片",
    "{}的画面",
)

KIND_NAMES = {name: (*kind.names, *kind.plurals, *kind.chinese) for name, kind in KINDS.items()}


@dataclass(frozen=True)
class Caption:
    """A text and the facts it claims."""

    text: str
    claims: frozenset[str]


def _name(rng: np.random.Generator, known: frozenset[str]) -> tuple[str, str]:
    """An English name true of the picture, and the fact it claims."""
    kind = next(fact for fact in known if fact.startswith("kind:"))
    draw = rng.random()
    if draw < 0.55:
        entry = KINDS[kind[5:]]
        return str(rng.choice(entry.names if rng.random() < 0.65 else entry.plurals)), kind
    if draw < 0.8:
        entry = KINDS[kind[5:]]
        return str(rng.choice(CLASS_NAMES[entry.category])), f"class:{entry.category}"
    group = KINDS[kind[5:]].group
    return str(rng.choice(GROUP_NAMES[group])), f"group:{group}"


def _chinese(rng: np.random.Generator, known: frozenset[str]) -> Caption:
    entry = KINDS[next(fact for fact in known if fact.startswith("kind:"))[5:]]
    kind = next(fact for fact in known if fact.startswith("kind:"))
    name, claim = [
        (entry.chinese, kind),
        (CLASS_CHINESE[entry.category], f"class:{entry.category}"),
        (GROUP_CHINESE[entry.group], f"group:{entry.group}"),
    ][int(rng.choice(3, p=[0.5, 0.3, 0.2]))]
    text, claims = str(rng.choice(name)), {claim}
    extra = sorted(known & ATTRIBUTE_CHINESE.keys())
    if extra and rng.random() < 0.25:
        picked = str(rng.choice(extra))
        text, claims = ATTRIBUTE_CHINESE[picked] + text, {claim, picked}
    return Caption(str(rng.choice(CHINESE_TEMPLATES)).format(text), frozenset(claims))


def caption(rng: np.random.Generator, known: frozenset[str]) -> Caption:
    """A caption true of a picture.

    Args:
        known: the picture's facts, with exactly one `kind:`.
    """
    if rng.random() < 0.14:
        return _chinese(rng, known)
    name, claim = _name(rng, known)
    claims, extra = {claim}, sorted(known & ATTRIBUTES.keys())
    text = str(rng.choice(TEMPLATES)).format(name)
    for fact in rng.permutation(extra)[: int(rng.choice([0, 1, 2], p=[0.6, 0.3, 0.1]))]:
        text += " " + str(rng.choice(ATTRIBUTES[str(fact)]))
        claims.add(str(fact))
    if rng.random() < 0.06:
        text = _with_unknown(rng, text)
    if rng.random() < 0.1:
        text = text.removeprefix("a ").removeprefix("an ").removeprefix("the ")
    return Caption(text, frozenset(claims))


def roll_call(rng: np.random.Generator, table: dict[str, tuple[str, ...]]) -> list[str]:
    """One text for every entry of a table of names, each in a template of its own, in the table's order."""
    return [str(rng.choice(TEMPLATES)).format(rng.choice(names)) for names in table.values()]


def _with_unknown(rng: np.random.Generator, text: str) -> str:
    """A made-up word put somewhere, so that unknown words do little harm."""
    parts = text.split()
    parts.insert(int(rng.integers(len(parts) + 1)), word(rng))
    return " ".join(parts)


def all_texts() -> list[str]:
    """Every phrase that captions are made of: what the vocabulary must cover."""
    names = [name for entry in KINDS.values() for name in (*entry.names, *entry.plurals, *entry.chinese)]
    for table in (CLASS_NAMES, CLASS_CHINESE, GROUP_NAMES, GROUP_CHINESE, ATTRIBUTES):
        names += [name for entry in table.values() for name in entry]
    return [*names, *ATTRIBUTE_CHINESE.values(), *(t.replace("{}", " ") for t in (*TEMPLATES, *CHINESE_TEMPLATES))]


def known_words() -> list[str]:
    """The words that captions use, and the Chinese phrases as they stand in a caption, in alphabetical order."""
    english = set(re.findall(r"[a-z0-9]+", " ".join(all_texts()).lower()))
    names = [name for entry in KINDS.values() for name in entry.chinese]
    for table in (CLASS_CHINESE, GROUP_CHINESE):
        names += [name for entry in table.values() for name in entry]
    chinese = {template.format(name) for template in CHINESE_TEMPLATES for name in names}
    return [*sorted(english), *sorted(chinese)]
