"""Documents: drawn flat, scanned, or lying on a desk; and those that carry a picture."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from pretraining.vocabulary import KINDS
from scenery import plans
from scenery.catalogue import painter
from scenery.flat import desktops, figures, pages, screens
from scenery.flat.sheet import Sheet
from scenery.plans import Options, Plan
from scenery.studio import light, stage
from scenery.studio.materials import pictured, plain
from scenery.studio.shapes import part, rod
from scenery.subjects.indoors import wood
from scenery.view import View

Maker = Callable[[random.Random, int, int, bool], Sheet]
MAKERS: dict[str, Maker] = {
    "text": pages.text, "table": pages.table, "receipt": pages.receipt, "form": pages.form, "handwriting": pages.handwriting,
    "chart": figures.chart, "diagram": figures.diagram, "map": figures.map_, "code": screens.code, "terminal": screens.terminal,
    "spreadsheet": screens.spreadsheet, "window": desktops.window, "phone": desktops.phone, "dashboard": desktops.dashboard,
}  # fmt: skip
UPRIGHT = {"text", "newspaper", "receipt", "form", "handwriting", "poster"}
VIEWS = ("mountain", "lake", "beach", "forest", "meadow", "desert", "river", "waterfall", "flower")


def drawn(plan: Plan, w: int, h: int, picture: Image.Image | None = None) -> Image.Image:
    """The document itself, flat."""
    rng, full = plan.rng("page"), plan.twist == "landscape"
    if plan.kind == "slide":
        return figures.slide(rng, w, h, plan.chinese, picture, full).image
    if plan.kind == "webpage":
        return desktops.webpage(rng, w, h, plan.chinese, picture, full).image
    if plan.kind == "poster":
        return pages.poster(rng, w, h, plan.chinese, picture).image
    if plan.kind == "newspaper":
        return pages.newspaper(rng, w, h, plan.chinese, picture).image
    if plan.kind == "desktop":
        return desktops.desktop(rng, w, h, plan.chinese, picture).image
    return MAKERS[plan.kind](rng, w, h, plan.chinese).image


def carries_picture(plan: Plan) -> bool:
    """Whether the document shows a landscape."""
    share = {"slide": 0.3, "webpage": 0.8, "poster": 0.3, "newspaper": 0.8, "desktop": 0.4}.get(plan.kind, 0.0)
    return plan.twist == "landscape" or plan.rng("carries").random() < share


def document(plan: Plan, view: View) -> Image.Image:
    """A document in the plan's manner."""
    picture = _landscape(plan, view) if carries_picture(plan) else None
    if plan.manner == "desk":
        return on_desk(plan, view, picture)
    if plan.manner == "scan":
        return scanned(plan, view, picture)
    return drawn(plan, view.width, view.height, picture)


def _landscape(plan: Plan, view: View) -> Image.Image:
    """A landscape of another seed, to be put into a document."""
    inner = plans.plan(plan.seed + 5_000_000, Options(kinds=(plan.rng("view").choice(VIEWS),), forced="time:day"))
    small = View(view.width * 3 // 4, view.height * 3 // 4, view.samples)
    return painter(inner.kind)(inner, small)


def page_size(plan: Plan, view: View) -> tuple[int, int]:
    """Pixels of the sheet that is photographed."""
    side = max(view.width, view.height) * 2
    if plan.kind == "receipt":
        return round(side * 0.5), side
    return (round(side * 0.72), side) if plan.kind in UPRIGHT else (side, round(side * 0.7))


def scanned(plan: Plan, view: View, picture: Image.Image | None) -> Image.Image:
    """A sheet on the glass of a scanner: a little turned, grey edges, grain."""
    rng, noise = plan.rng("scan"), np.random.default_rng((plan.seed, 9))
    w, h = page_size(plan, view)
    page = drawn(plan, w, h, picture)
    scale = (
        rng.uniform(1.0, 1.12) * max(view.width / w, 0.9 * view.height / h)
        if w < h
        else 1.02 * max(view.width / w, view.height / h)
    )
    page = page.resize((round(w * scale), round(h * scale)), Image.Resampling.LANCZOS)
    page = page.rotate(rng.uniform(-2.2, 2.2), Image.Resampling.BICUBIC, expand=True, fillcolor="#8e8e90")
    sheet = Image.new("RGB", (view.width, view.height), "#8e8e90")
    sheet.paste(
        page,
        (
            (view.width - page.width) // 2,
            min(4, view.height - page.height) if page.height > view.height else (view.height - page.height) // 2,
        ),
    )
    grey = rng.random() < 0.6
    values = np.asarray(
        sheet.filter(ImageFilter.GaussianBlur(0.5)).convert("L" if grey else "RGB").convert("RGB"), np.float64
    )
    fall = 1 - 0.1 * np.linspace(0, 1, view.width)[None, :, None] * rng.choice((0, 1))
    values = values * fall * 0.97 + noise.normal(0, 4, values.shape)
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def on_desk(plan: Plan, view: View, picture: Image.Image | None) -> Image.Image:
    """A sheet on a desk, or a screen that stands on it, photographed at an angle."""
    w, h = page_size(plan, view)
    page = drawn(plan, w, h, picture)
    stage.fresh(view, seed=plan.seed % 1000)
    rng = plan.rng("desk")
    part("box", (0, 0.5, -0.06), (7, 6, 0.1), wood(rng, 1.2))
    part("box", (0, 3.4, 1.5), (12, 0.1, 5), plain(rng.choice(("#c8c2b4", "#a8b4bc", "#d8ccb8")), 0.9))
    light.around("#fff4e4", strength=0.55)
    light.panel((-2.2, -0.4, 3.2), (0, 0, 0), 1.4, 90, "#fff2dc")
    light.panel((2.4, 1.2, 2.2), (0, 0, 0), 1.4, 40, "#e4f0ff")
    long = 2.0
    wide, deep = (long * w / h, long) if h >= w else (long * 1.1, long * 1.1 * h / w)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        page.save(path)
        screen = KINDS[plan.kind].group == "screen"
        _stand(rng, path, wide, deep) if screen else _lie(rng, path, wide, deep)
    _clutter(rng, screen)
    if screen:
        stage.camera((rng.uniform(-0.9, 0.9), -2.5, 1.35), (0, 0.3, 0.82), 34, blur=4)
    else:
        stage.camera((rng.uniform(-0.5, 0.5), -1.75, 2.15), (0, -0.05, 0), 33, blur=5)
    return stage.shoot()


def _lie(rng: random.Random, path: Path, wide: float, deep: float) -> None:
    part("sheet", (0, 0, 0.005), (wide, deep, 1), pictured(path, 0.8), (0, 0, rng.uniform(-0.22, 0.22)))
    for k in range(rng.choice((0, 0, 2))):
        part(
            "sheet",
            (0.1 * k, 0.05, 0.001 * (k + 1)),
            (wide, deep, 1),
            plain("#f4f2ea", 0.9),
            (0, 0, rng.uniform(-0.4, 0.4)),
        )


def _stand(rng: random.Random, path: Path, wide: float, deep: float) -> None:
    """A monitor on its foot."""
    dark = plain("#17181c", 0.4)
    part("box", (0, 0.36, 0.95), (wide + 0.1, 0.06, deep * 0.96 + 0.1), dark)
    part("sheet", (0, 0.32, 0.95), (wide, deep * 0.96, 1), pictured(path, 0.3, 0.9), (1.5708, 0, 0))
    part("box", (0, 0.45, 0.2), (0.16, 0.08, 0.5), dark)
    part("soft", (0, 0.42, 0.0), (0.8, 0.5, 0.04), dark)
    part("soft", (0, -0.55, 0.02), (1.4, 0.42, 0.05), plain("#d8dade", 0.6))
    for k in range(4):
        for j in range(13):
            part("soft", (-0.6 + 0.1 * j, -0.7 + 0.09 * k, 0.05), (0.085, 0.075, 0.03), plain("#f4f4f4", 0.6))


def _clutter(rng: random.Random, screen: bool) -> None:
    """A cup, a pen, a plant, glasses, coins beside it."""
    side = rng.choice((-1, 1))
    x = side * (1.75 if screen else 1.3)
    part(
        "stub",
        (x, 0.35, 0.16),
        (0.3, 0.3, -0.34),
        plain(rng.choice(("#c8322a", "#2f6ab8", "#f0ece4", "#3f8a5a")), 0.3, coat=0.5),
    )
    part("tube", (x, 0.35, 0.32), (0.26, 0.26, 0.02), plain("#3a2010", 0.2))
    rod(
        (-x * 0.85, -0.7, 0.03),
        (-x * 0.95, 0.2, 0.03),
        0.05,
        plain(rng.choice(("#1a1a1e", "#2f4a9a", "#b8322a")), 0.3),
        end=True,
    )
    if rng.random() < 0.5:
        part(
            "pillow", (-x * 1.05, 0.9, 0.05), (0.5, 0.7, 0.1), plain(rng.choice(("#2a4a3a", "#7a3a2a", "#2a3a5a")), 0.7)
        )
