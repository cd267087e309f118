"""A new workspace from the sidebar: one name, and its folder lies beside the others with the built-in model in use."""

from __future__ import annotations

import streamlit as st

import naming
from errors import InputError
from labeling import new_workspace
from store import workspace
from web import resources, session
from web.accounts import record
from web.language.words import t
from web.parts import layout

LONGEST = 60
UNFIT = set('/\\:*?"<>|')  # what some disk refuses in the name of a folder


def offer() -> None:
    """The button, for whom may and where workspaces lie in a folder; a server of one workspace has no place for a second."""
    if not session.may("make a workspace") or workspace.exists(resources.root()):
        return
    if st.button(t("New workspace"), icon=":material/add:", type="tertiary", key="new_workspace"):
        ask()


@layout.dialog("New workspace", icon=":material/create_new_folder:")
def ask() -> None:
    """Ask for its name in a box."""
    form()


def form() -> None:
    """Ask for its name and make it."""
    st.write(t("Images, categories and labels of one project. You can choose another model for it later."))
    with st.form("new_workspace_form", border=False):
        name = st.text_input(t("Name"), max_chars=LONGEST, placeholder="flowers", key="new_workspace_name")
        if st.form_submit_button(t("Create"), type="primary", width="stretch"):
            with layout.frame():
                session.must("make a workspace")
                make(folder_name(name))


def folder_name(text: str) -> str:
    """The name as that of a folder.

    Raises:
        InputError: it is empty, begins with a dot, or holds what no folder, address or reader takes.
    """
    name = naming.composed(text.strip())
    if not name or name.startswith(".") or naming.hidden_character(name) or UNFIT & set(name):
        raise InputError('A name needs at least one letter, begins without a dot, and has none of / \\ : * ? " < > |.')
    return name


def make(name: str) -> None:
    """Make the workspace and open it.

    Raises:
        InputError: there is one of that name.
        StoreError: the folder cannot be written.
    """
    who = session.actor()
    new_workspace.make(resources.root() / name, actor=who).engine.dispose()
    record.note("workspace made", who, name)
    session.current().wanted = name
    session.current().news = t("{name} is ready. Add images to it.", name=name)
    st.rerun()
