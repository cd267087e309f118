"""Features of others on the page of whole videos: which files, what they would bring, and only then the import."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import cast

import streamlit as st

import jobs
from errors import InputError
from jobs.showing import JobView
from labeling.exchange import facet_classes
from store.project.taxonomy import Facet
from store.team.job_rows import JobArguments
from video.exchange.foreign_formats import PADDLE, VIDEOTAG, WBDC, YT8M
from video.whole.import_preview import ImportPreview, MisfitRows
from web import session
from web.language.words import many, noted, t, translated
from web.parts import drawing, layout, long_work
from web.parts.videos import video_forms

PREVIEW, IMPORT = "preview_import", "import_features"
FORMATS = {PADDLE: noted("PaddleVideo"), YT8M: noted("YouTube-8M"), VIDEOTAG: noted("VideoTag"), WBDC: "WBDC-2022"}
ROWS_SHOWN = 8


def offer(facets: Sequence[Facet]) -> None:
    """Which files are meant. Nothing is written before what they hold was seen."""
    job = long_work.latest(PREVIEW)
    key = f"import_features_{0 if job is None else job['id']}"  # a new job is a new popover: it closes
    with (
        st.popover(t("Import features"), icon=":material/database:", key=key),
        layout.frame(),
        st.form("import_features_form", border=False),
    ):
        kind = st.selectbox(t("Format"), list(FORMATS), format_func=FORMATS.__getitem__, key="foreign_format")
        typed = st.text_area(
            t("Files and folders on this computer, one a line"), placeholder="~/features/paddle", height=90, key="foreign_paths",
            help=t("Lists of videos, class.txt, conf.txt, and the folder of the features."),
        )  # fmt: skip
        names = [each.name for each in facets] or [facet_classes.NEW_FACET]
        facet = st.selectbox(t("Question that the labels answer"), names, key="foreign_facet")
        two_levels = st.checkbox(t("Class names are two levels around their first hyphen"), key="foreign_levels")
        if st.form_submit_button(t("Preview"), type="primary", width="stretch", key="foreign_preview"):
            session.must("add videos")
            paths = [path for line in str(typed).splitlines() for path in video_forms.typed_path(line)]
            if not paths:
                raise InputError("Type the path of a list, or of the folder that holds it.")
            about = Path(paths[0]).name if len(paths) == 1 else f"{len(paths):,} paths"
            using = f"{kind} two levels" if two_levels else str(kind)
            long_work.start(PREVIEW, {"paths": paths, "title": about, "using": using, "facet": str(facet)})
            st.rerun()


def shown() -> None:
    """What the newest preview says, until it is imported or put away; what the import brought, after it."""
    long_work.watch(PREVIEW, IMPORT)
    looked, done = long_work.latest(PREVIEW), long_work.latest(IMPORT)
    if done is not None and (looked is None or done["id"] > looked["id"]):
        if done["state"] == "done" and not long_work.is_old(done):
            st.success(layout.plain(_brought(done)), icon=":material/done:")
        return
    if looked is None or looked["state"] != "done" or not looked["result"] or long_work.is_old(looked):
        return
    if st.session_state.get("foreign_away") == looked["id"]:
        return
    _preview(looked, cast(ImportPreview, looked["result"]))


def _preview(job: JobView, known: ImportPreview) -> None:
    with st.container(border=True, key="import_preview"):
        layout.section(
            t("{title}: nothing is written yet", title=job["arguments"]["title"]),
            t("This is what the import would bring."),
        )
        left, right = st.columns(2, gap="medium")
        left.html(drawing.pairs(_figures(known)))
        right.html(_classes(known))
        if known["misfits"]:
            st.html(_misfits(known["misfits"]))
        if known["unmatched"]:
            names = ", ".join(known["unmatched"][:ROWS_SHOWN])
            st.caption(
                layout.plain(
                    t("Not here, so they come without a file: {names} and more.", names=names)
                    if known["new"] > ROWS_SHOWN
                    else t("Not here, so they come without a file: {names}.", names=names)
                )
            )
        if known["two_levels"]:
            st.caption(
                t(
                    "Every class has a hyphen, so the classes may be two levels: look again with that chosen if they are."
                )
            )
        with st.container(horizontal=True):
            st.button(
                t("Import {videos}", videos=many(known['videos'], 'video')), type="primary", icon=":material/download:", key="foreign_import",
                disabled=not known["videos"] or jobs.is_running(long_work.latest(IMPORT)),
                on_click=long_work.begin, args=(IMPORT, _same(job)),
            )  # fmt: skip
            st.button(t("Put away"), key="foreign_put_away", on_click=_put_away, args=(job["id"],))


def _same(job: JobView) -> JobArguments:
    given = job["arguments"]
    return {"paths": given["paths"], "title": given["title"], "using": given["using"], "facet": given["facet"]}


def _put_away(number: int) -> None:
    st.session_state["foreign_away"] = number


def _figures(known: ImportPreview) -> list[tuple[str, str]]:
    rows = [
        (t("Videos"), known["videos"]), (t("Here already"), known["matched"]), (t("New, without a file"), known["new"]),
        (t("With features of frames"), known["with_frames"]), (t("With features of sound"), known["with_sound"]),
        (t("With a title"), known["titled"]), (t("Labels"), known["labels"]),
    ]  # fmt: skip
    if known["several"]:
        rows.append((t("Could be more than one video"), known["several"]))
    return [(t("Set of features"), known["set"]), *((name, f"{count:,}") for name, count in rows)]


def _classes(known: ImportPreview) -> str:
    new, more = known["new_classes"], known["more_classes"]
    count = len(new) + more
    rows = [
        (t("Its classes that are there"), f"{known['classes']:,}"),
        (t("New classes of {facet}", facet=known["facet"]), f"{count:,}"),
    ]
    listed = "".join(f"<li>{escape(name)}</li>" for name in new[:ROWS_SHOWN])
    rest = f"<li>{escape(t('and {n} more', n=count - ROWS_SHOWN))}</li>" if count > ROWS_SHOWN else ""
    return drawing.pairs(rows) + (f"<ul class='sl-sm'>{listed}{rest}</ul>" if listed else "")


def _misfits(rows: Sequence[MisfitRows]) -> str:
    lines = []
    for row in rows:
        numbers = ", ".join(f"{number:,}" for number in row["rows"][:ROWS_SHOWN])
        more = t(" and {n} more", n=row["count"] - ROWS_SHOWN) if row["count"] > ROWS_SHOWN else ""
        detail = f" <span class='sl-sm'>{escape(translated(row['detail']))}</span>" if row["detail"] else ""
        lines.append(
            f"<tr><td>{escape(translated(row['words']))}{detail}</td><td class='r'>{row['count']:,}</td>"
            f"<td>{escape(row['file'])}: {numbers}{more}</td></tr>"
        )
    return (
        "<div class='sl-scroll'><table class='sl-df two'><thead><tr><th>{escape(t('What does not fit'))}</th><th class='r'>{escape(t('Rows'))}</th><th>{escape(t('Which'))}</th></tr>"
        f"</thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _brought(job: JobView) -> str:
    result = job["result"] or {}
    videos, new, labels, classes = (_number(result.get(name)) for name in ("imported", "new", "labelled", "classes"))
    reads = "" if result.get("reads") else t(" The project reads its own features; Data lists the sets.")
    return t(
        "{title}: {videos} taken in, {new} of them new, {labels}, {classes}.{reads}",
        title=job["arguments"]["title"],
        videos=many(videos, "video"),
        new=new,
        labels=many(labels, "label"),
        classes=many(classes, "new class", "new classes"),
        reads=reads,
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
