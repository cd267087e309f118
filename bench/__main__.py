"""`python -m bench [NAME ...] [--json] [--quick] [--long] [--data DIR] [--threads N] [--sound yamnet:FILE] [--device cuda] [--rows N]`.

`fuzz` takes `--pictures N`, `--videos N` and `--requests N`: how many damaged inputs of a kind it tries.

A benchmark is a module of a room of this package with `run(options) -> Figures`; without a name all of them run. Where it has a
`table(figures)`, that is printed beneath the figures.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
import time
from pathlib import Path

from bench.faults import fuzz
from bench.harness import Options, machine
from errors import AppError

BENCHMARK = re.compile(r"^def run\(options: Options\) -> Figures:$", re.MULTILINE)


def benchmarks() -> dict[str, str]:
    """Module of each benchmark by its name, in alphabetical order: what defines `run(options)`, in whichever room."""
    folder = Path(__file__).parent
    paths = [path for path in folder.rglob("*.py") if BENCHMARK.search(path.read_text(encoding="utf-8"))]
    return {path.stem: f"bench.{path.parent.name}.{path.stem}" for path in sorted(paths, key=lambda path: path.stem)}


def main(arguments: list[str] | None = None) -> int:
    """Run benchmarks; returns the exit status."""
    modules = benchmarks()
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*modules, []], metavar="NAME")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--sound", default="", metavar="yamnet:FILE")
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    for kind in fuzz.USUAL:
        parser.add_argument(f"--{kind}", type=int, metavar="N")
    given = parser.parse_args(arguments)
    counts = {kind: value for kind in fuzz.USUAL if (value := getattr(given, kind)) is not None}
    options = Options(
        quick=given.quick,
        long=given.long,
        data=given.data,
        threads=given.threads,
        sound=given.sound,
        device=given.device,
        rows=given.rows,
        counts=counts,
    )
    failed = 0
    for name in given.names or modules:
        start = time.perf_counter()
        try:
            module = importlib.import_module(modules[name])
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
