"""Parts of the People page: what is assigned to whom, how much is labelled twice, and what waits to be settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from labeling.cleaning.agreement import Agreement
from labeling.snapshot.snapshot import Snapshot
from labeling.snapshot.subject import Images
from labeling.team import adjudication, assigned_work, double_labels, workload
from web import session
from web.language.words import many, t
from web.parts import layout
from web.parts.figures import LEAST

ICONS = {"category": "sell", "video": "movie"}


def assignments(snapshot: Snapshot, people: Sequence[str]) -> None:
    """Assign a category or a video; what stands, each row with its end."""
    layout.section(
        t("Assignments"),
        t("Next batch gives what is somebody's to them first, and to nobody else. Everything else stays open to all."),
    )
    videos = assigned_work.videos(snapshot)
    with st.form("assign", border=False, clear_on_submit=True):
        options = _options(snapshot, videos)
        left, middle, right = st.columns([2, 1.4, 0.8], vertical_alignment="bottom")
        what = left.selectbox(
            t("Category or video"), list(options), index=None, placeholder=t("Choose"), key="assign_what"
        )
        who = middle.selectbox(
            t("Person|somebody"), people, index=None, placeholder=t("Choose"), key="assign_who", accept_new_options=True
        )
        pressed = right.form_submit_button(t("Assign"), icon=":material/assignment_ind:", width="stretch")
    if pressed and what and who:
        category, video = options[what]
        assigned_work.assign(snapshot, str(who), session.actor(), category_id=category, video_id=video)
        session.current().news = t("{what} is now {who}'s.", what=what, who=who)
        st.rerun()
    rows = assigned_work.listed(snapshot, videos)
    if not rows:
        st.caption(t("Nothing is assigned: Next batch gives everybody the same choice."))
    for row in rows:
        with st.container(horizontal=True, vertical_alignment="center", key=f"assignment_{row['id']}"):
            icon = layout.Markdown(f":material/{ICONS[row['kind']]}:")
            words = layout.md("**{person}** {icon} {name}", icon=icon, name=row["name"], person=row["person"])
            st.markdown(words, width="stretch")
            if st.button(t("End"), key=f"unassign_{row['id']}", type="tertiary"):
                assigned_work.end(snapshot, row["id"])
                st.rerun()


def _options(snapshot: Snapshot, videos: Mapping[int, str]) -> dict[str, tuple[int | None, int | None]]:
    """Categories by path and videos with frames by name, to (category, video); a name that is both says which it is."""
    with_frames = set(snapshot.labels.board().video.tolist())
    options: dict[str, tuple[int | None, int | None]] = {c.path: (c.id, None) for c in snapshot.categories.tree}
    for number, name in videos.items():
        if number in with_frames:
            options[name if name not in options else t("{name} (video {number})", name=name, number=number)] = (
                None,
                number,
            )
    return options


def second_labels(snapshot: Snapshot) -> None:
    """The share of images that two people label, and the disagreements that wait."""
    layout.section(
        t("Second labels"),
        t("Of these images Next batch asks somebody else once more, without showing them the first label."),
    )
    now = double_labels.percent(snapshot.workspace)
    words = {share: t("{share} % of the images", share=share) if share else t("none") for share in double_labels.SHARES}
    chosen = st.selectbox(
        t("Labelled twice"),
        list(words),
        list(words).index(now),
        key=f"double_{now}",
        format_func=words.__getitem__,
        width=220,
    )
    if chosen != now:
        double_labels.change(snapshot.workspace, int(chosen))
        session.current().news = t("Labelled twice: {words}.", words=words[chosen])
        st.rerun()
    agreement = workload.labelled_twice(snapshot)
    if agreement is not None:
        st.markdown(layout.md("{words}", words=_agreement(agreement)))
    apart = len(adjudication.waiting(Images(snapshot)))
    if not apart:
        st.caption(t("People disagree about no image that was not settled."))
        return
    st.markdown(t("People disagree about **{images}**.", images=many(apart, "image")))
    if session.may("adjudicate"):
        layout.link("review", t("Settle them in Review"), ":material/balance:", order=adjudication.ORDER, by="all")


def _agreement(one: Agreement) -> str:
    """First against second label of that share alone, with what it is of."""
    if one.items < LEAST or one.kappa is None:
        return t(
            "Of the share, {images} with two labels so far; agreement is shown from {least} on.",
            images=many(one.items, "image"),
            least=LEAST,
        )
    span = (
        ""
        if one.low is None or one.high is None
        else t(" ({low} to {high})", low=f"{one.low:.2f}", high=f"{one.high:.2f}")
    )
    return t(
        "Of the share, {images} with two labels: {n} % alike, kappa {kappa}{span}.",
        images=many(one.items, "image"),
        n=f"{100 * one.share:.0f}",
        kappa=f"{one.kappa:.2f}",
        span=span,
    )
