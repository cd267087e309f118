"""Published weights: from this machine, else from the network, else one clear error within seconds.

Left alone, a download without network retries for minutes. So the folders of this machine are asked first, then the hub once for each
name that the weights may have.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import huggingface_hub
import open_clip
from huggingface_hub import constants
from huggingface_hub.errors import EntryNotFoundError

from embedding.published import download, model_files
from embedding.published.download import Remote
from embedding.published.model_files import TOKENIZER_FILES, WEIGHT_FILES
from errors import EncoderError
from progress import Progress, silent

WAYS_OUT = (
    "Three ways out: connect this machine to the network and try again, give the path of a local file or folder as "
    "the model, or use the built-in model."
)


@dataclass(frozen=True)
class Published:
    """What a published checkpoint consists of.

    Attributes:
        spec: NAME/TAG. repository: where its weights are. names: of the weights there, the safest format first.
        tokenizer: repository of the tokenizer that belongs to it, or empty where open_clip brings it.
    """

    spec: str
    repository: str
    names: Sequence[str]
    tokenizer: str


def fetch(name: str, tag: str, progress: Progress = silent) -> Path:
    """Local path of a published checkpoint, downloaded with its tokenizer when it is not on this machine.

    Args:
        progress: told of the search and of the download, in megabytes.

    Raises:
        EncoderError: the tag is unknown, or what it needs is neither here nor reachable, or damaged, or too large for the disk.
        CancelledError: `progress` stopped the download; what came is used by the next one.
    """
    model = published(name, tag)
    weights = model_files.weights(model.spec, model.repository, model.names)
    if weights is None:
        weights = _downloaded(model.repository, model.names, model, progress)
    if model.tokenizer and model_files.tokenizer(model.spec, model.tokenizer) is None:
        for file in TOKENIZER_FILES:
            _downloaded(model.tokenizer, [file], model, progress)
    return weights


def published(name: str, tag: str) -> Published:
    """What a checkpoint of open_clip consists of.

    Raises:
        EncoderError: no such architecture or tag; says which there are.
    """
    repository, _, file = str(tag_config(name, tag)["hf_hub"]).rpartition("/")
    names = [str(Path(file).with_suffix(".safetensors")), file] if file else list(WEIGHT_FILES)
    text = open_clip.get_model_config(name)["text_cfg"]
    own = "" if "hf_model_name" in text else text.get("hf_tokenizer_name", "")
    return Published(f"{name}/{tag}", repository, names, own)


def _downloaded(repository: str, names: Sequence[str], model: Published, progress: Progress) -> Path:
    """The first of `names` that the hub has, in the model's folder."""
    if constants.is_offline_mode():
        raise EncoderError(
            f"The weights of {model.spec} are not on this machine, and HF_HUB_OFFLINE is set. {WAYS_OUT}"
        )
    progress(0, 0, f"Looking for {model.spec} at {urlsplit(constants.ENDPOINT).netloc}")
    file, remote = _first(repository, names, model.spec)
    shown = model.spec if file in model.names else f"{file} of {model.spec}"
    return download.fetch(remote, model_files.folder(model.spec) / file, shown, progress)


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


def _first(repository: str, names: Sequence[str], shown: str) -> tuple[str, Remote]:
    """The first of `names` that the hub has, and what it states of it.

    Raises:
        EncoderError: it has none of them, or does not answer within seconds.
    """
    for name in names:
        try:
            return name, download.ask(huggingface_hub.hf_hub_url(repository, name))
        except EntryNotFoundError:
            continue
        except Exception as error:  # the hub's client raises errors of the network without a common base
            raise EncoderError(
                f"The weights of {shown} are not on this machine and cannot be reached ({download.short(error)}). {WAYS_OUT}"
            ) from error
    raise EncoderError(f"{repository} has no file {' or '.join(names)}. {WAYS_OUT}")
