"""Any audio model in an ONNX file behind the `SoundEncoder` interface: its vectors are what its last layer takes.

The model gets log-mel patches `[n, frames, bands]` (with a channel of one anywhere beside n) or the sound itself, `[n]` or `[1, n]`.
Quantised inputs and outputs are converted by the scales in the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

import reading
from embedding.sound.front_ends import VGGISH, YAMNET, FrontEnd
from embedding.sound.onnx_graph import Graph, read
from embedding.sound.sound_encoder import Samples, SoundFeatures, Vectors, audible
from errors import EncoderError

FRONT_ENDS = {front.name: front for front in (YAMNET, VGGISH)}
BATCH = 32


def named_front_end(spec: str) -> FrontEnd:
    """The front end that a file's name speaks of.

    Raises:
        EncoderError: it speaks of none.
    """
    name = Path(spec).name.lower()
    for key, front in FRONT_ENDS.items():
        if key in name:
            return front
    raise EncoderError(
        f"Nothing in the name {name!r} says which sound the model takes. Write yamnet:{spec} or vggish:{spec}."
    )


def load(path: Path, front: FrontEnd) -> OnnxSound:
    """Load an audio model with its front end.

    Raises:
        EncoderError: the extra `onnx` is not installed, the file cannot be read, or it takes something else.
    """
    try:
        size = reading.size(path)
    except OSError as error:
        raise EncoderError(
            f"{path} cannot be read ({error.strerror or error}). Give the path of an ONNX file."
        ) from error
    if not size:
        raise EncoderError(f"{path.name} is empty (0 bytes). Copy it again from where it came from.")
    return OnnxSound(path, front, read(path))


class OnnxSound:
    """An audio model with its front end."""

    def __init__(self, path: Path, front: FrontEnd, graph: Graph) -> None:
        self.name, self.spec = path.stem, f"{front.name}:{path}"
        self.rate, self.hop_s, self.window_s = front.mel.rate, front.hop_s, front.window_s
        self.card: Mapping[str, str | int | float] = {**front.card, "model": path.name, "layer": graph.layer}
        self._front, self._graph = front, graph
        digest = hashlib.sha256(json.dumps(front.card, sort_keys=True).encode())
        digest.update(f"{graph.layer}\0{graph.digest}".encode())
        self.fingerprint = digest.hexdigest()
        self._shape = _patch_shape(path, front, graph)
        self.dim = self._run(np.zeros((1, front.frames, front.mel.bands), np.float32)).shape[1]

    def encode(self, samples: Samples) -> SoundFeatures:
        """Mono sound float32 [n] -> vectors float32 [t, d] and times float64 [t]."""
        front = self._front
        heard = audible(samples, front.mel.samples(front.frames), front.hop * front.mel.step)
        patches = front.patches(samples)[heard]
        parts = [self._run(patches[k : k + BATCH]) for k in range(0, len(patches), BATCH)]
        vectors = np.concatenate(parts) if parts else np.empty((0, self.dim), np.float32)
        times = np.flatnonzero(heard) * self.hop_s + min(self.window_s, len(samples) / self.rate) / 2
        return SoundFeatures(vectors, np.asarray(times, np.float64))

    def _run(self, patches: Vectors) -> Vectors:
        """Vectors float32 [n, d] of patches float32 [n, frames, bands]."""
        batch = self._graph.input_shape[0]
        step = batch if isinstance(batch, int) and batch > 0 else len(patches)
        out = []
        for k in range(0, len(patches), step):
            part = patches[k : k + step]
            full = np.concatenate([part, np.repeat(part[-1:], step - len(part), axis=0)])
            rows = self._graph.run(full.reshape(len(full), *self._shape))
            out.append(rows.reshape(len(full), -1)[: len(part)])
        return np.concatenate(out)


def _patch_shape(path: Path, front: FrontEnd, graph: Graph) -> tuple[int, ...]:
    """Shape of one patch as the model takes it: frames by bands, with a channel of one before or behind where there is one."""
    plain = (front.frames, front.mel.bands)
    given = graph.input_shape[1:]
    for shape in (plain, (1, *plain), (*plain, 1)):
        if len(shape) == len(given) and all(
            not isinstance(b, int) or a == b for a, b in zip(shape, given, strict=True)
        ):
            return shape
    raise EncoderError(
        f"{path.name} takes {list(graph.input_shape)}, and the front end {front.name} gives patches of {list(plain)}. "
        "Give a model with that input, or name another front end."
    )
