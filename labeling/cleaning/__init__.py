"""Engines that turn labels into doubts: graph, suspicion, ordering, error bounds. Arrays in, arrays out; no store."""
