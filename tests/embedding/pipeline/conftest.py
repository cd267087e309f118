"""A workspace with the tiny model as its encoder."""

from __future__ import annotations

from pathlib import Path

import pytest

from embedding import pipeline
from embedding.pipeline import current
from store.workspace import Workspace


@pytest.fixture(autouse=True)
def _fresh_models() -> None:
    """Models are loaded once a process; tests change their files."""
    current._loaded.clear()


@pytest.fixture
def ready(empty: Workspace, tiny: Path) -> Workspace:
    """An empty workspace that embeds with the tiny model."""
    pipeline.change_encoder(empty, str(tiny))
    return empty
