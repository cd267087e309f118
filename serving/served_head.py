"""A head out of its file, with the encoder that it was trained on: labels of a picture, segments of a video."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from typing_extensions import TypedDict

from embedding.encoders import encoder
from embedding.encoders.external_vectors import PREFIX
from embedding.encoders.interface import Encoder
from embedding.pictures.images import BadImage
from errors import EncoderError, InputError
from labeling.scoring import classifier_file, multilabel
from labeling.scoring.zero_shot import Linear
from progress import Progress, silent
from settings import current
from video.decoding.source import probe
from video.results.document import SegmentsJson, document
from video.segmenting import segments
from video.segmenting.analysis import analyse

LONGEST_S = 3600.0  # of a video


class TooLongError(InputError):
    """A video takes longer than one request may hold up the others."""


# What a picture shows: the path of a class and its score in [0, 1].
Label = TypedDict("Label", {"class": str, "score": float})


class PictureLabels(TypedDict):
    """Labels of a picture.

    Attributes:
        model: name of the head's file.
        labels: the class, or, of a head that gives any number of labels, those whose score reaches their threshold; best first.
        scores: of every class by path, in [0, 1].
    """

    model: str
    labels: list[Label]
    scores: dict[str, float]


@dataclass(frozen=True)
class ServedHead:
    """A head that is ready.

    Attributes:
        name: of its file. classes: paths, in the order of the rows of `linear`.
        thresholds: a score for each class, of a head that gives any number of labels; None for one that chooses a class.
    """

    name: str
    classes: list[str]
    linear: Linear
    encoder: Encoder
    thresholds: tuple[float, ...] | None = None

    def picture(self, path: Path) -> PictureLabels:
        """Labels of an image file.

        Raises:
            BadImage: it is none that is read, too large, or damaged.
        """
        _, vectors = self.encoder.encode_files([path])
        if self.thresholds is None:
            row = self.linear.probabilities(vectors)[0]
            reached = [int(row.argmax())]
        else:
            row = multilabel.scores(self.linear, vectors)[0]
            reached = [k for k in (-row).argsort().tolist() if row[k] >= self.thresholds[k]]
        scores = {name: round(float(score), 6) for name, score in zip(self.classes, row, strict=True)}
        labels: list[Label] = [{"class": self.classes[k], "score": scores[self.classes[k]]} for k in reached]
        return {"model": self.name, "labels": labels, "scores": scores}

    def video(self, path: Path, name: str) -> SegmentsJson:
        """Segments of a video file, as `sceneloop segment` prints them; `name` stands for it in the answer.

        Raises:
            InputError: it is no video that is read, or the head gives any number of labels. TooLongError: it takes too long.
        """
        if self.thresholds is not None:
            raise InputError(
                "This head gives any number of labels, and a segment has one class. Serve a head that chooses one."
            )
        info = probe(path)
        if info.duration_s > LONGEST_S:
            raise TooLongError(
                f"The video takes {info.duration_s:,.0f} s; {LONGEST_S:,.0f} s are the most. Send it in parts."
            )
        analysis = analyse(path, self.encoder.encode_frames)
        return document(name, self.name, analysis, segments.label(analysis, self.linear.probabilities, self.classes))


def load(path: Path, model: str | None = None, progress: Progress = silent) -> ServedHead:
    """A head out of a file that `sceneloop head export` wrote, and its encoder.

    Args:
        path: a .safetensors file.
        model: where the encoder is, if not where the head's card says: NAME/TAG, a folder or a file.

    Raises:
        InputError: it is not a head, or was changed since it was written.
        EncoderError: the encoder cannot be loaded, or is another one than the head was trained on.
    """
    kept = classifier_file.read(path)
    if not classifier_file.sealed(kept):
        raise InputError(f"{path.name} was changed after it was written. Export it again from its workspace.")
    card = kept.card["encoder"]
    spec = model or card.get("spec")
    if not isinstance(spec, str) or spec.startswith(PREFIX):
        raise EncoderError(
            f"{path.name} was trained on vectors of {card['name']}, which is no model. Name one with --model."
        )
    loaded = encoder.load(spec, threads=current().threads, progress=progress)
    if loaded.fingerprint != card["fingerprint"]:
        raise EncoderError(
            f"The model at {spec} is not the one that {path.name} was trained on ({card['name']}). Name that one with --model."
        )
    limits = None
    if not (kept.card.get("facet") or {"exclusive": True})["exclusive"]:
        limits = tuple(float(value) for value in (kept.card.get("thresholds") or {}).get("values", ()))
        if len(limits) != len(kept.linear.classes):
            raise InputError(f"{path.name} lacks thresholds. Export it again from its workspace.")
    classes = [str(entry["name"]) for entry in kept.card["classes"]]
    return ServedHead(path.name, classes, kept.linear, loaded, limits)


__all__ = ["BadImage", "Label", "PictureLabels", "ServedHead", "TooLongError", "load"]
