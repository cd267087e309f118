"""Charts: one plotly template, and the few charts that the pages draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

VIOLET = "#5B4BD6"
INK, QUIET, GRID = "#1C2230", "#565E70", "#ECEEF3"
CONFIG = {"displayModeBar": False}
FONT = '"Source Sans", "Noto Sans CJK SC", sans-serif'
TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": FONT, "size": 12, "color": QUIET},
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        "margin": {"l": 46, "r": 14, "t": 7, "b": 28},
        "showlegend": False,
        "xaxis": {"showgrid": False, "showline": False, "zeroline": False, "ticks": ""},
        "yaxis": {"gridcolor": GRID, "showline": False, "zeroline": False, "ticks": ""},
        "hoverlabel": {"font": {"family": FONT, "size": 12}},
    }
)


def rounds(rows: Sequence[Mapping[str, Any]], height: int = 250) -> go.Figure:
    """Accuracy by round with 95 % intervals as thin bars; a hollow mark was not promoted."""
    names = [row["name"] for row in rows]
    accuracy = [100 * row["accuracy"] for row in rows]
    high = [100 * (row["high"] - row["accuracy"]) for row in rows]
    low = [100 * (row["accuracy"] - row["low"]) for row in rows]
    bars = {"type": "data", "array": high, "arrayminus": low, "color": "#BDB5F1", "thickness": 1.5, "width": 0}
    fill = [VIOLET if row["promoted"] else "#FFFFFF" for row in rows]
    line = go.Scatter(
        x=names, y=accuracy, mode="lines+markers+text", error_y=bars, line={"color": VIOLET, "width": 2},
        marker={"size": 10, "color": fill, "line": {"color": VIOLET, "width": 2}}, cliponaxis=False,
        text=[f"<b>{value:.1f}</b>" for value in accuracy], textposition="bottom right", textfont={"color": INK},
        hovertemplate="%{x}: %{y:.1f} %<extra></extra>",
    )  # fmt: skip
    figure = go.Figure(line, layout={"template": TEMPLATE, "height": height})
    figure.update_yaxes(ticksuffix=" %", nticks=6)
    figure.update_xaxes(range=[-0.4, max(len(rows) - 0.4, 0.6)])
    return figure


def confusion(
    names: Sequence[str], counts: Sequence[Sequence[int]], *, share: bool = False, height: int = 260
) -> go.Figure:
    """Rows true, columns predicted: the diagonal violet, errors red by their share of the row, the number in each cell."""
    totals = [max(sum(row), 1) for row in counts]
    part = [[n / total for n in row] for row, total in zip(counts, totals, strict=True)]
    tone = [[value if i == j else -value for j, value in enumerate(row)] for i, row in enumerate(part)]
    text = [
        [f"{100 * value:.0f} %" if share else f"{n:,}" for value, n in zip(row, line, strict=True)]
        for row, line in zip(part, counts, strict=True)
    ]
    scale = [[0, "#B3261E"], [0.499, "#FBEAE8"], [0.5, "#FFFFFF"], [0.501, "#EFEDFB"], [1, "#7568DF"]]
    heat = go.Heatmap(
        x=list(names), y=list(names), z=tone, zmin=-1, zmax=1, colorscale=scale, showscale=False, xgap=4, ygap=4,
        text=text, texttemplate="%{text}", hovertemplate="true %{y}, predicted %{x}: %{text}<extra></extra>",
    )  # fmt: skip
    figure = go.Figure(
        heat, layout={"template": TEMPLATE, "height": height, "margin": {"l": 110, "r": 7, "t": 28, "b": 7}}
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, ticklabeloverflow="allow")
    figure.update_xaxes(side="top")
    return figure
