"""Vectors of prompts, kept on disk beside the index: what ranks or trains by prompts seen before needs no model in memory.

A model of the usual size takes seconds to load and gigabytes to hold, and a job or a command is a process of its own.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embedding.encoders.interface import Encoder
from errors import EncoderError
from labeling.scoring import zero_shot
from labeling.snapshot import array_files
from progress import Progress, silent

KEPT = 1000  # texts beside those of the largest request: a few megabytes, written anew when one is missing

Floats = npt.NDArray[np.float32]


class Texts:
    """The text side of an encoder.

    Another process may write the file meanwhile: the last one stands, and the texts that it lacks are computed again.
    """

    def __init__(self, path: Path, fingerprint: str, encoder: Callable[[], Encoder]) -> None:
        """Read what is kept, if it came from the encoder of this fingerprint; `encoder` is asked when a text is missing."""
        self._path, self._fingerprint, self._encoder = path, fingerprint, encoder
        self._lock = threading.Lock()
        self._known: dict[str, Floats] = {}
        self._scale: float | None = None
        kept = array_files.read(path, "fingerprint", "scale", "texts", "vectors")
        if kept is not None and str(kept[0]) == fingerprint:
            self._scale = float(kept[1])
            self._known = dict(zip(json.loads(kept[2].tobytes()), kept[3], strict=True))

    def class_vectors(self, prompts: Sequence[Sequence[str]], progress: Progress = silent) -> Floats:
        """One unit row a class, float32 [k, d], from the prompts of each; those that are new are computed together.

        Raises:
            EncoderError: as `encode`.
        """
        flat = self.encode([text for own in prompts for text in own], progress)
        return zero_shot.class_vectors(np.split(flat, np.cumsum([len(own) for own in prompts])[:-1]))

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Floats:
        """Unit rows float32 [n, d] of at least one text; `progress` is told of those that are computed.

        Raises:
            EncoderError: a text is new and the encoder cannot be loaded, is another one by now, or has no text side.
        """
        with self._lock:
            known = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known |= dict(zip(missing, self._loaded().encode_text(missing, progress), strict=True))
            self._keep(known)
        return np.stack([known[text] for text in texts])

    @property
    def logit_scale(self) -> float:
        """The encoder's factor on cosines, as `Encoder.logit_scale`.

        Raises:
            EncoderError: as `encode`.
        """
        return self._scale if self._scale is not None else float(self._loaded().logit_scale)

    def _loaded(self) -> Encoder:
        """The encoder, if it is still the one whose texts are kept here."""
        encoder = self._encoder()
        if encoder.fingerprint != self._fingerprint:
            raise EncoderError(
                "The workspace was changed to another encoder meanwhile. Reload the page, or run it again."
            )
        return encoder

    def _keep(self, newest: dict[str, Floats]) -> None:
        """Remember texts and write them down, the oldest left out."""
        scale = self.logit_scale
        with self._lock:
            others = {text: vector for text, vector in self._known.items() if text not in newest}
            # One text more, asked for by itself, pushes none of ten thousand prompts out.
            room = max(len(newest) + KEPT, len(self._known))
            self._known = dict(list({**others, **newest}.items())[-room:])
            self._scale = scale
            with suppress(OSError):  # a cache: without its file the texts are only computed again next time
                array_files.write(
                    self._path,
                    fingerprint=np.array(self._fingerprint),
                    scale=np.array(scale),
                    texts=np.frombuffer(json.dumps(list(self._known)).encode(), np.uint8),
                    vectors=np.stack(list(self._known.values())),
                )
