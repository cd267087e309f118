"""Damaged inputs of every kind, made from a seed: none may end in a traceback, and none may take others with it.

`python -m bench fuzz --pictures 20000 --videos 500 --requests 3000`. Each kind is a module `fuzz_KIND` of this room with
`run(count, seed, options) -> Figures`; it raises `AssertionError` for nothing and counts faults in `tracebacks` and `lost`.
"""

from __future__ import annotations

import importlib
import time

from bench.harness import Figures, Options

USUAL = {"pictures": 2000, "videos": 50, "requests": 500}
QUICK = 10  # the usual number over this, with --quick
SEED = 20_260


def run(options: Options) -> Figures:
    """Try every kind; when some are named by their number, only those."""
    figures: Figures = {}
    for kind in options.counts or USUAL:
        count = options.counts.get(kind, USUAL[kind] // (QUICK if options.quick else 1))
        start = time.perf_counter()
        kind_figures: Figures = importlib.import_module(f"bench.faults.fuzz_{kind}").run(count, SEED, options)
        figures.update({f"{kind}_{key}": value for key, value in kind_figures.items()})
        figures[f"{kind}_s"] = time.perf_counter() - start
    return figures
