"""Heads: few labels, noisy labels, rounds, and what a head claims to gain."""
