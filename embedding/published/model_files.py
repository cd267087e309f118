"""Where the files of published models lie on this machine: in our folder of models, else in the hub's cache.

Each model has a folder of its own, `NAME--TAG`: a download is put there, and so is a file that somebody brings by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import huggingface_hub

from settings import current

WEIGHT_FILES = (
    "open_clip_model.safetensors",
    "open_clip_pytorch_model.safetensors",
    "open_clip_pytorch_model.bin",
)
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")


def folder(spec: str) -> Path:
    """The folder of a model NAME/TAG; it need not exist."""
    return current().models.expanduser().resolve() / spec.replace("/", "--")


def weights(spec: str, repository: str, names: Sequence[str]) -> Path | None:
    """The weights of a model, the first of `names` that is there, or None."""
    mine = folder(spec)
    return next((mine / name for name in names if (mine / name).is_file()), None) or _cached(repository, names)


def tokenizer(spec: str, repository: str) -> Path | None:
    """The folder with the files of a model's tokenizer, or None."""
    needed = TOKENIZER_FILES[:2]
    if all((folder(spec) / name).is_file() for name in needed):
        return folder(spec)
    cached = [_cached(repository, [name]) for name in needed]
    return cached[0].parent if cached[0] is not None and cached[1] is not None else None


def _cached(repository: str, names: Sequence[str]) -> Path | None:
    for name in names:
        location = huggingface_hub.try_to_load_from_cache(repository, name)
        if isinstance(location, str):
            return Path(location)
    return None
