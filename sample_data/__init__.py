"""A small rendered world: images with truth, a test video, and the CLIP trained on it."""
