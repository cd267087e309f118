"""What the Train page claims of a head: what it gains and by which labels that is known, what falls, and which labels teach nothing."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

import streamlit as st

from training.heads.head_report import HeadReport, Round
from training.heads.judgement import Fall, PopulationGain
from web import session
from web.language.words import many, noted, t, translated
from web.parts import charts, drawing, figures, layout
from web.parts.drawing import Category

SECONDS = 6  # a random image to look at and label
ROUND = 20
MOST_FALLS = 6


def verdict(report: HeadReport) -> None:
    """Who beats whom by how much over all images, and whether that is certain; where nothing is known, what it takes."""
    number, gain = report["head"]["number"], report["gain"]
    trained = t(
        "Trained on {labels} in {seconds} s. All rows: {set}.",
        labels=many(report["labels"], "label"),
        seconds=f"{report['seconds']:.1f}",
        set=translated(report["set"]),
    )
    if gain is None:
        layout.section(
            t("Head {number} is trained. Its gain is not known yet", number=number), _unknown(report), statement=True
        )
        st.html(f"<div class='sl-sm'>{escape(trained)}</div>")
        return
    points = 100 * gain["accuracy"]
    if points <= 0:
        text = noted("Head {number} does not beat {before} ({points} points)")
    elif gain["sure"] > 0:
        text = noted("Head {number} beats {before} by {points} points")
    else:
        text = noted("Head {number} leads {before} by {points} points, which may be chance")
    before = translated(report["previous"][0].lower() + report["previous"][1:])
    shown = f"{points:.1f}" if points > 0 else f"{points:+z.1f}"
    layout.section(t(text, number=number, before=before, points=shown), f"{_known(gain)} {trained}", statement=True)


def _known(gain: PopulationGain) -> str:
    """The interval, and whose labels it comes from."""
    if not gain["drawn"]:
        text = noted("95 % interval {low} to {high}, over all {of} images: every one is labelled.")
    elif gain["chosen"]:
        text = noted(
            "95 % interval {low} to {high}, over all {of} images: {labels} represent the rest, {ones} represent only themselves."
        )
    else:
        text = noted("95 % interval {low} to {high}, over all {of} images: {labels} represent the rest.")
    return t(
        text,
        low=f"{100 * gain['low']:z.1f}",
        high=f"{100 * gain['high']:z.1f}",
        of=gain["of"],
        labels=many(gain["drawn"], "random label"),
        ones=many(gain["chosen"], "chosen one"),
    )


def _unknown(report: HeadReport) -> str:
    random = report["random_labels"]
    if report["is_fair"]:
        return t("The random labels lie in too few groups (videos, duplicates). Add images from elsewhere.")
    return t(
        "Not enough random labels: {drawn} of {least}. The others were chosen, mostly where the machine was "
        "likely wrong, and say little of other images. It is kept and not promoted by itself; by hand you "
        "can.",
        drawn=random["drawn"],
        least=random["least"],
    )


def more_random(report: HeadReport) -> None:
    """A round of images in random order, where more of them would say what the head gains."""
    random, gain = report["random_labels"], report["gain"]
    if report["is_fair"] and (gain is None or gain["sure"] > 0 or not gain["drawn"]):
        return
    count = max(random["least"] - random["drawn"], 1) if gain is None else ROUND
    minutes = many(max(1, round(count * SECONDS / 60)), "minute")
    words = (
        t("Label {count} more at random ({minutes})", count=count, minutes=minutes)
        if random["drawn"]
        else t("Label {count} at random ({minutes})", count=count, minutes=minutes)
    )
    hint = t(
        "The next images of the one random order. Their labels judge every head honestly, and teach the next one too."
    )
    address = f"review?workspace={quote(session.workspace())}&order=random&by=open&size={ROUND}"
    icon = "<span class='sl-i' aria-hidden='true'>shuffle</span>"
    st.html(
        f"<a class='sl-go' href='{escape(address)}' target='_self' title='{escape(hint)}'>{icon} {escape(words)}</a>"
    )


def by_round(rounds: Sequence[Round], height: int = 250) -> None:
    """Accuracy by round, and which labels it is of; of few labels what is missing."""
    n = rounds[-1]["n"] if rounds else 0
    if n < figures.LEAST:
        why = t(
            "The accuracy of the prompts and of each head will appear here. It takes {least} images that people "
            "have decided on; {there}.",
            least=figures.LEAST,
            there=figures.there(n),
        )
        layout.section(t("Accuracy, by round"), why)
        return
    newest = rounds[-1]
    text = (
        noted("{set}. 95 % interval. Hollow: not promoted.")
        if newest["is_fair"]
        else noted("{set}. 95 % interval. Hollow: not promoted. For all images it is not known: see Train.")
    )
    why = t(text, set=translated(newest["set"]).capitalize())
    title = t("Accuracy, by round") if newest["is_fair"] else t("Accuracy on chosen labels, by round")
    layout.section(title, why)
    st.plotly_chart(charts.rounds(rounds, height), config=charts.CONFIG, theme=None, alt=title)


def beside(report: HeadReport, categories: Sequence[Category]) -> None:
    """What falls where the whole rises, and the labels that judge but teach nothing, each as one line."""
    falls, left = report["falls"], report["left_out"]
    if falls:
        parts = "; ".join(map(_fall, falls[:MOST_FALLS]))
        rest = len(falls) - MOST_FALLS
        line = (
            t("Falls: {parts}, and {n} more below.", parts=parts, n=rest)
            if rest > 0
            else t("Falls: {parts}.", parts=parts)
        )
        stop = f" {escape(t('A certain loss prevents automatic promotion.'))}" if falls[0]["certain"] else ""
        st.html(f"<div class='sl-sm sl-falls'>{line}{stop}</div>")
    for one in left:
        name = drawing.named(drawing.find(categories, one["category"]))
        opened = drawing.link(session.workspace(), one["items"], t("Confirm their sub-category"))
        words = (
            t(
                "1 label stands on {name}, which has sub-categories: it judges the head there, and teaches it nothing.",
                name=name,
            )
            if one["n"] == 1
            else t(
                "{n} labels stand on {name}, which has sub-categories: they judge the head there, and teach it nothing.",
                n=one["n"],
                name=name,
            )
        )
        st.html(f"<div class='sl-sm sl-left-out'>{words} {opened}</div>")


def _fall(one: Fall) -> str:
    """One thing that falls, as HTML."""
    text = noted("{what} {before} to {after} % of {n}")
    if one["certain"]:
        text = noted("{what} {before} to {after} % of {n}, certain")
    return t(
        text,
        what=f"<b>{escape(translated(one['what']))}</b>",
        before=f"{100 * one['before']:.1f}",
        after=f"{100 * one['after']:.1f}",
        n=one["n"],
    )
