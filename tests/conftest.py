"""Shared fixtures: an empty workspace and one with a few items and three classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from store import items, taxonomy, workspace
from store.workspace import Workspace


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace without anything in it."""
    made = workspace.create(tmp_path / "empty")
    yield made
    made.engine.dispose()


@dataclass(frozen=True)
class Small:
    """A workspace with items and classes, but no vectors."""

    workspace: Workspace
    items: list[int]
    classes: list[int]
    ann: int
    bob: int
    machine: int


@pytest.fixture
def small(empty: Workspace) -> Small:
    """Twelve items, three exclusive classes, two people."""
    with empty.engine.begin() as connection:
        new = [items.NewItem("image", f"/x/{k}.jpg", f"{k}.jpg", sha256=f"{k:064d}") for k in range(12)]
        ids = items.add(connection, new)
        classes = [taxonomy.add(connection, name) for name in ("nature", "animation_game", "document")]
        people = [workspace.actor_id(connection, name) for name in ("Ann", "Bob", workspace.MACHINE)]
    return Small(empty, ids, classes, *people)
