"""Skies and lamps."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Any

import bpy
from mathutils import Vector

from scenery.studio import stage
from scenery.studio.materials import linear

Point = tuple[float, float, float]


@dataclass(frozen=True)
class Air:
    """Colours of a sky and its light.

    Attributes:
        high, low: colour of zenith and horizon. sun: colour of the sunlight; power: its strength. fill: of the sky.
        height: of the sun above the horizon in degrees.
    """

    high: str
    low: str
    sun: str
    power: float
    fill: float
    height: float


AIRS = {
    "day": Air("#2a6fd0", "#bfdcf2", "#fff2dc", 4.2, 0.95, 42),
    "sunset": Air("#3d4f8f", "#ff9d57", "#ff9a4a", 3.4, 0.6, 9),
    "night": Air("#0b1638", "#2c4474", "#b4ccff", 1.5, 1.0, 38),
}
GREY = Air("#8d99a6", "#d3d9dd", "#f2f4f6", 1.6, 1.0, 50)
HAZES = {"day": "#b9cbd9", "sunset": "#eba878", "night": "#22365e"}


def sky(time: str, weather: str, rng: random.Random, side: float | None = None, clouds: float | None = None) -> Air:
    """Light the stage from a sky with sun or moon, and let the distance fade.

    Args:
        side: where the sun stands, radians from straight ahead of a camera that looks along y; by chance if None.
        clouds: share of the sky that they cover; by the weather if None.
    """
    air = AIRS[time]
    if weather == "foggy" and time == "day":
        air = GREY
    side = rng.choice((-1, 1)) * rng.uniform(0.5, 1.9) if side is None else side
    share = clouds if clouds is not None else {"clear": 0.14, "cloudy": 0.5, "foggy": 0.0}[weather]
    height = math.radians(air.height + rng.uniform(-4, 6))
    way = (math.sin(side) * math.cos(height), math.cos(side) * math.cos(height), math.sin(height))
    _dome(air, time, way, share, rng)
    lamp(way, air.sun, air.power * (0.55 if share > 0.4 else 1), 0.02 if share < 0.4 else 0.12)
    return air


def fade(time: str, weather: str, depth: float) -> None:
    """Aerial perspective over `depth` units; dense in fog."""
    if weather == "foggy":
        stage.haze({"day": "#c9d1d6", "sunset": "#dba583", "night": "#22304f"}[time], 0, depth * 0.5, 0.74)
    else:
        stage.haze(HAZES[time], depth * 0.15, depth, 0.5)


def lamp(way: Point, colour: str = "#fff4e6", power: float = 3, wide: float = 0.02) -> bpy.types.Object:
    """Sunlight that comes from a direction; `wide` in radians, larger for softer shadows."""
    data = bpy.data.lights.new("sun", "SUN")
    data.energy, data.color, data.angle = power, linear(colour)[:3], wide
    sun = bpy.data.objects.new("sun", data)
    bpy.context.scene.collection.objects.link(sun)
    sun.rotation_euler = Vector(way).to_track_quat("Z", "Y").to_euler()
    return sun


def panel(at: Point, to: Point, size: float, power: float, colour: str = "#ffffff") -> bpy.types.Object:
    """A square lamp, as in a studio or behind a window."""
    data = bpy.data.lights.new("panel", "AREA")
    data.energy, data.color, data.size = power, linear(colour)[:3], size
    light = bpy.data.objects.new("panel", data)
    bpy.context.scene.collection.objects.link(light)
    light.location = at
    light.rotation_euler = (Vector(to) - Vector(at)).to_track_quat("-Z", "Y").to_euler()
    return light


def around(low: str, high: str | None = None, strength: float = 1) -> None:
    """Light from all sides: of one colour, or of two from horizon to zenith."""
    tree = bpy.context.scene.world.node_tree
    shade = tree.nodes["Background"]
    shade.inputs[0].default_value, shade.inputs[1].default_value = linear(low), strength
    if high:
        tree.links.new(_gradient(tree, low, high, low), shade.inputs[0])


def _gradient(tree: bpy.types.NodeTree, low: str, high: str, ground: str) -> Any:
    place, parts = tree.nodes.new("ShaderNodeTexCoord"), tree.nodes.new("ShaderNodeSeparateXYZ")
    shift, ramp = tree.nodes.new("ShaderNodeMapRange"), tree.nodes.new("ShaderNodeValToRGB")
    shift.inputs[1].default_value = -1
    tree.links.new(place.outputs["Generated"], parts.inputs[0])
    tree.links.new(parts.outputs[2], shift.inputs[0])
    tree.links.new(shift.outputs[0], ramp.inputs[0])
    stops = ((0.48, ground), (0.5, low), (0.56, low), (0.78, high))
    for index, (position, colour) in enumerate(stops):
        element = ramp.color_ramp.elements[index] if index < 2 else ramp.color_ramp.elements.new(position)
        element.position, element.color = position, linear(colour)
    return ramp.outputs[0]


def _dome(air: Air, time: str, way: Point, share: float, rng: random.Random) -> None:
    tree = bpy.context.scene.world.node_tree
    colour = _gradient(tree, air.low, air.high, air.low)
    colour = _sun(tree, colour, way, air, time) if time != "night" else _stars(tree, colour)
    if share > 0:
        colour = _clouds(tree, colour, share, time, rng)
    shade = tree.nodes["Background"]
    shade.inputs[1].default_value = air.fill
    tree.links.new(colour, shade.inputs[0])


def _math(tree: bpy.types.NodeTree, operation: str, a: Any, b: float | Any = 0.0) -> Any:
    node = tree.nodes.new("ShaderNodeMath")
    node.operation = operation
    tree.links.new(a, node.inputs[0])
    if isinstance(b, int | float):
        node.inputs[1].default_value = b
    else:
        tree.links.new(b, node.inputs[1])
    return node.outputs[0]


def _mix(tree: bpy.types.NodeTree, share: Any, a: Any, b: Any, way: str = "MIX") -> Any:
    node = tree.nodes.new("ShaderNodeMixRGB")
    node.blend_type = way
    for slot, value in zip(node.inputs, (share, a, b), strict=True):
        if isinstance(value, bpy.types.NodeSocket):
            tree.links.new(value, slot)
        else:
            slot.default_value = value
    return node.outputs[0]


def _sun(tree: bpy.types.NodeTree, colour: Any, way: Point, air: Air, time: str) -> Any:
    place, dot = tree.nodes.new("ShaderNodeTexCoord"), tree.nodes.new("ShaderNodeVectorMath")
    dot.operation, dot.inputs[1].default_value = "DOT_PRODUCT", way
    tree.links.new(place.outputs["Generated"], dot.inputs[0])
    near = _math(tree, "MAXIMUM", dot.outputs["Value"])
    wide = _math(tree, "POWER", near, 40 if time == "sunset" else 160)
    colour = _mix(tree, wide, colour, linear("#ffd9a0" if time == "sunset" else "#ffffff"))
    disc = _math(tree, "GREATER_THAN", near, 0.9994 if time == "sunset" else 0.9997)
    return _mix(tree, disc, colour, (6, 5, 3.6, 1))


def _stars(tree: bpy.types.NodeTree, colour: Any) -> Any:
    place, dots = tree.nodes.new("ShaderNodeTexCoord"), tree.nodes.new("ShaderNodeTexVoronoi")
    dots.inputs["Scale"].default_value = 60
    tree.links.new(place.outputs["Generated"], dots.inputs["Vector"])
    small = _math(tree, "LESS_THAN", dots.outputs["Distance"], 0.05)
    return _mix(tree, small, colour, (1.5, 1.6, 1.8, 1))


def _clouds(tree: bpy.types.NodeTree, colour: Any, share: float, time: str, rng: random.Random) -> Any:
    place, parts = tree.nodes.new("ShaderNodeTexCoord"), tree.nodes.new("ShaderNodeSeparateXYZ")
    tree.links.new(place.outputs["Generated"], parts.inputs[0])
    up = _math(tree, "ADD", _math(tree, "MAXIMUM", parts.outputs[2], 0.0), 0.09)
    flat, cloud = tree.nodes.new("ShaderNodeCombineXYZ"), tree.nodes.new("ShaderNodeTexNoise")
    for axis in (0, 1):
        tree.links.new(_math(tree, "DIVIDE", parts.outputs[axis], up), flat.inputs[axis])
    flat.inputs[2].default_value = rng.uniform(0, 50)
    cloud.inputs["Scale"].default_value = rng.uniform(0.7, 1.4)
    cloud.inputs["Detail"].default_value, cloud.inputs["Roughness"].default_value = 7, 0.56
    tree.links.new(flat.outputs[0], cloud.inputs["Vector"])
    edge = 0.66 - 0.3 * share
    dense = tree.nodes.new("ShaderNodeMapRange")
    dense.inputs[1].default_value, dense.inputs[2].default_value = edge, edge + 0.16
    tree.links.new(cloud.outputs["Fac"], dense.inputs[0])
    horizon = tree.nodes.new("ShaderNodeMapRange")
    horizon.inputs[1].default_value, horizon.inputs[2].default_value = 0.0, 0.14
    tree.links.new(parts.outputs[2], horizon.inputs[0])
    light, dark = {
        "day": ("#ffffff", "#a9b4c2"), "sunset": ("#ffc9a0", "#8a6a86"), "night": ("#27324d", "#0c1224")
    }[time]  # fmt: skip
    core = tree.nodes.new("ShaderNodeMapRange")
    core.inputs[1].default_value, core.inputs[2].default_value = edge + 0.1, edge + 0.34
    tree.links.new(cloud.outputs["Fac"], core.inputs[0])
    body = _mix(tree, core.outputs[0], linear(light), linear(dark))
    return _mix(tree, _math(tree, "MULTIPLY", dense.outputs[0], horizon.outputs[0]), colour, body)
