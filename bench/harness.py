"""What every benchmark shares: its options, the clock, the machine."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from errors import InputError

SCENE3_PROMPTS = Path(__file__).with_name("scene3_prompts.yaml")
"""Categories and prompts for the images of `scene3`."""

Figures = dict[str, float | int | str | None]


@dataclass(frozen=True)
class Options:
    """How a benchmark runs.

    Attributes:
        quick: smaller sizes, for a smoke test.
        long: also the parts that take more than two minutes.
        data: folder of real material (`scene3`, `video`, ...), or None.
        threads: compute threads, set explicitly.
        sound: an audio model to measure beside the default, as `embedding.sound.sound_encoder.load` takes it; "" for none.
        rows: size of a workspace, where a benchmark takes one; 0 for its own.
        device: where a benchmark that can runs its model, `cpu` or `cuda`.
        counts: how many inputs of a kind `fuzz` makes, by kind; what is not named has its usual number.
    """

    quick: bool = False
    long: bool = False
    data: Path | None = None
    threads: int = 2
    sound: str = ""
    rows: int = 0
    device: str = "cpu"
    counts: Mapping[str, int] = field(default_factory=dict)

    def need(self, relative: str) -> Path:
        """Path below the data folder.

        Raises:
            InputError: no data folder was given, or it lacks that path.
        """
        if self.data is None or not (self.data / relative).exists():
            raise InputError(f"This benchmark needs {relative}. Give the folder that holds it with --data DIR.")
        return self.data / relative


def median_seconds(call: Callable[[], object], repeats: int = 5, warmup: int = 1) -> float:
    """Median wall time of a call, in seconds, after `warmup` unmeasured calls."""
    for _ in range(warmup):
        call()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def machine(threads: int) -> dict[str, str | int]:
    """The machine in words, so that a figure can be read later."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        ]
        model = f"{names[0]} x{len(names)}" if names else model
    return {"processor": model, "threads": threads, "python": platform.python_version(), "system": platform.system()}
