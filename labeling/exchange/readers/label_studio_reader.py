"""Labels of Label Studio's JSON: choices and taxonomies of whole images; predictions count as proposals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from labeling.exchange.readers import json_entry
from labeling.exchange.readers.given_label import GivenLabel
from labeling.exchange.readers.json_entry import Entry

LOCAL = "/data/local-files/?d="
_UPLOAD = re.compile(r"/data/upload/(?:\d+/)?(?:[0-9a-f]{8}-)?(?P<name>.+)")


def read(path: Path) -> Iterator[GivenLabel]:
    """Labels of an export in the form JSON, or of tasks to import.

    Raises:
        InputError: a row is broken.
    """
    for task in json_entry.entries_of(json_entry.read(path), path.name, "task"):
        files = _files(task.entry("data"))
        for one in task.entries("annotations", "annotation", needed=False):
            if not one.fields.get("was_cancelled"):
                yield from _labels(one, files, proposed=False)
        for one in task.entries("predictions", "prediction", needed=False):
            yield from _labels(one, files, proposed=True)


def _labels(given: Entry, files: tuple[str, ...], *, proposed: bool) -> Iterator[GivenLabel]:
    for result in given.entries("result", "result"):
        kind = result.text_or("type")
        if kind in ("choices", "taxonomy"):
            chosen = result.entry("value").fields.get(kind)
            if not isinstance(chosen, list):
                raise result.refuse(f"`{kind}` has to be a list")
            for choice in chosen:
                name = "/".join(map(str, choice)) if isinstance(choice, list) else choice
                if not isinstance(name, str):
                    raise result.refuse(f"`{kind}` holds something else than texts")
                yield GivenLabel(result.place, files, "", result.text_or("from_name"), (name,), proposed)


def _files(given: Entry) -> tuple[str, ...]:
    """Names of the picture of a task: what this program wrote, else the first text that names one."""
    address = given.text_or("image") or next((v for v in given.fields.values() if isinstance(v, str) and v), "")
    if not address:
        raise given.refuse("no picture is named")
    upload = _UPLOAD.fullmatch(address)
    name = unquote(address.removeprefix(LOCAL)) if address.startswith(LOCAL) else address
    plain = unquote(upload["name"]) if upload else name.removeprefix("images/")
    return tuple(dict.fromkeys(text for text in (given.text_or("file"), plain, name) if text))
