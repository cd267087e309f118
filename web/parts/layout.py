"""What every native page shares: its head line, its error frame, an empty state."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec

import streamlit as st

from errors import AppError
from web import session
from web.language.words import noted, t, translated

P = ParamSpec("P")
UI = Path(__file__).resolve().parents[1] / "ui"
OVERRIDE = (
    ".stApp{--above:92px} .server-away .stMainBlockContainer{padding-top:3.4rem!important} .stMainBlockContainer{padding:1.4rem 2rem} header.stAppHeader{background:transparent} "
    "header.stAppHeader,header.stAppHeader .stAppToolbar{pointer-events:none} header.stAppHeader :is(button,a){pointer-events:auto} "
    ".stApp:has([data-testid=stExpandSidebarButton]) .stMainBlockContainer{padding-left:4rem} "
    # A small window, or a large one at 200 %: what opens the sidebar stands above the page, which has the whole width and scrolls
    # below it.
    "@media (max-width:900px){.stApp{--above:124px} .stApp .stMain{top:3rem;height:calc(100% - 3rem)} "
    ".stApp .stMainBlockContainer,.stApp:has([data-testid=stExpandSidebarButton]) .stMainBlockContainer"
    "{padding:.4rem 1rem 1rem}}"
)
TITLES = {
    "overview": (noted("Overview"), "space_dashboard"),
    "data": (noted("Data"), "database"),
    "prompts": (noted("Prompts"), "edit_note"),
    "review": (noted("Review"), "grid_view"),
    "neighbours": (noted("Neighbours"), "hub"),
    "train": (noted("Train"), "model_training"),
    "segments": (noted("Segments"), "movie"),
    "people": (noted("People"), "group"),
    "videos": (noted("Videos"), "video_library"),
}
SECTIONS = {
    "": ("overview",),
    noted("Prepare"): ("data", "prompts"),
    noted("Clean"): ("review", "neighbours", "videos"),
    noted("Use"): ("train", "segments"),
    noted("Team"): ("people",),
}


@functools.cache
def style() -> str:
    """The one override of Streamlit's own look, and the classes of our native pages."""
    sheets = ((UI / "shared" / name).read_text(encoding="utf-8") for name in ("page/palette.css", "native.css"))
    return f"<style>{OVERRIDE}\n{''.join(sheets)}</style>"


def head(title: str, subtitle: str = "", badge: str = "") -> None:
    """The page's title, a sentence beside it, and a badge at the right (`text` or `kind:text`)."""
    kind, _, text = badge.rpartition(":")
    right = f'<span class="sl-badge {html.escape(kind)}">{html.escape(text)}</span>' if text else ""
    st.html(
        f'<div class="sl-head"><h1>{html.escape(title)}</h1><span class="q">{html.escape(subtitle)}</span>'
        f'<span class="sp"></span>{right}</div>'
    )


def section(title: str, caption: str = "", *, statement: bool = False) -> None:
    """A section's heading with its quiet line; a `statement` is the one thing that the page says."""
    level = "sl-statement" if statement else "sl-h2"
    quiet = f'<div class="sl-sm">{html.escape(caption)}</div>' if caption else ""
    st.html(f'<div class="{level}" role="heading" aria-level="2">{html.escape(title)}</div>{quiet}')


class Markdown(str):
    """Text that is Markdown already, for `md`."""


def plain(text: object) -> Markdown:
    """Text that Markdown shows as it is: no markup, no picture, no link, no icon, on one line.

    Streamlit looks for addresses, icons and arrows also in what a backslash protects; a joiner that is not seen parts them.
    """
    line = " ".join(str(text).split())
    parted = re.sub(r"(?i)www(?=\.)|:(?=//|material|streamlit)|@(?=\w)|-(?=[->])|<(?=-)", "\\g<0>\u2060", line)
    return Markdown(re.sub(r"([\\`*_{}\[\]()#+\-.!|:$~<>&=])", r"\\\1", parted))


def md(template: str, **values: object) -> Markdown:
    """Markdown of ours in the language of who looks, with texts of others in it: each `{name}` is filled in as `plain` text."""
    return Markdown(
        t(template).format(**{key: x if isinstance(x, Markdown) else plain(x) for key, x in values.items()})
    )


def dialog(title: str, *, icon: str, dismissible: bool = True) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """A dialog whose title is a key: Streamlit takes one when it decorates, before anybody looks."""

    def decorate(function: Callable[P, None]) -> Callable[P, None]:
        @functools.wraps(function)
        def opened(*args: P.args, **kwargs: P.kwargs) -> None:
            st.dialog(t(title), icon=icon, dismissible=dismissible)(function)(*args, **kwargs)

        return opened

    return decorate


@contextmanager
def frame() -> Iterator[None]:
    """Show an `AppError` in place; anything else is a bug and goes on."""
    try:
        yield
    except AppError as error:
        st.error(plain(translated(str(error))), icon=":material/error:")


def framed(function: Callable[P, None]) -> Callable[P, None]:
    """The same frame for a fragment, whose errors do not pass through the page's."""

    @functools.wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> None:
        with frame():
            function(*args, **kwargs)

    return inner


def empty(text: str, button: str, name: str, icon: str) -> None:
    """One sentence on what belongs here, and one filled button to where it comes from."""
    with st.container(horizontal_alignment="center", gap="medium", key="empty"):
        st.space("large")
        st.markdown(plain(text), text_alignment="center")
        if session.may_open(name) and st.button(plain(button), type="primary", icon=icon):
            go(name)


def go(name: str) -> None:
    """Switch to a page. Streamlit lets nobody set or clear what a widget binds; that field puts the workspace into the address."""
    st.switch_page(page(name), query_params={})


def link(name: str, label: str, icon: str | None = None, **shown: str) -> None:
    """A link to a page, where the person may open it; `shown` is what its address says beside the workspace."""
    if session.may_open(name):
        st.page_link(page(name), label=label, icon=icon, query_params={**session.here(), **shown})


def page(name: str, *, is_listed: bool = True) -> st.Page:
    """A page of `pages/` under its own address. One that is not listed can still be opened there, and says why it is not."""
    title, icon = t(TITLES[name][0]), TITLES[name][1]
    default = name == "overview"
    path = UI.parent.parent / "pages" / f"{name}.py"
    return st.Page(
        path, title=title, icon=f":material/{icon}:", url_path=None if default else name, default=default,
        visibility="visible" if is_listed else "hidden",
    )  # fmt: skip
