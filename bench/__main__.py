"""`python -m bench [NAME ...] [--json] [--quick] [--long] [--data DIR] [--threads N] [--sound yamnet:FILE]`.

`fuzz` takes `--pictures N`, `--videos N` and `--requests N`: how many damaged inputs of a kind it tries.

A benchmark is a module of this package with `run(options) -> Figures`; without a name all of them run. Where it has a
`table(figures)`, that is printed beneath the figures.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
import time
from pathlib import Path

import bench
from bench import fuzz
from bench.harness import Options, machine
from errors import AppError

SHARED = {"harness", "__main__"}


def names() -> list[str]:
    """Every benchmark, in alphabetical order. Modules whose name starts with `_` are parts, not benchmarks."""
    module_names = [module.name for module in pkgutil.iter_modules(bench.__path__)]
    return sorted(name for name in module_names if name not in SHARED and not name.startswith("_"))


def main(arguments: list[str] | None = None) -> int:
    """Run benchmarks; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*names(), []], metavar="NAME")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--sound", default="", metavar="yamnet:FILE")
    for kind in fuzz.USUAL:
        parser.add_argument(f"--{kind}", type=int, metavar="N")
    given = parser.parse_args(arguments)
    counts = {kind: value for kind in fuzz.USUAL if (value := getattr(given, kind)) is not None}
    options = Options(
        quick=given.quick, long=given.long, data=given.data, threads=given.threads, sound=given.sound, counts=counts
    )
    failed = 0
    for name in given.names or names():
        start = time.perf_counter()
        try:
            module = importlib.import_module(f"bench.{name}")
            figures = module.run(options)
        except AppError as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed += 1
            continue
        if given.json:
            print(json.dumps({"name": name, "figures": figures, "machine": machine(options.threads)}))
        else:
            print(f"{name} ({time.perf_counter() - start:.0f} s)")
            for key, value in figures.items():
                print(f"  {key:32} {value:.4g}" if isinstance(value, float) else f"  {key:32} {value}")
            if hasattr(module, "table"):
                print(module.table(figures))
    return 1 if failed and given.names else 0


if __name__ == "__main__":
    sys.exit(main())
