"""A category as the pages show it: path, colours, icon and key."""

from __future__ import annotations

from typing_extensions import TypedDict

from store.project.taxonomy import Category


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
    """A dark tone of a colour `#RRGGBB`, readable on its tint."""
    return "#" + "".join(f"{round(part * 0.6):02X}" for part in _rgb(color))


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
