"""Charts: one plotly template, and the few charts that the pages draw.

Their colours are those of the light theme; `web/ui/shared/native.css` gives each its counterpart in the dark, without a rerun.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from training.heads.head_checks import CurvePoint
from training.metrics.accuracy import CoveragePoint
from training.whole_videos.head_closeup import CurveStep
from web.language.words import t, translated

TITLED = {"l": 46, "r": 14, "t": 7, "b": 42}  # room for a title under the x axis
VIOLET = "#5B4BD6"
INK, QUIET, GRID = "#1C2230", "#565E70", "#ECEEF3"
CONFIG = {"displayModeBar": False}
FONT = '"Source Sans", "Noto Sans CJK SC", sans-serif'
TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": FONT, "size": 12, "color": QUIET},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 46, "r": 14, "t": 7, "b": 28},
        "showlegend": False,
        "xaxis": {"showgrid": False, "showline": False, "zeroline": False, "ticks": ""},
        "yaxis": {"gridcolor": GRID, "showline": False, "zeroline": False, "ticks": ""},
        "hoverlabel": {"font": {"family": FONT, "size": 12}},
    }
)
FEW_ROUNDS = 5
MOST_TICKS = 12


def rounds(rows: Sequence[Mapping[str, Any]], height: int = 250, key: str = "accuracy") -> go.Figure:
    """Accuracy (or what `key` names) by round with 95 % intervals as thin bars; a hollow mark was not promoted.

    Where there are many, the axis says their numbers alone, and figures stand at the first, the last and those promoted.
    """
    many = len(rows) > FEW_ROUNDS
    names = [translated(row["name"]) for row in rows]
    accuracy = [100 * row[key] for row in rows]
    high = [100 * (row["high"] - row[key]) for row in rows]
    low = [100 * (row[key] - row["low"]) for row in rows]
    bars = {"type": "data", "array": high, "arrayminus": low, "color": "#BDB5F1", "thickness": 1.5, "width": 0}
    fill = [VIOLET if row["promoted"] else "#FFFFFF" for row in rows]
    line = go.Scatter(
        x=names, y=accuracy, mode="lines+markers+text", error_y=bars, line={"color": VIOLET, "width": 2},
        marker={"size": 10, "color": fill, "line": {"color": VIOLET, "width": 2}}, cliponaxis=False,
        text=[
            f"<b>{value:.1f}</b>" if not many or row["promoted"] or row is rows[-1] else ""
            for row, value in zip(rows, accuracy, strict=True)
        ], textposition="bottom right", textfont={"color": INK},
        hovertemplate="%{x}: %{y:.1f} %<extra></extra>",
    )  # fmt: skip
    figure = go.Figure(line, layout={"template": TEMPLATE, "height": height})
    figure.update_yaxes(ticksuffix=" %", nticks=6)
    figure.update_xaxes(range=[-0.4, max(len(rows) - 0.4, 0.6)])
    if many:
        step = -(-len(names) // MOST_TICKS)
        shown, numbers = names[::step], [row["name"] for row in rows[::step]]
        figure.update_xaxes(
            tickvals=shown,
            ticktext=[name.removeprefix("Round ") for name in numbers],
            tickangle=0,
        )
    return figure


def losses(values: Sequence[float], height: int = 170) -> go.Figure:
    """Training loss by step."""
    line = go.Scatter(
        x=list(range(1, len(values) + 1)), y=list(values), mode="lines", line={"color": VIOLET, "width": 2},
        hovertemplate="step %{x}: %{y:.4f}<extra></extra>",
    )  # fmt: skip
    figure = go.Figure(line, layout={"template": TEMPLATE, "height": height, "margin": TITLED})
    figure.update_xaxes(title={"text": t("Step"), "standoff": 9}, nticks=6)
    return figure.update_yaxes(nticks=4, tickformat=".3~f")


def reliability(bins: Sequence[Mapping[str, Any]], height: int = 210) -> go.Figure:
    """Accuracy by confidence: on the dotted line a head is as sure as it is right; a mark's area is its number of items."""
    most = max(row["n"] for row in bins)
    even = go.Scatter(
        x=[0, 100], y=[0, 100], mode="lines", line={"color": "#C9CDD8", "width": 1.5, "dash": "dot"}, hoverinfo="skip"
    )
    marks = go.Scatter(
        x=[100 * row["confidence"] for row in bins], y=[100 * row["accuracy"] for row in bins], mode="lines+markers",
        line={"color": VIOLET, "width": 1.5},
        marker={"size": [6 + 12 * (row["n"] / most) ** 0.5 for row in bins], "color": VIOLET, "opacity": 0.85},
        customdata=[row["n"] for row in bins], cliponaxis=False,
        hovertemplate="said %{x:.0f} %, right %{y:.0f} %, n = %{customdata}<extra></extra>",
    )  # fmt: skip
    figure = go.Figure([even, marks], layout={"template": TEMPLATE, "height": height, "margin": TITLED})
    figure.update_xaxes(
        title={"text": t("Said"), "standoff": 9},
        ticksuffix=" %",
        nticks=6,
        range=[min(0.95 * 100 * bins[0]["confidence"], 50), 101],
    )
    return figure.update_yaxes(title={"text": t("Right"), "standoff": 9}, ticksuffix=" %", nticks=5, range=[-2, 104])


def coverage(points: Sequence[CoveragePoint], height: int = 210) -> go.Figure:
    """Precision of the most certain share of the items."""
    line = go.Scatter(
        x=[100 * point["coverage"] for point in points], y=[100 * point["precision"] for point in points],
        customdata=[point["threshold"] for point in points], mode="lines", line={"color": VIOLET, "width": 2},
        hovertemplate="%{x:.0f} % of the items: %{y:.1f} % right, from a score of %{customdata:.2f}<extra></extra>",
    )  # fmt: skip
    figure = go.Figure(line, layout={"template": TEMPLATE, "height": height, "margin": TITLED})
    figure.update_xaxes(
        title={"text": t("Share of the items, most certain first"), "standoff": 9}, ticksuffix=" %", nticks=6
    )
    return figure.update_yaxes(ticksuffix=" %", nticks=5)


def by_positives(steps: Sequence[CurveStep], height: int = 210) -> go.Figure:
    """Macro mAP of whole videos by the mean number of positives of a tag, with 95 % intervals."""
    known = [
        (step["positives"], step["map"], step["low"] or step["map"], step["high"] or step["map"], step["videos"])
        for step in steps
        if step["map"] is not None
    ]
    line = go.Scatter(
        x=[row[0] for row in known], y=[row[1] for row in known], mode="lines+markers", cliponaxis=False,
        line={"color": VIOLET, "width": 2}, marker={"size": 8}, customdata=[row[4] for row in known],
        error_y={
            "type": "data", "array": [row[3] - row[1] for row in known], "arrayminus": [row[1] - row[2] for row in known],
            "color": "#BDB5F1", "thickness": 1.5, "width": 0,
        },
        hovertemplate="%{x:.0f} positives a tag, %{customdata:.0f} videos: mAP %{y:.3f}<extra></extra>",
    )  # fmt: skip
    figure = go.Figure(line, layout={"template": TEMPLATE, "height": height, "margin": TITLED})
    figure.update_xaxes(title={"text": t("Positives of a tag"), "standoff": 9}, nticks=6, rangemode="tozero")
    return figure.update_yaxes(nticks=5, tickformat=".2f")


def learning(points: Sequence[CurvePoint], more: int, gain: float | None, height: int = 210) -> go.Figure:
    """Accuracy by number of labels; a hollow mark is what more labels are expected to bring."""
    x, y = [point["labels"] for point in points], [100 * point["accuracy"] for point in points]
    lines = [
        go.Scatter(
            x=x, y=y, mode="lines+markers", line={"color": VIOLET, "width": 2}, marker={"size": 8}, cliponaxis=False,
            hovertemplate="Labels: %{x}, accuracy %{y:.1f} %<extra></extra>",
        )
    ]  # fmt: skip
    if gain is not None:
        ahead = go.Scatter(
            x=[x[-1], x[-1] + more], y=[y[-1], y[-1] + 100 * gain], mode="lines+markers", cliponaxis=False,
            line={"color": VIOLET, "width": 1.5, "dash": "dot"},
            marker={"size": [0, 10], "color": "#FFFFFF", "line": {"color": VIOLET, "width": 2}},
            hovertemplate="Labels: %{x}, accuracy about %{y:.1f} %<extra></extra>",
        )  # fmt: skip
        lines.append(ahead)
    figure = go.Figure(lines, layout={"template": TEMPLATE, "height": height, "margin": TITLED})
    figure.update_xaxes(title={"text": t("Labels learned from"), "standoff": 9}, nticks=6, rangemode="tozero")
    return figure.update_yaxes(ticksuffix=" %", nticks=5)
