"""Our own components: a three-line loader each; the work areas themselves live in `web/ui` and talk to the routes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypedDict

import streamlit as st

from web import resources, session
from web.language import words

_LOADER = """
export default function (component) {
  document.documentElement.lang = component.data.language;
  let stop = null;
  import(new URL("/ui/%s.js", document.baseURI).href).then((module) => { stop = module.mount(component); });
  return () => stop?.();
}
"""

_REMEMBER = """
// The page's own pictures may have been asked for before the cookie was there: those that failed are asked for again.
const again = () => [...document.images].filter((img) => img.complete && !img.naturalWidth).forEach((img) => { img.src = img.src; });

export default function ({ data }) {
  const headers = { "X-Sceneloop": "1", "Content-Type": "application/json" };
  fetch("/api/actor", { method: "POST", headers, credentials: "same-origin", body: JSON.stringify({ name: data.name }) })
    .then(() => [0, 500, 2000].forEach((wait) => setTimeout(again, wait)));
}
"""


SCRIPTS = {  # the script of each component, below `web/ui`
    "review": "review/review",
    "neighbours": "neighbours/neighbours",
    "prompts": "prompts/prompts",
    "videos": "videos/videos",
    "lookup": "videos/lookup/clip_lookup",
    "look": "segments/view_choices",
    "timeline": "segments/timeline",
    "server": "server/server_bar",
}


def _work_area(name: str, data: dict[str, Any], width: Literal["stretch", "content"] = "stretch") -> None:
    data = {**data, "language": words.spoken(), "born": resources.born(data["workspace"]), "may": session.allowed()}
    st.components.v2.component(f"sceneloop_{name}", js=_LOADER % SCRIPTS[name])(
        data=data, key=f"{name}_{data['workspace']}_{data['born']}", width=width
    )


def review(workspace: str) -> None:
    """Filters, grid and panel."""
    _work_area("review", {"workspace": workspace})


def neighbours(workspace: str) -> None:
    """Search, clusters, map, and one fix for the lot."""
    _work_area("neighbours", {"workspace": workspace})


def prompts(workspace: str) -> None:
    """The prompt editor with the effect of its draft."""
    _work_area("prompts", {"workspace": workspace})


def videos(workspace: str) -> None:
    """Whole videos: filters, grid, and what carries each tag."""
    _work_area("videos", {"workspace": workspace})


def lookup(workspace: str, job: int) -> None:
    """A clip that was looked up: what it is about, and which videos it is a piece of."""
    _work_area("lookup", {"workspace": workspace, "job": job})


class Choice(TypedDict):
    """One way in which a run can be looked at: its name in the query, its title, its value at first, and (value, title) of all."""

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str]]


def look(workspace: str, run: int, choices: list[Choice], formats: list[tuple[str, str]]) -> None:
    """How the timeline below shows its run, and the run's export; the timeline hears of a choice in the browser."""
    data = {"workspace": workspace, "run": run, "choices": choices, "formats": formats}
    _work_area("look", data, width="content")


def timeline(workspace: str, run: int, job: int | None) -> None:
    """Player and timeline of a run, or of the one that `job` makes now."""
    _work_area("timeline", {"workspace": workspace, "run": run, "job": job})


def server() -> None:
    """The bar that says when the server cannot be reached; it shows nothing otherwise."""
    st.components.v2.component("sceneloop_server", js=_LOADER % SCRIPTS["server"])(
        data={"workspace": "", "may": None, "language": words.spoken(), "stamp": session.stamp()}, key="server"
    )


def remember(name: str) -> None:
    """Put the person's name into the cookie that our routes read."""
    st.components.v2.component("sceneloop_remember", js=_REMEMBER)(data={"name": name}, key="remember")
