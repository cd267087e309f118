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
        batch: float32 [n, 3, h, w], preprocessed images; the first few are used.

    Returns:
        The choice and the tower to use from now on.
    """
    few = batch[:PROBE_IMAGES]
    half = copy.deepcopy(tower).bfloat16()
    exact, exact_s = _timed(tower, few)
    close, close_s = _timed(half, few.bfloat16())
    cosine = float(torch.nn.functional.cosine_similarity(exact.float(), close.float()).min())
    agrees = cosine > AGREEMENT and close_s < exact_s
    choice = Choice(torch.bfloat16 if agrees else torch.float32, cosine, exact_s / close_s)
    return choice, half if agrees else tower


def is_convolutional(tower: torch.nn.Module) -> bool:
    """More than a patch stem is convolution: such a tower gains from channels-last memory."""
    return sum(isinstance(module, torch.nn.Conv2d) for module in tower.modules()) > 1


@torch.inference_mode()
def _timed(tower: torch.nn.Module, batch: torch.Tensor) -> tuple[torch.Tensor, float]:
    """Output, and the best of three wall times in seconds after one warm-up."""
    times = []
    output: torch.Tensor = tower(batch)
    for _ in range(3):
        start = time.perf_counter()
        output = tower(batch)
        if output.is_cuda:
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return output, min(times)
