"""Whole videos as annotators see them: tiles in an order, and one video closely."""
