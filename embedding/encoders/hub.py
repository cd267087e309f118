"""Published weights: from the hub's cache, else from the network, else one clear error within seconds.

Left alone, a download without network retries for most of a minute. So the cache is asked first, then the
host is probed once, and the hub's offline switch is set when it does not answer.
"""

from __future__ import annotations

import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import huggingface_hub
import open_clip
from huggingface_hub import constants

from errors import EncoderError

PROBE_SECONDS = 5.0
WEIGHT_FILES = (
    "open_clip_model.safetensors",
    "open_clip_pytorch_model.safetensors",
    "open_clip_pytorch_model.bin",
)
WAYS_OUT = (
    "Three ways out: connect this machine to the network and try again, point --model to a local file or "
    "folder, or use --model built-in."
)


def fetch(name: str, tag: str) -> Path:
    """Local path of a published checkpoint, downloaded when it is not cached.

    Raises:
        EncoderError: the tag is unknown, or the weights are neither cached nor reachable.
    """
    config = tag_config(name, tag)
    if (cached := _cached(config)) is not None:
        return cached
    if constants.is_offline_mode() or not reachable(_address(config)):
        constants.HF_HUB_OFFLINE = True
        raise EncoderError(f"The weights of {name}/{tag} are not on this machine and cannot be reached. {WAYS_OUT}")
    try:
        return Path(open_clip.download_pretrained(config))
    except (OSError, RuntimeError, ValueError) as error:
        raise EncoderError(f"The download of {name}/{tag} failed ({_short(error)}). {WAYS_OUT}") from error


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


def reachable(address: str) -> bool:
    """Whether a host answers at all within a few seconds, through the proxy settings of this machine."""
    answer: list[bool] = []
    # A name lookup has no timeout of its own, so the clock is kept outside; a daemon does not hold up the exit.
    probe = threading.Thread(target=lambda: answer.append(_answers(address)), daemon=True)
    probe.start()
    probe.join(PROBE_SECONDS + 1)
    return answer == [True]


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


def _answers(address: str) -> bool:
    parts = urlsplit(address)
    request = urllib.request.Request(f"{parts.scheme}://{parts.netloc}", method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=PROBE_SECONDS):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _address(config: dict[str, Any]) -> str:
    return constants.ENDPOINT if config.get("hf_hub") else str(config.get("url", ""))


def _cached(config: dict[str, Any]) -> Path | None:
    repository, _, file = str(config.get("hf_hub", "")).rpartition("/")
    if not repository:
        return None
    safe = [str(Path(file).with_suffix(".safetensors")), file] if file else list(WEIGHT_FILES)
    for candidate in safe:
        location = huggingface_hub.try_to_load_from_cache(repository, candidate)
        if isinstance(location, str):
            return Path(location)
    return None


def _short(error: BaseException) -> str:
    return str(error).strip().splitlines()[0][:160] if str(error).strip() else type(error).__name__
