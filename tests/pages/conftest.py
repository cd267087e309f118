"""The app on a small real workspace, as pages see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from settings import ROOT
from web.session import Session


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
