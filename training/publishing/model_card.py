"""The card of a published head: what it does, how well, on what, by which licence, and how it is loaded.

The head of the card is what `huggingface_hub.ModelCardData` writes, so that a hub shows figures, licence and base model by itself.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from huggingface_hub import EvalResult, ModelCardData

from embedding.published.catalogue import OFFERS, Offer

HEAD, CLASSIFIER = "head.safetensors", "classifier.onnx"
NO_LICENCE = "No licence was chosen for this head. Ask who published it before you use it."
ONNX_LOADING = '''import json

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession("classifier.onnx")
about = session.get_modelmeta().custom_metadata_map
shape, card = json.loads(about["preprocessing"]), json.loads(about["card"])
names = [one["name"] for one in card["classes"]]


def pixels(path):
    """float32 [3, height, width] of 0 to 255, as the encoder takes them."""
    image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    size = (shape["width"], shape["height"])
    way = Image.Resampling[shape["interpolation"].upper()]
    if shape["resize"] == "squash":
        image = image.resize(size, way)
    elif shape["resize"] == "shortest":
        image = ImageOps.fit(image, size, way)
    else:
        image = ImageOps.pad(image, size, way, color=(shape["fill"],) * 3)
    return np.asarray(image, np.float32).transpose(2, 0, 1)


def probabilities(path):
    """The probability of each class."""
    row = session.run(["probabilities"], {"pixels": pixels(path)[None]})[0][0]
    return dict(zip(names, row.tolist(), strict=True))
'''
FIGURES = {  # of a card: the metric's name at the hub, and ours
    "accuracy": ("accuracy", "Accuracy"), "macro_f1": ("f1", "Macro F1"), "precision": ("precision", "Precision, mean over classes"),
    "recall": ("recall", "Recall, mean over classes"), "map": ("mean_average_precision", "Mean average precision"),
    "micro_f1": ("f1", "Micro F1"),
}  # fmt: skip


@dataclass(frozen=True)
class Published:
    """What a card tells of.

    Attributes:
        title: of the model. workspace: name of the workspace that it was trained in.
        card: of the head, as its file holds it. licence: an identifier of SPDX or of the hub, "" where none was chosen.
        with_encoder: whether `CLASSIFIER` is there.
    """

    title: str
    workspace: str
    card: Mapping[str, Any]
    licence: str
    with_encoder: bool

    @property
    def exclusive(self) -> bool:
        """Whether it chooses one class."""
        return bool((self.card.get("facet") or {"exclusive": True})["exclusive"])


def offer(spec: str) -> Offer | None:
    """The encoder in the list of models, where it is one of those."""
    return next((one for one in OFFERS if one.spec == spec), None)


def text(published: Published) -> str:
    """The whole `README.md`."""
    return f"---\n{_data(published).to_yaml()}\n---\n\n{_body(published)}"


def _data(published: Published) -> ModelCardData:
    scores, base = published.card["metrics"]["new"], offer(published.card["encoder"]["spec"])
    slug = re.sub(r"\W+", "-", published.workspace).strip("-").lower() or "workspace"
    results = [
        EvalResult(
            task_type="image-classification", task_name="Image classification", dataset_type=slug, dataset_name=published.workspace,
            dataset_split="held out", metric_type=kind, metric_name=name, metric_value=round(float(scores[key]), 4),
        )
        for key, (kind, name) in FIGURES.items()
        if scores.get(key) is not None
    ]  # fmt: skip
    return ModelCardData(
        license=published.licence or None,
        base_model=base.repository if base else None,
        pipeline_tag="image-classification",
        tags=["sceneloop", "clip", *(["onnx"] if published.with_encoder else []), "safetensors"],
        model_name=published.title if results else None,
        eval_results=results or None,
    )


def _body(published: Published) -> str:
    card = published.card
    encoder, held_out = card["encoder"], card.get("held_out") or {}
    says = "one class" if published.exclusive else "any number of labels"
    base = offer(encoder["spec"])
    weights = (
        f"The encoder is {plain(base.title)}; its weights have a licence of their own: {plain(base.licence)}."
        if base
        else f"The encoder is {plain(encoder['name'])}; its weights have a licence of their own."
    )
    parts = [
        f"# {plain(published.title)}",
        f"Gives an image {says} of {len(card['classes'])}: a linear head on the image vectors of a CLIP encoder, trained with "
        f"Sceneloop on {int(card.get('labels', 0)):,} labels of the workspace {plain(published.workspace)}.",
        "## Classes",
        "\n".join(f"- {plain(one['name'])}" for one in card["classes"]),
        "## Figures",
        _figures(card),
        f"Measured on {plain(held_out['name'])}. No image was judged by a fit that had learned from it." if held_out.get("name") else "",
        *_by_class(card),
        "## Files",
        _files(published),
        "## Use",
        _use(published),
        "## Limits",
        "The figures hold for images like those of the workspace. Measure again before you use it on others. Vectors of another encoder "
        "give no meaningful answer, even where they have the same length.",
        "## Licence",
        f"The head: {plain(published.licence)}." if published.licence else NO_LICENCE,
        weights,
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


def _figures(card: Mapping[str, Any]) -> str:
    scores = card["metrics"]["new"]
    known = [(name, f"{float(scores[key]):.3f}") for key, (_, name) in FIGURES.items() if scores.get(key) is not None]
    return _table(("Figure", "Value"), known) if known else "No label could be held out, so nothing was measured."


def _by_class(card: Mapping[str, Any]) -> list[str]:
    rows = [
        (name, str(one["n"]), *(f"{one[key]:.3f}" for key in ("precision", "recall", "f1")))
        for name, one in (card["metrics"]["new"].get("per_class") or {}).items()
    ]
    return [_table(("Class", "Images", "Precision", "Recall", "F1"), rows)] if rows else []


def _files(published: Published) -> str:
    lines = [
        f"- `{HEAD}`: weights and bias, for vectors of the encoder. `{PurePath(HEAD).with_suffix('.json')}` is its card, with everything that was measured."
    ]
    if published.with_encoder:
        lines.append(f"- `{CLASSIFIER}`: encoder and head in one file: pixels in, probabilities out.")
    return "\n".join(lines)


def _use(published: Published) -> str:
    encoder = published.card["encoder"]
    model = "" if encoder["spec"] != encoder["name"] or encoder["spec"] == "built-in" else " --model FOLDER"
    parts = [f"Over HTTP, with Sceneloop:\n\n    sceneloop serve {HEAD}{model}"]
    if model:
        parts.append(f"FOLDER holds the encoder {plain(encoder['name'])}, which is not published here.")
    if published.with_encoder:
        parts.append(f"Without Sceneloop, by onnxruntime, Pillow and numpy:\n\n```python\n{ONNX_LOADING}```")
        if not published.exclusive:
            parts.append('A label holds where its probability reaches its threshold in `card["thresholds"]["values"]`.')
    return "\n\n".join(parts)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cell if number == 1 else plain(cell) for cell in row)} |" for number, row in enumerate(lines)
    )


def plain(value: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    line = html.escape(" ".join(value.split()), quote=False)
    return re.sub(r"([\\`*_{}\[\]#|~])", r"\\\1", line)
