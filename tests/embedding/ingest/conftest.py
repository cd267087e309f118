"""A workspace with the tiny model as its encoder."""

from __future__ import annotations

from pathlib import Path

import pytest

from embedding.ingest import current_encoder, encoder_change
from store.workspace import Workspace


@pytest.fixture(autouse=True)
def _fresh_models() -> None:
    """Models are loaded once a process; tests change their files."""
    current_encoder._loaded.clear()


@pytest.fixture
def ready(empty: Workspace, tiny: Path) -> Workspace:
    """An empty workspace that embeds with the tiny model."""
    encoder_change.change_encoder(empty, str(tiny))
    return empty
