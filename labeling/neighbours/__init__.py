"""What looks alike: one item with its neighbours, clusters, near-duplicates, the map."""
