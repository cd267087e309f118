"""Labels out of the formats of other tools: one module a format, and the one import that writes them."""
