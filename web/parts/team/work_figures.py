"""Parts of the People page: who did how much, how well it holds, and by class."""

from __future__ import annotations

import streamlit as st

from labeling.snapshot.snapshot import Snapshot
from labeling.team import workload
from labeling.team.workload import PersonsWork, Tally
from web.language.words import noted, t
from web.parts import drawing, layout
from web.parts.figures import LEAST, part, wilson

HEADS = (
    noted("Person|somebody"),
    noted("Images labelled"),
    noted("Last 7 days"),
    noted("Labels a minute"),
    noted("Same as others"),
    noted("Changed by others"),
)
CLASS_HEADS = (noted("Class"), noted("Images labelled"), noted("Same as others"), noted("Changed by others"))
NONE = noted("None of these")


def show(snapshot: Snapshot) -> None:
    """A row for each person, and the classes of one of them."""
    people = workload.of(snapshot)
    layout.section(
        t("Work ({n})", n=len(people)),
        t(
            "Labels that were given by looking; an image counts once for a person. Below {least} images a share "
            "is a count.",
            least=LEAST,
        ),
    )
    if not people:
        st.caption(t("Nobody has labelled an image yet."))
        return
    _table(HEADS, [_cells(one) for one in people])
    names = [one.name for one in people]
    chosen = st.selectbox(t("By class"), names, index=None, placeholder=t("Choose a person"), key="work_of", width=260)
    one = next((one for one in people if one.name == chosen), None)
    if one is not None:
        _table(CLASS_HEADS, _classes(snapshot, one))


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """A table of figures; in a small window it is scrolled by itself."""
    st.html(
        f'<div class="sl-scroll" tabindex="0">{drawing.table([t(head) for head in heads], rows, numbers=len(heads) - 1)}</div>'
    )


def _cells(one: PersonsWork) -> tuple[str, ...]:
    enough = one.paced >= LEAST and one.minutes >= 1
    pace = f"{one.paced / one.minutes:.1f}" if enough else t("after {least} labels and a minute", least=LEAST)
    return one.name, f"{one.labelled:,}", f"{one.recent:,}", pace, *_shares(one)


def _shares(tally: Tally) -> tuple[str, str]:
    return _share(tally.alike, tally.shared), _share(tally.corrected, tally.labelled)


def _share(some: int, n: int) -> str:
    """A share with its interval and what it is of."""
    if n < LEAST:
        return part(some, n)
    low, high = wilson(some, n)
    return t("{part} ({n} to {n2}) of {n3}", part=part(some, n), n=f"{100 * low:.0f}", n2=f"{100 * high:.0f}", n3=n)


def _classes(snapshot: Snapshot, one: PersonsWork) -> list[tuple[str, ...]]:
    paths = {category.id: category.path for category in snapshot.categories.tree}
    ranked = sorted(one.classes.items(), key=lambda entry: -entry[1].labelled)
    return [
        (
            paths.get(number, t(NONE) if number == 0 else t("a category that is gone")),
            f"{tally.labelled:,}",
            *_shares(tally),
        )
        for number, tally in ranked
    ]
