"""Rounds of labels that the machine proposes."""
