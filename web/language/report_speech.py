"""The words of a video's report in the language of who looks, or of who exports it."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date

from video.results import speech
from video.results.speech import Speech
from web.language import choice, words
from web.language.words import many, noted, t, translated

TEXTS = (
    noted("No picture yet"), noted("machine, {share} %"), noted("labelled by {model}"), noted("workspace {name}"),
    noted("{frames} frames, {rate} per second"), noted("Save as PDF"), noted("Play"), noted("Pause"), noted("{at} of {whole}"),
    noted("This browser cannot play the film. Its keyframes play instead."), noted("Now"), noted("Time by label"), noted("Timeline"),
    noted("Solid outline: a person's label. Dashed: the machine's. Below: single shots by their own best label."),
    noted("{label}, {start} to {end}, {who}"), noted("{label} {share} %, {start} to {end}"), noted("Score of each label over time"),
    noted("Scores:"), noted("Segments"), noted("From"), noted("To"), noted("Label"), noted("Labelled by"), noted("Keyframes"),
)  # fmt: skip
"""What the template says; a test compares them."""
KEPT = (
    noted("The film in this page is small and has no sound."), noted("Keyframes play in place of the film. {reason}"),
)  # fmt: skip


def of_reader() -> Speech:
    """In the language of the request at hand."""
    tag = words.spoken()
    if tag == choice.ENGLISH:
        return speech.ENGLISH

    def moment(at: dt.datetime) -> str:
        return f"{format_date(at, 'long', locale=tag.replace('-', '_'))} {at:%H:%M %Z}"

    return Speech(tag, t, many, translated, moment)
