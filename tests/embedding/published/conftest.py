from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

import settings


@pytest.fixture
def models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of models, and an empty cache of the hub."""
    monkeypatch.setenv("SCENELOOP_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    settings.current.cache_clear()
    yield (tmp_path / "models").resolve()
    monkeypatch.undo()
    settings.current.cache_clear()
