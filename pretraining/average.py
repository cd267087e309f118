"""`python -m pretraining.average FIRST SECOND --out DIR`: the mean of the weights of two model folders of one architecture.

A network that was trained further knows the new better and some of the old less; between the two, on the straight line that joins
their weights, both are known (Wortsman et al. 2022, Robust fine-tuning of zero-shot models).
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from pretraining.network import WEIGHTS


def average(first: Path, second: Path, out: Path, share: float = 0.5) -> None:
    """Write a model folder whose weights are `share` of the second's and the rest of the first's.

    Args:
        first, second: model folders with the same tensors; all other files are taken from the second.
        out: the folder to write; it may be one of the two.

    Raises:
        ValueError: the two are not of one architecture.
    """
    old, new = load_file(first / WEIGHTS), load_file(second / WEIGHTS)
    if {name: part.shape for name, part in old.items()} != {name: part.shape for name, part in new.items()}:
        raise ValueError(f"{first} and {second} are not of one architecture")
    mean = {name: _between(old[name], new[name], share) for name in new}
    if out != second:
        shutil.copytree(second, out, dirs_exist_ok=True)
    save_file(mean, out / WEIGHTS, metadata={"format": "pt"})


def _between(old: torch.Tensor, new: torch.Tensor, share: float) -> torch.Tensor:
    if not new.is_floating_point():
        return new
    return torch.lerp(old.float(), new.float(), share).to(new.dtype)


def main() -> None:
    """Read the command line and average."""
    parser = argparse.ArgumentParser(prog="python -m pretraining.average", description=__doc__)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.5, help="of the second, in 0..1")
    given = parser.parse_args()
    average(given.first, given.second, given.out, given.share)


if __name__ == "__main__":
    main()
