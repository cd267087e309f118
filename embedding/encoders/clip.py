"""open_clip's models behind the `Encoder` interface."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch

from embedding.encoders import loading, precision
from embedding.encoders.batches import grouped, in_turns, ordered
from embedding.encoders.fingerprint import fingerprint
from embedding.encoders.gpu_reader import GpuReader
from embedding.encoders.interface import Frame, Vectors
from embedding.encoders.loading import Loaded
from embedding.encoders.preprocess import Preprocessing
from embedding.encoders.text import TextEncoder
from embedding.pictures import images
from embedding.pictures.gpu_jpeg import GpuDecoder
from embedding.pictures.images import BadImage
from progress import Progress, silent
from reading import File

BATCH = 16
GPU_BATCH = 128
GPU_LOT = 256  # files that are decoded on a GPU before the model sees them
HAN = re.compile(r"[\u3400-\u9fff]")
WORD = re.compile(r"[\u3400-\u9fff]+|[^\W\d_\u3400-\u9fff]+")

Item = TypeVar("Item")
Result = TypeVar("Result")


def load(spec: str, *, threads: int = 0, device: str | None = None, progress: Progress = silent) -> ClipEncoder:
    """Load a model; as `embedding.encoders.encoder.load`, which also knows encoders without one."""
    if threads:
        torch.set_num_threads(threads)
    torch.set_float32_matmul_precision("medium")
    chosen = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    return ClipEncoder(_lasting(spec), loading.load(spec, progress), chosen)


def _lasting(spec: str) -> str:
    """The same spec as seen from any folder: a workspace remembers it."""
    name, at, file = spec.partition("@")
    if at and not Path(spec).exists():
        return f"{name}@{Path(file).expanduser().resolve()}"
    path = Path(spec).expanduser()
    return str(path.resolve()) if path.exists() and spec != loading.BUILT_IN else spec


def _gpu_reader(device: torch.device, shape: Preprocessing) -> GpuReader | None:
    decoder = GpuDecoder(device)
    return GpuReader(decoder, shape) if device.type == "cuda" and decoder.works() else None


class ClipEncoder:
    """An open_clip model behind the `Encoder` interface."""

    def __init__(self, spec: str, loaded: Loaded, device: torch.device) -> None:
        self.spec = spec
        self.name = loaded.name
        self.demo = loaded.demo
        self.fingerprint = fingerprint(loaded)
        self.preprocessing = loaded.preprocessing
        self.image_size = (loaded.preprocessing.height, loaded.preprocessing.width)
        model = loaded.model.to(device).requires_grad_(False)
        self.logit_scale = float(model.logit_scale.exp().reshape(-1)[0])  # type: ignore[operator]
        self.choice: precision.Choice | None = None
        self._words = loaded.words
        self._han = frozenset(character for word in loaded.words for character in word if HAN.match(character))
        self._device = device
        self.on_gpu = device.type == "cuda"
        self._most = GPU_BATCH if self.on_gpu else BATCH  # images a batch; fewer where they do not fit
        self.gpu = _gpu_reader(device, loaded.preprocessing)
        self._text = TextEncoder(model, loaded.tokenizer, device)
        self._tower: torch.nn.Module = model.visual  # type: ignore[assignment]
        # The text side keeps the model; without this it would keep the float32 tower beside a bfloat16 one.
        model.visual = torch.nn.Identity()
        self._layout = torch.channels_last if precision.is_convolutional(self._tower) else torch.contiguous_format
        self._tower = self._tower.to(memory_format=self._layout)
        self._lock = threading.Lock()
        self.dim = self.encode_text(["a"]).shape[1]

    def fit(self, frame: Frame) -> torch.Tensor:
        """uint8 RGB array [h, w, 3] -> uint8 [3, H, W] of the model's input size."""
        return self.preprocessing.fit_array(frame)

    def encode_fitted(self, fitted: Sequence[torch.Tensor]) -> Vectors:
        """Images that went through `fit` -> float32 [n, d], rows of unit length."""
        return self._encode(fitted)

    def encode_frames(self, frames: Sequence[Frame]) -> Vectors:
        """uint8 RGB arrays [h, w, 3], any sizes -> float32 [n, d], rows of unit length."""
        return self._encode(self._decoded(frames, self.fit))

    def encode_files(
        self, paths: Sequence[File], on_bad: Callable[[BadImage], None] | None = None
    ) -> tuple[list[int], Vectors]:
        """Image files -> positions of the good ones and their vectors, float32 [m, d].

        Raises:
            BadImage: a file is unusable and no `on_bad` was given.
        """
        kept: list[int] = []

        def good() -> Iterator[torch.Tensor]:
            for position, result in enumerate(self._opened(paths)):
                if isinstance(result, BadImage):
                    if on_bad is None:
                        raise result
                    on_bad(result)
                else:
                    kept.append(position)
                    yield result

        vectors = self._encode(good())
        return kept, vectors

    def encode_text(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """float32 [n, d], rows of unit length; each text is computed once. `progress` is told of texts that are computed."""
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        return self._text.encode(texts, progress)

    def unknown_words(self, text: str) -> list[str]:
        """Words that the model never saw in training, where its vocabulary is known; else none."""
        if not self._words:
            return []
        # Chinese is written without spaces: there each character counts, not the run of them. A letter alone is not a word: it stands
        # beside a number (3d), behind an apostrophe (cat's), or somebody is still typing.
        runs = [run for run in WORD.findall(text.casefold()) if len(run) > 1 or HAN.match(run)]
        words = [word for run in runs for word in (run if HAN.match(run) else [run])]
        return [word for word in dict.fromkeys(words) if word not in self._words and word not in self._han]

    def _encode(self, fitted: Iterable[torch.Tensor]) -> Vectors:
        rows = [part for group in grouped(fitted, self._most) for part in self._batch(group)]
        return np.concatenate(rows) if rows else np.empty((0, self.dim), dtype=np.float32)

    def _batch(self, group: list[torch.Tensor]) -> list[Vectors]:
        """Vectors of a group in batches; of half the size from now on where one does not fit into the GPU's memory."""
        rows: list[Vectors] = []
        while group:
            batch = group[: self._most]
            try:
                rows.append(self._forward(torch.stack([one.to(self._device, non_blocking=True) for one in batch])))
            except torch.OutOfMemoryError:
                if len(batch) == 1:
                    raise
                if self.on_gpu:
                    torch.cuda.empty_cache()
                self._most = len(batch) // 2
            else:
                group = group[len(batch) :]
        return rows

    @torch.inference_mode()
    def _forward(self, batch: torch.Tensor) -> Vectors:
        with self._lock:
            if self.choice is None and len(batch) >= precision.PROBE_IMAGES:
                probe = self.preprocessing.normalize(batch, torch.float32).contiguous(memory_format=self._layout)
                self.choice, self._tower = precision.choose(self._tower, probe)
            tower, dtype = self._tower, self.choice.dtype if self.choice else torch.float32
        x = self.preprocessing.normalize(batch, dtype).contiguous(memory_format=self._layout)
        features = torch.nn.functional.normalize(tower(x).float(), dim=-1)
        return features.cpu().numpy()

    def _opened(self, paths: Sequence[File]) -> Iterator[torch.Tensor | BadImage]:
        """Each file's picture at the model's size, or what is wrong with it."""
        if self.gpu is None:
            yield from self._decoded(paths, self._open)
            return
        lots = ordered(grouped(paths, GPU_LOT), self.gpu.fitted, workers=1, ahead=2)  # the next one beside the model
        yield from (picture for lot in lots for picture in lot)

    def _open(self, path: File) -> torch.Tensor | BadImage:
        try:
            return self.fit(images.read(path, images.decoded_side(self.image_size)).pixels)
        except BadImage as error:
            return error

    def _decoded(self, items: Sequence[Item], work: Callable[[Item], Result]) -> Iterator[Result]:
        """A GPU wants preparing to run ahead; on a CPU model and decoder would only fight for the cores."""
        if self.on_gpu:
            return ordered(items, work, os.cpu_count() or 1, ahead=4 * GPU_BATCH)
        return in_turns(items, work, torch.get_num_threads(), BATCH)
