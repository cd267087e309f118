"""Heads of whole videos in a workspace: train, compare, propose, evaluate, explain."""
