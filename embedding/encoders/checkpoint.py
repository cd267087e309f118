"""The parts of a checkpoint on disk: configuration, weights, vocabulary, known words."""

from __future__ import annotations

import json
import math
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import open_clip
import safetensors
import torch

import reading
from embedding.encoders.text import Tokenizer
from embedding.published.model_files import WEIGHT_FILES
from errors import EncoderError

CONFIG = "open_clip_config.json"
VOCABULARY = "bpe.txt.gz"
WORDS = "words.txt"
WEIGHT_SUFFIXES = (".safetensors", ".bin", ".pt", ".pth")
CLIP_VOCABULARY = 49408
MOST_CONFIG = 4 * 2**20
RUNNING = ("running_mean", "running_var")


def config(folder: Path) -> dict[str, Any]:
    """The folder's configuration: `model_cfg` and `preprocess_cfg`, both required.

    Raises:
        EncoderError: it is missing or incomplete; open_clip would fall back to a default preprocessing.
    """
    path = folder / CONFIG
    if not path.is_file():
        raise EncoderError(f"{folder} holds no {CONFIG}. Point to a folder with weights and that file.")
    try:
        read: dict[str, Any] = json.loads(reading.content(path, MOST_CONFIG))
        preprocessing = read["model_cfg"], read["preprocess_cfg"]["mean"], read["preprocess_cfg"]["std"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise EncoderError(
            f"{path} is not complete ({error}). It needs model_cfg and preprocess_cfg with mean and std."
        ) from error
    if not all(_scales(values, least) for values, least in zip(preprocessing[1:], (-math.inf, 0.0), strict=True)):
        raise EncoderError(
            f"{path} gives a mean of {preprocessing[1]} and a deviation of {preprocessing[2]}. Each needs one or three finite "
            "numbers, and a deviation is above 0. Correct the file."
        )
    return read


def _scales(values: Any, least: float) -> bool:
    """Whether values are one number, or three, each finite and above `least`."""
    entries = values if isinstance(values, list) else [values]
    numbers = [v for v in entries if isinstance(v, (int, float)) and not isinstance(v, bool)]
    return len(entries) in (1, 3) and len(numbers) == len(entries) and all(least < v < math.inf for v in numbers)


def weights_file(folder: Path) -> Path:
    """The folder's only weights file; safetensors win, open_clip's own names first."""
    candidates = sorted(path for path in folder.iterdir() if path.suffix in WEIGHT_SUFFIXES)
    for group in (
        [path for path in candidates if path.name in WEIGHT_FILES and path.suffix == ".safetensors"],
        [path for path in candidates if path.suffix == ".safetensors"],
        candidates,
    ):
        if len(group) == 1:
            return group[0]
    if candidates:
        names = ", ".join(path.name for path in candidates)
        raise EncoderError(f"{folder} holds several weights files ({names}). Give the path of the one to use.")
    raise EncoderError(f"{folder} holds no weights. Put a .safetensors file beside {CONFIG}.")


def load_weights(model: torch.nn.Module, weights: Path, name: str) -> None:
    """Fill a model from a file, every key and shape exactly; pickled code is never run."""
    if weights.suffix == ".safetensors":
        _same_shapes(model, weights, name)
    try:
        open_clip.load_checkpoint(model, str(weights), weights_only=True)
    except pickle.UnpicklingError as error:
        raise EncoderError(
            f"{weights.name} holds more than numbers, and code in a weights file is never run here. Take the checkpoint's "
            ".safetensors file, or have its makers save the weights alone."
        ) from error
    _only_numbers(model, name)


def _only_numbers(model: torch.nn.Module, name: str) -> None:
    """Vectors of a model with a NaN in it are all the same, and every label after it is wrong."""
    running = ((key, value) for key, value in model.named_buffers() if key.endswith(RUNNING))
    for key, value in (*model.named_parameters(), *running):
        if value.is_floating_point() and not bool(torch.isfinite(value).all()):
            raise EncoderError(
                f"The weights of {name} are damaged: {key} holds values that are no finite numbers. Fetch them again."
            )


def _same_shapes(model: torch.nn.Module, weights: Path, name: str) -> None:
    """open_clip silently stretches position tables that do not fit: here that is the wrong architecture."""
    expected = {key: list(value.shape) for key, value in model.state_dict().items() if not key.startswith("logit")}
    with safetensors.safe_open(weights, framework="pt") as file:
        for key in file.keys():  # noqa: SIM118 - not a dict, and not iterable
            shape = list(file.get_slice(key).get_shape())
            if key in expected and shape != expected[key]:
                raise EncoderError(
                    f"The weights do not fit {name}: {key} is {shape}, the architecture has {expected[key]}. "
                    "Name the architecture that the weights were made for."
                )


def tokenizer(folder: Path, architecture: dict[str, Any], name: str) -> Tokenizer:
    """The tokenizer that belongs to a folder; its vocabulary must be as large as the text tower's."""
    text: dict[str, Any] = architecture.get("text_cfg", {})
    if text.get("hf_tokenizer_name"):
        published: Tokenizer = open_clip.get_tokenizer(f"local-dir:{folder}")
        return published
    own = folder / VOCABULARY
    options = {"context_length": text.get("context_length", 77), **text.get("tokenizer_kwargs", {})}
    simple = open_clip.SimpleTokenizer(str(own), **options) if own.is_file() else open_clip.SimpleTokenizer(**options)
    size = text.get("vocab_size", CLIP_VOCABULARY)
    if simple.vocab_size != size:
        raise EncoderError(
            f"The vocabulary of {name} has {simple.vocab_size} tokens, the text tower {size}. "
            f"Put the checkpoint's own {VOCABULARY} into the folder."
        )
    return simple  # type: ignore[no-any-return]


def words(folder: Path) -> frozenset[str]:
    """The words that the model was trained on, one a line, case folded; empty without such a list."""
    path = folder / WORDS
    if not path.is_file():
        return frozenset()
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(line.split()[0].casefold() for line in lines if line.strip())


@contextmanager
def explained(name: str) -> Iterator[None]:
    """open_clip, torch and safetensors fail in many ways on a wrong file; each becomes one error."""
    try:
        yield
    except ImportError as error:
        raise EncoderError(f"{name} needs the package {error.name}. Install it with pip and try again.") from error
    except (
        AssertionError,
        AttributeError,
        EOFError,
        KeyError,
        OSError,
        RuntimeError,
        TypeError,
        ValueError,
        pickle.UnpicklingError,
        safetensors.SafetensorError,
    ) as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        raise EncoderError(
            f"{name} cannot be loaded ({first}). Check that the file is complete and that the "
            "architecture is the one it was made for."
        ) from error
