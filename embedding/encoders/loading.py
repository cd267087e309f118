"""From a model's name or path to a model with its own preprocessing and tokenizer, or one clear error.

built-in              the small demonstration model of this project
NAME/TAG              a published open_clip checkpoint
FOLDER                weights and open_clip_config.json
FILE                  weights beside an open_clip_config.json
NAME@FILE             weights of a registered architecture whose published checkpoints share one preprocessing
NAME/TAG@FILE         the same, with the preprocessing and activation of that tag
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import open_clip
import torch

from embedding.encoders import checkpoint, hub
from embedding.encoders.checkpoint import CONFIG, WEIGHT_SUFFIXES
from embedding.encoders.preprocess import Preprocessing
from embedding.encoders.text import Tokenizer
from embedding.published import model_files
from errors import EncoderError
from progress import Progress, silent
from settings import ROOT

BUILT_IN = "built-in"
BUILT_IN_FOLDER = ROOT / "sample_data" / "model"
PREPROCESS_KEYS = ("size", "mean", "std", "interpolation", "resize_mode", "fill_color")


@dataclass(frozen=True)
class Loaded:
    """A model in float32 on the CPU and everything that decides its vectors.

    Attributes:
        model: open_clip's model, in evaluation mode.
        tokenizer: texts -> int64 [n, context].
        preprocessing: the checkpoint's own.
        name: short name, the same on every machine.
        architecture: open_clip's configuration of the towers.
        words: the words that the model was trained on, or empty when that is not known.
        demo: it is the demonstration model.
    """

    model: torch.nn.Module
    tokenizer: Tokenizer
    preprocessing: Preprocessing
    name: str
    architecture: dict[str, Any]
    words: frozenset[str] = field(default_factory=frozenset)
    demo: bool = False


def load(spec: str, progress: Progress = silent) -> Loaded:
    """Load the model that a spec names.

    Args:
        progress: told of a download.

    Raises:
        EncoderError: it cannot be loaded; the message says what to do.
        CancelledError: `progress` stopped a download.
    """
    if spec == BUILT_IN:
        if not (BUILT_IN_FOLDER / CONFIG).is_file():
            raise EncoderError("The built-in model is missing from this installation. Install the project again.")
        return _from_folder(BUILT_IN_FOLDER, None, name=BUILT_IN)
    architecture, at, file = spec.partition("@")
    if at and not Path(spec).exists():
        return _from_architecture(architecture, _existing(file))
    path = Path(spec).expanduser()
    if path.is_dir():
        return _from_folder(path.resolve(), None, name=path.resolve().name)
    if path.is_file():
        return _from_bare_file(path.resolve())
    name, slash, tag = spec.partition("/")
    if slash and tag and name in open_clip.list_models():
        return _from_tag(name, tag, progress)
    raise EncoderError(
        f"There is no model {spec!r}: not a file or folder on this machine, and not an open_clip NAME/TAG. "
        "Use built-in, NAME/TAG (for example ViT-B-32/laion2b_s34b_b79k), or the path of a folder or file."
    )


def _existing(file: str) -> Path:
    path = Path(file).expanduser().resolve()
    if not path.is_file():
        raise EncoderError(f"There is no weights file {file}. Check the path behind the @.")
    return path


def _from_tag(name: str, tag: str, progress: Progress) -> Loaded:
    config = hub.tag_config(name, tag)

    def report(done: float, total: float, message: str = "", losses: Sequence[float] = (), /) -> None:
        """Megabytes are in the sentence: what comes after the download is counted in other units."""
        size = f" of {total:,.0f}" if total else ""
        progress(0, 0, f"{message}, {done:,.0f}{size} MB" if done else message, losses)

    weights = hub.fetch(name, tag, report)
    needed = hub.published(name, tag).tokenizer
    tokenizer = model_files.tokenizer(f"{name}/{tag}", needed) if needed else None
    return _registered(name, config, weights, f"{name}/{tag}", tokenizer)


def _from_architecture(architecture: str, file: Path) -> Loaded:
    name, _, tag = architecture.partition("/")
    if name not in open_clip.list_models():
        raise EncoderError(f"open_clip has no architecture named {name!r}. Put a name it knows before the @.")
    config = hub.tag_config(name, tag) if tag else _shared_config(name)
    return _registered(name, config, file, f"{architecture}@{file.name}")


def _shared_config(name: str) -> dict[str, Any]:
    """The preprocessing and activation that all published checkpoints of an architecture agree on."""
    tags = open_clip.list_pretrained_tags_by_model(name)
    configs = [open_clip.get_pretrained_cfg(name, tag) for tag in tags]
    deciding = {json.dumps({key: c.get(key) for key in (*PREPROCESS_KEYS, "quick_gelu")}) for c in configs}
    if len(deciding) == 1:
        return dict(configs[0])
    why = f"its checkpoints {', '.join(tags)} were trained with different settings" if tags else "none is published"
    raise EncoderError(
        f"How images must be prepared for weights of {name} is not known: {why}. "
        f"Write {name}/TAG@FILE, or put the checkpoint's {CONFIG} beside the file and give the path alone."
    )


def _from_bare_file(file: Path) -> Loaded:
    if file.suffix not in WEIGHT_SUFFIXES:
        raise EncoderError(f"{file.name} is not a weights file. Give a {' or '.join(WEIGHT_SUFFIXES)} file.")
    if not (file.parent / CONFIG).is_file():
        raise EncoderError(
            f"{file.name} does not say which architecture and preprocessing it needs. "
            f"Put its {CONFIG} beside it, or write NAME@{file.name} with the open_clip architecture's name."
        )
    return _from_folder(file.parent, file, name=f"{file.parent.name}/{file.name}")


def _from_folder(folder: Path, weights: Path | None, name: str) -> Loaded:
    config = checkpoint.config(folder)
    weights = weights or checkpoint.weights_file(folder)
    with checkpoint.explained(name), hub.quiet():
        model = open_clip.create_model(f"local-dir:{folder}", load_weights=False, pretrained_text=False)
        checkpoint.load_weights(model, weights, name)
        tokenizer = checkpoint.tokenizer(folder, config["model_cfg"], name)
    preprocessing = Preprocessing.of(open_clip.get_model_preprocess_cfg(model))
    return Loaded(
        model.eval(),
        tokenizer,
        preprocessing,
        name,
        config["model_cfg"],
        checkpoint.words(folder),
        folder == BUILT_IN_FOLDER,
    )


def _registered(
    name: str, config: dict[str, Any], weights: Path, shown: str, tokenizer_at: Path | None = None
) -> Loaded:
    own = {key: config[key] for key in PREPROCESS_KEYS if config.get(key) is not None and key != "size"}
    quick = bool(config.get("quick_gelu"))
    with checkpoint.explained(shown), hub.quiet():
        # Without `force_quick_gelu` open_clip only warns when a tag was trained with the other activation.
        model = open_clip.create_model(
            name, load_weights=False, pretrained_text=False, force_quick_gelu=quick, force_preprocess_cfg=own
        )
        checkpoint.load_weights(model, weights, shown)
        tokenizer = open_clip.get_tokenizer(name) if tokenizer_at is None else _tokenizer_of(name, tokenizer_at)
    architecture = {**open_clip.get_model_config(name), "quick_gelu": quick}
    preprocessing = Preprocessing.of(open_clip.get_model_preprocess_cfg(model))
    return Loaded(model.eval(), tokenizer, preprocessing, shown, architecture)


def _tokenizer_of(name: str, folder: Path) -> Tokenizer:
    """The tokenizer of an architecture from files on this machine; open_clip would ask the network for it."""
    text = open_clip.get_model_config(name)["text_cfg"]
    options = {"context_length": text.get("context_length", 77), **text.get("tokenizer_kwargs", {})}
    read: Tokenizer = open_clip.tokenizer.HFTokenizer(str(folder), **options)
    return read
