"""Images by words: what they look like, how they are called, what is noted of them."""
