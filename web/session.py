"""What one browser tab remembers between reruns. The only file that touches `st.session_state`."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

import streamlit as st

from errors import RoleError, StoreError
from store.accounts.roles import Person, Role
from store.team import actors, people
from web import resources
from web.accounts import identity, least_roles
from web.api.request import COOKIE
from web.language import words

_KEY = "sceneloop"


@dataclass
class Session:
    """The state of one tab.

    Attributes:
        actor: the name that goes on every label, or None before the first visit's question.
        workspace: name of the workspace on screen, or None before one was chosen.
        news: what has just been done, to be said once on the next page.
        history: whether Overview lists older batches too.
        told: what was said once on this tab, by what names it.
        opened: runs of single labels that Overview shows one by one.
        wanted: name of a workspace to open at the next run, or None.
        queues: newest video of the queue that Segments showed last, for each workspace.
    """

    actor: str | None = None
    workspace: str | None = None
    news: str | None = None
    wanted: str | None = None
    history: bool = False
    told: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    queues: dict[str, int] = field(default_factory=dict)


def current() -> Session:
    """This tab's session; the person comes from the cookie at the first call."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Session(actor=cookie_actor())
    session: Session = st.session_state[_KEY]
    return session


def is_news(name: str) -> bool:
    """Whether this tab has not said it yet; from now on it has."""
    notices = current().told
    if name in notices:
        return False
    notices.add(name)
    return True


def cookie_actor() -> str | None:
    """The name in the cookie that came with the page, or None where it is none."""
    value = st.context.cookies.get(COOKIE)
    return people.known(unquote(value)) if isinstance(value, str) else None


def _cookies() -> Mapping[str, str]:
    """The cookies that came with the page's connection."""
    return st.context.cookies


def has_users() -> bool:
    """Whether this server has users; without them everybody may do everything, under any name."""
    return identity.accounts() is not None


def person() -> Person | None:
    """Who is signed in, as the session's cookie says that came with the page; None where nobody is, or not any more."""
    token = identity.token_of(_cookies())
    return identity.remembered(token) or identity.person_of(token)


def stamp() -> str:
    """What the open page was drawn for, see `web.accounts.identity.stamp`."""
    return identity.stamp(person()) if has_users() else ""


def role(workspace: str | None) -> Role:
    """What the person may do in a workspace, or where none is chosen the most that they may do anywhere."""
    if not has_users():
        return Role.ADMIN
    one = person()
    if one is None:
        return Role.NOBODY
    return one.highest if workspace is None else one.role_in(workspace)


def may(act: str) -> bool:
    """Whether the person may do an act of `web.accounts.least_roles` in the workspace on screen."""
    return least_roles.ACTS[act] <= role(current().workspace)


def must(act: str) -> None:
    """Who does something on a page asks first, for a page may be older than a role.

    Raises:
        RoleError: the person may not do it.
    """
    if not may(act):
        raise RoleError(f"That is for {least_roles.ACTS[act].word}s of the workspace. Ask one to do it.")


def may_open(page: str, workspace: str | None = None) -> bool:
    """Whether the person may open a page, of the workspace on screen unless another is named."""
    return least_roles.PAGES[page] <= role(workspace or current().workspace)


def is_listed(page: str, workspace: str | None) -> bool:
    """Whether the navigation lists a page: where the person may open it, and for the page of people where there are several."""
    return may_open(page, workspace) and (page != "people" or has_users() or _has_several(workspace))


def _has_several(workspace: str | None) -> bool:
    """Whether more than one person has worked in a workspace; not where it cannot be read, which the page itself says."""
    if workspace is None or not resources.knows(workspace):
        return False
    try:
        with resources.workspace(workspace).read() as connection:
            return actors.several_people(connection)
    except StoreError:
        return False


def allowed() -> list[str] | None:
    """What the person may ask of the routes, for our components; None where that is everything."""
    return least_roles.allowed(role(current().workspace)) if has_users() else None


def workspaces() -> list[str]:
    """Names of the workspaces that the person may enter."""
    return [name for name in resources.workspaces() if role(name) > Role.NOBODY]


def zone() -> dt.tzinfo | None:
    """The zone of the clock of who looks, or None where the browser has not told one that is known here."""
    name = st.context.timezone
    try:
        return None if name is None else zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None


def asked() -> str | None:
    """The workspace that the page's address names, or None where it names none."""
    return st.query_params.get("workspace")


def asked_run(workspace: str, queue: int) -> int | None:
    """The run that the address names; None where it names none, and when a queue has begun since: that one is shown."""
    shown = current().queues.setdefault(workspace, queue)
    current().queues[workspace] = queue
    number = st.query_params.get("run", "")
    return int(number) if shown == queue and number.isascii() and number.isdigit() else None


def here() -> dict[str, str]:
    """What the address of every page of ours carries: the workspace on screen."""
    name = current().workspace
    return {} if name is None else {"workspace": name}


def understand(key: str, options: Iterable[str]) -> None:
    """Take an option that the address names in another language than the page's: a link may come from anybody.

    Streamlit writes an option into the address, and reads it there, as the page shows it.
    """
    named = st.query_params.get(key)
    for option in options:
        if named in words.everywhere(option) and named != words.t(option) and key not in st.session_state:
            st.session_state[key] = option
            st.query_params[key] = words.t(option)


def choose(key: str, value: str) -> None:
    """Give a field its value before it is drawn."""
    st.session_state[key] = value


def take_news() -> str | None:
    """What has just been done; asked for once, it is news no more."""
    here = current()
    news, here.news = here.news, None
    return news


def workspace() -> str:
    """Name of the workspace on screen; the router has made sure that there is one."""
    name = current().workspace
    if name is None:
        st.stop()
    return name


def actor() -> str:
    """Who works; the router has asked."""
    name = current().actor
    if name is None:
        st.stop()
    return name
