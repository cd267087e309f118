"""Curated labels to a head on frozen vectors, its metrics and its artifact."""
