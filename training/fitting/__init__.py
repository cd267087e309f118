"""Engines that fit heads on frozen vectors: linear, sigmoid, candidates and their selection. No store."""
