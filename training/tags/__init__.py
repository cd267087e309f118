"""Heads of open facets in a workspace: train, compare, report, evaluate."""
