"""Ground and water."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import bpy
import numpy as np
from numpy.typing import NDArray

from scenery.studio import materials, shapes

Array = NDArray[np.float64]
Height = Callable[[Array, Array], Array]


def colour(text: str) -> Array:
    """A colour as three linear numbers."""
    return np.array(materials.linear(text)[:3])


def mixed(a: Array, b: Array, share: Array) -> Array:
    """Colours between two, by a share [rows, columns]."""
    part = np.clip(share, 0, 1)[..., None]
    return np.asarray(a * (1 - part) + b * part)


def steepness(x: Array, y: Array, z: Array) -> Array:
    """0 for level ground, 1 for a wall."""
    dy, dx = np.gradient(z)
    step_x, step_y = np.gradient(x, axis=1), np.gradient(y, axis=0)
    slope = np.hypot(dx / np.maximum(step_x, 1e-6), dy / np.maximum(step_y, 1e-6))
    return np.asarray(1 - 1 / np.sqrt(1 + slope**2))


class Ground:
    """Land before the camera, finer nearby.

    Attributes:
        x, y, z: coordinates [rows, columns].
    """

    def __init__(self, height: Height, near: float = -6, far: float = 60, wide: float = 1.0, n: int = 190) -> None:
        """Shape the land by a function of x and y, from `near` to `far` along y, as wide as the view (`wide` to far)."""
        rows = near + (far - near) * np.linspace(0, 1, n) ** 1.9
        spread = np.linspace(-1, 1, n)
        half = 7 + (rows - near) * 0.85 * wide
        self.x, self.y = spread[None, :] * half[:, None], np.repeat(rows[:, None], n, axis=1)
        self.height = height
        self.z = height(self.x, self.y)

    def steep(self) -> Array:
        return steepness(self.x, self.y, self.z)

    def lay(
        self, paint: Array, bump: float = 0.3, grain: float = 6, shiny: bool = False, smooth: bool = True
    ) -> shapes.Thing:
        """Put it on the stage with colours [rows, columns, 3]."""
        surface = materials.painted(bump, grain, shiny=shiny)
        return shapes.sheet_of(self.x, self.y, self.z, surface, paint, smooth)

    def at(self, x: float, y: float) -> float:
        """The height at a place."""
        return float(self.height(np.array([[x]]), np.array([[y]]))[0, 0])


def water(
    z: float, colour: str = "#0c3a44", scale: float = 2.4, bump: float = 0.1, rough: float = 0.05, size: float = 400
) -> shapes.Thing:
    """A level water, to the horizon."""
    surface = materials.rippled(colour, scale, bump, rough)
    return shapes.part("sheet", (0, 0, z), (size, size, 1), surface)


def sea(z: float, height: float, seed: int, colour: str, foam: bool = True) -> shapes.Thing:
    """Open water with waves (Tessendorf, Simulating Ocean Water, as in Blender's modifier)."""
    data = bpy.data.meshes.new("sea")
    thing = bpy.data.objects.new("sea", data)
    bpy.context.scene.collection.objects.link(thing)
    waves = thing.modifiers.new("waves", "OCEAN")
    waves.geometry_mode, waves.repeat_x, waves.repeat_y = "GENERATE", 6, 6
    waves.spatial_size, waves.resolution, waves.random_seed = 40, 11, seed
    waves.wave_scale, waves.choppiness, waves.wind_velocity = height, 1.1, 14
    waves.wave_alignment, waves.time = 0.3, 2 + seed % 7
    thing.location, thing.scale = (-60, -4, z), (0.5, 0.5, 0.5)
    waves.use_foam, waves.foam_layer_name, waves.foam_coverage = foam, "foam", 0.12
    surface = materials.rippled(colour, 4, 0.1, 0.08)
    tree = surface.node_tree
    shader = tree.nodes["Principled BSDF"]
    layer, ramp, mix = (tree.nodes.new(f"ShaderNode{name}") for name in ("Attribute", "MapRange", "MixRGB"))
    layer.attribute_name = "foam"
    ramp.inputs[1].default_value, ramp.inputs[2].default_value = 0.05, 0.7
    tree.links.new(layer.outputs["Fac"], ramp.inputs[0])
    tree.links.new(ramp.outputs[0], mix.inputs[0])
    mix.inputs[1].default_value, mix.inputs[2].default_value = materials.linear(colour), (0.9, 0.95, 0.97, 1)
    tree.links.new(mix.outputs[0], shader.inputs["Base Color"])
    data.materials.append(surface)
    return thing


def scatter(
    ground: Ground, kits: Sequence[shapes.Kit], count: int, rng: np.random.Generator,
    where: Callable[[float, float, float], bool], size: tuple[float, float] = (0.7, 1.3), sink: float = 0.05,
    near: float = 0, far: float = 50,
) -> int:  # fmt: skip
    """Put kits on the ground where `where(x, y, z)` allows, more of them nearby; gives their number."""
    placed = 0
    for _ in range(count * 6):
        if placed >= count:
            break
        y = near + (far - near) * rng.random() ** 1.5
        x = rng.uniform(-1, 1) * (4 + y * 0.75)
        z = ground.at(x, y)
        if where(x, y, z):
            grow = rng.uniform(*size)
            kit = kits[int(rng.integers(len(kits)))]
            shapes.place(kit, (x, y, z - sink), grow, float(rng.uniform(0, 6.28)))
            placed += 1
    return placed
