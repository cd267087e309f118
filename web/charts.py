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
