"""The push of an exported folder to a hub, on the Data page: where to, and the token of the person who pushes."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import jobs
from errors import InputError
from labeling.exchange import hub_push
from labeling.exchange.formats import picture_files
from store.team.job_rows import JobArguments
from web import server_paths, session
from web.accounts import record
from web.language.words import many, t
from web.parts import layout, long_work

KIND = "push"
TOKEN = "push_token"


def panel() -> None:
    """The form, the push that is under way, and how the newest one ended."""
    if not session.may("push to a hub"):
        return
    with st.expander(t("Push to the Hugging Face Hub"), icon=":material/cloud_upload:"):
        st.text_input(t("Exported folder"), placeholder="~/labelled", key="push_folder")
        st.text_input(t("Repository"), placeholder="owner/name", key="push_repository")
        st.checkbox(
            t("Private"), value=True, key="push_private",
            help=t("Of a new repository. One that is there stays as visible as it is."),
        )  # fmt: skip
        st.text_input(
            t("Token that may write"), type="password", key=TOKEN, autocomplete="off",
            help=t("It serves this push alone and is not kept: not in the workspace, nor in a log."),
        )  # fmt: skip
        busy = jobs.is_running(long_work.latest(KIND))
        st.button(
            t("Push"), icon=":material/cloud_upload:", width="stretch", key="push", disabled=busy, on_click=_begin
        )
    long_work.watch(KIND)
    _ended()


@layout.framed
def _begin() -> None:
    """Start the push with what stands in the form, and empty the field of the token whatever comes of it.

    Raises:
        InputError: something is missing, or the folder is none that an export wrote. RoleError: the person may not.
    """
    session.must("push to a hub")
    token = str(st.session_state[TOKEN]).strip()
    st.session_state[TOKEN] = ""
    repository = hub_push.checked_name(str(st.session_state["push_repository"]).strip())
    typed = str(st.session_state["push_folder"]).strip()
    if not typed:
        raise InputError("Type the folder that an export wrote.")
    if not token:
        raise InputError("Type a token of the hub that may write. Its settings page gives one.")
    folder = server_paths.written(Path(typed).expanduser())
    picture_files.content(folder)
    public = not st.session_state["push_private"]
    arguments: JobArguments = {
        "path": str(folder.resolve()), "repository": repository, "public": public, "title": repository,
    }  # fmt: skip
    long_work.start(KIND, arguments, secret=token)
    record.note("export pushed", session.actor(), session.workspace(), repository, folder=str(folder))


def _ended() -> None:
    job = long_work.latest(KIND)
    if job is None or job["state"] != "done" or long_work.is_old(job) or not job["result"]:
        return
    result = job["result"]
    words = t(
        "{files} of {repository} are at the hub.", files=many(result["files"], "file"), repository=result["repository"]
    )
    st.success(layout.Markdown(f"{layout.plain(words)} [{t('Open it')}]({result['url']})"))
