"""A new workspace from the sidebar: it is made, it opens, and a name that cannot be one is refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from errors import InputError
from web.parts.workspaces import new_workspace_form
from web.session import Session


def asked(name: str) -> AppTest:
    """The form by itself, for a test cannot press what stands in a box; this name is typed into it."""

    def form() -> None:
        from web.parts.workspaces import new_workspace_form

        new_workspace_form.form()

    tested = AppTest.from_function(form, default_timeout=60)
    tested.session_state["sceneloop"] = Session(actor="ann")
    tested.run()
    tested.text_input(key="new_workspace_name").input(name)
    return tested.button[0].click().run()


def test_a_workspace_is_made_and_opens(app: AppTest, root: Path) -> None:
    form = asked(" flowers ")
    assert not form.exception
    assert (root / "flowers" / "sceneloop.db").exists()
    app.session_state["sceneloop"] = form.session_state["sceneloop"]
    shown = app.run()
    assert shown.session_state["sceneloop"].workspace == "flowers"
    assert "flowers is ready" in shown.toast[0].value
    assert shown.button(key="new_workspace").label == "New workspace"


def test_a_name_that_is_taken_is_refused(root: Path) -> None:
    shown = asked("demo")
    assert "already holds a workspace" in shown.error[0].value
    assert [path.name for path in root.iterdir() if path.is_dir()] == ["demo"]


@pytest.mark.parametrize("name", ["", "  ", ".hidden", "..", "a/b", "a\\b", "a:b", "a\u202eb", "a\u200bb", "what?"])
def test_a_name_that_is_no_folder_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="A name needs"):
        new_workspace_form.folder_name(name)


def test_a_name_of_any_script_is_taken() -> None:
    assert new_workspace_form.folder_name(" 花卉 2026 ") == "花卉 2026"


def test_a_server_of_one_workspace_offers_none(app: AppTest, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.resources.root", lambda: root / "demo")
    with pytest.raises(KeyError):
        app.run().button(key="new_workspace")


def test_who_may_not_is_offered_none(app: AppTest, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert root.exists()
    monkeypatch.setattr("web.session.may", lambda act: act != "make a workspace")
    with pytest.raises(KeyError):
        app.run().button(key="new_workspace")
