"""Heads of an exclusive facet in a workspace: train, compare, judge, promote, evaluate, predict."""
