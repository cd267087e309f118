"""Every page on a workspace whose database is on a PostgreSQL server."""

from __future__ import annotations

from pathlib import Path

import pytest
import temporary_postgresql
from page_steps import go, text
from streamlit.testing.v1 import AppTest

from settings import ROOT
from store import workspace
from web.accounts import least_roles
from web.session import Session


@pytest.fixture
def served(root_on_postgresql: Path) -> AppTest:
    """The app as somebody known sees it."""
    assert not (root_on_postgresql / "demo" / workspace.DATABASE).exists()
    tested = AppTest.from_file(str(ROOT / "web" / "router.py"), default_timeout=60)
    tested.session_state["sceneloop"] = Session(actor="ann")
    return tested


def test_every_page_shows_the_workspace(served: AppTest) -> None:
    pages = list(least_roles.PAGES)
    for name in pages:
        shown = go(served, name)
        assert not shown.exception, name
        assert not shown.error, name
        assert shown.sidebar.selectbox[0].value == "demo", name
    assert "30" in text(go(served, "overview"))


def test_a_page_says_that_the_server_of_the_database_is_away_and_goes_on(served: AppTest, postgresql: str) -> None:
    assert not go(served, "overview").exception
    with temporary_postgresql.away(postgresql):
        shown = served.run()
        assert not shown.exception, "said in words, not by a traceback"
        assert "database" in text(shown)
    assert not served.run().error
