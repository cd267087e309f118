"""Images and texts to unit vectors, and search among them."""
