"""A published model with its tokenizer: from this machine, else from the network, else one clear error within seconds.

Left alone, a download without network retries for minutes. So the folders of this machine are asked first, then the hub once for each
name that a file may have. open_clip is not needed, whose import takes longer than many a download.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import huggingface_hub
from huggingface_hub import constants
from huggingface_hub.errors import EntryNotFoundError

from embedding.published import download, model_files
from embedding.published.download import Remote
from embedding.published.model_files import TOKENIZER_FILES
from errors import EncoderError
from progress import Progress, silent

WAYS_OUT = (
    "Three ways out: connect this machine to the network and try again, bring the files from another one (By hand on Data, or "
    "their path in place of the model's name), or use the built-in model."
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
    names: tuple[str, ...]
    tokenizer: str


def fetch(model: Published, progress: Progress = silent) -> Path:
    """Local path of the weights of a published model, downloaded with its tokenizer when it is not on this machine.

    Args:
        progress: told of the search and of the download, in megabytes.

    Raises:
        EncoderError: what it needs is neither here nor reachable, or damaged, or too large for the disk.
        CancelledError: `progress` stopped the download; what came is used by the next one.
    """
    weights = model_files.weights(model.spec, model.repository, model.names)
    if weights is None:
        weights = _downloaded(model.repository, model.names, model, progress)
    if model.tokenizer and model_files.tokenizer(model.spec, model.tokenizer) is None:
        for file in TOKENIZER_FILES:
            if file == TOKENIZER_FILES[-1] and _lacks(model.tokenizer, file):
                break
            _downloaded(model.tokenizer, [file], model, progress)
    return weights


def _lacks(repository: str, file: str) -> bool:
    """Whether the hub says that it has no such file: newer tokenizers have one fewer."""
    try:
        download.ask(huggingface_hub.hf_hub_url(repository, file))
    except EntryNotFoundError:
        return True
    except Exception:  # noqa: BLE001 - the download that follows says what is wrong
        return False
    return False


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
