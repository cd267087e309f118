"""A workspace in memory: vectors, index, graph, label table and classifier, and what is cached beside them."""
