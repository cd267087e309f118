"""One painter a kind, by subject: builds a scene in Blender, photographs it, and lays over it what belongs there."""
