"""Computer graphics: shapes, mesh, particles, model_view, flat_shapes."""

from __future__ import annotations

import random

import bpy
import numpy as np
from PIL import Image

from scenery.flat import huds
from scenery.flat.sheet import Sheet
from scenery.plans import Plan
from scenery.studio import light, people, shapes, stage
from scenery.studio.fields import noise
from scenery.studio.materials import Surface, glow, plain, tiled
from scenery.studio.shapes import part, rod
from scenery.view import View

VIVID = ("#e8322a", "#2f6ae0", "#f2b82a", "#3fa84a", "#a84ad0", "#f07a2a", "#2ab8b8", "#f2f2f2")


def any_solid(rng: random.Random) -> Surface:
    """A surface: lacquer, metal, glass or dull."""
    tone = rng.choice(VIVID)
    return rng.choice(
        (plain(tone, 0.15, coat=1), plain(tone, 0.12, metal=1), plain("#f4f8ff", 0.02, clear=1), plain(tone, 0.8))
    )


def render_shapes(plan: Plan, view: View) -> Image.Image:
    """Balls, cubes, rings and cones on a chequered floor."""
    stage.fresh(view, film=True, seed=plan.seed % 1000)
    rng = plan.rng("shapes")
    light.around(rng.choice(("#a8c8f0", "#202434", "#e8e8f0")), rng.choice(("#4a7ad0", "#101018", "#ffffff")), 0.8)
    light.lamp((-0.6, -0.5, 1), "#ffffff", 2.8, 0.1)
    part(
        "box",
        (0, 10, -0.05),
        (60, 60, 0.1),
        tiled(rng.choice(("#f4f4f4", "#e8d8b8")), rng.choice(("#18181c", "#b8322a", "#3a5a9a")), 48, rough=0.15),
    )
    forms = ("ball", "box", "ring", "cone", "tube", "ball")
    for _ in range(rng.choice((3, 5, 8))):
        size = rng.uniform(0.8, 1.7)
        form = rng.choice(forms)
        turn = (1.2, 0.3, rng.uniform(0, 3)) if form == "ring" else (0, 0, rng.uniform(0, 3))
        part(form, (rng.uniform(-2.8, 2.8), rng.uniform(-0.6, 4.5), size / 2), size, any_solid(rng), turn)
    stage.camera((0, -5.5, 2.2), (0, 1, 0.8), 34)
    return stage.shoot()


def mesh(plan: Plan, view: View) -> Image.Image:
    """A terrain or a body as a net of lines, or of few bright faces."""
    stage.fresh(view, film=True, seed=plan.seed % 1000)
    rng = plan.rng("mesh")
    dark = rng.random() < 0.65
    light.around("#0a0a18" if dark else "#d8dce4", strength=1)
    light.lamp((-0.5, -0.6, 0.9), "#ffffff", 1.0 if dark else 2.0)
    ink = rng.choice(("#3affc8", "#4a9aff", "#ff4ab8", "#f2e24a")) if dark else "#202430"
    if rng.random() < 0.6:
        x, y = np.meshgrid(np.linspace(-11, 11, 34), np.linspace(-4, 22, 40))
        z = noise(x * 0.12, y * 0.12, plan.seed % 1000, 3) * 2.2 * np.clip(np.abs(x) / 4, 0.15, 2)
        thing = shapes.sheet_of(x, y, z, plain("#10142a" if dark else "#e8ecf2", 0.6), smooth=False)
        stage.camera((0, -6, 3.0), (0, 8, 0.6), 28)
    else:
        with_ring = rng.random() < 0.5
        shape = part(
            "ring" if with_ring else "rock", (0, 0, 1.4), 2.7, plain("#141a34" if dark else "#e4e8f0"), (0.9, 0.2, 0)
        )
        thing = shape
        stage.camera((0, -5, 1.8), (0, 0, 1.35), 38)
    wires = thing.copy()
    wires.data = thing.data.copy()
    wires.data.materials.clear()
    wires.data.materials.append(glow(ink, 1.3))
    wires.material_slots[0].link = "DATA"
    net = wires.modifiers.new("net", "WIREFRAME")
    net.thickness = 0.045 / max(wires.scale)
    bpy.context.scene.collection.objects.link(wires)
    return huds.readout(stage.shoot(), rng) if rng.random() < 0.5 else stage.shoot()


def particles(plan: Plan, view: View) -> Image.Image:
    """Sparks: a fountain, a spiral, a burst."""
    stage.fresh(view, film=True, seed=plan.seed % 1000)
    rng = np.random.default_rng((plan.seed, 3))
    light.around("#05060e", strength=1)
    tones = [
        str(tone)
        for tone in rng.choice(["#ff6a2a", "#ffd24a", "#4ac8ff", "#b86aff", "#ff4a9a", "#6aff8a"], 3, replace=False)
    ]
    form = int(rng.integers(3))
    for k in range(900):
        if form == 0:
            t, a = rng.random() * 1.5, rng.uniform(0, 6.28)
            out = rng.normal(0.7, 0.25)
            at = (np.cos(a) * out * t, np.sin(a) * out * t, 4.2 * t - 2.6 * t * t + 0.1)
        elif form == 1:
            t = rng.random()
            a = t * 11 + (k % 2) * np.pi
            at = (
                np.cos(a) * t * 2.6 + rng.normal(0, 0.1),
                np.sin(a) * t * 2.6 + rng.normal(0, 0.1),
                1.5 + rng.normal(0, 0.12),
            )
        else:
            way = rng.normal(size=3)
            way /= np.linalg.norm(way)
            at = tuple(way * rng.random() ** 0.4 * 2.0 + [0, 0, 1.6])
        part(
            "ball", (float(at[0]), float(at[1]), float(at[2])), float(rng.uniform(0.02, 0.085)), glow(tones[k % 3], 2.2)
        )
    part("box", (0, 0, -0.1), (40, 40, 0.1), plain("#14161e", 0.2))
    stage.camera((0, -5.4, 2.9 if form == 1 else 1.8), (0, 0, 1.4), 34)
    return huds.readout(stage.shoot(), plan.rng("words")) if rng.random() < 0.5 else stage.shoot()


def model_view(plan: Plan, view: View) -> Image.Image:
    """A scene in an editor: a grid, blocks or a figure, axes, panels."""
    stage.fresh(view, film=True, seed=plan.seed % 1000)
    rng = plan.rng("model")
    light.around("#3c3f46", strength=1.1)
    light.lamp((-0.5, -0.6, 1), "#ffffff", 2.0)
    line = glow("#5a5e68", 0.8)
    for k in range(-12, 13):
        part("box", (k, 6, 0), (0.025, 36, 0.004), line)
        part("box", (0, k + 6, 0), (24, 0.025, 0.004), line)
    part("box", (0, 6, 0.005), (0.05, 36, 0.01), glow("#4ab83a"))
    part("box", (0, 0, 0.005), (24, 0.05, 0.01), glow("#e0402a"))
    if rng.random() < 0.5:
        shapes.place(people.hero(rng, plain, rng.choice(("", "cat", "monster"))), (0, 0, 0), 1.2, 0.4)
    else:
        tone = rng.choice(VIVID)
        for _ in range(rng.choice((4, 8, 14))):
            high = rng.choice((1, 1, 2, 3))
            part(
                "box",
                (rng.randint(-2, 2), rng.randint(-1, 3), high / 2),
                (0.96, 0.96, high),
                plain(rng.choice((tone, "#b8bcc4"))),
            )
    for way, tone in (((1.3, 0, 0), "#ff4030"), ((0, -1.3, 0), "#50d040"), ((0, 0, 1.6), "#4080ff")):
        end = (way[0], way[1] - 0.8, way[2] + 0.6)
        rod((0, -0.8, 0.6), end, 0.05, glow(tone, 1.4))
        part("ball", end, 0.16, glow(tone, 1.4))
    stage.camera((3.2, -6.2, 3.6), (0, 0.4, 0.9), 34)
    return huds.editor(stage.shoot(), rng)


def flat_shapes(plan: Plan, view: View) -> Image.Image:
    """Circles, triangles and bars of bright colours, without depth."""
    rng = plan.rng("flat")
    sheet = Sheet(view.width, view.height, rng.choice(("#f8f4e8", "#14162a", "#1f6a8a", "#ffd23a", "#f2f2f6")))
    u = sheet.u
    for _ in range(rng.choice((7, 14, 26))):
        x, y, r, tone = rng.uniform(0, sheet.w), rng.uniform(0, sheet.h), rng.uniform(5, 22) * u, rng.choice(VIVID)
        form = rng.randrange(4)
        if form == 0:
            sheet.disc(x, y, r, tone)
        elif form == 1:
            sheet.disc(x, y, r, None, tone, 3)
        else:
            corners = 3 if form == 2 else 4
            a = rng.uniform(0, 6.28)
            sheet.pen.polygon(
                [
                    (x + r * np.cos(a + k * 6.2832 / corners), y + r * np.sin(a + k * 6.2832 / corners))
                    for k in range(corners)
                ],
                fill=tone,
            )
    return sheet.image
