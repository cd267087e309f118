"""Label Studio: `tasks.json` to import and `config.xml` for the labelling interface.

What people and imports labelled are annotations; what a machine proposed are predictions under the name of its prompts or head.
Pictures are named as Label Studio serves them from a local folder, with this export as its document root.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

from labeling.exchange.formats.label_set import MACHINE, Answer, FacetEntry, Images, LabelSet, Picture
from labeling.exchange.formats.notices import Carries, Extent
from labeling.exchange.formats.picture_files import put, write_json
from naming import NONE_OF_THESE

CARRIES = Carries(confidence=Extent.ALL, none=True)
LOCAL = "/data/local-files/?d="


def write(given: LabelSet, folder: Path) -> None:
    """Write tasks, interface and pictures."""
    shown = _picture_name(given)
    put(given, given.pictures, folder / "images")
    write_json(folder / "tasks.json", [_task(given, picture, shown) for picture in given.pictures])
    (folder / "config.xml").write_text(_interface(given, shown), encoding="utf-8")


def _picture_name(given: LabelSet) -> str:
    """Name of the picture's tag: none that a facet has."""
    name = "image"
    while name in {facet.name for facet in given.facets}:
        name += "_"
    return name


def _task(given: LabelSet, picture: Picture, shown: str) -> dict[str, object]:
    where = picture.place if given.images is Images.NONE else LOCAL + quote(f"images/{picture.place}")
    people = [answer for answer in picture.answers if answer.source not in MACHINE]
    models: dict[str, list[Answer]] = {}
    for answer in picture.answers:
        if answer.source in MACHINE:
            models.setdefault(answer.model or answer.source, []).append(answer)
    task: dict[str, object] = {"id": picture.id, "data": {"image": where, "file": picture.name, "split": picture.split}}
    if people:
        task["annotations"] = [{"result": _results(given, picture, people, shown)}]
    if models:
        task["predictions"] = [
            {"model_version": model, **_score(answers), "result": _results(given, picture, answers, shown)}
            for model, answers in sorted(models.items())
        ]
    return task


def _results(given: LabelSet, picture: Picture, answers: Sequence[Answer], shown: str) -> list[dict[str, object]]:
    """One result a facet."""
    results: list[dict[str, object]] = []
    for number, facet in enumerate(given.facets):
        chosen = [answer for answer in answers if answer.facet == facet.name]
        if chosen:
            results.append(
                {
                    "id": f"{picture.id}-{number}", "from_name": facet.name, "to_name": shown, "type": "choices",
                    **_score(chosen), "value": {"choices": [answer.name for answer in chosen]},
                }
            )  # fmt: skip
    return results


def _score(answers: Sequence[Answer]) -> dict[str, float]:
    """The lowest confidence, where there is one: a result holds one number."""
    known = [answer.confidence for answer in answers if answer.confidence is not None]
    return {"score": min(known)} if known else {}


def _interface(given: LabelSet, shown: str) -> str:
    root = ElementTree.Element("View")
    ElementTree.SubElement(root, "Image", name=shown, value="$image")
    for facet in given.facets:
        ElementTree.SubElement(root, "Header", value=facet.name)
        block = ElementTree.SubElement(
            root, "Choices", name=facet.name, toName=shown, choice="single" if facet.exclusive else "multiple"
        )
        for name in _choices(given, facet):
            ElementTree.SubElement(block, "Choice", value=name)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _choices(given: LabelSet, facet: FacetEntry) -> list[str]:
    names = [entry.name for entry in given.classes_of(facet.name)]
    return names if NONE_OF_THESE in names else [*names, NONE_OF_THESE]
