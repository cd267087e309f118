"""The tree of categories: changes, splits, taxonomy files."""
