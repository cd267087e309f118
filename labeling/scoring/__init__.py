"""Engines that turn vectors into scores: zero-shot, trees, several labels, rejection. Arrays in, arrays out; no store."""
