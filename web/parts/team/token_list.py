"""Parts of the People page: the API tokens with which scripts come in, each with its end."""

from __future__ import annotations

import streamlit as st

from store.accounts.accounts_database import Accounts
from store.accounts.api_tokens import ApiToken
from store.accounts.roles import Person
from web import session
from web.accounts import administration
from web.language.words import t
from web.parts import drawing, layout

MOST = 50  # rows on the page


def show(accounts: Accounts, by: Person, workspace: str) -> None:
    """A row for each token that this person may see, the newest first."""
    tokens = administration.tokens(accounts, by, workspace)
    layout.section(
        t("API tokens ({n})", n=len(tokens)),
        t(
            "What scripts sign in with. Everybody makes their own on the account page. A token that is ended "
            "here stops working at once."
        ),
    )
    if not tokens:
        st.caption(t("Nobody has made one."))
    for one in tokens[:MOST]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"token_{one.id}"):
            words = layout.md("**{account}** {name}: {terms}", account=one.account, name=one.name, terms=_terms(one))
            st.markdown(words, width="stretch")
            if not administration.may_end(by, one, workspace):
                st.caption(t("opens other workspaces too"), width="content")
            elif st.button(
                t("End"),
                key=f"end_token_{one.id}",
                type="tertiary",
                help=t("Token {name} of {account}", name=one.name, account=one.account),
            ):
                administration.end_token(accounts, by, one.id, workspace)
                session.current().news = t(
                    "The token {name} of {account} no longer works.", name=one.name, account=one.account
                )
                st.rerun()
    if len(tokens) > MOST:
        st.caption(t("The newest {most} of {n}. sceneloop users tokens lists all.", most=MOST, n=len(tokens)))


def _terms(one: ApiToken) -> str:
    """What it may, until when, and when it was last used."""
    where = (
        f"{one.role.word} in {one.workspace}"
        if one.workspace
        else t("{word} in all of their workspaces", word=one.role.word)
    )
    used = f"used {drawing.ago(one.seen_at.isoformat())}" if one.seen_at else t("never used")
    return t("{where}, until {until}, {used}", where=where, until=f"{one.until:%Y-%m-%d}", used=used)
