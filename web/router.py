"""The main script: who works, which workspace, and the page that the address names. It runs at every rerun."""

from __future__ import annotations

import streamlit as st

from web import resources, session
from web.language.words import t, translated
from web.parts import components, layout, sidebar
from web.parts.workspaces import new_workspace_form

st.set_page_config(page_title="Sceneloop", page_icon=sidebar.ICON, layout="wide", initial_sidebar_state=224)
st.html(layout.style())
st.logo(sidebar.LOGO, size="large", icon_image=sidebar.ICON)

here = session.current()
asked = session.asked()
if session.has_users():  # at every rerun: what was typed or told before does not count
    person = session.person()
    here.actor = None if person is None else person.name
chosen = st.navigation(
    {
        t(section): [layout.page(name, is_listed=session.is_listed(name, asked)) for name in names]
        for section, names in layout.SECTIONS.items()
    }
)
with st.sidebar, layout.frame():
    here.workspace = sidebar.choose_workspace(here.workspace)
    if here.actor is not None:
        new_workspace_form.offer()
    sidebar.describe(here)
components.server()
if here.actor is None and session.has_users():
    st.error(t("You are not signed in any more."), icon=":material/lock:")
    st.stop()
if here.actor is None:
    sidebar.ask_name()
    st.stop()
if not session.has_users() and session.cookie_actor() != here.actor:
    components.remember(here.actor)
if here.workspace is None and session.workspaces():
    layout.head("Sceneloop", t("No such workspace"))
    gone = t("There is no workspace {name} here. Choose one in the sidebar.", name=repr(asked))
    st.error(layout.plain(gone), icon=":material/error:")
    st.stop()
if here.workspace is None:
    layout.head("Sceneloop", t("No workspace yet"))
    st.info(
        layout.plain(
            t(
                "There is no workspace in {folder}. Press New workspace in the sidebar, or run make run, which builds the demo, and "
                "reload this page.",
                folder=resources.root(),
            )
        )
    )
    st.stop()
if not session.may_open(chosen.url_path or "overview"):
    layout.head(chosen.title, t("No access"))
    st.info(
        layout.plain(
            t("This page is not for {role}s. Ask an owner of the workspace.", role=t(session.role(here.workspace).word))
        ),
        icon=":material/lock:",
    )
    st.stop()
news = session.take_news()
if news:
    st.toast(layout.plain(translated(news)), icon=":material/check:", duration="long")
with layout.frame():
    if resources.workspace(here.workspace).sealed:
        st.info(
            t(
                "This workspace is read-only: its folder cannot be written by the account that runs the app. You can look, search "
                "and export; nothing can be saved."
            ),
            icon=":material/lock:",
        )
    chosen.run()
