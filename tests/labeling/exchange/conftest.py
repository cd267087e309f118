"""A workspace with everything that formats stumble over, for the tests of several."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import odd_workspace
import pytest

from store import workspace
from store.workspace import Workspace


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return odd_workspace.build(tmp_path_factory.mktemp("odd"))


@pytest.fixture
def odd(kept: Path) -> Iterator[Workspace]:
    """Only to look at."""
    opened = workspace.open_workspace(kept)
    yield opened
    opened.engine.dispose()
