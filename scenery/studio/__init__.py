"""What scenes are built of: stage, light, ground, plants, animals, people, buildings. Needs Blender as a module (`bpy`)."""

import bpy  # noqa: F401  bmesh and mathutils can be imported only after it
