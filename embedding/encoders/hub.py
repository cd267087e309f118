"""Models that open_clip names: what each consists of, and its files on this machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import open_clip

from embedding.published import fetching
from embedding.published.fetching import Published
from embedding.published.model_files import WEIGHT_FILES
from errors import EncoderError
from progress import Progress, silent


def fetch(name: str, tag: str, progress: Progress = silent) -> Path:
    """Local path of a published checkpoint, as `embedding.published.fetching.fetch`.

    Raises:
        EncoderError: the tag is unknown, or as there. CancelledError: as there.
    """
    return fetching.fetch(published(name, tag), progress)


def published(name: str, tag: str) -> Published:
    """What a checkpoint of open_clip consists of.

    Raises:
        EncoderError: no such architecture or tag; says which there are.
    """
    repository, _, file = str(tag_config(name, tag)["hf_hub"]).rpartition("/")
    names = (str(Path(file).with_suffix(".safetensors")), file) if file else WEIGHT_FILES
    text = open_clip.get_model_config(name)["text_cfg"]
    own = "" if "hf_model_name" in text else text.get("hf_tokenizer_name", "")
    return Published(f"{name}/{tag}", repository, names, own)


def tag_config(name: str, tag: str) -> dict[str, Any]:
    """open_clip's entry for a published checkpoint: source, mean, std, interpolation, activation.

    Raises:
        EncoderError: no such architecture or tag; says which there are.
    """
    if name not in open_clip.list_models():
        raise EncoderError(
            f"open_clip has no model named {name!r}. Use NAME/TAG, for example ViT-B-32/laion2b_s34b_b79k."
        )
    config: dict[str, Any] = open_clip.get_pretrained_cfg(name, tag)
    if not config:
        tags = ", ".join(open_clip.list_pretrained_tags_by_model(name)) or "none"
        raise EncoderError(f"open_clip has no weights {tag!r} for {name}. Published tags: {tags}.")
    return config


@contextmanager
def quiet() -> Iterator[None]:
    """Drop open_clip's remarks about random weights: they are loaded in a second step here."""

    def keep(record: logging.LogRecord) -> bool:
        return "open_clip" not in record.pathname

    root = logging.getLogger()
    level = root.level
    root.addFilter(keep)
    try:
        yield
    finally:
        root.removeFilter(keep)
        root.setLevel(level)
