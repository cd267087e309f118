"""The sidebar below the navigation: workspace, model, person; and the question of the first visit."""

from __future__ import annotations

import html

import streamlit as st

from maintenance import demo, example_work
from store.team import people
from web import resources, session
from web.accounts import record
from web.language import choice, words
from web.language.words import many, t
from web.parts import layout
from web.session import Session

_MARK = (
    '<path d="M5 9.2A7.6 7.6 0 0 1 18.4 7" fill="none" stroke="#A79BFF" stroke-width="2.4" stroke-linecap="round"/>'
    '<path d="M19 14.8A7.6 7.6 0 0 1 5.6 17" fill="none" stroke="#A79BFF" stroke-width="2.4" stroke-linecap="round"/>'
    '<path d="M19.4 3.4v4.2h-4.2M4.6 20.6v-4.2h4.2" fill="none" stroke="#A79BFF" stroke-width="2.2" '
    'stroke-linecap="round" stroke-linejoin="round"/><rect x="9" y="9" width="6" height="6" rx="1.6" fill="{centre}"/>'
)
ICON = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{_MARK.format(centre="#5B4BD6")}</svg>'
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 132 24" width="132" height="24">'
    f'{_MARK.format(centre="#FFFFFF")}<text x="33" y="17.6" font-family="Source Sans Pro,Helvetica Neue,Arial,sans-serif" '
    'font-size="17" font-weight="600" fill="#E7E8F2">Sceneloop</text></svg>'
)


def choose_workspace(current: str | None) -> str | None:
    """The workspace on screen; its name stands in the address, whichever it is.

    No name is the field's own default: Streamlit would leave that one out of the address, and another day's default would open.
    """
    names = session.workspaces()
    if not names:
        return None
    wanted, session.current().wanted = session.current().wanted, None
    if wanted in names:
        session.choose("workspace", wanted)
    elif session.asked() is None:
        session.choose("workspace", current if current in names else names[0])
    return st.selectbox(
        t("Workspace"),
        names,
        index=None,
        key="workspace",
        bind="query-params",
        required=True,
        placeholder=t("Choose one"),
    )


def describe(here: Session) -> None:
    """The model in use, said honestly, and who works."""
    if here.workspace is not None:
        model = resources.encoder(here.workspace)
        if model is not None and model.spec == "built-in":
            st.caption(t(":material/memory: Built-in model, a demonstration model. It knows the demo world only."))
            with st.container(key="real_model"):
                layout.link("data", t("Use a real model"), view=t("Encoder"))
            is_demo = session.may("reset the demo") and demo.is_demo(resources.workspace(here.workspace))
            if is_demo and st.button(t("Reset the demo"), type="tertiary", key="reset"):
                reset(here.workspace)
        elif model is not None:
            st.caption(layout.md(":material/memory: {name}", name=model.name))
    if here.actor is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(layout.md(":material/person: {name}", name=here.actor), width="content")
            if session.has_users():
                st.html(f"<a class='sl-account' href='/account'>{html.escape(t('Account'))}</a>", width="content")
            elif st.button(t("Switch"), type="tertiary", key="switch"):
                ask_name()
    languages()


def languages() -> None:
    """The switch of the language: links, for what is read changes with the page alone."""
    here = words.spoken()
    links = (
        f'<span lang="{tag}" aria-current="true">{name}</span>'
        if tag == here
        else f'<a class="sl-account" lang="{tag}" hreflang="{tag}" href="/language/{tag}" target="_self">{name}</a>'
        for tag, name in choice.LANGUAGES.items()
    )
    label = html.escape(t("Language"))
    st.html(f'<div class="sl-languages" role="group" aria-label="{label}">{" · ".join(links)}</div>')


def example(name: str) -> None:
    """In the demo: whose work this is, and a way to start without it."""
    workspace = resources.workspace(name)
    if not (demo.is_demo(workspace) and example_work.stands(workspace)):
        return
    with st.container(key="example", horizontal=True, vertical_alignment="center"):
        st.markdown(
            layout.md(
                "**Example work.** {person} labelled some images, trained a head and segmented the video.",
                person=example_work.PERSON,
            )
        )
        if session.may("reset the demo") and st.button(t("Start fresh"), icon=":material/restart_alt:", key="fresh"):
            reset(name)


@layout.dialog("Reset the demo", icon=":material/restart_alt:")
def reset(name: str) -> None:
    """Put the demo back to how it was shipped, once it is confirmed and said what happens to what people made."""
    additions = demo.additions(resources.workspace(name))
    counts = (
        (additions.labels, many(additions.labels, "label by people", "labels by people")),
        (additions.heads, many(additions.heads, "head")),
        (additions.runs, many(additions.runs, "video run")),
        (additions.items, many(additions.items, "added image or video", "added images and videos")),
    )
    phrases = [words for count, words in counts if count]
    since = (
        t("Since then it got {phrases}.", phrases=", ".join(phrases))
        if phrases
        else t("Since then nobody labelled or added anything.")
    )
    st.write(
        layout.md(
            "**{name}** is reset for everybody, prompts and categories included. {since}",
            name=name,
            since=since,
        )
    )
    own = not example_work.alone(resources.workspace(name))
    keep = st.checkbox(t("Keep the current contents as a separate workspace"), value=own, key="reset_keep")
    place = resources.workspaces()[name].parent
    where = (
        t("You find it under Workspace.")
        if place == resources.root().resolve()
        else t("It will lie beside this one in {place}.", place=place)
    )
    st.caption(layout.plain(where) if keep else t("Everything that people did in it is lost."))
    with layout.frame():
        if st.button(t("Reset the demo"), type="primary", width="stretch", key="reset_now"):
            session.must("reset the demo")
            kept = demo.reset(resources.workspace(name), keep=keep)
            record.note("demo reset", session.actor(), name, kept or "")
            session.current().news = (
                t("The demo is reset. Its former contents are now the workspace {kept}.", kept=kept)
                if kept
                else t("The demo is reset.")
            )
            layout.go("overview")


@layout.dialog("Who are you?", icon=":material/person:", dismissible=False)
def ask_name() -> None:
    """Ask for the name that goes on every label."""
    st.write(t("Your name goes on every label that you make, so that others can see who decided."))
    with st.form("who", border=False):
        name = st.text_input(
            t("Your name"), value=session.current().actor or "", max_chars=people.LONGEST, autocomplete="name"
        )
        if st.form_submit_button(t("Start"), type="primary", width="stretch"):
            with layout.frame():
                session.current().actor = people.person(name)
                st.rerun()
