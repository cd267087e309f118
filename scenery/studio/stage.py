"""The empty stage, its camera, and the photograph of what stands on it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy
from mathutils import Vector
from PIL import Image

from scenery.studio import materials, shapes
from scenery.view import View

Point = tuple[float, float, float]


def fresh(view: View, film: bool = False, seed: int = 0) -> bpy.types.Scene:
    """Empty the stage.

    Args:
        film: full colours as of a film or game; else the softer ones of a photograph.
    """
    bpy.ops.wm.read_factory_settings(use_empty=True)
    shapes.forget()
    materials.forget()
    scene = bpy.context.scene
    scene["travel"] = view.travel
    scene.render.engine = "CYCLES"
    cycles, render = scene.cycles, scene.render
    cycles.device, cycles.samples, cycles.seed = "CPU", view.samples, seed
    cycles.use_adaptive_sampling, cycles.adaptive_threshold = True, 0.05
    cycles.use_denoising, cycles.denoiser, cycles.denoising_prefilter = True, "OPENIMAGEDENOISE", "FAST"
    cycles.max_bounces, cycles.diffuse_bounces, cycles.transparent_max_bounces = 4, 2, 12
    cycles.caustics_reflective = cycles.caustics_refractive = False
    render.threads_mode, render.threads = "FIXED", 1
    render.resolution_x, render.resolution_y = view.width, view.height
    render.image_settings.file_format = "PNG"
    scene.view_settings.view_transform = "Standard" if film else "Filmic"
    scene.view_settings.look = "None" if film else "Medium High Contrast"
    scene.world = bpy.data.worlds.new("world")
    scene.world.use_nodes = True
    # The sun is a lamp of its own: a fine map of where the sky is bright would take longer than the picture.
    scene.world.cycles.sampling_method, scene.world.cycles.sample_map_resolution = "MANUAL", 64
    return scene


def camera(
    at: Point, to: Point, lens: float = 32, blur: float = 0, ortho: float = 0, focus: Point | None = None
) -> bpy.types.Object:
    """Set up the camera, moved by the travel of the view that the stage was emptied for.

    Args:
        blur: f-number below which the background goes soft; 0 for all sharp.
        ortho: width of the picture in the units of the scene for a view without perspective.
        focus: what is sharp where blur is asked for; `to` if None.
    """
    data = bpy.data.cameras.new("camera")
    eye = bpy.data.objects.new("camera", data)
    bpy.context.scene.collection.objects.link(eye)
    turn = (Vector(to) - Vector(at)).to_track_quat("-Z", "Y")
    right, up, ahead = bpy.context.scene["travel"]
    eye.location = Vector(at) + turn @ Vector((right, up, -ahead))
    eye.rotation_euler = turn.to_euler()
    data.lens, data.clip_end = lens, 2000
    if ortho:
        data.type, data.ortho_scale = "ORTHO", ortho
    if blur:
        data.dof.use_dof, data.dof.aperture_fstop = True, blur
        data.dof.focus_distance = (Vector(focus or to) - Vector(at)).length
    bpy.context.scene.camera = eye
    return eye


def expose(stops: float) -> None:
    """Let the film see more light: twice as much for each stop."""
    bpy.context.scene.view_settings.exposure = stops


def haze(colour: str, start: float, depth: float, most: float = 0.85) -> None:
    """Let what is far away fade into a colour, from `start` on over `depth` units."""
    scene = bpy.context.scene
    scene.view_layers[0].use_pass_mist = scene.view_layers[0].use_pass_z = True
    scene.world.mist_settings.start, scene.world.mist_settings.depth = start, depth
    scene.world.mist_settings.falloff = "LINEAR"
    scene.use_nodes = True
    tree = scene.node_tree
    tree.nodes.clear()
    layers, out = tree.nodes.new("CompositorNodeRLayers"), tree.nodes.new("CompositorNodeComposite")
    mix, scale = tree.nodes.new("CompositorNodeMixRGB"), tree.nodes.new("CompositorNodeMath")
    solid, share = tree.nodes.new("CompositorNodeMath"), tree.nodes.new("CompositorNodeMath")
    # The sky lies beyond every distance; it has its own colours.
    solid.operation, solid.inputs[1].default_value = "LESS_THAN", 1e6
    share.operation, scale.operation, scale.inputs[1].default_value = "MULTIPLY", "MULTIPLY", most
    mix.inputs[2].default_value = materials.linear(colour)
    tree.links.new(layers.outputs["Mist"], scale.inputs[0])
    tree.links.new(layers.outputs["Depth"], solid.inputs[0])
    tree.links.new(scale.outputs[0], share.inputs[0])
    tree.links.new(solid.outputs[0], share.inputs[1])
    tree.links.new(share.outputs[0], mix.inputs[0])
    tree.links.new(layers.outputs["Image"], mix.inputs[1])
    tree.links.new(mix.outputs[0], out.inputs[0])


def shoot() -> Image.Image:
    """Render the stage: an RGB picture."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.png"
        bpy.context.scene.render.filepath = str(path)
        with _quiet():
            bpy.ops.render.render(write_still=True)
        with Image.open(path) as picture:
            return picture.convert("RGB")


@contextmanager
def _quiet() -> Iterator[None]:
    """Blender reports each sample on the process's own output, past `sys.stdout`."""
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
