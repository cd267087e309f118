"""A world drawn in Blender: pictures by seed, with exact facts. Development only; nothing of the app imports it."""
