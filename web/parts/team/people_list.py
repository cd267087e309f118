"""Parts of the People page: who may come in and what they may do, invitations, sessions, the audit log."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from store.accounts import accounts_database, invitations
from store.accounts.account_rows import Account
from store.accounts.accounts_database import Accounts
from store.accounts.audit_log import Entry
from store.accounts.roles import GIVEN, Person, Role, named
from store.team import actors, people
from store.workspace import Workspace
from web import session
from web.accounts import administration, identity
from web.language.words import noted, t
from web.parts import drawing, layout

NONE = noted("no role")
CHOICES = [*(role.word for role in GIVEN), NONE]
MEANING = {
    "annotator": noted("labels, and undoes own decisions"),
    "reviewer": noted("also accepts in bulk, undoes others' decisions, writes guidelines"),
    "owner": noted("also data, categories, prompts, training, export, people"),
}


def names(accounts: Accounts | None, by: Person | None, workspace: Workspace) -> list[str]:
    """Whoever has labelled in a workspace or has a role there, by name."""
    with workspace.read() as connection:
        every = {name for name in actors.names(connection).values() if name not in people.RESERVED}
    if accounts is not None and by is not None:
        every |= {one.name for one in administration.everybody(accounts, by, workspace.name)}
    return sorted(every)


def warn_of_a_file() -> None:
    """Say where people have accounts in a file that counts for nothing."""
    warning = accounts_database.left_behind(*identity.server())
    if warning:
        st.warning(layout.plain(warning), icon=":material/warning:")


def invite(accounts: Accounts, by: Person, workspace: str) -> None:
    """Let somebody in; the link is shown once."""
    layout.section(t("Invite"))
    with st.form("invite", border=False, clear_on_submit=True):
        name = st.text_input(t("Name"), placeholder=t("As shown on their labels"), key="invite_name")
        role = st.selectbox(t("Role"), CHOICES[:-1], format_func=t, key="invite_role")
        pressed = st.form_submit_button(t("Invite"), type="primary", icon=":material/person_add:", width="stretch")
    st.caption(layout.plain("; ".join(f"{t(word)}: {t(text)}" for word, text in MEANING.items()) + "."))
    if pressed:
        token = administration.invite(accounts, by, name, named(str(role)), workspace)
        if token is None:
            session.current().news = t(
                "{strip} had an account already and is now {role} here.", strip=name.strip(), role=role
            )
            st.rerun()
        _link(name.strip(), token)


def everybody(accounts: Accounts, by: Person, workspace: str) -> None:
    """A row for each person, with the role in this workspace."""
    people = administration.everybody(accounts, by, workspace)
    layout.section(t("People ({n})", n=len(people)))
    for one in people:
        with st.container(horizontal=True, vertical_alignment="center", key=f"person_{one.id}"):
            st.markdown(layout.md("**{name}** {badge}", name=one.name, badge=_badge(one)), width="stretch")
            if one.is_admin or one.id == by.account:
                st.caption(t("admin of the server") if one.is_admin else t("you"), width=190)
            else:
                _role(accounts, by, one, workspace)
            if by.is_admin:
                _keys(accounts, by, one)


def _badge(one: Account) -> layout.Markdown:
    return layout.Markdown(t(":orange-badge[invited]") if one.password is None else "")


def _role(accounts: Accounts, by: Person, one: Account, workspace: str) -> None:
    now = one.roles.get(workspace, Role.NOBODY)
    word = now.word if now else NONE
    chosen = st.selectbox(
        t("Role of {name}", name=one.name),
        CHOICES,
        CHOICES.index(word),
        key=f"role_{one.id}_{word}",
        format_func=t,
        label_visibility="collapsed",
        width=190,
    )
    if chosen != word:
        role = Role.NOBODY if chosen == NONE else named(str(chosen))
        administration.change_role(accounts, by, one.name, role, workspace)
        session.current().news = (
            t("{name} is now {chosen}.", name=one.name, chosen=t(str(chosen)))
            if role
            else t("{name} has no role here any more.", name=one.name)
        )
        st.rerun()


def _keys(accounts: Accounts, by: Person, one: Account) -> None:
    with st.popover(t("More"), key=f"more_{one.id}"):
        if st.button(
            t("New link"), icon=":material/key:", key=f"link_{one.id}", help=t("For a password that was forgotten")
        ):
            _link(one.name, administration.new_link(accounts, by, one.name))
        if one.id != by.account and st.button(t("Revoke"), icon=":material/person_off:", key=f"revoke_{one.id}"):
            administration.revoke(accounts, by, one.name)
            session.current().news = t("{name} no longer has access. Their labels keep the name.", name=one.name)
            st.rerun()


def _link(name: str, token: str) -> None:
    parts = urlsplit(st.context.url or "")
    days = invitations.LASTS.days
    st.success(
        layout.plain(
            t(
                "Send {name} this link. It sets the password, works once and for {days} days, and is not shown again.",
                name=name,
                days=days,
            )
        )
    )
    st.code(
        invitations.link(token, f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""),
        language=None,
        wrap_lines=True,
    )


def standing(accounts: Accounts, by: Person) -> None:
    """Browsers that are signed in; one is ended here."""
    rows = administration.standing(accounts, by)
    layout.section(t("Sessions ({n})", n=len(rows)), t("A signed-in browser. Ending its session signs it out at once."))
    for row in rows[:50]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"session_{row.id}"):
            where = t("{address}, seen {ago}", address=row.address, ago=drawing.ago(row.seen_at.isoformat()))
            st.markdown(layout.md("**{name}** {where}", name=row.account, where=where), width="stretch")
            if row.id == by.session:
                st.caption(t("this one"), width="content")
            elif st.button(t("End"), key=f"end_{row.id}", type="tertiary"):
                administration.end_session(accounts, by, row)
                st.rerun()


def log(accounts: Accounts, by: Person, workspace: str) -> None:
    """What happened last, the newest first."""
    entries = administration.log(accounts, by, workspace)
    layout.section(t("Audit log"), t("Nobody can change or delete a row. sceneloop audit --jsonl writes all of them."))
    if not entries:
        st.caption(t("Nothing yet."))
        return
    st.html(
        drawing.table(
            (t("When"), t("What"), t("Who"), t("About"), t("From")), [_cells(entry) for entry in entries[:50]]
        )
    )


def _cells(entry: Entry) -> tuple[str, str, str, str, str]:
    role = str(entry.details.get("role", ""))
    of = str(entry.details.get("account", ""))
    about = [
        entry.subject if entry.subject != entry.actor else "",
        f"of {of}" if of else "",
        f"{role} in {entry.workspace}" if role and entry.workspace else role or entry.workspace,
    ]
    when = drawing.moment(entry.at.isoformat()) if entry.at else ""
    return when, entry.kind, entry.actor or "nobody", ", ".join(filter(None, about)), entry.address
