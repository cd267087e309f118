"""The lower half of the Train page: why a head won, how sure it is, where it changed, what it leans on, what more labels buy."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Literal

import streamlit as st

import jobs
from training.heads.head_checks import HeadChecks
from training.heads.head_details import ChangedAnswer
from training.heads.head_report import HeadReport
from training.heads.tree_levels import LevelComparison
from web import session
from web.language.words import many, noted, t, translated
from web.parts import charts, drawing, figures, layout, long_work
from web.parts.drawing import Category

SURE = noted("Mean log-likelihood of the labels held out: nearer to 0 is better; being sure and wrong costs most")
Side = Literal["put_right", "made_wrong", "other"]
SIDES: tuple[tuple[Side, str], ...] = (
    ("put_right", noted("put right")),
    ("made_wrong", noted("made wrong")),
    ("other", noted("changed, still wrong")),
)
TREE: tuple[Literal["precision", "recall", "f1"], ...] = ("precision", "recall", "f1")


def winner(report: HeadReport) -> None:
    """Every candidate on the same held-out labels, its share of the head, and the leakage check."""
    leaks = report["leaks"]
    check = (
        t("Leakage check: not made for this head.")
        if leaks is None
        else t("Leakage check: {groups} on both sides.", groups=many(leaks, "group"))
    )
    if report["images"] is not None and report["images"][0] < report["images"][1]:
        part, whole = report["images"]
        check += " " + t(
            "It learned from {part} of {images}: every label of a person, the rest drawn at random.",
            part=f"{part:,}", images=many(whole, "image"),
        )  # fmt: skip
    if report["levels"] is not None:
        check += " " + t("Zero-shot is the classes side by side here, without the tree: what heads start from.")
    layout.section(
        t("Reason for this choice"), f"{_capital(translated(report['why']))}. {check}" if report["why"] else check
    )
    lines, n = [], report["labels"]
    for row in report["candidates"]:
        share = 100 * row["share"]
        bar = f"<div class='sl-share'><i style='width:{0.6 * share:.1f}px'></i>{share:.0f} %</div>" if share else ""
        name = escape(_capital(translated(row["name"])))
        lines.append(
            f"<tr><td>{name}</td><td class='r'>{figures.part(round(n * row['accuracy']), n)}</td>"
            f"<td class='r'>{row['log_likelihood']:z.3f}</td><td>{bar}</td></tr>"
        )
    titles = f"<th>{escape(t('Candidate'))}</th><th class='r'>{escape(t('Held out'))}</th><th class='r' title='{escape(t(SURE))}'>{escape(t('Sure where right'))}</th><th>{escape(t('Share of the head'))}</th>"
    st.html(f"<table class='sl-df'><thead><tr>{titles}</tr></thead><tbody>{''.join(lines)}</tbody></table>")


def confidence(report: HeadReport) -> None:
    """Reliability diagram with the calibration error, and precision by coverage."""
    calibration = report["confidence"]
    left, right = st.columns(2, gap="medium")
    if calibration is None or not calibration["bins"]:
        why = t("This head kept no held-out probabilities. Train again to see its calibration.")
        layout.section(t("Calibration"), why)
        return
    n = sum(one["n"] for one in calibration["bins"])
    if n < figures.LEAST:
        layout.section(
            t("Calibration"),
            t("It takes {least} held-out labels; {there}.", least=figures.LEAST, there=figures.there(n)),
        )
        return
    with left:
        layout.section(
            t("Calibration error {n} points", n=f"{100 * calibration['ece']:.1f}"),
            t("ECE, 10 bins, {set}.", set=translated(report["set"])),
        )
        _chart(charts.reliability(calibration["bins"]), t("Accuracy by confidence"))
    with right:
        half = min(calibration["coverage"], key=lambda point: abs(point["coverage"] - 0.5))
        title = t("The surer half is {n} % right", n=f"{100 * half['precision']:.1f}")
        layout.section(title, t("Precision by coverage, {set}.", set=translated(report["set"])))
        _chart(charts.coverage(calibration["coverage"]), t("Precision by coverage"))


def by_class(report: HeadReport, categories: Sequence[Category]) -> None:
    """F1 of each model and precision and recall of the newest, for each class."""
    classes, counts = report["confusion"]["categories"], report["confusion"]["counts"]
    models = "".join(f"<th class='r'>F1 {escape(translated(row['model']).lower())}</th>" for row in report["rows"])
    lines = []
    for row in report["per_class"]:
        scores = "".join(f"<td class='r'>{figures.score(value, row['n'])}</td>" for value in row["f1"])
        name = drawing.named(drawing.find(categories, classes[row["class"]]))
        hits, predicted = counts[row["class"]][row["class"]], sum(line[row["class"]] for line in counts)
        lines.append(
            f"<tr><td>{name}</td>{scores}<td class='r'>{figures.part(hits, predicted)}</td>"
            f"<td class='r'>{figures.part(hits, row['n'])}</td><td class='r'>{row['n']:,}</td></tr>"
        )
    layout.section(
        t("By class"),
        t(
            "Precision and recall of head {number}. {set}.",
            number=report["head"]["number"],
            set=translated(report["set"]),
        ),
    )
    head = f"<th>{escape(t('Class'))}</th>{models}<th class='r'>{escape(t('Precision'))}</th><th class='r'>{escape(t('Recall'))}</th><th class='r'>n</th>"
    st.html(f"<table class='sl-df'><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>")


def by_level(level_comparison: LevelComparison) -> None:
    """Coverage, precision, recall and F1 of each model at each level of the tree, and of the whole."""
    margin = t(
        "Back-off margin {least}: a label stays on the parent where no child leads by it.",
        least=f"{level_comparison['least']:.2f}",
    )
    layout.section(
        t("By level of the tree"),
        t(
            "{margin} Hierarchical: shared ancestors count. {set}.",
            margin=margin,
            set=translated(level_comparison["set"]),
        ),
    )
    levels = level_comparison["rows"][0]["levels"]
    groups = "".join(
        f"<th class='c' colspan='4'>{escape(t('Level {level} (n = {n})', level=row['level'], n=row['n']))}</th>"
        for row in levels
    )
    groups += "<th class='c' colspan='3'>{escape(t('Hierarchical'))}</th>"
    each = "".join(f"<th class='r'>{name}</th>" for name in (t("Coverage"), t("Precision"), t("Recall"), "F1"))
    titles = each * len(levels) + "".join(f"<th class='r'>{name}</th>" for name in (t("Precision"), t("Recall"), "F1"))
    lines = []
    for row in level_comparison["rows"]:
        cells = [(value, one["n"]) for one in row["levels"] for value in (one["coverage"], *(one[key] for key in TREE))]
        cells += [(row[key], level_comparison["n"]) for key in TREE]
        numbers = "".join(f"<td class='r'>{figures.score(value, n)}</td>" for value, n in cells)
        now = "now" if row is level_comparison["rows"][-1] else ""
        lines.append(f"<tr class='{now}'><td><b>{escape(translated(row['model']))}</b></td>{numbers}</tr>")
    head = f"<tr><th></th>{groups}</tr><tr><th>{escape(t('Model'))}</th>{titles}</tr>"
    st.html(
        f"<div class='sl-scroll'><table class='sl-df'><thead>{head}</thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def by_source(report: HeadReport) -> None:
    """Accuracy of each model for each source of images."""
    rows = report["per_source"]
    layout.section(
        t("By source"), t("Accuracy. A source is the column of that name, the video, or the folder it came from.")
    )
    models = "".join(f"<th class='r'>{escape(translated(row['model']))}</th>" for row in report["rows"])
    lines = []
    for row in rows[:8]:
        n = row["n"]
        scores = "".join(f"<td class='r'>{figures.part(round(n * value), n)}</td>" for value in row["accuracy"])
        low, high = (
            (row["low"], row["high"]) if n >= figures.LEAST else figures.wilson(round(n * row["accuracy"][-1]), n)
        )
        span = t("{n} to {n2} %", n=f"{100 * low:.0f}", n2=f"{100 * high:.0f}")
        lines.append(
            f"<tr><td class='w' title='{escape(t(row['source']))}'>{escape(t(row['source']))}</td>{scores}"
            f"<td class='r'>{span}</td><td class='r'>{n:,}</td></tr>"
        )
    head = f"<th>{escape(t('Source'))}</th>{models}<th class='r'>{escape(t('95 % interval'))}</th><th class='r'>n</th>"
    st.html(f"<table class='sl-df'><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>")


def sides(report: HeadReport, categories: Sequence[Category]) -> None:
    """Which held-out items changed sides against the model before."""
    changes, name = report["sides"], session.workspace()
    better, worse = len(changes["put_right"]), len(changes["made_wrong"])
    before = report["previous"][0].lower() + report["previous"][1:]
    layout.section(
        t("{better} put right, {worse} made wrong", better=better, worse=worse),
        t("Held-out items whose answer changed against {before}.", before=translated(before)),
    )
    for key, words in SIDES:
        rows = changes[key]
        if not rows:
            continue
        link = drawing.link(
            name,
            [row["id"] for row in rows],
            t("Open it in Review") if len(rows) == 1 else t("Open the {n} in Review", n=len(rows)),
        )
        tiles = "".join(_changed(name, row, categories) for row in rows[:6])
        st.html(
            f"<div class='sl-line'><b>{escape(_capital(t(words)))}</b>{link}</div><div class='sl-sides'>{tiles}</div>"
        )


def _changed(name: str, row: ChangedAnswer, categories: Sequence[Category]) -> str:
    was, now = drawing.find(categories, row["before"]), drawing.find(categories, row["after"])
    caption = f"{drawing.icon(was['icon'])} → {drawing.icon(now['icon'])}"
    return drawing.picture(name, row["id"], drawing.find(categories, row["truth"]), person=True, caption=caption)


def more_labels(report: HeadReport) -> None:
    """The learning curve and what 50 more labels are expected to buy."""
    checks = report["checks"]
    curve = None if checks is None else checks.get("learning_curve")
    if curve is None:
        _unchecked(report, "learning_curve", t("Gain from 50 more labels"))
        return
    gain, more = curve["expected_gain"], curve["more"]
    title = t("Gain from {more} more labels", more=more)
    if gain is not None:
        title = t("{more} more labels would gain about {n} points", more=more, n=f"{100 * gain:z.1f}")
    why = t("Accuracy on labels held out in turn. The hollow mark continues the curve as a power law: an estimate.")
    layout.section(title, why if gain is not None else t("{why} Too few labels to extrapolate yet.", why=why))
    _chart(charts.learning(curve["points"], more, gain), t("Accuracy by number of labels"))


def shortcuts(report: HeadReport) -> None:
    """What covering borders and corners or adding bars costs, beside what it costs zero-shot."""
    checks = report["checks"]
    check = None if checks is None else checks.get("shortcut")
    if check is None:
        _unchecked(report, "shortcut", t("Shortcut check"))
        return
    if check["n"] < figures.LEAST:
        layout.section(
            t("Shortcut check"),
            t("It takes {least} labelled images; {there}.", least=figures.LEAST, there=figures.there(check["n"])),
        )
        return
    warning = check["warning"]
    why = t(
        "{n} labelled images, encoded again with a part covered. {n2} % right untouched.",
        n=check["n"],
        n2=f"{100 * check['accuracy']:.1f}",
    )
    layout.section(t("A shortcut was detected") if warning else t("No shortcut found"), why)
    if warning:
        st.warning(layout.plain(warning), icon=":material/warning:")
    lines = "".join(
        f"<tr><td>{escape(_capital(translated(row['name'])))}</td><td class='r'>{100 * row['accuracy']:.1f} %</td>"
        f"<td class='r {'down' if row['warns'] else ''}'>{-100 * row['cost']:+z.1f}</td>"
        f"<td class='r'>{-100 * row['reference']:+z.1f}</td></tr>"
        for row in check["probes"]
    )
    head = "<th>{escape(t('Change'))}</th><th class='r'>{escape(t('Right'))}</th><th class='r'>{escape(t('Points, head'))}</th><th class='r'>{escape(t('Points, zero-shot'))}</th>"
    st.html(f"<table class='sl-df'><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>")


def loss(report: HeadReport) -> None:
    """The loss of the candidate that weighs most, of those that descend on one."""
    if len(report["losses"]) < 2:
        layout.section(t("Training loss"), t("This head has no training loss: zero-shot, or clusters alone."))
        return
    steps = len(report["losses"])
    layout.section(
        t("Training loss"),
        t(
            "The fitted candidate with the largest weight, {steps} steps of L-BFGS. {seconds} s in all.",
            steps=steps,
            seconds=f"{report['seconds']:.1f}",
        ),
    )
    _chart(charts.losses(report["losses"], height=210), t("Loss by step"))


def _unchecked(report: HeadReport, key: Literal["learning_curve", "shortcut"], title: str) -> None:
    """The place of a missing check: the reason, and the button that makes it."""
    if jobs.is_running(long_work.latest("check")):
        layout.section(title, t("Being checked."))
        return
    layout.section(title, _why_not(report["checks"], key))
    head = report["head"]["id"]
    st.button(t("Check this head"), key=f"check_{key}", on_click=long_work.begin, args=("check", {"head": head}))


def _why_not(checks: HeadChecks | None, key: Literal["learning_curve", "shortcut"]) -> str:
    if checks is None:
        return t("Not checked yet.")
    why = checks.get("shortcut_why") if key == "shortcut" else checks.get("learning_curve_why")
    return why or t("Not checked yet.")


def _chart(figure: Any, alt: str) -> None:
    st.plotly_chart(figure, config=charts.CONFIG, theme=None, alt=alt)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
