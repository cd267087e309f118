"""What an audio model calls the sounds that it knows, and how likely each is by the vectors that its last layer takes.

The names come with the model: in its file (`classes`, `labels` or `names`), or in a list beside it, such as the `yamnet_class_map.csv` of YAMNet.
Nothing is named where there is none; log-mel statistics know no sounds at all.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embedding.sound import onnx_graph, onnx_sound, sound_encoder
from embedding.sound.onnx_graph import Classifier
from embedding.sound.sound_encoder import LOG_MEL
from errors import EncoderError

Floats = npt.NDArray[np.float32]
KEYS = ("classes", "labels", "names")  # of the metadata of a file
COLUMNS = ("display_name", "name", "class", "label")
LISTS = ("classes.txt", "labels.txt", "class.txt")
ARTICLES = re.compile(r"^(?:the sound of |sound of |sounds of )?(?:an? |the |some )?")


@dataclass(frozen=True)
class SoundNames:
    """The classes of an audio model, by name. names: k of them, in the order of the classifier."""

    names: tuple[str, ...]
    classifier: Classifier

    def logits(self, rows: Floats, columns: Sequence[int]) -> Floats:
        """Log-odds float32 [t, j] of some of the classes in each window. rows: float32 [t, d] of the model's encoder."""
        return self.classifier.logits(rows)[:, list(columns)]


def read(spec: str) -> SoundNames:
    """The classes of the model that an encoder of sound comes from. spec: as in `sound_encoder.load`.

    Raises:
        EncoderError: the encoder names no sounds, with the reason and what to do.
    """
    if spec == LOG_MEL:
        raise EncoderError(
            "Log-mel statistics cannot name a sound. Give an audio model that brings the names of its classes: "
            "`sceneloop videos add --sound yamnet:FILE`, with its class map beside it."
        )
    kind, colon, given = spec.partition(":")
    path = Path(given if colon and kind in onnx_sound.FRONT_ENDS else spec)
    classifier = onnx_graph.read_classifier(path, sound_encoder.load(spec).dim)
    if classifier is None:
        raise EncoderError(f"{path.name} ends with its vectors and has no classes, so it cannot name a sound.")
    names = _in_file(classifier.given)
    source = path
    if not names:
        source, names = _beside(path)
    if not names:
        raise EncoderError(
            f"{path.name} does not say what its {len(classifier.bias)} sounds are called. Put its class map beside it: "
            f"{path.stem}.csv with a column `display_name`, or {path.stem}.txt with one name a line."
        )
    if len(names) != len(classifier.bias):
        raise EncoderError(
            f"{source.name} names {len(names)} sounds, and {path.name} tells {len(classifier.bias)} apart. Give the list of this model."
        )
    return SoundNames(tuple(names), classifier)


def list_files(path: Path) -> list[Path]:
    """The lists of names beside a model that there are, the one that is read first."""
    own = [path.with_suffix(".csv"), path.with_suffix(".txt")]
    maps = sorted(path.parent.glob("*class_map*.csv"))
    return [each for each in [*own, *maps, *(path.parent / name for name in LISTS)] if each.is_file()]


def matching(words: Iterable[str], names: Sequence[str]) -> list[int]:
    """Which names some words stand for: a word equals a name, or one of the parts of it between commas, whatever its number and article."""
    wanted = {plain(word) for word in words} - {""}
    return [k for k, name in enumerate(names) if wanted & {plain(part) for part in (name, *name.split(","))}]


def plain(word: str) -> str:
    """A word as it is compared: small, without article, each of its words in the singular."""
    text = ARTICLES.sub("", " ".join(re.sub(r"[_\-/()]", " ", word).casefold().split()))
    return " ".join(_singular(part) for part in text.replace(",", " ").split())


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _in_file(given: Mapping[str, str]) -> list[str]:
    """Names that a file keeps: a list or an object of numbers and names in JSON, or one a line."""
    text = next((given[key] for key in KEYS if given.get(key, "").strip()), "")
    try:
        content = json.loads(text)
    except ValueError:
        return [line.strip() for line in text.splitlines() if line.strip()]
    if isinstance(content, dict):
        numbered = {int(key): str(value) for key, value in content.items() if str(key).isdigit()}
        return [numbered[key] for key in sorted(numbered)]
    return [str(name) for name in content] if isinstance(content, list) else []


def _beside(path: Path) -> tuple[Path, list[str]]:
    """(the list beside a model, the names in it); no names where there is no list."""
    for each in list_files(path):
        try:
            text = each.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise EncoderError(f"The list of sounds {each} cannot be read ({error}). Give it as UTF-8.") from error
        names = _of_csv(text) if each.suffix == ".csv" else [line.strip() for line in text.splitlines() if line.strip()]
        if names:
            return each, names
    return path, []


def _of_csv(text: str) -> list[str]:
    rows = list(csv.DictReader(text.splitlines()))
    column = next((name for name in COLUMNS if rows and name in rows[0]), None)
    return [] if column is None else [str(row[column] or "").strip() for row in rows]
