"""Small drawings of the native pages, as HTML for `st.html`. Every name is escaped; colours come from the categories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from video.results.timeline import Screen
from web import resources, session
from web.language.words import noted, t
from web.parts import figures

Category = Mapping[str, Any]
Tile = Mapping[str, Any]
GREY: Category = {
    "id": None,
    "name": noted("no label"),
    "color": "#9AA1B2",
    "tint": "#EEF0F4",
    "text": "#565E70",
    "icon": "label_off",
}


def find(categories: Sequence[Category], number: int | None) -> Category:
    """A category by id, or the grey one of "no label"."""
    return next((category for category in categories if category["id"] == number), GREY)


def colours(category: Category) -> str:
    """The class colours as CSS properties, for both themes; `web/ui/shared/page/colours.js` gives the same."""
    color, tint, text = (escape(category[key]) for key in ("color", "tint", "text"))
    return (
        f"--c:light-dark({color},color-mix(in oklab,{color} 78%,white));"
        f"--ct:light-dark({tint},color-mix(in oklab,{color} 24%,#14161F));"
        f"--cd:light-dark({text},color-mix(in oklab,{color} 40%,white))"
    )


def icon(name: str) -> str:
    """A Material symbol."""
    return f'<span class="sl-i" aria-hidden="true">{escape(name)}</span>'


def named(category: Category) -> str:
    """Icon and name in the class's colours."""
    name, path = escape(category["name"]), escape(category.get("path") or category["name"])
    return (
        f'<span class="sl-cls" style="{colours(category)}" title="{path}">{icon(category["icon"])}'
        f'<span class="nm">{name}</span></span>'
    )


def mini(category: Category) -> str:
    """A chip with the icon alone; the name is its tooltip."""
    name = escape(category["name"])
    return f'<span class="sl-chip mini" style="{colours(category)}" title="{name}">{icon(category["icon"])}</span>'


def confusion(
    workspace: str,
    classes: Sequence[Category],
    counts: Sequence[Sequence[int]],
    items: Sequence[Sequence[Sequence[int]]],
    *,
    share: bool = False,
) -> str:
    """Rows true, columns predicted: the diagonal violet, errors red by their share of the row; a cell leads to its images."""
    sums = [sum(row) for row in counts]
    down = [sum(column) for column in zip(*counts, strict=True)]
    top = "".join(f"<th>{mini(category)}</th>" for category in classes)
    lines = [f"<tr><th></th>{top}<th>{escape(t('Recall'))}</th></tr>"]
    for i, (category, row) in enumerate(zip(classes, counts, strict=True)):
        cells = [_cell(workspace, n, sums[i], items[i][j], right=i == j, share=share) for j, n in enumerate(row)]
        lines.append(
            f"<tr><th>{named(category)}</th>{''.join(cells)}<td class='m'>{figures.part(row[i], sums[i])}</td></tr>"
        )
    precision = "".join(f"<td class='m'>{figures.part(counts[j][j], total)}</td>" for j, total in enumerate(down))
    lines.append(f"<tr><th class='m'>{escape(t('Precision'))}</th>{precision}<td></td></tr>")
    return f"<div class='sl-scroll'><table class='sl-confusion'>{''.join(lines)}</table></div>"


SHOWN = 200  # ids that an address carries


def _cell(workspace: str, n: int, total: int, items: Sequence[int], *, right: bool, share: bool) -> str:
    part = n / total if total else 0.0
    # As strong as black and white text can be read on it, in the light and in the dark.
    tone = f"rgba(91,75,214,{0.06 + 0.56 * part:.2f})" if right else f"rgba(179,38,30,{min(0.6, 0.04 + part):.2f})"
    style = f"background:{tone if n else 'var(--bg2)'};color:var(--ink)"
    text = f"{100 * part:.0f} %" if share and total >= figures.LEAST else f"{n:,}"
    if not items:
        return f"<td><span style='{style}'>{text}</span></td>"
    return f"<td><a href='{review(workspace, items)}' target='_self' style='{style}' title='{escape(t('Open in Review'))}'>{text}</a></td>"


def review(workspace: str, items: Sequence[int]) -> str:
    """Address of Review with some images, at most as many as an address carries; safe inside an attribute."""
    ids = ",".join(str(int(number)) for number in items[:SHOWN])
    return escape(f"review?workspace={quote(workspace)}&by=all&ids={ids}")


def link(workspace: str, items: Sequence[int], words: str) -> str:
    """A quiet link that opens some images in Review."""
    return f'<a class="sl-link" href="{review(workspace, items)}" target="_self">{escape(words)}</a>'


def figure(label: str, value: str, detail: str) -> str:
    """One figure with its name above and its context below."""
    return f'<div class="sl-figure"><div>{escape(label)}</div><b>{escape(value)}</b><div class="sl-sm">{escape(detail)}</div></div>'


def thumb(workspace: str, item: int) -> str:
    """Address of a thumbnail."""
    return f"/thumb/{quote(workspace, safe='')}/{int(item)}.webp?b={resources.born(workspace)}"


def picture(
    workspace: str, item: int, category: Category, *, person: bool, caption: str = "", value: float | None = None
) -> str:
    """One tile: solid border for a person's label, dashed for the machine's."""
    number = "" if value is None else f'<span class="v">{value:z.2f}</span>'
    foot = f'<div class="cap">{caption}{number}</div>' if caption or number else ""
    return (
        f'<div class="sl-tile {"h" if person else ""}" style="{colours(category)}"><div class="im">'
        f'<img src="{thumb(workspace, item)}" alt=""></div>{foot}</div>'
    )


def suspects(workspace: str, tiles: Sequence[Tile], categories: Sequence[Category]) -> str:
    """A row of tiles, `icon → icon` below each."""
    pictures = []
    for tile in tiles:
        own, other = find(categories, tile["category"]), find(categories, tile["proposed"])
        arrow = f'{icon(own["icon"])} → <span style="{colours(other)};color:var(--c)">{icon(other["icon"])}</span>'
        caption = arrow if tile["proposed"] is not None else icon(own["icon"])
        pictures.append(picture(workspace, tile["id"], own, person=False, caption=caption, value=tile["value"]))
    return f'<div class="sl-tiles">{"".join(pictures)}</div>'


def steps(parts: Sequence[tuple[str, str, str, str]]) -> str:
    """The five moves of the loop: (icon, name, statement, detail)."""
    cells = [
        f'<div>{icon(symbol)}<span class="sl-sm">{escape(name)}</span><b title="{escape(statement)}">{escape(statement)}</b>'
        f'<span class="sl-sm">{escape(detail)}</span></div>'
        for symbol, name, statement, detail in parts
    ]
    return f'<div class="sl-steps">{"".join(cells)}</div>'


def step(number: int, title: str, detail: str, *, done: bool) -> str:
    """One step of a start: its number, or a tick where it is done."""
    mark = f'<span class="sl-tick">{icon("check")}</span>' if done else f'<span class="sl-tick open">{number}</span>'
    prefix = f'<span class="sl-unseen">{escape(t("Done: "))}</span>' if done else ""
    return f'<div class="sl-start">{mark}<div>{prefix}<b>{escape(title)}</b><div class="sl-sm">{escape(detail)}</div></div></div>'


FEW = 12  # classes that each get two lines; more stand in one line each, in a box that scrolls


def class_bars(rows: Sequence[tuple[Category, int, int]]) -> str:
    """For each class what people (solid) and the machine (hatched) have labelled: (class, by people, by the machine).

    Many classes stand by their counts, the largest first.
    """
    most = max([person + machine for _, person, machine in rows] or [1]) or 1
    is_long = len(rows) > FEW
    lines = []
    for category, person, machine in sorted(rows, key=lambda row: -row[1] - row[2]) if is_long else rows:
        parts = [(kind, 82 * n / most) for kind, n in (("p", person), ("m", machine)) if n]
        bars = "".join(f'<div class="{kind}" style="width:{share:.2f}%"></div>' for kind, share in parts)
        lines.append(
            f'<div class="sl-classbar" style="{colours(category)}">{named(category)}<div class="sl-bar" style="gap:0">{bars}<span style="margin-left:7px">{person + machine:,}</span></div></div>'
        )
    if not is_long:
        return "".join(lines)
    return f'<div class="sl-classbars" tabindex="0" role="group" aria-label="{escape(t("Items by class"))}">{"".join(lines)}</div>'


def source_bars(rows: Sequence[tuple[str, int, bool]]) -> str:
    """How many labels each source made: (name, count, by a machine)."""
    most = max([count for _, count, _ in rows] or [1]) or 1
    return "".join(
        f'<div class="sl-src"><span class="bx {"m" if machine else ""}"></span>{escape(name)}'
        f'<span class="br"><i style="width:{100 * count / most:.1f}%"></i></span><span class="n">{count:,}</span></div>'
        for name, count, machine in rows
    )


def film(run: Screen, categories: Sequence[Category]) -> str:
    """A run in small: one keyframe, the segments as a strip, and each class's share of the time."""
    share: dict[int, float] = {}
    strip = []
    for segment in run["segments"]:
        seconds = segment["end_s"] - segment["start_s"]
        share[segment["category"]] = share.get(segment["category"], 0.0) + seconds
        strip.append(
            f'<i style="{colours(find(categories, segment["category"]))};flex:{seconds:.2f}" title="{escape(segment["label"])}"></i>'
        )
    total = sum(share.values()) or 1.0
    words = "&emsp;".join(
        f"{named(find(categories, number))} {100 * part / total:.0f}&nbsp;%" for number, part in share.items()
    )
    frame = run["keyframes"][len(run["keyframes"]) // 2]["image"] if run["keyframes"] else ""
    image = f'<img class="sl-film" src="{escape(frame)}" alt="">' if frame else ""
    return f'{image}<div class="sl-strip">{"".join(strip)}</div><div class="sl-sm">{words}</div>'


def fixes(workspace: str, groups: Sequence[Mapping[str, Any]], categories: Sequence[Category]) -> str:
    """What fixes did: the fixed image, how many to how many, and some that the head now labels the same way."""
    lines = []
    for group in groups:
        before, after = find(categories, group["from"]), find(categories, group["to"])
        others = "".join(picture(workspace, item, after, person=False) for item in group["items"][:5])
        rest = group["count"] - min(5, len(group["items"]))
        lines.append(
            f'<div class="sl-fixes">{picture(workspace, group["example"], after, person=True)}<div><div class="big">'
            f"{group['fixed']:,} → {group['count']:,}</div>{mini(before)} → {mini(after)}</div>"
            f'<div class="many">{others}</div>{link(workspace, group["items"], f"+{rest:,}") if rest > 0 else "<span></span>"}</div>'
        )
    return "".join(lines)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: int = 0) -> str:
    """A table; the last `numbers` columns stand at the right."""
    first = len(heads) - numbers
    top = "".join(f"<th class='{'r' if at >= first else ''}'>{escape(head)}</th>" for at, head in enumerate(heads))
    body = "".join(
        "<tr>"
        + "".join(
            f"<td class='{'r' if at >= first else ''}' title='{escape(cell)}'>{escape(cell)}</td>"
            for at, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return f"<table class='sl-df'><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def pairs(rows: Sequence[tuple[str, str]]) -> str:
    """Names and values in two columns."""
    return "".join(
        f'<div class="sl-kv"><span>{escape(name)}</span><b title="{escape(value)}">{escape(value)}</b></div>'
        for name, value in rows
    )


def ago(iso: str) -> str:
    """How long ago an ISO time was, in words."""
    seconds = (dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(iso)).total_seconds()
    if seconds < 60:
        return t("just now")
    if seconds < 3600:
        return t("{n} min ago", n=f"{seconds / 60:.0f}")
    return t("{n} h ago", n=f"{seconds / 3600:.0f}") if seconds < 86400 else t("{n} d ago", n=f"{seconds / 86400:.0f}")


def moment(iso: str, until: str | None = None) -> str:
    """When an ISO time was, by the clock of who looks, or from when `until` when; the day where it is another one.

    Where that clock's zone is not known, by UTC, which it says.
    """
    zone = session.zone()
    at, end = (dt.datetime.fromisoformat(text).astimezone(zone or dt.UTC) for text in (iso, until or iso))
    text = f"{at:%H:%M}"
    if at.date() != dt.datetime.now(zone or dt.UTC).date():
        text = f"{at.day} {at:%b}, {text}"
    if f"{end:%d %H:%M}" != f"{at:%d %H:%M}":
        text += f" to {end:%H:%M}" if end.date() == at.date() else f" to {end.day} {end:%b, %H:%M}"
    return text if zone else f"{text} UTC"


def clock(seconds: float) -> str:
    """14.2 -> "0:14.2"."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"
