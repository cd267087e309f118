"""Models that turn images and texts into unit vectors. No store."""
