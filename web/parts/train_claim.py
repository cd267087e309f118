"""What the Train page claims of a head: what it gains and by which labels that is known, what falls, and which labels teach nothing."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

import streamlit as st

from training.heads.head_report import HeadReport, Round
from training.heads.judgement import PopulationGain
from web import session
from web.parts import charts, drawing, figures, layout
from web.parts.drawing import Category

SECONDS = 6  # a random image to look at and label
ROUND = 20
MOST_FALLS = 6


def verdict(report: HeadReport) -> None:
    """Who beats whom by how much over all images, and whether that is certain; where nothing is known, what it takes."""
    number, gain = report["head"]["number"], report["gain"]
    trained = (
        f"Trained on {layout.many(report['labels'], 'label')} in {report['seconds']:.1f} s. All rows: {report['set']}."
    )
    if gain is None:
        layout.section(f"Head {number} is trained. Its gain is not known yet", _unknown(report), statement=True)
        st.html(f"<div class='sl-sm'>{escape(trained)}</div>")
        return
    points, before = 100 * gain["accuracy"], report["previous"][0].lower() + report["previous"][1:]
    relation = (
        f"beats {before} by {points:.1f} points" if points > 0 else f"does not beat {before} ({points:+z.1f} points)"
    )
    if points > 0 and gain["sure"] <= 0:
        relation = f"leads {before} by {points:.1f} points, which may be chance"
    layout.section(f"Head {number} {relation}", f"{_known(gain)} {trained}", statement=True)


def _known(gain: PopulationGain) -> str:
    """The interval, and whose labels it comes from."""
    span = f"95 % interval {100 * gain['low']:z.1f} to {100 * gain['high']:z.1f}, over all {gain['of']:,} images:"
    if not gain["drawn"]:
        return f"{span} every one is labelled."
    chosen = f", {layout.many(gain['chosen'], 'chosen one')} represent only themselves" if gain["chosen"] else ""
    return f"{span} {layout.many(gain['drawn'], 'random label')} represent the rest{chosen}."


def _unknown(report: HeadReport) -> str:
    random = report["random_labels"]
    if report["is_fair"]:
        return "The random labels lie in too few groups (videos, duplicates). Add images from elsewhere."
    return (
        f"Not enough random labels: {random['drawn']} of {random['least']}. The others were chosen, mostly where the machine was "
        "likely wrong, and say little of other images. It is kept and not promoted by itself; by hand you can."
    )


def more_random(report: HeadReport) -> None:
    """A round of images in random order, where more of them would say what the head gains."""
    random, gain = report["random_labels"], report["gain"]
    if report["is_fair"] and (gain is None or gain["sure"] > 0 or not gain["drawn"]):
        return
    count = max(random["least"] - random["drawn"], 1) if gain is None else ROUND
    minutes = layout.many(max(1, round(count * SECONDS / 60)), "minute")
    words = f"Label {count} {'more ' if random['drawn'] else ''}at random ({minutes})"
    hint = (
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
        why = (
            f"The accuracy of the prompts and of each head will appear here. It takes {figures.LEAST} images that people have "
            f"decided on; there {'is' if n == 1 else 'are'} {n:,}."
        )
        layout.section("Accuracy by round", why)
        return
    newest = rounds[-1]
    sample = "" if newest["is_fair"] else " For all images it is not known: see Train."
    why = f"{newest['set'].capitalize()}. 95 % interval. Hollow: not promoted.{sample}"
    layout.section(f"Accuracy{figures.over(newest['is_fair'])}, by round", why)
    st.plotly_chart(charts.rounds(rounds, height), config=charts.CONFIG, theme=None, alt="Accuracy by round")


def beside(report: HeadReport, categories: Sequence[Category]) -> None:
    """What falls where the whole rises, and the labels that judge but teach nothing, each as one line."""
    falls, left = report["falls"], report["left_out"]
    if falls:
        parts = [
            f"<b>{escape(one['what'])}</b> {100 * one['before']:.1f} to {100 * one['after']:.1f} % of {one['n']:,}"
            + (", certain" if one["certain"] else "")
            for one in falls[:MOST_FALLS]
        ]
        more = f", and {len(falls) - MOST_FALLS} more below" if len(falls) > MOST_FALLS else ""
        stop = " A certain loss prevents automatic promotion." if falls[0]["certain"] else ""
        st.html(f"<div class='sl-sm sl-falls'>Falls: {'; '.join(parts)}{more}.{stop}</div>")
    for one in left:
        name = drawing.named(drawing.find(categories, one["category"]))
        opened = drawing.link(session.workspace(), one["items"], "Confirm their sub-category")
        words = f"{layout.many(one['n'], 'label stands', 'labels stand')} on {name}, which has sub-categories: {'it judges' if one['n'] == 1 else 'they judge'} the head there, and {'teaches' if one['n'] == 1 else 'teach'} it nothing."
        st.html(f"<div class='sl-sm sl-left-out'>{words} {opened}</div>")
