"""Engines from frames to labelled segments: shots, keyframes, smoothing, corrections. No store."""
