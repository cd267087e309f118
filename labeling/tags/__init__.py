"""Open facets: any number of labels an item."""
