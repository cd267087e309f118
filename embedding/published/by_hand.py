"""Files of a published model that somebody brings: what to fetch from where, and a look at each before it is taken in."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import BinaryIO

import safetensors
from huggingface_hub import constants

import files
from embedding.published import model_files
from embedding.published.catalogue import Offer
from errors import InputError, StoreError

SAME = 0.003  # share of parameters by which files of one architecture differ: constant buffers are kept or left out


def page(offer: Offer) -> str:
    """Address of a model's page at the hub."""
    return f"{constants.ENDPOINT}/{offer.repository}"


def instruction(offer: Offer) -> str:
    """What to do on a machine without a network."""
    names = " and ".join([", ".join(offer.files[:-1]), offer.files[-1]]) if len(offer.files) > 1 else offer.files[0]
    many = "them" if len(offer.files) > 1 else "it"
    return (
        f"On a computer with a network fetch {names} from {page(offer)}/tree/main, and put {many} into "
        f"{model_files.folder(offer.spec)} on the computer that runs the app, or drop {many} here."
    )


def take(offer: Offer, name: str, content: BinaryIO) -> Path:
    """Put a file of a model into its folder, under the name that it has there.

    Args:
        offer: the model.
        name: of the file as it comes; a browser may have added to it, as in `open_clip_model (1).safetensors`.
        content: its bytes.

    Raises:
        InputError: it is none of the model's files, or damaged. StoreError: the disk refuses. Nothing is kept of it.
    """
    target = model_files.folder(offer.spec) / _own_name(offer, name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with files.replacing(target) as part:
            with part.open("wb") as file:
                shutil.copyfileobj(content, file, 2**20)
            _look(offer, part, name)
    except OSError as error:
        raise StoreError(
            f"{target.parent} cannot be written ({error.strerror}). {files.remedy(error)}, then drop the file again."
        ) from error
    return target


def _own_name(offer: Offer, name: str) -> str:
    if name.endswith(".safetensors"):
        return offer.files[0]
    if name in offer.files:
        return name
    raise InputError(
        f"{name} is not a file of {offer.title}. It takes {', '.join(offer.files)}; weights in another format may hold code and are "
        "not taken here."
    )


def _look(offer: Offer, part: Path, name: str) -> None:
    """Refuse what cannot be this model's file. The weights are compared in full when the model is loaded."""
    try:
        if not name.endswith(".safetensors"):
            json.loads(part.read_text(encoding="utf-8"))
            return
        with safetensors.safe_open(part, framework="numpy") as file:
            shapes = [file.get_slice(key).get_shape() for key in file.keys()]  # noqa: SIM118 - not a dict, and not iterable
    except (ValueError, safetensors.SafetensorError) as error:
        raise InputError(f"{name} is damaged or was not copied whole ({error}). Fetch it again.") from error
    parameters = sum(math.prod(shape) for shape in shapes)
    if abs(parameters - offer.parameters) > SAME * offer.parameters:
        raise InputError(
            f"{name} holds {parameters / 1e6:,.1f} million numbers, and {offer.title} has {offer.parameters / 1e6:,.1f} million: it "
            f"belongs to another model. Take the file from {page(offer)}."
        )
