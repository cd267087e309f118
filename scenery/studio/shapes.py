"""Parts of which things are made, and kits of parts that stand in many places."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

import bmesh
import bpy
import numpy as np
from mathutils import Euler, Vector
from numpy.typing import NDArray

from scenery.studio.materials import Surface

Point = tuple[float, float, float]
Thing: TypeAlias = bpy.types.Object
Kit: TypeAlias = bpy.types.Collection
_MESHES: dict[str, bpy.types.Mesh] = {}
_TARGETS: list[Kit] = []


def forget() -> None:
    """Forget the meshes of the stage before."""
    _MESHES.clear()
    _TARGETS.clear()


def link(thing: Thing) -> Thing:
    """Put a thing on the stage, or into the kit that is being made."""
    target = _TARGETS[-1] if _TARGETS else bpy.context.scene.collection
    target.objects.link(thing)
    return thing


@contextmanager
def kit(name: str = "kit") -> Iterator[Kit]:
    """Parts made inside belong to a kit, which is seen only where `place` puts it."""
    collection = bpy.data.collections.new(name)
    _TARGETS.append(collection)
    try:
        yield collection
    finally:
        _TARGETS.pop()


def within(collection: Kit, make: Callable[[], None]) -> None:
    """Add what `make` makes to a kit that is there already."""
    _TARGETS.append(collection)
    try:
        make()
    finally:
        _TARGETS.pop()


def place(collection: Kit, at: Point, size: float | Point = 1, turn: Point | float = 0) -> Thing:
    """Put a kit somewhere; `turn` in radians, about the upright axis where it is one number."""
    empty = bpy.data.objects.new("place", None)
    empty.instance_type, empty.instance_collection = "COLLECTION", collection
    empty.location = at
    empty.scale = (size, size, size) if isinstance(size, int | float) else size
    empty.rotation_euler = (0, 0, turn) if isinstance(turn, int | float) else turn
    return link(empty)


def _unit(shape: str) -> bpy.types.Mesh:
    """A mesh of size 1 about the origin, made once."""
    if shape in _MESHES:
        return _MESHES[shape]
    form = bmesh.new()
    if shape == "ball":
        bmesh.ops.create_uvsphere(form, u_segments=28, v_segments=18, radius=0.5)
    elif shape in ("box", "soft", "pillow"):
        bmesh.ops.create_cube(form, size=1)
        if shape != "box":
            wide = 0.12 if shape == "soft" else 0.38
            bmesh.ops.bevel(form, geom=form.edges[:], offset=wide, segments=5, profile=0.5, affect="EDGES")
    elif shape in ("tube", "cone", "stub", "gem"):
        top = {"tube": 0.5, "cone": 0.0, "stub": 0.36, "gem": 0.0}[shape]
        sides = 6 if shape == "gem" else 24
        bmesh.ops.create_cone(form, cap_ends=True, segments=sides, radius1=0.5, radius2=top, depth=1)
    elif shape == "rock":
        bmesh.ops.create_icosphere(form, subdivisions=3, radius=0.5)
        for vertex in form.verts:
            x, y, z = vertex.co
            bend = math.sin(7 * x + 2) * math.cos(6 * y - 1) + math.sin(9 * z + 4 * x) * 0.6
            vertex.co *= 1 + 0.16 * bend
    elif shape == "ring":
        _ring(form)
    elif shape == "roof":
        corners = [(-0.5, -0.5, 0), (0.5, -0.5, 0), (0.5, 0.5, 0), (-0.5, 0.5, 0), (-0.5, 0, 1), (0.5, 0, 1)]
        points = [form.verts.new(corner) for corner in corners]
        for face in ((0, 1, 5, 4), (2, 3, 4, 5), (1, 2, 5), (3, 0, 4), (3, 2, 1, 0)):
            form.faces.new([points[i] for i in face])
    else:
        bmesh.ops.create_grid(form, x_segments=1, y_segments=1, size=0.5)
        layer = form.loops.layers.uv.new("UVMap")
        for face in form.faces:
            for loop in face.loops:
                loop[layer].uv = (loop.vert.co.x + 0.5, loop.vert.co.y + 0.5)
    mesh = bpy.data.meshes.new(shape)
    form.to_mesh(mesh)
    form.free()
    for face in mesh.polygons:
        face.use_smooth = shape in ("ball", "pillow", "soft", "rock", "ring") or (
            shape != "box" and len(face.vertices) == 4
        )
    mesh.materials.append(None)
    _MESHES[shape] = mesh
    return mesh


def _ring(form: bmesh.types.BMesh, thick: float = 0.16, around: int = 28, across: int = 10) -> None:
    """A torus of diameter 1 about the upright axis."""
    rows = []
    for k in range(around):
        a = k / around * 2 * math.pi
        row = []
        for j in range(across):
            b = j / across * 2 * math.pi
            r = 0.5 - thick / 2 + thick / 2 * math.cos(b)
            row.append(form.verts.new((r * math.cos(a), r * math.sin(a), thick / 2 * math.sin(b))))
        rows.append(row)
    for k in range(around):
        for j in range(across):
            here, after = rows[k], rows[(k + 1) % around]
            form.faces.new([here[j], after[j], after[(j + 1) % across], here[(j + 1) % across]])


def part(shape: str, at: Point, size: float | Point, surface: Surface, turn: Point = (0, 0, 0)) -> Thing:
    """Add a part: `ball`, `box`, `soft` (rounded box), `pillow`, `tube`, `cone`, `stub`, `gem`, `rock`, `roof`, `ring`, `sheet`."""
    thing = bpy.data.objects.new(shape, _unit(shape))
    thing.location, thing.rotation_euler = at, turn
    thing.scale = (size, size, size) if isinstance(size, int | float) else size
    slot = thing.material_slots[0]
    slot.link, slot.material = "OBJECT", surface
    return link(thing)


def rod(a: Point, b: Point, thick: float, surface: Surface, shape: str = "tube", end: bool = False) -> Thing:
    """A tube from one point to another; with round ends where `end` is set."""
    start, stop = Vector(a), Vector(b)
    way = stop - start
    turn = way.to_track_quat("Z", "Y").to_euler()
    if end:
        part("ball", a, thick, surface)
        part("ball", b, thick, surface)
    return part(shape, tuple((start + stop) / 2), (thick, thick, way.length), surface, tuple(turn))


def mesh(points: NDArray[np.float64], faces: Sequence[Sequence[int]], surface: Surface, smooth: bool = False) -> Thing:
    """A thing of points [n, 3] and faces."""
    data = bpy.data.meshes.new("mesh")
    data.from_pydata([tuple(map(float, point)) for point in points], [], [tuple(face) for face in faces])
    data.materials.append(surface)
    if smooth:
        data.polygons.foreach_set("use_smooth", [True] * len(data.polygons))
    return link(bpy.data.objects.new("mesh", data))


def hull(points: NDArray[np.float64], surface: Surface) -> Thing:
    """The convex body about points [n, 3]."""
    form = bmesh.new()
    corners = [form.verts.new(tuple(map(float, point))) for point in points]
    bmesh.ops.convex_hull(form, input=corners, use_existing_faces=False)
    data = bpy.data.meshes.new("hull")
    form.to_mesh(data)
    form.free()
    data.materials.append(surface)
    return link(bpy.data.objects.new("hull", data))


def sheet_of(
    x: NDArray[np.float64], y: NDArray[np.float64], z: NDArray[np.float64], surface: Surface,
    paint: NDArray[np.float64] | None = None, smooth: bool = True,
) -> Thing:  # fmt: skip
    """A surface over a grid.

    Args:
        x, y, z: [rows, columns]. paint: linear colours [rows, columns, 3] for `materials.painted`.
    """
    rows, columns = z.shape
    data = bpy.data.meshes.new("sheet")
    data.vertices.add(rows * columns)
    data.vertices.foreach_set("co", np.stack([x, y, z], axis=-1).astype(np.float32).ravel())
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    faces = np.stack([corner, corner + 1, corner + columns + 1, corner + columns], axis=1)
    data.loops.add(faces.size)
    data.loops.foreach_set("vertex_index", faces.ravel().astype(np.int32))
    data.polygons.add(len(faces))
    data.polygons.foreach_set("loop_start", np.arange(0, faces.size, 4, dtype=np.int32))
    data.update(calc_edges=True)
    data.polygons.foreach_set("use_smooth", [smooth] * len(faces))
    if paint is not None:
        layer = data.color_attributes.new("paint", "FLOAT_COLOR", "POINT")
        full = np.concatenate([paint.reshape(-1, 3), np.ones((rows * columns, 1))], axis=1)
        layer.data.foreach_set("color", full.astype(np.float32).ravel())
    data.materials.append(surface)
    return link(bpy.data.objects.new("sheet", data))


def outlined(things: Iterable[Thing], thick: float, ink: Surface) -> None:
    """Ink the outlines of things: a second skin, turned inside out."""
    for thing in things:
        if thing.type != "MESH" or thing.name.startswith(("sheet", "place")):
            continue
        copy = thing.copy()
        copy.data = thing.data.copy()
        form = bmesh.new()
        form.from_mesh(copy.data)
        form.normal_update()
        for vertex in form.verts:
            grow = Vector(n * thick / max(1e-3, s) for n, s in zip(vertex.normal, thing.scale, strict=True))
            vertex.co += grow
        form.to_mesh(copy.data)
        form.free()
        copy.data.materials.clear()
        copy.data.materials.append(ink)
        copy.material_slots[0].link = "DATA"
        copy.visible_shadow = copy.visible_diffuse = copy.visible_glossy = False
        link(copy)


def turned(point: Point, turn: Point) -> Point:
    """A point after a turn about the origin."""
    x, y, z = Euler(turn).to_matrix() @ Vector(point)
    return (x, y, z)


def turn_after(second: Point, first: Point) -> Point:
    """The turn that does `first`, then `second`."""
    x, y, z = (Euler(second).to_matrix() @ Euler(first).to_matrix()).to_euler()
    return (x, y, z)


def leaves(
    rng: np.random.Generator, blobs: Sequence[tuple[Point, float]], count: int, size: float, surface: Surface
) -> Thing:
    """Small leaves in and on some balls: crowns, bushes.

    Args:
        blobs: centre and radius of each ball. count: leaves of each. size: length of a leaf.
    """
    points: list[NDArray[np.float64]] = []
    faces: list[tuple[int, ...]] = []
    for centre, radius in blobs:
        way = rng.normal(size=(count, 3))
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        middle = np.array(centre) + way * radius * rng.uniform(0.55, 1.0, (count, 1)) ** 0.5 * [1, 1, 0.85]
        a, b = rng.normal(size=(2, count, 3))
        a /= np.linalg.norm(a, axis=1, keepdims=True)
        b -= a * (a * b).sum(axis=1, keepdims=True)
        b /= np.linalg.norm(b, axis=1, keepdims=True)
        for m, u, v in zip(middle, a * size, b * size * 0.5, strict=True):
            n = len(points)
            points += [m - u, m + v, m + u, m - v]
            faces.append((n, n + 1, n + 2, n + 3))
    return mesh(np.array(points), faces, surface)
