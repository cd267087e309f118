"""The image tower's number format: bfloat16 where it agrees with float32 and is faster, else float32.

"medium" lets float32 products use the CPU's bfloat16-assisted or oneDNN kernels (twice as fast on a ViT on
some processors, error 4e-7); float16 is never used on a CPU.
"""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass

import torch

AGREEMENT = 0.999
PROBE_IMAGES = 4
ROUNDS = 3
# Hardware that multiplies bfloat16 itself is believed unless the clock clearly says otherwise (the clock of a busy
# machine says many things); emulation has to prove itself.
SLOWER_ALLOWED, FASTER_DEMANDED = 1.25, 0.9


@dataclass(frozen=True)
class Choice:
    """What the comparison found.

    Attributes:
        dtype: the format to use.
        cosine: lowest cosine between the two formats over the probed images.
        speedup: float32 time over bfloat16 time.
    """

    dtype: torch.dtype
    cosine: float
    speedup: float


def choose(tower: torch.nn.Module, batch: torch.Tensor) -> tuple[Choice, torch.nn.Module]:
    """Compare both formats on a few real images.

    Args:
        tower: image tower in float32, on the device of `batch`.
        batch: float32 [n, 3, h, w], preprocessed images, a batch as it will come.

    Returns:
        The choice and the tower to use from now on.
    """
    half = copy.deepcopy(tower).bfloat16()
    close_batch = batch.bfloat16()
    exact, close = _output(tower, batch), _output(half, close_batch)
    cosine = float(torch.nn.functional.cosine_similarity(exact.float(), close.float()).min())
    # Turn by turn, the best of each: other work on the machine disturbs both alike.
    times = [(_seconds(tower, batch), _seconds(half, close_batch)) for _ in range(ROUNDS)]
    exact_s, close_s = (min(side) for side in zip(*times, strict=True))
    limit = SLOWER_ALLOWED if is_native(batch.device) else FASTER_DEMANDED
    agrees = cosine > AGREEMENT and close_s < limit * exact_s
    choice = Choice(torch.bfloat16 if agrees else torch.float32, cosine, exact_s / close_s)
    return choice, half if agrees else tower


def is_native(device: torch.device) -> bool:
    """Whether the processor multiplies bfloat16 in hardware."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def is_convolutional(tower: torch.nn.Module) -> bool:
    """More than a patch stem is convolution: such a tower gains from channels-last memory."""
    return sum(isinstance(module, torch.nn.Conv2d) for module in tower.modules()) > 1


def _seconds(tower: torch.nn.Module, batch: torch.Tensor) -> float:
    start = time.perf_counter()
    _output(tower, batch)
    if batch.is_cuda:
        torch.cuda.synchronize()
    return time.perf_counter() - start


@torch.inference_mode()
def _output(tower: torch.nn.Module, batch: torch.Tensor) -> torch.Tensor:
    output: torch.Tensor = tower(batch)
    return output
