"""People: who may come in, what they may do, what is whose to label, and who did how much."""

import streamlit as st

from labeling import overview
from web import resources, session
from web.accounts import identity
from web.language.words import t
from web.parts import layout
from web.parts.team import people_list, sharing, token_list, work_figures

name = session.workspace()
accounts, by = identity.accounts(), session.person() if session.has_users() else None
layout.head(t("People"), t("People, assignments and progress"))
if overview.has_categories(resources.workspace(name)):
    snapshot = resources.snapshot(name)
    with st.container(border=True), layout.frame():
        work_figures.show(snapshot)
    left, right = st.columns([2.2, 1], gap="medium")
    with left, st.container(border=True), layout.frame():
        sharing.assignments(snapshot, people_list.names(accounts, by, snapshot.workspace))
    with right, st.container(border=True), layout.frame():
        sharing.second_labels(snapshot)
if accounts is None or by is None:
    st.info(
        t(
            "This server has no users: anyone who reaches it may work under any name. Its operator creates the "
            "first user with sceneloop users add."
        ),
        icon=":material/group_off:",
    )
    st.stop()
if by.is_admin:
    people_list.warn_of_a_file()
left, right = st.columns([2.2, 1], gap="medium")
with right, st.container(border=True), layout.frame():
    people_list.invite(accounts, by, name)
with left, layout.frame():
    with st.container(border=True):
        people_list.everybody(accounts, by, name)
    with st.container(border=True):
        token_list.show(accounts, by, name)
    if by.is_admin:
        with st.container(border=True):
            people_list.standing(accounts, by)
with layout.frame():
    people_list.log(accounts, by, name)
