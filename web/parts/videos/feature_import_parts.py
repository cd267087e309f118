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
from web.parts import drawing, layout, long_work
from web.parts.videos import video_forms

PREVIEW, IMPORT = "preview_import", "import_features"
FORMATS = {PADDLE: "PaddleVideo", YT8M: "YouTube-8M", VIDEOTAG: "VideoTag", WBDC: "WBDC-2022"}
ROWS_SHOWN = 8


def offer(facets: Sequence[Facet]) -> None:
    """Which files are meant. Nothing is written before what they hold was seen."""
    job = long_work.latest(PREVIEW)
    key = f"import_features_{0 if job is None else job['id']}"  # a new job is a new popover: it closes
    with (
        st.popover("Import features", icon=":material/database:", key=key),
        layout.frame(),
        st.form("import_features_form", border=False),
    ):
        kind = st.selectbox("Format", list(FORMATS), format_func=FORMATS.__getitem__, key="foreign_format")
        typed = st.text_area(
            "Files and folders on this computer, one a line", placeholder="~/features/paddle", height=90, key="foreign_paths",
            help="Lists of videos, class.txt, conf.txt, and the folder of the features.",
        )  # fmt: skip
        names = [each.name for each in facets] or [facet_classes.NEW_FACET]
        facet = st.selectbox("Question that the labels answer", names, key="foreign_facet")
        two_levels = st.checkbox("Class names are two levels around their first hyphen", key="foreign_levels")
        if st.form_submit_button("Preview", type="primary", width="stretch", key="foreign_preview"):
            session.must("add videos")
            paths = [path for line in str(typed).splitlines() for path in video_forms.typed_path(line)]
            if not paths:
                raise InputError("Type the path of a list, or of the folder that holds it.")
            about = Path(paths[0]).name if len(paths) == 1 else layout.many(len(paths), "path")
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
        layout.section(f"{job['arguments']['title']}: nothing is written yet", "This is what the import would bring.")
        left, right = st.columns(2, gap="medium")
        left.html(drawing.pairs(_figures(known)))
        right.html(_classes(known))
        if known["misfits"]:
            st.html(_misfits(known["misfits"]))
        if known["unmatched"]:
            names = ", ".join(known["unmatched"][:ROWS_SHOWN])
            st.caption(
                layout.plain(
                    f"Not here, so they come without a file: {names}{' and more' if known['new'] > ROWS_SHOWN else ''}."
                )
            )
        if known["two_levels"]:
            st.caption(
                "Every class has a hyphen, so the classes may be two levels: look again with that chosen if they are."
            )
        with st.container(horizontal=True):
            st.button(
                f"Import {layout.many(known['videos'], 'video')}", type="primary", icon=":material/download:", key="foreign_import",
                disabled=not known["videos"] or jobs.is_running(long_work.latest(IMPORT)),
                on_click=long_work.begin, args=(IMPORT, _same(job)),
            )  # fmt: skip
            st.button("Put away", key="foreign_put_away", on_click=_put_away, args=(job["id"],))


def _same(job: JobView) -> JobArguments:
    given = job["arguments"]
    return {"paths": given["paths"], "title": given["title"], "using": given["using"], "facet": given["facet"]}


def _put_away(number: int) -> None:
    st.session_state["foreign_away"] = number


def _figures(known: ImportPreview) -> list[tuple[str, str]]:
    rows = [
        ("Videos", known["videos"]), ("Here already", known["matched"]), ("New, without a file", known["new"]),
        ("With features of frames", known["with_frames"]), ("With features of sound", known["with_sound"]),
        ("With a title", known["titled"]), ("Labels", known["labels"]),
    ]  # fmt: skip
    if known["several"]:
        rows.append(("Could be more than one video", known["several"]))
    return [("Set of features", known["set"]), *((name, f"{count:,}") for name, count in rows)]


def _classes(known: ImportPreview) -> str:
    new, more = known["new_classes"], known["more_classes"]
    count = len(new) + more
    rows = [("Its classes that are there", f"{known['classes']:,}"), (f"New classes of {known['facet']}", f"{count:,}")]
    listed = "".join(f"<li>{escape(name)}</li>" for name in new[:ROWS_SHOWN])
    rest = f"<li>and {count - ROWS_SHOWN:,} more</li>" if count > ROWS_SHOWN else ""
    return drawing.pairs(rows) + (f"<ul class='sl-sm'>{listed}{rest}</ul>" if listed else "")


def _misfits(rows: Sequence[MisfitRows]) -> str:
    lines = []
    for row in rows:
        numbers = ", ".join(f"{number:,}" for number in row["rows"][:ROWS_SHOWN])
        more = f" and {row['count'] - ROWS_SHOWN:,} more" if row["count"] > ROWS_SHOWN else ""
        detail = f" <span class='sl-sm'>{escape(row['detail'])}</span>" if row["detail"] else ""
        lines.append(
            f"<tr><td>{escape(row['words'])}{detail}</td><td class='r'>{row['count']:,}</td>"
            f"<td>{escape(row['file'])}: {numbers}{more}</td></tr>"
        )
    return (
        "<div class='sl-scroll'><table class='sl-df two'><thead><tr><th>What does not fit</th><th class='r'>Rows</th><th>Which</th></tr>"
        f"</thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _brought(job: JobView) -> str:
    result = job["result"] or {}
    videos, new, labels, classes = (_number(result.get(name)) for name in ("imported", "new", "labelled", "classes"))
    reads = "" if result.get("reads") else " The project reads its own features; Data lists the sets."
    return (
        f"{job['arguments']['title']}: {layout.many(videos, 'video')} taken in, {new:,} of them new, {layout.many(labels, 'label')}, "
        f"{layout.many(classes, 'new class', 'new classes')}.{reads}"
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
