"""Vectors and prompts to pseudo-labels, and pseudo-labels to curated labels."""
