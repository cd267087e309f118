"""Labels in the formats of other tools: one module a format, each with what it cannot carry."""
