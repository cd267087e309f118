"""Engines that judge heads: accuracy, trees, several labels, intervals, learning curve. No store."""
