"""A small real workspace that the server knows, and the app on it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import sample_data
import settings
from embedding import pipeline as embedding
from labeling.pipeline import decide, exchange
from labeling.pipeline import scene as scenes
from settings import ROOT
from store import workspace
from web.session import Session

IMAGES = 30


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty demo images with the built-in model, labelled by zero-shot."""
    folder = tmp_path_factory.mktemp("built")
    pictures = folder / "pictures"
    pictures.mkdir()
    for path in sorted(sample_data.images_folder().iterdir())[:IMAGES]:
        shutil.copy(path, pictures / path.name)
    made = workspace.create(folder / "demo")
    embedding.change_encoder(made, "built-in")
    exchange.set_taxonomy(made, exchange.read_taxonomy(sample_data.taxonomy_file()), actor="setup")
    embedding.add(made, [pictures])
    decide.pseudo_label(scenes.load(made), "zero-shot")
    made.engine.dispose()
    return folder / "demo"


@pytest.fixture
def root(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a copy of that workspace, which the settings name."""
    shutil.copytree(built, tmp_path / "all" / "demo")
    monkeypatch.setenv("SCENELOOP_WORKSPACE", str(tmp_path / "all"))
    settings.current.cache_clear()
    yield tmp_path / "all"
    settings.current.cache_clear()


@pytest.fixture
def app(root: Path) -> AppTest:
    """The app as somebody known sees it; `switch_page` goes to a page."""
    assert root.exists()
    tested = AppTest.from_file(str(ROOT / "web" / "router.py"), default_timeout=60)
    tested.session_state["sceneloop"] = Session(actor="ann")
    return tested


@pytest.fixture(autouse=True)
def no_warm_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking at a page here loads no model in a second process."""
    monkeypatch.setattr("jobs.warm_up", lambda workspace: None)
