"""Seconds that a simulated annotator needs: file order, margin, margin with retraining, suspicion, clusters, and the recommended flow.

Half a second a tile, 1.2 s an action, 1 s a page turn; 3 % of all tiles are misjudged, whatever the flow. On pseudo-labels until
98 % are right, on imported labels until half of the errors are gone. Seconds are means over the seeds: whether a flow arrives in one
pass or needs a second is chance, which a median hides (`median_ratio_*` has it). Errors against seconds are drawn as an SVG in a
temporary file.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from bench.harness import Figures, Options
from bench.labels import annotator, flows, label_sets
from bench.labels.annotator import Project
from bench.labels.flows import Flow
from bench.labels.label_sets import LabelSet

FLOWS: dict[str, Flow] = {
    "file_order": flows.file_order,
    "margin": flows.margin,
    "margin_retrain": flows.margin_retrain,
    "suspicion": flows.suspicion,
    "clusters": flows.clusters,
    "recommended": flows.recommended,
}
COLOURS = ("#888888", "#4C78A8", "#72B7B2", "#F58518", "#B279A2", "#E45756")
SEEDS, QUICK_SEEDS = 21, 3
PASSES = 3  # a flow that is not there after looking at everything so often is given up; its seconds are a lower bound


@dataclass(frozen=True)
class Runs:
    """One flow on one set: means over the seeds, the median of the seconds too, and one run's curve."""

    seconds: float
    median: float
    reached: float
    new_errors: float
    after_check: float
    finished: float
    curve: list[tuple[float, int]]


def run(options: Options) -> Figures:
    """`seconds_FLOW_SET`, the ratios of the recommended flow, and the share of `new_errors` when it is finished."""
    figures: Figures = {}
    drawn: dict[str, dict[str, Runs]] = {}
    model = label_sets.built_in(options)
    with threadpool_limits(options.threads):
        sets = [
            label_sets.pseudo(name, options, model) for name in ("scene3", "demo") if name == "demo" or options.data
        ]
        if options.data is not None and not options.quick:
            cifar_sets = label_sets.cifar(options, model, ("aggre_label", "random_label1"), images=3000)
            sets += [one for one in cifar_sets if one.name.startswith("hog")]
        for one in sets:
            seeds = 1 if one.imported else QUICK_SEEDS if options.quick else SEEDS
            target = int(one.wrong.sum()) // 2 if one.imported else int(0.02 * len(one.labels))
            drawn[one.name] = {name: repeated(flow, one, target, seeds) for name, flow in FLOWS.items()}
            figures |= figures_of(one.name, drawn[one.name])
    figures["picture"] = str(draw(drawn))
    return figures


def repeated(flow: Flow, label_set: LabelSet, target: int, seeds: int) -> Runs:
    """Run a flow until at most `target` errors are left, with several seeds of the slips."""
    seconds, reached, fresh, after, finished, curves = [], [], [], [], [], []
    for seed in range(seeds):
        project = annotator.start(label_set, seed)
        until(flow, project, target)
        seconds.append(project.seconds)
        reached.append(project.errors <= target)
        fresh.append(project.new_errors / len(label_set.labels))
        curves.append(list(project.curve))
        if flow is flows.recommended:
            flows.finish(project)
        after.append(project.new_errors / len(label_set.labels))
        finished.append(project.seconds)
    middle = int(np.argsort(seconds)[len(seconds) // 2])
    return Runs(
        seconds=float(np.mean(seconds)),
        median=float(np.median(seconds)),
        reached=float(np.mean(reached)),
        new_errors=float(np.mean(fresh)),
        after_check=float(np.mean(after)),
        finished=float(np.mean(finished)),
        curve=curves[middle],
    )


def until(flow: Flow, project: Project, target: int) -> None:
    """Page after page, to the target or to the end of the passes."""
    for _ in flow(project):
        if project.errors <= target or project.looked >= PASSES * len(project.labels):
            return


def figures_of(name: str, runs: dict[str, Runs]) -> Figures:
    """The figures of one set."""
    best, ours = runs["recommended"], runs["recommended"].seconds
    others = {key: flow_runs.seconds for key, flow_runs in runs.items() if key != "recommended"}
    strongest = min(others, key=lambda key: others[key])
    out: Figures = {f"seconds_{key}_{name}": flow_runs.seconds for key, flow_runs in runs.items()}
    out |= {f"reached_{key}_{name}": flow_runs.reached for key, flow_runs in runs.items()}
    return out | {
        f"strongest_{name}": strongest,
        f"seconds_ratio_{name}": ours / others[strongest],
        f"median_ratio_{name}": best.median
        / min(flow_runs.median for key, flow_runs in runs.items() if key != "recommended"),
        f"file_order_ratio_{name}": ours / others["file_order"],
        f"new_errors_at_target_{name}": best.new_errors,
        f"new_errors_{name}": best.after_check,
        f"seconds_finished_{name}": best.finished,
        f"new_errors_strongest_{name}": runs[strongest].new_errors,
    }


def draw(drawn: dict[str, dict[str, Runs]]) -> Path:
    """Errors left against seconds, one panel a set, as an SVG file."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="{300 * len(drawn)}" font-family="sans-serif" font-size="12">'
    ]
    for number, (name, runs) in enumerate(drawn.items()):
        parts.append(
            f'<g transform="translate(50 {300 * number + 30})"><text y="-10">{name}: errors left, seconds</text>'
        )
        parts.append('<path d="M0 0V230H420" fill="none" stroke="#444"/>')
        right = 2.0 * sorted(flow_runs.seconds for flow_runs in runs.values())[1]
        top = max(flow_runs.curve[0][1] for flow_runs in runs.values())
        for place, ((key, flow_runs), colour) in enumerate(zip(runs.items(), COLOURS, strict=True)):
            inside = [(x, y) for x, y in flow_runs.curve if x <= right]
            points = " ".join(f"{420 * x / right:.1f},{230 - 230 * y / top:.1f}" for x, y in inside)
            parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
            parts.append(f'<text x="430" y="{20 * place + 12}" fill="{colour}">{key} {flow_runs.seconds:.0f} s</text>')
        parts.append(
            f'<text x="-8" y="10" text-anchor="end">{top}</text><text x="400" y="246">{right:.0f} s</text></g>'
        )
    with tempfile.NamedTemporaryFile("w", prefix="effort-", suffix=".svg", delete=False, encoding="utf-8") as file:
        file.write("\n".join([*parts, "</svg>"]))
    return Path(file.name)
