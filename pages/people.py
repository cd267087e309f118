"""People: who may come in, and what they may do."""

import streamlit as st

from web import session
from web.accounts import identity
from web.parts import layout
from web.parts.team import people_list

name = session.workspace()
accounts, by = identity.accounts(), session.person()
layout.head("People", "Who may come in, and what they may do")
if accounts is None or by is None:
    st.info(
        "This server has no users: whoever reaches it works under any name. Whoever runs it makes the first with sceneloop users add.",
        icon=":material/group_off:",
    )
    st.stop()
left, right = st.columns([2.2, 1], gap="medium")
with right, st.container(border=True), layout.frame():
    people_list.invite(accounts, by, name)
with left, layout.frame():
    with st.container(border=True):
        people_list.everybody(accounts, by, name)
    if by.is_admin:
        with st.container(border=True):
            people_list.standing(accounts, by)
with layout.frame():
    people_list.log(accounts, by, name)
