"""Surfaces: plain, mottled, glowing, of a picture, of colours that lie on the points of a mesh."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import bpy

_KNOWN: dict[object, bpy.types.Material] = {}
Surface: TypeAlias = bpy.types.Material
Colour = tuple[float, float, float, float]


def forget() -> None:
    """Forget the surfaces of the stage before."""
    _KNOWN.clear()


def linear(colour: str) -> Colour:
    """A colour such as `#80ff00` in linear light, with alpha 1."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return (r, g, b, 1.0)


def blend(a: str, b: str, share: float) -> str:
    """A colour between two."""
    pairs = ((int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(x + (y - x) * min(1, max(0, share))):02x}" for x, y in pairs)


def _new(name: str) -> tuple[Any, Any, Any]:
    surface = bpy.data.materials.new(name)
    surface.use_nodes = True
    return surface, surface.node_tree, surface.node_tree.nodes["Principled BSDF"]


def plain(
    colour: str,
    rough: float = 0.7,
    metal: float = 0,
    soft: float = 0,
    clear: float = 0,
    coat: float = 0,
    alpha: float = 1,
) -> Surface:
    """One colour all over.

    Args:
        soft: how far light goes below the surface (skin, wax). clear: 1 for glass. coat: a layer of lacquer.
    """
    key = (colour, rough, metal, soft, clear, coat, alpha)
    if key not in _KNOWN:
        surface, _, shader = _new("plain")
        shader.inputs["Base Color"].default_value = linear(colour)
        shader.inputs["Roughness"].default_value = rough
        shader.inputs["Metallic"].default_value = metal
        shader.inputs["Subsurface Weight"].default_value = soft
        shader.inputs["Subsurface Radius"].default_value = (0.2, 0.1, 0.08)
        shader.inputs["Transmission Weight"].default_value = clear
        shader.inputs["Coat Weight"].default_value = coat
        shader.inputs["Alpha"].default_value = alpha
        _KNOWN[key] = surface
    return _KNOWN[key]


def glow(colour: str, strength: float = 1) -> Surface:
    """A surface that shines by itself."""
    key = ("glow", colour, strength)
    if key not in _KNOWN:
        surface, tree, shader = _new("glow")
        tree.nodes.remove(shader)
        light = tree.nodes.new("ShaderNodeEmission")
        light.inputs[0].default_value, light.inputs[1].default_value = linear(colour), strength
        tree.links.new(light.outputs[0], tree.nodes["Material Output"].inputs[0])
        _KNOWN[key] = surface
    return _KNOWN[key]


def _ramp(tree: Any, stops: list[tuple[float, str]]) -> Any:
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    for place, (position, colour) in enumerate(stops):
        element = ramp.color_ramp.elements[place] if place < 2 else ramp.color_ramp.elements.new(position)
        element.position, element.color = position, linear(colour)
    return ramp


def mottled(
    a: str, b: str, scale: float = 4, rough: float = 0.8, bump: float = 0.2, wave: bool = False, sharp: float = 0.15
) -> Surface:
    """Two colours in patches: stone, earth, hide; in rings with `wave`: wood.

    Args:
        sharp: half the width of the passage between the colours.
    """
    key = ("mottled", a, b, scale, rough, bump, wave, sharp)
    if key not in _KNOWN:
        surface, tree, shader = _new("mottled")
        place = tree.nodes.new("ShaderNodeTexCoord")
        pattern = tree.nodes.new("ShaderNodeTexWave" if wave else "ShaderNodeTexNoise")
        pattern.inputs["Scale"].default_value = scale
        pattern.inputs["Detail"].default_value = 5
        if wave:
            pattern.inputs["Distortion"].default_value = 5
        tree.links.new(place.outputs["Object"], pattern.inputs["Vector"])
        ramp = _ramp(tree, [(0.5 - sharp, a), (0.5 + sharp, b)])
        value = pattern.outputs["Fac"]
        tree.links.new(value, ramp.inputs[0])
        tree.links.new(ramp.outputs[0], shader.inputs["Base Color"])
        shader.inputs["Roughness"].default_value = rough
        _bump(tree, shader, value, bump)
        _KNOWN[key] = surface
    return _KNOWN[key]


def _bump(tree: Any, shader: Any, value: Any, strength: float) -> None:
    if strength:
        bump = tree.nodes.new("ShaderNodeBump")
        bump.inputs["Strength"].default_value = strength
        tree.links.new(value, bump.inputs["Height"])
        tree.links.new(bump.outputs[0], shader.inputs["Normal"])


def tiled(a: str, b: str, scale: float, bricks: bool = False, rough: float = 0.5) -> Surface:
    """Squares of two colours, or bricks of colour a with joints of colour b."""
    key = ("tiled", a, b, scale, bricks, rough)
    if key not in _KNOWN:
        surface, tree, shader = _new("tiled")
        place = tree.nodes.new("ShaderNodeTexCoord")
        pattern = tree.nodes.new("ShaderNodeTexBrick" if bricks else "ShaderNodeTexChecker")
        pattern.inputs["Scale"].default_value = scale
        pattern.inputs["Color1"].default_value, pattern.inputs["Color2"].default_value = linear(a), linear(b)
        if bricks:
            pattern.inputs["Color2"].default_value = linear(blend(a, "#000000", 0.15))
            pattern.inputs["Mortar"].default_value = linear(b)
        tree.links.new(place.outputs["Object"], pattern.inputs["Vector"])
        tree.links.new(pattern.outputs["Color"], shader.inputs["Base Color"])
        shader.inputs["Roughness"].default_value = rough
        _KNOWN[key] = surface
    return _KNOWN[key]


def painted(bump: float = 0.3, scale: float = 6, rough: float = 0.9, shiny: bool = False) -> Surface:
    """The colours that lie on the points of a mesh (attribute `paint`), with a fine grain."""
    surface, tree, shader = _new("painted")
    paint = tree.nodes.new("ShaderNodeAttribute")
    paint.attribute_name = "paint"
    tree.links.new(paint.outputs["Color"], shader.inputs["Base Color"])
    shader.inputs["Roughness"].default_value = rough
    shader.inputs["Specular IOR Level"].default_value = 0.5 if shiny else 0.1
    grain = tree.nodes.new("ShaderNodeTexNoise")
    grain.inputs["Scale"].default_value, grain.inputs["Detail"].default_value = scale, 6
    place = tree.nodes.new("ShaderNodeTexCoord")
    tree.links.new(place.outputs["Object"], grain.inputs["Vector"])
    _bump(tree, shader, grain.outputs["Fac"], bump)
    return surface


def rippled(colour: str, scale: float = 3, bump: float = 0.12, rough: float = 0.05, stretch: float = 1) -> Surface:
    """Water: dark, smooth, with ripples across the view."""
    surface, tree, shader = _new("water")
    shader.inputs["Base Color"].default_value = linear(colour)
    shader.inputs["Roughness"].default_value = rough
    place, turn = tree.nodes.new("ShaderNodeTexCoord"), tree.nodes.new("ShaderNodeMapping")
    turn.inputs["Scale"].default_value = (1, stretch, 1)
    ripple = tree.nodes.new("ShaderNodeTexNoise")
    ripple.inputs["Scale"].default_value, ripple.inputs["Detail"].default_value = scale, 4
    tree.links.new(place.outputs["Object"], turn.inputs[0])
    tree.links.new(turn.outputs[0], ripple.inputs["Vector"])
    _bump(tree, shader, ripple.outputs["Fac"], bump)
    return surface


def pictured(path: Path, rough: float = 0.6, shining: float = 0) -> Surface:
    """A picture laid over the surface by its UV map; `shining` for a screen."""
    surface, tree, shader = _new("picture")
    image = tree.nodes.new("ShaderNodeTexImage")
    image.image = bpy.data.images.load(str(path))
    image.image.pack()
    target = "Emission Color" if shining else "Base Color"
    tree.links.new(image.outputs[0], shader.inputs[target])
    if shining:
        shader.inputs["Base Color"].default_value = (0, 0, 0, 1)
        shader.inputs["Emission Strength"].default_value = shining
    shader.inputs["Roughness"].default_value = rough
    return surface


def banded(colour: str) -> Surface:
    """Flat light and flat shade, as in a drawn film."""
    key = ("banded", colour)
    if key not in _KNOWN:
        surface, tree, shader = _new("banded")
        tree.nodes.remove(shader)
        toon, own = tree.nodes.new("ShaderNodeBsdfToon"), tree.nodes.new("ShaderNodeEmission")
        toon.inputs["Color"].default_value = linear(colour)
        toon.inputs["Size"].default_value, toon.inputs["Smooth"].default_value = 0.75, 0.04
        own.inputs[0].default_value, own.inputs[1].default_value = linear(colour), 0.45
        both = tree.nodes.new("ShaderNodeAddShader")
        tree.links.new(toon.outputs[0], both.inputs[0])
        tree.links.new(own.outputs[0], both.inputs[1])
        tree.links.new(both.outputs[0], tree.nodes["Material Output"].inputs[0])
        _KNOWN[key] = surface
    return _KNOWN[key]


def outline(colour: str = "#141018") -> Surface:
    """The ink of an outline: seen on faces that look away, clear on those that look here."""
    key = ("outline", colour)
    if key not in _KNOWN:
        surface, tree, shader = _new("outline")
        tree.nodes.remove(shader)
        ink, clear = tree.nodes.new("ShaderNodeEmission"), tree.nodes.new("ShaderNodeBsdfTransparent")
        ink.inputs[0].default_value = linear(colour)
        side, mix = tree.nodes.new("ShaderNodeNewGeometry"), tree.nodes.new("ShaderNodeMixShader")
        tree.links.new(side.outputs["Backfacing"], mix.inputs[0])
        tree.links.new(clear.outputs[0], mix.inputs[1])
        tree.links.new(ink.outputs[0], mix.inputs[2])
        tree.links.new(mix.outputs[0], tree.nodes["Material Output"].inputs[0])
        _KNOWN[key] = surface
    return _KNOWN[key]
