"""How quick a model is on this machine: its image tower with random weights for a few seconds. Speed does not depend on the weights."""

from __future__ import annotations

import time
from dataclasses import dataclass

import open_clip
import psutil
import torch

from embedding.encoders import hub, precision
from embedding.encoders.clip import BATCH, GPU_BATCH
from embedding.encoders.preprocess import Preprocessing
from errors import EncoderError
from progress import Progress, silent

SECONDS = 5.0
SPARE = 1.5  # of the weights: what must be free beside them


@dataclass(frozen=True)
class Trial:
    """What a trial measured.

    Attributes:
        images_per_s: of the tower alone; decoding comes on top where it does not run beside it.
        memory_mb: the most that the process held, libraries and both towers included.
        precision: number format that was chosen. device: where it ran. threads: of torch.
    """

    images_per_s: float
    memory_mb: float
    precision: str
    device: str
    threads: int


def measure(name: str, parameters: int, *, threads: int = 0, progress: Progress = silent) -> Trial:
    """Run an architecture on random pixels.

    Args:
        name: an architecture of open_clip. parameters: of both its towers, to refuse one that does not fit into memory.
        threads: compute threads of torch; 0 leaves its own choice.
        progress: called with seconds behind and seconds in all.

    Raises:
        EncoderError: it does not fit into memory, or needs a package. CancelledError: `progress` stopped it.
    """
    if threads:
        torch.set_num_threads(threads)
    torch.set_float32_matmul_precision("medium")
    wanted, free = 4 * parameters * SPARE, psutil.virtual_memory().available
    if wanted > free:
        raise EncoderError(
            f"{name} needs about {wanted / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are free. Close what is not needed, or "
            "choose a smaller model."
        )
    progress(0, SECONDS, f"Building {name}")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    with hub.quiet():
        model = open_clip.create_model(name, load_weights=False, pretrained_text=False).eval().requires_grad_(False)
    tower: torch.nn.Module = model.visual.to(device)
    layout = torch.channels_last if precision.is_convolutional(tower) else torch.contiguous_format
    tower = tower.to(memory_format=layout)
    shape = Preprocessing.of(open_clip.get_model_preprocess_cfg(model))
    size = GPU_BATCH if device.type == "cuda" else BATCH
    batch = torch.rand(size, 3, shape.height, shape.width, device=device).contiguous(memory_format=layout)
    choice, tower = precision.choose(tower, batch)
    return _timed(tower, batch.to(choice.dtype), progress)


@torch.inference_mode()
def _timed(tower: torch.nn.Module, batch: torch.Tensor, progress: Progress) -> Trial:
    process, peak, images = psutil.Process(), 0, 0
    start = time.perf_counter()
    while (seconds := time.perf_counter() - start) < SECONDS or not images:
        progress(seconds, SECONDS, "Measuring")
        tower(batch)
        if batch.is_cuda:
            torch.cuda.synchronize()
        images += len(batch)
        peak = max(peak, process.memory_info().rss)
    return Trial(
        images / (time.perf_counter() - start),
        peak / 1e6,
        str(batch.dtype).removeprefix("torch."),
        str(batch.device.type),
        torch.get_num_threads(),
    )
