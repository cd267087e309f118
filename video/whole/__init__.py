"""Whole videos of a workspace: add them, and tell what a new one is about."""
