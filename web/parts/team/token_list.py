"""Parts of the People page: the API tokens with which scripts come in, each with its end."""

from __future__ import annotations

import streamlit as st

from store.accounts.accounts_database import Accounts
from store.accounts.api_tokens import ApiToken
from store.accounts.roles import Person
from web import session
from web.accounts import administration
from web.parts import drawing, layout

MOST = 50  # rows on the page


def show(accounts: Accounts, by: Person, workspace: str) -> None:
    """A row for each token that this person may see, the newest first."""
    tokens = administration.tokens(accounts, by, workspace)
    layout.section(
        f"API tokens ({len(tokens):,})",
        "What scripts sign in with. Everybody makes their own on the account page. A token that is ended here stops working at once.",
    )
    if not tokens:
        st.caption("Nobody has made one.")
    for one in tokens[:MOST]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"token_{one.id}"):
            words = layout.md("**{account}** {name}: {terms}", account=one.account, name=one.name, terms=_terms(one))
            st.markdown(words, width="stretch")
            if not administration.may_end(by, one, workspace):
                st.caption("opens other workspaces too", width="content")
            elif st.button(
                "End", key=f"end_token_{one.id}", type="tertiary", help=f"Token {one.name} of {one.account}"
            ):
                administration.end_token(accounts, by, one.id, workspace)
                session.current().news = f"The token {one.name} of {one.account} no longer works."
                st.rerun()
    if len(tokens) > MOST:
        st.caption(f"The newest {MOST} of {len(tokens):,}. sceneloop users tokens lists all.")


def _terms(one: ApiToken) -> str:
    """What it may, until when, and when it was last used."""
    where = f"{one.role.word} in {one.workspace}" if one.workspace else f"{one.role.word} in all of their workspaces"
    used = f"used {drawing.ago(one.seen_at.isoformat())}" if one.seen_at else "never used"
    return f"{where}, until {one.until:%Y-%m-%d}, {used}"
