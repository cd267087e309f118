"""Workspaces that the server holds open are closed when they are let go."""

from __future__ import annotations

from pathlib import Path

from web import open_images, resources


def test_a_workspace_that_is_let_go_keeps_no_connection(root_on_postgresql: Path) -> None:
    assert root_on_postgresql.exists()
    opened = resources.workspace("demo")
    with opened.read() as connection:
        driver = connection.connection.driver_connection
    assert driver is not None
    assert not driver.closed  # back in the pool, for the next question
    resources.close()
    assert driver.closed
    assert resources.workspace("demo") is not opened


def test_pages_of_closed_workspaces_hold_no_proposals(root_on_postgresql: Path) -> None:
    assert root_on_postgresql.exists()
    open_images.remember("demo", "Ann", [3, 1])
    assert open_images.held("demo") == [1, 3]
    resources.close()
    assert open_images.held("demo") == []
