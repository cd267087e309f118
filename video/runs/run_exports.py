"""A run as it leaves the app: text in a format, a page to mail, the presentation view."""

from __future__ import annotations

import base64
import datetime as dt
from urllib.parse import quote

from errors import InputError
from labeling.categories.display import category_json
from labeling.snapshot.snapshot import Snapshot
from store.items import media
from video.results import export_formats, small_film
from video.results.html_report import Colours, Cover, to_html
from video.results.speech import ENGLISH, Speech
from video.runs.labelled_run import Labelled, View, labelled

NO_SOUND = "The film in this page is small and has no sound."
NO_FILM = "Keyframes play in place of the film. {reason}"


def exported(snapshot: Snapshot, run_id: int, form: str, view: View | None = None, speech: Speech = ENGLISH) -> str:
    """A run as text in a format of `video.results.export_formats`; `speech` is that of the page, `html`.

    Raises:
        InputError: no such run or format, or the run was made with another encoder.
    """
    shown = labelled(snapshot, run_id, view)
    if form != "html":
        return export_formats.written(form, shown.document())
    try:
        film = small_film.small_film(media.original(snapshot.workspace, shown.run.item_id).path)
    except InputError as error:
        return _page(snapshot, shown, "", NO_FILM.format(reason=error), speech)
    return _page(snapshot, shown, f"data:video/mp4;base64,{base64.b64encode(film).decode()}", NO_SOUND, speech)


def presentation(snapshot: Snapshot, run_id: int, view: View | None = None, speech: Speech = ENGLISH) -> str:
    """A run as the page to show to somebody, with the film and its sound from the server.

    Raises:
        InputError: no such run, or it was made with another encoder.
    """
    shown = labelled(snapshot, run_id, view)
    name = quote(snapshot.workspace.name, safe="")
    return _page(snapshot, shown, f"/clip/{name}/{shown.run.item_id}?b={snapshot.born}", "", speech)


def _page(snapshot: Snapshot, shown: Labelled, film: str, film_note: str, speech: Speech) -> str:
    cover = Cover(snapshot.workspace.name, dt.datetime.now(dt.UTC), _colours(snapshot, shown), film, film_note, speech)
    return to_html(shown.document(), shown.analysis, shown.segmentation, cover)


def _colours(snapshot: Snapshot, shown: Labelled) -> dict[str, Colours]:
    """Colours of the categories, by the label that the segmentation gives them."""
    known = {category.id: category_json(category) for category in snapshot.categories.tree}
    return {
        label: Colours(known[number]["color"], known[number]["tint"], known[number]["text"])
        for label, number in zip(shown.segmentation.names, shown.classes, strict=False)
        if number in known
    }
