"""Drafts of prompts: each person has one, and neither another tab nor another person's version takes it away unseen.

A page names itself (`tab`), counts what it asks (`seq`), and says which kept draft it began from (`seen`, the draft's `at`). A save by
the page that kept the draft, or by one that has seen it, replaces it; one by any other is refused. Saves may arrive late: one that was
sent before a newer save, a discard or a publish of its page changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NotRequired

from typing_extensions import TypedDict

from errors import ConflictError, InputError
from store.database.connection import Connection
from store.project import prompts, taxonomy
from store.project.prompt_set import PromptSet
from store.project.prompts import Draft
from store.team import actors

MAX_TAB = 64


class WishLine(TypedDict):
    """One prompt of a draft; switched on where it does not say."""

    text: str
    on: NotRequired[bool]


class WishEntry(TypedDict, total=False):
    """A category of a draft; one without an id is new and needs a name."""

    id: int | None
    name: str | None
    parent: int | None
    prompts: list[WishLine] | None


class WishOptions(TypedDict, total=False):
    """Options of a draft, with the prior by category id; what it leaves out has its default."""

    centred: bool
    temperature: float
    prior: Mapping[int, float] | None
    reject: float | None
    back_off: float


class DraftWish(TypedDict, total=False):
    """A draft as a page asks for it: what it leaves out stays as published.

    `base` is the version that it was begun on, `focus` the category that is looked at. `tab` names the page, `seq` counts what it
    saves, discards and publishes, and `seen` is the kept draft that it has seen.
    """

    tab: str | None
    seq: int | None
    seen: str | None
    base: int | None
    categories: list[WishEntry] | None
    templates: list[str] | None
    background: list[str] | None
    options: WishOptions | None
    focus: int | None
    save: bool | None


class DraftJson(TypedDict):
    """What a page needs to go on with a draft: its base, its author, and when it was kept."""

    base: int
    actor: str
    at: str


def save(connection: Connection, prompt_set: PromptSet, wish: DraftWish, actor: str) -> str | None:
    """Keep a person's draft; when it was kept, or None where it says what its base says, and so none is kept.

    Raises:
        ConflictError: another page of this person has kept one since; that one stays.
        InputError: its base is not a version.
    """
    actor_id = actors.id_of(connection, actor)
    there, ended = prompts.draft_or_end(connection, actor_id)
    tab, seq = _saved_by(wish)
    if there is not None and there.tab == tab and tab and there.seq > seq:
        return there.at.isoformat()  # an older save of that page, arriving late
    if ended is not None and ended[0] == tab and tab and ended[1] > seq:
        return None  # sent before the page discarded or published, arriving after
    if there is not None and not _mine(there, wish):
        raise ConflictError(
            "Your draft was changed in another tab or window after this page read it. That one is kept; this "
            "page is not saved. Keep this one or show the other."
        )
    newest = prompts.version_or_none(connection)
    number = newest.number if newest else 0
    base = _whole(wish.get("base"), "base", number)
    if not 0 <= base <= number:
        raise InputError(f"There is no version {base}. Reload the page, then edit again.")
    begun = newest if base == number else prompts.version_or_none(connection, base)
    if begun is not None and prompt_set == begun.prompts:
        prompts.end_draft(connection, actor_id, tab=tab, seq=seq)
        return None
    return prompts.save_draft(connection, prompt_set, base=base, actor_id=actor_id, tab=tab, seq=seq).isoformat()


def drop(connection: Connection, wish: DraftWish, actor: str) -> None:
    """Forget a person's draft.

    Raises:
        ConflictError: another page of this person has kept one that this page has not seen; it stays.
    """
    actor_id = actors.id_of(connection, actor)
    there = prompts.draft(connection, actor_id)
    if there is not None and not _mine(there, wish):
        raise ConflictError(
            "Your draft was changed in another tab or window, and is kept. Reload this page to see it, then discard it there."
        )
    _end(connection, wish, actor_id)


def settle(connection: Connection, wish: DraftWish, actor_id: int) -> None:
    """Forget the draft that was just published; one that another page of this person has kept stays."""
    there = prompts.draft(connection, actor_id)
    if there is None or _mine(there, wish):
        _end(connection, wish, actor_id)


def _end(connection: Connection, wish: DraftWish, actor_id: int) -> None:
    tab, seq = _saved_by(wish)
    prompts.end_draft(connection, actor_id, tab=tab, seq=seq)


def check_base(connection: Connection, base: object) -> None:
    """Make sure that a draft was made on the newest version; asked in the transaction that publishes.

    Raises:
        ConflictError: somebody has published since, which says who, and what is different now.
        InputError: the base is not a number.
    """
    newest = prompts.newest(connection)
    number = _whole(base, "base", newest)
    if number == newest:
        return
    now = prompts.published(connection)
    note = f" ({now.note})" if now.note else ""
    changed = _changed(connection, number, now.prompts)
    difference = f" It changes {changed}." if changed else ""
    raise ConflictError(
        f"Version {newest} was published meanwhile by {now.actor}{note}.{difference} Nothing was published, and your draft is kept. "
        "Compare the two, then publish on top."
    )


def _changed(connection: Connection, base: int, now: PromptSet) -> str:
    """What a version says otherwise than its base: categories by name, templates, background, options."""
    try:
        old = prompts.published(connection, base).prompts if base else PromptSet()
    except InputError:
        return ""
    tree = taxonomy.categories(connection)
    names = [c.path for c in tree if old.categories.get(c.id, ()) != now.categories.get(c.id, ())]
    shown = names if len(names) <= 4 else [*names[:3], f"{len(names) - 3} more categories"]
    others = [name for name in ("templates", "background", "options") if getattr(old, name) != getattr(now, name)]
    return ", ".join([*shown, *(f"the {name}" for name in others)])


def _mine(there: Draft, wish: DraftWish) -> bool:
    return there.tab == _tab(wish) or there.at.isoformat() == wish.get("seen")


def _saved_by(wish: DraftWish) -> tuple[str, int]:
    """The page that asks, and its count."""
    return _tab(wish), _whole(wish.get("seq"), "seq", 0)


def _tab(wish: DraftWish) -> str:
    return str(wish.get("tab") or "")[:MAX_TAB]


def _whole(value: object, name: str, default: int) -> int:
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool):
        raise InputError(f"{name} must be a whole number. Reload the page, then try again.")
    return value


def as_json(draft: Draft) -> DraftJson:
    """What a page needs to go on with a draft: `base`, `actor`, `at`."""
    at: dt.datetime = draft.at
    return {"base": draft.base, "actor": draft.actor, "at": at.isoformat()}
