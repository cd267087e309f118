"""Engines that open and decode videos: sources, clock, orientation, frames, stills. No store."""
