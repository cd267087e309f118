"""Published weights: from the hub's cache, else from the network, else one clear error within seconds.

Left alone, a download without network retries for minutes. So the cache is asked first, then the hub once for each name
that the weights may have.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import huggingface_hub
import open_clip
import tqdm
from huggingface_hub import constants
from huggingface_hub.errors import EntryNotFoundError

from errors import CancelledError, EncoderError
from progress import Progress, silent

if TYPE_CHECKING:
    Base = tqdm.tqdm[NoReturn]  # generic in its stubs alone
else:
    Base = tqdm.tqdm

PROBE_SECONDS = 5.0
WEIGHT_FILES = (
    "open_clip_model.safetensors",
    "open_clip_pytorch_model.safetensors",
    "open_clip_pytorch_model.bin",
)
WAYS_OUT = (
    "Three ways out: connect this machine to the network and try again, give the path of a local file or folder as "
    "the model, or use the built-in model."
)


def fetch(name: str, tag: str, progress: Progress = silent) -> Path:
    """Local path of a published checkpoint, downloaded when it is not cached.

    Args:
        progress: told of the search and of the download; its amounts stay 0, as what comes after is counted in other units.

    Raises:
        EncoderError: the tag is unknown, or the weights are neither cached nor reachable.
        CancelledError: `progress` stopped the download; what came is used by the next one.
    """
    shown, config = f"{name}/{tag}", tag_config(name, tag)
    repository, files = _published(config)
    if (cached := _cached(repository, files)) is not None:
        return cached
    if constants.is_offline_mode():
        raise EncoderError(f"The weights of {shown} are not on this machine, and HF_HUB_OFFLINE is set. {WAYS_OUT}")
    progress(0, 0, f"Looking for {shown} at {urlsplit(constants.ENDPOINT).netloc}")
    file = _first(repository, files, shown)
    try:
        return Path(huggingface_hub.hf_hub_download(repository, file, tqdm_class=_bar(progress, shown)))
    except CancelledError as error:
        raise CancelledError("Stopped during the download. The encoder was not changed.") from error
    except Exception as error:  # the hub's client raises errors of the network without a common base
        raise EncoderError(f"The download of {shown} failed ({_short(error)}). {WAYS_OUT}") from error


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


def _published(config: dict[str, Any]) -> tuple[str, list[str]]:
    """Repository of a checkpoint, and the names that its file may have there, the safest format first."""
    repository, _, file = str(config["hf_hub"]).rpartition("/")
    return repository, [str(Path(file).with_suffix(".safetensors")), file] if file else list(WEIGHT_FILES)


def _cached(repository: str, files: list[str]) -> Path | None:
    for file in files:
        location = huggingface_hub.try_to_load_from_cache(repository, file)
        if isinstance(location, str):
            return Path(location)
    return None


def _first(repository: str, files: list[str], shown: str) -> str:
    """The first of `files` that the hub has.

    Raises:
        EncoderError: it has none of them, or does not answer within seconds.
    """
    for file in files:
        try:
            _ask(huggingface_hub.hf_hub_url(repository, file))
            return file
        except EntryNotFoundError:
            continue
        except Exception as error:  # as in `fetch`
            raise EncoderError(
                f"The weights of {shown} are not on this machine and cannot be reached ({_short(error)}). {WAYS_OUT}"
            ) from error
    raise EncoderError(f"{repository} has no weights under a name that open_clip knows. {WAYS_OUT}")


def _ask(address: str) -> None:
    """Ask the hub for a file's size and version, once, within `PROBE_SECONDS`.

    Raises:
        TimeoutError: no answer. Exception: what the hub's client raises.
    """
    failed: list[Exception] = []

    def ask() -> None:
        try:
            huggingface_hub.get_hf_file_metadata(address, timeout=PROBE_SECONDS)
        except Exception as error:  # noqa: BLE001 - carried over to the caller's thread
            failed.append(error)

    # A name lookup has no timeout of its own, so the clock is kept outside; a daemon does not hold up the exit.
    probe = threading.Thread(target=ask, daemon=True)
    probe.start()
    probe.join(PROBE_SECONDS + 1)
    if probe.is_alive():
        raise TimeoutError(f"no answer within {PROBE_SECONDS:.0f} seconds")
    if failed:
        raise failed[0]


def _bar(progress: Progress, shown: str) -> type[Base]:
    """The hub's progress bar, which draws nothing and reports to `progress`."""

    class Bar(Base):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **{**options, "disable": True})
            self.total, self.n = options.get("total"), options.get("initial", 0)

        def update(self, n: float | None = 1) -> bool:
            self.n += n or 0
            size = f" of {self.total / 1e6:,.0f}" if self.total else ""
            progress(0, 0, f"Downloading {shown}, {self.n / 1e6:,.0f}{size} MB")
            return False

    return Bar


def _short(error: BaseException) -> str:
    return str(error).strip().splitlines()[0][:160] if str(error).strip() else type(error).__name__
