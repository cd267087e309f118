"""A category as the pages show it: path, colours, icon and key."""

from __future__ import annotations

from typing_extensions import TypedDict

from store.project.taxonomy import Category

READABLE = 4.5  # least contrast of text
SHADE = 0.6  # of a colour's own light, at most


class CategoryJson(TypedDict):
    """A category as the components read it: its place in the tree, and colours `#RRGGBB`."""

    id: int
    name: str
    path: str
    parent: int | None
    facet: int
    color: str
    tint: str
    text: str
    icon: str
    key: str
    description: str
    retired: bool


def category_json(category: Category) -> CategoryJson:
    """A category as the components read it."""
    return {
        "id": category.id,
        "name": category.name,
        "path": category.path,
        "parent": category.parent_id,
        "facet": category.facet_id,
        "color": category.color,
        "tint": tint(category.color),
        "text": shade(category.color),
        "icon": category.icon,
        "key": category.key,
        "description": category.description,
        "retired": category.retired,
    }


def tint(color: str) -> str:
    """A light wash of a colour `#RRGGBB` for chips."""
    return "#" + "".join(f"{round(255 - (255 - part) * 0.12):02X}" for part in _rgb(color))


def shade(color: str) -> str:
    """A dark tone of a colour `#RRGGBB`, readable on its tint: at least 4.5 : 1 (WCAG 2.2, 1.4.3)."""
    share = SHADE
    while contrast(tint(color), _darker(color, share)) < READABLE:
        share -= 0.05
    return _darker(color, share)


def contrast(one: str, other: str) -> float:
    """How far apart two colours `#RRGGBB` are, from 1 to 21, by WCAG's relative luminance."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _darker(color: str, share: float) -> str:
    return "#" + "".join(f"{round(part * share):02X}" for part in _rgb(color))


def _luminance(color: str) -> float:
    parts = (part / 255 for part in _rgb(color))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
